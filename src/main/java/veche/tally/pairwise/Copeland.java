package veche.tally.pairwise;

import java.util.Map;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Copeland's method (A. H. Copeland, 1951; R. Llull, about 1283): how many options it beats, less
/// how many beat it.
///
/// Options: `unranked`.
public final class Copeland implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("copeland", Matrix.KNOWN);
    Matrix m = Matrix.of(terms, profile);
    Map<Integer, Fraction> score = new TreeMap<>();
    for (int a : m.standing) {
      long wins = m.standing.stream().filter(b -> a != b && m.beats(a, b)).count();
      long losses = m.standing.stream().filter(b -> a != b && m.beats(b, a)).count();
      score.put(a, Fraction.of(wins - losses));
    }
    return m.tally("copeland", m.byScore(score), m.comparison().withScores(m.scores(score)));
  }
}
