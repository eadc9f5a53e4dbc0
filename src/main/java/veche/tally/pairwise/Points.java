package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.Collections;
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

/// Rules for one seat that look at points only to find whom to compare (an option's points are the
/// ballots that prefer it to each other one left, less those that prefer that one: twice its Borda
/// points, less the same number for all):
///
/// - `nanson` (E. J. Nanson, "Methods of election", 1882): all below the average go out at once,
///   again and again; with `average` = `out` also those at the average, while somebody is above.
/// - `baldwin` (J. M. Baldwin, "The technique of the Nanson preferential majority system of
///   election", 1926): the one with the fewest points goes out, again and again.
/// - `black` (D. Black, "The theory of committees and elections", 1958): whoever beats each other
///   one; if nobody does, the most points.
/// - `ranked-robin` (Equal Vote Coalition): most options beaten, equality counting half; of equal
///   ones the most points among those equal ones.
///
/// Whoever beats each other option has more points than the average, so all four elect it. The lot
/// decides what is equal in the end. Options: `unranked`.
public final class Points implements Rule {
  private final String name;

  public Points(String name) {
    this.name = name;
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    Set<String> known = name.equals("nanson") ? Set.of("unranked", "average") : Matrix.KNOWN;
    terms.only(name, known);
    return new Run(terms.seats(1), profile).count();
  }

  private final class Run {
    private final Terms terms;
    private final Matrix m;
    private final List<Integer> left;
    private final List<Integer> excluded = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Tiebreak> ties = new ArrayList<>();
    private int round;

    Run(Terms terms, Profile profile) {
      this.terms = terms;
      m = Matrix.of(terms, profile);
      left = new ArrayList<>(m.standing);
    }

    Tally count() {
      return switch (name) {
        case "black" -> {
          Optional<Integer> winner = m.condorcetWinner(left);
          yield winner.isPresent()
              ? elect(winner.get(), "condorcet", points(left))
              : most("score", points(left));
        }
        case "ranked-robin" -> {
          Map<Integer, Fraction> wins = new TreeMap<>();
          for (int a : left) wins.put(a, wins(a));
          List<Integer> finalists = best(wins);
          yield finalists.size() == 1
              ? elect(finalists.getFirst(), "score", wins)
              : most("score", points(finalists));
        }
        default -> {
          while (left.size() > 1) {
            Map<Integer, Fraction> points = points(left);
            List<Integer> out = name.equals("nanson") ? below(points) : fewest(points);
            if (out.isEmpty()) yield most("score", points);
            exclude(out, points);
          }
          yield elect(left.getFirst(), "remaining", points(left));
        }
      };
    }

    private Map<Integer, Fraction> points(List<Integer> among) {
      Map<Integer, Fraction> out = new TreeMap<>();
      for (int a : among) {
        long sum = 0;
        for (int b : among) if (a != b) sum = Math.addExact(sum, m.margin(a, b));
        out.put(a, Fraction.of(sum));
      }
      return out;
    }

    private Fraction wins(int a) {
      long halves = 0;
      for (int b : left) {
        if (a != b && m.beats(a, b)) halves += 2;
        else if (a != b && !m.beats(b, a)) halves++;
      }
      return Fraction.of(halves, 2);
    }

    /// The average is nothing, since what one option has another lacks.
    private List<Integer> below(Map<Integer, Fraction> points) {
      boolean equal =
          switch (terms.parameter("average", "stays")) {
            case "stays" -> false;
            case "out" -> points.values().stream().anyMatch(p -> p.signum() > 0);
            case String other ->
                throw new Malformed("average: expected stays or out, found " + other);
          };
      List<Integer> out = new ArrayList<>();
      points.forEach(
          (option, p) -> {
            if (p.signum() < 0 || equal && p.signum() == 0) out.add(option);
          });
      return out;
    }

    private List<Integer> fewest(Map<Integer, Fraction> points) {
      Fraction least = Collections.min(points.values());
      List<Integer> equal = with(points, least);
      return List.of(lot(equal, Tiebreak.Purpose.EXCLUDE));
    }

    private static List<Integer> best(Map<Integer, Fraction> points) {
      return with(points, Collections.max(points.values()));
    }

    private static List<Integer> with(Map<Integer, Fraction> points, Fraction value) {
      return points.entrySet().stream()
          .filter(e -> e.getValue().equals(value))
          .map(Map.Entry::getKey)
          .toList();
    }

    private Tally most(String reason, Map<Integer, Fraction> points) {
      return elect(lot(best(points), Tiebreak.Purpose.ELECT), reason, points);
    }

    private int lot(List<Integer> equal, Tiebreak.Purpose purpose) {
      if (equal.size() == 1) return equal.getFirst();
      int chosen = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
      ties.add(new Tiebreak(equal, purpose, Tiebreak.Method.LOT, -1, chosen));
      return chosen;
    }

    private void exclude(List<Integer> out, Map<Integer, Fraction> points) {
      left.removeAll(out);
      excluded.addAll(out);
      minute(Stage.Kind.EXCLUDE, out, List.of(), "points", points);
      round++;
    }

    private Tally elect(int option, String reason, Map<Integer, Fraction> points) {
      minute(Stage.Kind.ELECT, List.of(option), List.of(option), reason, points);
      minute(Stage.Kind.END, List.of(), List.of(option), "end", points);
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

    private void minute(
        Stage.Kind kind,
        List<Integer> options,
        List<Integer> elected,
        String reason,
        Map<Integer, Fraction> points) {
      List<Optional<Fraction>> shown = new ArrayList<>();
      for (int o = 0; o < terms.options(); o++) shown.add(Optional.ofNullable(points.get(o)));
      stages.add(
          new Stage(
              round,
              kind,
              options,
              shown,
              elected,
              excluded,
              Optional.empty(),
              Map.of(),
              Optional.empty(),
              Map.of(),
              Map.of(),
              Fraction.ZERO,
              Fraction.ZERO,
              Map.of(),
              reason));
    }
  }
}
