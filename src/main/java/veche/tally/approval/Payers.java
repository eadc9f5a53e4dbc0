package veche.tally.approval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import veche.tally.Fraction;
import veche.tally.Payment;

/// counting §3: who paid for each member of a committee that grows. Ballots that approve the same
/// earlier members have paid for the same ones, so they are one group.
final class Payers {
  /// Groups of one step that are told apart by whom they approve; more are told by sums alone.
  static final int MOST = 1_000;

  private final Approvals a;
  private final int[] group;
  private final List<List<Integer>> approve = new ArrayList<>(List.of(List.of()));

  Payers(Approvals a) {
    this.a = a;
    group = new int[a.size];
  }

  /// One member more.
  ///
  /// @param before of each ballot: its money or its load
  /// @param after the same when the member is elected
  List<Payment> step(int option, IntFunction<Fraction> before, IntFunction<Fraction> after) {
    Map<Integer, Integer> first = new TreeMap<>();
    Map<Integer, Long> papers = new TreeMap<>();
    for (int b : a.supporters[option]) {
      first.putIfAbsent(group[b], b);
      papers.merge(group[b], a.weight[b], Math::addExact);
    }
    List<Payment> out = new ArrayList<>();
    first.forEach(
        (g, b) -> {
          Fraction had = before.apply(b);
          Fraction paid = after.apply(b).minus(had);
          if (paid.signum() < 0) paid = paid.negated();
          if (paid.signum() > 0) {
            out.add(new Payment(approve.get(g), papers.getOrDefault(g, 0L), had, paid));
          }
        });
    split(option);
    return out.size() <= MOST ? out : Payment.sums(out);
  }

  /// Whoever approves the member is from now on a group apart.
  private void split(int option) {
    int[] of = new int[approve.size()];
    Arrays.fill(of, -1);
    Map<Integer, List<Integer>> more = new LinkedHashMap<>();
    for (int b : a.supporters[option]) {
      int was = group[b];
      if (of[was] < 0) {
        of[was] = approve.size() + more.size();
        List<Integer> members = new ArrayList<>(approve.get(was));
        members.add(option);
        more.put(of[was], members);
      }
      group[b] = of[was];
    }
    approve.addAll(more.values());
  }
}
