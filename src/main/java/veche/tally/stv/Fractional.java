package veche.tally.stv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Fractional transferable votes as RCTab 2 counts them for several seats: all who reach the
/// threshold of the first round are elected in it, and every surplus is passed on at once as a
/// fraction of each paper, cut to `decimalPlaces`; what the cutting loses is the residual surplus.
///
/// `stv-dynamic-quota` is the form of Albany, California: fractions of six places, the quota made
/// anew in every round from the votes that still count and the seats still open, one exclusion or
/// all elections in a round.
public final class Fractional implements Rule {
  private static final Set<String> KNOWN =
      Set.of(
          "decimalPlaces",
          "nonIntegerWinningThreshold",
          "hareQuota",
          "onePerRound",
          "minimumVoteThreshold",
          "stopAfterRound",
          "tiebreakMode",
          "batchElimination",
          "continueUntilTwoCandidatesRemain",
          "doesFirstRoundDetermineThreshold",
          "writeIns");

  private final boolean dynamic;

  public Fractional(boolean dynamic) {
    this.dynamic = dynamic;
  }

  private String name() {
    return dynamic ? "stv-dynamic-quota" : "stv-fractional";
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only(name(), KNOWN);
    Arithmetic arithmetic =
        dynamic ? Arithmetic.fixed(6) : Arithmetic.fixed(terms.number("decimalPlaces", 4, 20));
    Count c = new Count(terms, profile, arithmetic);
    c.equalRanksEnd();
    int writeIns = terms.number("writeIns", terms.options(), terms.options());
    boolean lookBack = terms.parameter("tiebreakMode", "lot").startsWith("previousRound");
    Fraction minimum = Fraction.of(terms.number("minimumVoteThreshold", 0, 999_999_999));
    c.distribute();
    threshold(c);
    if (!dynamic) c.quota = c.quota.max(minimum);
    int last = terms.number("stopAfterRound", 0, 999_999);
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (c.seatsLeft() > 0 && !c.hopeful().isEmpty()) {
      c.nextRound();
      List<Integer> elected = winners(c, writeIns, lookBack);
      if (!elected.isEmpty()) {
        boolean together = c.hopeful().size() <= c.seatsLeft();
        for (int option : together ? elected : c.byVotesDown(elected)) {
          c.elect(option, true);
          c.minute(Stage.Kind.ELECT, List.of(option), together ? "remaining" : "quota");
        }
        if (last > 0 && c.round >= last) break;
        // fewer options than seats: nothing is left to decide
        if (c.hopeful().isEmpty() && c.seatsLeft() > 0) break;
        surpluses(c, elected);
        continue;
      }
      List<Integer> out = exclusions(c, writeIns, minimum, lookBack);
      for (int option : out) {
        c.exclude(option);
        c.minute(Stage.Kind.EXCLUDE, List.of(option), "fewest");
      }
      if (last > 0 && c.round >= last) break;
      Count.Moved moved = c.transfer(out, value -> value);
      for (int option : out) c.votes[option] = Fraction.ZERO;
      if (dynamic) threshold(c);
      c.minute(Stage.Kind.TRANSFER, out, "excluded", moved, Map.of(), Optional.empty());
    }
    return c.tally(name());
  }

  private void threshold(Count c) {
    Fraction active = c.sum(c.hopeful());
    int places = c.arithmetic.places();
    if (dynamic) {
      // votes that elected options keep count among those in play
      Fraction in = active.plus(c.sum(c.elected));
      c.quota = Fraction.of(in.over(c.terms.seats() + 1).floor().longValueExact() + 1);
      return;
    }
    boolean hare = c.terms.flag("hareQuota");
    boolean whole = !c.terms.flag("nonIntegerWinningThreshold");
    if (hare) {
      c.quota = active.over(Math.max(1, c.terms.seats())).up(whole ? 0 : places);
    } else {
      Fraction part = active.over(c.terms.seats() + 1);
      c.quota =
          whole
              ? Fraction.of(part.floor().longValueExact() + 1)
              : part.down(places).plus(Fraction.unit(places));
    }
  }

  private static List<Integer> winners(Count c, int writeIns, boolean lookBack) {
    List<Integer> standing = c.hopeful();
    // undeclared write-ins go out before anybody is elected
    if (standing.contains(writeIns) && c.votes[writeIns].signum() > 0) return List.of();
    // as many as seats: all are elected, whatever they have
    boolean all = standing.size() <= c.seatsLeft();
    List<Integer> over =
        standing.stream()
            .filter(o -> o != writeIns && (all || c.votes[o].compareTo(c.quota) >= 0))
            .toList();
    if (over.size() <= 1 || !c.terms.flag("onePerRound")) return over;
    List<Integer> most = c.highest(over);
    return List.of(
        lookBack
            ? c.earlierRounds(most, Tiebreak.Purpose.ELECT)
            : c.lot(most, Tiebreak.Purpose.ELECT));
  }

  private void surpluses(Count c, List<Integer> elected) {
    Map<Integer, Fraction> to = new LinkedHashMap<>();
    Fraction ended = Fraction.ZERO;
    Map<Integer, Map<Fraction, Fraction>> values = new LinkedHashMap<>();
    // RCTab's "final round surplus": nobody needs it any more
    c.closed = !dynamic && c.seatsLeft() == 0;
    for (int option : elected) {
      Fraction votes = c.votes[option];
      Fraction surplus = votes.minus(c.quota).max(Fraction.ZERO);
      if (votes.signum() == 0) continue;
      Fraction part = c.arithmetic.down(surplus.over(votes));
      Count.Moved moved =
          c.transfer(List.of(option), value -> c.arithmetic.down(value.times(part)));
      c.votes[option] = votes.min(c.quota);
      c.status[option] = Count.Status.ELECTED;
      moved.to().forEach((o, added) -> to.merge(o, added, Fraction::plus));
      ended = ended.plus(moved.ended());
      values.putAll(moved.values());
    }
    if (dynamic) threshold(c);
    c.minute(
        Stage.Kind.SURPLUS,
        elected,
        "surplus",
        new Count.Moved(to, ended, values),
        Map.of(),
        Optional.empty());
  }

  private static List<Integer> exclusions(
      Count c, int writeIns, Fraction minimum, boolean lookBack) {
    List<Integer> standing = c.hopeful();
    if (standing.contains(writeIns) && c.votes[writeIns].signum() > 0) return List.of(writeIns);
    List<Integer> few = new ArrayList<>(standing);
    few.removeIf(o -> c.votes[o].compareTo(minimum) >= 0);
    if (!few.isEmpty() && few.size() < standing.size()) return List.copyOf(few);
    List<Integer> low = c.lowest(standing);
    if (low.contains(writeIns)) return List.of(writeIns);
    return List.of(
        lookBack
            ? c.earlierRounds(low, Tiebreak.Purpose.EXCLUDE)
            : c.lot(low, Tiebreak.Purpose.EXCLUDE));
  }
}
