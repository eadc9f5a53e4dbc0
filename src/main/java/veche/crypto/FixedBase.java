package veche.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.ECPoint;

/// Multiples of one point by a table of 32 windows of eight bits: worth its 8,192 entries from some
/// hundred multiples on. Brickell, Gordon, McCurley and Wilson, "Fast exponentiation with
/// precomputation", EUROCRYPT 1992.
///
/// Every multiple costs the same 31 additions: the scalar is first moved by a constant, so that
/// each window stands for one of 1..256 and none is skipped. Which entries are read depends on the
/// scalar: that suits a mix at a trustee's home, never a share of the key. Immutable; any thread.
public final class FixedBase {
  private static final int WINDOWS = 32;
  private static final int ENTRIES = 256;

  /// Σ 256^w: what 1..256 instead of 0..255 in every window adds.
  private static final BigInteger OFFSET = offset();

  private static final FixedBase GENERATOR = new FixedBase(Point.GENERATOR);

  private final ECPoint[] table = new ECPoint[WINDOWS * ENTRIES];

  public FixedBase(Point base) {
    if (base.isIdentity()) throw new IllegalArgumentException("a base is never the identity");
    ECPoint step = base.at();
    for (int w = 0; w < WINDOWS; w++) {
      ECPoint sum = step;
      for (int d = 0; d < ENTRIES; d++) {
        table[w * ENTRIES + d] = sum;
        if (d < ENTRIES - 1) sum = sum.add(step);
      }
      step = sum.normalize();
    }
    Point.CURVE.normalizeAll(table);
  }

  public static FixedBase generator() {
    return GENERATOR;
  }

  private static BigInteger offset() {
    BigInteger sum = BigInteger.ZERO;
    for (int w = 0; w < WINDOWS; w++) sum = sum.add(BigInteger.ONE.shiftLeft(8 * w));
    return sum;
  }

  /// `[k]P` in the form additions leave it in, for a k of any size.
  ECPoint times(BigInteger k) {
    byte[] digits = new Scalar(k.subtract(OFFSET).mod(Scalar.ORDER)).encoding().unsafeArray();
    ECPoint sum = table[digits[WINDOWS - 1] & 0xff];
    for (int w = 1; w < WINDOWS; w++) {
      sum = sum.add(table[w * ENTRIES + (digits[WINDOWS - 1 - w] & 0xff)]);
    }
    return sum;
  }
}
