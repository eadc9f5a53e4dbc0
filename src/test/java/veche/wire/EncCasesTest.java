package veche.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.crypto.Point;

class EncCasesTest {
  private static final JsonNode CASES = Cases.read("crypto/enc.json");

  @Test
  void everyTreeHasTheBytesOfTheVectorsAndComesBackFromThem() {
    Cases.forEach(
        CASES.get("accept"),
        c -> {
          assertThat(Cases.tree(c.get("tree")).encode()).isEqualTo(Cases.hex(c.get("enc")));
          assertThat(Enc.parse(Cases.hex(c.get("enc")), Point::decode))
              .isEqualTo(Cases.tree(c.get("tree")));
        });
  }

  @Test
  void aWriterBringsTextToNfc() {
    Cases.forEach(
        CASES.get("normalize"),
        c -> assertThat(Cases.tree(c.get("tree")).encode()).isEqualTo(Cases.hex(c.get("enc"))));
  }

  @Test
  void bytesThatAreNoEncodingAreRefused() {
    Cases.forEach(
        CASES.get("refuse"),
        c ->
            assertThatThrownBy(() -> Enc.parse(Cases.hex(c.get("enc")), Point::decode))
                .isInstanceOf(Malformed.class));
  }

  @Test
  void valuesWithoutAnEncodingAreRefused() {
    Cases.forEach(
        CASES.get("refuseEncode"),
        c ->
            assertThatThrownBy(() -> Cases.tree(c.get("tree")).encode())
                .isInstanceOfAny(Malformed.class, NumberFormatException.class));
  }

  /// attacks.md row 15.
  @Test
  void attack15_differentTreesNeverShareBytes() {
    Cases.forEach(
        CASES.get("distinct"),
        c -> {
          Set<Bytes> seen = new HashSet<>();
          for (JsonNode item : c.get("items")) {
            Bytes encoding = Cases.tree(item.get("tree")).encode();
            assertThat(encoding).isEqualTo(Cases.hex(item.get("enc")));
            assertThat(seen.add(encoding)).isTrue();
          }
        });
  }

  /// attacks.md rows 7 and 12, for the one encoding: whatever comes, an answer or a refusal.
  @Test
  void attack15_aMutatedEncodingIsRefusedOrIsTheEncodingOfWhatWasRead() {
    long seed = 20261123;
    Random random = new Random(seed);
    for (JsonNode c : CASES.get("accept")) {
      byte[] good = Cases.hex(c.get("enc")).toArray();
      for (int round = 0; round < 100; round++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        Bytes input = Bytes.of(bad);
        try {
          assertThat(Enc.parse(input, Point::decode).encode()).as("seed " + seed).isEqualTo(input);
        } catch (Malformed refused) {
          assertThat(refused.getMessage()).isNotBlank();
        }
      }
    }
  }
}
