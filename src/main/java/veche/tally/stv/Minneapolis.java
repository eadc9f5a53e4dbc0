package veche.tally.stv;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Minneapolis Code of Ordinances, Title 8.5, chapter 167 (as of 2009): 167.20 definitions, 167.70
/// multiple-seat offices.
///
/// 167.20 calls an option that could still tie "mathematically impossible to be elected"; here it
/// is one that cannot even tie.
public final class Minneapolis implements Rule {
  private static final int PLACES = 4;

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("minneapolis-stv", Set.of());
    Profile profile = given.withoutEqualRanks("minneapolis-stv").without(terms.withdrawn());
    Count c = new Count(terms, profile, Arithmetic.fixed(PLACES));
    // 167.20 Threshold
    c.quota = Fraction.of(profile.marked() / (terms.seats() + 1) + 1);
    c.distribute();
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (true) {
      // 167.70(1)(a)
      List<Integer> reached =
          c.byVotesDown(c.hopeful()).stream()
              .filter(o -> c.votes[o].compareTo(c.quota) >= 0)
              .toList();
      c.nextRound();
      if (c.elected.size() + reached.size() >= terms.seats()) {
        for (int option : reached) elect(c, option);
        break;
      }
      // (b), (c)
      Fraction surplus = c.surplus(reached);
      List<Integer> losers = certainLosers(c, surplus);
      if (!losers.isEmpty()) {
        for (int option : losers) {
          c.exclude(option);
          c.minute(Stage.Kind.EXCLUDE, List.of(option), "sure");
        }
        WigmPrf.transferExcluded(c, losers);
        // (f), which must be asked here, too, or a seat stays empty
        if (reached.isEmpty() && c.hopeful().size() <= c.seatsLeft()) break;
        continue;
      }
      if (!reached.isEmpty()) {
        // (d)
        int high = c.lot(c.highest(reached), Tiebreak.Purpose.SURPLUS);
        elect(c, high);
        transfer(c, high);
        if (c.hopeful().size() <= c.seatsLeft()) break;
        continue;
      }
      // (e)
      int low = c.lot(c.lowest(c.hopeful()), Tiebreak.Purpose.EXCLUDE);
      c.exclude(low);
      c.minute(Stage.Kind.EXCLUDE, List.of(low), "fewest");
      // (f)
      if (c.hopeful().size() <= c.seatsLeft()) break;
      WigmPrf.transferExcluded(c, List.of(low));
    }
    c.finish(c.hopeful(), c.hopeful().size() <= c.seatsLeft());
    return c.tally("minneapolis-stv");
  }

  private static void elect(Count c, int option) {
    c.elect(option, false);
    c.minute(Stage.Kind.ELECT, List.of(option), "quota");
  }

  /// 167.20 Surplus fraction of a vote, Transfer value.
  private static void transfer(Count c, int from) {
    Fraction votes = c.votes[from];
    Fraction surplus = votes.minus(c.quota);
    Count.Moved moved =
        c.transfer(
            List.of(from), value -> value.times(surplus).down(PLACES).over(votes).down(PLACES));
    c.votes[from] = c.quota;
    c.minute(Stage.Kind.SURPLUS, from, "surplus", moved);
  }

  private static List<Integer> certainLosers(Count c, Fraction surplus) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int option : c.byVotes(c.hopeful())) {
      boolean same =
          !groups.isEmpty() && c.votes[groups.getLast().getFirst()].equals(c.votes[option]);
      if (!same) groups.add(new ArrayList<>());
      groups.getLast().add(option);
    }
    int most = c.hopeful().size() - c.seatsLeft();
    List<Integer> below = new ArrayList<>();
    List<Integer> losers = List.of();
    for (int g = 0; g < groups.size() - 1; g++) {
      below.addAll(groups.get(g));
      if (below.size() > most) break;
      Fraction next = c.votes[groups.get(g + 1).getFirst()];
      if (c.sum(below).plus(surplus).compareTo(next) < 0) losers = List.copyOf(below);
    }
    return losers.stream().sorted().toList();
  }
}
