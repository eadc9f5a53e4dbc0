package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.http.Client.Reply;
import veche.http.Faults.Step;
import veche.log.Merkle;
import veche.record.Entry;
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
    service =
        start(
            step -> {
              if (step == Step.PROVE && fault.isPresent()) throw fault.get();
            });
    client = new Client("http://127.0.0.1:" + service.server().port());
    PROMISED.open(client, 8);
  }

  private static Service start(Consumer<Step> before) {
    Faults faults =
        new Faults() {
          @Override
          public void before(Step step) {
            before.accept(step);
          }

          @Override
          public void after(Step step) {}
        };
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    return Service.start(
        new Settings(Promised.HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false),
        Optional.of(postgres.embedded.uri()),
        folder,
        Entropy.system(),
        InstantSource.system(),
        faults);
  }

  private static Client inspection(Service of) {
    return new Client("http://127.0.0.1:" + of.server().inspectPort());
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
    long failed = failures();
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

    assertThat(failures()).isEqualTo(failed + 2);
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

  private static long failures() {
    return inspection(service)
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("veche_failures_total "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  /// log §10 V14-V16: every line of every level, with its values and traces, through a vote, one
  /// that is refused, one that fails, and the start and end of a server.
  @Test
  void noLineOfTheLogTellsOfAnybodyWhoVoted() throws IOException {
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var ours = (Logger) LoggerFactory.getLogger("veche");
    Level before = ours.getLevel();
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    var everything = new JsonEncoder();
    everything.setContext(root.getLoggerContext());
    everything.setWithFormattedMessage(true);
    everything.start();
    var kept =
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(new String(everything.encode(event), StandardCharsets.UTF_8));
          }
        };
    kept.setContext(root.getLoggerContext());
    kept.start();
    root.addAppender(kept);
    ours.setLevel(Level.ALL);
    Coalition.Voter voter = PROMISED.voter();
    Bytes leaf = voter.ballot(PROMISED.coalition, Promised.CHOICES);
    Bytes next = voter.ballot(PROMISED.coalition, Promised.CHOICES);
    Bytes early = voter.ballot(PROMISED.coalition, Promised.CHOICES);
    String door = "/e/" + PROMISED.slug() + "/ballots?canary-query=1";
    Bytes cid = PROMISED.coalition.draft().cid();
    String receipt;
    try (Service other = start(step -> {})) {
      Client follows = new Client("http://127.0.0.1:" + other.server().port());
      client.with("authorization", "Bearer canary-token", "x-forwarded-for", "203.0.113.77");
      Reply taken = client.post(door, leaf);
      assertThat(taken.status()).isEqualTo(200);
      receipt = taken.text();
      assertThat(client.post(door, early).code()).isEqualTo("stale-chain");
      assertThat(follows.post(door, early).code()).isEqualTo("stale-chain");
      client.post(
          "/e/" + PROMISED.slug() + "/enrolments",
          voter.invitation.enrol(PROMISED.slug(), cid, 0, voter.secret).enc().encode());
      fault = Optional.of(new IllegalStateException("canary " + next.base64()));
      assertThat(client.post(door, next).status()).isEqualTo(500);
      fault = Optional.of(new Unable("canary " + next.hex()));
      assertThat(client.post(door, next).status()).isEqualTo(503);
    } finally {
      fault = Optional.empty();
      client.with();
      root.detachAppender(kept);
      ours.setLevel(before);
    }

    assertThat(lines).anySatisfy(line -> assertThat(line).contains("a door failed"));
    Set<String> secrets = new TreeSet<>(Set.of("canary", "127.0.0.1", "203.0.113.77", "Bearer"));
    List<Bytes> ballots = List.of(leaf, next, early);
    List<Bytes> bytes = new ArrayList<>();
    for (Bytes ballot : ballots) {
      bytes.add(ballot.slice(0, 30));
      bytes.add(Merkle.leafHash(ballot));
      bytes.add(((Entry.Cast) Entry.parse(ballot)).ballot().ballotId());
    }
    bytes.add(voter.vk.encoding());
    bytes.add(voter.secret.encoding());
    bytes.add(voter.invitation.code());
    bytes.add(voter.invitation.codeId());
    for (Bytes one : bytes) {
      secrets.addAll(List.of(one.hex(), one.base64().replace("=", ""), one.base32()));
    }
    receipt.lines().filter(line -> line.length() > 20).skip(1).forEach(secrets::add);
    Path key = folder.resolve("data").resolve("logs").resolve(PROMISED.slug() + ".key");
    secrets.add(Files.readString(key).strip());
    String origin = PROMISED.coalition.draft().origin();
    secrets.remove(origin);
    assertThat(secrets).hasSizeGreaterThan(35);
    for (String line : lines) assertThat(line).doesNotContain(secrets);
  }

  @Test
  void aServerSaysWhetherItKeepsFollowsOrEnds() throws Exception {
    var reached = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    Service other =
        start(
            step -> {
              if (step != Step.PROVE) return;
              reached.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      Client asked = inspection(other);
      assertThat(inspection(service).get("/ready").text()).isEqualTo("ready\nkeeper\n");
      assertThat(asked.get("/ready").text()).isEqualTo("ready\nfollower\n");

      Client door = new Client("http://127.0.0.1:" + other.server().port());
      PROMISED.send(door, PROMISED.ballot());
      assertThat(reached.await(Promised.PATIENCE, TimeUnit.SECONDS)).isTrue();
      var ends = CompletableFuture.runAsync(other::close);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Promised.PATIENCE);
      while (asked.get("/ready").status() == 200) {
        assertThat(System.nanoTime()).as("never ending").isLessThan(end);
        Thread.sleep(20);
      }
      Reply told = asked.get("/ready");
      assertThat(told.status()).isEqualTo(503);
      assertThat(told.text()).isEqualTo("ending\n");
      assertThat(asked.get("/health").text()).isEqualTo("ok\nfollower\n");
      released.countDown();
      ends.orTimeout(Promised.PATIENCE, TimeUnit.SECONDS).join();
    } finally {
      released.countDown();
      other.close();
    }
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
