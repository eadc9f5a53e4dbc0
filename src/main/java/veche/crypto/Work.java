package veche.crypto;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;
import veche.wire.Bytes;

/// doors §8: work for one request, cheap to check and as dear as its bits (Hashcash, Back 2002,
/// with the challenge given by the door as in Juels and Brainard 1999). It is bound to the bytes
/// sent.
public final class Work {
  /// More than any door asks.
  public static final int MOST = 24;

  private Work() {}

  /// The challenge and the body that it pays for.
  public static Bytes seed(String challenge, Bytes body) {
    return Bytes.utf8(challenge + "\n").concat(body).sha256();
  }

  /// Leading zero bits of SHA-256(seed, counter as eight bytes), at most 64 of them.
  public static int zeros(Bytes seed, long counter) {
    byte[] hash = Bytes.sha256(seed.unsafeArray(), eight(counter));
    return Long.numberOfLeadingZeros(ByteBuffer.wrap(hash).getLong());
  }

  /// The first counter whose hash has so many zero bits.
  ///
  /// @param goOn asked now and then; where it says no the answer is -1
  public static long solve(Bytes seed, int bits, BooleanSupplier goOn) {
    if (bits < 0 || bits > MOST) throw new IllegalArgumentException("bits: " + bits);
    MessageDigest digest = Bytes.sha256Digest();
    ByteBuffer block = ByteBuffer.allocate(40).put(seed.unsafeArray());
    byte[] hash = new byte[32];
    for (long counter = 0; ; counter++) {
      if ((counter & 0xffff) == 0xffff && !goOn.getAsBoolean()) return -1;
      block.putLong(32, counter);
      digest.update(block.array());
      try {
        digest.digest(hash, 0, hash.length);
      } catch (DigestException e) {
        throw new IllegalStateException("a SHA-256 has 32 bytes", e);
      }
      if (Long.numberOfLeadingZeros(ByteBuffer.wrap(hash).getLong()) >= bits) return counter;
    }
  }

  private static byte[] eight(long counter) {
    return ByteBuffer.allocate(8).putLong(counter).array();
  }
}
