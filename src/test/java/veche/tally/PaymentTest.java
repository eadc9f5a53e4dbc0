package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.view.Minutes;

class PaymentTest {
  private static Tally count(String rule, int seats, Profile profile, int options) {
    return Rules.of(rule).orElseThrow().count(Terms.of(options, seats), profile);
  }

  private static Profile profile(int options, Object... lines) {
    Profile.Builder out = new Profile.Builder(options);
    for (int i = 0; i < lines.length; i += 2) {
      List<List<Integer>> approved =
          ((String) lines[i + 1]).chars().mapToObj(c -> List.of(c - 'a')).toList();
      out.add((Integer) lines[i], approved);
    }
    return out.build();
  }

  @Test
  void theLoadOfEachMemberIsToldByWhoBearsIt() {
    Profile ballots = profile(3, 3, "ab", 1, "bc", 2, "c");
    List<Stage> stages = count("approval-seqphragmen", 2, ballots, 3).stages();

    Fraction quarter = Fraction.of(1, 4);
    assertThat(stages.get(0).paid())
        .containsExactly(new Payment(List.of(), 4, Fraction.ZERO, quarter));
    // c: (1 + 1/4) / 3
    Fraction level = Fraction.of(5, 12);
    assertThat(stages.get(1).paid())
        .containsExactlyInAnyOrder(
            new Payment(List.of(), 2, Fraction.ZERO, level),
            new Payment(List.of(1), 1, quarter, Fraction.of(1, 6)));
    assertThat(Minutes.of(count("approval-seqphragmen", 2, ballots, 3), names(), 0, "en"))
        .extracting(Minutes.Sentence::text)
        .contains(
            "Each of 2 ballots bears 5/12 more: its load was 0 and is now 5/12.",
            "Each of 1 ballots bears 1/6 more: its load was 0.25 and is now 5/12.");
  }

  @Test
  void whoIsPoorPaysAllThatIsLeftAndTheRichPayTheRest() {
    Profile ballots = profile(2, 3, "a", 1, "ab");
    List<Stage> stages = count("approval-equal-shares-without-completion", 2, ballots, 2).stages();
    assertThat(stages).hasSize(1);
    assertThat(stages.getFirst().paid())
        .containsExactly(new Payment(List.of(), 4, Fraction.of(1, 2), Fraction.of(1, 4)));

    Profile more = profile(3, 4, "a", 1, "ab", 2, "b");
    stages = count("approval-equal-shares-without-completion", 3, more, 3).stages();
    assertThat(stages.getFirst().paid())
        .containsExactly(new Payment(List.of(), 5, Fraction.of(3, 7), Fraction.of(1, 5)));
    assertThat(stages.get(1).paid())
        .containsExactlyInAnyOrder(
            new Payment(List.of(0), 1, Fraction.of(8, 35), Fraction.of(8, 35)),
            new Payment(List.of(), 2, Fraction.of(3, 7), Fraction.of(27, 70)));
    assertThat(
            Minutes.of(
                count("approval-equal-shares-without-completion", 3, more, 3), names(), 0, "ru"))
        .extracting(Minutes.Sentence::text)
        .contains("Платят по 8/35 (бюллетеней: 1): было 8/35, остаётся 0.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "approval-seqphragmen",
        "approval-equal-shares",
        "approval-equal-shares-with-av-completion",
        "approval-equal-shares-with-increment-completion",
        "approval-equal-shares-without-completion"
      })
  void everyMemberIsPaidForOnceByThoseWhoApproveIt(String rule) {
    Random random = new Random(5);
    Set<String> reasons = new HashSet<>();
    for (int round = 0; round < 60; round++) {
      Profile profile = Profiles.drawn(random, 6);
      for (Stage s : count(rule, 4, profile, 6).stages()) {
        reasons.add(s.reason());
        int member = s.options().getFirst();
        List<Integer> before = s.elected().subList(0, s.elected().size() - 1);
        if (s.paid().isEmpty()) continue;
        Fraction sum = Fraction.ZERO;
        for (Payment p : s.paid()) {
          sum = sum.plus(p.together());
          assertThat(papers(profile, member, before, p.approve())).isEqualTo(p.ballots());
          if (s.reason().equals("price")) assertThat(p.paid()).isLessThanOrEqualTo(p.before());
        }
        assertThat(sum).isEqualTo(Fraction.ONE);
      }
    }
    assertThat(reasons).contains(rule.endsWith("phragmen") ? "load" : "price");
  }

  private static long papers(
      Profile profile, int member, List<Integer> before, List<Integer> approve) {
    long out = 0;
    for (int b = 0; b < profile.size(); b++) {
      List<Integer> marks = profile.ranks(b).stream().flatMap(List::stream).toList();
      if (!marks.contains(member)) continue;
      if (before.stream().filter(marks::contains).toList().equals(approve)) {
        out += profile.weight(b);
      }
    }
    return out;
  }

  private static List<String> names() {
    return List.of("Anna", "Boris", "Chloe");
  }
}
