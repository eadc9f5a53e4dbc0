package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

class HomeTest {
  @TempDir private Path folder;

  private Home home(String passphrase) {
    return new Home(folder, passphrase.toCharArray());
  }

  @Test
  void aKeyIsMadeOnceAndOpensWithItsPassphraseAlone() {
    Vkey key = home("right").create("berlin/trustee", Vkey.ED25519, Entropy.system());

    assertThat(home("right").key().vkey()).isEqualTo(key);
    assertThatThrownBy(() -> home("wrong").key()).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> home("right").create("x", Vkey.ED25519, Entropy.system()))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void twoProgramsDoNotWorkInOneFolder() {
    home("a").lock();

    assertThatThrownBy(() -> home("a").lock()).isInstanceOf(Malformed.class);
  }

  /// What a crash left of a line must not swallow the next: a trustee's memory of the list it
  /// answered for is such a line.
  @Test
  void aTornLineDoesNotHideTheNextOne() throws Exception {
    Files.writeString(folder.resolve("memory"), "list ab");
    home("a").append("memory", "list cd 0 main ef");

    assertThat(home("a").lines("memory")).containsExactly("list ab", "list cd 0 main ef");
  }

  @Test
  void secretsOnTheDiskAreTheirOwnersAlone() throws Exception {
    Home.writeSecret(folder.resolve("links"), "code");
    home("a").keepSecret("share", veche.crypto.KeyFile.Kind.P256, one(), Entropy.system());

    for (String file : new String[] {"links", "share.pem"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .isEqualTo("rw-------");
    }
    assertThatThrownBy(() -> Home.writeSecret(folder.resolve("links"), "other"))
        .isInstanceOf(Malformed.class);
  }

  private static Bytes one() {
    byte[] out = new byte[32];
    out[31] = 1;
    return Bytes.of(out);
  }

  @Test
  void aFileThatIsNotThereIsNamedInOneSentence() {
    int code =
        Veche.run(
            new picocli.CommandLine(new Veche()),
            new String[] {
              "body",
              "open",
              "--state",
              folder.toString(),
              "--election",
              "http://127.0.0.1:1/e/aaaaaaaaaa",
              "--trust",
              folder.resolve("none").toString()
            });

    assertThat(code).isEqualTo(2);
  }
}
