package veche.record;

import java.util.Optional;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a `recount`: what somebody without a role says after counting once more what was
/// opened. Anybody can make a key, so it proves nothing by itself and stops nothing: who made it is
/// for people to judge.
///
/// @param by the key that signed, under the name its holder chose
/// @param tool what counted, at most 100 characters; `version` as it calls itself, at most 100
/// @param digest of the result object that was found
/// @param checks what a verification of the record gave, at most 1,000 characters; may be empty
public record Recounted(Vkey by, String tool, String version, Bytes digest, String checks) {
  /// A log keeps no more of them: strangers may send them.
  public static final int MOST = 256;

  private static final int NAME = 100;
  private static final int TEXT = 1_000;

  public Recounted {
    if (by.type() != Vkey.ED25519) throw new Malformed("recount: expected an Ed25519 key");
    if (tool.isBlank() || tool.length() > NAME) {
      throw new Malformed("recount: tool: expected 1 to " + NAME + " characters");
    }
    if (version.length() > NAME) {
      throw new Malformed("recount: version: expected at most " + NAME + " characters");
    }
    if (checks.length() > TEXT) {
      throw new Malformed("recount: checks: expected at most " + TEXT + " characters");
    }
  }

  static Recounted read(Enc payload) {
    Enc.Fields f = payload.fields("recount");
    Recounted out =
        new Recounted(
            Vkey.parse(f.text("vkey")),
            f.text("tool"),
            f.text("version"),
            f.bytes("digest", 32),
            f.text("checks"));
    f.end();
    return out;
  }

  public Enc enc() {
    return Enc.list(
        Enc.text(by.toString()),
        Enc.text(tool),
        Enc.text(version),
        Enc.bytes(digest),
        Enc.text(checks));
  }

  /// Signed by the key it names and no other, which must not bear the name of a body of the
  /// election or of one of its roles.
  Optional<Refused> signed(Act act, String origin, Roster roster) {
    String first = by.name().replaceFirst("/.*", "");
    if (roster.bodies().stream().anyMatch(body -> body.name().equals(first))) {
      return no(Code.CONFLICT, "recount: the name " + by.name() + " is a body's");
    }
    if (act.signatures().size() != 1) {
      return no(Code.TOO_FEW_SIGNATURES, "recount: expected exactly one signature");
    }
    String line = act.signatures().getFirst();
    boolean right = Note.verifies(act.noteBody(origin), line, by);
    return right ? Optional.empty() : no(Code.BAD_SIGNATURE, "recount: by " + by.name());
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
