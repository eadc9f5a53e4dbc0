package veche.crypto;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;
import veche.wire.Bytes;
import veche.wire.Element;
import veche.wire.Malformed;

/// protocol §1 Point: an element of P-256. The identity is a value of the arithmetic, but it has no
/// encoding: decoding never yields it and encoding it is refused.
public final class Point implements Element {
  private static final X9ECParameters PARAMETERS = CustomNamedCurves.getByName("P-256");
  static final ECCurve CURVE = PARAMETERS.getCurve();
  static final BigInteger PRIME = CURVE.getField().getCharacteristic();
  private static final FixedPointCombMultiplier COMB = new FixedPointCombMultiplier();

  public static final Point IDENTITY = new Point(CURVE.getInfinity());
  public static final Point GENERATOR = new Point(PARAMETERS.getG().normalize());

  /// Null until it is asked for in a point that is [#known].
  private volatile @Nullable ECPoint at;

  /// What it was made of, if that is known.
  private final @Nullable Bytes encoding;

  private Point(ECPoint at) {
    this.at = at;
    encoding = null;
  }

  private Point(Bytes encoding) {
    this.encoding = encoding;
  }

  ECPoint at() {
    ECPoint known = at;
    if (known == null) {
      known = decode(Objects.requireNonNull(encoding)).at();
      at = known;
    }
    return known;
  }

  static Point of(ECPoint at) {
    return new Point(at.normalize());
  }

  /// The point with these coordinates, which [#onCurve] judged before.
  static Point affine(BigInteger x, BigInteger y) {
    return new Point(CURVE.createPoint(x, y));
  }

  /// Whether coordinates below p are those of a point; the group has prime order, so that is all.
  static boolean onCurve(BigInteger x, BigInteger y) {
    return CURVE.createPoint(x, y).isValid();
  }

  /// Exactly 33 bytes `02|03 ‖ x`, x below p and on the curve. Bouncy Castle's own decoder accepts
  /// more than that, so length, prefix and range are judged before it is asked (attacks.md row 11).
  public static Point decode(Bytes encoding) {
    if (encoding.length() != 33) throw new Malformed("point length " + encoding.length());
    int prefix = encoding.at(0);
    if (prefix != 2 && prefix != 3) throw new Malformed("point prefix " + prefix);
    BigInteger x = new BigInteger(1, encoding.slice(1, 33).unsafeArray());
    if (x.compareTo(PRIME) >= 0) throw new Malformed("point coordinate not below p");
    try {
      return new Point(CURVE.decodePoint(encoding.unsafeArray()));
    } catch (IllegalArgumentException e) {
      throw new Malformed("point not on the curve");
    }
  }

  /// The point of an encoding that [#decode] judged before, in bytes that nobody else could change
  /// meanwhile: finding its second coordinate is put off until somebody calculates with it. Most of
  /// the points of a log that is read again are only kept.
  public static Point known(Bytes encoding) {
    if (encoding.length() != 33) throw new Malformed("point length " + encoding.length());
    return new Point(encoding);
  }

  /// [#decode] for a log's own leaves that come back from its own database.
  public static Element known(Kind kind, Bytes encoding) {
    return switch (kind) {
      case POINT -> known(encoding);
      case SCALAR -> Scalar.decode(encoding);
    };
  }

  /// protocol §1: the decoder that ENC is handed when it meets points and scalars.
  public static Element decode(Kind kind, Bytes encoding) {
    return switch (kind) {
      case POINT -> decode(encoding);
      case SCALAR -> Scalar.decode(encoding);
    };
  }

  public Point plus(Point other) {
    return of(at().add(other.at()));
  }

  public Point minus(Point other) {
    return of(at().subtract(other.at()));
  }

  public Point negate() {
    return new Point(at().negate());
  }

  /// `[k]P` for public values: its time depends on the scalar. `[0]P` and `[k]O` are the identity,
  /// a value and never an error.
  public Point times(Scalar k) {
    if (isIdentity() || k.isZero()) return IDENTITY;
    return of(at().multiply(k.value()));
  }

  /// protocol §1: `[k]P` for a secret k, in 63 times four doublings and an addition for every k:
  /// the scalar is first moved by a constant, so that each window of four bits stands for one of
  /// 1..16 and none is skipped.
  public Point timesSecret(Scalar k) {
    if (isIdentity()) return IDENTITY;
    ECPoint[] multiples = new ECPoint[16];
    multiples[0] = at();
    for (int i = 1; i < 16; i++) {
      multiples[i] = i == 1 ? at().twice() : multiples[i - 1].add(at());
    }
    byte[] digits = Scalar.of(k.value().subtract(WINDOWS)).encoding().unsafeArray();
    ECPoint sum = multiples[digits[0] >> 4 & 0xf];
    for (int i = 1; i < 64; i++) {
      int digit = digits[i >> 1] >> (i % 2 == 0 ? 4 : 0) & 0xf;
      sum = sum.timesPow2(4).add(multiples[digit]);
    }
    return of(sum);
  }

  /// Σ 16^w: what 1..16 instead of 0..15 in every window adds.
  private static final BigInteger WINDOWS =
      BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE).divide(BigInteger.valueOf(15));

  /// `[k]G` through Bouncy Castle's fixed-base comb, whose schedule does not depend on `k`.
  public static Point base(Scalar k) {
    return GENERATOR.timesFixed(k);
  }

  /// `[k]P` with a table kept at P: for a base that returns, like G or the election key.
  public Point timesFixed(Scalar k) {
    if (isIdentity() || k.isZero()) return IDENTITY;
    return of(COMB.multiply(at(), k.value()));
  }

  public static Point sum(List<Point> points) {
    ECPoint total = CURVE.getInfinity();
    for (Point p : points) total = total.add(p.at());
    return of(total);
  }

  /// `[k]P + [l]Q`, for public values only: its time depends on the scalars.
  public static Point twoTerms(Point p, Scalar k, Point q, Scalar l) {
    if (p.isIdentity() || k.isZero()) return q.times(l);
    if (q.isIdentity() || l.isZero()) return p.times(k);
    return of(ECAlgorithms.sumOfTwoMultiplies(p.at(), k.value(), q.at(), l.value()));
  }

  public boolean isIdentity() {
    return encoding == null && at().isInfinity();
  }

  @Override
  public Kind kind() {
    return Kind.POINT;
  }

  @Override
  public Bytes encoding() {
    if (isIdentity()) throw new Malformed("the identity has no encoding");
    return encoding != null ? encoding : Bytes.wrap(at().getEncoded(true));
  }

  /// The affine x coordinate as 32 bytes: what Unembed reads.
  public Bytes x() {
    return Bytes.wrap(BigIntegers.asUnsignedByteArray(32, at().getAffineXCoord().toBigInteger()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Point p && at().equals(p.at());
  }

  @Override
  public int hashCode() {
    return at().hashCode();
  }

  @Override
  public String toString() {
    return isIdentity() ? "O" : encoding().hex();
  }
}
