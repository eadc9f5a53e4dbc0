package veche.crypto;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import veche.wire.Malformed;

/// protocol §5: Shamir's sharing with Feldman's commitments; indices run from 1 (attacks.md row
/// 43).
public final class Sharing {
  private Sharing() {}

  /// f(j) for the polynomial with these coefficients, lowest first.
  public static Scalar evaluate(List<Scalar> coefficients, int j) {
    Scalar x = Scalar.of(j);
    Scalar out = Scalar.ZERO;
    for (int k = coefficients.size() - 1; k >= 0; k--) out = out.times(x).plus(coefficients.get(k));
    return out;
  }

  public static List<Point> commit(List<Scalar> coefficients) {
    return coefficients.stream().map(Point::base).toList();
  }

  /// Σ_k [j^k]C_k: what [f(j)]G must be.
  public static Point evaluateCommitment(List<Point> commitments, int j) {
    Scalar x = Scalar.of(j);
    Point out = Point.IDENTITY;
    for (int k = commitments.size() - 1; k >= 0; k--) {
      out = out.times(x).plus(commitments.get(k));
    }
    return out;
  }

  /// λ_j for interpolation at 0 over exactly `t` distinct indices of 1..n.
  public static Scalar lagrange(int j, Collection<Integer> indices, int t, int n) {
    if (indices.size() != t || new HashSet<>(indices).size() != t || !indices.contains(j)) {
      throw new Malformed("lagrange: expected " + t + " distinct indices with " + j);
    }
    Scalar numerator = Scalar.ONE;
    Scalar denominator = Scalar.ONE;
    for (int k : indices) {
      if (k < 1 || k > n) throw new Malformed("lagrange: index " + k + " outside 1.." + n);
      if (k == j) continue;
      numerator = numerator.times(Scalar.of(k));
      denominator = denominator.times(Scalar.of(k - j));
    }
    return numerator.times(denominator.inverse());
  }

  /// Σ_j [λ_j]P_j over the given indices.
  public static Point combine(List<Integer> indices, List<Point> points, int t, int n) {
    List<Scalar> lambdas = new ArrayList<>();
    for (int j : indices) lambdas.add(lagrange(j, indices, t, n));
    return Msm.sum(points, lambdas);
  }
}
