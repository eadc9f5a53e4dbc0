package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.tally.endorse.Counts;
import veche.tally.endorse.Endorsement;
import veche.tally.endorse.Endorsement.Bodies;
import veche.tally.endorse.Endorsement.Need;
import veche.tally.endorse.Endorsement.Quorum;
import veche.tally.endorse.Endorsement.Threshold;
import veche.wire.Malformed;

class EndorsementTest {
  /// Constitution Alteration (Simultaneous Elections) 1977: a majority of all, but of three states
  /// of six, where more than half were needed.
  @Test
  void australia1977AMajorityOfThePeopleButNotOfTheStates() {
    List<Counts> states =
        List.of(
            state("New South Wales", 3007511, 1931775, 800331, 42282),
            state("Victoria", 2252831, 1325708, 713929, 43499),
            state("Queensland", 1241426, 534968, 590942, 12932),
            state("South Australia", 799243, 480827, 247762, 17401),
            state("Western Australia", 682291, 292344, 310765, 14354),
            state("Tasmania", 259081, 82785, 158818, 4460));
    Endorsement.Verdict verdict = doubled(new Need.MoreThanHalf()).judge(states);

    assertThat(verdict.all().yes()).isEqualTo(4648407);
    assertThat(verdict.all().no()).isEqualTo(2822547);
    assertThat(verdict.tests().getFirst().holds()).isTrue();
    assertThat(verdict.bodiesFor()).isEqualTo(3);
    assertThat(verdict.bodiesNeeded()).isEqualTo(4);
    assertThat(verdict.carried()).isFalse();
    assertThat(verdict.tests().get(3)).hasToString("1069936 > 1125910");
  }

  @Test
  void exactlyHalfIsNotAMajority() {
    Counts half = new Counts("a", 100, 80, 40, 40, 0, 0);
    assertThat(plain(Threshold.MAJORITY).judge(List.of(half)).carried()).isFalse();
    Threshold atLeast = new Threshold(Counts.Base.YES_NO, 1, 2, false);
    assertThat(plain(atLeast).judge(List.of(half)).carried()).isTrue();
  }

  @Test
  void abstentionsAndTheAbsentCountWhereTheBaseHasThem() {
    Counts counts = new Counts("a", 100, 70, 40, 20, 8, 2);
    assertThat(holds(Counts.Base.YES_NO, 2, 3, counts)).isTrue();
    assertThat(holds(Counts.Base.VALID, 2, 3, counts)).isFalse();
    assertThat(holds(Counts.Base.VALID, 40, 68, counts)).isTrue();
    assertThat(holds(Counts.Base.CAST, 4, 7, counts)).isTrue();
    assertThat(holds(Counts.Base.CAST, 40, 69, counts)).isFalse();
    assertThat(holds(Counts.Base.ELIGIBLE, 2, 5, counts)).isTrue();
    assertThat(holds(Counts.Base.ELIGIBLE, 41, 100, counts)).isFalse();
  }

  @Test
  void withoutAQuorumNothingIsEndorsed() {
    Counts few = new Counts("a", 100, 40, 39, 1, 0, 0);
    Quorum half = new Quorum(Counts.Base.CAST, 1, 2);
    Endorsement asked = new Endorsement(Threshold.MAJORITY, Optional.of(half), Optional.empty());
    assertThat(asked.judge(List.of(few)).carried()).isFalse();
    Counts enough = new Counts("a", 80, 40, 39, 1, 0, 0);
    assertThat(asked.judge(List.of(enough)).carried()).isTrue();
  }

  @Test
  void aBodyWithoutABallotIsNotForAnything() {
    Counts nobody = new Counts("empty", 10, 0, 0, 0, 0, 0);
    Counts all = new Counts("full", 10, 5, 5, 0, 0, 0);
    Threshold none = new Threshold(Counts.Base.YES_NO, 0, 1, false);
    Bodies every = new Bodies(none, Optional.empty(), List.of(), new Need.All());
    Endorsement asked = new Endorsement(Threshold.MAJORITY, Optional.empty(), Optional.of(every));
    assertThat(asked.judge(List.of(nobody, all)).carried()).isFalse();
    assertThat(asked.judge(List.of(all, all)).carried()).isTrue();
  }

  @Test
  void bodiesMayHaveVotesOfTheirOwnWeightAndSoManyOfThemAreNeeded() {
    Counts yes = new Counts("yes", 10, 5, 4, 1, 0, 0);
    Counts no = new Counts("no", 10, 5, 1, 4, 0, 0);
    List<Counts> three = List.of(yes, no, yes);
    Bodies weighted =
        new Bodies(Threshold.MAJORITY, Optional.empty(), List.of(1L, 5L, 2L), new Need.AtLeast(4));
    Threshold any = new Threshold(Counts.Base.YES_NO, 0, 1, false);
    Endorsement.Verdict verdict =
        new Endorsement(any, Optional.empty(), Optional.of(weighted)).judge(three);
    assertThat(verdict.bodiesFor()).isEqualTo(3);
    assertThat(verdict.carried()).isFalse();
    assertThat(doubled(new Need.AtLeast(2)).judge(three).carried()).isTrue();
  }

  @Test
  void countsThatDoNotAddUpAreRefused() {
    assertThatThrownBy(() -> new Counts("a", 100, 81, 40, 40, 0, 0))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("issued");
    assertThatThrownBy(() -> new Counts("a", 79, 80, 40, 40, 0, 0)).isInstanceOf(Malformed.class);
  }

  private static boolean holds(Counts.Base base, long p, long q, Counts counts) {
    return plain(new Threshold(base, p, q, false)).judge(List.of(counts)).carried();
  }

  private static Endorsement plain(Threshold threshold) {
    return new Endorsement(threshold, Optional.empty(), Optional.empty());
  }

  private static Endorsement doubled(Need need) {
    return new Endorsement(
        Threshold.MAJORITY,
        Optional.empty(),
        Optional.of(new Bodies(Threshold.MAJORITY, Optional.empty(), List.of(), need)));
  }

  private static Counts state(String name, long eligible, long yes, long no, long invalid) {
    return new Counts(name, eligible, yes + no + invalid, yes, no, 0, invalid);
  }
}
