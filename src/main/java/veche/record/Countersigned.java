package veche.record;

import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a `countersign`: what an observer says of a verification, bound to the log at one size.
/// Anybody can make a key, so it proves nothing by itself and stops nothing.
///
/// @param by the key that signed, under the name its holder chose
/// @param size of the log that was verified, with `close` in it; `root` at that size
/// @param tool what verified, 1 to 100 characters; `version` as it calls itself, at most 100
/// @param first the id of the first check that failed; empty where none did
public record Countersigned(
    Vkey by,
    long size,
    Bytes root,
    String tool,
    String version,
    int passed,
    int failed,
    int notApplicable,
    int notChecked,
    String first) {
  /// A log keeps no more of them: strangers may send them.
  public static final int MOST = 256;

  private static final int NAME = 100;
  private static final int CHECKS = 1_000;

  public Countersigned {
    if (by.type() != Vkey.ED25519) throw new Malformed("countersign: expected an Ed25519 key");
    if (tool.isBlank() || tool.length() > NAME) {
      throw new Malformed("countersign: tool: expected 1 to " + NAME + " characters");
    }
    if (version.length() > NAME) {
      throw new Malformed("countersign: version: expected at most " + NAME + " characters");
    }
    if (first.isEmpty() != (failed == 0) || first.length() > NAME) {
      throw new Malformed("countersign: first: expected a failed check exactly where one failed");
    }
  }

  static Countersigned read(Enc payload) {
    Enc.Fields f = payload.fields("countersign");
    Countersigned out =
        new Countersigned(
            Vkey.parse(f.text("vkey")),
            f.uint("size"),
            f.bytes("root", 32),
            f.text("tool"),
            f.text("version"),
            f.uint("passed", CHECKS),
            f.uint("failed", CHECKS),
            f.uint("notApplicable", CHECKS),
            f.uint("notChecked", CHECKS),
            f.text("first"));
    f.end();
    return out;
  }

  public Enc enc() {
    return Enc.list(
        Enc.text(by.toString()),
        Enc.uint(size),
        Enc.bytes(root),
        Enc.text(tool),
        Enc.text(version),
        Enc.uint(passed),
        Enc.uint(failed),
        Enc.uint(notApplicable),
        Enc.uint(notChecked),
        Enc.text(first));
  }
}
