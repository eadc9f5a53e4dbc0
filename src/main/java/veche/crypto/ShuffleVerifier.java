package veche.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import veche.wire.Bytes;

/// protocol §9 Verify: the two forms of the check. The plain form is the equations as they stand;
/// the batched one adds all of them up under fresh 128-bit weights, in pieces of some thousand
/// rows, so that only those stand as objects.
final class ShuffleVerifier {
  private static final BigInteger Q = Scalar.ORDER;

  /// Rows of one piece.
  private static final int PIECE = 8_192;

  private static final int WEIGHT = 16;

  private final Shuffle shuffle;
  private final Shuffle.Read proof;
  private final IntConsumer progress;
  private final int n;
  private final int width;
  private final Points h;
  private final Bytes seed;
  private final BigInteger v;

  ShuffleVerifier(Shuffle shuffle, Shuffle.Read proof, IntConsumer progress) {
    this.shuffle = shuffle;
    this.proof = proof;
    this.progress = progress;
    n = shuffle.input().size();
    width = shuffle.input().width();
    h = shuffle.transcript().generators(n);
    seed =
        shuffle.transcript().seed(h, proof.u(), shuffle.key(), shuffle.input(), shuffle.output());
    v = shuffle.transcript().challenge(seed, proof.commitment());
  }

  private BigInteger e(int row) {
    return VmnTranscript.weight(seed, row);
  }

  private BigInteger productOfWeights() {
    BigInteger product = BigInteger.ONE;
    for (int i = 0; i < n; i++) product = product.multiply(e(i)).mod(Q);
    return product;
  }

  // ---- the batched form

  /// Random weights, kept until both rows that need one were seen.
  private static final class Weights {
    private final byte[] bytes;

    Weights(int count, Entropy entropy) {
      bytes = new byte[count * WEIGHT];
      entropy.fill(bytes);
      for (int i = 0; i < count; i++) {
        while (at(i).signum() == 0) {
          System.arraycopy(entropy.bytes(WEIGHT).unsafeArray(), 0, bytes, i * WEIGHT, WEIGHT);
        }
      }
    }

    BigInteger at(int i) {
      return new BigInteger(1, bytes, i * WEIGHT, WEIGHT);
    }
  }

  /// Terms of one multi-scalar multiplication.
  private static final class Terms {
    private final List<Point> points = new ArrayList<>();
    private final List<Scalar> scalars = new ArrayList<>();

    void plus(BigInteger k, Point p) {
      points.add(p);
      scalars.add(Scalar.of(k));
    }

    Point sum() {
      return Msm.sum(points, scalars);
    }
  }

  /// What one piece adds: its points, and what G is multiplied by for its rows.
  private record Part(Point sum, BigInteger g) {}

  boolean holds(Entropy entropy) {
    Weights rows = new Weights(n, entropy);
    Weights few = new Weights(3 + 2 * width, entropy);
    List<Part> parts =
        IntStream.range(0, (n + PIECE - 1) / PIECE)
            .parallel()
            .mapToObj(
                piece -> {
                  int to = Math.min(n, (piece + 1) * PIECE);
                  Part part = piece(piece * PIECE, to, rows, few);
                  progress.accept(to - piece * PIECE);
                  return part;
                })
            .toList();
    BigInteger tauA = few.at(0);
    BigInteger tauC = few.at(1);
    BigInteger tauD = few.at(2);
    Terms rest = new Terms();
    rest.plus(tauA, proof.a1());
    rest.plus(tauC, proof.c1());
    rest.plus(tauD, proof.d1());
    BigInteger first = rows.at(0).multiply(proof.ke().at(0));
    rest.plus(first.add(tauD.multiply(v).mod(Q).multiply(productOfWeights())).negate(), h.at(0));
    BigInteger g = tauA.multiply(proof.ka()).add(tauC.multiply(proof.kc())).negate();
    g = g.subtract(tauD.multiply(proof.kd()));
    BigInteger y = BigInteger.ZERO;
    for (int k = 0; k < width; k++) {
      BigInteger tau1 = few.at(3 + 2 * k);
      BigInteger tau2 = few.at(4 + 2 * k);
      rest.plus(tau1, proof.f1().get(k).a());
      rest.plus(tau2, proof.f1().get(k).b());
      g = g.add(tau1.multiply(proof.kf().get(k)));
      y = y.add(tau2.multiply(proof.kf().get(k)));
    }
    for (Part part : parts) {
      rest.plus(BigInteger.ONE, part.sum);
      g = g.subtract(part.g);
    }
    rest.plus(g, Point.GENERATOR);
    rest.plus(y, shuffle.key());
    return rest.sum().isIdentity();
  }

  private Part piece(int from, int to, Weights rows, Weights few) {
    Terms terms = new Terms();
    BigInteger tauA = few.at(0);
    BigInteger tauC = few.at(1);
    BigInteger tauAv = tauA.multiply(v).mod(Q);
    BigInteger tauCv = tauC.multiply(v).mod(Q);
    BigInteger tauDv = few.at(2).multiply(v).mod(Q);
    BigInteger g = BigInteger.ZERO;
    for (int i = from; i < to; i++) {
      BigInteger e = e(i);
      BigInteger ke = proof.ke().at(i);
      BigInteger tauB = rows.at(i);
      terms.plus(tauAv.multiply(e).add(tauCv), proof.u().at(i));
      terms.plus(tauA.multiply(ke).add(tauCv).negate(), h.at(i));
      BigInteger b = tauB.multiply(v);
      if (i + 1 < n) b = b.subtract(rows.at(i + 1).multiply(proof.ke().at(i + 1)));
      else b = b.add(tauDv);
      terms.plus(b, proof.b().at(i));
      terms.plus(tauB, proof.b1().at(i));
      g = g.add(tauB.multiply(proof.kb().at(i)));
      for (int k = 0; k < width; k++) {
        BigInteger tau1 = few.at(3 + 2 * k);
        BigInteger tau2 = few.at(4 + 2 * k);
        BigInteger ve = v.multiply(e).mod(Q);
        ElGamal in = shuffle.input().at(i, k);
        ElGamal out = shuffle.output().at(i, k);
        terms.plus(tau1.multiply(ve), in.a());
        terms.plus(tau2.multiply(ve), in.b());
        terms.plus(tau1.multiply(ke).negate(), out.a());
        terms.plus(tau2.multiply(ke).negate(), out.b());
      }
    }
    return new Part(terms.sum(), g.mod(Q));
  }

  // ---- the plain form

  /// Which equations do not hold: A, B1.., C, D, F1..; none where the proof is valid.
  List<String> failing() {
    List<String> out = new ArrayList<>();
    Points u = proof.u();
    Point sumU = Point.IDENTITY;
    Point sumH = Point.IDENTITY;
    for (int i = 0; i < n; i++) {
      sumU = sumU.plus(u.at(i));
      sumH = sumH.plus(h.at(i));
    }
    Point a = weighted(u);
    Point right = times(proof.ka(), Point.GENERATOR).plus(answered(h));
    if (!times(v, a).plus(proof.a1()).equals(right)) out.add("A");
    Point before = h.at(0);
    for (int i = 0; i < n; i++) {
      Point b = proof.b().at(i);
      Point left = times(v, b).plus(proof.b1().at(i));
      Point said = times(proof.kb().at(i), Point.GENERATOR).plus(times(proof.ke().at(i), before));
      if (!left.equals(said)) out.add("B" + (i + 1));
      before = b;
    }
    Point c = sumU.minus(sumH);
    if (!times(v, c).plus(proof.c1()).equals(times(proof.kc(), Point.GENERATOR))) out.add("C");
    Point d = proof.b().at(n - 1).minus(times(productOfWeights(), h.at(0)));
    if (!times(v, d).plus(proof.d1()).equals(times(proof.kd(), Point.GENERATOR))) out.add("D");
    for (int k = 0; k < width; k++) {
      BigInteger minus = proof.kf().get(k).negate();
      ElGamal f1 = proof.f1().get(k);
      boolean holds =
          times(v, weighted(shuffle.input().a().get(k)))
                  .plus(f1.a())
                  .equals(times(minus, Point.GENERATOR).plus(answered(shuffle.output().a().get(k))))
              && times(v, weighted(shuffle.input().b().get(k)))
                  .plus(f1.b())
                  .equals(times(minus, shuffle.key()).plus(answered(shuffle.output().b().get(k))));
      if (!holds) out.add("F" + (k + 1));
    }
    return out;
  }

  private static Point times(BigInteger k, Point p) {
    return p.times(Scalar.of(k));
  }

  /// Σ[e_i]P_i.
  private Point weighted(Points points) {
    return sum(points, this::e);
  }

  /// Σ[k_E,i]P_i.
  private Point answered(Points points) {
    return sum(points, proof.ke()::at);
  }

  private Point sum(Points points, java.util.function.IntFunction<BigInteger> scalars) {
    Point total = Point.IDENTITY;
    for (int from = 0; from < n; from += PIECE) {
      Terms terms = new Terms();
      for (int i = from; i < Math.min(n, from + PIECE); i++) {
        terms.plus(scalars.apply(i), points.at(i));
      }
      total = total.plus(terms.sum());
    }
    return total;
  }
}
