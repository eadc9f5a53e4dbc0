package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.record.Act;
import veche.record.ElectionFixture;
import veche.wire.Bytes;

/// checks §6: acts and a certificate, checked by a program that we did not write.
class ShowCommandTest {
  @TempDir private Path folder;
  private String said = "";

  private int show(ElectionFixture f, long leaf) throws IOException {
    Path bundle = folder.resolve("bundle");
    if (!Files.exists(bundle)) ElectionFixture.folder(bundle, f.files());
    Path trust = Files.writeString(folder.resolve("trust"), f.trust());
    List<String> all = new ArrayList<>(List.of("show", "--lang", "en", bundle.toString()));
    all.addAll(List.of("" + leaf, "--trust", trust.toString(), "--out", out(leaf).toString()));
    PrintStream before = System.out;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream into = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      System.setOut(into);
      return Veche.run(new CommandLine(new Veche()), all.toArray(String[]::new));
    } finally {
      System.setOut(before);
      said = text.toString(StandardCharsets.UTF_8);
    }
  }

  private Path out(long leaf) {
    return folder.resolve("leaf-" + leaf);
  }

  private static long find(ElectionFixture f, String type) {
    for (int i = 0; i < f.leaves.size(); i++) {
      try {
        if (Act.parse(f.leaves.get(i)).type().equals(type)) return i;
      } catch (veche.wire.Malformed e) {
        // a ballot is no act
      }
    }
    throw new AssertionError("no " + type);
  }

  /// Whether OpenSSL accepts a signature; skipped with one line where there is none.
  private static boolean openssl(Path folder, String signer) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "pkeyutl", "-verify", "-rawin"));
    command.addAll(List.of("-pubin", "-inkey", signer + ".pem"));
    command.addAll(List.of("-sigfile", signer + ".sig", "-in", "body.txt"));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return abort("no openssl here");
    }
  }

  @Test
  void opensslChecksTheBodiesSignaturesUnderAnActAndACertificate() throws Exception {
    ElectionFixture f = ElectionFixture.good();
    for (String type : List.of("open", "certificate")) {
      long leaf = find(f, type);
      assertThat(show(f, leaf)).as(said).isZero();
      Path out = out(leaf);
      List<String> body = Files.readAllLines(out.resolve("body.txt"));
      assertThat(body.get(1)).isEqualTo(type);
      Bytes signed = Bytes.of(Files.readAllBytes(out.resolve("signed.bin")));
      assertThat(signed.sha256().hex()).isEqualTo(body.get(3));
      assertThat(openssl(out, "1")).isTrue();
      assertThat(openssl(out, "2")).isTrue();

      Files.copy(out.resolve("2.sig"), out.resolve("other.sig"));
      Files.copy(out.resolve("1.pem"), out.resolve("other.pem"));
      assertThat(openssl(out, "other")).isFalse();
      Files.writeString(out.resolve("body.txt"), "veche.act/v1\n");
      assertThat(openssl(out, "1")).isFalse();
    }
    byte[] signed = Files.readAllBytes(out(find(f, "certificate")).resolve("signed.bin"));
    assertThat(new String(signed, StandardCharsets.UTF_8)).contains(f.certificate());
  }

  @Test
  void whatIsNoActOfABodyIsSaidToBeNone() throws IOException {
    ElectionFixture f = ElectionFixture.good();
    assertThat(show(f, find(f, "open") + 1)).isEqualTo(3);
    assertThat(show(f, 1_000_000)).isEqualTo(3);
    assertThat(said).contains("leaves");
    assertThat(show(f, find(f, "decrypt"))).isEqualTo(1);
    assertThat(said).contains("no body of the trust file");
  }
}
