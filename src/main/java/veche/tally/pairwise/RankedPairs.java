package veche.tally.pairwise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.tally.Comparison;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Ranked pairs (T. N. Tideman, "Independence of clones as a criterion for voting rules", Social
/// Choice and Welfare 4, 1987): majorities are locked from the strongest down, but for those that
/// would close a cycle; of equal strength the one with fewer votes against it is stronger.
///
/// Options: `strength` = `winning-votes` (default; `pairwise-opposition` comes to the same) or
/// `margins`; `unranked`; `equal` = `together` (default: equal majorities are locked at once,
/// without those that close a cycle among them, and several winners may remain) or `lot` (T. M.
/// Zavist and T. N. Tideman, "Complete independence of clones in the ranked pairs rule", 1989: one
/// by one in the order of the lot, and ties between options are broken by it, too).
public final class RankedPairs implements Rule {
  private record Pair(int winner, int loser, long strength, long votes, long against) {
    boolean as(Pair other) {
      return strength == other.strength && against == other.against;
    }
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("ranked-pairs", Set.of("strength", "unranked", "equal"));
    Matrix m = Matrix.of(terms, profile);
    boolean together =
        switch (terms.parameter("equal", "together")) {
          case "together" -> true;
          case "lot" -> false;
          case String other ->
              throw new Malformed("equal: expected together or lot, found " + other);
        };
    List<Pair> pairs = pairs(m, terms);
    BitSet[] locked = new BitSet[terms.options()];
    for (int a = 0; a < locked.length; a++) locked[a] = new BitSet();
    List<Comparison.Majority> taken = new ArrayList<>();
    for (int i = 0; i < pairs.size(); ) {
      int stop = i + 1;
      while (together && stop < pairs.size() && pairs.get(stop).as(pairs.get(i))) stop++;
      List<Pair> group = pairs.subList(i, stop);
      // what closes a circle is judged with the whole group in place
      for (Pair p : group) locked[p.winner].set(p.loser);
      List<Pair> passed = new ArrayList<>();
      for (Pair p : group) {
        List<Integer> cycle = new ArrayList<>(path(locked, p.loser, p.winner));
        if (!cycle.isEmpty()) {
          passed.add(p);
          cycle.addFirst(p.winner);
        }
        taken.add(
            new Comparison.Majority(
                p.winner,
                p.loser,
                p.votes,
                p.against,
                cycle.isEmpty() ? Optional.empty() : Optional.of(cycle)));
      }
      for (Pair p : passed) locked[p.winner].clear(p.loser);
      i = stop;
    }
    return m.tally(
        "ranked-pairs", ranking(m, locked, together), m.comparison().withMajorities(taken));
  }

  private static List<Pair> pairs(Matrix m, Terms terms) {
    boolean margins =
        switch (terms.parameter("strength", "winning-votes")) {
          // of two opposite pairs the majority comes first, so that only majorities are locked
          case "winning-votes", "pairwise-opposition" -> false;
          case "margins" -> true;
          case String other ->
              throw new Malformed("strength: expected winning-votes or margins, found " + other);
        };
    List<Pair> out = new ArrayList<>();
    for (int a : m.standing) {
      for (int b : m.standing) {
        if (a == b || !m.beats(a, b)) continue;
        long strength = margins ? m.margin(a, b) : m.prefer(a, b);
        out.add(new Pair(a, b, strength, m.prefer(a, b), m.prefer(b, a)));
      }
    }
    int[] lot = new int[terms.options()];
    for (int i = 0; i < lot.length; i++) lot[terms.lot().get(i)] = i;
    out.sort(
        Comparator.comparingLong(Pair::strength)
            .reversed()
            .thenComparingLong(Pair::against)
            .thenComparingInt(p -> lot[p.winner])
            .thenComparingInt(p -> -lot[p.loser]));
    return out;
  }

  /// From one option to another over locked majorities, both among it; empty without one.
  private static List<Integer> path(BitSet[] arcs, int from, int to) {
    int[] before = new int[arcs.length];
    BitSet unseen = new BitSet();
    unseen.set(0, arcs.length);
    unseen.clear(from);
    Deque<Integer> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty() && unseen.get(to)) {
      int a = open.removeFirst();
      BitSet fresh = (BitSet) arcs[a].clone();
      fresh.and(unseen);
      unseen.andNot(fresh);
      for (int b = fresh.nextSetBit(0); b >= 0; b = fresh.nextSetBit(b + 1)) {
        before[b] = a;
        open.addLast(b);
      }
    }
    if (unseen.get(to)) return List.of();
    List<Integer> out = new ArrayList<>();
    for (int at = to; at != from; at = before[at]) out.add(at);
    out.add(from);
    Collections.reverse(out);
    return out;
  }

  /// Again and again those over whom nobody left is locked.
  private static List<List<Integer>> ranking(Matrix m, BitSet[] locked, boolean together) {
    List<List<Integer>> out = new ArrayList<>();
    List<Integer> left = new ArrayList<>(m.standing);
    while (!left.isEmpty()) {
      BitSet under = new BitSet();
      for (int a : left) under.or(locked[a]);
      List<Integer> best = left.stream().filter(a -> !under.get(a)).toList();
      List<Integer> group = together ? best : List.of(m.lot(best, Tiebreak.Purpose.ELECT));
      out.add(group);
      left.removeAll(group);
    }
    return out;
  }
}
