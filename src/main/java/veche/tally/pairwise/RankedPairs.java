package veche.tally.pairwise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
import veche.wire.Malformed;

/// Ranked pairs (T. N. Tideman, "Independence of clones as a criterion for voting rules", Social
/// Choice and Welfare 4, 1987): majorities are locked from the strongest down, but for those that
/// would close a cycle; of equal strength the one with fewer votes against it is stronger.
///
/// Options: `strength` = `winning-votes` (default) or `margins`; `unranked`; `equal` = `together`
/// (default: equal majorities are locked at once, without those that close a cycle among them, and
/// several winners may remain) or `lot` (T. M. Zavist and T. N. Tideman, "Complete independence of
/// clones in the ranked pairs rule", 1989: one by one in the order of the lot, and ties between
/// options are broken by it, too).
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
    int n = terms.options();
    boolean[][] locked = new boolean[n][n];
    List<Comparison.Majority> taken = new ArrayList<>();
    for (int i = 0; i < pairs.size(); ) {
      int stop = i + 1;
      while (together && stop < pairs.size() && pairs.get(stop).as(pairs.get(i))) stop++;
      List<Pair> group = pairs.subList(i, stop);
      boolean[][] all = new boolean[n][];
      for (int a = 0; a < n; a++) all[a] = locked[a].clone();
      for (Pair p : group) all[p.winner][p.loser] = true;
      for (Pair p : group) {
        List<Integer> back = path(all, p.loser, p.winner);
        if (back.isEmpty()) locked[p.winner][p.loser] = true;
        List<Integer> cycle = new ArrayList<>(back);
        cycle.addFirst(p.winner);
        taken.add(
            new Comparison.Majority(
                p.winner,
                p.loser,
                p.votes,
                p.against,
                back.isEmpty() ? Optional.empty() : Optional.of(cycle)));
      }
      i = stop;
    }
    return m.tally(
        "ranked-pairs", ranking(m, locked, together), m.comparison().withMajorities(taken));
  }

  private static List<Pair> pairs(Matrix m, Terms terms) {
    boolean margins =
        switch (terms.parameter("strength", "winning-votes")) {
          case "winning-votes" -> false;
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
    List<Integer> lot = terms.lot();
    out.sort(
        Comparator.comparingLong(Pair::strength)
            .reversed()
            .thenComparingLong(Pair::against)
            .thenComparing(p -> lot.indexOf(p.winner))
            .thenComparing(p -> -lot.indexOf(p.loser)));
    return out;
  }

  /// From one option to another over locked majorities, both among it; empty without one.
  private static List<Integer> path(boolean[][] arcs, int from, int to) {
    int[] before = new int[arcs.length];
    Arrays.fill(before, -1);
    Deque<Integer> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      int a = open.removeFirst();
      if (a == to) {
        List<Integer> out = new ArrayList<>();
        for (int at = to; at != from; at = before[at]) out.add(at);
        out.add(from);
        Collections.reverse(out);
        return out;
      }
      for (int b = 0; b < arcs.length; b++) {
        if (arcs[a][b] && b != from && before[b] < 0) {
          before[b] = a;
          open.addLast(b);
        }
      }
    }
    return List.of();
  }

  /// Again and again those over whom nobody left is locked.
  private static List<List<Integer>> ranking(Matrix m, boolean[][] locked, boolean together) {
    List<List<Integer>> out = new ArrayList<>();
    List<Integer> left = new ArrayList<>(m.standing);
    while (!left.isEmpty()) {
      List<Integer> rest = List.copyOf(left);
      List<Integer> best =
          rest.stream().filter(a -> rest.stream().noneMatch(b -> locked[b][a])).toList();
      List<Integer> group =
          together || best.size() == 1
              ? best
              : List.of(m.terms.lot().stream().filter(best::contains).findFirst().orElseThrow());
      out.add(group);
      left.removeAll(group);
    }
    return out;
  }
}
