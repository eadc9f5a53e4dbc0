package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §5 and §15 line 12: shares as an independent program sealed them. RFC 9180 prints no
/// vector of the suite P-256, HKDF-SHA256, AES-256-GCM, so these are the known answers.
class HpkeCasesTest {
  @Test
  void sharesAreSealedToTheByteAndOpenedAsTheVectorsSay() {
    int[] seen = {0};
    Cases.forEach(
        Cases.read("crypto/dkg.json").get("ceremonies"),
        c -> {
          Bytes info =
              Enc.text("veche/1/dkg-share")
                  .encode()
                  .concat(Enc.bytes(Cases.hex(c.get("dctx"))).encode());
          for (JsonNode from : c.get("trustees")) {
            for (JsonNode share : from.get("shares")) {
              if (!share.has("ct")) continue;
              JsonNode to = c.get("trustees").get(share.get("j").asInt() - 1);
              Bytes aad = Cases.hex(share.get("aad"));
              Hpke.Sealed expected =
                  new Hpke.Sealed(Cases.hex(share.get("enc")), Cases.hex(share.get("ct")));
              assertThat(
                      Hpke.seal(
                          Cases.hex(to.get("ek")),
                          info,
                          aad,
                          Cases.hex(share.get("s")),
                          Cases.scalar(share.get("hpkeEphemeralSecret"))))
                  .isEqualTo(expected);
              assertThat(Hpke.open(expected, Cases.scalar(to.get("ekSecret")), info, aad))
                  .isEqualTo(Cases.hex(share.get("s")));
              seen[0]++;
            }
          }
        });
    assertThat(seen[0]).isGreaterThan(5);
  }
}
