package veche.tally.stv;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Proportional Representation Foundation, Reference Meek Rule, steps A to C, in its nine decimals.
///
/// The rule knows no equal ranks; ballots that have them are counted as [Meek] with nine decimals,
/// every order of the equal options having an equal part.
///
/// Votes are whole numbers of 0.000000001; the products that do not fit in 64 bits are made in 128,
/// and totals above 9·10^9 votes are refused rather than wrong.
public final class MeekPrf implements Rule {
  private static final int PLACES = 9;
  private static final long ONE = 1_000_000_000L;
  private static final long OMEGA = ONE / 1_000_000;

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.known("meek-prf", Set.of("equalRanks", "arithmetic", "keepPlaces"));
    if (given.hasEqualRanks() || terms.parameters().containsKey("equalRanks")) {
      Terms more =
          terms
              .with("arithmetic", terms.parameter("arithmetic", "fixed"))
              .with("precision", "9")
              .with("omega", "6")
              .with("batch", "none")
              .with("equalRanks", terms.parameter("equalRanks", "permutations"));
      return Meek.equalRanks("meek-prf").count(more, given);
    }
    return new Run(terms, given.without(terms.withdrawn())).count();
  }

  /// @return what nobody keeps
  private static long share(Profile profile, long[] keep, long[] votes) {
    long left = 0;
    for (int b = 0; b < profile.size(); b++) {
      int i = profile.start(b);
      int stop = profile.stop(b);
      if (i == stop) continue;
      long papers = profile.weight(b);
      long w = ONE;
      for (; i < stop && w > 0; i++) {
        int option = profile.option(i);
        long factor = keep[option];
        if (factor == 0) continue;
        // both at most 10^9, so the product fits; the factor may exceed it by a unit of rounding
        long kept = Math.min(w, factor == ONE ? w : (w * factor + ONE - 1) / ONE);
        votes[option] += kept * papers;
        w -= kept;
      }
      left += w * papers;
    }
    return left;
  }

  /// The same of numbers as the minutes have them.
  static Fraction share(Profile profile, Fraction[] keep, Fraction[] votes) {
    long[] factors = new long[keep.length];
    long[] units = new long[keep.length];
    for (int o = 0; o < keep.length; o++) {
      factors[o] = keep[o].times(ONE).floor().longValueExact();
    }
    Fraction left = Run.fraction(share(profile, factors, units));
    for (int o = 0; o < units.length; o++) votes[o] = Run.fraction(units[o]);
    return left;
  }

  private static final class Run {
    private final Count c;
    private final Profile profile;
    private final long[] keep;
    private final long[] votes;
    private final long marked;
    private long quota;
    private long surplus;
    private long residual;

    Run(Terms terms, Profile profile) {
      this.profile = profile.withoutEqualRanks("meek-prf");
      c = new Count(terms, profile, Arithmetic.fixed(PLACES));
      keep = new long[terms.options()];
      votes = new long[terms.options()];
      for (int o : c.hopeful()) keep[o] = ONE;
      marked = Math.multiplyExact(profile.marked(), ONE);
    }

    Tally count() {
      share();
      quota = marked / (c.terms.seats() + 1) + 1;
      minute(Stage.Kind.FIRST, List.of(), "first");
      // B.1
      while (!c.complete()) {
        c.nextRound();
        // B.2
        if (iterate()) continue;
        List<Integer> doomed = c.doomed();
        for (int out : doomed) exclude(out, "doomed");
        if (!doomed.isEmpty()) continue;
        // B.3
        List<Integer> open = c.excludable();
        long low = open.stream().mapToLong(o -> votes[o]).min().orElseThrow();
        List<Integer> near = open.stream().filter(o -> low + surplus >= votes[o]).toList();
        int option = c.lot(near, Tiebreak.Purpose.EXCLUDE);
        exclude(option, c.fewest(option));
      }
      // C
      boolean fill = c.allRemaining();
      for (int option : c.doomed()) exclude(option, "doomed");
      for (int option : c.hopeful()) {
        if (fill) {
          c.elect(option, false);
          minute(Stage.Kind.ELECT, List.of(option), "remaining");
        } else {
          exclude(option, "rest");
        }
      }
      residual = marked - Arrays.stream(votes).sum();
      minute(Stage.Kind.END, List.of(), "end");
      return new Tally(
          "meek-prf",
          c.terms.seats(),
          c.elected,
          Optional.empty(),
          Optional.empty(),
          c.stages.getFirst().quota(),
          c.stages,
          c.ties,
          PLACES);
    }

    private void exclude(int option, String reason) {
      c.exclude(option);
      minute(Stage.Kind.EXCLUDE, List.of(option), reason);
      votes[option] = 0;
      keep[option] = 0;
    }

    /// Whether it ended because somebody was elected.
    private boolean iterate() {
      long last = marked;
      while (true) {
        // B.2.a
        share();
        // B.2.b
        quota = Arrays.stream(votes).sum() / (c.terms.seats() + 1) + 1;
        // B.2.c
        int before = c.elected.size();
        show();
        c.eachOver(
            c.hopeful(),
            enough -> enough.compareTo(c.quota) >= 0,
            option -> {
              c.elect(option, false);
              minute(Stage.Kind.ELECT, List.of(option), "quota");
            });
        boolean elected = c.elected.size() > before;
        // B.2.d
        surplus = 0;
        for (int option : c.elected) surplus += votes[option] - quota;
        surplus = Math.max(surplus, 0);
        // B.2.e
        if (elected) return true;
        if (surplus < OMEGA || surplus >= last) return false;
        last = surplus;
        // B.2.f
        for (int option : c.elected) {
          keep[option] = divideUp(multiplyUp(keep[option], quota), votes[option]);
        }
      }
    }

    /// B.2.a: w × kf rounded up goes to the option, the rest on.
    private void share() {
      Arrays.fill(votes, 0);
      residual = MeekPrf.share(profile, keep, votes);
    }

    private static long multiplyUp(long a, long b) {
      return up(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)), BigInteger.valueOf(ONE));
    }

    private static long divideUp(long a, long b) {
      return up(BigInteger.valueOf(a).multiply(BigInteger.valueOf(ONE)), BigInteger.valueOf(b));
    }

    private static long up(BigInteger top, BigInteger bottom) {
      BigInteger[] parts = top.divideAndRemainder(bottom);
      return (parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0]).longValueExact();
    }

    private static Fraction fraction(long units) {
      return Fraction.of(units, ONE);
    }

    private void show() {
      for (int o = 0; o < votes.length; o++) c.votes[o] = fraction(votes[o]);
      c.quota = fraction(quota);
    }

    private void minute(Stage.Kind kind, List<Integer> options, String reason) {
      show();
      c.exhausted.clear();
      if (residual != 0) c.exhausted.put(Profile.End.SHORT, fraction(residual));
      Map<Integer, Fraction> factors = new TreeMap<>();
      for (int option : c.elected) factors.put(option, fraction(keep[option]));
      c.minute(kind, options, reason, Count.Moved.NOTHING, factors, Optional.of(fraction(surplus)));
    }
  }
}
