package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.Coalition.Voter;
import veche.council.Certificate;
import veche.council.Certificate.Count;
import veche.council.Certificate.Verdict;
import veche.council.Dissent;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.wire.Bytes;
import veche.wire.Enc;

/// What bodies may certify over a counted record, and what is refused.
class ProtocolTest {
  private static final Coalition.Door NOWHERE = (act, blobs) -> {};
  private static final Coalition COALITION = new Coalition();
  private static SigningKey north;
  private static SigningKey east;

  @BeforeAll
  static void hold() {
    Vkey log = Coalition.key("vote.example/e/abcdefghij", Vkey.ED25519).vkey();
    COALITION.draw("abcdefghij", log.name(), log.toString(), 1, 2);
    List<Voter> voters = List.of(new Voter(), new Voter(), new Voter(), new Voter());
    COALITION.openFor(NOWHERE, voters);
    cast(voters.get(0), List.of(1, 0, 0), List.of(1, 1));
    cast(voters.get(1), List.of(1, 1, 0), List.of(1, 0));
    cast(voters.get(2), List.of(0, 0, 1), List.of(0, 0));
    cast(voters.get(2), List.of(0, 1, 0), List.of(0, 1));
    COALITION.close(NOWHERE);
    COALITION.decrypt(NOWHERE);
    north = COALITION.body("north");
    east = COALITION.body("east");
  }

  private static void cast(Voter voter, List<Integer> seat, List<Integer> platforms) {
    COALITION.fold(voter.ballot(COALITION, List.of(seat, platforms)));
  }

  private Certificate certificate;

  @BeforeEach
  void write() {
    certificate =
        Protocol.certificate(
            COALITION.record(),
            Protocol.counts(COALITION.record()),
            "veche 0.1.0",
            Verdict.CERTIFIED,
            Bytes.EMPTY);
  }

  @Test
  void itSaysWhatTheRecordGives() {
    assertThat(certificate.result()).isEqualTo(COALITION.record().result().orElseThrow().digest());
    assertThat(certificate.counts())
        .contains(Count.of(1, 4L), Count.of(4, 4L), Count.of(5, 1L), Count.of(6, 0L))
        .contains(Count.of(7, 3L));
    Certificate.Line seat = certificate.contests().get(0);
    assertThat(seat.options())
        .extracting(Certificate.Option::approvals)
        .containsExactly(2L, 2L, 0L);
    assertThat(seat.ties()).hasSize(1);
    assertThat(seat.winners()).containsExactly(seat.ties().get(0).order().getFirst());
    Certificate.Line platforms = certificate.contests().get(1);
    assertThat(platforms.options())
        .extracting(Certificate.Option::approvals)
        .containsExactly(2L, 2L);
    assertThat(platforms.winners()).containsExactly("green", "blue");
    assertThat(Certificate.parse(certificate.text())).isEqualTo(certificate);
  }

  @Test
  void anotherNumberIsRefusedThoughTheResultIsNamedRightly() {
    String text = certificate.text().replace("option: boris 2\n", "option: boris 3\n");

    assertThat(text).isNotEqualTo(certificate.text());
    assertThat(Certificate.parse(text).result()).isEqualTo(certificate.result());
    assertThat(refusal("certificate", text, north, east)).isEqualTo(Code.WRONG_CONTEXT);
  }

  @Test
  void oneBodyAloneCertifiesNothing() {
    assertThat(refusal("certificate", certificate.text(), north))
        .isEqualTo(Code.TOO_FEW_SIGNATURES);
  }

  @Test
  void aDissentSpeaksForItsOwnBodyAndOverThisResult() {
    assertThat(refusal("dissent", dissent("north", certificate.result()), east))
        .isEqualTo(Code.WRONG_CONTEXT);
    assertThat(refusal("dissent", dissent("east", Bytes.zero(32)), east))
        .isEqualTo(Code.WRONG_CONTEXT);
    assertThat(refusal("dissent", "We do not agree.\n", east)).isEqualTo(Code.MALFORMED);

    COALITION.send(NOWHERE, act("dissent", dissent("east", certificate.result()), east));
    assertThat(COALITION.record().dissents()).isNotEmpty();
  }

  private String dissent(String body, Bytes result) {
    return new Dissent(
            certificate.slug(),
            certificate.eid(),
            body,
            certificate.digest(),
            result,
            List.of("The poster of one option was torn down."),
            List.of(),
            List.of())
        .text();
  }

  private static Act act(String type, String text, SigningKey... signers) {
    return COALITION.act(type, Enc.list(Enc.text(text)), signers);
  }

  private static Code refusal(String type, String text, SigningKey... signers) {
    Admission admission = COALITION.record().admit(Entry.parse(act(type, text, signers).encode()));
    assertThat(admission).isInstanceOf(Admission.No.class);
    return ((Admission.No) admission).why().code();
  }
}
