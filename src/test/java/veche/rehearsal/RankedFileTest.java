package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.tally.RankedCount;
import veche.tally.Vote;
import veche.wire.Malformed;

/// Files of rankings as an election takes them.
class RankedFileTest {
  private static final Path CASES = Path.of(System.getProperty("veche.cases", "../shared/cases"));

  @TempDir Path folder;

  private RankedFile read(String text, String format, String rule, Map<String, String> options)
      throws IOException {
    Path file = Files.writeString(folder.resolve("ballots"), text);
    return RankedFile.read(file, format, rule, 0, options);
  }

  @Test
  void everyPaperBecomesARankingAndTheContestTakesTheLongest() throws IOException {
    String blt = "4 2\n3 1 2 3 0\n2 4 0\n0\n\"A\"\n\"B\"\n\"C\"\n\"D\"\n\"T\"\n";
    RankedFile file = read(blt, "blt", "scottish-stv", Map.of());

    assertThat(file.rankings())
        .containsExactlyInAnyOrder(
            List.of(0, 1, 2), List.of(0, 1, 2), List.of(0, 1, 2), List.of(3), List.of(3));
    assertThat(file.contest().hi()).isEqualTo(3);
    assertThat(file.contest().seats()).isEqualTo(2);
    assertThat(file.counted().winners()).containsExactly(0, 3);
  }

  @Test
  void aBallotPolicyIsAppliedBeforeAnythingIsSealed() throws IOException {
    String csv = "weight,rank1,rank2,rank3\n2,A,,B\n1,A,A,C\n1,*OVERVOTE*,C,\n";
    RankedFile file = read(csv, "cvr-csv", "irv", Map.of("overvoteRule", "alwaysSkipToNextRank"));

    List<String> names = file.contest().options().stream().map(o -> o.names().in("en")).toList();
    assertThat(file.rankings().stream().map(r -> r.stream().map(names::get).toList()))
        .containsExactlyInAnyOrder(
            List.of("A", "B"), List.of("A", "B"), List.of("A", "C"), List.of("C"));
  }

  @Test
  void equalRanksAndRulesForNoRankingAreRefused() {
    String blt = "2 1\n1 1=2 0\n0\n\"A\"\n\"B\"\n\"T\"\n";
    assertThatThrownBy(() -> read(blt, "blt", "meek", Map.of())).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> read(blt, "blt", "approval-av", Map.of()))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("--rule");
  }

  /// The park board of Minneapolis by its own policy: what an election of it would seal counts to
  /// the winners that RCTab published.
  @Test
  void theParkBoardOfMinneapolisKeepsItsWinners() throws IOException {
    Path file = CASES.resolve("rctab-2013-minneapolis-park/ballots.csv");
    if (!Files.exists(file)) {
      System.err.println("RankedFileTest: no cases at " + CASES + ": nothing was read");
      Assumptions.abort("no cases at " + CASES);
    }
    Map<String, String> options = new LinkedHashMap<>();
    options.put("overvoteRule", "alwaysSkipToNextRank");
    options.put("maxSkippedRanksAllowed", "2");
    options.put("maxRankingsAllowed", "3");
    options.put("winnerElectionMode", "multiWinnerAllowMultipleWinnersPerRound");
    options.put("decimalPlacesForVoteArithmetic", "4");
    RankedFile park = RankedFile.read(file, "cvr-csv", "stv-fractional", 3, options);

    assertThat(park.rankings()).hasSizeGreaterThan(50_000);
    List<Vote> votes = park.rankings().stream().map(r -> new Vote(Vote.Status.VALID, r)).toList();
    List<Integer> order =
        java.util.stream.IntStream.range(0, park.contest().options().size()).boxed().toList();
    var outcome = RankedCount.count(park.contest(), 0, votes, order);
    assertThat(outcome.winners().stream().map(w -> name(park, w)))
        .containsExactly("JOHN ERWIN", "ANNIE YOUNG", "MEG FORNEY");
  }

  private static String name(RankedFile file, int option) {
    return file.contest().options().get(option).names().in("en");
  }
}
