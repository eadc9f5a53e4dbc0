package veche.log;

import java.util.List;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 Checkpoint (C2SP tlog-checkpoint): three lines that say how large a log is and what its
/// root is. Extension lines are not of our profile.
public record Checkpoint(String origin, long size, Bytes root) {
  public Checkpoint {
    if (origin.isEmpty() || origin.chars().anyMatch(c -> c < ' ')) throw new Malformed("origin");
    if (size < 0) throw new Malformed("checkpoint size " + size);
    if (root.length() != Merkle.HASH) throw new Malformed("root of " + root.length() + " bytes");
  }

  public static Checkpoint parse(String body) {
    String[] lines = body.split("\n", -1);
    if (lines.length != 4 || !lines[3].isEmpty()) {
      throw new Malformed("checkpoint: expected three lines");
    }
    return new Checkpoint(lines[0], decimal(lines[1]), Bytes.fromBase64(lines[2]));
  }

  /// The checkpoint in a note, if the log whose key this is signed it under its own name as origin.
  public static Checkpoint verified(Note note, Vkey log) {
    Checkpoint checkpoint = parse(note.body());
    if (!checkpoint.origin.equals(log.name())) {
      throw new Malformed("checkpoint of another origin: " + checkpoint.origin);
    }
    if (note.verifiedBy(List.of(log)).isEmpty()) throw new Malformed("the log did not sign");
    return checkpoint;
  }

  public String body() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  public Note sign(SigningKey log) {
    if (!log.name().equals(origin)) throw new Malformed("a key of another origin: " + log.name());
    return new Note(body(), List.of(log.signLine(body())));
  }

  /// A decimal number with one spelling, below 2^63.
  static long decimal(String digits) {
    if (!digits.matches("0|[1-9][0-9]{0,18}")) throw new Malformed("not a decimal number");
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new Malformed("number too large");
    }
  }
}
