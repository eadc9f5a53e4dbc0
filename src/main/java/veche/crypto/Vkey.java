package veche.crypto;

import java.util.Arrays;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 Verifier key of a signed note: `name+hex8(key id)+base64(type ‖ key)`. The key id is a
/// hint that also binds the name and the type; a text whose id does not fit is refused.
public record Vkey(String name, int type, Bytes key) {
  public static final int ED25519 = 1;
  public static final int COSIGNATURE = 4;

  public Vkey {
    if (!Note.isName(name)) throw new Malformed("key name");
    if (type != ED25519 && type != COSIGNATURE) throw new Malformed("key type " + type);
    if (!Ed25519.isKey(key)) throw new Malformed("not an Ed25519 public key");
  }

  public static Vkey parse(String text) {
    String[] parts = text.split("\\+", 3);
    if (parts.length != 3) throw new Malformed("verifier key: expected name+id+key");
    Bytes body = Bytes.fromBase64(parts[2]);
    if (body.length() == 0) throw new Malformed("verifier key without a type");
    Vkey key = new Vkey(parts[0], body.at(0), body.slice(1, body.length()));
    if (!key.id().hex().equals(parts[1])) throw new Malformed("verifier key: id does not fit");
    return key;
  }

  /// The first four bytes of SHA-256(name ‖ 0A ‖ type ‖ key).
  public Bytes id() {
    byte[] digest =
        Bytes.sha256(
            Bytes.utf8(name).unsafeArray(), new byte[] {'\n', (byte) type}, key.unsafeArray());
    return Bytes.wrap(Arrays.copyOf(digest, 4));
  }

  @Override
  public String toString() {
    byte[] head = {(byte) type};
    return name + "+" + id().hex() + "+" + Bytes.of(head).concat(key).base64();
  }
}
