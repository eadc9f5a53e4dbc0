package veche.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.ballot.Ballot;
import veche.ballot.Chain;
import veche.election.Code;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6 Second door in the fold and before the verifier.
class DepositTest {
  private static final List<Integer> SEAT = List.of(1, 0, 0);
  private static final List<Integer> PLATFORMS = List.of(1, 0);

  private final ElectionFixture f = new ElectionFixture().opened(4);

  private Record record() {
    return f.coalition.record();
  }

  /// The next ballot of a voter, not sent to anybody.
  private Bytes ballot(int voter) {
    return f.voters.get(voter).ballot(f.coalition, List.of(SEAT, PLATFORMS));
  }

  private Act signed(String body, Bytes... ballots) {
    Act act = new Deposit(List.of(ballots)).act(record().eid().orElseThrow());
    return f.coalition.sign(act, f.coalition.body(body));
  }

  private Optional<Code> admit(Act act) {
    return switch (record().admit(new Entry.Acted(act, act.encode()))) {
      case Admission.Admitted(long index) -> {
        f.leaves.add(act.encode());
        yield Optional.empty();
      }
      case Admission.No(Refused why) -> Optional.of(why.code());
    };
  }

  private Deposit.Logged last() {
    return new java.util.TreeMap<>(record().deposits()).lastEntry().getValue();
  }

  private static Bytes broken(Bytes leaf) {
    byte[] out = leaf.toArray();
    out[out.length - 1] ^= 1;
    return Bytes.of(out);
  }

  private List<Long> places() {
    return record().chain().counted().stream().map(Chain.Counted::index).toList();
  }

  @Test
  void ballotsOfADepositCountAtItsIndexInItsOrder() {
    Bytes first = ballot(0);
    Bytes second = ballot(0);
    Bytes other = ballot(1);
    long at = record().size();

    assertThat(admit(signed("west", first, second, other))).isEmpty();

    assertThat(record().size()).isEqualTo(at + 1);
    assertThat(record().chain().valid()).isEqualTo(3);
    assertThat(places()).containsExactly(at, at);
    assertThat(record().chain().counted().getFirst().ballotId())
        .isEqualTo(Ballot.parse(second).ballotId());
    assertThat(last().body()).isEqualTo("west");
    assertThat(last().taken())
        .containsExactly(Merkle.leafHash(first), Merkle.leafHash(second), Merkle.leafHash(other));
  }

  @Test
  void ofTheBallotsOfOneKeyTheOrderInsideDecides() {
    Bytes first = ballot(0);
    Bytes second = ballot(0);

    assertThat(admit(signed("west", second, first))).isEmpty();

    assertThat(last().fates().getFirst())
        .isInstanceOfSatisfying(
            Deposit.Fate.Ignored.class,
            ignored -> assertThat(ignored.why().code()).isEqualTo(Code.STALE_CHAIN));
    assertThat(record().chain().valid()).isEqualTo(1);
    // what was too early may come again
    assertThat(admit(signed("west", second))).isEmpty();
    assertThat(record().chain().valid()).isEqualTo(2);
  }

  @Test
  void aBallotCountsOnceHoweverOftenItIsBrought() {
    Bytes logged = f.vote(0, SEAT, PLATFORMS);
    Bytes fresh = ballot(1);
    long direct = record().size() - 1;

    assertThat(admit(signed("west", logged, fresh))).isEmpty();
    assertThat(last().fates())
        .containsExactly(new Deposit.Fate.Standing(direct), new Deposit.Fate.Taken());
    assertThat(admit(signed("east", fresh, logged))).contains(Code.CONFLICT);
    assertThat(record().ignoredBallots()).isZero();
    // logged by itself afterwards it is a ballot delivered twice
    f.add(fresh);
    assertThat(record().ignored().values()).extracting(Refused::code).contains(Code.STALE_CHAIN);
    assertThat(record().chain().valid()).isEqualTo(2);
  }

  @Test
  void whatIsNoValidBallotInsideADepositIsListedWithItsReason() {
    Bytes own = ballot(0);
    Bytes stranger = new Coalition.Voter().ballot(f.coalition, List.of(SEAT, PLATFORMS));
    Bytes bad = broken(ballot(1));
    Bytes noBallot = Bytes.utf8("no ballot");

    assertThat(admit(signed("west", stranger, bad, noBallot, own))).isEmpty();

    assertThat(last().fates())
        .extracting(fate -> fate instanceof Deposit.Fate.Ignored(Refused why) ? why.code() : null)
        .containsExactly(Code.NOT_ON_ROLL, Code.BAD_SIGNATURE, Code.MALFORMED, null);
    assertThat(record().ignoredBallots()).isEqualTo(3);
    assertThat(record().ignoredInside()).isEqualTo(3);
    assertThat(record().ignored()).isEmpty();
  }

  @Test
  void aDepositWithNothingNewOrSignedByNoBodyIsRefusedAndLeavesNoTrace() {
    Bytes own = ballot(0);
    long size = record().size();
    Act good = signed("west", own);
    Act eid = new Deposit(List.of(own)).act(record().eid().orElseThrow());

    assertThat(admit(signed("west", broken(own)))).contains(Code.CONFLICT);
    assertThat(admit(f.coalition.sign(eid))).contains(Code.TOO_FEW_SIGNATURES);
    assertThat(admit(f.coalition.sign(eid, f.coalition.body("west"), f.coalition.body("east"))))
        .contains(Code.TOO_FEW_SIGNATURES);
    assertThat(admit(f.coalition.sign(eid, f.coalition.registrar()))).contains(Code.UNKNOWN_KEY);
    Act forged = eid.with(signed("west", ballot(1)).signatures());
    assertThat(admit(forged)).contains(Code.BAD_SIGNATURE);
    Act empty = Act.unsigned("deposit", good.id(), 0, Enc.list());
    assertThat(admit(f.coalition.sign(empty, f.coalition.body("west")))).contains(Code.MALFORMED);
    Act other = Act.unsigned("deposit", good.id(), 1, good.payload());
    assertThat(admit(f.coalition.sign(other, f.coalition.body("west"))))
        .contains(Code.STALE_SERIAL);

    assertThat(record().size()).isEqualTo(size);
    assertThat(record().chain().valid()).isZero();
    assertThat(record().ignoredBallots()).isZero();
    assertThat(admit(good)).isEmpty();
  }

  @Test
  void afterCloseNothingIsDeposited() {
    Bytes late = ballot(3);
    f.votedOnce().closed();

    assertThat(admit(signed("west", late))).contains(Code.WRONG_PHASE);
  }

  @Test
  void aServerThatReadsItsLogAgainFindsTheSame() {
    Bytes bad = broken(ballot(1));
    admit(signed("west", bad, ballot(0)));
    Record again = new Record(record().origin(), this::blob, weights());

    f.leaves.forEach(leaf -> again.admit(Entry.parse(leaf)));

    assertThat(again.deposits()).isEqualTo(record().deposits());
    assertThat(again.tree().root()).isEqualTo(record().tree().root());
  }

  private Optional<Bytes> blob(Bytes sha256) {
    return Optional.ofNullable(f.blobs.get(sha256));
  }

  private static veche.crypto.Entropy weights() {
    return veche.crypto.Entropy.system();
  }

  @Test
  void whatIsLargerThanALeafIsSplitAndTheOrderOfArrivalIsHidden() {
    List<Bytes> taken = new java.util.ArrayList<>();
    for (int i = 0; i < 12; i++) {
      for (int v = 3; v >= 0; v--) taken.add(ballot(v));
    }

    List<Deposit> deposits = Deposit.of(taken);

    assertThat(deposits).hasSizeGreaterThan(1);
    for (Deposit one : deposits) {
      Act act = f.coalition.sign(one.act(f.coalition.draft().cid()), f.coalition.body("west"));
      assertThat(act.encode().length()).isLessThanOrEqualTo(Tile.MAX_LEAF);
    }
    List<Bytes> sent = deposits.stream().flatMap(d -> d.leaves().stream()).toList();
    assertThat(sent).containsExactlyInAnyOrderElementsOf(taken);
    assertThat(sent).extracting(l -> Ballot.parse(l).vk().encoding().hex()).isSorted();
    for (int v = 0; v < 4; v++) {
      Bytes vk = f.voters.get(v).vk.encoding();
      assertThat(sent.stream().map(Ballot::parse).filter(b -> b.vk().encoding().equals(vk)))
          .extracting(Ballot::seq)
          .isSorted();
    }
    assertThatThrownBy(() -> new Deposit(List.of())).isInstanceOf(Malformed.class);
  }

  // ---- the verifier

  /// A finished election: two ballots came by themselves, three through two bodies, one of them
  /// also directly, and some junk came along.
  private ElectionFixture finished() {
    f.vote(0, SEAT, PLATFORMS);
    Bytes second = ballot(1);
    admit(signed("west", broken(second), second, ballot(2), f.leaves.getLast()));
    admit(signed("east", ballot(0), second));
    f.closed().decrypt(1, 2).certify().last().stage(ElectionFixture.CLOSES + 3_000);
    return f;
  }

  @Test
  void aRecordWithDepositsVerifiesAndItsControlSumsHold() {
    Verifier.Report report = MemoryBundle.verify(finished());

    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.exit()).isZero();
    assertThat(report.check("BAL-07").why()).contains("2 deposits");
    Protocol.Counts counts = Protocol.counts(record());
    assertThat(counts).isEqualTo(new Protocol.Counts(4, 5, 1, 1, 3));
    assertThat(counts.agree()).isTrue();
    assertThat(Protocol.against(record(), counts)).isEmpty();
  }

  @Test
  void aReceiptForABallotInADepositIsFoundInTheRecord() {
    finished();
    Map.Entry<Long, Deposit.Logged> first =
        new java.util.TreeMap<>(record().deposits()).firstEntry();
    Bytes inside = first.getValue().taken().getFirst();
    Receipt of = receipt(first.getKey());
    String good = Deposit.receipt(inside, of).text();
    String dropped = Deposit.receipt(Merkle.leafHash(ballot(3)), of).text();
    MemoryBundle bundle = new MemoryBundle(f.files());

    assertThat(MemoryBundle.verify(bundle, f.trust(), good).exit()).isZero();
    assertThat(MemoryBundle.verify(bundle, f.trust(), dropped).firstFailure())
        .map(Check::id)
        .contains("LOG-13");
  }

  private Receipt receipt(long index) {
    Tree tree = f.tree();
    long size = f.leaves.size();
    return new Receipt(index, tree.inclusion(index, size), f.note(tree, size, Map.of()));
  }
}
