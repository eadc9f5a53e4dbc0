package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Ciphertexts;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.VmnTranscript;
import veche.election.Code;
import veche.tally.Outcome;
import veche.tally.Vote;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §6a: ranked contests from `close` to the result.
class MixesTest {
  private static final int BOARD = 2;

  private static ElectionFixture closed() {
    return ElectionFixture.ranked().opened(5).ranked("01234", "210", "", "34", "10").closed();
  }

  private static Admission offer(ElectionFixture election, int trustee, Mix.Payload payload) {
    Coalition c = election.coalition;
    Act act = c.act("mix", payload.enc(), c.holder(trustee));
    return c.record().admit(Entry.parse(act.encode()));
  }

  private static Mix.Made made(ElectionFixture election, int place) {
    Mix.Made made = election.coalition.mixed(BOARD, place);
    made.blobs().forEach(election.coalition::know);
    return made;
  }

  private static void refused(Admission admission, Code code, String why) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.No.class,
            no -> {
              assertThat(no.why().code()).isEqualTo(code);
              assertThat(no.why().detail()).contains(why);
            });
  }

  @Test
  void rankingsAreMixedOpenedAndCounted() {
    ElectionFixture good = ElectionFixture.goodRanked();
    Record record = good.coalition.record();

    Outcome board = record.outcomes().get(BOARD);
    assertThat(record.openings().orElseThrow().votes(BOARD).orElseThrow())
        .extracting(Vote::ranking)
        .containsExactlyInAnyOrder(
            List.of(0, 1, 2, 3, 4), List.of(2, 1, 0), List.of(), List.of(3, 4), List.of(1, 0));
    assertThat(board.counted()).isEqualTo(5);
    assertThat(board.totals()).containsExactly(1L, 1L, 1L, 1L, 0L);
    assertThat(board.winners()).hasSize(2);
    assertThat(board.ranked().orElseThrow().blank()).isEqualTo(1);
    assertThat(board.ranked().orElseThrow().tally().rule()).isEqualTo("scottish-stv");
    assertThat(record.result().orElseThrow().mixes()).hasSize(2);
    assertThat(record.phase()).isEqualTo(Phase.FINAL);
    assertThat(good.certificate())
        .contains("\n8 на выходе смешиваний / out of each mix: 5 5\n")
        .contains("\n10 недействительных / invalid: 0\n")
        .contains("\n11 пустых / blank: 1\n")
        .contains("\n12 действительных / valid: 4\n");
  }

  @Test
  void nothingIsOpenedBeforeTheMixesAndNothingIsMixedAfter() {
    ElectionFixture election = closed();
    Record record = election.coalition.record();
    assertThat(record.phase()).isEqualTo(Phase.CLOSED);
    assertThat(record.openings()).isEmpty();

    election.mix(1);
    assertThat(record.phase()).isEqualTo(Phase.CLOSED);
    election.mix(2);

    assertThat(record.phase()).isEqualTo(Phase.OPENING);
    refused(offer(election, 3, made(election, 3).payload()), Code.WRONG_PHASE, "opening");
  }

  @Test
  void trusteesMixInTurnAndOnce() {
    ElectionFixture election = closed();
    Mixes mixes = election.coalition.record().mixes().orElseThrow();
    assertThat(mixes.turn(BOARD)).isEqualTo(OptionalInt.of(1));

    refused(offer(election, 2, made(election, 1).payload()), Code.WRONG_PHASE, "trustee 1");
    election.mix(1);

    refused(offer(election, 1, made(election, 2).payload()), Code.CONFLICT, "has mixed");
    refused(offer(election, 2, made(election, 1).payload()), Code.WRONG_CONTEXT, "place 2");
    assertThat(mixes.turn(BOARD)).isEqualTo(OptionalInt.of(2));
  }

  @Test
  void whoIsAbsentIsSkippedByTheBodiesAndTheNextOneMixes() {
    ElectionFixture election = closed();
    Coalition c = election.coalition;
    Enc wrong = Enc.list(Enc.uint(3), Enc.text("does not answer"));
    refused(
        c.record().admit(Entry.parse(election.act("skip", wrong, "north", "east").encode())),
        Code.CONFLICT,
        "nothing waits");
    Enc first = Enc.list(Enc.uint(1), Enc.text("does not answer"));
    refused(
        c.record().admit(Entry.parse(election.act("skip", first, "north").encode())),
        Code.TOO_FEW_SIGNATURES,
        "1 of 2");

    c.send((act, blobs) -> {}, election.act("skip", first, "north", "east"));
    election.mix(2, 3);

    assertThat(c.record().phase()).isEqualTo(Phase.OPENING);
    assertThat(c.record().mixes().orElseThrow().done(BOARD))
        .extracting(Mixes.Done::trustee)
        .containsExactly(2, 3);
  }

  /// attacks.md row 44: one honest mixer is enough, so fewer mixers than can decrypt are refused.
  @Test
  void attack44_fewerMixesThanTheThresholdAreRefusedInTheDefinition() {
    var good = ElectionFixture.goodRanked().coalition.draft();
    assertThat(veche.election.DraftForTests.withLambda(good, good.t()).flaws()).isEmpty();
    assertThat(veche.election.DraftForTests.withLambda(good, good.t() - 1).flaws())
        .extracting(flaw -> flaw.path())
        .containsExactly("lambda");

    ElectionFixture election = closed().mix(1);
    Record record = election.coalition.record();
    Enc payload = Enc.list();
    Act early = election.coalition.act("decrypt", payload, election.coalition.holder(1));
    refused(record.admit(Entry.parse(early.encode())), Code.WRONG_PHASE, "closed");
  }

  /// attacks.md row 5: the proof belongs to this election and this contest.
  @Test
  void attack05_aMixMadeForAnotherElectionOrContestIsRefused() {
    ElectionFixture election = closed();
    Coalition c = election.coalition;
    Record record = c.record();
    Ciphertexts input = record.mixes().orElseThrow().last(BOARD).orElseThrow();
    Bytes eid = record.eid().orElseThrow();
    Point key = record.manifest().orElseThrow().key();
    for (VmnTranscript foreign :
        List.of(VmnTranscript.of(Bytes.zero(32), BOARD), VmnTranscript.of(eid, 1))) {
      Mix.Made made = Mix.make(foreign, eid, BOARD, 1, key, input, Entropy.system(), rows -> {});
      made.blobs().forEach(c::know);
      refused(offer(election, 1, made.payload()), Code.BAD_PROOF, "equations");
    }
    Mix.Made other =
        Mix.make(
            record.mixes().orElseThrow().transcript(BOARD),
            Bytes.zero(32),
            BOARD,
            1,
            key,
            input,
            Entropy.system(),
            rows -> {});
    refused(offer(election, 1, other.payload()), Code.WRONG_CONTEXT, "another election");
  }

  /// attacks.md row 10: a list in which one row was raised to a power is not the list of the
  /// counted ballots, and a mix that brings it in proves nothing.
  @Test
  void attack10_aRelatedCiphertextIsNeverMixed() {
    ElectionFixture election = closed();
    Coalition c = election.coalition;
    Record record = c.record();
    Mixes mixes = record.mixes().orElseThrow();
    List<ElGamal> rows = new ArrayList<>(mixes.last(BOARD).orElseThrow().rows());
    Scalar delta = Scalar.of(7);
    ElGamal marked = rows.get(1);
    rows.set(0, new ElGamal(marked.a().times(delta), marked.b().times(delta)));
    Ciphertexts related = Ciphertexts.of(rows);
    Point key = record.manifest().orElseThrow().key();
    Mix.Made made =
        Mix.make(
            mixes.transcript(BOARD),
            record.eid().orElseThrow(),
            BOARD,
            1,
            key,
            related,
            Entropy.system(),
            r -> {});
    made.blobs().forEach(c::know);

    refused(offer(election, 1, made.payload()), Code.WRONG_CONTEXT, "another list");
    Mix.Statement s = made.payload().statement();
    Mix.Statement claimed =
        new Mix.Statement(
            s.eid(),
            s.contest(),
            s.place(),
            mixes.last(BOARD).orElseThrow().digest(),
            s.output(),
            s.permutationCommitment(),
            s.commitment(),
            s.reply());
    refused(
        offer(election, 1, new Mix.Payload(claimed, "main", made.payload().list())),
        Code.BAD_PROOF,
        "equations");
  }

  /// attacks.md row 34: a ballot whose point is no canonical ranking is spoilt, and nothing else.
  @Test
  void attack34_aBallotThatHoldsNoRankingIsSpoiltAndListed() {
    List<Vote> votes =
        List.of(
                new Vote(Vote.Status.VALID, List.of(0, 1)),
                new Vote(Vote.Status.INVALID_ENCODING, List.of()),
                new Vote(Vote.Status.INVALID_CODE, List.of()))
            .stream()
            .toList();
    var contest = ElectionFixture.goodRanked().coalition.draft().contests().get(BOARD);
    Outcome outcome = veche.tally.RankedCount.count(contest, BOARD, votes, List.of(0, 1, 2, 3, 4));

    assertThat(outcome.counted()).isEqualTo(3);
    assertThat(outcome.ranked().orElseThrow().invalidEncoding()).isEqualTo(1);
    assertThat(outcome.ranked().orElseThrow().invalidCode()).isEqualTo(1);
    assertThat(outcome.totals()).containsExactly(1L, 0L, 0L, 0L, 0L);
    Point odd = Point.base(Scalar.of(99));
    assertThat(Vote.of(odd, contest.ranking()).status()).isEqualTo(Vote.Status.INVALID_ENCODING);
    Point beyond = veche.crypto.Embedding.embed(contest.ranking().total());
    assertThat(Vote.of(beyond, contest.ranking()).status()).isEqualTo(Vote.Status.INVALID_CODE);
    assertThat(Vote.of(beyond.negate(), contest.ranking()).status())
        .isEqualTo(Vote.Status.INVALID_ENCODING);
  }

  /// attacks.md row 35.
  @Test
  void attack35_aDefinitionWithoutItsPatternRiskLineIsRefused() {
    var good = ElectionFixture.goodRanked().coalition.draft();
    assertThat(good.patternRisk())
        .isEqualTo("board: 2^8.3 rankings, 2^3.3 voters, a ranking can mark a voter");
    assertThat(good.flaws()).isEmpty();
    assertThat(ElectionFixture.good().coalition.draft().patternRisk()).isEmpty();
    assertThat(veche.election.DraftForTests.withPatternRisk(good, "").flaws())
        .singleElement()
        .satisfies(flaw -> assertThat(flaw.path()).isEqualTo("patternRisk"));
  }

  @Test
  void whatWasFoundAheadIsTakenAndAnActSentAgainWithoutItsFilesSpoilsNothing() {
    ElectionFixture election = closed();
    Coalition c = election.coalition;
    Record record = c.record();
    Mix.Made made = c.mixed(BOARD, 1);
    Act act = c.act("mix", made.payload().enc(), c.holder(1));
    java.util.Map<Bytes, Bytes> files = new java.util.HashMap<>();
    made.blobs().forEach(blob -> files.put(blob.sha256(), blob));

    record.look(act, sha256 -> Optional.ofNullable(files.get(sha256)));
    record.look(act, sha256 -> Optional.empty());
    assertThat(record.size()).isEqualTo(election.leaves.size());
    // the coalition's own fold has none of the files: only what was found ahead can admit it
    assertThat(record.admit(Entry.parse(act.encode()))).isInstanceOf(Admission.Admitted.class);

    Mix.Made second = c.mixed(BOARD, 2);
    Act unsigned = c.act("mix", second.payload().enc(), c.holder(3));
    record.look(unsigned, sha256 -> Optional.ofNullable(files.get(sha256)));
    refused(record.admit(Entry.parse(unsigned.encode())), Code.WRONG_PHASE, "trustee 2");
  }

  @Test
  void withoutAnyBallotNothingIsMixedAndTheBodiesEndIt() {
    ElectionFixture election = ElectionFixture.ranked().opened(2).closed();
    Record record = election.coalition.record();
    assertThat(record.phase()).isEqualTo(Phase.CLOSED);
    assertThat(Duty.mayMix(record, List.of())).isPresent();

    Enc none = Enc.list(Enc.text("nobody voted"));
    election.coalition.send((act, blobs) -> {}, election.act("no-result", none, "north", "east"));
    assertThat(record.phase()).isEqualTo(Phase.NO_RESULT);
    assertThat(record.result()).isEmpty();
  }

  @Test
  void tooFewBallotsAreNeitherMixedNorOpened() {
    ElectionFixture election = ElectionFixture.ranked().opened(2).ranked("01").closed();
    Coalition c = election.coalition;
    assertThat(c.record().phase()).isEqualTo(Phase.CLOSED);
    assertThat(c.record().mixes().orElseThrow().last(BOARD)).isEmpty();

    Enc none = Enc.list(Enc.text("one ballot: nobody may see it"));
    c.send((act, blobs) -> {}, election.act("no-result", none, "north", "east"));

    assertThat(c.record().phase()).isEqualTo(Phase.NO_RESULT);
  }

  @Test
  void aFinishedRankedElectionPassesEveryCheckAlsoInThePlainForm() {
    ElectionFixture good = ElectionFixture.goodRanked();
    Verifier.Report report = MemoryBundle.verify(good);

    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.exit()).isZero();
    for (int i = 1; i <= 7; i++) {
      assertThat(report.check("MIX-0" + i).status()).isEqualTo(Check.Status.PASS);
    }
    Verifier.Given g = MemoryBundle.given(new MemoryBundle(good.files()), good.trust());
    Verifier.Given plain =
        new Verifier.Given(g.bundle(), g.trust(), g.held(), true, g.now(), Entropy.system());
    assertThat(Verifier.verify(plain, (done, of) -> {}).exit()).isZero();
  }

  @Test
  void aBallotsPlaceInTheListSaysNothingOfItsPlaceAfterTheMix() {
    ElectionFixture good = ElectionFixture.goodRanked();
    Mixes mixes = good.coalition.record().mixes().orElseThrow();
    List<ElGamal> in = mixes.input(BOARD).orElseThrow().rows();
    List<ElGamal> out = mixes.last(BOARD).orElseThrow().rows();
    assertThat(Collections.disjoint(in, out)).isTrue();
    assertThat(Optional.of(out.size())).contains(in.size());
  }
}
