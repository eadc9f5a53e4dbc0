package veche.tally;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import veche.election.Contest;
import veche.wire.Malformed;

/// record §4: the two rules of approval contests, as a function of the totals alone.
///
/// `approval`: of the options whose thresholds all hold, the `seats` most approved are elected,
/// equal ones in the order of the lot; too few such options leave seats vacant. `endorse`: every
/// option whose thresholds all hold is endorsed.
public final class Approval {
  private Approval() {}

  /// @param index the contest's position in the draft
  /// @param counted ballots counted
  /// @param lotOrder option positions, the lot's first one first
  public static Outcome count(
      Contest contest,
      int index,
      List<Long> totals,
      long counted,
      long rollSize,
      List<Integer> lotOrder) {
    check(contest, totals, counted, rollSize, lotOrder);
    List<Test> tests = new ArrayList<>();
    List<Integer> eligible = new ArrayList<>();
    for (int option = 0; option < totals.size(); option++) {
      boolean all = true;
      for (var threshold : contest.thresholds()) {
        Test test = Test.of(option, threshold, totals.get(option), counted, rollSize);
        tests.add(test);
        all &= test.holds();
      }
      if (all) eligible.add(option);
    }
    return switch (contest.rule()) {
      case "endorse" -> new Outcome(index, counted, totals, eligible, tests, List.of());
      case "approval" -> {
        eligible.sort(
            Comparator.comparing((Integer option) -> totals.get(option))
                .reversed()
                .thenComparing(lotOrder::indexOf));
        int seats = Math.min(contest.seats(), eligible.size());
        List<Integer> winners = List.copyOf(eligible.subList(0, seats));
        yield new Outcome(
            index, counted, totals, winners, tests, ties(contest, totals, eligible, seats));
      }
      default -> throw new Malformed("rule: expected approval or endorse");
    };
  }

  /// A tie matters when the last seat is inside it.
  private static List<Tie> ties(
      Contest contest, List<Long> totals, List<Integer> ranked, int seats) {
    if (seats == 0 || seats == ranked.size()) return List.of();
    long last = totals.get(ranked.get(seats - 1));
    if (totals.get(ranked.get(seats)) != last) return List.of();
    List<Integer> order = ranked.stream().filter(option -> totals.get(option) == last).toList();
    return List.of(new Tie(order.stream().sorted().toList(), order, contest.lot()));
  }

  private static void check(
      Contest contest, List<Long> totals, long counted, long rollSize, List<Integer> lotOrder) {
    int options = contest.options().size();
    if (totals.size() != options) throw new Malformed("totals: expected " + options);
    if (counted < 0 || counted > rollSize) throw new Malformed("counted: expected 0 to roll size");
    for (long total : totals) {
      if (total < 0 || total > counted) throw new Malformed("totals: expected 0 to counted");
    }
    if (!lotOrder.stream().sorted().toList().equals(IntStream.range(0, options).boxed().toList())) {
      throw new Malformed("lot: expected every option once");
    }
  }
}
