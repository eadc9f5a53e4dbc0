package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.council.Certificate;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.view.RecordJson;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §12: what follows a certificate; and record §3a `countersign`.
class AftermathTest {
  private final ElectionFixture election =
      new ElectionFixture().opened(3).votedOnce().closed().decrypt(1, 2);
  private final Coalition coalition = election.coalition;

  private Record record() {
    return coalition.record();
  }

  private int winner() {
    return record().outcomes().getFirst().winners().getFirst();
  }

  private Enc mandate(int option) {
    Bytes over = Certificate.digest(record().certificate().orElseThrow().text());
    return Enc.list(Enc.uint(0), Enc.uint(option), Enc.bytes(over));
  }

  private static Enc worded(int contest, String text) {
    return Enc.list(Enc.uint(contest), Enc.text(text));
  }

  private void stands(Act act) {
    election.add(act.encode());
    assertThat(record().ignored()).isEmpty();
  }

  private void refused(Act act, Code code, String why) {
    assertThat(record().admit(Entry.parse(act.encode())))
        .isInstanceOfSatisfying(
            Admission.No.class,
            no -> {
              assertThat(no.why().code()).isEqualTo(code);
              assertThat(no.why().detail()).contains(why);
            });
  }

  @Test
  void enoughBodiesAnnulAWholeContestOnceAndNothingThatWasCountedChanges() {
    Bytes result = record().result().orElseThrow().digest();
    refused(
        election.act("annul", worded(0, "fraud"), "north", "east"), Code.WRONG_PHASE, "counted");
    election.certify();
    refused(
        election.act("annul", worded(0, "fraud"), "north"),
        Code.TOO_FEW_SIGNATURES,
        "1 of 2 needed");
    refused(election.act("annul", worded(0, " "), "north", "east"), Code.MALFORMED, "grounds");
    refused(election.act("annul", worded(7, "fraud"), "north", "east"), Code.MALFORMED, "contest");
    stands(election.act("annul", worded(0, "the roll was forged"), "north", "east"));
    refused(
        election.act("annul", worded(0, "again"), "north", "east"), Code.CONFLICT, "is annulled");
    refused(election.act("mandate", mandate(winner()), "north", "east"), Code.CONFLICT, "annulled");

    assertThat(record().result().orElseThrow().digest()).isEqualTo(result);
    assertThat(RecordJson.result(record()).orElseThrow().path("annulled").toString())
        .isEqualTo(
            "[{\"contest\":\"seat\",\"text\":\"the roll was"
                + " forged\",\"signed\":[\"east\",\"north\"]}]");
    Verifier.Report report = MemoryBundle.verify(election.last().stage(ElectionFixture.CLOSES + 9));
    assertThat(report.check("CER-08").why())
        .isEqualTo("contest 0 is annulled: the roll was forged");
    assertThat(report.check("CER-08").status()).isEqualTo(Check.Status.FAIL);
  }

  @Test
  void mandatesGoToTheElectedAloneAndCanBeTakenBackAndGivenAgain() {
    election.certify();
    int loser = winner() == 0 ? 1 : 0;
    refused(
        election.act("mandate", mandate(loser), "north", "east"), Code.CONFLICT, "is not elected");
    Enc elsewhere = Enc.list(Enc.uint(0), Enc.uint(winner()), Enc.bytes(Bytes.zero(32)));
    refused(election.act("mandate", elsewhere, "north", "east"), Code.WRONG_CONTEXT, "certificate");
    Enc back = Enc.list(Enc.uint(0), Enc.uint(winner()), Enc.text("resigned"));
    refused(election.act("revoke-mandate", back, "north", "east"), Code.CONFLICT, "no such");
    stands(election.act("mandate", mandate(winner()), "north", "east"));
    refused(
        election.act("mandate", mandate(winner()), "north", "east"),
        Code.CONFLICT,
        "given already");
    stands(election.act("revoke-mandate", back, "north", "east"));
    stands(election.act("mandate", mandate(winner()), "east", "west"));

    List<Aftermath.Mandate> given = record().aftermath().orElseThrow().mandates();
    assertThat(given).hasSize(2);
    assertThat(given.getFirst().revoked()).contains("resigned");
    assertThat(given.getLast().signers()).containsExactlyInAnyOrder("east", "west");
    Verifier.Report report =
        MemoryBundle.verify(election.last().stage(ElectionFixture.CLOSES + 3_000));
    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.check("CER-09").why())
        .isEqualTo("2 mandates, each of somebody elected; taken back: 1");
  }

  private Act said(SigningKey key, long size, Bytes root) {
    return coalition.act(
        "countersign",
        new Countersigned(key.vkey(), size, root, "abacus", "1", 60, 1, 11, 0, "ROL-02").enc(),
        key);
  }

  @Test
  void whatAnObserverFoundIsBoundToTheLogItWasFoundIn() {
    SigningKey ivan = Coalition.key("observer.example/ivan", Vkey.ED25519);
    SigningKey olga = Coalition.key("olga", Vkey.ED25519);
    long size = record().size();
    Bytes root = record().tree().root(size);
    refused(said(ivan, size, Bytes.zero(32)), Code.WRONG_CONTEXT, "another log");
    refused(said(ivan, size + 1, root), Code.WRONG_CONTEXT, "another log");
    long close = record().closeIndex();
    refused(said(ivan, close, record().tree().root(close)), Code.WRONG_CONTEXT, "without `close`");
    refused(said(Coalition.key("north", Vkey.ED25519), size, root), Code.CONFLICT, "is a body's");
    stands(said(ivan, size, root));
    refused(said(ivan, size, root), Code.CONFLICT, "has spoken");
    stands(said(olga, size, root));
    long longer = record().size();
    stands(said(ivan, longer, record().tree().root(longer)));

    var listed = RecordJson.result(record()).orElseThrow().path("countersigned");
    assertThat(listed).hasSize(3);
    assertThat(listed.get(0).toString())
        .isEqualTo(
            "{\"by\":\"observer.example/ivan\",\"size\":"
                + size
                + ",\"tool\":\"abacus\",\"version\":\"1\",\"passed\":60,\"failed\":1,"
                + "\"notApplicable\":11,\"notChecked\":0,\"first\":\"ROL-02\"}");
    Verifier.Report report =
        MemoryBundle.verify(election.certify().last().stage(ElectionFixture.CLOSES + 3_000));
    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.check("CER-07").why())
        .isEqualTo("3 statements of observers over this log; found something wrong: 3");
  }

  @Test
  void aLogHoldsOnlySoManyStatements() {
    long size = record().size();
    Bytes root = record().tree().root(size);
    for (int i = 0; i < Countersigned.MOST; i++) {
      stands(said(Coalition.key("k" + i, Vkey.ED25519), size, root));
    }
    refused(said(Coalition.key("late", Vkey.ED25519), size, root), Code.RATE_LIMITED, "holds 256");
  }
}
