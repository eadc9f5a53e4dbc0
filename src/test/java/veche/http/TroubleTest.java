package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.http.Client.Reply;
import veche.store.Postgres;
import veche.view.Problems;
import veche.view.Words;
import veche.wire.Bytes;

/// doors: what a server says that fails or cannot answer now, to the one who asked in two languages
/// and to its operator in none that tells of anybody.
class TroubleTest {
  private static final Promised PROMISED = new Promised();

  @TempDir private static Path folder;
  private static Postgres postgres;
  private static Service service;
  private static Client client;
  private static volatile Optional<RuntimeException> fault = Optional.empty();

  @BeforeAll
  static void anElectionIsOpen() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    postgres = new Postgres();
    Faults faults =
        new Faults() {
          @Override
          public void before(Step step) {
            if (step == Step.PROVE && fault.isPresent()) throw fault.get();
          }

          @Override
          public void after(Step step) {}
        };
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    service =
        Service.start(
            new Settings(Promised.HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false),
            Optional.of(postgres.embedded.uri()),
            folder,
            Entropy.system(),
            InstantSource.system(),
            faults);
    client = new Client("http://127.0.0.1:" + service.server().port());
    PROMISED.open(client, 4);
  }

  @AfterAll
  static void stop() throws IOException {
    if (service != null) service.close();
    if (postgres != null) postgres.close();
  }

  private static Reply cast(Bytes leaf, String language) {
    client.with("accept-language", language);
    try {
      return client.post("/e/" + PROMISED.slug() + "/ballots", leaf);
    } finally {
      client.with();
    }
  }

  private static void says(Reply reply, int status, String type, Words words) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.raw().headers().firstValue("content-type"))
        .contains("application/problem+json");
    assertThat(reply.raw().headers().firstValue("content-security-policy")).isPresent();
    assertThat(reply.raw().headers().firstValue("cache-control")).contains("no-store");
    assertThat(reply.json().path("type").asText()).isEqualTo("/doors#" + type);
    assertThat(reply.json().path("status").asInt()).isEqualTo(status);
    assertThat(reply.json().path("title").asText()).isEqualTo(words.text("trouble." + type));
    assertThat(reply.json().has("code")).isFalse();
  }

  @Test
  void aFailureIsToldAndItsCauseIsNot() {
    Bytes leaf = PROMISED.ballot();
    String canary = "canary " + leaf.slice(0, 40).base64();
    PrintStream before = System.err;
    var diagnostics = new ByteArrayOutputStream();
    System.setErr(new PrintStream(diagnostics, true, StandardCharsets.UTF_8));
    fault = Optional.of(new IllegalStateException(canary));
    try {
      for (Words words : List.of(Words.RUSSIAN, Words.ENGLISH)) {
        Reply reply = cast(leaf, words == Words.RUSSIAN ? "ru" : "en");
        says(reply, 500, "failed", words);
        assertThat(reply.text()).doesNotContain("canary");
      }
    } finally {
      fault = Optional.empty();
      System.setErr(before);
    }
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());

    assertThat(inspection.get("/metrics").text()).contains("veche_failures_total 2");
    assertThat(diagnostics.toString(StandardCharsets.UTF_8)).doesNotContain("canary", "127.0.0.1");
    assertThat(cast(leaf, "en").status()).isEqualTo(200);
  }

  @Test
  void whoComesAtABadMomentIsToldToSendTheSameBytesAgain() {
    Bytes leaf = PROMISED.ballot();
    fault = Optional.of(new Unable("not now"));
    try {
      says(cast(leaf, "ru-RU,ru;q=0.9"), 503, "unavailable", Words.RUSSIAN);
      Reply english = cast(leaf, "en");
      says(english, 503, "unavailable", Words.ENGLISH);
      assertThat(english.raw().headers().firstValue("retry-after")).contains("2");
    } finally {
      fault = Optional.empty();
    }
    assertThat(cast(leaf, "en").status()).isEqualTo(200);
  }

  /// Every type a server can answer with leads to a place on the page of the doors.
  @Test
  void everyProblemsTypeIsAPlaceOnThePageOfTheDoors() throws IOException {
    String page = Files.readString(Path.of("web/elements/v-doors.js"));
    for (Problems.Trouble trouble : Problems.Trouble.values()) {
      assertThat(page).contains("'" + trouble.id() + "'");
    }
    assertThat(page).contains("properties.code.enum");
  }
}
