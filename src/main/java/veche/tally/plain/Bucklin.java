package veche.tally.plain;

import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Bucklin's method (Grand Junction, Colorado, 1909): first preferences are counted; if no option
/// has more than half of the ballots, second ones are added, and so on; of those above half the one
/// with most is elected. If lower preferences give nobody a majority, most votes of all elect.
/// Options are ordered by the round in which they reach the majority, then by their votes in it.
public final class Bucklin implements Rule {
  private record Score(int round, long votes) implements Comparable<Score> {
    @Override
    public int compareTo(Score other) {
      return round != other.round
          ? Integer.compare(other.round, round)
          : Long.compare(votes, other.votes);
    }
  }

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("bucklin", Set.of());
    Profile profile = given.without(terms.withdrawn());
    int n = terms.options();
    long[][] at = new long[n][n + 1];
    int deepest = 0;
    for (int b = 0; b < profile.size(); b++) {
      int rank = -1;
      for (int i = profile.start(b); i < profile.stop(b); i++) {
        if (!profile.equal(i)) rank++;
        at[profile.option(i)][rank] += profile.weight(b);
        deepest = Math.max(deepest, rank);
      }
    }
    long ballots = profile.marked();
    int last = deepest;
    return Ranked.by(
        "bucklin",
        terms,
        o -> {
          long votes = 0;
          for (int rank = 0; rank <= last; rank++) {
            votes += at[o][rank];
            if (votes * 2 > ballots) return new Score(rank, votes);
          }
          return new Score(n + 1, votes);
        });
  }
}
