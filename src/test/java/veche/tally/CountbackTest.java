package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.election.Constraint;
import veche.wire.Malformed;

class CountbackTest {
  @Test
  void theSeatGoesToWhomTheSameBallotsNameNext() {
    Profile.Builder ballots = new Profile.Builder(4);
    ballots.add(10, List.of(List.of(0), List.of(3)));
    ballots.add(9, List.of(List.of(1)));
    ballots.add(4, List.of(List.of(2)));
    Terms terms = Terms.of(4, 2);
    Rule rule = Rules.of("scottish-stv").orElseThrow();
    Profile profile = ballots.build();
    List<Integer> members = rule.count(terms, profile).winners();
    assertThat(members).containsExactly(0, 1);

    Countback.Filled filled = Countback.of(rule, terms, profile, members, Set.of(0), Set.of());

    assertThat(filled.filled()).containsExactly(3);
    assertThat(Countback.of(rule, terms, profile, members, Set.of(0), Set.of(3)).filled())
        .containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scottish-stv", "wigm", "meek-prf", "meek", "bottoms-up", "sequential-irv"})
  void nobodyLosesASeatByAnothersGoing(String rule) {
    Random random = new Random(5);
    int saved = 0;
    for (int round = 0; round < 120; round++) {
      int options = 4 + random.nextInt(4);
      int seats = 2 + random.nextInt(options - 3);
      Constraint group = new Constraint("g", List.of(0, 1), random.nextInt(2), 2);
      Terms terms = Terms.of(options, seats).under(List.of(group));
      Profile profile = Profiles.drawn(random, options);
      Rule counting = Rules.of(rule).orElseThrow();
      List<Integer> members = counting.count(terms, profile).winners();
      int gone = members.get(random.nextInt(members.size()));
      Countback.Filled filled;
      try {
        filled = Countback.of(counting, terms, profile, members, Set.of(gone), Set.of());
      } catch (Malformed nobodyCanFillTheGroup) {
        assertThat(group.least()).isEqualTo(1);
        continue;
      }
      assertThat(filled.filled()).hasSize(1).doesNotContainAnyElementsOf(members);
      assertThat(filled.tally().winners()).hasSize(seats).doesNotContain(gone);
      List<Integer> rest = members.stream().filter(o -> o != gone).toList();
      assertThat(filled.tally().winners()).containsAll(rest);
      Terms again = terms.withdrawing(Set.of(gone));
      if (!counting.count(again, profile).winners().containsAll(rest)) saved++;
    }
    if (!rule.equals("bottoms-up") && !rule.equals("meek")) {
      assertThat(saved).as("without the guard somebody would have lost a seat").isPositive();
    }
  }

  @Test
  void whoDoesNotSitCannotLeaveAndWhoSitsCannotDecline() {
    Profile profile = Profiles.drawn(new Random(2), 4);
    Rule rule = Rules.of("scottish-stv").orElseThrow();
    Terms terms = Terms.of(4, 2);
    assertThatThrownBy(() -> Countback.of(rule, terms, profile, List.of(0, 1), Set.of(2), Set.of()))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(
            () -> Countback.of(rule, terms, profile, List.of(0, 1), Set.of(0), Set.of(1)))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(
            () ->
                Countback.of(
                    Rules.of("qpq").orElseThrow(),
                    terms,
                    profile,
                    List.of(0, 1),
                    Set.of(0),
                    Set.of()))
        .hasMessageContaining("countback");
  }
}
