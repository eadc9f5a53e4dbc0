package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import veche.wire.Malformed;

/// Counting by transferable votes on small profiles of our own; the peers' cases are judged by
/// `veche conformance`.
class TransferableTest {
  private static final List<String> ALL =
      List.of(
          "scottish-stv",
          "wigm",
          "wigm-prf",
          "cfer-wigm",
          "minneapolis-stv",
          "meek",
          "warren",
          "meek-prf",
          "qpq",
          "stv-fractional",
          "irv",
          "bottoms-up",
          "sequential-irv");

  private static Rule rule(String name) {
    return Rules.of(name).orElseThrow();
  }

  private static Profile profile(int options, Object... weightsAndRanks) {
    Profile.Builder out = new Profile.Builder(options);
    for (int i = 0; i < weightsAndRanks.length; i += 2) {
      List<List<Integer>> ranks = new ArrayList<>();
      for (Object option : (List<?>) weightsAndRanks[i + 1]) ranks.add(List.of((Integer) option));
      out.add(((Integer) weightsAndRanks[i]).longValue(), ranks);
    }
    return out.build();
  }

  /// SSI 2007/42 rules 45 to 50 by hand: quota 13 of 36; the surplus 5 of 18 papers at 0.27777
  /// each.
  @Test
  void aScottishSurplusMovesAtFiveDecimalsAndTheRemainderIsIgnored() {
    Profile profile =
        profile(
            4, 10, List.of(0, 1), 8, List.of(0, 2), 9, List.of(1), 6, List.of(2), 3, List.of(3));
    Tally tally = rule("scottish-stv").count(Terms.of(4, 2), profile);

    Stage surplus =
        tally.stages().stream()
            .filter(s -> s.kind() == Stage.Kind.SURPLUS)
            .findFirst()
            .orElseThrow();
    assertThat(tally.quota().orElseThrow()).isEqualTo(Fraction.of(13));
    assertThat(surplus.votes().get(1).orElseThrow().decimal(5)).isEqualTo("11.77770");
    assertThat(surplus.votes().get(2).orElseThrow().decimal(5)).isEqualTo("8.22216");
    assertThat(surplus.lost().decimal(5)).isEqualTo("0.00014");
    assertThat(tally.winners()).containsExactly(0, 1);
  }

  @Test
  void instantRunoffPassesThePapersOfTheLastOn() {
    Profile profile = profile(3, 4, List.of(0), 3, List.of(1), 2, List.of(2, 1));
    Tally tally = rule("irv").count(Terms.of(3, 1), profile);

    assertThat(tally.winners()).containsExactly(1);
    assertThat(tally.stages().getFirst().votes().get(0).orElseThrow()).isEqualTo(Fraction.of(4));
  }

  @Test
  void theOrderAndTheSplittingOfBallotsChangeNothing() {
    Random random = new Random(20_261_123);
    for (int round = 0; round < 40; round++) {
      int options = 3 + random.nextInt(4);
      List<List<Integer>> papers = new ArrayList<>();
      for (int b = 0; b < 30; b++) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, options).boxed().toList());
        Collections.shuffle(order, random);
        papers.add(List.copyOf(order.subList(0, 1 + random.nextInt(options))));
      }
      List<List<Integer>> shuffled = new ArrayList<>(papers);
      Collections.shuffle(shuffled, random);
      for (String name : ALL) {
        Terms terms = Terms.of(options, name.equals("irv") ? 1 : 2);
        Tally one = rule(name).count(terms, gather(options, papers));
        Tally other = rule(name).count(terms, gather(options, shuffled));
        assertThat(other).as(name).isEqualTo(one);
        assertThat(one.winners()).as(name).doesNotHaveDuplicates();
      }
    }
  }

  private static Profile gather(int options, List<List<Integer>> papers) {
    Profile.Builder out = new Profile.Builder(options);
    for (List<Integer> paper : papers) out.add(1, paper.stream().map(List::of).toList());
    return out.build();
  }

  /// Votes are neither made nor lost: standing, exhausted and what rounding lost are all there
  /// were.
  @Test
  void everyStageAccountsForEveryVote() {
    Random random = new Random(7);
    for (int round = 0; round < 40; round++) {
      List<List<Integer>> papers = new ArrayList<>();
      for (int b = 0; b < 41; b++) {
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
        Collections.shuffle(order, random);
        papers.add(List.copyOf(order.subList(0, 1 + random.nextInt(5))));
      }
      for (String name : ALL) {
        if (name.equals("qpq")) continue;
        Terms terms = Terms.of(5, name.equals("irv") ? 1 : 2);
        for (Stage stage : rule(name).count(terms, gather(5, papers)).stages()) {
          Fraction all = stage.standing().plus(stage.exhaustedInAll()).plus(stage.lost());
          assertThat(all).as(name + " " + stage.kind()).isEqualTo(Fraction.of(41));
          assertThat(stage.lost().signum()).as(name).isGreaterThanOrEqualTo(0);
        }
      }
    }
  }

  @Test
  void whatARuleCannotCountIsRefusedByName() {
    Profile.Builder equal = new Profile.Builder(3);
    equal.add(1, List.of(List.of(0, 1), List.of(2)));
    assertThatThrownBy(() -> rule("scottish-stv").count(Terms.of(3, 1), equal.build()))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("equally");
    Profile plain = profile(3, 1, List.of(0));
    assertThatThrownBy(() -> rule("wigm").count(Terms.of(3, 1).with("arithmatic", "fixed"), plain))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("arithmatic");
    assertThatThrownBy(() -> new Terms(2, 1, Set.of(), List.of(0, 0), Map.of()))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> equal.add(1, List.of(List.of(7)))).isInstanceOf(Malformed.class);
  }

  @Test
  void aProfileHasOneDigestHoweverItCame() {
    Profile one = profile(3, 2, List.of(0, 1), 1, List.of(2));
    Profile other = profile(3, 1, List.of(2), 1, List.of(0, 1), 1, List.of(0, 1));
    assertThat(other.digest()).isEqualTo(one.digest());
    assertThat(profile(3, 3, List.of(0, 1), 1, List.of(2)).digest()).isNotEqualTo(one.digest());
  }
}
