package veche.tally.stv;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import veche.tally.Fraction;
import veche.tally.Guard;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Instant runoff and its kin that only exclude: the fewest votes go out and their papers go on
/// until somebody has a majority of the votes that still count (Ware 1871; the forms and options
/// are those of RCTab 2, Universal Ranked Choice Voting Tabulator).
///
/// - `irv`: one seat; more than half of the votes in the round elects.
/// - `sequential-irv`: a seat at a time, each by `irv` without those already elected.
/// - `bottoms-up`: exclusion until as many are left as there are seats.
/// - `bottoms-up-percentage`: exclusion until everybody left has `percentage` of the votes.
///
/// Options: `batchElimination`, `continueUntilTwoCandidatesRemain`, `minimumVoteThreshold`,
/// `doesFirstRoundDetermineThreshold`, `hareQuota`, `stopAfterRound`, `tiebreakMode` =
/// `previousRoundCountsThenRandom` to look back over earlier rounds before the lot, `writeIns`
/// (position of undeclared write-ins, which go out first and cannot win), `pass` (which seat of
/// `sequential-irv` the stages tell of).
public final class Irv implements Rule {
  private static final Set<String> KNOWN =
      Set.of(
          "batchElimination",
          "continueUntilTwoCandidatesRemain",
          "minimumVoteThreshold",
          "doesFirstRoundDetermineThreshold",
          "nonIntegerWinningThreshold",
          "decimalPlaces",
          "tiebreakMode",
          "writeIns",
          "percentage",
          "hareQuota",
          "stopAfterRound",
          "pass");

  private enum Form {
    MAJORITY,
    BOTTOMS_UP,
    PERCENTAGE
  }

  private final String name;

  public Irv(String name) {
    this.name = name;
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    switch (name) {
      case "bottoms-up", "sequential-irv" -> terms.known(name, KNOWN);
      default -> terms.only(name, KNOWN);
    }
    return switch (name) {
      case "irv" -> new Run(terms.seats(1), profile, Form.MAJORITY).count();
      case "bottoms-up" -> new Run(terms, profile, Form.BOTTOMS_UP).count();
      case "bottoms-up-percentage" -> new Run(terms, profile, Form.PERCENTAGE).count();
      default -> sequential(terms, profile);
    };
  }

  private Tally sequential(Terms terms, Profile profile) {
    int shown = terms.number("pass", 0, terms.options());
    List<Integer> winners = new ArrayList<>();
    List<Tiebreak> ties = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    Set<Integer> out = new TreeSet<>();
    Optional<Fraction> quota = Optional.empty();
    int most = Math.min(terms.seats(), terms.standing().size());
    Guard guard = terms.guard();
    for (int pass = 1; pass <= (shown == 0 ? most : shown); pass++) {
      List<Integer> left = terms.standing().stream().filter(o -> !out.contains(o)).toList();
      List<Integer> doomed = guard.doomed(out, left);
      if (!doomed.isEmpty() && (shown == 0 || shown == pass)) stages.add(doomed(terms, doomed));
      Terms one =
          terms
              .under(List.of())
              .keeping(Set.of())
              .seats(1)
              .withdrawing(out)
              .withdrawing(Set.copyOf(doomed));
      Tally tally = new Run(one, profile, Form.MAJORITY).count();
      out.addAll(tally.winners());
      if (shown == 0 || shown == pass) {
        winners.addAll(tally.winners());
        stages.addAll(tally.stages());
        ties.addAll(tally.ties());
        if (quota.isEmpty()) quota = tally.quota();
      }
    }
    return new Tally(
        name, terms.seats(), winners, Optional.empty(), Optional.empty(), quota, stages, ties, 0);
  }

  /// counting §7: they do not stand in this pass, nor in a later one.
  private static Stage doomed(Terms terms, List<Integer> options) {
    return new Stage(
        0,
        Stage.Kind.EXCLUDE,
        options,
        Collections.nCopies(terms.options(), Optional.empty()),
        List.of(),
        options,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Fraction.ZERO,
        Fraction.ZERO,
        Map.of(),
        "doomed");
  }

  private final class Run {
    private final Count c;
    private final Terms terms;
    private final Form form;
    private final int writeIns;
    private final Fraction minimum;
    private final boolean lookBack;
    private final boolean untilTwo;
    private final boolean fixed;

    Run(Terms terms, Profile profile, Form form) {
      this.terms = terms;
      this.form = form;
      c = new Count(terms, profile, Arithmetic.fixed(terms.number("decimalPlaces", 0, 20)));
      c.equalRanksEnd();
      writeIns = terms.number("writeIns", terms.options(), terms.options());
      minimum = Fraction.of(terms.number("minimumVoteThreshold", 0, 999_999_999));
      lookBack = terms.parameter("tiebreakMode", "lot").startsWith("previousRound");
      untilTwo = terms.flag("continueUntilTwoCandidatesRemain");
      fixed = terms.flag("doesFirstRoundDetermineThreshold") || form == Form.BOTTOMS_UP;
    }

    Tally count() {
      c.distribute();
      threshold();
      c.minute(Stage.Kind.FIRST, List.of(), "first");
      int last = terms.number("stopAfterRound", 0, 999_999);
      while (!c.hopeful().isEmpty() && !decided()) {
        c.nextRound();
        List<Integer> out = exclusions();
        String reason = out.size() > 1 ? "batch" : c.fewest(out.getFirst());
        for (int option : out) {
          c.exclude(option);
          c.minute(Stage.Kind.EXCLUDE, List.of(option), reason);
        }
        if (last > 0 && c.round >= last) break;
        Count.Moved moved = c.transfer(out, value -> value);
        for (int option : out) c.votes[option] = Fraction.ZERO;
        if (!fixed && c.elected.isEmpty()) threshold();
        c.minute(Stage.Kind.TRANSFER, out, "excluded", moved, Map.of(), Optional.empty());
      }
      return c.tally(name);
    }

    private void threshold() {
      Fraction active = c.sum(c.hopeful());
      int places = c.arithmetic.places();
      if (form == Form.PERCENTAGE) {
        c.quota = active.times(terms.number("percentage", 0, 100)).over(100);
      } else if (terms.flag("hareQuota")) {
        c.quota = active.over(Math.max(1, terms.seats())).up(0);
      } else if (terms.flag("nonIntegerWinningThreshold")) {
        c.quota = active.over(terms.seats() + 1).down(places).plus(Fraction.unit(places));
      } else {
        c.quota = Fraction.of(active.over(terms.seats() + 1).floor().longValueExact() + 1);
      }
      c.quota = c.quota.max(minimum);
    }

    /// Elects whoever the round elects; true when nothing is left to do.
    private boolean decided() {
      List<Integer> standing = c.hopeful();
      // undeclared write-ins go out before anybody is elected
      if (standing.contains(writeIns) && c.votes[writeIns].signum() > 0) return false;
      List<Integer> candidates = standing.stream().filter(o -> o != writeIns).toList();
      switch (form) {
        case BOTTOMS_UP -> {
          if (standing.size() > terms.seats()) return false;
          together(candidates, "remaining");
          return true;
        }
        case PERCENTAGE -> {
          boolean all = standing.stream().allMatch(o -> c.votes[o].compareTo(c.quota) >= 0);
          if (!all || standing.contains(writeIns)) return false;
          together(candidates, "quota");
          return true;
        }
        case MAJORITY -> {
          if (c.elected.isEmpty()) majority(standing, candidates);
          return !c.elected.isEmpty() && (!untilTwo || standing.size() <= 2);
        }
      }
      return true;
    }

    private void majority(List<Integer> standing, List<Integer> candidates) {
      List<Integer> over =
          candidates.stream().filter(o -> c.votes[o].compareTo(c.quota) >= 0).toList();
      int winner = -1;
      String reason = "quota";
      if (!over.isEmpty()) {
        winner = over.getFirst();
      } else if (standing.size() == 1 && !candidates.isEmpty()) {
        winner = candidates.getFirst();
        reason = "remaining";
      } else if (standing.size() == 2 && candidates.size() == 2 && reached(standing)) {
        // nobody has the threshold: equal votes, or a threshold of the first round
        List<Integer> most = c.highest(standing);
        if (most.size() == 1) {
          winner = most.getFirst();
          reason = "remaining";
        } else {
          int out =
              lookBack
                  ? c.earlierRounds(standing, Tiebreak.Purpose.EXCLUDE)
                  : c.lot(standing, Tiebreak.Purpose.EXCLUDE);
          winner = standing.get(0) == out ? standing.get(1) : standing.get(0);
          reason = "tie";
        }
      }
      if (winner < 0) return;
      c.elected.add(winner);
      c.minute(Stage.Kind.ELECT, List.of(winner), reason);
      // a round that elects excludes nobody
      if (untilTwo && standing.size() > 2) {
        c.nextRound();
        c.minute(Stage.Kind.TRANSFER, List.of(), "continue");
      }
    }

    private boolean reached(List<Integer> options) {
      return fixed || options.stream().allMatch(o -> c.votes[o].compareTo(minimum) >= 0);
    }

    /// All at once, in the order of the options.
    private void together(List<Integer> options, String reason) {
      for (int option : options) {
        c.elect(option, false);
        c.minute(Stage.Kind.ELECT, List.of(option), reason);
      }
    }

    private List<Integer> exclusions() {
      List<Integer> standing = c.hopeful();
      if (!c.guard.isEmpty() && (writeIns < c.votes.length || minimum.signum() > 0)) {
        throw new Malformed(
            name + ": constraints go with neither write-ins nor a minimum of votes");
      }
      if (standing.contains(writeIns) && c.votes[writeIns].signum() > 0) return List.of(writeIns);
      List<Integer> few = standing.stream().filter(o -> c.votes[o].compareTo(minimum) < 0).toList();
      if (!few.isEmpty() && few.size() < standing.size()) return few;
      if (terms.flag("batchElimination") && form == Form.MAJORITY) {
        List<Integer> batch = batch(standing);
        if (batch.size() > 1) return batch;
      }
      List<Integer> low = c.lowest(c.excludable());
      if (low.contains(writeIns)) return List.of(writeIns);
      return List.of(
          lookBack
              ? c.earlierRounds(low, Tiebreak.Purpose.EXCLUDE)
              : c.lot(low, Tiebreak.Purpose.EXCLUDE));
    }

    /// counting §4.17: all whose votes together stay below the next one.
    private List<Integer> batch(List<Integer> standing) {
      List<Integer> rising = c.byVotes(standing);
      List<Integer> out = List.of();
      Fraction running = Fraction.ZERO;
      for (int i = 0; i < rising.size(); i++) {
        Fraction votes = c.votes[rising.get(i)];
        boolean leavesTwo = !untilTwo || rising.size() - i >= 2;
        if (i > 0 && running.compareTo(votes) < 0 && leavesTwo) {
          out = List.copyOf(rising.subList(0, i));
        }
        running = running.plus(votes);
      }
      return out.stream().sorted().toList();
    }
  }
}
