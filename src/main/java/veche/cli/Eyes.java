package veche.cli;

import java.util.List;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Tile;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: an observer that comes by itself and reads every entry. It needs no open port and works
/// through Tor.
final class Eyes {
  private static final int TRIES = 3;

  private final Remote remote;
  private final Vkey log;
  private Tree tree = new Tree();

  /// Two signed histories of one log.
  static final class Fork extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Note note;

    Fork(String what, Note note) {
      super("fork: " + what);
      this.note = note;
    }
  }

  private record Seen(Note note, Checkpoint checkpoint) {}

  Eyes(Remote remote, Vkey log) {
    this.remote = remote;
    this.log = log;
  }

  String origin() {
    return log.name();
  }

  /// Reads up to the server's newest checkpoint and refuses any that is not the old one, longer.
  void look() {
    read();
  }

  private Seen read() {
    Note note = Note.parse(remote.get("candidate"));
    Checkpoint checkpoint = Checkpoint.verified(note, log);
    if (checkpoint.size() < tree.size()) {
      if (!tree.root(checkpoint.size()).equals(checkpoint.root())) throw fork(checkpoint, note);
      return new Seen(note, checkpoint);
    }
    // read into a copy: entries that do not give the signed root are not believed
    Tree next = tree.copy();
    while (next.size() < checkpoint.size()) {
      long from = next.size();
      long bundle = from / Tile.WIDTH;
      int width = (int) Math.min(Tile.WIDTH, checkpoint.size() - bundle * Tile.WIDTH);
      Tile tile = new Tile(Tile.ENTRIES, bundle, width);
      List<Bytes> leaves = Tile.entries(remote.get(tile.path()), width);
      for (Bytes leaf : leaves.subList((int) (from - bundle * Tile.WIDTH), width)) {
        next.append(Merkle.leafHash(leaf));
      }
    }
    if (!next.root(checkpoint.size()).equals(checkpoint.root())) {
      if (next.size() == tree.size()) throw fork(checkpoint, note);
      throw new Malformed("the entries do not give the signed root of " + checkpoint.size());
    }
    tree = next;
    return new Seen(note, checkpoint);
  }

  private static Fork fork(Checkpoint checkpoint, Note note) {
    return new Fork("another root of size " + checkpoint.size(), note);
  }

  /// Looks, and if there is something to say, has the witness cosign it and hands that in.
  ///
  /// @return how many deposits that were handed in keep it from vouching
  int vouch(Witness witness) {
    try {
      return say(witness, read());
    } catch (Fork e) {
      witness.forked(log.name(), e.note);
      throw e;
    }
  }

  private int say(Witness witness, Seen seen) {
    for (int i = 0; i < TRIES; i++) {
      WitnessRule.State state = witness.state(log.name());
      if (state.size() <= tree.size() && !tree.root(state.size()).equals(state.root())) {
        throw new Fork("what was cosigned at size " + state.size() + " is not there", seen.note);
      }
      // an older state of the same log: nothing new to say
      if (state.size() > seen.checkpoint.size()) return 0;
      List<Bytes> proof = tree.consistency(state.size(), seen.checkpoint.size());
      switch (witness.add(new WitnessRule.Request(state.size(), proof, seen.note))) {
        case Witness.Cosigned(Checkpoint checkpoint, String line) -> {
          remote.post("cosignatures", Bytes.utf8(checkpoint.body() + "\n" + line + "\n"));
          return 0;
        }
        case Witness.Withheld(int missing) -> {
          return missing;
        }
        case Witness.Refused(WitnessRule.Reason reason, long size) -> {
          // somebody pushed a newer checkpoint meanwhile
          if (reason == WitnessRule.Reason.WRONG_OLD_SIZE) continue;
          throw new Fork(reason + " at size " + seen.checkpoint.size(), seen.note);
        }
      }
    }
    return 0;
  }
}
