package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.tally.plain.Star;
import veche.wire.Malformed;

class PairwiseTest {
  private static Tally count(String rule, Terms terms, Profile profile) {
    return Rules.of(rule).orElseThrow().count(terms, profile);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schulze",
        "ranked-pairs",
        "minimax",
        "copeland",
        "kemeny-young",
        "smith-irv",
        "benham",
        "tideman-alternative",
        "debian"
      })
  void whoBeatsEachOtherOneIsElected(String rule) {
    Random random = new Random(1);
    int met = 0;
    for (int round = 0; round < 200; round++) {
      int options = 3 + random.nextInt(4);
      Profile profile = profile(random, options, false);
      Optional<Integer> winner = condorcet(profile, options);
      Terms terms = Terms.of(options, 1);
      if (rule.equals("debian")) terms = terms.with("default", "0");
      if (winner.isEmpty() || rule.equals("debian") && winner.get() == 0) continue;
      met++;
      assertThat(count(rule, terms, profile).winners()).containsExactly(winner.get());
    }
    assertThat(met).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schulze",
        "ranked-pairs",
        "minimax",
        "copeland",
        "kemeny-young",
        "bucklin",
        "plurality"
      })
  void aMajorityOfFirstPlacesElects(String rule) {
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      int options = 3 + random.nextInt(3);
      Profile.Builder out = new Profile.Builder(options);
      int top = random.nextInt(options);
      for (int b = 0; b < 30; b++) {
        List<Integer> order = shuffled(random, options);
        if (b < 16) {
          order.remove((Integer) top);
          order.addFirst(top);
        }
        out.add(1, order.stream().map(List::of).toList());
      }
      assertThat(count(rule, Terms.of(options, 1), out.build()).winners()).containsExactly(top);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schulze",
        "ranked-pairs",
        "minimax",
        "copeland",
        "kemeny-young",
        "smith-set",
        "bucklin"
      })
  void namesMeanNothing(String rule) {
    Random random = new Random(3);
    for (int round = 0; round < 60; round++) {
      int options = 3 + random.nextInt(3);
      Profile profile = profile(random, options, !rule.equals("bucklin"));
      List<Integer> to = shuffled(random, options);
      Profile.Builder renamed = new Profile.Builder(options);
      for (int b = 0; b < profile.size(); b++) {
        renamed.add(
            profile.weight(b),
            profile.ranks(b).stream().map(r -> r.stream().map(to::get).toList()).toList());
      }
      Tally one = count(rule, Terms.of(options, 1), profile);
      Tally other = count(rule, Terms.of(options, 1), renamed.build());
      if (rule.equals("kemeny-young")) {
        assertThat(sets(other.committees().orElseThrow()))
            .isEqualTo(sets(renamed(one.committees().orElseThrow(), to)));
      } else {
        assertThat(sets(other.ranking().orElseThrow()))
            .isEqualTo(sets(renamed(one.ranking().orElseThrow(), to)));
      }
    }
  }

  private static List<List<Integer>> renamed(List<List<Integer>> groups, List<Integer> to) {
    return groups.stream().map(g -> g.stream().map(to::get).toList()).toList();
  }

  private static List<java.util.Set<Integer>> sets(List<List<Integer>> groups) {
    List<java.util.Set<Integer>> out = new ArrayList<>();
    groups.forEach(g -> out.add(java.util.Set.copyOf(g)));
    return groups.stream().allMatch(g -> g.size() == 1) && groups.size() > 1
        ? out.stream().sorted(java.util.Comparator.comparing(s -> s.iterator().next())).toList()
        : out;
  }

  @Test
  void theStrongestPathIsAPathOfMajoritiesAndItsWeakestOneIsItsStrength() {
    Random random = new Random(4);
    for (int round = 0; round < 60; round++) {
      Profile profile = profile(random, 5, true);
      Comparison found = count("schulze", Terms.of(5, 1), profile).comparison().orElseThrow();
      for (Comparison.Path path : found.paths()) {
        Fraction weakest = null;
        for (int i = 1; i < path.through().size(); i++) {
          int a = path.through().get(i - 1);
          int b = path.through().get(i);
          long up = found.ballots().get(a).get(b);
          assertThat(up).isGreaterThan(found.ballots().get(b).get(a));
          Fraction link = Fraction.of(up);
          weakest = weakest == null ? link : weakest.min(link);
        }
        assertThat(path.strength()).isEqualTo(weakest);
      }
    }
  }

  @Test
  void whatRankedPairsPassesOverClosesACircleOfWhatStands() {
    Profile.Builder circle = new Profile.Builder(3);
    circle.add(4, List.of(List.of(0), List.of(1), List.of(2)));
    circle.add(3, List.of(List.of(1), List.of(2), List.of(0)));
    circle.add(2, List.of(List.of(2), List.of(0), List.of(1)));
    Tally tally = count("ranked-pairs", Terms.of(3, 1), circle.build());
    List<Comparison.Majority> all = tally.comparison().orElseThrow().majorities();
    assertThat(all).hasSize(3);
    assertThat(all.get(2).winner()).isEqualTo(2);
    assertThat(all.get(2).loser()).isEqualTo(0);
    assertThat(all.get(2).closes()).contains(List.of(2, 0, 1, 2));
    assertThat(tally.ranking().orElseThrow()).containsExactly(List.of(0), List.of(1), List.of(2));
  }

  @Test
  void equalMajoritiesByLotLeaveOneWinner() {
    Profile.Builder even = new Profile.Builder(2);
    even.add(3, List.of(List.of(0), List.of(1)));
    even.add(3, List.of(List.of(1), List.of(0)));
    Terms terms = new Terms(2, 1, java.util.Set.of(), List.of(1, 0), Map.of("equal", "lot"));
    Tally tally = count("ranked-pairs", terms, even.build());
    assertThat(tally.ranking().orElseThrow()).containsExactly(List.of(1), List.of(0));
  }

  /// Debian 2006 (counting §4.13): whether the unranked stand last decides.
  @Test
  void unrankedOptionsAreLastOrUnspokenOf() {
    Profile.Builder ballots = new Profile.Builder(3);
    ballots.add(7, List.of(List.of(0)));
    ballots.add(3, List.of(List.of(1), List.of(0)));
    ballots.add(3, List.of(List.of(2), List.of(1)));
    Profile profile = ballots.build();
    assertThat(count("copeland", Terms.of(3, 1), profile).winners()).containsExactly(0);
    Tally none = count("copeland", Terms.of(3, 1).with("unranked", "none"), profile);
    assertThat(none.comparison().orElseThrow().ballots().get(0).get(1)).isZero();
    assertThat(none.winners()).isNotEqualTo(List.of(0));
  }

  @Test
  void anOptionThatDoesNotBeatTheDefaultOneCannotWin() {
    Profile.Builder ballots = new Profile.Builder(3);
    ballots.add(6, List.of(List.of(0), List.of(2)));
    ballots.add(5, List.of(List.of(1), List.of(2)));
    ballots.add(4, List.of(List.of(2)));
    Terms terms = Terms.of(3, 1);
    Profile profile = ballots.build();
    assertThat(count("schulze", terms, profile).winners()).containsExactly(2);
    assertThat(count("debian", terms, profile).winners()).isEmpty();
    Profile.Builder more = new Profile.Builder(3);
    more.add(9, List.of(List.of(0), List.of(2)));
    more.add(5, List.of(List.of(1), List.of(2)));
    assertThat(count("debian", terms, more.build()).winners()).containsExactly(0);
    assertThat(count("debian", terms.with("quorum", "10"), more.build()).winners()).isEmpty();
    assertThat(count("debian", terms.with("majority", "2"), more.build()).winners()).isEmpty();
  }

  @Test
  void kemenyFindsTheOrderThatLookingAtAllOrdersFinds() {
    Random random = new Random(6);
    for (int round = 0; round < 40; round++) {
      Profile profile = profile(random, 5, true);
      Tally tally = count("kemeny-young", Terms.of(5, 1), profile);
      Comparison found = tally.comparison().orElseThrow();
      long best =
          orders(List.of(0, 1, 2, 3, 4)).stream()
              .mapToLong(order -> agreement(found, order))
              .max()
              .orElseThrow();
      List<Integer> mine = tally.ranking().orElseThrow().stream().map(List::getFirst).toList();
      assertThat(agreement(found, mine)).isEqualTo(best);
      assertThat(tally.committees().orElseThrow())
          .containsExactlyInAnyOrderElementsOf(
              orders(List.of(0, 1, 2, 3, 4)).stream()
                  .filter(order -> agreement(found, order) == best)
                  .map(order -> List.of(order.getFirst()))
                  .distinct()
                  .toList());
    }
    assertThatThrownBy(
            () -> count("kemeny-young", Terms.of(19, 1), profile(new Random(1), 19, false)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("18");
  }

  private static long agreement(Comparison found, List<Integer> order) {
    long sum = 0;
    for (int i = 0; i < order.size(); i++) {
      for (int j = i + 1; j < order.size(); j++) {
        sum += found.ballots().get(order.get(i)).get(order.get(j));
      }
    }
    return sum;
  }

  private static List<List<Integer>> orders(List<Integer> of) {
    if (of.isEmpty()) return List.of(List.of());
    List<List<Integer>> out = new ArrayList<>();
    for (int first : of) {
      List<Integer> rest = of.stream().filter(o -> o != first).toList();
      for (List<Integer> tail : orders(rest)) {
        List<Integer> one = new ArrayList<>(List.of(first));
        one.addAll(tail);
        out.add(one);
      }
    }
    return out;
  }

  @Test
  void starTakesTheTwoHighestSumsAndThenTheOneMoreBallotsPrefer() {
    Profile.Builder ballots = new Profile.Builder(3 * 6);
    ballots.add(6, List.of(List.of(Star.mark(0, 5, 5), Star.mark(1, 4, 5)))); // sum 0: 30, 1: 24
    ballots.add(7, List.of(List.of(Star.mark(1, 3, 5), Star.mark(2, 2, 5)))); // 1: +21, 2: 14
    Tally tally = count("star", Terms.of(3, 1), ballots.build());
    assertThat(tally.winners()).containsExactly(1);
    assertThat(tally.ranking().orElseThrow()).containsExactly(List.of(1), List.of(0));
    assertThatThrownBy(() -> count("star", Terms.of(3, 1), new Profile.Builder(3).build()))
        .isInstanceOf(Malformed.class);
  }

  /// Schulze 2011, example 10: each measure elects another option.
  @Test
  void eachMeasureOfAMajorityElectsItsOwnOption() {
    Profile profile =
        profile(
            4,
            "6 A B C D",
            "8 AB",
            "8 AC",
            "18 AC D",
            "8 ACD",
            "40 B",
            "4 C B D",
            "9 C D A",
            "8 CD",
            "14 D A B",
            "11 D B C",
            "4 D C A");
    Terms terms = Terms.of(4, 1);
    assertThat(count("schulze", terms, profile).winners()).containsExactly(3);
    assertThat(winners("schulze", terms.with("strength", "margins"), profile)).containsExactly(0);
    assertThat(winners("schulze", terms.with("strength", "losing-votes"), profile))
        .containsExactly(2);
    Tally ratio = count("schulze", terms.with("strength", "ratio"), profile);
    assertThat(ratio.winners()).containsExactly(1);
    assertThat(ratio.comparison().orElseThrow().paths())
        .anyMatch(p -> p.from() == 1 && p.to() == 2 && p.strength().equals(Fraction.of(79, 59)));
  }

  /// Tideman 1987, example 5.
  @Test
  void rankedPairsOrdersAsTideman() {
    Profile profile =
        profile(
            5,
            "7 A B C D E",
            "3 E D A B C",
            "6 D E B C A",
            "3 B C A E D",
            "5 E C A B D",
            "3 D C A B E");
    for (String strength : List.of("winning-votes", "margins", "pairwise-opposition")) {
      Tally tally = count("ranked-pairs", Terms.of(5, 1).with("strength", strength), profile);
      assertThat(tally.ranking().orElseThrow())
          .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3), List.of(4));
    }
  }

  /// Majorities with 30 ballots each in a circle of three, beside one that stands: none of the
  /// circle is locked, whichever stands first.
  @Test
  void equalMajoritiesThatCloseACircleFallTogether() {
    Profile profile = profile(4, "10 D A B C", "10 D B C A", "10 D C A B");
    Tally tally = count("ranked-pairs", Terms.of(4, 1), profile);
    assertThat(tally.ranking().orElseThrow()).containsExactly(List.of(3), List.of(0, 1, 2));
    assertThat(
            tally.comparison().orElseThrow().majorities().stream()
                .filter(p -> p.closes().isPresent()))
        .hasSize(3);
  }

  @Test
  void rankedPairsLocksNoCircleAndPassesOverOnlyWhatClosesOne() {
    Random random = new Random(7);
    for (int round = 0; round < 60; round++) {
      int options = 3 + random.nextInt(5);
      Profile profile = profile(random, options, true);
      for (String equal : List.of("together", "lot")) {
        Tally tally = count("ranked-pairs", Terms.of(options, 1).with("equal", equal), profile);
        List<Integer> order = tally.ranking().orElseThrow().stream().flatMap(List::stream).toList();
        for (Comparison.Majority m : tally.comparison().orElseThrow().majorities()) {
          if (m.closes().isEmpty()) {
            assertThat(order.indexOf(m.winner())).isLessThan(order.indexOf(m.loser()));
          } else {
            assertThat(m.closes().get()).startsWith(m.winner(), m.loser()).endsWith(m.winner());
          }
        }
      }
    }
  }

  @Test
  void fiveHundredOptionsAreOrdered() {
    Random random = new Random(8);
    Profile.Builder out = new Profile.Builder(500);
    for (int b = 0; b < 20; b++) {
      out.add(1, shuffled(random, 500).stream().map(List::of).toList());
    }
    Tally tally = count("ranked-pairs", Terms.of(500, 1), out.build());
    assertThat(tally.ranking().orElseThrow().stream().mapToInt(List::size).sum()).isEqualTo(500);
  }

  /// https://en.wikipedia.org/wiki/Minimax_Condorcet_method, the third example.
  @Test
  void eachMeasureOfMinimaxHasItsOwnWinner() {
    Profile profile =
        profile(
            4,
            "30 A C B D",
            "15 D B A C",
            "14 D B C A",
            "6 B C A D",
            "4 D C AB",
            "16 C AB",
            "14 B C",
            "3 C A");
    Terms terms = Terms.of(4, 1).with("unranked", "none");
    assertThat(ranking("minimax", terms, profile)).containsExactly(0, 3, 2, 1);
    assertThat(ranking("minimax", terms.with("strength", "margins"), profile))
        .containsExactly(1, 2, 3, 0);
    assertThat(ranking("minimax", terms.with("strength", "pairwise-opposition"), profile))
        .containsExactly(3, 0, 2, 1);
  }

  /// Green-Armytage 2011, profiles 1 and 2.
  @Test
  void theRunoffsDifferAsGreenArmytageShows() {
    Profile one = profile(4, "6 D A B C", "5 B C A D", "4 C A B D");
    Profile two = profile(4, "6 C D A B", "5 B D A C", "4 A B C D");
    Terms terms = Terms.of(4, 1);
    assertThat(winners("tideman-alternative", terms, one)).containsExactly(0);
    assertThat(winners("smith-irv", terms, one)).containsExactly(0);
    assertThat(winners("benham", terms, one)).containsExactly(1);
    assertThat(winners("tideman-alternative", terms, two)).containsExactly(0);
    assertThat(winners("smith-irv", terms, two)).containsExactly(1);
    assertThat(winners("benham", terms, two)).containsExactly(0);
  }

  @Test
  void equalCopelandScoresGoToWhoeverBeatsTheStronger() {
    Profile profile = profile(5, "31 A E C D B", "30 B A E", "29 C D B", "10 D A E");
    assertThat(count("copeland", Terms.of(5, 1), profile).ranking().orElseThrow())
        .containsExactly(List.of(0), List.of(1, 2, 4), List.of(3));
    assertThat(
            count("copeland", Terms.of(5, 1).with("secondOrder", "true"), profile)
                .ranking()
                .orElseThrow())
        .containsExactly(List.of(0), List.of(1), List.of(2, 4), List.of(3));
  }

  @Test
  void schwartzSetIsInTheSmithSetAndWithoutEqualPairsIsIt() {
    Random random = new Random(9);
    for (int round = 0; round < 100; round++) {
      int options = 3 + random.nextInt(4);
      Profile profile = profile(random, options, true);
      Terms terms = Terms.of(options, 1);
      Tally smith = count("smith-set", terms, profile);
      List<Integer> schwartz = winners("schwartz-set", terms, profile);
      assertThat(smith.winners()).containsAll(schwartz);
      List<List<Long>> m = smith.comparison().orElseThrow().ballots();
      boolean equal = false;
      for (int a = 0; a < options; a++) {
        for (int b = 0; b < a; b++) equal |= m.get(a).get(b).equals(m.get(b).get(a));
      }
      if (!equal) assertThat(schwartz).containsExactlyElementsOf(smith.winners());
    }
    Profile even = profile(3, "49 A B", "3 B A", "48 C B");
    assertThat(winners("schwartz-set", Terms.of(3, 1), even)).containsExactly(1);
    // equal with B, but not beaten by it, C keeps B in Smith's set
    Profile tie = profile(3, "1 A B C", "1 C A B");
    assertThat(winners("smith-set", Terms.of(3, 1), tie)).containsExactly(0, 1, 2);
    assertThat(winners("schwartz-set", Terms.of(3, 1), tie)).containsExactly(0, 2);
  }

  @Test
  void bucklinTakesEqualRanksWholeOrSplit() {
    Profile profile = profile(4, "20 A BC D", "4 D A B C");
    assertThat(count("bucklin", Terms.of(4, 3), profile).ranking().orElseThrow())
        .containsExactly(List.of(0), List.of(1, 2), List.of(3));
    Terms split = Terms.of(4, 3).with("equalRanks", "split");
    assertThat(count("bucklin", split, profile).ranking().orElseThrow())
        .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
  }

  @Test
  void scoreTakesTheHighestSum() {
    Profile.Builder ballots = new Profile.Builder(3 * 6);
    ballots.add(6, List.of(List.of(Star.mark(0, 5, 5), Star.mark(1, 4, 5))));
    ballots.add(7, List.of(List.of(Star.mark(1, 3, 5), Star.mark(2, 2, 5))));
    assertThat(count("score", Terms.of(3, 1), ballots.build()).ranking().orElseThrow())
        .containsExactly(List.of(1), List.of(0), List.of(2));
  }

  /// Three with equal sums beat each other in a circle: two with most highest scores are finalists.
  @Test
  void starTakesTwoFinalistsAtOnceWhereThePairsLeaveThreeEqual() {
    Profile.Builder ballots = new Profile.Builder(3 * 6);
    scores(ballots, 1, 2, 1, 5);
    scores(ballots, 1, 1, 4, 2);
    scores(ballots, 1, 5, 3, 1);
    scores(ballots, 1, 0, 1, 4);
    scores(ballots, 1, 5, 4, 1);
    Tally tally = count("star", Terms.of(3, 1), ballots.build());
    assertThat(new HashSet<>(tally.comparison().orElseThrow().scores())).hasSize(1);
    // by themselves A and then, without it, B would have gone on, and A would have won
    assertThat(tally.ranking().orElseThrow()).containsExactly(List.of(2), List.of(0));
  }

  private static void scores(Profile.Builder to, long papers, int... scores) {
    List<Integer> marks = new ArrayList<>();
    for (int o = 0; o < scores.length; o++)
      if (scores[o] > 0) marks.add(Star.mark(o, scores[o], 5));
    to.add(papers, List.of(marks));
  }

  private static List<Integer> winners(String rule, Terms terms, Profile profile) {
    return count(rule, terms, profile).winners();
  }

  private static List<Integer> ranking(String rule, Terms terms, Profile profile) {
    return count(rule, terms, profile).ranking().orElseThrow().stream()
        .map(group -> group.size() == 1 ? group.getFirst() : -1)
        .toList();
  }

  /// `6 A BC`: six ballots with A first, then B and C equal.
  private static Profile profile(int options, String... lines) {
    Profile.Builder out = new Profile.Builder(options);
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      List<List<Integer>> ranks = new ArrayList<>();
      for (int i = 1; i < words.length; i++) {
        ranks.add(words[i].chars().map(c -> c - 'A').boxed().toList());
      }
      out.add(Long.parseLong(words[0]), ranks);
    }
    return out.build();
  }

  private static Optional<Integer> condorcet(Profile profile, int options) {
    for (int a = 0; a < options; a++) {
      boolean all = true;
      for (int b = 0; b < options; b++) {
        if (a != b) all &= net(profile, a, b) > 0;
      }
      if (all) return Optional.of(a);
    }
    return Optional.empty();
  }

  private static long net(Profile profile, int a, int b) {
    long sum = 0;
    for (int i = 0; i < profile.size(); i++) {
      int ra = rank(profile.ranks(i), a);
      int rb = rank(profile.ranks(i), b);
      if (ra < rb) sum += profile.weight(i);
      if (rb < ra) sum -= profile.weight(i);
    }
    return sum;
  }

  private static int rank(List<List<Integer>> ranks, int option) {
    for (int r = 0; r < ranks.size(); r++) if (ranks.get(r).contains(option)) return r;
    return ranks.size();
  }

  private static List<Integer> shuffled(Random random, int options) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, options).boxed().toList());
    Collections.shuffle(order, random);
    return order;
  }

  private static Profile profile(Random random, int options, boolean equal) {
    Profile.Builder out = new Profile.Builder(options);
    int ballots = 5 + random.nextInt(20);
    for (int b = 0; b < ballots; b++) {
      List<Integer> order = shuffled(random, options).subList(0, 1 + random.nextInt(options));
      List<List<Integer>> ranks = new ArrayList<>();
      for (int option : order) {
        if (equal && !ranks.isEmpty() && random.nextInt(4) == 0) {
          List<Integer> last = new ArrayList<>(ranks.removeLast());
          last.add(option);
          ranks.add(last);
        } else {
          ranks.add(List.of(option));
        }
      }
      out.add(1 + random.nextInt(3), ranks);
    }
    return out.build();
  }
}
