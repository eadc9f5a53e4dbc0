package veche.tally.pairwise;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Copeland's method (A. H. Copeland, 1951; R. Llull, about 1283): how many options it beats, less
/// how many beat it.
///
/// Options: `unranked`; `secondOrder` = `true`: of equal ones the one that beats those with higher
/// scores (second-order Copeland, J. J. Bartholdi, C. A. Tovey and M. A. Trick, "The computational
/// difficulty of manipulating an election", Social Choice and Welfare 6, 1989).
public final class Copeland implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("copeland", Set.of("unranked", "secondOrder"));
    Matrix m = Matrix.of(terms, profile);
    Map<Integer, Fraction> score = new TreeMap<>();
    for (int a : m.standing) {
      long wins = m.standing.stream().filter(b -> a != b && m.beats(a, b)).count();
      long losses = m.standing.stream().filter(b -> a != b && m.beats(b, a)).count();
      score.put(a, Fraction.of(wins - losses));
    }
    List<List<Integer>> ranking = m.byScore(score);
    if (terms.flag("secondOrder")) {
      ranking = ranking.stream().flatMap(equal -> second(m, score, equal).stream()).toList();
    }
    return m.tally("copeland", ranking, m.comparison().withScores(m.scores(score)));
  }

  /// Equal ones by the sum of the scores of all whom they beat.
  private static List<List<Integer>> second(
      Matrix m, Map<Integer, Fraction> score, List<Integer> equal) {
    Map<Integer, Fraction> beaten = new TreeMap<>();
    for (int a : equal) {
      Fraction sum = Fraction.ZERO;
      for (var other : score.entrySet()) {
        if (m.beats(a, other.getKey())) sum = sum.plus(other.getValue());
      }
      beaten.put(a, sum);
    }
    return m.byScore(beaten);
  }
}
