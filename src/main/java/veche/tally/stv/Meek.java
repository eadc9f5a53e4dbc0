package veche.tally.stv;

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
import veche.wire.Malformed;

/// Meek's rule (Hill, Wichmann and Woodall, "Algorithm 123: Single transferable vote by Meek's
/// method", Computer Journal 30, 1987) and Warren's variant ("A new system of single transferable
/// vote", 1994): elected options keep a factor of every vote that reaches them (Meek) or up to a
/// price of it (Warren); the rest goes on, and the factors are adjusted until no surplus is left.
///
/// Options: `arithmetic`, `precision`, `guard`, `display`, `omega` (the surplus that is small
/// enough: 10^−omega), `equalRanks` = `descent` or `permutations`, `batch` = `safe` (default) or
/// `none`, `keepPlaces` (keep factors of exact numbers are rounded up to so many).
public final class Meek implements Rule {
  private final String name;
  private final boolean warren;

  private Meek(String name, boolean warren) {
    this.name = name;
    this.warren = warren;
  }

  public static Meek meek() {
    return new Meek("meek", false);
  }

  public static Meek warren() {
    return new Meek("warren", true);
  }

  /// As [MeekPrf], for ballots with equal ranks: rest = w · (1 − kf), rounded down.
  static Meek equalRanks(String name) {
    return new Meek(name, false);
  }

  /// How the rule of this name shares votes out.
  static Sharing sharing(String name, Terms terms, Profile profile) {
    return sharing(name.equals("warren"), Arithmetic.of(terms, "guarded"), terms, profile);
  }

  private static Sharing sharing(
      boolean warren, Arithmetic arithmetic, Terms terms, Profile profile) {
    boolean permutations =
        switch (terms.parameter("equalRanks", "descent")) {
          case "descent" -> false;
          case "permutations" -> true;
          case String other ->
              throw new Malformed("equalRanks: expected permutations or descent, found " + other);
        };
    return new Sharing(
        profile,
        (factor, rest) -> split(warren, arithmetic, factor, rest),
        permutations,
        arithmetic::down);
  }

  private static Sharing.Split split(
      boolean warren, Arithmetic arithmetic, Fraction factor, Fraction rest) {
    if (warren) {
      Fraction kept = factor.min(rest);
      return new Sharing.Split(kept, rest.minus(kept));
    }
    return new Sharing.Split(
        arithmetic.down(rest.times(factor)),
        arithmetic.down(rest.times(Fraction.ONE.minus(factor))));
  }

  private enum Ended {
    OMEGA,
    BATCH,
    ELECTED,
    STABLE
  }

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.known(
        name,
        Set.of(
            "arithmetic",
            "precision",
            "guard",
            "display",
            "omega",
            "equalRanks",
            "batch",
            "keepPlaces"));
    return new Run(terms, given.without(terms.withdrawn())).count();
  }

  private final class Run {
    private final Count c;
    private final Arithmetic arithmetic;
    private final Fraction omega;
    private final boolean batches;
    private final int keepPlaces;
    private final Sharing sharing;
    private final Fraction[] keep;
    private Fraction surplus = Fraction.ZERO;
    private List<Integer> batch = List.of();

    Run(Terms terms, Profile profile) {
      arithmetic = Arithmetic.of(terms, "guarded");
      int places =
          switch (terms.parameter("arithmetic", "guarded")) {
            case "rational" -> 10;
            case "fixed" -> arithmetic.places() * 2 / 3;
            default -> (arithmetic.places() - arithmetic.guard()) / 2;
          };
      omega = Fraction.unit(terms.number("omega", places, 30));
      batches = !terms.parameter("batch", "safe").equals("none");
      c = new Count(terms, profile, arithmetic);
      keepPlaces = terms.number("keepPlaces", 0, 30);
      sharing = sharing(warren, arithmetic, terms, profile);
      keep = new Fraction[terms.options()];
      for (int o = 0; o < keep.length; o++) {
        keep[o] = c.status[o] == Count.Status.HOPEFUL ? Fraction.ONE : Fraction.ZERO;
      }
    }

    Tally count() {
      share();
      c.exhausted.clear();
      c.quota = quota(Fraction.of(c.profile.marked()));
      minute(Stage.Kind.FIRST, List.of(), "first");
      while (!c.complete()) {
        c.nextRound();
        Ended why = iterate();
        minute(
            Stage.Kind.ITERATE,
            List.of(),
            "iterate-" + why.name().toLowerCase(java.util.Locale.ROOT));
        switch (why) {
          case ELECTED -> {}
          case BATCH -> {
            for (int option : batch) exclude(option, "sure");
          }
          case OMEGA, STABLE -> {
            List<Integer> doomed = c.doomed();
            for (int option : doomed) exclude(option, "doomed");
            if (!doomed.isEmpty()) continue;
            List<Integer> open = c.excludable();
            Fraction low =
                open.stream().map(o -> c.votes[o]).min(Fraction::compareTo).orElseThrow();
            List<Integer> near =
                open.stream()
                    .filter(o -> arithmetic.compare(low.plus(surplus), c.votes[o]) >= 0)
                    .toList();
            int option = c.lot(near, Tiebreak.Purpose.EXCLUDE);
            exclude(option, c.fewest(option));
          }
        }
      }
      boolean fill = c.allRemaining();
      for (int option : c.doomed()) drop(option, "doomed");
      for (int option : c.hopeful()) {
        if (fill) {
          c.elect(option, false);
          minute(Stage.Kind.ELECT, List.of(option), "remaining");
        } else {
          drop(option, "rest");
        }
      }
      share();
      minute(Stage.Kind.END, List.of(), "end");
      return new Tally(
          name,
          c.terms.seats(),
          c.elected,
          Optional.empty(),
          Optional.empty(),
          c.stages.getFirst().quota(),
          c.stages,
          c.ties,
          arithmetic.display());
    }

    /// Excludes somebody when nothing is shared out any more.
    private void drop(int option, String reason) {
      c.exclude(option);
      minute(Stage.Kind.EXCLUDE, List.of(option), reason);
      keep[option] = Fraction.ZERO;
      c.exhausted.merge(Profile.End.SHORT, c.votes[option], Fraction::plus);
      c.votes[option] = Fraction.ZERO;
    }

    private Fraction quota(Fraction votes) {
      return arithmetic.down(votes.over(c.terms.seats() + 1)).plus(arithmetic.unit());
    }

    private void share() {
      Fraction residual = sharing.share(keep, c.votes);
      c.exhausted.clear();
      if (residual.signum() != 0) c.exhausted.put(Profile.End.SHORT, residual);
    }

    private Ended iterate() {
      Fraction last = Fraction.of(c.profile.marked());
      while (true) {
        share();
        c.quota = quota(sum());
        int before = c.elected.size();
        c.eachOver(
            c.hopeful(),
            votes -> arithmetic.compare(votes, c.quota) >= (arithmetic.exact() ? 1 : 0),
            option -> {
              c.elect(option, false);
              minute(Stage.Kind.ELECT, List.of(option), "quota");
            });
        surplus = c.surplus(c.elected);
        if (c.elected.size() > before) return Ended.ELECTED;
        if (arithmetic.compare(surplus, omega) <= 0) return Ended.OMEGA;
        if (arithmetic.compare(surplus, last) >= 0) return Ended.STABLE;
        // under constraints a loser need not lose
        batch = batches && c.guard.isEmpty() ? WigmPrf.sureLosers(c, surplus) : List.of();
        if (!batch.isEmpty()) return Ended.BATCH;
        last = surplus;
        for (int option : c.elected) {
          Fraction factor =
              arithmetic.up(arithmetic.up(keep[option].times(c.quota)).over(c.votes[option]));
          keep[option] = keepPlaces > 0 ? factor.up(keepPlaces) : factor;
        }
      }
    }

    private Fraction sum() {
      Fraction all = Fraction.ZERO;
      for (Fraction votes : c.votes) all = all.plus(votes);
      return all;
    }

    private void exclude(int option, String reason) {
      c.exclude(option);
      minute(Stage.Kind.EXCLUDE, List.of(option), reason);
      keep[option] = Fraction.ZERO;
      share();
    }

    private void minute(Stage.Kind kind, List<Integer> options, String reason) {
      Map<Integer, Fraction> factors = new TreeMap<>();
      for (int option : c.elected) factors.put(option, keep[option]);
      c.minute(kind, options, reason, Count.Moved.NOTHING, factors, Optional.of(surplus));
    }
  }
}
