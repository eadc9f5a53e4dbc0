package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.Coalition;
import veche.cli.Veche;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Client.Reply;
import veche.record.Trust;
import veche.record.WebRelease;
import veche.wire.Bytes;

/// record §3a web-release, with the page of this repository and a server that gives it out.
class WebReleaseTest {
  private static final Path WEB = Path.of("web");

  @TempDir private static Path folder;
  private static Stage stage;
  private static String election;
  private static Path trust;
  private static Client client;

  @BeforeAll
  static void anElectionWhosePageWasReleased() throws IOException {
    Coalition coalition = new Coalition();
    List<Vkey> hosted = List.of(coalition.body("north").vkey());
    stage = Stage.start(folder.resolve("server"), WEB, 0, hosted, Entropy.system());
    client = new Client(stage.address());
    long now = System.currentTimeMillis() / 1000;
    String body = "veche.host/v1\n" + stage.host() + "\n" + now + "\n";
    Note asked = new Note(body, List.of(coalition.body("north").signLine(body)));
    var given = client.post("/elections", Bytes.utf8(asked.text())).json();
    String slug = given.get("slug").asText();
    coalition.draw(
        slug, given.get("origin").asText(), given.get("log").asText(), now - 1, now + 3_600);
    coalition.sendDraft(client.door(slug));
    var release = WebRelease.read(WEB, "").enc();
    coalition.send(
        client.door(slug),
        coalition.act("web-release", release, coalition.body("north"), coalition.body("east")));
    election = stage.address() + "/e/" + slug;
    trust = Files.writeString(folder.resolve("trust.txt"), Trust.of(coalition.draft()));
  }

  @AfterAll
  static void end() {
    stage.close();
  }

  @Test
  void theServerServesThePageToTheByteAndNothingElseOfItsFolder() throws IOException {
    WebRelease release = WebRelease.read(WEB, "");
    TreeSet<String> hidden = new TreeSet<>(List.of("node_modules/x/index.js", ".npmrc", ""));
    try (Stream<Path> walk = Files.walk(WEB)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = WEB.relativize(file).toString();
        if (!path.startsWith("node_modules") && !release.files().containsKey(path)) {
          hidden.add(path);
        }
      }
    }

    assertThat(release.files()).containsKeys("vote.html", "veche.css", "vendor/uqr/LICENSE");
    release
        .files()
        .forEach(
            (path, sha256) -> {
              Reply reply = client.get("/web/" + path);
              assertThat(Bytes.wrap(reply.raw().body()).sha256()).as(path).isEqualTo(sha256);
              assertThat(reply.raw().headers().firstValue("content-type").orElse(""))
                  .as(path)
                  .isEqualTo(type(path));
            });
    assertThat(hidden).contains("package.json", "vendor/make.mjs", "test/wire.test.js");
    for (String path : hidden) {
      assertThat(client.get("/web/" + path).status()).as(path).isEqualTo(404);
    }
  }

  private static String type(String path) {
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "json" -> "application/json";
      case "svg" -> "image/svg+xml";
      default -> "text/plain; charset=utf-8";
    };
  }

  @Test
  void theHashesArePrintedAsToolsForHashesReadThem() throws IOException {
    Ran ran = run("--web", WEB.toString());

    assertThat(ran.code).isZero();
    String sha256 = Bytes.wrap(Files.readAllBytes(WEB.resolve("vote.html"))).sha256().hex();
    assertThat(ran.text.lines()).contains(sha256 + "  vote.html");
    assertThat(ran.text).contains(WebRelease.read(WEB, "").digest().hex());
    assertThat(run("--web", WEB.toString(), "--reason", "a mistake in a word").text)
        .contains(WebRelease.read(WEB, "a mistake in a word").digest().hex());
  }

  @Test
  void anHonestServerGivesOutWhatWasReleased() {
    Ran ran = against(election, "--web", WEB.toString(), "--server", stage.address());

    assertThat(ran.text).contains("web: the page is as released");
    assertThat(ran.text).contains(stage.address() + ": the page is as released");
    assertThat(ran.code).isZero();
  }

  @Test
  void aFolderThatIsNotTheReleasedOneIsNamedWithTheFile() throws IOException {
    for (String change : List.of("changed", "missing", "unreleased")) {
      Path copy = folder.resolve(change);
      for (var file : WebRelease.pages(WEB).entrySet()) {
        Path to = copy.resolve(file.getKey());
        Files.createDirectories(to.getParent());
        Files.copy(file.getValue(), to);
      }
      switch (change) {
        case "changed" -> Files.writeString(copy.resolve("veche/wire.js"), "evil()");
        case "missing" -> Files.delete(copy.resolve("veche/wire.js"));
        default -> Files.writeString(copy.resolve("extra.js"), "evil()");
      }

      Ran ran = against(election, "--web", copy.toString());

      assertThat(ran.code).as(change).isEqualTo(1);
      String name = change.equals("unreleased") ? "extra.js" : "veche/wire.js";
      assertThat(ran.text).contains(copy + ": " + name);
    }
  }

  @Test
  void aServerThatGivesOutAnotherFileIsNamedWithTheFile() throws IOException {
    String slug = election.substring(election.lastIndexOf('/'));
    for (var one :
        Map.of(
                "/web/veche/wire.js",
                "veche/wire.js",
                "/e" + slug + "/vote",
                "vote.html",
                "/",
                "index.html")
            .entrySet()) {
      HttpServer evil = evil(one.getKey());
      try {
        String host = "http://127.0.0.1:" + evil.getAddress().getPort();
        Ran ran = against(host + "/e" + slug);

        assertThat(ran.code).as(one.getKey()).isEqualTo(1);
        assertThat(ran.text).contains(host + ": " + one.getValue() + " is not the released file");
      } finally {
        evil.stop(0);
      }
    }
  }

  /// Hands everything on, and at one address something else.
  private static HttpServer evil(String address) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, address));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, String address) throws IOException {
    String asked = exchange.getRequestURI().getPath();
    Reply reply = client.get(asked);
    byte[] body =
        asked.equals(address) ? "evil()".getBytes(StandardCharsets.UTF_8) : reply.raw().body();
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  // ---- the command

  private record Ran(int code, String text) {}

  private static Ran against(String url, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--election", url, "--trust", trust.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static synchronized Ran run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("web-release", "--lang", "en"));
    all.addAll(List.of(arguments));
    PrintStream out = System.out;
    PrintStream err = System.err;
    var said = new ByteArrayOutputStream();
    try (var both = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(both);
      System.setErr(both);
      int code = Veche.run(new CommandLine(new Veche()), all.toArray(String[]::new));
      return new Ran(code, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
