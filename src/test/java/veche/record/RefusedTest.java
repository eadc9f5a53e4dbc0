package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import veche.council.Certificate;
import veche.election.Code;
import veche.wire.Enc;

/// record §6: a certificate may say that the bodies do not certify; the record says so too.
class RefusedTest {
  private final ElectionFixture election =
      new ElectionFixture().opened(4).votedOnce().closed().decrypt(1, 2);

  private Record record() {
    return election.coalition.record();
  }

  @Test
  void aResultThatTheBodiesDoNotCertifyIsRefusedAndStaysSo() {
    election.refuse();

    assertThat(record().phase()).isEqualTo(Phase.REFUSED);
    assertThat(record().phase().closed()).isTrue();
    Enc other = Enc.list(Enc.text(election.certificate()));
    assertThat(
            record()
                .admit(Entry.parse(election.act("certificate", other, "north", "east").encode())))
        .isInstanceOfSatisfying(
            Admission.No.class, no -> assertThat(no.why().code()).isEqualTo(Code.WRONG_PHASE));

    election.decrypt(3).last();
    assertThat(record().phase()).isEqualTo(Phase.FINAL);
    assertThat(record().ignored()).isEmpty();
    String text = record().certificate().orElseThrow().text();
    assertThat(Certificate.parse(text).verdict()).isEqualTo(Certificate.Verdict.NOT_CERTIFIED);
  }

  /// The record is in order, and nobody who reads the verifier's lines can take it for certified.
  @Test
  void theVerifierPassesSuchARecordAndSaysWhatWasSigned() {
    election.refuse().last().stage(ElectionFixture.CLOSES + 3_000);

    Verifier.Report report = MemoryBundle.verify(election);

    assertThat(report.exit()).isZero();
    assertThat(report.check("CER-02").why()).contains("not-certified").contains("north");
    assertThat(MemoryBundle.verify(ElectionFixture.good()).check("CER-02").why())
        .startsWith("verdict certified,");
  }

  @Test
  void anOrdinaryCertificateLeadsToCertified() {
    election.certify();

    assertThat(record().phase()).isEqualTo(Phase.CERTIFIED);
  }
}
