package veche.tally.stv;

import java.util.List;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Californians for Electoral Reform, draft act on ranked voting, Elections Code 10059 ("choice
/// voting"); with `batchDefeat` = `true` its optional subdivisions (f) and (k).
///
/// The draft's words make the threshold whole votes; the peer whose figures are our cases counts
/// with V ÷ (seats + 1) + 0.00001 (counting §4.1), and so does this.
public final class Cfer implements Rule {
  private static final int PLACES = 5;

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("cfer-wigm", Set.of("batchDefeat"));
    boolean batch = terms.flag("batchDefeat");
    Profile profile = given.withoutEqualRanks("cfer-wigm").without(terms.withdrawn());
    Count c = new Count(terms, profile, Arithmetic.fixed(PLACES));
    c.quota =
        Fraction.of(profile.marked(), terms.seats() + 1).down(PLACES).plus(Fraction.unit(PLACES));
    c.distribute();
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (round(c, batch)) {
      // (j) a new round
    }
    return c.tally("cfer-wigm");
  }

  /// One round; false when the tabulation is complete.
  private static boolean round(Count c, boolean batch) {
    c.nextRound();
    // (c)
    if (c.round == 1 && c.hopeful().size() <= c.terms.seats()) {
      c.finish(c.hopeful(), true);
      return false;
    }
    // (d)
    for (int option : c.byVotesDown(c.hopeful())) {
      int to = c.votes[option].compareTo(c.quota);
      if (to < 0) continue;
      c.elect(option, to > 0);
      c.minute(Stage.Kind.ELECT, List.of(option), "quota");
    }
    // (e)
    if (c.seatsLeft() <= 0) {
      c.finish(c.hopeful(), false);
      return false;
    }
    List<Integer> defeated = batch ? defeatSet(c) : List.of();
    if (defeated.isEmpty() && !c.pending().isEmpty()) {
      // (g)
      for (int option : c.pending()) surplus(c, option);
      return true;
    }
    // (h)
    if (defeated.isEmpty()) {
      defeated = List.of(c.lot(c.lowest(c.hopeful()), Tiebreak.Purpose.EXCLUDE));
    }
    for (int option : defeated.stream().sorted().toList()) {
      c.exclude(option);
      c.minute(Stage.Kind.EXCLUDE, List.of(option), "fewest");
    }
    // (i)(1)
    if (c.hopeful().size() <= c.seatsLeft()) {
      c.finish(c.hopeful(), true);
      return false;
    }
    // (i)(2)
    WigmPrf.transferExcluded(c, defeated.stream().sorted().toList());
    return true;
  }

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

  /// (k): the largest set for which all three conditions hold.
  private static List<Integer> defeatSet(Count c) {
    Fraction surplus = c.surplus(c.pending());
    List<Integer> rising = c.byVotes(c.hopeful());
    Fraction most = c.votes[rising.getLast()];
    Fraction room = c.quota.minus(most);
    int elected = c.elected.size();
    int seats = c.terms.seats();
    List<Integer> found = List.of();
    for (int n = 1; n < rising.size(); n++) {
      int left = rising.size() - n;
      if (left + elected < seats) break;
      Fraction votes = c.sum(rising.subList(0, n));
      if (votes.plus(surplus).compareTo(c.votes[rising.get(n)]) >= 0) continue;
      boolean lastSeat = elected + 1 == seats;
      boolean restElected = left + elected == seats;
      boolean cannotElect = votes.plus(surplus).compareTo(room) < 0;
      boolean nextAnyway =
          surplus.signum() == 0 && votes.minus(c.votes[rising.get(n - 1)]).compareTo(room) < 0;
      if (lastSeat || restElected || cannotElect || nextAnyway) found = rising.subList(0, n);
    }
    return List.copyOf(found);
  }
}
