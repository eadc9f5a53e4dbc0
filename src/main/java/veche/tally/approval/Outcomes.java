package veche.tally.approval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import veche.tally.Fraction;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Sets of tied committees: how they are listed, searched for and decided by lot.
final class Outcomes {
  /// Committees that an exact search looks at; above it a rule refuses.
  static final int MOST = 2_000_000;

  private Outcomes() {}

  static List<List<Integer>> sorted(Collection<List<Integer>> committees) {
    return committees.stream()
        .sorted(
            (a, b) -> {
              for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                int by = Integer.compare(a.get(i), b.get(i));
                if (by != 0) return by;
              }
              return Integer.compare(a.size(), b.size());
            })
        .toList();
  }

  /// All committees of `k` options for which `value` is greatest, by looking at each.
  static <V> List<List<Integer>> best(
      String rule,
      List<Integer> options,
      int k,
      Function<int[], V> value,
      Comparator<? super V> order) {
    long all = committees(options.size(), k);
    if (all > MOST) {
      throw new Malformed(
          rule + ": exact search over at most " + MOST + " committees, and here are more");
    }
    List<List<Integer>> out = new ArrayList<>();
    List<V> top = new ArrayList<>();
    int[] at = new int[k];
    for (int i = 0; i < k; i++) at[i] = i;
    int[] committee = new int[k];
    while (true) {
      for (int i = 0; i < k; i++) committee[i] = options.get(at[i]);
      V now = value.apply(committee);
      int by = top.isEmpty() ? 1 : order.compare(now, top.getFirst());
      if (by > 0) {
        out.clear();
        top.clear();
        top.add(now);
      }
      if (by >= 0) out.add(java.util.Arrays.stream(committee).boxed().toList());
      int i = k - 1;
      while (i >= 0 && at[i] == options.size() - k + i) i--;
      if (i < 0) return out;
      at[i]++;
      for (int j = i + 1; j < k; j++) at[j] = at[j - 1] + 1;
    }
  }

  static long committees(int n, int k) {
    long out = 1;
    for (int i = 1; i <= k; i++) {
      out = out * (n - k + i) / i;
      if (out > 1L << 40) return Long.MAX_VALUE;
    }
    return out;
  }

  /// Vectors by their first difference.
  static int lexicographic(List<Fraction> a, List<Fraction> b) {
    for (int i = 0; i < a.size(); i++) {
      int by = a.get(i).compareTo(b.get(i));
      if (by != 0) return by;
    }
    return 0;
  }

  /// Of several committees the lot takes the one that has its earliest option, then its next, and
  /// so on.
  static Tally tally(String rule, Terms terms, List<List<Integer>> committees) {
    List<List<Integer>> left = committees;
    List<Tiebreak> ties = new ArrayList<>();
    for (int option : terms.lot()) {
      if (left.size() == 1) break;
      List<List<Integer>> with = left.stream().filter(c -> c.contains(option)).toList();
      if (with.isEmpty() || with.size() == left.size()) continue;
      List<Integer> between = left.stream().flatMap(List::stream).distinct().sorted().toList();
      ties.add(new Tiebreak(between, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, option));
      left = with;
    }
    return Tally.elected(rule, terms.seats(), left.getFirst(), ties)
        .withCommittees(sorted(committees));
  }
}
