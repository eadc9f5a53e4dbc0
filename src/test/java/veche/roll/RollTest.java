package veche.roll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.crypto.Ed25519;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class RollTest {
  private static final Bytes CID = Bytes.utf8("an election").sha256();
  private static final Bytes SIGNATURE = Bytes.zero(64);

  @Test
  void whatIsFrozenIsReadBackInTheOrderOfTheKeys() {
    List<RollRow> rows = List.of(row(1, 0), row(2, 0), row(3, 0));

    List<RollRow> read = Roll.read(Roll.blob(rows));

    assertThat(read).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(read).isSortedAccordingTo(Comparator.comparing(RollRow::vkBytes));
    assertThat(Roll.blob(read)).isEqualTo(Roll.blob(rows));
  }

  @Test
  void aBlobOutOfOrderIsRefused() {
    List<RollRow> rows = Roll.read(Roll.blob(List.of(row(1, 0), row(2, 0)))).reversed();
    Bytes blob = Enc.list(rows, RollRow::enc).encode();

    assertThatThrownBy(() -> Roll.read(blob))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("order");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    Bytes blob = Enc.list(List.of(row(1, 0), row(1, 0)), RollRow::enc).encode();

    assertThatThrownBy(() -> Roll.read(blob))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> Roll.blob(List.of(row(1, 0), row(1, 0))))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void ofTwoRegistrarsWithOneKeyTheLowestStaysAndTheOtherIsNamed() {
    Roll roll =
        Roll.merge(
            List.of(
                List.of(row(1, 0), row(2, 0)), List.of(row(2, 1), row(3, 1)), List.of(row(2, 2))));

    assertThat(roll.size()).isEqualTo(3);
    assertThat(roll.sizes()).containsExactly(2L, 1L, 0L);
    assertThat(roll.row(row(2, 0).vkBytes()).orElseThrow().registrar()).isZero();
    assertThat(roll.duplicates()).containsExactly(row(2, 1), row(2, 2));
    assertThat(roll.contains(row(3, 1).vkBytes())).isTrue();
    assertThat(roll.contains(row(4, 1).vkBytes())).isFalse();
    assertThat(Roll.read(roll.blob())).isEqualTo(roll.rows());
    assertThat(roll.root()).isEqualTo(Roll.blob(roll.rows()).sha256());
  }

  @Test
  void aRegistrarCannotFreezeAnothersRow() {
    assertThatThrownBy(() -> Roll.merge(List.of(List.of(row(1, 1))))).isInstanceOf(Malformed.class);
  }

  @Test
  void aRowHoldsOnlyWithItsRegistrarsSignature() {
    RollRow row = row(1, 0);

    assertThat(
            Roll.checkRow(
                row,
                CID,
                (message, signature) ->
                    message.equals(RollRow.signedBytes(CID, row.vk()))
                        && signature.equals(SIGNATURE)))
        .isEmpty();
    assertThat(Roll.checkRow(row, CID, (message, signature) -> false))
        .map(Refused::code)
        .contains(Code.BAD_SIGNATURE);
  }

  @Test
  void theRegistrarsKeyIsTheOneThatSigned() {
    var registrar = new SigningKey("north/registrar", Vkey.ED25519, Bytes.utf8("seed").sha256());
    var another = new SigningKey("north/registrar", Vkey.ED25519, Bytes.zero(32));
    Point vk = Point.base(Scalar.of(1));
    Bytes signature = Ed25519.sign(registrar.seed(), RollRow.signedBytes(CID, vk).unsafeArray());
    RollRow row =
        new Invitation(Bytes.zero(16)).enrol("aaaaaaaaaa", CID, 0, Scalar.of(1)).row(0, signature);

    assertThat(Roll.checkRow(row, CID, registrar.vkey())).isEmpty();
    assertThat(Roll.checkRow(row, CID, another.vkey()))
        .map(Refused::code)
        .contains(Code.BAD_SIGNATURE);
  }

  @Test
  void aRowHoldsOnlyWithAProofForItsKeyItsRegistrarAndItsElection() {
    RollRow one = row(1, 0);
    RollRow two = row(2, 0);
    var stolen = new RollRow(two.vk(), 0, SIGNATURE, one.popT(), one.popZ());
    var moved = new RollRow(one.vk(), 1, SIGNATURE, one.popT(), one.popZ());

    assertThat(proofHolds(one, CID)).isTrue();
    assertThat(proofHolds(stolen, CID)).isFalse();
    assertThat(proofHolds(moved, CID)).isFalse();
    assertThat(proofHolds(one, CID.sha256())).isFalse();
  }

  private static boolean proofHolds(RollRow row, Bytes cid) {
    var refused = Roll.checkRow(row, cid, (message, signature) -> true);
    refused.ifPresent(r -> assertThat(r.code()).isEqualTo(Code.BAD_PROOF));
    return refused.isEmpty();
  }

  static RollRow row(long secret, int registrar) {
    Invitation invitation = new Invitation(Bytes.zero(16));
    return invitation
        .enrol("aaaaaaaaaa", CID, registrar, Scalar.of(secret))
        .row(registrar, SIGNATURE);
  }
}
