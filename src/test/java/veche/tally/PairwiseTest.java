package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
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
