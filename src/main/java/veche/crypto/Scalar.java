package veche.crypto;

import java.math.BigInteger;
import veche.wire.Bytes;
import veche.wire.Element;
import veche.wire.Malformed;

/// protocol §1 Scalar: an integer modulo the group order q, encoded in exactly 32 bytes.
public record Scalar(BigInteger value) implements Element {
  public static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  public static final Scalar ZERO = new Scalar(BigInteger.ZERO);
  public static final Scalar ONE = new Scalar(BigInteger.ONE);

  public Scalar {
    if (value.signum() < 0 || value.compareTo(ORDER) >= 0) throw new Malformed("scalar range");
  }

  /// Any integer, reduced modulo q.
  public static Scalar of(BigInteger value) {
    return new Scalar(value.mod(ORDER));
  }

  public static Scalar of(long value) {
    return of(BigInteger.valueOf(value));
  }

  /// Exactly 32 bytes, below q; zero is a value.
  public static Scalar decode(Bytes encoding) {
    if (encoding.length() != 32) throw new Malformed("scalar length " + encoding.length());
    return new Scalar(new BigInteger(1, encoding.unsafeArray()));
  }

  public Scalar plus(Scalar other) {
    return of(value.add(other.value));
  }

  public Scalar minus(Scalar other) {
    return of(value.subtract(other.value));
  }

  public Scalar times(Scalar other) {
    return of(value.multiply(other.value));
  }

  public Scalar negate() {
    return of(value.negate());
  }

  public Scalar inverse() {
    if (isZero()) throw new Malformed("zero has no inverse");
    return new Scalar(value.modInverse(ORDER));
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  @Override
  public Kind kind() {
    return Kind.SCALAR;
  }

  @Override
  public Bytes encoding() {
    byte[] raw = value.toByteArray();
    byte[] out = new byte[32];
    int from = raw.length > 32 ? 1 : 0;
    System.arraycopy(raw, from, out, 32 - (raw.length - from), raw.length - from);
    return Bytes.wrap(out);
  }

  /// Scalars are often secrets: the text says nothing about the value.
  @Override
  public String toString() {
    return "Scalar";
  }
}
