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

/// The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1 Part III, rules 45
/// to 52, and as carried over by the Order of 2011.
public final class Scottish implements Rule {
  private static final int PLACES = 5;

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.known("scottish-stv", Set.of());
    Profile profile = given.withoutEqualRanks("scottish-stv").without(terms.withdrawn());
    Count c = new Count(terms, profile, Arithmetic.fixed(PLACES));
    // rule 46: ⌊valid papers / (seats + 1)⌋ + 1
    c.quota = Fraction.of(profile.marked() / (terms.seats() + 1) + 1);
    // rule 45: first preferences
    c.distribute();
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    while (true) {
      // rule 47: a quota elects
      c.eachOver(
          c.byVotesDown(c.hopeful()),
          votes -> votes.compareTo(c.quota) >= 0,
          option -> {
            c.elect(option, c.votes[option].compareTo(c.quota) > 0);
            c.minute(Stage.Kind.ELECT, List.of(option), "quota");
          });
      // rule 52: the last vacancies
      if (c.complete()) break;
      c.nextRound();
      if (c.excludeDoomed()) continue;
      if (!c.pending().isEmpty()) surplus(c);
      else exclusion(c);
      if (c.pending().isEmpty() && c.hopeful().size() <= c.seatsLeft()) break;
    }
    // rule 52 elects them together; listed from the fewest votes up
    c.finish(c.byVotes(c.hopeful()), c.allRemaining());
    return c.tally("scottish-stv");
  }

  /// Rules 48 and 49: the largest surplus, at value × surplus ÷ votes to five places, any remainder
  /// ignored.
  private static void surplus(Count c) {
    int from = c.backwards(c.highest(c.pending()), Tiebreak.Purpose.SURPLUS);
    Fraction votes = c.votes[from];
    Fraction surplus = votes.minus(c.quota);
    c.status[from] = Count.Status.ELECTED;
    Count.Moved moved =
        c.transfer(List.of(from), value -> value.times(surplus).over(votes).down(PLACES));
    c.votes[from] = c.quota;
    c.minute(Stage.Kind.SURPLUS, from, "surplus", moved);
  }

  /// Rules 50 and 51: the fewest votes, at the value each paper has.
  private static void exclusion(Count c) {
    int from = c.backwards(c.lowest(c.excludable()), Tiebreak.Purpose.EXCLUDE);
    String reason = c.fewest(from);
    c.exclude(from);
    c.minute(Stage.Kind.EXCLUDE, List.of(from), reason);
    // rule 52(2) would spare the last transfer; returning officers publish it, and it changes
    // nobody
    Count.Moved moved = c.transfer(List.of(from), value -> value);
    c.votes[from] = Fraction.ZERO;
    c.minute(Stage.Kind.TRANSFER, from, "excluded", moved);
  }
}
