package veche.tally.plain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// STAR: score, then automatic runoff (Equal Vote Coalition, "STAR Voting", 2014, with its official
/// tie-breaking protocol): every ballot scores every option from 0; the two highest sums go to a
/// runoff, which goes to the one that more ballots score higher. If more options have equal sums
/// than the runoff has places left, those against whom most preferences among them stand fall out,
/// again and again; then the number of highest scores decides, then the lot. An equal runoff is
/// decided by the sums, then by the number of highest scores, then by lot. (The order of steps is
/// that of BetterVoting, the Equal Vote Coalition's own program.)
///
/// The profile has one mark for each score given: option · (highest + 1) + score, all of a ballot
/// at one rank; an option without a mark has 0. With several seats the winner leaves and the rest
/// is counted again (Bloc STAR).
public final class Star implements Rule {
  /// The number of a mark in the profile.
  public static int mark(int option, int score, int highest) {
    return option * (highest + 1) + score;
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("star", Set.of());
    if (profile.options() % terms.options() != 0 || profile.options() < 2 * terms.options()) {
      throw new Malformed("star: expected scores");
    }
    Run run = new Run(terms, profile);
    List<Integer> left = new ArrayList<>(terms.standing());
    List<Integer> winners = new ArrayList<>();
    Optional<List<List<Integer>>> ranking = Optional.empty();
    while (!left.isEmpty() && winners.size() < terms.seats()) {
      List<Integer> two = run.finalists(left);
      int winner = two.size() == 1 ? two.getFirst() : run.runoff(two.get(0), two.get(1));
      winners.add(winner);
      left.remove((Integer) winner);
      if (ranking.isEmpty()) {
        List<List<Integer>> groups = new ArrayList<>(List.of(List.of(winner)));
        two.stream().filter(o -> o != winner).forEach(o -> groups.add(List.of(o)));
        ranking = Optional.of(groups);
      }
    }
    Tally tally = Tally.elected("star", terms.seats(), winners, run.ties);
    return tally.ranked(ranking.orElse(List.of())).comparing(run.comparison());
  }

  private static final class Run {
    private final Terms terms;
    private final long[] sum;
    private final long[] highest;
    private final long[][] prefer;
    final List<Tiebreak> ties = new ArrayList<>();

    Run(Terms terms, Profile profile) {
      this.terms = terms;
      int n = terms.options();
      int top = profile.options() / n - 1;
      sum = new long[n];
      highest = new long[n];
      prefer = new long[n][n];
      int[] score = new int[n];
      for (int b = 0; b < profile.size(); b++) {
        java.util.Arrays.fill(score, 0);
        for (int i = profile.start(b); i < profile.stop(b); i++) {
          int mark = profile.option(i);
          score[mark / (top + 1)] = mark % (top + 1);
        }
        long papers = profile.weight(b);
        for (int a = 0; a < n; a++) {
          sum[a] = Math.addExact(sum[a], papers * score[a]);
          if (score[a] == top) highest[a] += papers;
          for (int c = 0; c < n; c++) if (score[a] > score[c]) prefer[a][c] += papers;
        }
      }
    }

    List<Integer> finalists(List<Integer> among) {
      List<Integer> out = new ArrayList<>();
      List<Integer> left = new ArrayList<>(among);
      while (out.size() < 2 && !left.isEmpty()) {
        List<Integer> best = most(left, o -> sum[o]);
        // as many as there are places: their order is the runoff's business
        if (best.size() > 2 - out.size()) best = untied(best, 2 - out.size());
        out.addAll(best);
        left.removeAll(best);
      }
      return out;
    }

    /// One or, where both can be told at once, two of those with equal sums.
    private List<Integer> untied(List<Integer> equal, int places) {
      List<Integer> tied = equal;
      while (tied.size() > 1) {
        List<Integer> all = tied;
        List<Integer> last = most(all, o -> against(o, all));
        if (last.size() == all.size()) break;
        tied = all.stream().filter(o -> !last.contains(o)).toList();
      }
      if (tied.size() <= places) return tied;
      List<Integer> top = most(tied, o -> highest[o]);
      if (top.size() > places) return List.of(lot(top));
      if (top.size() == places) return top;
      List<Integer> rest = tied.stream().filter(o -> !top.contains(o)).toList();
      List<Integer> next = most(rest, o -> highest[o]);
      return next.size() == 1 ? List.of(top.getFirst(), next.getFirst()) : top;
    }

    private long against(int option, List<Integer> among) {
      return among.stream().mapToLong(o -> prefer[o][option]).sum();
    }

    int runoff(int a, int b) {
      List<Integer> both = List.of(Math.min(a, b), Math.max(a, b));
      List<Integer> best = most(both, o -> prefer[o][o == a ? b : a]);
      if (best.size() > 1) best = most(best, o -> sum[o]);
      if (best.size() > 1) best = most(best, o -> highest[o]);
      return best.size() > 1 ? lot(best) : best.getFirst();
    }

    private static List<Integer> most(
        List<Integer> among, java.util.function.ToLongFunction<Integer> of) {
      long best = among.stream().mapToLong(of).max().orElseThrow();
      return among.stream().filter(o -> of.applyAsLong(o) == best).toList();
    }

    private int lot(List<Integer> equal) {
      int chosen = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
      ties.add(new Tiebreak(equal, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, chosen));
      return chosen;
    }

    Comparison comparison() {
      List<List<Long>> rows = new ArrayList<>();
      for (long[] row : prefer) rows.add(java.util.Arrays.stream(row).boxed().toList());
      List<Fraction> scores = java.util.Arrays.stream(sum).mapToObj(Fraction::of).toList();
      return Comparison.of(rows).withScores(scores);
    }
  }
}
