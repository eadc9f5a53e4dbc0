package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.wire.Bytes;
import veche.wire.Malformed;

class KeyFileTest {
  private static final char[] WORDS = "семь слов are seven words".toCharArray();
  private static final Bytes SECRET =
      Bytes.fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

  @TempDir private Path folder;

  @Test
  void aKeyFileGivesBackItsKeyOfEitherKind() throws IOException {
    for (var kind : KeyFile.Kind.values()) {
      var file = write(kind);
      assertThat(KeyFile.read(file, WORDS)).isEqualTo(new KeyFile.Key(kind, SECRET));
    }
  }

  @Test
  void onlyTheOwnerMayReadItAndNothingElseIsLeftInTheFolder() throws IOException {
    var file = write(KeyFile.Kind.ED25519);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assumeThat(file.getFileSystem().supportedFileAttributeViews()).contains("posix");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aWrongPassphraseIsRefusedWithoutNamingAnySecret() throws IOException {
    var file = write(KeyFile.Kind.ED25519);
    for (var wrong : List.of("", "seven", "семь слов are seven words ")) {
      assertThatThrownBy(() -> KeyFile.read(file, wrong.toCharArray()))
          .isInstanceOf(Malformed.class)
          .hasMessage("wrong passphrase, or a damaged key file")
          .hasNoCause();
    }
  }

  @Test
  void anExistingKeyIsNeverReplaced() throws IOException {
    var file = write(KeyFile.Kind.ED25519);
    var before = Files.readAllBytes(file);
    assertThatThrownBy(() -> write(KeyFile.Kind.ED25519))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void filesThatAreNotKeyFilesAreRefused() throws IOException {
    var file = folder.resolve("other.pem");
    var good = Files.readString(write(KeyFile.Kind.P256));
    for (var text :
        List.of(
            "",
            "nothing",
            good.replace("ENCRYPTED ", ""),
            good.substring(0, 200) + good.substring(220),
            good.replaceFirst("MII?", "AAA"))) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> KeyFile.read(file, WORDS))
          .isInstanceOfAny(Malformed.class, IOException.class);
    }
  }

  @Test
  void aFileThatOpensslWroteIsReadUnlessItsCostIsOutOfBounds() throws Exception {
    var plain = folder.resolve("plain.pem").toString();
    var file = folder.resolve("openssl.pem");
    openssl("genpkey", "-algorithm", "ed25519", "-out", plain);
    var convert =
        List.of("pkcs8", "-topk8", "-scrypt", "-in", plain, "-passout", "pass:abc", "-out");
    openssl(with(convert, file.toString()));
    assertThat(KeyFile.read(file, "abc".toCharArray()).kind()).isEqualTo(KeyFile.Kind.ED25519);

    openssl(
        with(convert, file.toString(), "-scrypt_N", "1024", "-scrypt_r", "16", "-scrypt_p", "1"));
    assertThatThrownBy(() -> KeyFile.read(file, "abc".toCharArray()))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("scrypt parameters");
  }

  @Test
  void stockOpensslReadsItAndSignsANoteWithIt() throws Exception {
    var file = write(KeyFile.Kind.ED25519);
    var body = folder.resolve("body.txt");
    Files.writeString(body, "a note\n");
    var pass = "pass:" + new String(WORDS);
    var signature = folder.resolve("signature");
    openssl(
        "pkeyutl",
        "-sign",
        "-rawin",
        "-inkey",
        file.toString(),
        "-passin",
        pass,
        "-in",
        body.toString(),
        "-out",
        signature.toString());
    var key = new SigningKey("a", Vkey.ED25519, SECRET).vkey();
    var line = Note.line(key, Bytes.of(Files.readAllBytes(signature)));
    assertThat(Note.verifies("a note\n", line, key)).isTrue();

    var curve = write(KeyFile.Kind.P256);
    assertThat(openssl("pkey", "-in", curve.toString(), "-passin", pass, "-text", "-noout"))
        .contains("prime256v1");
  }

  private Path write(KeyFile.Kind kind) throws IOException {
    var file = folder.resolve(kind + ".pem");
    KeyFile.write(file, kind, SECRET, WORDS, Entropy.system());
    return file;
  }

  private static String[] with(List<String> first, String... rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toArray(String[]::new);
  }

  /// Runs OpenSSL, or skips the test where there is none.
  private static String openssl(String... arguments) throws Exception {
    var command = Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList();
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeThat(e).as("openssl is not on the PATH").isNull();
      throw e;
    }
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
