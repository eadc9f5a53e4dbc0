package veche.council;

import java.util.List;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §6 Second door: a body's word that it took a ballot at a time and will deposit it.
///
/// @param leafHash of the ballot leaf
/// @param time Unix seconds
public record Taken(String origin, Bytes leafHash, long time) {
  private static final String FIRST_LINE = "veche.taken/v1";

  public Taken {
    if (leafHash.length() != 32) throw new Malformed("taken: leaf hash: expected 32 bytes");
    if (time < 0) throw new Malformed("taken: time");
  }

  public String body() {
    return FIRST_LINE + "\n" + origin + "\n" + leafHash.hex() + "\n" + time + "\n";
  }

  public Note sign(SigningKey body) {
    return new Note(body(), List.of(body.signLine(body())));
  }

  /// What this body said; [Malformed] where the note is another or not signed by it.
  public static Taken verified(Note note, Vkey body) {
    if (note.verifiedBy(List.of(body)).isEmpty())
      throw new Malformed("taken: not by " + body.name());
    String[] lines = note.body().split("\n", -1);
    if (lines.length != 5
        || !lines[0].equals(FIRST_LINE)
        || !lines[2].matches("[0-9a-f]{64}")
        || !lines[3].matches("0|[1-9][0-9]{0,17}")) {
      throw new Malformed("taken: expected four lines");
    }
    return new Taken(lines[1], Bytes.fromHex(lines[2]), Long.parseLong(lines[3]));
  }
}
