package veche.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;
import org.jspecify.annotations.Nullable;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §2 Ed25519: RFC 8032 signatures, verified strictly. The public key and R must be
/// canonical encodings of points of the prime-order group other than its identity, and S must be
/// below L. For such inputs the equation with the cofactor and the one without it say the same, so
/// that no two programs can differ about a signature.
public final class Ed25519 {
  public static final int SEED = 32;
  public static final int KEY = 32;
  public static final int SIGNATURE = 64;

  private Ed25519() {}

  public static Bytes publicKey(Bytes seed) {
    byte[] out = new byte[KEY];
    org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed(seed), 0, out, 0);
    return Bytes.wrap(out);
  }

  public static Bytes sign(Bytes seed, byte[] message) {
    byte[] out = new byte[SIGNATURE];
    org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
        seed(seed), 0, message, 0, message.length, out, 0);
    return Bytes.wrap(out);
  }

  public static boolean verify(Bytes publicKey, byte[] message, Bytes signature) {
    if (publicKey.length() != KEY || signature.length() != SIGNATURE) return false;
    byte[] sig = signature.unsafeArray();
    // Bouncy Castle's equation is multiplied by a number that may be even: a point with a part of
    // small order would pass or fail by chance, so it is judged first
    PublicPoint key = primeOrder(publicKey.unsafeArray());
    return key != null
        && primeOrder(sig) != null
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(sig, 0, key, message, 0, message.length);
  }

  /// Whether `publicKey` is a key that a signature can be verified under.
  public static boolean isKey(Bytes publicKey) {
    return publicKey.length() == KEY && primeOrder(publicKey.unsafeArray()) != null;
  }

  private static @Nullable PublicPoint primeOrder(byte[] encoding) {
    return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFullExport(encoding, 0);
  }

  private static byte[] seed(Bytes seed) {
    if (seed.length() != SEED) throw new Malformed("Ed25519 seed of " + seed.length() + " bytes");
    return seed.unsafeArray();
  }
}
