package veche.tally.approval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// The greatest flow through a network of whole capacities, by shortest augmenting paths (J.
/// Edmonds and R. M. Karp, 1972).
final class Flow {
  private static final class Edge {
    final int to;
    long left;
    final int back;

    Edge(int to, long left, int back) {
      this.to = to;
      this.left = left;
      this.back = back;
    }
  }

  private final List<List<Edge>> from = new ArrayList<>();

  Flow(int nodes) {
    for (int i = 0; i < nodes; i++) from.add(new ArrayList<>());
  }

  void edge(int a, int b, long capacity) {
    from.get(a).add(new Edge(b, capacity, from.get(b).size()));
    from.get(b).add(new Edge(a, 0, from.get(a).size() - 1));
  }

  long greatest(int source, int sink) {
    long sum = 0;
    while (true) {
      Edge[] by = new Edge[from.size()];
      int[] before = new int[from.size()];
      Arrays.fill(before, -1);
      before[source] = source;
      Deque<Integer> open = new ArrayDeque<>(List.of(source));
      while (!open.isEmpty() && before[sink] < 0) {
        int a = open.removeFirst();
        for (Edge e : from.get(a)) {
          if (e.left > 0 && before[e.to] < 0) {
            before[e.to] = a;
            by[e.to] = e;
            open.addLast(e.to);
          }
        }
      }
      if (before[sink] < 0) return sum;
      long least = Long.MAX_VALUE;
      for (int at = sink; at != source; at = before[at]) least = Math.min(least, by[at].left);
      for (int at = sink; at != source; at = before[at]) {
        by[at].left -= least;
        from.get(at).get(by[at].back).left += least;
      }
      sum += least;
    }
  }
}
