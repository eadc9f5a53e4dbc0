package veche.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §2: the three hashes of the protocol. Every argument is a typed ENC item, so no two
/// different argument lists meet in one hash.
public final class Transcript {
  private static final byte[] SCALAR_DST =
      "VECHE-V1-P256_XMD:SHA-256-SCALAR".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] POINT_DST =
      "VECHE-V1-P256_XMD:SHA-256_SSWU_RO_".getBytes(StandardCharsets.US_ASCII);

  private Transcript() {}

  /// protocol §2 TH: SHA-256 over the tag item and every argument's ENC.
  public static Bytes th(String tag, Enc... args) {
    MessageDigest digest = digest(tag);
    for (Enc arg : args) digest.update(arg.encode().unsafeArray());
    return Bytes.wrap(digest.digest());
  }

  /// TH of arguments that the caller hashes piece by piece: the tag item is in already.
  static MessageDigest digest(String tag) {
    MessageDigest digest = Bytes.sha256Digest();
    digest.update(Enc.text("veche/1/" + tag).encode().unsafeArray());
    return digest;
  }

  /// protocol §2 HS: a scalar from 48 bytes, so that its bias stays below 2^-128.
  public static Scalar hs(String tag, Enc... args) {
    byte[] wide = expand(th(tag, args).unsafeArray(), SCALAR_DST, 48);
    return Scalar.of(new BigInteger(1, wide));
  }

  /// protocol §2 HP: a point nobody knows a discrete logarithm of.
  public static Point hp(String tag, Enc... args) {
    return HashToCurve.point(th(tag, args).unsafeArray(), POINT_DST);
  }

  /// RFC 9380 §5.3.1 expand_message_xmd with SHA-256.
  static byte[] expand(byte[] message, byte[] dst, int length) {
    int blocks = (length + 31) / 32;
    if (blocks > 255 || dst.length > 255) throw new IllegalArgumentException("expand_message_xmd");
    byte[] suffix = Arrays.copyOf(dst, dst.length + 1);
    suffix[dst.length] = (byte) dst.length;
    byte[] lengthAndZero = {(byte) (length >> 8), (byte) length, 0};
    byte[] first = Bytes.sha256(new byte[64], message, lengthAndZero, suffix);
    byte[] block = new byte[32];
    byte[] out = new byte[blocks * 32];
    for (int i = 1; i <= blocks; i++) {
      for (int k = 0; k < 32; k++) block[k] ^= first[k];
      block = Bytes.sha256(block, new byte[] {(byte) i}, suffix);
      System.arraycopy(block, 0, out, (i - 1) * 32, 32);
    }
    return Arrays.copyOf(out, length);
  }
}
