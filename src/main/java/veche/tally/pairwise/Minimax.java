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
import veche.wire.Malformed;

/// Minimax (P. B. Simpson, "On defining areas of voter choice", 1969; G. H. Kramer, 1977): the
/// option whose worst comparison is the least bad.
///
/// Options: `strength` = `winning-votes` (default: votes of whoever beats it), `margins` (by how
/// many it is beaten, or, below 0, at least wins) or `pairwise-opposition` (votes against it,
/// beaten or not); `unranked`. The scores are the negative of the worst.
public final class Minimax implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("minimax", Set.of("strength", "unranked"));
    Matrix m = Matrix.of(terms, profile);
    String measure = terms.parameter("strength", "winning-votes");
    Map<Integer, Fraction> score = new TreeMap<>();
    for (int a : m.standing) {
      long worst =
          m.standing.stream()
              .filter(b -> b != a)
              .mapToLong(b -> against(m, measure, a, b))
              .max()
              .orElse(0);
      score.put(a, Fraction.of(-worst));
    }
    List<List<Integer>> ranking = m.byScore(score);
    return m.tally("minimax", ranking, m.comparison().withScores(m.scores(score)));
  }

  private static long against(Matrix m, String measure, int a, int b) {
    return switch (measure) {
      case "winning-votes" -> m.beats(b, a) ? m.prefer(b, a) : 0;
      case "margins" -> m.margin(b, a);
      case "pairwise-opposition" -> m.prefer(b, a);
      default ->
          throw new Malformed(
              "strength: expected winning-votes, margins or pairwise-opposition, found " + measure);
    };
  }
}
