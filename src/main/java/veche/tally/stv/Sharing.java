package veche.tally.stv;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import veche.tally.Fraction;
import veche.tally.Profile;

/// The inner step of Meek's and Warren's rules: every ballot's vote is shared out down its list,
/// each option keeping what its keep factor says.
final class Sharing {
  /// How much of a vote's rest an option keeps and what goes on.
  record Split(Fraction kept, Fraction rest) {}

  private final Profile profile;
  private final BiFunction<Fraction, Fraction, Split> split;
  private final boolean permutations;
  private final UnaryOperator<Fraction> down;

  /// @param split of (keep factor, rest of the vote)
  /// @param down how products and quotients of averages are rounded
  /// @param permutations equal ranks are read as all their orders, each with an equal part of the
  ///   vote; otherwise each of the equal options begins with an equal part (which goes wrong beyond
  ///   the first rank and is kept to compare with a peer)
  Sharing(
      Profile profile,
      BiFunction<Fraction, Fraction, Split> split,
      boolean permutations,
      UnaryOperator<Fraction> down) {
    this.profile = profile;
    this.split = split;
    this.permutations = permutations;
    this.down = down;
  }

  /// @param keep keep factors; 0 for whoever does not stand
  /// @param votes is overwritten
  /// @return votes that nobody keeps
  Fraction share(Fraction[] keep, Fraction[] votes) {
    java.util.Arrays.fill(votes, Fraction.ZERO);
    Fraction residual = Fraction.ZERO;
    for (int b = 0; b < profile.size(); b++) {
      if (profile.isEmpty(b)) continue;
      long papers = profile.weight(b);
      Fraction spent = Fraction.ZERO;
      boolean equal = false;
      for (int i = profile.start(b); i < profile.stop(b); i++) equal |= profile.equal(i);
      if (equal) {
        Fraction[] got = new Fraction[votes.length];
        java.util.Arrays.fill(got, Fraction.ZERO);
        if (permutations) average(profile.ranks(b), keep, got, down);
        else descend(profile.ranks(b), 0, Fraction.ONE, keep, got);
        for (int o = 0; o < got.length; o++) {
          if (got[o].signum() == 0) continue;
          votes[o] = votes[o].plus(got[o].times(papers));
          spent = spent.plus(got[o]);
        }
      } else {
        Fraction rest = Fraction.ONE;
        for (int i = profile.start(b); i < profile.stop(b) && rest.signum() > 0; i++) {
          int option = profile.option(i);
          if (keep[option].signum() == 0) continue;
          Split s = split.apply(keep[option], rest);
          votes[option] = votes[option].plus(s.kept.times(papers));
          spent = spent.plus(s.kept);
          rest = s.rest;
        }
      }
      residual = residual.plus(Fraction.ONE.minus(spent).times(papers));
    }
    return residual;
  }

  private void descend(
      List<List<Integer>> ranks, int at, Fraction rest, Fraction[] keep, Fraction[] got) {
    if (at == ranks.size() || rest.signum() <= 0) return;
    List<Integer> standing = ranks.get(at).stream().filter(o -> keep[o].signum() > 0).toList();
    // the peer goes no further down such a ballot
    if (standing.isEmpty()) return;
    Fraction part = rest.over(standing.size());
    for (int option : standing) {
      Split s = split.apply(keep[option], part);
      got[option] = got[option].plus(s.kept);
      descend(ranks, at + 1, s.rest, keep, got);
    }
  }

  /// All orders of the equal options at once: option i keeps its factor of what the others before
  /// it leave, averaged over the orders: factor · Σ e_j(what the others leave) ÷ C(n−1, j) ÷ n,
  /// where e_j is the elementary symmetric polynomial.
  private void average(
      List<List<Integer>> ranks, Fraction[] keep, Fraction[] got, UnaryOperator<Fraction> down) {
    Fraction rest = Fraction.ONE;
    for (List<Integer> rank : ranks) {
      if (rest.signum() <= 0) return;
      if (rank.size() == 1) {
        int option = rank.getFirst();
        if (keep[option].signum() == 0) continue;
        Split s = split.apply(keep[option], rest);
        got[option] = got[option].plus(s.kept);
        rest = s.rest;
        continue;
      }
      int n = rank.size();
      Fraction through = Fraction.ONE;
      for (int option : rank) {
        Fraction left = Fraction.ONE.minus(keep[option]);
        Fraction weight = Fraction.ZERO;
        Fraction[] symmetric = symmetric(rank, option, keep, down);
        long choose = 1;
        for (int j = 0; j < n; j++) {
          weight = weight.plus(down.apply(symmetric[j].over(choose)));
          choose = choose * (n - 1 - j) / (j + 1);
        }
        Fraction share = down.apply(down.apply(weight.times(keep[option])).over(n));
        got[option] = got[option].plus(down.apply(rest.times(share)));
        through = down.apply(through.times(left));
      }
      rest = down.apply(rest.times(through));
    }
  }

  private static Fraction[] symmetric(
      List<Integer> rank, int without, Fraction[] keep, UnaryOperator<Fraction> down) {
    Fraction[] out = new Fraction[rank.size()];
    java.util.Arrays.fill(out, Fraction.ZERO);
    out[0] = Fraction.ONE;
    for (int option : rank) {
      if (option == without) continue;
      Fraction left = Fraction.ONE.minus(keep[option]);
      for (int j = out.length - 1; j > 0; j--) {
        out[j] = out[j].plus(down.apply(out[j - 1].times(left)));
      }
    }
    return out;
  }
}
