package veche.tally;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import veche.election.Constraint;
import veche.election.Contest;
import veche.wire.Malformed;

/// record §4: the two rules of approval contests, as a function of the totals alone.
///
/// `approval`: of the options whose thresholds all hold, the `seats` most approved are elected,
/// equal ones in the order of the lot; too few such options leave seats vacant. Under constraints
/// (counting §7) an option is passed over when no allowed set of winners has it beside those
/// elected. `endorse`: every option whose thresholds all hold is endorsed.
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
        Guard guard = new Guard(contest.groups(), totals.size(), eligible, seats, Set.of());
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < eligible.size() && winners.size() < seats; i++) {
          List<Integer> left = eligible.subList(i, eligible.size());
          if (!guard.doomed(winners, left).contains(eligible.get(i))) winners.add(eligible.get(i));
        }
        yield new Outcome(
            index, counted, totals, winners, tests, ties(contest, totals, eligible, winners));
      }
      default -> throw new Malformed("rule: expected approval or endorse");
    };
  }

  /// A tie matters when the lot could have put one of equal options in the place of another.
  private static List<Tie> ties(
      Contest contest, List<Long> totals, List<Integer> ranked, List<Integer> winners) {
    List<Constraint> groups = contest.groups();
    Set<Integer> between = new TreeSet<>();
    for (int in : winners) {
      for (int out : ranked) {
        if (winners.contains(out) || !totals.get(in).equals(totals.get(out))) continue;
        boolean exchangeable =
            groups.stream()
                .allMatch(
                    g -> {
                      long now = g.members().stream().filter(winners::contains).count();
                      long then = now;
                      if (g.members().contains(in)) then--;
                      if (g.members().contains(out)) then++;
                      return then >= g.least() && then <= g.most();
                    });
        if (exchangeable) between.addAll(List.of(in, out));
      }
    }
    List<Tie> out = new ArrayList<>();
    for (long total :
        between.stream().map(totals::get).distinct().sorted(Comparator.reverseOrder()).toList()) {
      List<Integer> order =
          ranked.stream().filter(o -> between.contains(o) && totals.get(o) == total).toList();
      out.add(new Tie(order.stream().sorted().toList(), order, contest.lot()));
    }
    return out;
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
