package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// The tree and its proofs against RFC 6962 §2.1 written down word for word.
class MerkleTest {
  private static final int MOST = 130;
  private static final List<Bytes> LEAVES =
      IntStream.range(0, MOST).mapToObj(i -> Merkle.leafHash(Bytes.utf8("leaf " + i))).toList();
  private static final Tree TREE = new Tree();
  private static final List<Bytes> ROOTS = new ArrayList<>();

  static {
    ROOTS.add(TREE.root());
    for (var leaf : LEAVES) {
      TREE.append(leaf);
      ROOTS.add(TREE.root());
    }
  }

  @Test
  void theRootsOfTheEightKnownLeavesAreThoseOfRfc6962Implementations() {
    var leaves =
        List.of(
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f");
    var roots =
        List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    var tree = new Tree();
    assertThat(tree.root().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int i = 0; i < leaves.size(); i++) {
      tree.append(Merkle.leafHash(Bytes.fromHex(leaves.get(i))));
      assertThat(tree.root().hex()).isEqualTo(roots.get(i));
    }
  }

  @Test
  void everyRootOfEverySizeIsRemembered() {
    for (int size = 0; size <= MOST; size++) {
      assertThat(TREE.root(size)).isEqualTo(ROOTS.get(size)).isEqualTo(root(0, size));
    }
  }

  @Test
  void everyLeafOfEveryTreeIsProvedAndNoOtherWithItsProof() {
    for (int size = 1; size <= MOST; size++) {
      var root = ROOTS.get(size);
      for (int i = 0; i < size; i++) {
        var proof = TREE.inclusion(i, size);
        var leaf = LEAVES.get(i);
        assertThat(proof).isEqualTo(path(i, 0, size));
        assertThat(Merkle.verifyInclusion(root, size, i, leaf, proof)).isTrue();
        for (int other = 0; other < size; other++) {
          if (other == i) continue;
          assertThat(Merkle.verifyInclusion(root, size, other, leaf, proof)).isFalse();
        }
        assertThat(Merkle.verifyInclusion(root, size, -1, leaf, proof)).isFalse();
        assertThat(Merkle.verifyInclusion(root, size, size, leaf, proof)).isFalse();
        assertThat(Merkle.verifyInclusion(root, size, i, root.sha256(), proof)).isFalse();
        assertThat(Merkle.verifyInclusion(root.sha256(), size, i, leaf, proof)).isFalse();
        for (var mutant : mutants(proof)) {
          assertThat(Merkle.verifyInclusion(root, size, i, leaf, mutant)).isFalse();
        }
      }
    }
  }

  @Test
  void everyTreeContinuesEverySmallerOneAndNoOther() {
    for (int size = 0; size <= MOST; size++) {
      var root = ROOTS.get(size);
      for (int old = 0; old <= size; old++) {
        var before = ROOTS.get(old);
        var proof = TREE.consistency(old, size);
        if (old > 0) assertThat(proof).isEqualTo(subproof(old, 0, size, true));
        assertThat(Merkle.verifyConsistency(old, before, size, root, proof)).isTrue();
        assertThat(Merkle.verifyConsistency(old, before.sha256(), size, root, proof)).isFalse();
        if (old > 0) {
          assertThat(Merkle.verifyConsistency(old, before, size, root.sha256(), proof)).isFalse();
        }
        if (old != size) {
          assertThat(Merkle.verifyConsistency(size, root, old, before, proof)).isFalse();
          assertThat(Merkle.verifyConsistency(old + 1, before, size, root, proof)).isFalse();
        }
        for (var mutant : mutants(proof)) {
          assertThat(Merkle.verifyConsistency(old, before, size, root, mutant)).isFalse();
        }
      }
    }
  }

  @Test
  void aProofForATreeNobodyCouldStoreIsFollowed() {
    long index = 1L << 40;
    var leaf = LEAVES.getFirst();
    var proof = LEAVES.subList(1, 42);
    var root = leaf;
    for (int level = 0; level < 40; level++) root = Merkle.node(root, proof.get(level));
    root = Merkle.node(proof.get(40), root);
    assertThat(Merkle.verifyInclusion(root, 1L << 41, index, leaf, proof)).isTrue();
    assertThat(Merkle.verifyInclusion(root, 1L << 41, index + 1, leaf, proof)).isFalse();
    assertThat(Merkle.verifyInclusion(root, Long.MAX_VALUE, index, leaf, proof)).isFalse();
  }

  @Test
  void aCopyGrowsByItself() {
    var copy = TREE.copy();
    var before = TREE.root();
    copy.append(LEAVES.getFirst());
    assertThat(TREE.root()).isEqualTo(before);
    assertThat(TREE.size()).isEqualTo(MOST);
    assertThat(copy.root(MOST)).isEqualTo(before);
    assertThat(copy.leaf(MOST)).isEqualTo(LEAVES.getFirst());
  }

  @Test
  void whatIsOutsideTheTreeIsRefused() {
    assertThatThrownBy(() -> TREE.root(MOST + 1)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.inclusion(3, 3)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.inclusion(0, MOST + 1)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.consistency(4, 3)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.append(Bytes.zero(31))).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.tile(0, 0, MOST + 1)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> TREE.tile(1, 0, 1)).isInstanceOf(Malformed.class);
  }

  /// One too few at each end, one too many at each end, one changed, one cut, two swapped.
  private static List<List<Bytes>> mutants(List<Bytes> proof) {
    var mutants = new ArrayList<List<Bytes>>();
    var extra = Bytes.utf8("extra").sha256();
    mutants.add(inserted(proof, 0, extra));
    mutants.add(inserted(proof, proof.size(), extra));
    for (int i = 0; i < proof.size(); i++) {
      var without = new ArrayList<>(proof);
      without.remove(i);
      mutants.add(without);
      mutants.add(replaced(proof, i, proof.get(i).sha256()));
      mutants.add(replaced(proof, i, proof.get(i).slice(0, 31)));
      if (i > 0) {
        mutants.add(replaced(replaced(proof, i, proof.get(i - 1)), i - 1, proof.get(i)));
      }
    }
    return mutants;
  }

  private static List<Bytes> inserted(List<Bytes> proof, int at, Bytes hash) {
    var longer = new ArrayList<>(proof);
    longer.add(at, hash);
    return longer;
  }

  private static List<Bytes> replaced(List<Bytes> proof, int at, Bytes hash) {
    var changed = new ArrayList<>(proof);
    changed.set(at, hash);
    return changed;
  }

  // ---- RFC 6962 §2.1, the other side of every check

  private static Bytes root(int from, int size) {
    if (size == 0) return Bytes.EMPTY.sha256();
    if (size == 1) return LEAVES.get(from);
    int k = split(size);
    return Merkle.node(root(from, k), root(from + k, size - k));
  }

  private static List<Bytes> path(int index, int from, int size) {
    if (size == 1) return List.of();
    int k = split(size);
    var inside = index < k ? path(index, from, k) : path(index - k, from + k, size - k);
    var sibling = index < k ? root(from + k, size - k) : root(from, k);
    return inserted(inside, inside.size(), sibling);
  }

  private static List<Bytes> subproof(int old, int from, int size, boolean whole) {
    if (old == size) return whole ? List.of() : List.of(root(from, size));
    int k = split(size);
    var inside =
        old <= k ? subproof(old, from, k, whole) : subproof(old - k, from + k, size - k, false);
    var sibling = old <= k ? root(from + k, size - k) : root(from, k);
    return inserted(inside, inside.size(), sibling);
  }

  private static int split(int size) {
    int k = 1;
    while (2 * k < size) k *= 2;
    return k;
  }
}
