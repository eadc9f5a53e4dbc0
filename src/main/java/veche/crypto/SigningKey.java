package veche.crypto;

import java.nio.charset.StandardCharsets;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 The secret half of a `Vkey`. Its text never shows the seed.
public record SigningKey(String name, int type, Bytes seed) {
  public SigningKey {
    if (seed.length() != Ed25519.SEED) throw new Malformed("seed of " + seed.length() + " bytes");
    if (!Note.isName(name)) throw new Malformed("key name");
    if (type != Vkey.ED25519 && type != Vkey.COSIGNATURE) throw new Malformed("key type " + type);
  }

  public Vkey vkey() {
    return new Vkey(name, type, Ed25519.publicKey(seed));
  }

  /// An ordinary signature line over the text of a note.
  public String signLine(String noteBody) {
    if (type != Vkey.ED25519) throw new IllegalStateException("a cosigner's key signs no notes");
    return Note.line(vkey(), sign(noteBody));
  }

  public Bytes sign(String message) {
    return Ed25519.sign(seed, message.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "SigningKey[" + vkey() + "]";
  }
}
