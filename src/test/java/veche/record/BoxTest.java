package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;

/// The second finding of the box against a fold that errs.
class BoxTest {
  private static final List<List<Integer>> CHOICE = List.of(List.of(1, 0, 0), List.of(1, 0));

  private final ElectionFixture election = new ElectionFixture().opened(3);
  private final Coalition coalition = election.coalition;
  private final Box box =
      new Box(
          coalition.draft(),
          coalition.record().manifest().orElseThrow(),
          coalition.record().roll().orElseThrow());
  private final Bytes first = election.voters.get(0).ballot(coalition, CHOICE);
  private final Bytes second = election.voters.get(0).ballot(coalition, CHOICE);

  private static Optional<Refused> as(Code code) {
    return Optional.of(new Refused(code, "the fold says so"));
  }

  @Test
  void whatTheFoldJudgesRightlyIsFoundAgain() {
    box.take(50, first, Optional.empty());
    box.take(51, first, as(Code.STALE_CHAIN));
    box.take(52, second, Optional.empty());

    assertThat(box.wrong()).isEmpty();
    assertThat(box.counted()).hasSize(1);
    assertThat(box.counted().getFirst().getValue().index()).isEqualTo(52);
    assertThat(box.valid()).isEqualTo(2);
    assertThat(box.refused()).isEqualTo(1);
  }

  @Test
  void aGoodBallotThatTheFoldRefusesIsFound() {
    box.take(50, first, as(Code.BAD_PROOF));

    assertThat(box.wrong()).singleElement().asString().contains("leaf 50").contains("bad-proof");
    assertThat(box.firstWrong()).isEqualTo(50);
  }

  @Test
  void aRefusalForAnotherReasonThanTheTrueOneIsFound() {
    box.take(50, first, Optional.empty());
    box.take(51, first, as(Code.NOT_ON_ROLL));

    assertThat(box.wrong()).hasSize(1);
  }

  @Test
  void aStaleBallotThatTheFoldAdmitsIsFound() {
    box.take(50, second, Optional.empty());

    assertThat(box.wrong()).singleElement().asString().endsWith("in spite of stale-chain");
  }

  @Test
  void aBallotOffTheRollThatTheFoldAdmitsIsFound() {
    box.take(50, new Coalition.Voter().ballot(coalition, CHOICE), Optional.empty());

    assertThat(box.offRoll()).isEqualTo(1);
    assertThat(box.wrong()).singleElement().asString().contains("not on the roll");
  }

  private static Deposit.Logged deposit(Deposit.Fate fate, Bytes leaf) {
    return new Deposit.Logged("north", List.of(leaf), List.of(fate));
  }

  @Test
  void whatTheFoldSaysOfDepositsIsFoundAgain() {
    box.take(50, first, Optional.empty());
    box.deposit(51, deposit(new Deposit.Fate.Standing(50), first));
    box.deposit(52, deposit(new Deposit.Fate.Taken(), second));
    box.empty(53, new Deposit(List.of(first, second, Bytes.utf8("junk"))));

    assertThat(box.wrong()).isEmpty();
    assertThat(box.counted().getFirst().getValue().index()).isEqualTo(52);
  }

  @Test
  void aDepositedBallotThatTheFoldDropsOrCountsTwiceIsFound() {
    box.deposit(50, deposit(new Deposit.Fate.Standing(49), first));
    assertThat(box.wrong()).singleElement().asString().contains("passed over");
    box.empty(51, new Deposit(List.of(first)));
    assertThat(box.wrong()).hasSize(2);
    box.deposit(52, deposit(new Deposit.Fate.Taken(), first));
    assertThat(box.wrong()).hasSize(2);
    box.deposit(53, deposit(new Deposit.Fate.Taken(), first));
    assertThat(box.wrong()).anyMatch(w -> w.contains("counts twice"));
    box.deposit(54, deposit(new Deposit.Fate.Ignored(as(Code.STALE_CHAIN).orElseThrow()), first));
    assertThat(box.wrong()).anyMatch(w -> w.contains("stood already"));
    box.deposit(55, deposit(new Deposit.Fate.Ignored(as(Code.BAD_PROOF).orElseThrow()), second));
    assertThat(box.wrong()).anyMatch(w -> w.contains("leaf 55"));
  }
}
