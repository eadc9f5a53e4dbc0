package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §5 and §15 line 12: RFC 9180's own known answers and those of the CFRG for our suite,
/// and shares as an independent program sealed them.
class HpkeCasesTest {
  @Test
  void knownAnswersOfRfc9180AreSealedToTheByteAndOpened() {
    Set<Integer> aeads = new TreeSet<>();
    Cases.forEach(
        Cases.read("crypto/from-cfrg/hpke.json").get("cases"),
        c -> {
          short aead = (short) c.get("aead_id").asInt();
          JsonNode first = c.get("encryptions").get(0);
          Scalar secret = Cases.scalar(c.get("skRm"));
          Scalar ephemeral = Cases.scalar(c.get("skEm"));
          Bytes info = Cases.hex(c.get("info"));
          Bytes aad = Cases.hex(first.get("aad"));
          Bytes plaintext = Cases.hex(first.get("plaintext"));
          Hpke.Sealed sealed =
              new Hpke.Sealed(Cases.hex(c.get("enc")), Cases.hex(first.get("ciphertext")));

          assertThat(Hpke.publicKey(secret)).isEqualTo(Cases.hex(c.get("pkRm")));
          assertThat(Hpke.seal(aead, Hpke.publicKey(secret), info, aad, plaintext, ephemeral))
              .isEqualTo(sealed);
          assertThat(Hpke.open(aead, sealed, secret, info, aad)).isEqualTo(plaintext);
          Hpke.Sealed torn = new Hpke.Sealed(sealed.enc(), sealed.ciphertext().slice(0, 44));
          Hpke.Sealed other =
              new Hpke.Sealed(Hpke.publicKey(Scalar.ONE), Cases.hex(first.get("ciphertext")));
          refused(() -> Hpke.open(aead, sealed, secret, info, info));
          refused(() -> Hpke.open(aead, sealed, secret, aad, aad));
          refused(() -> Hpke.open(aead, sealed, ephemeral, info, aad));
          refused(() -> Hpke.open(aead, torn, secret, info, aad));
          refused(() -> Hpke.open(aead, other, secret, info, aad));
          aeads.add((int) aead);
        });
    assertThat(aeads).as("the protocol's own among them").contains((int) Hpke.AEAD).hasSize(2);
  }

  private static void refused(ThrowableAssert.ThrowingCallable open) {
    assertThatThrownBy(open).isInstanceOf(Malformed.class);
  }

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
