package veche.log;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5 What a witness does with a checkpoint it is shown (C2SP tlog-witness). It only decides:
/// whoever asks must store the accepted tree durably, and against the same state, before anything
/// signed leaves.
public final class WitnessRule {
  private WitnessRule() {}

  /// The largest tree of an origin that the witness has cosigned.
  public record State(long size, Bytes root) {
    public static final State NONE = new State(0, Merkle.emptyRoot());
  }

  /// A submission: `old <size>`, the consistency proof, an empty line, the checkpoint.
  public record Request(long old, List<Bytes> proof, Note checkpoint) {
    private static final int MAX_TEXT = 1 << 20;

    public Request {
      proof = List.copyOf(proof);
      if (old < 0) throw new Malformed("old size " + old);
      if (proof.size() > Merkle.MAX_PROOF) throw new Malformed("proof too long");
    }

    public static Request parse(Bytes bytes) {
      try {
        ByteBuffer encoded = ByteBuffer.wrap(bytes.toArray());
        return parse(StandardCharsets.UTF_8.newDecoder().decode(encoded).toString());
      } catch (CharacterCodingException e) {
        throw new Malformed("submission that is not UTF-8");
      }
    }

    public static Request parse(String text) {
      if (text.length() > MAX_TEXT) throw new Malformed("submission too long");
      int split = text.indexOf("\n\n");
      if (split < 0) throw new Malformed("submission without an empty line");
      List<String> lines = List.of(text.substring(0, split).split("\n", -1));
      if (!lines.getFirst().startsWith("old ")) throw new Malformed("submission without old size");
      if (lines.size() - 1 > Merkle.MAX_PROOF) throw new Malformed("proof too long");
      return new Request(
          Checkpoint.decimal(lines.getFirst().substring("old ".length())),
          lines.subList(1, lines.size()).stream().map(Bytes::fromBase64).toList(),
          Note.parse(text.substring(split + 2)));
    }

    public String text() {
      StringBuilder out = new StringBuilder("old ").append(old).append('\n');
      for (Bytes hash : proof) out.append(hash.base64()).append('\n');
      return out.append('\n').append(checkpoint.text()).toString();
    }
  }

  public sealed interface Decision {}

  /// Store this tree as the new state, then cosign it.
  public record Accept(Checkpoint checkpoint) implements Decision {}

  /// Cosign nothing.
  public record Refuse(Reason reason) implements Decision {
    public int status() {
      return reason.status();
    }
  }

  public enum Reason {
    UNKNOWN_ORIGIN(404),
    NOT_SIGNED(403),
    OLD_BEYOND_SIZE(400),
    MALFORMED(400),
    /// Answered with the size of the state, so that the log can try again.
    WRONG_OLD_SIZE(409),
    /// Two roots for one size, signed by the log: the submission is evidence of a fork.
    ANOTHER_ROOT(409),
    NOT_CONSISTENT(422);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  /// @param log the key of the log whose origin this is, if the witness knows it
  public static Decision decide(State state, Request request, Optional<Vkey> log) {
    Checkpoint next;
    try {
      next = Checkpoint.parse(request.checkpoint.body());
    } catch (Malformed e) {
      return new Refuse(Reason.MALFORMED);
    }
    if (log.isEmpty() || !log.get().name().equals(next.origin())) {
      return new Refuse(Reason.UNKNOWN_ORIGIN);
    }
    if (!isSigned(request.checkpoint, log.get())) return new Refuse(Reason.NOT_SIGNED);
    if (request.old > next.size()) return new Refuse(Reason.OLD_BEYOND_SIZE);
    // a fork is named as one, whatever old size came with it
    if (next.size() == state.size && !next.root().equals(state.root)) {
      return new Refuse(Reason.ANOTHER_ROOT);
    }
    if (request.old != state.size) return new Refuse(Reason.WRONG_OLD_SIZE);
    boolean consistent =
        Merkle.verifyConsistency(state.size, state.root, next.size(), next.root(), request.proof);
    return consistent ? new Accept(next) : new Refuse(Reason.NOT_CONSISTENT);
  }

  private static boolean isSigned(Note note, Vkey log) {
    try {
      return !note.verifiedBy(List.of(log)).isEmpty();
    } catch (Malformed e) {
      return false;
    }
  }
}
