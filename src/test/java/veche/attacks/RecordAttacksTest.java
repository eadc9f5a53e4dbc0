package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.attacks.Booth.with;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.SigningKey;
import veche.election.Code;
import veche.election.Manifest;
import veche.election.Refused;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Duty;
import veche.record.ElectionFixture;
import veche.record.Entry;
import veche.record.Phase;
import veche.record.Record;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.trustee.Combine;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.view.Fingerprint;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// attacks.md rows 20 to 22, 33, 36, 47, 54 and 55: what a server, a registrar or a body can try on
/// the record itself.
class RecordAttacksTest {
  private static final List<Integer> SEAT = List.of(1, 0, 0);
  private static final List<Integer> PLATFORMS = List.of(1, 0);

  private final ElectionFixture election = new ElectionFixture();
  private final Coalition coalition = election.coalition;

  private Record record() {
    return coalition.record();
  }

  private Code refusal(Act act) {
    return refusal(act.encode());
  }

  private Code refusal(Bytes leaf) {
    Record record = record();
    long size = record.size();
    Phase phase = record.phase();
    Code code =
        switch (Entry.parse(leaf)) {
          case Entry.Cast cast when record.prove(List.of(cast.ballot())).getFirst().isPresent() ->
              record.prove(List.of(cast.ballot())).getFirst().get().code();
          case Entry entry ->
              switch (record.admit(entry)) {
                case Admission.No(Refused why) -> why.code();
                case Admission.Admitted admitted -> throw new AssertionError("was admitted");
              };
        };
    assertThat(record.size()).isEqualTo(size);
    assertThat(record.phase()).isEqualTo(phase);
    return code;
  }

  // ---- row 22

  @Test
  void attack22_aKeyThatIsNotOnTheFrozenRollCastsNothing() {
    election.opened(3);
    Coalition.Voter invented = new Coalition.Voter();

    assertThat(refusal(invented.ballot(coalition, List.of(SEAT, PLATFORMS))))
        .isEqualTo(Code.NOT_ON_ROLL);
  }

  @Test
  void attack22_aFrozenRollTakesNoMoreKeys() {
    election.draft().keys().roll(3);
    RollRow stuffed = row(new Coalition.Voter());
    List<RollRow> more = new ArrayList<>(record().roll().orElseThrow().rows());
    more.add(stuffed);
    Bytes blob = Roll.blob(more);
    Act again = freezing(more.size(), blob);
    assertThat(refusal(again)).isEqualTo(Code.WRONG_PHASE);

    election.prepare();
    Manifest right = record().manifestToOpen().orElseThrow();
    Manifest edited =
        new Manifest(
            right.draftDigest(),
            right.dkgDigest(),
            right.key(),
            right.shares(),
            blob.sha256(),
            more.size(),
            List.of((long) more.size()),
            right.webRelease());
    assertThat(refusal(election.act("open", edited.enc(), "north", "east")))
        .isEqualTo(Code.WRONG_CONTEXT);
  }

  @Test
  void attack22_aServersOwnRowStandsOnNoRoll() {
    election.draft().keys();
    Coalition.Voter invented = new Coalition.Voter();
    SigningKey server = Coalition.key("north/registrar", veche.crypto.Vkey.ED25519);
    byte[] entry = RollRow.signedBytes(coalition.draft().cid(), invented.vk).toArray();
    Bytes signature = veche.crypto.Ed25519.sign(server.seed(), entry);
    Bytes blob = Roll.blob(List.of(coalition.enrolment(invented).row(0, signature)));
    blobOf(blob);

    assertThat(refusal(freezing(1, blob))).isEqualTo(Code.BAD_SIGNATURE);
  }

  private RollRow row(Coalition.Voter voter) {
    byte[] entry = RollRow.signedBytes(coalition.draft().cid(), voter.vk).toArray();
    return coalition
        .enrolment(voter)
        .row(0, veche.crypto.Ed25519.sign(coalition.registrar().seed(), entry));
  }

  private Act freezing(int count, Bytes blob) {
    Enc payload = Enc.list(Enc.uint(count), Enc.bytes(blob.sha256()));
    return coalition.act("roll-freeze", payload, coalition.registrar());
  }

  /// Brings an object to the record with an act that is refused.
  private void blobOf(Bytes blob) {
    Act nothing = coalition.act("final", Enc.list(), coalition.body("north"));
    assertThatThrownBy(() -> coalition.send((act, objects) -> {}, nothing, blob))
        .isInstanceOf(IllegalStateException.class);
  }

  // ---- row 21

  /// One ballot alone, one ballot fewer, or one option moved: whoever gets a share for such a list
  /// learns what one voter marked.
  @Test
  void attack21_aContributionOpensTheCountedBallotsAndNoOtherList() {
    election.opened(4).voted().closed();
    var openings = record().openings().orElseThrow();
    List<ElGamal> whole = openings.list(0);
    Bytes some = election.leaves.get(election.leaves.size() - 3);
    List<ElGamal> one = pairsOf(some);
    List<ElGamal> without = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) without.add(whole.get(i).plus(minus(one.get(i))));

    for (List<ElGamal> list :
        List.of(one, without, with(whole, 0, whole.get(1)), whole.subList(0, 2))) {
      assertThat(refusal(contribution(1, list))).isEqualTo(Code.WRONG_CONTEXT);
    }
    election.decrypt(1);
    assertThat(refusal(contribution(1, whole))).isEqualTo(Code.CONFLICT);
  }

  private static ElGamal minus(ElGamal pair) {
    return new ElGamal(pair.a().negate(), pair.b().negate());
  }

  private static List<ElGamal> pairsOf(Bytes leaf) {
    Enc answer = Booth.answers(veche.ballot.Ballot.parse(leaf).body()).getFirst();
    List<Point> points = new ArrayList<>();
    for (Enc item : Booth.items(Booth.items(answer).get(2))) {
      points.add(Enc.list(item).fields("pair").element("point", Point.class));
    }
    List<ElGamal> out = new ArrayList<>();
    for (int i = 0; i < points.size(); i += 2) {
      out.add(new ElGamal(points.get(i), points.get(i + 1)));
    }
    return out;
  }

  private Act contribution(int j, List<ElGamal> list) {
    Bytes digest = Lists.digest(list);
    Bytes xctx = Decrypt.context(record().eid().orElseThrow(), 0, "approval", digest);
    Scalar share = coalition.share(j);
    Bytes factors = Dleq.blob(Dleq.factors(share, list));
    Dleq proof = Decrypt.prove(xctx, j, share, list, Dleq.factors(share, list), Entropy.system());
    Enc payload = new Decrypt.Payload(0, "approval", "main", digest, factors.sha256(), proof).enc();
    return coalition.act("decrypt", payload, coalition.holder(j));
  }

  @Test
  void attack21_aTrusteeActsOnOneHistoryThatTheWitnessesSawClosed() {
    election.opened(4).voted().closed();
    long size = election.leaves.size();
    Map<String, Long> late =
        Map.of("north", ElectionFixture.CLOSES + 20, "east", ElectionFixture.CLOSES + 20);
    Note before = election.note(election.tree(), size - 1, late);
    Note over = election.note(election.tree(), size, late);
    Note alone = election.note(election.tree(), size, Map.of("north", ElectionFixture.CLOSES + 20));

    assertThat(Duty.closed(record(), List.of(before, over))).isEmpty();
    for (List<Note> stages :
        List.of(List.<Note>of(), List.of(before), List.of(over), List.of(before, alone))) {
      assertThat(Duty.mayDecrypt(record(), stages).orElseThrow().code())
          .isEqualTo(Code.QUORUM_MISSING);
    }

    ElectionFixture fork = new ElectionFixture();
    fork.leaves.addAll(election.leaves.subList(0, (int) size - 2));
    fork.leaves.add(election.leaves.getLast());
    Note shorter = election.note(fork.tree(), size - 1, late);
    assertThatThrownBy(() -> Duty.mayDecrypt(record(), List.of(before, over, shorter)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("fork");
  }

  @Test
  void attack21_anElectionClosesOnce() {
    election.opened(4).voted().closed();

    assertThat(refusal(coalition.closeAct(coalition.body("north"), coalition.body("east"))))
        .isEqualTo(Code.WRONG_PHASE);
    assertThat(refusal(election.voters.getFirst().ballot(coalition, List.of(SEAT, PLATFORMS))))
        .isEqualTo(Code.WRONG_PHASE);
  }

  // ---- rows 20, 36

  @Test
  void attack20_fewerThanTTrusteesOpenNothingAndAnyTOpenTheSame() {
    election.opened(4).voted().closed();
    var openings = record().openings().orElseThrow();
    List<ElGamal> list = openings.list(0);
    java.util.TreeMap<Integer, List<Point>> factors = new java.util.TreeMap<>();
    factors.put(2, Dleq.factors(coalition.share(2), list));
    assertThatThrownBy(() -> Combine.open(list, factors, Coalition.T, 3))
        .isInstanceOf(Malformed.class);

    election.decrypt(3);
    assertThat(record().phase()).isEqualTo(Phase.OPENING);
    assertThat(openings.totals(0)).isEmpty();
    assertThat(record().result()).isEmpty();
    election.decrypt(2);
    assertThat(record().phase()).isEqualTo(Phase.COUNTED);
    assertThat(record().outcomes().getFirst().totals()).containsExactly(3L, 1L, 1L);
  }

  @Test
  void attack36_aSumOfFewerBallotsThanAgreedIsNeverOpened() {
    election.opened(2);
    election.vote(0, SEAT, PLATFORMS);
    election.vote(0, SEAT, PLATFORMS);
    election.closed();
    Map<String, Long> late =
        Map.of("north", ElectionFixture.CLOSES + 20, "east", ElectionFixture.CLOSES + 20);
    long size = election.leaves.size();
    List<Note> stages =
        List.of(
            election.note(election.tree(), size - 1, late),
            election.note(election.tree(), size, late));

    assertThat(record().openings().orElseThrow().counted()).isEqualTo(1);
    assertThat(Duty.closed(record(), stages)).isEmpty();
    assertThat(Duty.mayDecrypt(record(), stages).orElseThrow().code()).isEqualTo(Code.WRONG_PHASE);
    assertThat(refusal(contribution(1, record().openings().orElseThrow().list(0))))
        .isEqualTo(Code.WRONG_PHASE);
    election.add(
        election.act("no-result", Enc.list(Enc.text("Too few voted.")), "north", "east").encode());
    assertThat(record().phase()).isEqualTo(Phase.NO_RESULT);
  }

  /// minCount is at least 1, so the sums of nobody's ballots are not opened; the election can be
  /// closed and ended all the same.
  @Test
  void attack36_anElectionInWhichNobodyVotedEndsAndOpensNothing() {
    election.opened(2).closed();
    assertThat(record().phase()).isEqualTo(Phase.OPENING);
    assertThat(record().openings().orElseThrow().totals(0)).isEmpty();
    List<ElGamal> any = List.of(new ElGamal(Point.GENERATOR, Point.GENERATOR));
    assertThat(refusal(contribution(1, any))).isEqualTo(Code.WRONG_PHASE);

    election.add(
        election.act("no-result", Enc.list(Enc.text("Nobody voted.")), "north", "east").encode());
    election.last().stage(ElectionFixture.CLOSES + 3_000);
    assertThat(record().phase()).isEqualTo(Phase.FINAL);
    assertThat(record().result()).isEmpty();
    assertThat(veche.record.MemoryBundle.verify(election).exit()).isZero();
  }

  // ---- row 33

  @Test
  void attack33_aSignatureServesOneElectionOneActAndOneRole() {
    election.draft();
    Enc payload = Enc.list(Enc.text("We object."), Enc.uint(0));
    Act act = election.act("object", payload, "north");
    Act elsewhere =
        act.with(List.of())
            .with(List.of(coalition.body("east").signLine(act.noteBody("host.example/e/other"))));
    assertThat(
            refusal(
                new Act(
                    act.type(),
                    act.id(),
                    act.serial(),
                    payload,
                    List.of(elsewhere.signatures().getLast()))))
        .isEqualTo(Code.BAD_SIGNATURE);
    assertThat(
            refusal(new Act(act.type(), Bytes.zero(32), act.serial(), payload, act.signatures())))
        .isEqualTo(Code.WRONG_CONTEXT);
    assertThat(refusal(coalition.act("object", payload, coalition.trustee("north"))))
        .isEqualTo(Code.UNKNOWN_KEY);
    assertThat(
            refusal(
                coalition.act(
                    "object", payload, Coalition.key("north", veche.crypto.Vkey.ED25519))))
        .isEqualTo(Code.BAD_SIGNATURE);
    Enc other = Enc.list(Enc.text("We agree."), Enc.uint(0));
    assertThat(refusal(new Act(act.type(), act.id(), act.serial(), other, act.signatures())))
        .isEqualTo(Code.BAD_SIGNATURE);
    election.add(act.encode());
    assertThat(record().objections()).hasSize(1);
  }

  // ---- row 47

  @Test
  void attack47_whoConfirmedNeverComplainsAndAfterAComplaintNobodyConfirms() {
    election.draft();
    List<Act> confirms = new ArrayList<>();
    List<Bytes> before = new ArrayList<>();
    coalition.makeKeys(
        (act, objects) -> {
          if (act.type().equals("dkg-confirm")) {
            if (confirms.isEmpty()) before.addAll(election.leaves);
            if (confirms.size() == 1) {
              Act late = coalition.act("dkg-complaint", Enc.list(Enc.uint(2)), coalition.holder(1));
              assertThat(refusal(late)).isEqualTo(Code.CONFLICT);
            }
            confirms.add(act);
          }
          election.leaves.add(act.encode());
        });
    Record fork =
        new Record(ElectionFixture.ORIGIN, sha256 -> java.util.Optional.empty(), Entropy.system());
    fork.fold(before);
    Act complaint =
        coalition.sign(
            Act.unsigned("dkg-complaint", fork.id(), 0, Enc.list(Enc.uint(2))),
            coalition.holder(3));
    fork.fold(List.of(complaint.encode()));
    assertThat(fork.phase()).isEqualTo(Phase.VOID);
    assertThat(fork.admit(Entry.parse(confirms.getFirst().encode())))
        .isInstanceOfSatisfying(
            Admission.No.class, no -> assertThat(no.why().code()).isEqualTo(Code.WRONG_PHASE));
    assertThat(fork.keys().complete()).isFalse();
  }

  // ---- row 54

  /// Such a page knows the code, so the registrar signs the key that it made; but the registrar
  /// answers with the words of that key, and they are not those of the key the voter holds.
  @Test
  void attack54_aKeyThatThePageMadeShowsOtherWords() {
    election.draft();
    Coalition.Voter voter = new Coalition.Voter();
    Scalar own = Entropy.system().scalar();
    Bytes cid = coalition.draft().cid();
    var enrolment = voter.invitation.enrol(ElectionFixture.SLUG, cid, 0, own);

    assertThat(voter.invitation.check(enrolment, ElectionFixture.SLUG, cid, 0)).isEmpty();
    assertThat(Fingerprint.of(enrolment.vk().encoding()))
        .isNotEqualTo(Fingerprint.of(voter.vk.encoding()));
  }

  // ---- row 55

  @Test
  void attack55_aFloodOfOldBallotsLeavesTheVoterTheNextOne() {
    election.opened(2);
    Bytes first = election.vote(0, SEAT, PLATFORMS);
    Bytes second = election.vote(0, List.of(0, 1, 0), PLATFORMS);
    for (int i = 0; i < 200; i++) {
      assertThat(refusal(i % 2 == 0 ? first : second)).isEqualTo(Code.STALE_CHAIN);
    }

    Bytes third =
        election.voters.getFirst().ballot(coalition, List.of(List.of(0, 0, 1), PLATFORMS));
    coalition.fold(third);
    assertThat(record().chain().counted()).hasSize(1);
    assertThat(record().chain().valid()).isEqualTo(3);
  }
}
