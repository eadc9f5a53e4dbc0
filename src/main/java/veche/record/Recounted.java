package veche.record;

import veche.crypto.Vkey;
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
}
