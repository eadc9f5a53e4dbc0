package veche.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import veche.record.Check;
import veche.record.ElectionFixture;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;

/// checks §1 as an observer meets it: words, exit codes, and input that means no good.
class VerifyCommandTest {
  @TempDir Path folder;

  private Path tree;
  private Path trust;
  private String said = "";

  @BeforeEach
  void aGoodBundle() throws IOException {
    tree = ElectionFixture.folder(folder.resolve("tree"), ElectionFixture.good().files());
    trust = Files.writeString(folder.resolve("trust.txt"), ElectionFixture.good().trust());
  }

  private int verify(Object... arguments) {
    List<String> all = new ArrayList<>(List.of("verify", "--lang", "en"));
    for (Object argument : arguments) all.add(argument.toString());
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    try (PrintStream into = new PrintStream(both, true, StandardCharsets.UTF_8)) {
      System.setOut(into);
      System.setErr(into);
      return Veche.run(new CommandLine(new Veche()), all.toArray(String[]::new));
    } finally {
      System.setOut(out);
      System.setErr(err);
      said = both.toString(StandardCharsets.UTF_8);
    }
  }

  /// log §7: written by the verifier, and compared with one that somebody hands out.
  @Test
  void theProtocolIsWrittenAndAnotherOneIsTold() throws IOException {
    Path file = folder.resolve("protocol.txt");
    assertThat(verify(tree, "--trust", trust, "--protocol", file)).isZero();
    assertThat(verify(tree, "--trust", trust, "--same-protocol", file)).isZero();
    assertThat(said).contains("the protocol is the same, line by line");

    String text = Files.readString(file);
    Files.writeString(file, text.replace("4 (four)", "5 (five)"));
    assertThat(verify(tree, "--trust", trust, "--same-protocol", file)).isEqualTo(1);
    assertThat(said).contains("4 (four)\", the file says").contains("5 (five)\"");
    Files.writeString(file, text + "and more\n");
    assertThat(verify(tree, "--trust", trust, "--same-protocol", file)).isEqualTo(1);
    assertThat(verify(tree, "--trust", trust, "--protocol", "-")).isZero();
    assertThat(said).contains(text);
  }

  @Test
  void theReportIsAPageThatAsksNobodyForAnything() throws IOException {
    Path page = folder.resolve("report.html");
    assertThat(verify(tree, "--trust", trust, "--html", page)).isZero();

    String html = Files.readString(page);
    for (String id : Check.IDS) assertThat(html).contains(">" + id + "<");
    assertThat(html)
        .contains("class=\"verdict exit-0\"")
        .contains("PROTOCOL OF THE RESULTS")
        .doesNotContain("<script")
        .doesNotContainPattern("(src|href)=");

    String wrong = Files.readString(trust).replace("rule certify 2", "rule certify 3");
    Path other = Files.writeString(folder.resolve("other.txt"), wrong);
    assertThat(verify(tree, "--trust", other, "--html", page)).isEqualTo(1);
    assertThat(Files.readString(page))
        .contains("class=\"check fail\"")
        .contains("too few stand for the result");
  }

  @Test
  void aGoodBundleEndsWithZeroAndALineForEveryCheck() {
    assertThat(verify(tree, "--trust", trust)).isZero();

    for (String id : Check.IDS) assertThat(said).contains("\n" + id + "  ");
    assertThat(said).contains("Everything that is required holds.");
  }

  @Test
  void withoutATrustFileItEndsWithTwo() {
    assertThat(verify(tree)).isEqualTo(2);
    assertThat(said).contains("--trust");
  }

  @Test
  void theFirstFailureIsExplainedAndEndsWithOne() throws IOException {
    Path tile = tree.resolve("tile/0/000.p/" + ElectionFixture.good().leaves.size());
    byte[] hashes = Files.readAllBytes(tile);
    hashes[0] ^= 1;
    Files.write(tile, hashes);

    assertThat(verify(tree, "--trust", trust)).isEqualTo(1);
    assertThat(said)
        .contains("The first thing wrong is LOG-02.")
        .contains(Words.ENGLISH.text("check.LOG-02"))
        .contains(Words.ENGLISH.text("check.LOG-02.false"));
  }

  @Test
  void theReportIsAlsoThereForPrograms() {
    assertThat(verify(tree, "--trust", trust, "--json", "-")).isZero();

    var report = Json.read(said);
    assertThat(report.get("exit").asInt()).isZero();
    assertThat(report.get("checks")).hasSize(72);
    assertThat(report.get("checks").get(0).get("status").asText()).isEqualTo("pass");
  }

  @Test
  void whatACaseExpectsIsCompared() throws IOException {
    Path expect = Files.writeString(folder.resolve("expect"), "exit 1\nfail LOG-01\n");
    Files.delete(tree.resolve("stage/1"));
    assertThat(verify(tree, "--trust", trust, "--expect", expect)).isZero();

    Files.writeString(expect, "exit 1\nfail LOG-02\n");
    assertThat(verify(tree, "--trust", trust, "--expect", expect)).isEqualTo(1);
  }

  @Test
  void inputThatCannotBeJudgedEndsWithThree() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path noise = Files.write(folder.resolve("noise.zip"), new byte[500]);
    Path badTrust = Files.writeString(folder.resolve("bad.txt"), "believe me\n");

    assertThat(verify(empty, "--trust", trust)).isEqualTo(3);
    assertThat(verify(folder.resolve("nowhere"), "--trust", trust)).isEqualTo(3);
    assertThat(verify(noise, "--trust", trust)).isEqualTo(3);
    assertThat(verify(tree, "--trust", badTrust)).isEqualTo(3);
    assertThat(said).contains("line 1");
    assertThat(verify(tree, "--trust", folder.resolve("none.txt"))).isEqualTo(3);
    assertThat(verify(tree, "--no-such-option")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../evil", "/etc/passwd", "tile/../../evil", "tile\\0\\000", "blob/x", "C:evil"})
  void aZipWithNamesOutsideTheTreeEndsWithThree(String name) throws IOException {
    Map<String, Bytes> files = ElectionFixture.good().files();
    files.put(name, Bytes.utf8("evil"));
    Path zip = ElectionFixture.zip(folder.resolve("evil.zip"), files);

    assertThat(verify(zip, "--trust", trust)).isEqualTo(3);
    assertThat(Files.exists(folder.resolveSibling("evil"))).isFalse();
  }

  @Test
  void aZipThatUnfoldsToMoreThanItIsEndsWithThree() throws IOException {
    Path bomb = folder.resolve("bomb.zip");
    try (OutputStream out = Files.newOutputStream(bomb);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("blob/" + "0".repeat(64)));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) zip.write(zeros);
      zip.closeEntry();
    }

    assertThat(Files.size(bomb)).isLessThan(1 << 20);
    assertThat(verify(bomb, "--trust", trust)).isEqualTo(3);
    assertThat(said).contains("compressed");
  }

  @Test
  void aFileLargerThanItsKindEndsWithThree() throws IOException {
    Files.write(tree.resolve("checkpoint"), new byte[(1 << 20) + 1]);

    assertThat(verify(tree, "--trust", trust)).isEqualTo(3);
  }

  @Test
  void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
    Path stage = tree.resolve("stage/1");
    Path outside = folder.resolve("outside");
    Files.move(stage, outside);
    Files.createSymbolicLink(stage, outside);

    assertThat(verify(tree, "--trust", trust)).isEqualTo(1);
    assertThat(said).contains("The first thing wrong is LOG-01.");
  }

  /// A server may be read as it stands; what it does not have is missing, not an error.
  @Test
  void anAddressIsReadFileByFile() throws IOException {
    Map<String, Bytes> files = ElectionFixture.good().files();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/e/x/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().substring("/e/x/".length());
          Bytes file = files.get(path);
          byte[] body = file != null ? file.toArray() : "{\"code\":\"not-found\"}".getBytes(UTF_8);
          exchange.sendResponseHeaders(file != null ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/e/x";
      assertThat(verify(address, "--trust", trust)).isZero();

      files.remove("stage/1");
      assertThat(verify(address, "--trust", trust)).isEqualTo(1);
      assertThat(said).contains("The first thing wrong is LOG-01.");

      files.put("checkpoint", Bytes.zero((1 << 20) + 1));
      assertThat(verify(address, "--trust", trust)).isEqualTo(3);
    } finally {
      server.stop(0);
    }
    assertThat(verify("http://127.0.0.1:1/e/x", "--trust", trust)).isEqualTo(3);
  }

  @Test
  void everyCheckHasItsClaimAndItsMeaningInBothLanguages() {
    for (String id : Check.IDS) {
      for (Words words : List.of(Words.RUSSIAN, Words.ENGLISH)) {
        assertThat(words.text("check." + id)).isNotBlank();
        assertThat(words.text("check." + id + ".false")).isNotBlank();
      }
    }
  }
}
