package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.election.Constraint;
import veche.wire.Malformed;

class ConstraintTest {
  private static final List<String> IDS = List.of("anna", "boris", "chloe", "dmitri");
  private static final List<String> BODIES = List.of("alpha", "alpha", "beta", "");

  @Test
  void aGroupIsReadFromTheWordsOfTheDraft() {
    assertThat(read("women: at least 30% of anna, chloe", 9))
        .isEqualTo(new Constraint("women", List.of(0, 2), 3, 9));
    assertThat(read("women: at most 30% of anna, chloe", 9).most()).isEqualTo(2);
    assertThat(read("alpha: at least 1, at most 2 of body alpha", 3))
        .isEqualTo(new Constraint("alpha", List.of(0, 1), 1, 2));
  }

  @Test
  void whatCannotBeReadIsRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> read("women at least 2", 3))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("expected \"name: at least 1");
    assertThatThrownBy(() -> read("women: of anna", 3)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> read("women: at least 1 of olga", 3))
        .hasMessageContaining("no such option olga");
    assertThatThrownBy(() -> read("women: at least 1 of anna, anna", 3))
        .hasMessageContaining("stands twice");
    assertThatThrownBy(() -> read("gamma: at least 1 of body gamma", 3))
        .hasMessageContaining("put forward by gamma");
    assertThatThrownBy(() -> read("women: at least 3, at most 2 of anna, boris, chloe", 3))
        .hasMessageContaining("exclude one another");
    assertThatThrownBy(() -> read("women: at least 130% of anna", 3))
        .hasMessageContaining("more than all seats");
  }

  @Test
  void overlappingAndImpossibleGroupsAreNamed() {
    Constraint one = new Constraint("one", List.of(0, 1), 1, 2);
    Constraint two = new Constraint("two", List.of(1, 2), 1, 2);
    assertThat(Constraint.mistakes(List.of(one, two), 4, 2)).anyMatch(m -> m.contains("overlap"));
    Constraint all = new Constraint("all", List.of(0, 1), 3, 3);
    assertThat(Constraint.mistakes(List.of(all), 4, 3)).anyMatch(m -> m.contains("of 2 options"));
    Constraint other = new Constraint("other", List.of(2, 3), 2, 2);
    assertThat(Constraint.mistakes(List.of(one, other), 4, 2)).anyMatch(m -> m.contains("demand"));
    Constraint few = new Constraint("few", List.of(0, 1, 2, 3), 0, 1);
    assertThat(Constraint.mistakes(List.of(few), 4, 2)).anyMatch(m -> m.contains("allow"));
    assertThatThrownBy(
            () ->
                Rules.of("scottish-stv")
                    .orElseThrow()
                    .count(Terms.of(4, 2).under(List.of(few)), new Profile.Builder(4).build()))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void doomedAndGuardedAreWhatEveryAllowedSetOfWinnersSays() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int options = 3 + random.nextInt(5);
      int seats = 1 + random.nextInt(options - 1);
      List<Constraint> groups = groups(random, options, seats);
      if (groups.isEmpty() || allowed(groups, options, seats).isEmpty()) continue;
      Guard guard = Terms.of(options, seats).under(groups).guard();
      for (Set<Integer> winners : allowed(groups, options, seats)) {
        // part of the winners elected, some of the others out
        Set<Integer> elected = part(random, winners);
        Set<Integer> hopeful = new HashSet<>(winners);
        hopeful.removeAll(elected);
        for (int o = 0; o < options; o++) {
          if (!winners.contains(o) && random.nextBoolean()) hopeful.add(o);
        }
        Set<Integer> reachable = new HashSet<>(elected);
        reachable.addAll(hopeful);
        List<Set<Integer>> ends =
            allowed(groups, options, seats).stream()
                .filter(s -> s.containsAll(elected) && reachable.containsAll(s))
                .toList();
        assertThat(guard.doomed(elected, hopeful))
            .isEqualTo(
                hopeful.stream()
                    .filter(o -> ends.stream().noneMatch(s -> s.contains(o)))
                    .sorted()
                    .toList());
        assertThat(guard.guarded(elected, hopeful))
            .isEqualTo(
                hopeful.stream()
                    .filter(o -> ends.stream().allMatch(s -> s.contains(o)))
                    .sorted()
                    .toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scottish-stv",
        "wigm",
        "meek-prf",
        "meek",
        "warren",
        "bottoms-up",
        "sequential-irv"
      })
  void everyGroupHasItsSeatsWhateverTheVotes(String rule) {
    Random random = new Random(11);
    int forced = 0;
    for (int round = 0; round < 150; round++) {
      int options = 4 + random.nextInt(4);
      int seats = 2 + random.nextInt(options - 2);
      List<Constraint> groups = groups(random, options, seats);
      List<Set<Integer>> allowed = allowed(groups, options, seats);
      if (allowed.isEmpty()) continue;
      Profile profile = Profiles.drawn(random, options);
      Terms terms = Terms.of(options, seats);
      Tally free = Rules.of(rule).orElseThrow().count(terms, profile);
      Tally tally = Rules.of(rule).orElseThrow().count(terms.under(groups), profile);
      assertThat(allowed)
          .as("%s %s", groups, profile.total())
          .contains(Set.copyOf(tally.winners()));
      assertThat(tally.winners()).hasSize(seats).doesNotHaveDuplicates();
      if (!Set.copyOf(free.winners()).equals(Set.copyOf(tally.winners()))) {
        forced++;
        if (!rule.equals("sequential-irv")) {
          assertThat(tally.stages())
              .as("a forced step says so")
              .anyMatch(s -> s.reason().equals("doomed") || s.reason().equals("fewest-unguarded"));
        }
      }
    }
    assertThat(forced).as("constraints changed some result").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wigm-prf", "irv", "qpq", "stv-fractional", "minneapolis-stv"})
  void aRuleWithoutConstraintsRefusesThem(String rule) {
    Constraint one = new Constraint("one", List.of(0), 1, 1);
    assertThatThrownBy(
            () ->
                Rules.of(rule)
                    .orElseThrow()
                    .count(Terms.of(3, 1).under(List.of(one)), Profiles.drawn(new Random(1), 3)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("no constraints");
  }

  private static Constraint read(String text, int seats) {
    return Constraint.read(text, IDS, BODIES, seats);
  }

  private static List<Constraint> groups(Random random, int options, int seats) {
    List<List<Integer>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int o = 0; o < options; o++) parts.get(random.nextInt(3)).add(o);
    List<Constraint> out = new ArrayList<>();
    for (int g = 0; g < 2; g++) {
      if (parts.get(g).isEmpty()) continue;
      int least = random.nextInt(Math.min(seats, parts.get(g).size()) + 1);
      out.add(new Constraint("g" + g, parts.get(g), least, least + random.nextInt(seats)));
    }
    return out;
  }

  /// By brute force, all sets of winners that every group allows.
  private static List<Set<Integer>> allowed(List<Constraint> groups, int options, int seats) {
    List<Set<Integer>> out = new ArrayList<>();
    for (int bits = 0; bits < 1 << options; bits++) {
      if (Integer.bitCount(bits) != seats) continue;
      int set = bits;
      boolean fits =
          groups.stream()
              .allMatch(
                  g -> {
                    long in = g.members().stream().filter(o -> (set >> o & 1) == 1).count();
                    return in >= g.least() && in <= g.most();
                  });
      if (fits) {
        out.add(
            Set.copyOf(
                IntStream.range(0, options).filter(o -> (set >> o & 1) == 1).boxed().toList()));
      }
    }
    return out;
  }

  private static Set<Integer> part(Random random, Set<Integer> of) {
    Set<Integer> out = new HashSet<>();
    for (int o : of) if (random.nextBoolean()) out.add(o);
    return out;
  }
}
