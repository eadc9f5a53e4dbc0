package veche.tally.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import veche.tally.Profile;
import veche.tally.Terms;

/// A profile read as approvals: every option a ballot marks is approved, whatever its rank. Ballots
/// that approve nobody stay: they count where a rule asks how many voters there are.
final class Approvals {
  final int options;
  final int size;
  final long total;

  /// The approved options of each distinct ballot, ascending.
  final int[][] approved;

  final long[] weight;

  /// Ballots that approve each option.
  final int[][] supporters;

  final long[] support;

  private Approvals(int options, int[][] approved, long[] weight) {
    this.options = options;
    this.approved = approved;
    this.weight = weight;
    size = weight.length;
    long sum = 0;
    int[] count = new int[options];
    support = new long[options];
    for (int b = 0; b < size; b++) {
      sum = Math.addExact(sum, weight[b]);
      for (int o : approved[b]) {
        count[o]++;
        support[o] += weight[b];
      }
    }
    total = sum;
    supporters = new int[options][];
    for (int o = 0; o < options; o++) supporters[o] = new int[count[o]];
    for (int b = size - 1; b >= 0; b--) for (int o : approved[b]) supporters[o][--count[o]] = b;
  }

  static Approvals of(Terms terms, Profile given) {
    boolean[] gone = new boolean[terms.options()];
    for (int o : terms.withdrawn()) gone[o] = true;
    int[][] approved = new int[given.size()][];
    long[] weight = new long[given.size()];
    for (int b = 0; b < approved.length; b++) {
      approved[b] =
          IntStream.range(given.start(b), given.stop(b))
              .map(given::option)
              .filter(o -> !gone[o])
              .sorted()
              .toArray();
      weight[b] = given.weight(b);
    }
    return new Approvals(terms.options(), approved, weight);
  }

  /// How many seats there are to fill.
  static int seats(Terms terms) {
    return Math.min(terms.seats(), terms.standing().size());
  }

  List<Integer> most(List<Integer> among, java.util.function.ToLongFunction<Integer> of) {
    List<Integer> best = new ArrayList<>();
    long high = Long.MIN_VALUE;
    for (int o : among) {
      long value = of.applyAsLong(o);
      if (value > high) best.clear();
      if (value >= high) {
        high = value;
        best.add(o);
      }
    }
    return best;
  }
}
