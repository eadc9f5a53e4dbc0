package veche.tally.plain;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// Bucklin's method (Grand Junction, Colorado, 1909): first preferences are counted; if no option
/// has more than half of the ballots, second ones are added, and so on; of those above half the one
/// with most is elected. If lower preferences give nobody a majority, most votes of all elect.
/// Options are ordered by the round in which they reach the majority, then by their votes in it.
///
/// Options: `equalRanks` = `whole` (default: each of options at one rank has the whole vote at this
/// rank) or `split` (k options at one rank take the next k ranks, with a k-th of the vote at each).
public final class Bucklin implements Rule {
  private record Score(int round, Fraction votes) implements Comparable<Score> {
    @Override
    public int compareTo(Score other) {
      return round != other.round
          ? Integer.compare(other.round, round)
          : votes.compareTo(other.votes);
    }
  }

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("bucklin", Set.of("equalRanks"));
    boolean split =
        switch (terms.parameter("equalRanks", "whole")) {
          case "whole" -> false;
          case "split" -> true;
          case String other ->
              throw new Malformed("equalRanks: expected whole or split, found " + other);
        };
    Profile profile = given.without(terms.withdrawn());
    int n = terms.options();
    // by the number of parts a vote is split into: ballots that put [option] at [rank]
    Map<Integer, long[][]> at = new TreeMap<>();
    for (int b = 0; b < profile.size(); b++) {
      int rank = 0;
      for (int from = profile.start(b); from < profile.stop(b); ) {
        int to = from + 1;
        while (to < profile.stop(b) && profile.equal(to)) to++;
        int parts = split ? to - from : 1;
        long[][] count = at.computeIfAbsent(parts, k -> new long[n][n]);
        for (int i = from; i < to; i++) {
          for (int r = rank; r < rank + parts; r++) {
            count[profile.option(i)][r] += profile.weight(b);
          }
        }
        rank += parts;
        from = to;
      }
    }
    Fraction half = Fraction.of(profile.marked(), 2);
    return Ranked.by("bucklin", terms, o -> score(at, o, n, half));
  }

  private static Score score(Map<Integer, long[][]> at, int option, int ranks, Fraction half) {
    Fraction votes = Fraction.ZERO;
    for (int rank = 0; rank < ranks; rank++) {
      for (var part : at.entrySet()) {
        votes = votes.plus(Fraction.of(part.getValue()[option][rank], part.getKey()));
      }
      if (votes.compareTo(half) > 0) return new Score(rank, votes);
    }
    return new Score(ranks, votes);
  }
}
