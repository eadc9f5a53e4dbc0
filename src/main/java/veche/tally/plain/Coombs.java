package veche.tally.plain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
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

/// Coombs's rule (C. H. Coombs, "A theory of data", 1964): whoever is first on more than half of
/// the ballots that still rank somebody is elected; until then whoever is last on most of them goes
/// out. Options that a ballot does not rank are last on it together, each with an equal part.
///
/// Options: `majority` = `stop` (default) or `none`: nobody is elected before all others are out.
public final class Coombs implements Rule {
  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("coombs", Set.of("majority"));
    boolean stop =
        switch (terms.parameter("majority", "stop")) {
          case "stop" -> true;
          case "none" -> false;
          case String other ->
              throw new Malformed("majority: expected stop or none, found " + other);
        };
    return new Run(terms.seats(1), given.withoutEqualRanks("coombs"), stop).count();
  }

  private static final class Run {
    private final Terms terms;
    private final Profile profile;
    private final boolean stop;
    private final List<Integer> left;
    private final List<Integer> excluded = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Tiebreak> ties = new ArrayList<>();
    private final Map<Integer, Fraction> firsts = new TreeMap<>();
    private final Map<Integer, Fraction> lasts = new TreeMap<>();
    private Fraction ballots = Fraction.ZERO;

    Run(Terms terms, Profile profile, boolean stop) {
      this.terms = terms;
      this.profile = profile;
      this.stop = stop;
      left = new ArrayList<>(terms.standing());
      if (left.isEmpty()) throw new Malformed("options: expected at least one that stands");
    }

    Tally count() {
      while (left.size() > 1) {
        places();
        if (stop) {
          for (int option : left) {
            Fraction has = firsts.getOrDefault(option, Fraction.ZERO);
            if (has.times(2).compareTo(ballots) > 0) return elect(option, "majority", firsts);
          }
        }
        Fraction most = Collections.max(lasts.values());
        List<Integer> equal =
            left.stream().filter(o -> most.equals(lasts.getOrDefault(o, most))).toList();
        int out = equal.getFirst();
        if (equal.size() > 1) {
          out = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
          ties.add(new Tiebreak(equal, Tiebreak.Purpose.EXCLUDE, Tiebreak.Method.LOT, -1, out));
        }
        left.remove((Integer) out);
        excluded.add(out);
        minute(Stage.Kind.EXCLUDE, List.of(out), List.of(), "last", lasts);
      }
      places();
      return elect(left.getFirst(), "remaining", firsts);
    }

    private void places() {
      Set<Integer> open = new HashSet<>(left);
      firsts.clear();
      lasts.clear();
      for (int option : left) {
        firsts.put(option, Fraction.ZERO);
        lasts.put(option, Fraction.ZERO);
      }
      // ballots that leave the same options out are added up before they are split
      Map<List<Integer>, Long> last = new java.util.HashMap<>();
      long all = 0;
      for (int b = 0; b < profile.size(); b++) {
        List<Integer> ranked = new ArrayList<>();
        for (int i = profile.start(b); i < profile.stop(b); i++) {
          if (open.contains(profile.option(i))) ranked.add(profile.option(i));
        }
        if (ranked.isEmpty()) continue;
        all = Math.addExact(all, profile.weight(b));
        firsts.merge(ranked.getFirst(), Fraction.of(profile.weight(b)), Fraction::plus);
        List<Integer> rest = left.stream().filter(o -> !ranked.contains(o)).toList();
        last.merge(
            rest.isEmpty() ? List.of(ranked.getLast()) : rest, profile.weight(b), Math::addExact);
      }
      ballots = Fraction.of(all);
      last.forEach(
          (options, papers) -> {
            Fraction part = Fraction.of(papers, options.size());
            for (int option : options) lasts.merge(option, part, Fraction::plus);
          });
    }

    private Tally elect(int option, String reason, Map<Integer, Fraction> votes) {
      minute(Stage.Kind.ELECT, List.of(option), List.of(option), reason, votes);
      minute(Stage.Kind.END, List.of(), List.of(option), "end", votes);
      return new Tally(
          "coombs",
          1,
          List.of(option),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          stages,
          ties,
          0);
    }

    private void minute(
        Stage.Kind kind,
        List<Integer> options,
        List<Integer> elected,
        String reason,
        Map<Integer, Fraction> votes) {
      List<Optional<Fraction>> shown = new ArrayList<>();
      for (int o = 0; o < terms.options(); o++) shown.add(Optional.ofNullable(votes.get(o)));
      stages.add(
          new Stage(
              excluded.size(),
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
