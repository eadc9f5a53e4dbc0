package veche.record;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
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
    List<Integer> out = new ArrayList<>();
    while (out.size() < contest.seats() && !left.isEmpty()) {
      int best = left.getFirst();
      for (int option : left) {
        int more = Long.compare(totals.get(option), totals.get(best));
        if (more > 0 || (more == 0 && lot.indexOf(option) < lot.indexOf(best))) best = option;
      }
      left.remove(Integer.valueOf(best));
      out.add(best);
    }
    return out;
  }

  /// The options between which the lot gave the last seat, in its order; empty where it decided
  /// nothing.
  List<Integer> tied() {
    List<Integer> won = winners();
    if (contest.rule().equals("endorse") || won.isEmpty()) return List.of();
    long last = totals.get(won.getLast());
    List<Integer> equal = new ArrayList<>();
    for (int option : lot) if (may(option) && totals.get(option) == last) equal.add(option);
    return won.containsAll(equal) ? List.of() : equal;
  }
}
