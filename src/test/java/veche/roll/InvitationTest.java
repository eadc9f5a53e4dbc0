package veche.roll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class InvitationTest {
  private static final String SLUG = "abcdefghij";
  private static final Bytes CID = Bytes.utf8("an election").sha256();
  private static final Invitation INVITATION = new Invitation(Bytes.utf8("sixteen letters!"));
  private static final Scalar KEY = Scalar.of(5);

  @Test
  void theInvitedKeyIsAccepted() {
    assertThat(INVITATION.check(INVITATION.enrol(SLUG, CID, 1, KEY), SLUG, CID, 1)).isEmpty();
  }

  @Test
  void aServerThatSwapsTheKeyIsCaught() {
    Enrolment mine = INVITATION.enrol(SLUG, CID, 1, KEY);
    Enrolment theirs = new Invitation(Bytes.zero(16)).enrol(SLUG, CID, 1, Scalar.of(6));
    var swapped = new Enrolment(mine.codeId(), theirs.vk(), theirs.t(), theirs.z(), mine.mac());

    assertThat(check(swapped, SLUG, CID, 1)).contains(Code.BAD_SIGNATURE);
  }

  @Test
  void anEnrolmentServesOneInvitationOneElectionAndOneRegistrar() {
    Enrolment enrolment = INVITATION.enrol(SLUG, CID, 1, KEY);
    var other = new Invitation(Bytes.zero(16));

    assertThat(other.check(enrolment, SLUG, CID, 1).map(Refused::code)).contains(Code.UNKNOWN_KEY);
    assertThat(check(enrolment, "bbbbbbbbbb", CID, 1)).contains(Code.BAD_SIGNATURE);
    assertThat(check(enrolment, SLUG, CID.sha256(), 1)).contains(Code.BAD_PROOF);
    assertThat(check(enrolment, SLUG, CID, 0)).contains(Code.BAD_PROOF);
  }

  @Test
  void aKeyThatNobodyProvedToHoldIsRefused() {
    Enrolment e = INVITATION.enrol(SLUG, CID, 1, KEY);
    var shifted = new Enrolment(e.codeId(), e.vk(), e.t(), e.z().plus(Scalar.ONE), e.mac());

    assertThat(check(shifted, SLUG, CID, 1)).contains(Code.BAD_PROOF);
  }

  @Test
  void theLinkAndTheIdFollowTheDoors() {
    assertThat(INVITATION.fragment(2)).isEqualTo("i=" + INVITATION.code().base32() + "&r=2");
    assertThat(INVITATION.codeId().length()).isEqualTo(16);
    assertThat(INVITATION.toString()).doesNotContain(INVITATION.code().hex());
  }

  @Test
  void aShortCodeIsRefused() {
    assertThatThrownBy(() -> new Invitation(Bytes.zero(15))).isInstanceOf(Malformed.class);
  }

  @Test
  void anEnrolmentIsReadBackAlsoUnderItsNumber() {
    Enrolment enrolment = INVITATION.enrol(SLUG, CID, 1, KEY);
    var numbered = new Enrolment.Numbered(41, enrolment);
    Bytes pulled = Enc.list(Enc.list(numbered.enc())).encode();

    assertThat(Enrolment.read(enrolment.enc().encode())).isEqualTo(enrolment);
    assertThat(
            Enc.parse(pulled, Point::decode)
                .fields("pulled")
                .list("enrolments", Enrolment.Numbered::read))
        .containsExactly(numbered);
    assertThatThrownBy(() -> Enrolment.read(numbered.enc().encode())).isInstanceOf(Malformed.class);
  }

  private static Optional<Code> check(Enrolment enrolment, String slug, Bytes cid, int registrar) {
    return INVITATION.check(enrolment, slug, cid, registrar).map(Refused::code);
  }
}
