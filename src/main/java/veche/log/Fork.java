package veche.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §4: the proof that a log signed two histories, in one file that convinces a stranger who
/// has the log's key and nothing else. Two signed checkpoints of one size with two roots are one by
/// themselves. Of two sizes, the root that the longer tree had at the shorter one's size stands
/// beside them, with the proof (RFC 9162 §2.1.4) that it is a beginning of the longer tree: a tree
/// has one beginning of each size, so the signed one is of another tree.
///
/// @param one the shorter, or either of two of one size
/// @param root of the longer tree at the size of `one`; empty where the sizes are one
public record Fork(Note one, Note other, Optional<Bytes> root, List<Bytes> proof) {
  private static final String FORM = "veche.fork/v1";
  private static final int MAX_TEXT = 1 << 20;

  public Fork {
    proof = List.copyOf(proof);
    if (root.isEmpty() && !proof.isEmpty()) throw new Malformed("fork: a proof without a root");
    if (root.isPresent() && root.get().length() != Merkle.HASH) {
      throw new Malformed("fork: root: expected 32 bytes");
    }
  }

  /// What is proved.
  ///
  /// @param origin of the log that signed both
  /// @param size up to which the two histories are not one; `otherSize` of the longer
  /// @param vouched names of the witnesses whose word stands on both
  public record Proven(String origin, long size, long otherSize, Set<String> vouched) {
    public Proven {
      vouched = Set.copyOf(vouched);
    }
  }

  /// The proof from two checkpoints, if they are of two histories; empty where they agree.
  ///
  /// @param tree with at least the leaves of the longer checkpoint, where there is one
  public static Optional<Fork> find(Note one, Note other, Optional<Tree> tree) {
    Checkpoint a = Checkpoint.parse(one.body());
    Checkpoint b = Checkpoint.parse(other.body());
    if (!a.origin().equals(b.origin())) throw new Malformed("fork: checkpoints of two logs");
    if (a.size() > b.size()) return find(other, one, tree);
    if (a.size() == b.size()) {
      return a.root().equals(b.root())
          ? Optional.empty()
          : Optional.of(new Fork(one, other, Optional.empty(), List.of()));
    }
    Tree longer =
        tree.filter(t -> t.size() >= b.size() && t.root(b.size()).equals(b.root()))
            .orElseThrow(
                () -> new Malformed("fork: needs the log's entries up to size " + b.size()));
    Bytes root = longer.root(a.size());
    return root.equals(a.root())
        ? Optional.empty()
        : Optional.of(
            new Fork(one, other, Optional.of(root), longer.consistency(a.size(), b.size())));
  }

  public static Fork parse(String text) {
    if (text.length() > MAX_TEXT) throw new Malformed("fork: too long");
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() < 4 || !lines.getFirst().equals(FORM) || !lines.getLast().isEmpty()) {
      throw new Malformed("fork: expected " + FORM + " and its lines");
    }
    Note one = note(lines.get(1));
    Note other = note(lines.get(2));
    Optional<Bytes> root = Optional.empty();
    List<Bytes> proof = new ArrayList<>();
    for (String line : lines.subList(3, lines.size() - 1)) {
      if (line.startsWith("root ") && root.isEmpty() && proof.isEmpty()) {
        root = Optional.of(Bytes.fromBase64(line.substring(5)));
      } else if (line.startsWith("hash ") && proof.size() < Merkle.MAX_PROOF) {
        proof.add(Bytes.fromBase64(line.substring(5)));
      } else {
        throw new Malformed("fork: a line of another kind");
      }
    }
    return new Fork(one, other, root, proof);
  }

  private static Note note(String line) {
    if (!line.startsWith("note ")) throw new Malformed("fork: expected two notes");
    return Note.parse(Bytes.fromBase64(line.substring(5)).utf8());
  }

  public String text() {
    StringBuilder out = new StringBuilder(FORM).append('\n');
    out.append("note ").append(Bytes.utf8(one.text()).base64()).append('\n');
    out.append("note ").append(Bytes.utf8(other.text()).base64()).append('\n');
    root.ifPresent(r -> out.append("root ").append(r.base64()).append('\n'));
    for (Bytes hash : proof) out.append("hash ").append(hash.base64()).append('\n');
    return out.toString();
  }

  /// Throws [Malformed] where it proves nothing against this log.
  ///
  /// @param witnesses whose lines are looked for on both
  public Proven verify(Vkey log, List<Vkey> witnesses) {
    Checkpoint a = Checkpoint.verified(one, log);
    Checkpoint b = Checkpoint.verified(other, log);
    if (a.size() > b.size()) throw new Malformed("fork: expected the shorter checkpoint first");
    if (a.size() == b.size()) {
      if (root.isPresent() || a.root().equals(b.root())) {
        throw new Malformed("fork: the two checkpoints are of one history");
      }
    } else {
      Bytes mine = root.orElseThrow(() -> new Malformed("fork: expected the other root"));
      if (mine.equals(a.root())) {
        throw new Malformed("fork: the two checkpoints are of one history");
      }
      if (!Merkle.verifyConsistency(a.size(), mine, b.size(), b.root(), proof)) {
        throw new Malformed("fork: the root is not that of the longer tree");
      }
    }
    Set<String> both = new HashSet<>(signers(one, witnesses));
    both.retainAll(signers(other, witnesses));
    return new Proven(a.origin(), a.size(), b.size(), both);
  }

  private static Set<String> signers(Note note, List<Vkey> witnesses) {
    Set<String> out = new HashSet<>();
    try {
      Cosignature.all(note, witnesses).forEach(c -> out.add(c.name()));
    } catch (Malformed e) {
      // a spoilt line vouches for nothing
    }
    return out;
  }
}
