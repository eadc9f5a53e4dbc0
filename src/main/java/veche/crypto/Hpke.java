package veche.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.math.ec.ECPoint;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// RFC 9180 base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, one message to a
/// context: how a trustee's share travels (protocol §5, §15 line 12).
public final class Hpke {
  private Hpke() {}

  /// @param enc the 65-byte encapsulated key
  public record Sealed(Bytes enc, Bytes ciphertext) {}

  /// What RFC 9180 calls the AEAD's number. The protocol knows one; the RFC's own known answers
  /// need another.
  static final short AEAD = HPKE.aead_AES_GCM256;

  private static HPKE suite(short aead) {
    return new HPKE(HPKE.mode_base, HPKE.kem_P256_SHA256, HPKE.kdf_HKDF_SHA256, aead);
  }

  /// RFC 9180 SerializePublicKey: the 65-byte uncompressed point.
  public static Bytes publicKey(Scalar secret) {
    return Bytes.wrap(Point.base(secret).at().getEncoded(false));
  }

  /// Refuses what is not an uncompressed point of the curve.
  public static void checkPublicKey(Bytes key) {
    if (key.length() != 65 || key.at(0) != 4) throw new Malformed("hpke key: expected 65 bytes");
    BigInteger x = new BigInteger(1, key.slice(1, 33).unsafeArray());
    BigInteger y = new BigInteger(1, key.slice(33, 65).unsafeArray());
    if (x.compareTo(Point.PRIME) >= 0 || y.compareTo(Point.PRIME) >= 0) {
      throw new Malformed("hpke key: coordinate not below p");
    }
    ECPoint point = Point.CURVE.createPoint(x, y);
    if (!point.isValid()) throw new Malformed("hpke key: not on the curve");
  }

  /// @param ephemeral fresh and used once
  public static Sealed seal(
      Bytes receiver, Bytes info, Bytes aad, Bytes plaintext, Scalar ephemeral) {
    return seal(AEAD, receiver, info, aad, plaintext, ephemeral);
  }

  static Sealed seal(
      short aead, Bytes receiver, Bytes info, Bytes aad, Bytes plaintext, Scalar ephemeral) {
    checkPublicKey(receiver);
    HPKE suite = suite(aead);
    AsymmetricCipherKeyPair pair = keys(suite, ephemeral);
    HPKEContextWithEncapsulation context =
        suite.setupBaseS(
            suite.deserializePublicKey(receiver.unsafeArray()), info.unsafeArray(), pair);
    try {
      return new Sealed(
          Bytes.wrap(context.getEncapsulation()),
          Bytes.wrap(context.seal(aad.unsafeArray(), plaintext.unsafeArray())));
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  /// Refuses, with [Malformed], whatever this key, info and aad do not open.
  public static Bytes open(Sealed sealed, Scalar secret, Bytes info, Bytes aad) {
    return open(AEAD, sealed, secret, info, aad);
  }

  static Bytes open(short aead, Sealed sealed, Scalar secret, Bytes info, Bytes aad) {
    checkPublicKey(sealed.enc());
    HPKE suite = suite(aead);
    try {
      return Bytes.wrap(
          suite
              .setupBaseR(sealed.enc().unsafeArray(), keys(suite, secret), info.unsafeArray())
              .open(aad.unsafeArray(), sealed.ciphertext().unsafeArray()));
    } catch (InvalidCipherTextException | RuntimeException e) {
      throw new Malformed("hpke: does not open");
    }
  }

  private static AsymmetricCipherKeyPair keys(HPKE suite, Scalar secret) {
    return suite.deserializePrivateKey(
        secret.encoding().unsafeArray(), publicKey(secret).unsafeArray());
  }
}
