package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import veche.election.Constraint;
import veche.election.Contest;
import veche.election.Style;
import veche.election.Texts;
import veche.election.Threshold;
import veche.tally.Approval;
import veche.tally.Outcome;

class RecountTest {
  private static Contest contest(String rule, int seats, int options, List<Threshold> thresholds) {
    return contest(rule, seats, options, thresholds, List.of());
  }

  /// Two groups that somebody can satisfy, or none.
  private static List<String> constraints(Random random, int options, int seats) {
    if (options < 2) return List.of();
    int cut = 1 + random.nextInt(options - 1);
    List<String> out = new ArrayList<>();
    List<Constraint> read = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    List<String> bodies = new ArrayList<>();
    for (int j = 0; j < options; j++) {
      ids.add("o" + j);
      bodies.add("");
    }
    for (List<String> part : List.of(ids.subList(0, cut), ids.subList(cut, options))) {
      int least = random.nextInt(Math.min(seats, part.size()) + 1);
      String text =
          "g%d: at least %d, at most %d of %s"
              .formatted(out.size(), least, least + random.nextInt(3), String.join(", ", part));
      out.add(text);
      read.add(Constraint.read(text, ids, bodies, seats));
    }
    return Constraint.mistakes(read, options, seats).isEmpty() ? out : List.of();
  }

  private static Contest contest(
      String rule, int seats, int options, List<Threshold> thresholds, List<String> constraints) {
    List<Contest.Option> all = new ArrayList<>();
    for (int j = 0; j < options; j++) {
      all.add(new Contest.Option("o" + j, Texts.of("en", "o" + j), Texts.of("en", ""), ""));
    }
    return new Contest(
        "c",
        Style.Kind.APPROVAL,
        Texts.of("en", "c"),
        all,
        0,
        options,
        true,
        rule,
        Map.of(),
        seats,
        constraints,
        thresholds,
        "drawn-order",
        "all");
  }

  @Test
  void seatsGoToTheMostApprovedAndTiesByTheLot() {
    Contest two = contest("approval", 2, 4, List.of());

    Recount count = new Recount(two, List.of(3L, 5L, 3L, 3L), 6, 9, List.of(2, 3, 1, 0));

    assertThat(count.winners()).containsExactly(1, 2);
    assertThat(count.tied()).containsExactly(List.of(2, 3, 0));
  }

  @Test
  void anOptionUnderItsThresholdIsNeverElected() {
    Contest half = contest("approval", 2, 2, List.of(new Threshold("eligible", 1, 2, true, 0)));

    Recount count = new Recount(half, List.of(5L, 6L), 8, 10, List.of(0, 1));

    assertThat(count.tests()).containsExactly(false, true);
    assertThat(count.winners()).containsExactly(1);
    assertThat(count.tied()).isEmpty();
  }

  /// Two programs, two people's ways of writing it down, one result.
  @Test
  void itAgreesWithTheTallyOnContestsOfAllKinds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int constrained = 0;
    for (int i = 0; i < 3_000; i++) {
      int options = 1 + random.nextInt(6);
      long counted = random.nextInt(7);
      long roll = counted + random.nextInt(5);
      List<Threshold> thresholds = new ArrayList<>();
      for (int t = random.nextInt(3); t > 0; t--) {
        long q = 1 + random.nextInt(4);
        thresholds.add(
            new Threshold(
                random.nextBoolean() ? "votes" : "eligible",
                random.nextInt((int) q + 1),
                q,
                random.nextBoolean(),
                random.nextInt(5)));
      }
      boolean endorse = random.nextBoolean();
      int seats = endorse ? 0 : 1 + random.nextInt(options);
      List<String> constraints =
          endorse || !thresholds.isEmpty() ? List.of() : constraints(random, options, seats);
      Contest contest =
          contest(endorse ? "endorse" : "approval", seats, options, thresholds, constraints);
      if (!constraints.isEmpty()) constrained++;
      List<Long> totals = new ArrayList<>();
      List<Integer> lot = new ArrayList<>();
      for (int j = 0; j < options; j++) {
        totals.add((long) random.nextInt((int) counted + 1));
        lot.add(j);
      }
      Collections.shuffle(lot, random);

      Outcome theirs = Approval.count(contest, 0, totals, counted, roll, lot);
      Recount mine = new Recount(contest, totals, counted, roll, lot);

      assertThat(mine.winners()).as("seed %d, contest %d", seed, i).isEqualTo(theirs.winners());
      assertThat(mine.tests())
          .as("seed %d, contest %d", seed, i)
          .isEqualTo(theirs.tests().stream().map(t -> t.holds()).toList());
      assertThat(mine.tied())
          .as("seed %d, contest %d", seed, i)
          .isEqualTo(theirs.ties().stream().map(t -> t.order()).toList());
    }
    assertThat(constrained).isGreaterThan(100);
  }
}
