package veche.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import veche.wire.Bytes;

class FingerprintTest {
  @Test
  void theCasesAreNamedByTheirWords() throws IOException {
    var file = Json.read(Files.readString(Path.of("src/spec/vectors/view/fingerprint.json")));

    assertThat(file.get("cases")).hasSizeGreaterThan(3);
    for (var one : file.get("cases")) {
      Bytes bytes = Bytes.fromHex(one.get("bytes").textValue());
      assertThat(bytes.sha256().hex()).isEqualTo(one.get("digest").textValue());
      assertThat(Fingerprint.of(bytes)).isEqualTo(one.get("words").textValue());
    }
  }

  @Test
  void theFirstAndTheLastWordStandAtTheEnds() {
    assertThat(Fingerprint.ofDigest(Bytes.zero(32)).split(" ")).hasSize(12).containsOnly("abandon");
    assertThat(Fingerprint.ofDigest(Bytes.fromHex("ff".repeat(32))).split(" ")).containsOnly("zoo");
  }

  @Test
  void onlyADigestIsTakenForADigest() {
    assertThatThrownBy(() -> Fingerprint.ofDigest(Bytes.zero(33)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
