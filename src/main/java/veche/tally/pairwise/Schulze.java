package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Schulze's method (M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
/// Condorcet-consistent single-winner election method", Social Choice and Welfare 36, 2011, §2.3):
/// a is above b when the strongest path from a to b is stronger than the strongest one back. A path
/// is as strong as its weakest majority.
///
/// Options: `strength` = `winning-votes` (default), `losing-votes` (all ballots without those
/// against it), `margins` or `ratio`; `unranked`.
public final class Schulze implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("schulze", Set.of("strength", "unranked"));
    return count("schulze", Matrix.of(terms, profile), terms);
  }

  static Tally count(String name, Matrix m, Terms terms) {
    int n = terms.options();
    String measure = terms.parameter("strength", "winning-votes");
    Fraction[][] path = new Fraction[n][n];
    int[][] next = new int[n][n];
    for (int a : m.standing) {
      for (int b : m.standing) {
        path[a][b] = a == b ? Fraction.ZERO : m.strength(measure, a, b);
        next[a][b] = b;
      }
    }
    // Floyd and Warshall with the weakest link in the place of the sum
    for (int via : m.standing) {
      for (int a : m.standing) {
        for (int b : m.standing) {
          if (a == b || a == via || b == via) continue;
          Fraction through = path[a][via].min(path[via][b]);
          if (through.compareTo(path[a][b]) > 0) {
            path[a][b] = through;
            next[a][b] = next[a][via];
          }
        }
      }
    }
    List<Comparison.Path> paths = new ArrayList<>();
    for (int a : m.standing) {
      for (int b : m.standing) {
        if (a == b || path[a][b].signum() == 0) continue;
        List<Integer> through = new ArrayList<>(List.of(a));
        for (int at = a; at != b; ) through.add(at = next[at][b]);
        paths.add(new Comparison.Path(through, path[a][b]));
      }
    }
    // the best are those whom nobody left is above
    List<List<Integer>> ranking = new ArrayList<>();
    List<Integer> left = new ArrayList<>(m.standing);
    while (!left.isEmpty()) {
      List<Integer> rest = List.copyOf(left);
      List<Integer> best =
          rest.stream()
              .filter(a -> rest.stream().allMatch(b -> path[a][b].compareTo(path[b][a]) >= 0))
              .toList();
      ranking.add(best);
      left.removeAll(best);
    }
    return m.tally(name, ranking, m.comparison().withPaths(paths));
  }
}
