package veche.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.wire.Malformed;

/// protocol §11 Trustee preconditions: what must hold in a record that a trustee folded itself
/// before its share touches anything.
public final class Duty {
  private Duty() {}

  /// record §6: `close` stands validly when a checkpoint before it and one over it carry quorums of
  /// cosignatures made at or after the closing time (attacks.md row 48).
  ///
  /// @param stages kept checkpoints with their cosignatures, from wherever they came
  public static Optional<Refused> closed(Record record, List<Note> stages) {
    if (!record.phase().closed()) {
      return Optional.of(new Refused(Code.WRONG_PHASE, "the election is not closed"));
    }
    Draft draft = record.draft();
    boolean before = false;
    boolean after = false;
    for (Note note : stages) {
      Checkpoint checkpoint = checkpoint(record, note);
      if (!quorumSince(record, note, draft.closesAt())) continue;
      if (checkpoint.size() <= record.closeIndex()) before = true;
      else after = true;
    }
    if (before && after) return Optional.empty();
    return Optional.of(
        new Refused(
            Code.QUORUM_MISSING,
            "close: no quorum after closing time on a checkpoint "
                + (before ? "that covers it" : "before it")));
  }

  /// A checkpoint of this record's log; a signed one over another tree is the proof of a fork.
  public static Checkpoint checkpoint(Record record, Note note) {
    Checkpoint checkpoint = Checkpoint.verified(note, Vkey.parse(record.draft().log()));
    if (!checkpoint.origin().equals(record.origin())) {
      throw new Malformed("checkpoint of another log: " + checkpoint.origin());
    }
    if (checkpoint.size() > record.size()) {
      throw new Malformed("checkpoint of size " + checkpoint.size() + " is beyond the record");
    }
    if (!record.tree().root(checkpoint.size()).equals(checkpoint.root())) {
      throw new Malformed("fork: two roots of size " + checkpoint.size());
    }
    return checkpoint;
  }

  /// Whether the witnesses' quorum stands on this checkpoint with times at or after `notBefore`.
  public static boolean quorumSince(Record record, Note note, long notBefore) {
    Map<String, Long> times = Cosignature.times(note, record.policy().witnessKeys());
    return record.policy().quorum(times, notBefore);
  }

  private static Optional<Refused> enough(Record record) {
    long counted = record.chain().keys();
    if (counted >= record.draft().minCount()) return Optional.empty();
    return Optional.of(
        new Refused(
            Code.WRONG_PHASE,
            counted + " counted ballots, fewer than " + record.draft().minCount()));
  }

  /// All preconditions of a mix: nothing is mixed before the box is validly shut, nor of a list so
  /// short that it hides nothing. That the earlier mixes hold, the fold has seen.
  public static Optional<Refused> mayMix(Record record, List<Note> stages) {
    return closed(record, stages).or(() -> enough(record));
  }

  /// All preconditions of a contribution to opening a contest. That nothing else was ever answered
  /// for it is the trustee's own memory (record §8).
  public static Optional<Refused> mayDecrypt(Record record, List<Note> stages) {
    return closed(record, stages).or(() -> enough(record));
  }
}
