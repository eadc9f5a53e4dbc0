package veche.roll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.Cases.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.crypto.Ed25519;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Vkey;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class RollCasesTest {
  private static final JsonNode FILE = Cases.read("roll/roll.json");
  private static final Bytes CID = hex(FILE.get("cid"));
  private static final String SLUG = FILE.get("slug").asText();

  @Test
  void enrolmentsAndTheirRowsAreThoseOfTheCases() {
    Cases.forEach(
        FILE.get("enrolments"),
        one -> {
          int registrar = one.get("registrar").asInt();
          var invitation = new Invitation(hex(one.get("code")));
          Scalar key = Scalar.decode(hex(one.get("key")));
          Point vk = Point.decode(hex(one.get("vk")));

          Enrolment enrolment = invitation.enrol(SLUG, CID, registrar, key);

          assertThat(invitation.codeId()).isEqualTo(hex(one.get("codeId")));
          assertThat(invitation.fragment(registrar)).isEqualTo(one.get("fragment").asText());
          assertThat(enrolment.vk()).isEqualTo(vk);
          assertThat(enrolment.t()).isEqualTo(Point.decode(hex(one.get("T"))));
          assertThat(enrolment.z()).isEqualTo(Scalar.decode(hex(one.get("z"))));
          assertThat(enrolment.mac()).isEqualTo(hex(one.get("mac")));
          assertThat(enrolment.enc().encode()).isEqualTo(hex(one.get("body")));
          assertThat(invitation.check(enrolment, SLUG, CID, registrar)).isEmpty();

          Bytes signed = RollRow.signedBytes(CID, vk);
          Bytes seed = hex(FILE.get("registrars").get(registrar).get("seed"));
          Bytes signature = Ed25519.sign(seed, signed.toArray());
          assertThat(signed).isEqualTo(hex(one.get("signed")));
          assertThat(signature).isEqualTo(hex(one.get("signature")));

          RollRow row = enrolment.row(registrar, signature);
          assertThat(row.enc().encode()).isEqualTo(hex(one.get("row")));
          assertThat(Roll.checkRow(row, CID, registrar(registrar))).isEmpty();
        });
  }

  @Test
  void theFrozenBlobsMakeTheRoll() {
    List<List<RollRow>> frozen = new ArrayList<>();
    Cases.forEach(
        FILE.get("frozen"),
        one -> {
          Bytes blob = hex(one.get("blob"));
          List<RollRow> rows = Roll.read(blob);
          assertThat(rows).hasSize(one.get("count").asInt());
          assertThat(Roll.blob(rows.reversed())).isEqualTo(blob);
          assertThat(blob.sha256()).isEqualTo(hex(one.get("root")));
          frozen.add(rows);
        });
    JsonNode merged = FILE.get("merged");

    Roll roll = Roll.merge(frozen);

    assertThat(roll.blob()).isEqualTo(hex(merged.get("blob")));
    assertThat(roll.root()).isEqualTo(hex(merged.get("root")));
    assertThat(roll.size()).isEqualTo(merged.get("size").asInt());
    assertThat(roll.sizes()).containsExactly(3L, 1L);
    assertThat(roll.duplicates())
        .extracting(row -> row.enc().encode().hex())
        .containsExactly(merged.get("duplicates").get(0).asText());
  }

  @Test
  void rowsThatDoNotHoldAreRefusedWithTheirCode() {
    Cases.forEach(
        FILE.get("refused"),
        one -> {
          Enc row = Enc.parse(hex(one.get("row")), Point::decode);
          assertThat(Roll.checkRow(RollRow.read(Enc.list(row).fields("rows")), CID, registrar(0)))
              .map(Refused::code)
              .map(code -> code.id())
              .contains(one.get("code").asText());
        });
  }

  @Test
  void blobsThatAreNoRowsAreMalformed() {
    Cases.forEach(
        FILE.get("malformed"),
        one ->
            assertThatThrownBy(() -> Roll.read(hex(one.get("blob"))))
                .isInstanceOf(Malformed.class));
  }

  private static Vkey registrar(int position) {
    return new Vkey(
        "north/registrar", Vkey.ED25519, hex(FILE.get("registrars").get(position).get("key")));
  }
}
