package veche.crypto;

import org.bouncycastle.math.ec.ECPoint;

/// A sum of ciphertexts that grows. Only [#value] brings it to the form of a [Point], which costs
/// more than the addition. Not for several threads at once.
public final class Sum {
  private ECPoint a = Point.CURVE.getInfinity();
  private ECPoint b = Point.CURVE.getInfinity();

  public void plus(ElGamal c) {
    a = a.add(c.a().at());
    b = b.add(c.b().at());
  }

  public void minus(ElGamal c) {
    a = a.subtract(c.a().at());
    b = b.subtract(c.b().at());
  }

  public ElGamal value() {
    return new ElGamal(Point.of(a), Point.of(b));
  }
}
