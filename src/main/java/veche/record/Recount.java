package veche.record;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import veche.election.Constraint;
import veche.election.Contest;
import veche.election.Threshold;

/// log §8 TAL-08: the two approval rules of record §4 once more, written apart from `tally` and in
/// another way: seats are given one by one, in whole numbers of any size.
final class Recount {
  private final Contest contest;
  private final List<Long> totals;
  private final BigInteger counted;
  private final BigInteger roll;
  private final List<Integer> lot;

  Recount(Contest contest, List<Long> totals, long counted, long roll, List<Integer> lot) {
    this.contest = contest;
    this.totals = totals;
    this.counted = BigInteger.valueOf(counted);
    this.roll = BigInteger.valueOf(roll);
    this.lot = lot;
  }

  /// Every threshold put to every option, by option and then by threshold.
  List<Boolean> tests() {
    List<Boolean> out = new ArrayList<>();
    for (long total : totals) for (Threshold t : contest.thresholds()) out.add(holds(t, total));
    return out;
  }

  private boolean holds(Threshold t, long total) {
    BigInteger base = t.base().equals("eligible") ? roll : counted;
    BigInteger have = BigInteger.valueOf(total).multiply(BigInteger.valueOf(t.q()));
    BigInteger need = BigInteger.valueOf(t.p()).multiply(base);
    if (counted.compareTo(BigInteger.valueOf(t.quorum())) < 0) return false;
    return t.strict() ? have.compareTo(need) > 0 : have.compareTo(need) >= 0;
  }

  private boolean may(int option) {
    return contest.thresholds().stream().allMatch(t -> holds(t, totals.get(option)));
  }

  List<Integer> winners() {
    List<Integer> left = new ArrayList<>();
    for (int j = 0; j < totals.size(); j++) if (may(j)) left.add(j);
    if (contest.rule().equals("endorse")) return left;
    List<Integer> order = new ArrayList<>();
    while (!left.isEmpty()) {
      int best = left.getFirst();
      for (int option : left) {
        int more = Long.compare(totals.get(option), totals.get(best));
        if (more > 0 || (more == 0 && lot.indexOf(option) < lot.indexOf(best))) best = option;
      }
      left.remove(Integer.valueOf(best));
      order.add(best);
    }
    // what each group must have comes first, then whoever fits
    List<Integer> chosen = new ArrayList<>();
    for (Constraint group : contest.groups()) {
      order.stream().filter(group.members()::contains).limit(group.least()).forEach(chosen::add);
    }
    for (int option : order) {
      if (chosen.size() >= contest.seats() || chosen.contains(option)) continue;
      if (contest.groups().stream().allMatch(g -> hasPlace(g, option, chosen))) chosen.add(option);
    }
    return order.stream().filter(chosen::contains).toList();
  }

  private static boolean hasPlace(Constraint group, int option, List<Integer> chosen) {
    if (!group.members().contains(option)) return true;
    return chosen.stream().filter(group.members()::contains).count() < group.most();
  }

  /// Options between which the lot decided, in its order, those of most approvals first: of equal
  /// ones all that could stand in one another's place. Empty where it decided nothing.
  List<List<Integer>> tied() {
    if (contest.rule().equals("endorse")) return List.of();
    List<Integer> won = winners();
    List<Integer> involved = new ArrayList<>();
    for (int a : won) {
      for (int b = 0; b < totals.size(); b++) {
        if (won.contains(b) || !may(b) || !totals.get(b).equals(totals.get(a))) continue;
        List<Integer> other = new ArrayList<>(won);
        other.set(other.indexOf(a), b);
        if (contest.groups().stream().allMatch(g -> holds(g, other))) {
          involved.add(a);
          involved.add(b);
        }
      }
    }
    List<List<Integer>> out = new ArrayList<>();
    for (int a : won) {
      if (!involved.contains(a)) continue;
      List<Integer> equal =
          lot.stream()
              .filter(o -> involved.contains(o) && totals.get(o).equals(totals.get(a)))
              .toList();
      if (!out.contains(equal)) out.add(equal);
    }
    return out;
  }

  private static boolean holds(Constraint group, List<Integer> winners) {
    long in = winners.stream().filter(group.members()::contains).count();
    return in >= group.least() && in <= group.most();
  }
}
