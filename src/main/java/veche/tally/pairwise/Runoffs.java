package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Condorcet methods that exclude as instant runoff does (J. Green-Armytage, "Four Condorcet-Hare
/// hybrid methods for single-winner elections", Voting matters 29, 2011):
///
/// - `smith-irv`: whoever is not in the Smith set is out, and the rest is an instant runoff.
/// - `benham`: as soon as one option beats each other one left, it is elected; until then the
///   fewest first preferences go out.
/// - `tideman-alternative`: whoever is not in the Smith set of those left is out, then the fewest
///   first preferences, in turn.
///
/// Options: `unranked`; `variant` is a name of the source and changes nothing.
public final class Runoffs implements Rule {
  private final String name;

  public Runoffs(String name) {
    this.name = name;
  }

  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only(name, Set.of("unranked", "variant"));
    Profile profile = given.withoutEqualRanks(name);
    return new Run(terms.seats(1), profile).count();
  }

  private final class Run {
    private final Terms terms;
    private final Profile profile;
    private final Matrix m;
    private final List<Integer> left;
    private final List<Integer> excluded = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Tiebreak> ties = new ArrayList<>();
    private Map<Integer, Long> votes = Map.of();
    private int round;

    Run(Terms terms, Profile profile) {
      this.terms = terms;
      this.profile = profile;
      m = Matrix.of(terms, profile);
      left = new ArrayList<>(m.standing);
    }

    Tally count() {
      firsts();
      minute(Stage.Kind.FIRST, List.of(), "first", List.of());
      if (name.equals("smith-irv")) outside();
      while (left.size() > 1) {
        if (name.equals("benham")) {
          Optional<Integer> winner = m.condorcetWinner(left);
          if (winner.isPresent()) return elect(winner.get(), "condorcet");
        }
        if (name.equals("tideman-alternative")) {
          outside();
          if (left.size() == 1) break;
        }
        if (name.equals("smith-irv")) {
          long all = votes.values().stream().mapToLong(v -> v).sum();
          int top = left.stream().max(java.util.Comparator.comparing(votes::get)).orElseThrow();
          if (votes.getOrDefault(top, 0L) * 2 > all) return elect(top, "quota");
        }
        long low = left.stream().mapToLong(o -> votes.getOrDefault(o, 0L)).min().orElseThrow();
        List<Integer> least = left.stream().filter(o -> votes.getOrDefault(o, 0L) == low).toList();
        exclude(List.of(lot(least)), "fewest");
      }
      return elect(left.getFirst(), "remaining");
    }

    private int lot(List<Integer> equal) {
      if (equal.size() == 1) return equal.getFirst();
      int chosen = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
      ties.add(new Tiebreak(equal, Tiebreak.Purpose.EXCLUDE, Tiebreak.Method.LOT, -1, chosen));
      return chosen;
    }

    private void outside() {
      List<Integer> smith = m.smith(left);
      List<Integer> out = left.stream().filter(o -> !smith.contains(o)).toList();
      if (!out.isEmpty()) exclude(out, "smith");
    }

    private void exclude(List<Integer> out, String reason) {
      round++;
      left.removeAll(out);
      for (int option : out) {
        excluded.add(option);
        minute(Stage.Kind.EXCLUDE, List.of(option), reason, List.of());
      }
      Map<Integer, Long> before = votes;
      firsts();
      Map<Integer, Fraction> moved = new LinkedHashMap<>();
      long gone = out.stream().mapToLong(o -> before.getOrDefault(o, 0L)).sum();
      for (int option : left) {
        long more = votes.getOrDefault(option, 0L) - before.getOrDefault(option, 0L);
        if (more > 0) moved.put(option, Fraction.of(more));
        gone -= more;
      }
      minute(Stage.Kind.TRANSFER, out, "excluded", List.of(), moved, Fraction.of(gone));
    }

    private Tally elect(int option, String reason) {
      minute(Stage.Kind.ELECT, List.of(option), reason, List.of(option));
      minute(Stage.Kind.END, List.of(), "end", List.of(option));
      return new Tally(
          name,
          1,
          List.of(option),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          stages,
          ties,
          0,
          Optional.of(m.comparison()));
    }

    private void firsts() {
      Map<Integer, Long> now = new LinkedHashMap<>();
      for (int option : left) now.put(option, 0L);
      Set<Integer> open = new HashSet<>(left);
      for (int b = 0; b < profile.size(); b++) {
        for (int i = profile.start(b); i < profile.stop(b); i++) {
          int option = profile.option(i);
          if (!open.contains(option)) continue;
          now.merge(option, profile.weight(b), Long::sum);
          break;
        }
      }
      votes = now;
    }

    private void minute(
        Stage.Kind kind, List<Integer> options, String reason, List<Integer> elected) {
      minute(kind, options, reason, elected, Map.of(), Fraction.ZERO);
    }

    private void minute(
        Stage.Kind kind,
        List<Integer> options,
        String reason,
        List<Integer> elected,
        Map<Integer, Fraction> moved,
        Fraction ended) {
      List<Optional<Fraction>> now = new ArrayList<>();
      long in = 0;
      for (int o = 0; o < terms.options(); o++) {
        boolean stands = !terms.withdrawn().contains(o);
        long has = votes.getOrDefault(o, 0L);
        in += has;
        now.add(stands ? Optional.of(Fraction.of(has)) : Optional.empty());
      }
      long out = profile.marked() - in;
      Map<Profile.End, Fraction> exhausted =
          out == 0 ? Map.of() : Map.of(Profile.End.SHORT, Fraction.of(out));
      Map<Integer, Map<Fraction, Fraction>> values = new LinkedHashMap<>();
      if (kind == Stage.Kind.TRANSFER) {
        for (int option : options) values.put(option, Map.of(Fraction.ONE, Fraction.ONE));
      }
      stages.add(
          new Stage(
              round,
              kind,
              options,
              now,
              elected,
              excluded,
              Optional.empty(),
              exhausted,
              Optional.empty(),
              Map.of(),
              moved,
              ended,
              Fraction.ZERO,
              values,
              reason));
    }
  }
}
