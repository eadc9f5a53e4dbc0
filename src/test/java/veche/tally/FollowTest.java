package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.tally.stv.Follow;
import veche.wire.Malformed;

class FollowTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "scottish-stv",
        "wigm",
        "wigm-prf",
        "cfer-wigm",
        "minneapolis-stv",
        "meek",
        "warren",
        "meek-prf",
        "stv-fractional",
        "stv-dynamic-quota",
        "irv",
        "sequential-irv",
        "bottoms-up"
      })
  void allBallotsFollowedOneByOneAddUpToTheMinutes(String rule) {
    Random random = new Random(3);
    for (int round = 0; round < 40; round++) {
      int options = 3 + random.nextInt(4);
      Terms terms = Terms.of(options, rule.equals("irv") ? 1 : 1 + random.nextInt(options - 1));
      Profile profile = Profiles.drawn(random, options);
      Tally tally = Rules.of(rule).orElseThrow().count(terms, profile);

      Fraction[][] sums = new Fraction[tally.stages().size()][options];
      for (Fraction[] stage : sums) Arrays.fill(stage, Fraction.ZERO);
      for (int b = 0; b < profile.size(); b++) {
        List<Follow.Step> steps = Follow.ballot(terms, tally, profile.ranks(b), profile.end(b));
        int next = 0;
        Map<Integer, Fraction> now = Map.of();
        for (int stage = 0; stage < sums.length; stage++) {
          if (next < steps.size() && steps.get(next).stage() == stage)
            now = steps.get(next++).held();
          for (var held : now.entrySet()) {
            sums[stage][held.getKey()] =
                sums[stage][held.getKey()].plus(held.getValue().times(profile.weight(b)));
          }
        }
      }
      boolean whole = tally.stages().stream().allMatch(s -> s.lost().signum() == 0);
      for (int i = 0; i < sums.length; i++) {
        Stage stage = tally.stages().get(i);
        if (stage.reason().equals("rest") || stage.kind() == Stage.Kind.END) continue;
        for (int o = 0; o < options; o++) {
          if (stage.votes().get(o).isEmpty()) continue;
          Fraction said = stage.votes().get(o).orElseThrow();
          // an elected option keeps the quota, which no ballot of a Gregory rule holds any more
          if (stage.elected().contains(o) && stage.keep().isEmpty()) continue;
          assertThat(sums[i][o])
              .as("%s round %d stage %d %s option %d, whole %s", rule, round, i, stage, o, whole)
              .isEqualTo(said);
        }
      }
    }
  }

  @Test
  void aBallotIsToldWhereItsVoteLayAndWhatWasLeftOfIt() {
    Profile.Builder ballots = new Profile.Builder(3);
    ballots.add(6, List.of(List.of(0), List.of(1)));
    ballots.add(2, List.of(List.of(1)));
    ballots.add(2, List.of(List.of(2)));
    Terms terms = Terms.of(3, 2);
    Tally tally = Rules.of("scottish-stv").orElseThrow().count(terms, ballots.build());
    List<Follow.Step> steps =
        Follow.ballot(terms, tally, List.of(List.of(0), List.of(1)), Profile.End.SHORT);
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0).held()).isEqualTo(Map.of(0, Fraction.ONE));
    assertThat(steps.get(1).held()).isEqualTo(Map.of(1, Fraction.parse("0.33333")));
  }

  @Test
  void aRuleThatPassesNothingOnCannotBeFollowed() {
    Profile profile = Profiles.drawn(new Random(1), 3);
    Tally tally = Rules.of("qpq").orElseThrow().count(Terms.of(3, 1), profile);
    assertThatThrownBy(
            () -> Follow.ballot(Terms.of(3, 1), tally, List.of(List.of(0)), Profile.End.SHORT))
        .isInstanceOf(Malformed.class);
  }
}
