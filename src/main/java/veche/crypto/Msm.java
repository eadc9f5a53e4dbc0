package veche.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.math.ec.ECPoint;

/// Multi-scalar multiplication by Pippenger's buckets, for public values only (its time depends on
/// the scalars). Pippenger, "On the evaluation of powers and monomials", SIAM J. Comput. 9 (1980).
public final class Msm {
  private Msm() {}

  /// Σ [k_i]P_i; identities and zero scalars are values.
  public static Point sum(List<Point> points, List<Scalar> scalars) {
    if (points.size() != scalars.size()) throw new IllegalArgumentException("sizes differ");
    int n = points.size();
    if (n == 0) return Point.IDENTITY;
    int width = window(n);
    int bits = 1;
    byte[][] big = new byte[n][];
    for (int i = 0; i < n; i++) {
      BigInteger k = scalars.get(i).value();
      big[i] = k.toByteArray();
      bits = Math.max(bits, k.bitLength());
    }
    ECPoint total = Point.CURVE.getInfinity();
    ECPoint[] buckets = new ECPoint[1 << width];
    for (int w = (bits + width - 1) / width - 1; w >= 0; w--) {
      if (!total.isInfinity()) total = total.timesPow2(width);
      Arrays.fill(buckets, null);
      for (int i = 0; i < n; i++) {
        int d = digit(big[i], w * width, width);
        if (d == 0) continue;
        ECPoint p = points.get(i).at();
        buckets[d] = buckets[d] == null ? p : buckets[d].add(p);
      }
      ECPoint running = Point.CURVE.getInfinity();
      ECPoint sum = Point.CURVE.getInfinity();
      for (int d = buckets.length - 1; d > 0; d--) {
        if (buckets[d] != null) running = running.add(buckets[d]);
        sum = sum.add(running);
      }
      total = total.add(sum);
    }
    return Point.of(total);
  }

  private static int window(int n) {
    int log = 32 - Integer.numberOfLeadingZeros(n);
    return Math.clamp(log - 3, 2, 14);
  }

  private static int digit(byte[] big, int from, int width) {
    int out = 0;
    for (int b = 0; b < width; b++) {
      int bit = from + b;
      int at = big.length - 1 - (bit >> 3);
      if (at < 0) break;
      out |= (big[at] >> (bit & 7) & 1) << b;
    }
    return out;
  }
}
