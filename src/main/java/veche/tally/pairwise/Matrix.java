package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// counting §3: how many ballots prefer each option to each other one. Options that share a rank
/// are not preferred to one another; those a ballot does not rank stand below all it ranks and are
/// equal among themselves (`unranked` = `last`, the default), or the ballot says nothing of them
/// (`unranked` = `none`; counting §4.13).
///
/// The rules here order all options, equal ones together; the lot decides only who of equal ones
/// takes the seats.
final class Matrix {
  static final Set<String> KNOWN = Set.of("unranked");

  final Terms terms;
  final List<Integer> standing;
  private final int n;
  private final long[] prefer;
  private final long ballots;
  private final List<Tiebreak> ties = new ArrayList<>();

  private Matrix(Terms terms, long[] prefer, long ballots) {
    this.terms = terms;
    this.ballots = ballots;
    this.prefer = prefer;
    n = terms.options();
    standing = terms.standing();
    if (standing.isEmpty()) throw new Malformed("options: expected at least one that stands");
  }

  static Matrix of(Terms terms, Profile given) {
    Profile profile = given.without(terms.withdrawn());
    int n = terms.options();
    boolean last =
        switch (terms.parameter("unranked", "last")) {
          case "last" -> true;
          case "none" -> false;
          case String other ->
              throw new Malformed("unranked: expected last or none, found " + other);
        };
    long[] ranked = new long[n];
    // [above][below], and, for unranked ones, [a][b] at the same rank
    long[] above = new long[n * n];
    long[] level = new long[n * n];
    for (int b = 0; b < profile.size(); b++) {
      long papers = profile.weight(b);
      int stop = profile.stop(b);
      int rank = profile.start(b);
      for (int i = rank; i < stop; i++) {
        if (!profile.equal(i)) rank = i;
        int option = profile.option(i);
        ranked[option] += papers;
        for (int j = profile.start(b); j < rank; j++)
          above[profile.option(j) * n + option] += papers;
        for (int j = rank; j < i; j++) {
          int other = profile.option(j);
          level[other * n + option] += papers;
          level[option * n + other] += papers;
        }
      }
    }
    if (last) {
      // whoever is ranked is preferred to all that are neither above nor level
      long[] prefer = new long[n * n];
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          if (a != b) prefer[a * n + b] = ranked[a] - above[b * n + a] - level[a * n + b];
        }
      }
      return new Matrix(terms, prefer, profile.marked());
    }
    return new Matrix(terms, above, profile.marked());
  }

  long prefer(int a, int b) {
    return prefer[a * n + b];
  }

  boolean beats(int a, int b) {
    return prefer(a, b) > prefer(b, a);
  }

  long margin(int a, int b) {
    return prefer(a, b) - prefer(b, a);
  }

  /// counting §4.14: how strong the majority of a over b is; 0 where a does not beat b.
  Fraction strength(String measure, int a, int b) {
    if (!beats(a, b)) return Fraction.ZERO;
    return switch (measure) {
      case "winning-votes" -> Fraction.of(prefer(a, b));
      case "margins" -> Fraction.of(margin(a, b));
      // over nobody against it no ratio is larger, and of two such the one with more votes
      case "ratio" ->
          prefer(b, a) == 0
              ? Fraction.of(1_000_000_000_000L + prefer(a, b))
              : Fraction.of(prefer(a, b), prefer(b, a));
      // the fewer are against it the stronger it is
      case "losing-votes" -> Fraction.of(ballots - prefer(b, a));
      default ->
          throw new Malformed(
              "strength: expected winning-votes, losing-votes, margins or ratio, found " + measure);
    };
  }

  Optional<Integer> condorcetWinner(List<Integer> among) {
    return among.stream()
        .filter(a -> among.stream().allMatch(b -> a.equals(b) || beats(a, b)))
        .findFirst();
  }

  /// The smallest set whose members beat everybody outside it (Smith 1973): the first options of
  /// those ordered by how many they beat or equal, taken until nobody outside is unbeaten.
  List<Integer> smith(List<Integer> among) {
    Map<Integer, Long> score = new TreeMap<>();
    for (int a : among) {
      score.put(a, among.stream().filter(b -> a != b && !beats(b, a)).count());
    }
    long most = score.values().stream().mapToLong(v -> v).max().orElseThrow();
    Set<Integer> set = new TreeSet<>();
    for (int a : among) if (score.getOrDefault(a, 0L) == most) set.add(a);
    boolean more = true;
    while (more) {
      more = false;
      for (int b : among) {
        if (!set.contains(b) && set.stream().anyMatch(a -> !beats(a, b))) more |= set.add(b);
      }
    }
    return List.copyOf(set);
  }

  /// All that reach over majorities whoever reaches them (Schwartz 1972).
  List<Integer> schwartz(List<Integer> among) {
    boolean[][] reaches = new boolean[n][n];
    for (int a : among) for (int b : among) reaches[a][b] = beats(a, b);
    for (int via : among) {
      for (int a : among) {
        for (int b : among) reaches[a][b] |= reaches[a][via] && reaches[via][b];
      }
    }
    return among.stream()
        .filter(a -> among.stream().allMatch(b -> !reaches[b][a] || reaches[a][b]))
        .toList();
  }

  /// By the lot of the terms.
  int lot(List<Integer> equal, Tiebreak.Purpose purpose) {
    if (equal.size() == 1) return equal.getFirst();
    int chosen = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
    ties.add(
        new Tiebreak(equal.stream().sorted().toList(), purpose, Tiebreak.Method.LOT, -1, chosen));
    return chosen;
  }

  /// Groups of equal scores, the highest first.
  List<List<Integer>> byScore(Map<Integer, Fraction> score) {
    TreeMap<Fraction, List<Integer>> groups = new TreeMap<>(java.util.Comparator.reverseOrder());
    score.forEach((option, s) -> groups.computeIfAbsent(s, k -> new ArrayList<>()).add(option));
    return groups.values().stream().map(List::copyOf).toList();
  }

  List<Fraction> scores(Map<Integer, Fraction> score) {
    List<Fraction> out = new ArrayList<>();
    for (int o = 0; o < n; o++) out.add(score.getOrDefault(o, Fraction.ZERO));
    return out;
  }

  Comparison comparison() {
    List<List<Long>> rows = new ArrayList<>();
    for (int a = 0; a < n; a++) {
      rows.add(Arrays.stream(prefer, a * n, a * n + n).boxed().toList());
    }
    return Comparison.of(rows);
  }

  /// The seats go to the best groups; of the group that is larger than the seats left, the lot
  /// chooses.
  Tally tally(String rule, List<List<Integer>> ranking, Comparison comparison) {
    List<Integer> winners = new ArrayList<>();
    for (List<Integer> group : ranking) {
      List<Integer> left = new ArrayList<>(group);
      while (!left.isEmpty() && winners.size() < terms.seats()) {
        int chosen =
            left.size() <= terms.seats() - winners.size()
                ? left.getFirst()
                : lot(left, Tiebreak.Purpose.ELECT);
        left.remove((Integer) chosen);
        winners.add(chosen);
      }
    }
    return Tally.elected(rule, terms.seats(), winners, ties).ranked(ranking).comparing(comparison);
  }
}
