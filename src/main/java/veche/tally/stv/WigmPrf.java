package veche.tally.stv;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Proportional Representation Foundation, Reference WIGM Rule, steps A to D; with `batchDefeat` =
/// `true` its optional step B.2, which excludes sure losers together.
public final class WigmPrf implements Rule {
  /// D.4: every multiplication and every division is truncated to four places.
  private static final int PLACES = 4;

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("wigm-prf", Set.of("batchDefeat"));
    boolean batch = terms.flag("batchDefeat");
    Profile profile = given.withoutEqualRanks("wigm-prf").without(terms.withdrawn());
    Count c = new Count(terms, profile, Arithmetic.fixed(PLACES));
    // A.1
    c.quota =
        Fraction.of(profile.marked(), terms.seats() + 1).down(PLACES).plus(Fraction.unit(PLACES));
    // A.4, A.5
    c.distribute();
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (!c.complete()) {
      c.nextRound();
      // B.1
      for (int option : c.byVotesDown(c.hopeful())) {
        if (c.votes[option].compareTo(c.quota) < 0) continue;
        c.elect(option, true);
        c.minute(Stage.Kind.ELECT, List.of(option), "quota");
      }
      // B.2
      List<Integer> losers = batch ? sureLosers(c, c.surplus(c.pending())) : List.of();
      if (!losers.isEmpty()) {
        for (int option : losers) {
          c.exclude(option);
          c.minute(Stage.Kind.EXCLUDE, List.of(option), "sure");
        }
        if (c.hopeful().size() <= c.seatsLeft()) break;
        transferExcluded(c, losers);
      } else if (!c.pending().isEmpty()) {
        surplus(c, c.lot(c.highest(c.pending()), Tiebreak.Purpose.SURPLUS));
      } else if (!c.hopeful().isEmpty()) {
        // B.4
        int low = c.lot(c.lowest(c.hopeful()), Tiebreak.Purpose.EXCLUDE);
        c.exclude(low);
        c.minute(Stage.Kind.EXCLUDE, List.of(low), "fewest");
        transferExcluded(c, List.of(low));
      }
    }
    // C
    c.finish(c.hopeful(), c.hopeful().size() <= c.seatsLeft());
    return c.tally("wigm-prf");
  }

  /// B.3
  private static void surplus(Count c, int from) {
    Fraction votes = c.votes[from];
    Fraction surplus = votes.minus(c.quota);
    c.status[from] = Count.Status.ELECTED;
    Count.Moved moved =
        c.transfer(
            List.of(from), value -> value.times(surplus).down(PLACES).over(votes).down(PLACES));
    c.votes[from] = c.quota;
    c.minute(Stage.Kind.SURPLUS, from, "surplus", moved);
  }

  /// D.2
  static void transferExcluded(Count c, List<Integer> from) {
    Count.Moved moved = c.transfer(from, value -> value);
    for (int option : from) c.votes[option] = Fraction.ZERO;
    c.minute(
        Stage.Kind.TRANSFER,
        from,
        "excluded",
        moved,
        java.util.Map.of(),
        java.util.Optional.empty());
  }

  /// The largest set of lowest options whose votes and all surpluses together could not lift any of
  /// them over the next one, and which leaves enough to fill the seats; in the order of the
  /// options.
  static List<Integer> sureLosers(Count c, Fraction surplus) {
    List<List<Integer>> groups = new ArrayList<>();
    Fraction base = Fraction.ZERO;
    for (int option : c.byVotes(c.hopeful())) {
      boolean near = base.plus(surplus).compareTo(c.votes[option]) >= 0;
      if (groups.isEmpty() || !near) {
        groups.add(new ArrayList<>());
        base = c.votes[option];
      }
      groups.getLast().add(option);
    }
    int most = c.hopeful().size() - c.seatsLeft();
    Set<Integer> losers = new TreeSet<>();
    List<Integer> below = new ArrayList<>();
    for (int g = 0; g < groups.size() - 1; g++) {
      below.addAll(groups.get(g));
      if (below.size() > most) break;
      Fraction next = c.votes[groups.get(g + 1).getFirst()];
      if (c.sum(below).plus(surplus).compareTo(next) < 0) losers.addAll(below);
    }
    return List.copyOf(losers);
  }
}
