package veche.crypto;

import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §6: a ciphertext (A, B) = ([r]G, M + [r]Y). A sum may hold identities, which have no
/// encoding; one read from outside never does.
public record ElGamal(Point a, Point b) {
  public static final ElGamal NONE = new ElGamal(Point.IDENTITY, Point.IDENTITY);

  /// Encrypts `message` under `key` with randomness `r`, which must not be zero.
  public static ElGamal encrypt(Point key, Point message, Scalar r) {
    return new ElGamal(Point.base(r), message.plus(key.timesFixed(r)));
  }

  public ElGamal plus(ElGamal other) {
    return new ElGamal(a.plus(other.a), b.plus(other.b));
  }

  public ElGamal minus(ElGamal other) {
    return new ElGamal(a.minus(other.a), b.minus(other.b));
  }

  public boolean hasIdentity() {
    return a.isIdentity() || b.isIdentity();
  }

  /// The bytes by which copies are recognised (protocol §15 line 26).
  public Bytes copyKey() {
    return a.encoding();
  }

  public Enc first() {
    return Enc.of(a);
  }

  public Enc second() {
    return Enc.of(b);
  }
}
