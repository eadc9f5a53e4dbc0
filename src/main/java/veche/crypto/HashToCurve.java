package veche.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/// RFC 9380 §8.2 P256_XMD:SHA-256_SSWU_RO_: hashing to P-256. Inputs are public, so plain integer
/// arithmetic is enough.
final class HashToCurve {
  private static final BigInteger P = Point.PRIME;
  private static final BigInteger A = Point.CURVE.getA().toBigInteger();
  private static final BigInteger B = Point.CURVE.getB().toBigInteger();
  private static final BigInteger Z = P.subtract(BigInteger.TEN);
  private static final BigInteger HALF = P.subtract(BigInteger.ONE).shiftRight(1);
  private static final BigInteger ROOT = P.add(BigInteger.ONE).shiftRight(2);

  private HashToCurve() {}

  static Point point(byte[] message, byte[] dst) {
    byte[] wide = Transcript.expand(message, dst, 96);
    BigInteger u0 = new BigInteger(1, Arrays.copyOfRange(wide, 0, 48)).mod(P);
    BigInteger u1 = new BigInteger(1, Arrays.copyOfRange(wide, 48, 96)).mod(P);
    return map(u0).plus(map(u1));
  }

  /// RFC 9380 §6.6.2, the simplified Shallue-van de Woestijne-Ulas map.
  private static Point map(BigInteger u) {
    BigInteger zu2 = Z.multiply(u).multiply(u).mod(P);
    BigInteger tv1 = zu2.multiply(zu2).add(zu2).mod(P);
    BigInteger x1;
    if (tv1.signum() == 0) {
      x1 = B.multiply(Z.multiply(A).modInverse(P)).mod(P);
    } else {
      BigInteger scale = B.negate().multiply(A.modInverse(P));
      x1 = scale.multiply(BigInteger.ONE.add(tv1.modInverse(P))).mod(P);
    }
    BigInteger x = x1;
    BigInteger gx = right(x1);
    if (!isSquare(gx)) {
      x = zu2.multiply(x1).mod(P);
      gx = right(x);
    }
    BigInteger y = gx.modPow(ROOT, P);
    if (y.testBit(0) != u.testBit(0)) y = P.subtract(y);
    return Point.of(Point.CURVE.validatePoint(x, y));
  }

  static BigInteger right(BigInteger x) {
    return x.multiply(x).add(A).multiply(x).add(B).mod(P);
  }

  static boolean isSquare(BigInteger v) {
    return v.signum() == 0 || v.modPow(HALF, P).equals(BigInteger.ONE);
  }
}
