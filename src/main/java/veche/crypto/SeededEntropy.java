package veche.crypto;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.prng.EntropySource;
import org.bouncycastle.crypto.prng.drbg.HMacSP800DRBG;
import veche.wire.Bytes;

/// NIST SP 800-90A HMAC_DRBG over one secret seed: the same seed and label give the same bytes, so
/// that a trustee killed in the middle of a ceremony says the same thing again (record §8), and a
/// rehearsal can be repeated. One thread.
public final class SeededEntropy implements Entropy {
  private final HMacSP800DRBG drbg;

  /// @param seed at least 32 bytes, uniform and secret where what is drawn must be
  /// @param label what the bytes are for: two labels share nothing
  public SeededEntropy(Bytes seed, String label) {
    if (seed.length() < 32) throw new IllegalArgumentException("seed of " + seed.length());
    this.drbg =
        new HMacSP800DRBG(
            new HMac(new SHA256Digest()),
            256,
            source(seed),
            Bytes.utf8(label).toArray(),
            Bytes.utf8("veche/1").toArray());
  }

  private static EntropySource source(Bytes seed) {
    return new EntropySource() {
      @Override
      public boolean isPredictionResistant() {
        return false;
      }

      @Override
      public byte[] getEntropy() {
        return seed.toArray();
      }

      @Override
      public int entropySize() {
        return seed.length() * 8;
      }
    };
  }

  @Override
  public void fill(byte[] out) {
    // one request of the generator may give at most 2^15 bytes
    int at = 0;
    while (at < out.length) {
      byte[] part = new byte[Math.min(1 << 15, out.length - at)];
      if (drbg.generate(part, null, false) < 0) {
        throw new IllegalStateException("the generator wants a new seed");
      }
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
  }
}
