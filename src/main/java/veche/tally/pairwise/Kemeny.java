package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Kemeny and Young (J. G. Kemeny, "Mathematics without numbers", 1959; H. P. Young, "Condorcet's
/// theory of voting", 1988): the order of all options with which the ballots agree most often, over
/// all pairs. Found exactly, by dynamic programming over sets of options, up to [#MOST] of them;
/// more are refused. `committees` are all options that some best order begins with; of several best
/// orders the lot takes the one that begins with its earlier options.
///
/// Options: `unranked`.
public final class Kemeny implements Rule {
  /// 2^18 sets with 18 choices each.
  public static final int MOST = 18;

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("kemeny-young", Matrix.KNOWN);
    Matrix m = Matrix.of(terms, profile);
    int n = m.standing.size();
    if (n > MOST) {
      throw new Malformed("kemeny-young: at most " + MOST + " options, found " + n);
    }
    // best[s]: agreement of the best order of the options in s
    long[] best = new long[1 << n];
    Arrays.fill(best, Long.MIN_VALUE);
    best[0] = 0;
    for (int set = 1; set < 1 << n; set++) {
      for (int first = 0; first < n; first++) {
        if ((set >> first & 1) == 0) continue;
        best[set] = Math.max(best[set], ahead(m, set, first, best));
      }
    }
    List<List<Integer>> ranking = new ArrayList<>();
    List<Tiebreak> ties = new ArrayList<>();
    List<Integer> tops = List.of();
    int left = (1 << n) - 1;
    while (left != 0) {
      List<Integer> firsts = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        if ((left >> i & 1) == 1 && ahead(m, left, i, best) == best[left]) {
          firsts.add(m.standing.get(i));
        }
      }
      if (tops.isEmpty()) tops = List.copyOf(firsts);
      int chosen = terms.lot().stream().filter(firsts::contains).findFirst().orElseThrow();
      if (firsts.size() > 1) {
        ties.add(new Tiebreak(firsts, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, chosen));
      }
      ranking.add(List.of(chosen));
      left &= ~(1 << m.standing.indexOf(chosen));
    }
    int seats = Math.min(terms.seats(), n);
    return Tally.elected(
            "kemeny-young",
            terms.seats(),
            ranking.subList(0, seats).stream().map(List::getFirst).toList(),
            ties)
        .ranked(ranking)
        .withCommittees(tops.stream().map(List::of).toList())
        .comparing(m.comparison().withScores(List.of(Fraction.of(best[(1 << n) - 1]))));
  }

  private static long ahead(Matrix m, int set, int first, long[] best) {
    int rest = set & ~(1 << first);
    long agree = best[rest];
    for (int other = 0; other < m.standing.size(); other++) {
      if ((rest >> other & 1) == 1) {
        agree += m.prefer(m.standing.get(first), m.standing.get(other));
      }
    }
    return agree;
  }
}
