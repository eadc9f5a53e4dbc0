package veche.tally.approval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// E Pluribus Hugo (J. Quinn and B. Schneier, "A proportional voting system for awards nominations
/// resistant to voting blocs", 2016: single divisible vote with least-popular elimination): every
/// ballot's point is shared out among its options that are left; of the two with the fewest points
/// the one with fewer approvals goes out, until as many are left as there are seats. All that are
/// equal to the second fewest points are looked at, and of those all with the fewest approvals go.
public final class Hugo implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("approval-eph", Set.of());
    Approvals a = Approvals.of(terms, profile);
    int k = Approvals.seats(terms);
    Set<Integer> left = new TreeSet<>(terms.standing());
    while (left.size() > k) {
      List<Integer> out = out(a, left);
      if (left.size() - out.size() <= k) {
        int go = left.size() - k;
        List<List<Integer>> all = new ArrayList<>();
        for (List<Integer> some : Outcomes.best("approval-eph", out, go, c -> 0L, Long::compare)) {
          all.add(left.stream().filter(o -> !some.contains(o)).toList());
        }
        return Outcomes.tally("approval-eph", terms, all);
      }
      out.forEach(left::remove);
    }
    return Outcomes.tally("approval-eph", terms, List.of(List.copyOf(left)));
  }

  private static List<Integer> out(Approvals a, Set<Integer> left) {
    Map<Integer, Fraction> points = new HashMap<>();
    for (int o : left) points.put(o, Fraction.ZERO);
    long[][] bySize = new long[a.options][a.options + 1];
    for (int b = 0; b < a.size; b++) {
      int n = 0;
      for (int o : a.approved[b]) if (left.contains(o)) n++;
      for (int o : a.approved[b]) if (left.contains(o)) bySize[o][n] += a.weight[b];
    }
    for (int o : left) {
      for (int n = 1; n <= a.options; n++) {
        if (bySize[o][n] > 0) {
          points.merge(o, Fraction.of(bySize[o][n], n), Fraction::plus);
        }
      }
    }
    Fraction second = points.values().stream().sorted().skip(1).findFirst().orElse(Fraction.ZERO);
    List<Integer> low =
        left.stream()
            .filter(o -> points.getOrDefault(o, Fraction.ZERO).compareTo(second) <= 0)
            .toList();
    long fewest = low.stream().mapToLong(o -> a.support[o]).min().orElse(0);
    return low.stream().filter(o -> a.support[o] <= fewest).toList();
  }
}
