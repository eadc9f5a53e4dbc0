package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Scalar;
import veche.log.Receipt;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.record.Check;
import veche.record.ElectionFixture;
import veche.record.MemoryBundle;
import veche.record.Phase;
import veche.record.Verifier;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.wire.Bytes;
import veche.wire.Enc;

/// attacks.md rows 20 to 22, 31, 36, 38 and 48, as an observer meets them afterwards: whatever a
/// server, trustees and witnesses let through, the verifier names it.
class ObserverAttacksTest {
  private static final List<Integer> SEAT = List.of(1, 0, 0);
  private static final List<Integer> PLATFORMS = List.of(1, 0);
  private static final long CLOSES = ElectionFixture.CLOSES;

  private final ElectionFixture election = new ElectionFixture();

  private static Check firstFailure(Verifier.Report report) {
    return report.firstFailure().orElseThrow();
  }

  // ---- row 20

  @Test
  void attack20_aBadContributionIsNamedAndTheResultStands() {
    election.opened(3).votedOnce().closed();
    for (int k = 0; k < 2; k++) contribute(2, k, list(k), Scalar.of(1));
    election.decrypt(1, 3).certify().last().stage(CLOSES + 3_000);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(report.exit()).isZero();
    assertThat(report.result()).isPresent();
    assertThat(report.check("DEC-02").why()).contains("east/trustee");
  }

  @Test
  void attack20_withTooFewGoodOnesTheCountStopsWithNames() {
    election.opened(3).votedOnce().closed();
    for (int j = 2; j <= 3; j++) {
      for (int k = 0; k < 2; k++) contribute(j, k, list(k), Scalar.of(1));
    }
    election.decrypt(1);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(firstFailure(report).id()).isEqualTo("DEC-02");
    assertThat(firstFailure(report).why()).contains("east/trustee").contains("west/trustee");
    assertThat(report.check("DEC-03").status()).isEqualTo(Check.Status.FAIL);
    assertThat(report.result()).isEmpty();
  }

  private List<ElGamal> list(int contest) {
    return election.coalition.record().openings().orElseThrow().list(contest);
  }

  private void contribute(int j, int k, List<ElGamal> list, Scalar wrong) {
    Bytes digest = Lists.digest(list);
    Bytes eid = election.coalition.record().eid().orElseThrow();
    Scalar share = election.coalition.share(j);
    Bytes factors = Dleq.blob(Dleq.factors(share, list));
    election.blobs.put(factors.sha256(), factors);
    election.coalition.know(factors);
    Bytes context = Decrypt.context(eid, k, "approval", digest);
    Dleq good = Decrypt.prove(context, j, share, list, Dleq.factors(share, list), Entropy.system());
    Dleq proof = new Dleq(good.t(), good.u(), good.z().plus(wrong));
    Enc payload = new Decrypt.Payload(k, "approval", "main", digest, factors.sha256(), proof).enc();
    election.add(election.coalition.act("decrypt", payload, election.coalition.holder(j)).encode());
  }

  // ---- row 21

  @Test
  void attack21_aListThatDiffersByOneBallotShowsInTheRecord() {
    election.opened(4).voted().closed();
    var one = election.coalition.record().chain().counted().getFirst().ciphertexts().getFirst();
    List<ElGamal> without = new ArrayList<>();
    for (int i = 0; i < list(0).size(); i++) without.add(list(0).get(i).minus(one.get(i)));
    contribute(1, 0, without, Scalar.ZERO);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(firstFailure(report).id()).isEqualTo("BAL-08");
    assertThat(firstFailure(report).why())
        .isEqualTo("a list without one of the ballots that count");
    assertThat(firstFailure(report).leaf()).isEqualTo(election.leaves.size() - 1L);
  }

  // ---- row 22

  @Test
  void attack22_ballotsOfInventedKeysAreListedAndNeverCounted() {
    election.opened(3).votedOnce();
    Coalition.Voter invented = new Coalition.Voter();
    election.add(invented.ballot(election.coalition, List.of(SEAT, PLATFORMS)));
    election.closed().decrypt(1, 2);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(report.exit()).isZero();
    assertThat(report.check("BAL-03").why()).contains("3 keys").contains("not-on-roll: 1");
    assertThat(report.check("TAL-03").why()).startsWith("4 = 0 + 1 + 3");
  }

  @Test
  void attack22_aRollEditedAfterTheFreezeFails() {
    ElectionFixture good = ElectionFixture.good();
    SortedMap<String, Bytes> files = good.files();
    Bytes root = good.coalition.record().roll().orElseThrow().root();
    Bytes longer =
        Enc.list(good.coalition.rows(List.of(new Coalition.Voter())), r -> r.enc()).encode();
    files.put("blob/" + root.hex(), longer);

    assertThat(firstFailure(MemoryBundle.verify(new MemoryBundle(files), good.trust())).id())
        .isEqualTo("LOG-01");
  }

  // ---- row 31

  /// The log shows one history to the observer and another to a voter.
  @Test
  void attack31_twoRootsOfOneSizeAreRefusedByTheWitnessAndProvedByAReceipt() {
    ElectionFixture good = ElectionFixture.good();
    ElectionFixture fork = good.sibling();
    fork.leaves.set(20, fork.leaves.get(19));
    long size = good.leaves.size();
    Map<String, Long> nobody = Map.of();

    Tree tree = good.tree();
    var seen = new WitnessRule.State(size, tree.root(size));
    var request = new WitnessRule.Request(size, List.of(), fork.note(fork.tree(), size, nobody));
    assertThat(WitnessRule.decide(seen, request, Optional.of(good.log.vkey())))
        .isEqualTo(new WitnessRule.Refuse(WitnessRule.Reason.ANOTHER_ROOT));

    Tree other = fork.tree();
    String receipt =
        new Receipt(3, other.inclusion(3, size), fork.note(other, size, nobody)).text();
    Verifier.Report report =
        MemoryBundle.verify(new MemoryBundle(good.files()), good.trust(), receipt);
    assertThat(firstFailure(report).id()).isEqualTo("LOG-08");
    assertThat(report.check("LOG-13").status()).isEqualTo(Check.Status.FAIL);
  }

  @Test
  void attack31_aHistoryThatTooFewWitnessesSawIsNotPassed() {
    ElectionFixture good = ElectionFixture.good();
    ElectionFixture lonely = good.sibling();
    lonely.stages.replaceAll((size, times) -> Map.of("north", times.get("north")));

    assertThat(firstFailure(MemoryBundle.verify(lonely)).id()).isEqualTo("LOG-05");
  }

  // ---- row 36

  @Test
  void attack36_aSumOfFewerBallotsThanAgreedShowsInTheRecord() {
    election.opened(3);
    election.vote(0, SEAT, PLATFORMS);
    election.closed();
    contribute(1, 0, list(0), Scalar.ZERO);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(firstFailure(report).id()).isEqualTo("DEC-05");
    assertThat(election.coalition.record().phase()).isEqualTo(Phase.OPENING);
  }

  // ---- row 38

  @Test
  void attack38_aPageOtherThanTheReleasedOneIsNamed() {
    ElectionFixture good = ElectionFixture.good();
    Bytes evil = Bytes.utf8("send(key)").sha256();
    Bytes page = Coalition.PAGE.sha256();

    assertThat(served(good, Map.of("page.js", page)).exit()).isZero();
    for (Map<String, Bytes> files :
        List.of(
            Map.of("page.js", evil),
            Map.of("page.js", page, "extra.js", evil),
            Map.<String, Bytes>of())) {
      assertThat(firstFailure(served(good, files)).id()).isEqualTo("LOG-11");
    }
  }

  private static Verifier.Report served(ElectionFixture of, Map<String, Bytes> web) {
    Verifier.Given g = MemoryBundle.given(new MemoryBundle(of.files()), of.trust());
    return Verifier.verify(
        new Verifier.Given(
            g.bundle(),
            g.trust(),
            new Verifier.Held(
                List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.of(web)),
            false,
            g.now(),
            g.weights()),
        (done, total) -> {});
  }

  // ---- row 48

  /// `close` was logged early; afterwards the witnesses cosign what they already saw.
  @Test
  void attack48_anEarlyCloseThatIsCosignedAgainLaterFails() {
    election.opened(3).votedOnce();
    long before = election.leaves.size();
    election.stage(before, CLOSES - 5_000, "north", "east", "west");
    election.coalition.close((act, blobs) -> election.leaves.add(act.encode()));
    election.stage(CLOSES + 20);
    Verifier.Report report = MemoryBundle.verify(election);
    assertThat(firstFailure(report).id()).isEqualTo("LOG-06");
    assertThat(firstFailure(report).leaf()).isEqualTo(before);

    election.stage(before, CLOSES, "north");
    assertThat(firstFailure(MemoryBundle.verify(election)).id()).isEqualTo("LOG-06");
    election.stage(before, CLOSES, "north", "west");
    assertThat(MemoryBundle.verify(election).exit()).isZero();
  }

  @Test
  void attack48_anHonestCloseThatNobodySawYetIsNoClose() {
    election.opened(3).votedOnce().stage(CLOSES + 5);
    election.coalition.close((act, blobs) -> election.leaves.add(act.encode()));

    assertThat(firstFailure(MemoryBundle.verify(election)).id()).isEqualTo("LOG-06");
  }
}
