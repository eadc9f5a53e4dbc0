package veche.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// protocol decision 2: every proof is a set of linear equations Σ[k_i]P_i = O. The plain form
/// checks them one by one and defines validity; the batched form adds them up under fresh 128-bit
/// weights nobody could know before the proofs were sent (attacks.md row 40).
///
/// An equation is true or false by itself, so equations of many proofs and ballots may stand in one
/// object. Not thread-safe.
public final class Equations {
  private final List<List<Term>> equations = new ArrayList<>();

  private record Term(Point point, Scalar scalar) {}

  /// Collects the terms of one equation.
  public final class Sum {
    private final List<Term> terms = new ArrayList<>(4);

    private Sum() {}

    public Sum plus(Scalar scalar, Point point) {
      terms.add(new Term(point, scalar));
      return this;
    }

    public Sum plus(Point point) {
      return plus(Scalar.ONE, point);
    }

    public Sum minus(Scalar scalar, Point point) {
      return plus(scalar.negate(), point);
    }

    public Sum minus(Point point) {
      return minus(Scalar.ONE, point);
    }
  }

  /// A new equation: the terms added to it must sum to O.
  public Sum equation() {
    Sum sum = new Sum();
    equations.add(sum.terms);
    return sum;
  }

  public int size() {
    return equations.size();
  }

  /// The plain form: every equation by itself.
  public boolean holdPlainly() {
    for (List<Term> terms : equations) {
      Point total = Point.IDENTITY;
      for (Term term : terms) total = total.plus(term.point.times(term.scalar));
      if (!total.isIdentity()) return false;
    }
    return true;
  }

  /// The batched form: one multi-scalar multiplication. A false equation passes with probability at
  /// most 2^-128.
  public boolean holdBatched(Entropy entropy) {
    List<Scalar> weights = new ArrayList<>(equations.size());
    for (int i = 0; i < equations.size(); i++) weights.add(weight(entropy));
    return holdWeighted(weights);
  }

  boolean holdWeighted(List<Scalar> weights) {
    // points that return (G, the election key, a ballot's own points) are paid for once
    Map<Point, BigInteger> sums = new HashMap<>();
    for (int i = 0; i < equations.size(); i++) {
      BigInteger weight = weights.get(i).value();
      for (Term term : equations.get(i)) {
        sums.merge(term.point, term.scalar.value().multiply(weight), BigInteger::add);
      }
    }
    List<Point> points = new ArrayList<>(sums.size());
    List<Scalar> scalars = new ArrayList<>(sums.size());
    sums.forEach(
        (point, sum) -> {
          points.add(point);
          scalars.add(Scalar.of(sum));
        });
    return Msm.sum(points, scalars).isIdentity();
  }

  private static Scalar weight(Entropy entropy) {
    while (true) {
      BigInteger w = new BigInteger(1, entropy.bytes(16).unsafeArray());
      if (w.signum() > 0) return new Scalar(w);
    }
  }
}
