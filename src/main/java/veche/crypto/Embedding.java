package veche.crypto;

import java.math.BigInteger;
import java.util.Optional;
import veche.wire.Malformed;

/// protocol §4 Embed: a number below 2^216 as a point, in exactly one way (attacks.md row 34).
public final class Embedding {
  public static final int CAPACITY_BITS = 216;
  private static final BigInteger MAGIC = BigInteger.valueOf(0x564331).shiftLeft(224);
  private static final BigInteger MASK = BigInteger.ONE.shiftLeft(CAPACITY_BITS);

  private Embedding() {}

  public static Point embed(BigInteger m) {
    if (m.signum() < 0 || m.compareTo(MASK) >= 0) throw new Malformed("embed: range");
    BigInteger base = MAGIC.add(m.shiftLeft(8));
    for (int epsilon = 0; epsilon < 256; epsilon++) {
      BigInteger x = base.add(BigInteger.valueOf(epsilon));
      if (!HashToCurve.isSquare(HashToCurve.right(x))) continue;
      byte[] encoding = new byte[33];
      encoding[0] = 2;
      byte[] raw = x.toByteArray();
      System.arraycopy(raw, 0, encoding, 33 - raw.length, raw.length);
      return Point.decode(veche.wire.Bytes.wrap(encoding));
    }
    throw new Malformed("embed: no point");
  }

  /// The number a point holds; empty (*invalid-encoding*) unless it is exactly Embed of it.
  public static Optional<BigInteger> unembed(Point point) {
    if (point.isIdentity()) return Optional.empty();
    BigInteger x = new BigInteger(1, point.x().unsafeArray());
    if (!x.shiftRight(224).equals(MAGIC.shiftRight(224))) return Optional.empty();
    BigInteger m = x.shiftRight(8).mod(MASK);
    return embed(m).equals(point) ? Optional.of(m) : Optional.empty();
  }
}
