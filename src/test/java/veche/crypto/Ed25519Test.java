package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.wire.Bytes;

/// The cases of `src/spec/vectors/log/ed25519.txt`, which the page's tests read too.
class Ed25519Test {
  private static final Path CASES = Path.of("src/spec/vectors/log/ed25519.txt");

  @Test
  void rfc8032SignaturesAreMadeByteForByte() throws IOException {
    var signed = 0;
    for (var words : cases()) {
      if (!words[0].equals("sign")) continue;
      var seed = Bytes.fromHex(words[2]);
      var key = Bytes.fromHex(words[3]);
      var signature = Bytes.fromHex(words[5]);
      assertThat(Ed25519.publicKey(seed)).as(words[1]).isEqualTo(key);
      assertThat(Ed25519.sign(seed, message(words[4]))).as(words[1]).isEqualTo(signature);
      assertThat(Ed25519.verify(key, message(words[4]), signature)).as(words[1]).isTrue();
      signed++;
    }
    assertThat(signed).isEqualTo(5);
  }

  @Test
  void whatOtherVerifiersMayAcceptIsRefused() throws IOException {
    var wrong = new ArrayList<String>();
    var judged = 0;
    for (var words : cases()) {
      if (words[0].equals("sign")) continue;
      var accepted =
          Ed25519.verify(Bytes.fromHex(words[2]), message(words[3]), Bytes.fromHex(words[4]));
      if (accepted != words[0].equals("accept")) wrong.add(words[1]);
      judged++;
    }
    assertThat(wrong).isEmpty();
    assertThat(judged).isGreaterThan(50);
  }

  @Test
  void everyFlippedBitOfASignatureIsRefused() {
    var seed = Bytes.zero(32);
    var key = Ed25519.publicKey(seed);
    byte[] message = {1, 2, 3};
    var good = Ed25519.sign(seed, message).toArray();
    for (int bit = 0; bit < 8 * good.length; bit++) {
      var flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Ed25519.verify(key, message, Bytes.wrap(flipped))).as("bit " + bit).isFalse();
    }
  }

  private static List<String[]> cases() throws IOException {
    return Files.readAllLines(CASES).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .toList();
  }

  private static byte[] message(String hex) {
    return hex.equals("-") ? new byte[0] : Bytes.fromHex(hex).toArray();
  }
}
