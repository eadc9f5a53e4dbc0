package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import veche.election.Contest;
import veche.election.Style;
import veche.election.Texts;
import veche.election.Threshold;
import veche.wire.Malformed;

class ApprovalTest {

  @org.junit.jupiter.api.Test
  void theMostApprovedTakeTheSeatsInOrder() {
    Outcome outcome = count(contest("approval", 4, 2), List.of(3L, 9L, 5L, 1L), 10, 20, 0, 1, 2, 3);

    assertThat(outcome.winners()).containsExactly(1, 2);
    assertThat(outcome.ties()).isEmpty();
  }

  @org.junit.jupiter.api.Test
  void aTieForTheLastSeatIsBrokenByTheLotAndRecorded() {
    Outcome outcome = count(contest("approval", 4, 2), List.of(5L, 9L, 5L, 5L), 10, 20, 3, 2, 1, 0);

    assertThat(outcome.winners()).containsExactly(1, 3);
    assertThat(outcome.ties())
        .containsExactly(new Tie(List.of(0, 2, 3), List.of(3, 2, 0), "drawn-order"));
  }

  @org.junit.jupiter.api.Test
  void aTieAmongTheElectedDecidesNothingAndIsNotRecorded() {
    Outcome outcome = count(contest("approval", 3, 2), List.of(5L, 5L, 4L), 10, 20, 1, 0, 2);

    assertThat(outcome.winners()).containsExactly(1, 0);
    assertThat(outcome.ties()).isEmpty();
  }

  @org.junit.jupiter.api.Test
  void aSeatStaysVacantWhenTooFewOptionsMeetTheThreshold() {
    Contest contest = contest("approval", 3, 2, new Threshold("votes", 1, 2, true, 0));

    Outcome outcome = count(contest, List.of(6L, 5L, 4L), 10, 20, 0, 1, 2);

    assertThat(outcome.winners()).containsExactly(0);
    assertThat(outcome.tests()).extracting(Test::holds).containsExactly(true, false, false);
  }

  @org.junit.jupiter.api.Test
  void exactlyHalfMeetsAThresholdOfHalfAndNotAStrictOne() {
    List<Long> half = List.of(5L);

    assertThat(endorse(half, 10, 20, new Threshold("votes", 1, 2, false, 0))).containsExactly(0);
    assertThat(endorse(half, 10, 20, new Threshold("votes", 1, 2, true, 0))).isEmpty();
    assertThat(endorse(half, 9, 20, new Threshold("votes", 1, 2, true, 0))).containsExactly(0);
  }

  @org.junit.jupiter.api.Test
  void theBaseMayBeEverybodyOnTheRoll() {
    assertThat(endorse(List.of(9L), 9, 20, new Threshold("eligible", 1, 2, false, 0))).isEmpty();
    assertThat(endorse(List.of(10L), 10, 20, new Threshold("eligible", 1, 2, false, 0)))
        .containsExactly(0);
  }

  @org.junit.jupiter.api.Test
  void aThresholdFailsBelowItsQuorumHoweverManyApprove() {
    assertThat(endorse(List.of(9L), 9, 20, new Threshold("votes", 1, 2, false, 10))).isEmpty();
    assertThat(endorse(List.of(9L), 10, 20, new Threshold("votes", 1, 2, false, 10)))
        .containsExactly(0);
  }

  @org.junit.jupiter.api.Test
  void everyThresholdMustHold() {
    var majority = new Threshold("votes", 1, 2, true, 0);
    var third = new Threshold("eligible", 1, 3, false, 0);

    Outcome outcome =
        count(contest("endorse", 3, 0, majority, third), List.of(7L, 6L, 10L), 12, 21, 0, 1, 2);

    assertThat(outcome.winners()).containsExactly(0, 2);
    assertThat(outcome.tests()).hasSize(6);
    assertThat(outcome.tests().get(2).holds()).as("6 of 12 is not a majority").isFalse();
    assertThat(outcome.tests().get(3).holds()).as("6 of 21 is below a third").isFalse();
  }

  @org.junit.jupiter.api.Test
  void aTestPrintsItsInequalityInIntegers() {
    var strict = new Threshold("votes", 1, 2, true, 10);

    assertThat(Test.of(0, strict, 40, 79, 100).text()).isEqualTo("40 · 2 > 1 · 79, 79 ≥ 10");
    assertThat(Test.of(0, strict, 4, 8, 100).text()).isEqualTo("4 · 2 ≤ 1 · 8, 8 < 10");
  }

  @org.junit.jupiter.api.Test
  void numbersThatCannotBeAreRefused() {
    Contest contest = contest("approval", 2, 1);

    assertThatThrownBy(() -> count(contest, List.of(1L), 2, 3, 0, 1)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> count(contest, List.of(3L, 0L), 2, 3, 0, 1))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> count(contest, List.of(1L, 0L), 4, 3, 0, 1))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> count(contest, List.of(1L, 0L), 2, 3, 0, 0))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> new Test(0, new Threshold("votes", 1, 2, true, 0), 2, 2, 2, true))
        .isInstanceOf(Malformed.class);
  }

  /// Whoever writes the options in another order finds the same people elected.
  @org.junit.jupiter.api.Test
  void theOrderOfTheOptionsChangesNothing() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int m = 1 + random.nextInt(8);
      Contest contest = contest("approval", m, 1 + random.nextInt(m), thresholds(random));
      List<Long> totals = random.longs(m, 0, 5).boxed().toList();
      List<Integer> lot = permutation(m, random);
      List<Integer> moved = permutation(m, random);

      List<Integer> winners = Approval.count(contest, 0, totals, 5, 9, lot).winners();
      List<Long> totalsMoved = moved.stream().map(totals::get).toList();
      List<Integer> lotMoved = lot.stream().map(moved::indexOf).toList();
      List<Integer> again = Approval.count(contest, 0, totalsMoved, 5, 9, lotMoved).winners();

      assertThat(again.stream().map(moved::get)).containsExactlyElementsOf(winners);
    }
  }

  /// Nobody outside has more approvals than anybody elected, and seats are vacant only for want of
  /// options that may be elected.
  @org.junit.jupiter.api.Test
  void nobodyIsPassedOver() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      int m = 1 + random.nextInt(8);
      Contest contest = contest("approval", m, 1 + random.nextInt(m), thresholds(random));
      List<Long> totals = random.longs(m, 0, 5).boxed().toList();

      Outcome outcome = Approval.count(contest, 3, totals, 5, 9, permutation(m, random));

      int n = contest.thresholds().size();
      List<Integer> eligible =
          IntStream.range(0, m)
              .filter(o -> outcome.tests().subList(n * o, n * o + n).stream().allMatch(Test::holds))
              .boxed()
              .toList();
      assertThat(outcome.totals()).isEqualTo(totals);
      assertThat(outcome.winners())
          .hasSize(Math.min(contest.seats(), eligible.size()))
          .isSubsetOf(eligible)
          .doesNotHaveDuplicates();
      long least = outcome.winners().stream().mapToLong(totals::get).min().orElse(0);
      assertThat(eligible)
          .filteredOn(option -> !outcome.winners().contains(option))
          .allMatch(option -> totals.get(option) <= least);
    }
  }

  private static Threshold[] thresholds(Random random) {
    return Stream.generate(
            () ->
                new Threshold(
                    random.nextBoolean() ? "votes" : "eligible",
                    random.nextInt(4),
                    3 + random.nextInt(4),
                    random.nextBoolean(),
                    random.nextInt(6)))
        .limit(random.nextInt(3))
        .toArray(Threshold[]::new);
  }

  private static List<Integer> permutation(int size, Random random) {
    List<Integer> out = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(out, random);
    return out;
  }

  private static List<Integer> endorse(
      List<Long> totals, long counted, long roll, Threshold threshold) {
    return count(contest("endorse", 1, 0, threshold), totals, counted, roll, 0).winners();
  }

  private static Outcome count(
      Contest contest, List<Long> totals, long counted, long roll, Integer... lot) {
    return Approval.count(contest, 0, totals, counted, roll, Arrays.asList(lot));
  }

  static Contest contest(String rule, int options, int seats, Threshold... thresholds) {
    return new Contest(
        "council",
        Style.Kind.APPROVAL,
        Texts.of("en", "Council"),
        IntStream.range(0, options)
            .mapToObj(
                i ->
                    new Contest.Option(
                        "o" + i, Texts.of("en", "Option " + i), Texts.of("en", ""), ""))
            .toList(),
        0,
        options,
        true,
        rule,
        Map.of(),
        seats,
        List.of(),
        List.of(thresholds),
        "drawn-order",
        "all");
  }
}
