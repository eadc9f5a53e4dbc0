package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// counting §4: the options of RCTab's configuration, on profiles counted by hand.
class RctabRulesTest {
  private static Profile profile(int options, Object... weightsAndRanks) {
    Profile.Builder out = new Profile.Builder(options);
    for (int i = 0; i < weightsAndRanks.length; i += 2) {
      List<List<Integer>> ranks =
          ((List<?>) weightsAndRanks[i + 1]).stream().map(o -> List.of((Integer) o)).toList();
      out.add(((Integer) weightsAndRanks[i]).longValue(), ranks);
    }
    return out.build();
  }

  private static Tally count(String rule, Terms terms, Profile profile) {
    return Rules.of(rule).orElseThrow().count(terms, profile);
  }

  @Test
  void aHareQuotaIsRoundedUp() {
    Profile profile = profile(3, 6, List.of(0), 4, List.of(1), 1, List.of(2));

    Tally tally = count("stv-fractional", Terms.of(3, 2).with("hareQuota", "true"), profile);

    assertThat(tally.quota()).contains(Fraction.of(6));
    assertThat(tally.winners()).containsExactly(0, 1);
  }

  @Test
  void aThresholdIsNeverBelowTheMinimumOfVotes() {
    Profile profile = profile(3, 6, List.of(0), 4, List.of(1), 1, List.of(2));

    Tally tally =
        count("stv-fractional", Terms.of(3, 2).with("minimumVoteThreshold", "5"), profile);

    assertThat(tally.quota()).contains(Fraction.of(5));
  }

  @Test
  void ofTheLastTwoTheOneWithMoreVotesWinsWhereTheFirstRoundSetTheThreshold() {
    Profile profile = profile(4, 3, List.of(0), 4, List.of(1), 2, List.of(2), 2, List.of(3));

    Tally tally =
        count("irv", Terms.of(4, 1).with("doesFirstRoundDetermineThreshold", "true"), profile);

    assertThat(tally.quota()).contains(Fraction.of(6));
    assertThat(tally.winners()).containsExactly(1);
    assertThat(tally.ties()).noneMatch(t -> t.between().contains(1));
  }

  @Test
  void aCountThatStopsAfterARoundLeavesTheSeatOpen() {
    Profile profile = profile(3, 4, List.of(0), 3, List.of(1), 2, List.of(2, 1));

    Tally tally = count("irv", Terms.of(3, 1).with("stopAfterRound", "1"), profile);

    assertThat(tally.winners()).isEmpty();
    assertThat(tally.stages()).noneMatch(s -> s.kind() == Stage.Kind.TRANSFER);
    assertThat(tally.stages()).anyMatch(s -> s.excluded().equals(List.of(2)));
  }

  @Test
  void nobodyIsElectedWhileWriteInsStillHaveVotes() {
    Profile profile = profile(3, 6, List.of(0), 3, List.of(1), 1, List.of(2, 1));

    Tally tally = count("irv", Terms.of(3, 1).with("writeIns", "2"), profile);

    assertThat(tally.winners()).containsExactly(0);
    assertThat(
            tally.stages().stream()
                .filter(s -> s.kind() == Stage.Kind.EXCLUDE || s.kind() == Stage.Kind.ELECT)
                .map(Stage::kind))
        .containsExactly(Stage.Kind.EXCLUDE, Stage.Kind.ELECT);
  }

  @Test
  void oneAtATimeMeansOneARoundEvenForTheLastSeats() {
    Profile profile = profile(2, 6, List.of(0), 3, List.of(1));

    Tally tally = count("stv-fractional", Terms.of(2, 2).with("onePerRound", "true"), profile);

    assertThat(tally.winners()).containsExactly(0, 1);
    assertThat(tally.stages().stream().filter(s -> s.kind() == Stage.Kind.SURPLUS)).hasSize(2);
  }
}
