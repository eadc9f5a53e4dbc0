package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.election.Code;
import veche.tally.Lot;
import veche.tally.Tie;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §8a: a lot that nobody knows before the box is shut.
class LotsTest {
  /// Vera and Boris have two approvals each, and there is one seat.
  private static ElectionFixture closed(int drawers) {
    ElectionFixture out = ElectionFixture.late(drawers).opened(4);
    out.vote(0, List.of(1, 1, 0), List.of(1, 0));
    out.vote(1, List.of(0, 1, 0), List.of(1, 0));
    out.vote(2, List.of(1, 0, 0), List.of(1, 0));
    return out.closed();
  }

  private static void refused(ElectionFixture election, Act act, Code code, String why) {
    assertThat(election.coalition.record().admit(Entry.parse(act.encode())))
        .isInstanceOfSatisfying(
            Admission.No.class,
            no -> {
              assertThat(no.why().code()).isEqualTo(code);
              assertThat(no.why().detail()).contains(why);
            });
  }

  private static Act decrypt(ElectionFixture election) {
    return election.coalition.act("decrypt", Enc.list(), election.coalition.holder(1));
  }

  private static Act skip(ElectionFixture election, int trustee) {
    return election.act(
        "skip", Enc.list(Enc.uint(trustee), Enc.text("is silent")), "north", "east");
  }

  private static Bytes seed(Record record) {
    return Lot.seed(List.copyOf(record.lots().late().values()));
  }

  @Test
  void tiesAreDecidedByWhatIsRevealedAfterClose() {
    ElectionFixture election = closed(2).reveal(2, 1);
    election.decrypt(1, 2).certify().last().stage(ElectionFixture.CLOSES + 3_000);
    Record record = election.coalition.record();

    List<Integer> order = Lot.order(seed(record), 0, List.of("vera", "boris", "olga"));
    List<Integer> tied = order.stream().filter(option -> option < 2).toList();
    assertThat(record.outcomes().getFirst().ties())
        .containsExactly(new Tie(List.of(0, 1), tied, "trustee-seed"));
    assertThat(record.outcomes().getFirst().winners()).containsExactly(tied.getFirst());
    assertThat(record.optionOrder(0)).hasSize(3);
    assertThat(election.certificate()).contains("trustee-seed");

    Verifier.Report report = MemoryBundle.verify(election);
    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.check("TAL-02").why())
        .isEqualTo(
            "0 ties by the order drawn before the vote, 1 by the lot revealed after close;"
                + " left out of it: []");
  }

  @Test
  void nothingIsOpenedWhileARevealIsWaitedFor() {
    ElectionFixture election = closed(2);
    refused(election, decrypt(election), Code.WRONG_PHASE, "trustees [1, 2]");
    election.reveal(1);
    refused(election, decrypt(election), Code.WRONG_PHASE, "trustees [2]");
    election.reveal(2).decrypt(1, 2);

    assertThat(election.coalition.record().phase()).isEqualTo(Phase.COUNTED);
  }

  @Test
  void aTrusteeRevealsWhatItCommittedToOnceAndOnlyAfterClose() {
    ElectionFixture early = ElectionFixture.late(2).opened(2);
    refused(early, early.coalition.lateReveal(1), Code.WRONG_PHASE, "voting");

    ElectionFixture election = closed(2);
    Coalition c = election.coalition;
    Enc other = Enc.list(Enc.bytes(Entropy.system().bytes(32)));
    refused(election, c.act("lot-reveal", other, c.holder(1)), Code.BAD_PROOF, "trustee 1");
    refused(election, c.act("lot-reveal", other, c.holder(3)), Code.WRONG_PHASE, "commits");
    Enc before = Enc.list(Enc.bytes(c.record().lots().reveals().get(1)));
    refused(election, c.act("lot-reveal", before, c.holder(1)), Code.BAD_PROOF, "trustee 1");
    election.reveal(1);
    refused(election, c.lateReveal(1), Code.CONFLICT, "has revealed");
  }

  @Test
  void whereNoContestAsksForItNobodyCommitsToItOrReveals() {
    ElectionFixture election = new ElectionFixture().opened(3).votedOnce().closed();
    refused(election, election.coalition.lateReveal(1), Code.WRONG_PHASE, "no contest");

    ElectionFixture ready = new ElectionFixture().draft().keys().roll(2);
    Coalition c = ready.coalition;
    List<Bytes> two = List.of(Entropy.system().bytes(32), Entropy.system().bytes(32));
    Enc payload = Lots.payload(c.draft().cid(), 1, two);
    refused(ready, c.act("lot-commit", payload, c.holder(1)), Code.MALFORMED, "lot-commit");

    ElectionFixture late = ElectionFixture.late(2).draft().keys().roll(2);
    Coalition d = late.coalition;
    Enc one = Lots.payload(d.draft().cid(), 1, two.subList(0, 1));
    refused(late, d.act("lot-commit", one, d.holder(1)), Code.MALFORMED, "after close");
  }

  @Test
  void whoIsSilentIsSkippedByTheBodiesAndTheOthersLotStands() {
    ElectionFixture election = closed(3).reveal(1, 3);
    refused(election, skip(election, 1), Code.CONFLICT, "nothing waits for trustee 1");
    election.add(skip(election, 2).encode());
    refused(election, election.coalition.lateReveal(2), Code.WRONG_PHASE, "was skipped");
    election.decrypt(1, 2).certify().last().stage(ElectionFixture.CLOSES + 3_000);

    Record record = election.coalition.record();
    assertThat(record.lots().excluded()).containsExactly(2);
    assertThat(record.outcomes().getFirst().ties().getFirst().method()).isEqualTo("trustee-seed");
    Verifier.Report report = MemoryBundle.verify(election);
    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.check("TAL-02").why()).endsWith("left out of it: [2]");
  }

  /// Fewer than t could all be of those who wish to choose.
  @Test
  void ofFewerThanTRevealsNoLotIsMadeAndTheDrawnOrderDecides() {
    ElectionFixture election = closed(2).reveal(1);
    election.add(skip(election, 2).encode());
    election.decrypt(1, 2).certify().last().stage(ElectionFixture.CLOSES + 3_000);

    Record record = election.coalition.record();
    List<Integer> drawn = record.optionOrder(0).stream().filter(option -> option < 2).toList();
    assertThat(record.outcomes().getFirst().ties())
        .containsExactly(new Tie(List.of(0, 1), drawn, "drawn-order"));
    assertThat(MemoryBundle.verify(election).firstFailure()).isEmpty();
  }
}
