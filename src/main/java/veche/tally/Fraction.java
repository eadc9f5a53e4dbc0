package veche.tally;

import java.math.BigInteger;
import veche.wire.Malformed;

/// counting §3: an exact number of votes. Whatever a rule rounds it rounds here, by name and to the
/// places that the rule states; nothing in a count is a floating point number.
public final class Fraction implements Comparable<Fraction> {
  public static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);
  public static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE);
  private static final BigInteger[] TENS = new BigInteger[64];

  static {
    TENS[0] = BigInteger.ONE;
    for (int i = 1; i < TENS.length; i++) TENS[i] = TENS[i - 1].multiply(BigInteger.TEN);
  }

  private final BigInteger top;

  /// Positive, and without a common factor with the top.
  private final BigInteger bottom;

  private Fraction(BigInteger top, BigInteger bottom) {
    this.top = top;
    this.bottom = bottom;
  }

  public static Fraction of(long whole) {
    return new Fraction(BigInteger.valueOf(whole), BigInteger.ONE);
  }

  public static Fraction of(long top, long bottom) {
    return of(BigInteger.valueOf(top), BigInteger.valueOf(bottom));
  }

  public static Fraction of(BigInteger top, BigInteger bottom) {
    if (bottom.signum() == 0) throw new ArithmeticException("a fraction over nothing");
    if (bottom.equals(BigInteger.ONE)) return new Fraction(top, bottom);
    BigInteger common = top.gcd(bottom);
    if (bottom.signum() < 0) common = common.negate();
    return common.equals(BigInteger.ONE)
        ? new Fraction(top, bottom)
        : new Fraction(top.divide(common), bottom.divide(common));
  }

  /// 10^−places: one unit of the last place.
  public static Fraction unit(int places) {
    return new Fraction(BigInteger.ONE, ten(places));
  }

  /// Reads `12`, `-3.25` or `7/3`.
  public static Fraction parse(String text) {
    try {
      int slash = text.indexOf('/');
      if (slash >= 0) {
        BigInteger bottom = new BigInteger(text.substring(slash + 1));
        if (bottom.signum() == 0) throw new Malformed("number: " + text + " divides by nothing");
        return of(new BigInteger(text.substring(0, slash)), bottom);
      }
      if (text.length() > 200) throw new Malformed("number: too many digits");
      java.math.BigDecimal decimal = new java.math.BigDecimal(text);
      if (Math.abs(decimal.scale()) >= TENS.length) throw new Malformed("number: " + text);
      return decimal.scale() <= 0
          ? new Fraction(decimal.toBigIntegerExact(), BigInteger.ONE)
          : of(decimal.unscaledValue(), ten(decimal.scale()));
    } catch (NumberFormatException e) {
      throw new Malformed("number: expected digits, found " + text);
    }
  }

  private static BigInteger ten(int places) {
    return TENS[places];
  }

  public BigInteger top() {
    return top;
  }

  public BigInteger bottom() {
    return bottom;
  }

  public int signum() {
    return top.signum();
  }

  public Fraction plus(Fraction other) {
    if (other.top.signum() == 0) return this;
    if (top.signum() == 0) return other;
    return bottom.equals(other.bottom)
        ? of(top.add(other.top), bottom)
        : of(
            top.multiply(other.bottom).add(other.top.multiply(bottom)),
            bottom.multiply(other.bottom));
  }

  public Fraction minus(Fraction other) {
    return plus(other.negated());
  }

  public Fraction negated() {
    return new Fraction(top.negate(), bottom);
  }

  public Fraction times(Fraction other) {
    return of(top.multiply(other.top), bottom.multiply(other.bottom));
  }

  public Fraction times(long factor) {
    return of(top.multiply(BigInteger.valueOf(factor)), bottom);
  }

  public Fraction over(Fraction other) {
    return of(top.multiply(other.bottom), bottom.multiply(other.top));
  }

  public Fraction over(long divisor) {
    return of(top, bottom.multiply(BigInteger.valueOf(divisor)));
  }

  /// The largest multiple of 10^−places that is not above this number.
  public Fraction down(int places) {
    return bottom.equals(BigInteger.ONE) ? this : of(floor(ten(places)), ten(places));
  }

  /// The smallest multiple of 10^−places that is not below this number.
  public Fraction up(int places) {
    return bottom.equals(BigInteger.ONE)
        ? this
        : of(negated().floor(ten(places)).negate(), ten(places));
  }

  public BigInteger floor() {
    return floor(BigInteger.ONE);
  }

  private BigInteger floor(BigInteger scale) {
    BigInteger[] parts = top.multiply(scale).divideAndRemainder(bottom);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  public Fraction max(Fraction other) {
    return compareTo(other) < 0 ? other : this;
  }

  public Fraction min(Fraction other) {
    return compareTo(other) > 0 ? other : this;
  }

  /// With exactly so many decimals, halves rounded away from zero: for reading, never for deciding.
  public String decimal(int places) {
    BigInteger scaled = top.abs().multiply(ten(places)).shiftLeft(1).add(bottom);
    BigInteger rounded = scaled.divide(bottom.shiftLeft(1));
    String digits = rounded.toString();
    if (places > 0) {
      if (digits.length() <= places) digits = "0".repeat(places + 1 - digits.length()) + digits;
      int point = digits.length() - places;
      digits = digits.substring(0, point) + "." + digits.substring(point);
    }
    return top.signum() < 0 && rounded.signum() > 0 ? "-" + digits : digits;
  }

  @Override
  public int compareTo(Fraction other) {
    return bottom.equals(other.bottom)
        ? top.compareTo(other.top)
        : top.multiply(other.bottom).compareTo(other.top.multiply(bottom));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fraction f && f.top.equals(top) && f.bottom.equals(bottom);
  }

  @Override
  public int hashCode() {
    return 31 * top.hashCode() + bottom.hashCode();
  }

  /// `12`, or `7/3`.
  @Override
  public String toString() {
    return bottom.equals(BigInteger.ONE) ? top.toString() : top + "/" + bottom;
  }
}
