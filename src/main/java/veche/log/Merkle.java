package veche.log;

import java.util.ArrayList;
import java.util.List;
import veche.wire.Bytes;

/// log §1 The tree of RFC 6962 §2.1: how leaves and nodes are hashed, and how proofs are checked
/// without the tree. A proof that is wrong in any way is false, never an exception.
public final class Merkle {
  public static final int HASH = 32;

  /// A tree of 2^63 leaves has no longer proof.
  public static final int MAX_PROOF = 63;

  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};
  private static final Bytes EMPTY_ROOT = Bytes.EMPTY.sha256();

  private Merkle() {}

  public static Bytes emptyRoot() {
    return EMPTY_ROOT;
  }

  public static Bytes leafHash(Bytes leaf) {
    return Bytes.wrap(Bytes.sha256(LEAF, leaf.unsafeArray()));
  }

  public static Bytes node(Bytes left, Bytes right) {
    return Bytes.wrap(Bytes.sha256(NODE, left.unsafeArray(), right.unsafeArray()));
  }

  /// Whether the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162
  /// §2.1.3.2).
  public static boolean verifyInclusion(
      Bytes root, long size, long index, Bytes leafHash, List<Bytes> proof) {
    if (index < 0 || index >= size || !areHashes(proof) || leafHash.length() != HASH) return false;
    long at = index;
    long last = size - 1;
    Bytes hash = leafHash;
    for (Bytes sibling : proof) {
      if (last == 0) return false;
      if ((at & 1) == 1 || at == last) {
        hash = node(sibling, hash);
        int skip = at == 0 ? 0 : Long.numberOfTrailingZeros(at);
        at >>= skip;
        last >>= skip;
      } else {
        hash = node(hash, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /// Whether the tree of `oldSize` leaves is a beginning of the tree of `newSize` (RFC 9162
  /// §2.1.4.2). The empty tree is a beginning of every tree, with an empty proof.
  public static boolean verifyConsistency(
      long oldSize, Bytes oldRoot, long newSize, Bytes newRoot, List<Bytes> proof) {
    if (oldSize < 0 || oldSize > newSize || !areHashes(proof)) return false;
    if (oldSize == newSize) return proof.isEmpty() && oldRoot.equals(newRoot);
    if (oldSize == 0) return proof.isEmpty() && oldRoot.equals(EMPTY_ROOT);
    List<Bytes> path = proof;
    if (Long.bitCount(oldSize) == 1) {
      path = new ArrayList<>(proof.size() + 1);
      path.add(oldRoot);
      path.addAll(proof);
    }
    if (path.isEmpty()) return false;
    int skip = Long.numberOfTrailingZeros(oldSize);
    long at = (oldSize - 1) >> skip;
    long last = (newSize - 1) >> skip;
    Bytes before = path.getFirst();
    Bytes after = path.getFirst();
    for (Bytes hash : path.subList(1, path.size())) {
      if (last == 0) return false;
      if ((at & 1) == 1 || at == last) {
        before = node(hash, before);
        after = node(hash, after);
        int rise = at == 0 ? 0 : Long.numberOfTrailingZeros(at);
        at >>= rise;
        last >>= rise;
      } else {
        after = node(after, hash);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && before.equals(oldRoot) && after.equals(newRoot);
  }

  private static boolean areHashes(List<Bytes> proof) {
    return proof.size() <= MAX_PROOF && proof.stream().allMatch(hash -> hash.length() == HASH);
  }
}
