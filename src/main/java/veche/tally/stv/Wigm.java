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
import veche.wire.Malformed;

/// The weighted inclusive Gregory method in its plain form: every paper of an elected option moves
/// at its value × surplus ÷ votes. With exact numbers nothing is rounded anywhere: the quota is V ÷
/// (seats + 1), and more than the quota elects. (Droop 1881; Gregory 1880; Farrell and McAllister,
/// "The 1983 change in surplus vote transfer procedures", 2003, for the name.)
///
/// Options: `arithmetic` = `rational` (default), `guarded` or `fixed` with `precision`; `quota` =
/// `droop-integer` for ⌊V ÷ (seats + 1)⌋ + 1.
public final class Wigm implements Rule {
  @Override
  public Tally count(Terms terms, Profile given) {
    terms.known("wigm", Set.of("arithmetic", "precision", "guard", "display", "quota", "transfer"));
    Profile profile = given.withoutEqualRanks("wigm").without(terms.withdrawn());
    // guard digits imitate exactness; here exactness costs nothing
    Arithmetic asked = Arithmetic.of(terms, "rational");
    Arithmetic arithmetic = asked.guard() > 0 ? Arithmetic.exact(asked.display()) : asked;
    Count c = new Count(terms, profile, arithmetic);
    boolean whole =
        switch (terms.parameter("quota", "droop")) {
          case "droop" -> false;
          case "droop-integer" -> true;
          case String other ->
              throw new Malformed("quota: expected droop or droop-integer, found " + other);
        };
    c.quota =
        whole
            ? Fraction.of(profile.marked() / (terms.seats() + 1) + 1)
            : arithmetic
                .down(Fraction.of(profile.marked(), terms.seats() + 1))
                .plus(arithmetic.unit());
    boolean above = !whole && arithmetic.exact();
    c.distribute();
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (!c.complete()) {
      c.nextRound();
      c.eachOver(
          c.byVotesDown(c.hopeful()),
          votes -> votes.compareTo(c.quota) >= (above ? 1 : 0),
          option -> {
            c.elect(option, true);
            c.minute(Stage.Kind.ELECT, List.of(option), "quota");
          });
      if (c.excludeDoomed()) continue;
      if (!c.pending().isEmpty()) {
        surplus(c);
      } else if (!c.hopeful().isEmpty()) {
        exclusion(c);
      }
    }
    c.finish(c.hopeful(), c.allRemaining());
    return c.tally("wigm");
  }

  private static void surplus(Count c) {
    int from = c.lot(c.highest(c.pending()), Tiebreak.Purpose.SURPLUS);
    Fraction votes = c.votes[from];
    Fraction surplus = votes.minus(c.quota);
    c.status[from] = Count.Status.ELECTED;
    Count.Moved moved =
        c.transfer(
            List.of(from),
            value -> c.arithmetic.down(c.arithmetic.down(value.times(surplus)).over(votes)));
    c.votes[from] = c.quota;
    c.minute(Stage.Kind.SURPLUS, from, "surplus", moved);
  }

  private static void exclusion(Count c) {
    int from = c.lot(c.lowest(c.excludable()), Tiebreak.Purpose.EXCLUDE);
    String reason = c.fewest(from);
    c.exclude(from);
    c.minute(Stage.Kind.EXCLUDE, List.of(from), reason);
    Count.Moved moved = c.transfer(List.of(from), value -> value);
    c.votes[from] = Fraction.ZERO;
    c.minute(Stage.Kind.TRANSFER, from, "excluded", moved);
  }
}
