package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import veche.crypto.Entropy;
import veche.http.Client.Reply;
import veche.http.Faults.Step;
import veche.store.Postgres;
import veche.wire.Bytes;

/// log §12: whatever happens between two steps of a commit, what was acknowledged is in the log,
/// nothing is in it twice, no size has two roots, and the same bytes get the same receipt.
class FaultsTest {
  private static final long PATIENCE = Promised.PATIENCE;

  /// What happens at a step.
  enum Mode {
    FAILS,
    FAILS_BUT_PERSISTED,
    HANGS,
    KILLED;

    @Override
    public String toString() {
      return this == KILLED ? "kill -9" : name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// One blow at a time, and only after it was armed.
  private static final class Planted implements Faults {
    private record Blow(Step step, Mode mode, CountDownLatch reached, CountDownLatch released) {
      Blow(Step step, Mode mode) {
        this(step, mode, new CountDownLatch(1), new CountDownLatch(1));
      }
    }

    private Blow armed;

    synchronized Blow arm(Step step, Mode mode) {
      armed = new Blow(step, mode);
      return armed;
    }

    private synchronized Optional<Blow> draw(Step step, boolean done) {
      if (armed == null || armed.step != step) return Optional.empty();
      if (done != (armed.mode == Mode.FAILS_BUT_PERSISTED)) return Optional.empty();
      Blow blow = armed;
      armed = null;
      return Optional.of(blow);
    }

    @Override
    public void before(Step step) {
      draw(step, false).ifPresent(Planted::strike);
    }

    @Override
    public void after(Step step) {
      draw(step, true).ifPresent(Planted::strike);
    }

    private static void strike(Blow blow) {
      blow.reached.countDown();
      if (blow.mode != Mode.HANGS) throw new IllegalStateException("planted");
      try {
        blow.released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @TempDir private static Path folder;

  private static final Planted PLANTED = new Planted();
  private static Postgres postgres;
  private static Service service;
  private static Client client;
  private static final Promised PROMISED = new Promised();

  @BeforeAll
  static void anElectionIsOpen() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    postgres = new Postgres();
    serve();
    PROMISED.open(client, 60);
  }

  @AfterAll
  static void stop() throws IOException {
    if (spare != null) spare.end();
    if (service != null) service.close();
    postgres.close();
  }

  private static void serve() {
    Settings settings =
        new Settings(
            Promised.HOST,
            "127.0.0.1",
            0,
            0,
            folder.resolve("data"),
            List.of(PROMISED.coalition.body("north").vkey()),
            false);
    service =
        Service.start(
            settings,
            Optional.of(postgres.embedded.uri()),
            folder,
            Entropy.system(),
            InstantSource.system(),
            PLANTED);
    client = new Client("http://127.0.0.1:" + service.server().port());
  }

  // ---- the matrix

  static Stream<Arguments> rows() {
    List<Arguments> out = new ArrayList<>();
    for (Step step : Step.values()) {
      for (Mode mode : Mode.values()) out.add(Arguments.of(step, mode));
    }
    return out.stream();
  }

  @ParameterizedTest(name = "{0} × {1}")
  @MethodSource("rows")
  void whatIsAcknowledgedStays(Step step, Mode mode) {
    try {
      row(step, mode);
    } catch (Exception | AssertionError e) {
      // the report of the build names the method only
      throw new AssertionError(step + " × " + mode + ": " + e.getMessage(), e);
    }
  }

  private void row(Step step, Mode mode) throws Exception {
    List<Bytes> leaves = List.of(PROMISED.ballot(), PROMISED.ballot());
    switch (mode) {
      case FAILS, FAILS_BUT_PERSISTED -> fails(step, mode, leaves);
      case HANGS -> hangs(step, leaves);
      case KILLED -> killed(step, leaves);
    }
    for (Bytes leaf : leaves) {
      assertThat(PROMISED.reply(leaf, PROMISED.send(client, leaf)).orElseThrow().status())
          .isEqualTo(200);
      assertThat(PROMISED.reply(leaf, PROMISED.send(client, leaf)).orElseThrow().status())
          .isEqualTo(200);
    }
    PROMISED.everythingHolds(client, service);
  }

  private void fails(Step step, Mode mode, List<Bytes> leaves) throws InterruptedException {
    long before = size();
    Planted.Blow blow = PLANTED.arm(step, mode);
    var sent = leaves.stream().map(leaf -> PROMISED.send(client, leaf)).toList();
    assertThat(blow.reached.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    int answered = 0;
    for (int i = 0; i < leaves.size(); i++) {
      Reply reply = PROMISED.reply(leaves.get(i), sent.get(i)).orElseThrow();
      if (reply.status() == 200) answered++;
    }
    boolean after = mode == Mode.FAILS_BUT_PERSISTED;
    // an answer is on its way only when everybody else's is
    if (step == Step.ANSWER && after) assertThat(answered).isPositive();
    boolean persisted = step.compareTo(Step.COMMIT) > 0 || step == Step.COMMIT && after;
    if (persisted) assertThat(size()).isGreaterThan(before);
    PROMISED.everythingHolds(client, service);
  }

  /// What the database says, whatever the server believes.
  private static long size() {
    return Long.parseLong(
        service
            .rows("select size::text from log where slug = '" + PROMISED.slug() + "'")
            .getFirst());
  }

  private void hangs(Step step, List<Bytes> leaves) throws InterruptedException {
    Planted.Blow blow = PLANTED.arm(step, Mode.HANGS);
    var sent = leaves.stream().map(leaf -> PROMISED.send(client, leaf)).toList();
    assertThat(blow.reached.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    var again = leaves.stream().map(leaf -> PROMISED.send(client, leaf)).toList();
    try {
      // who reads is served
      PROMISED.everythingHolds(client, service);
    } finally {
      blow.released.countDown();
    }
    for (int i = 0; i < leaves.size(); i++) {
      assertThat(PROMISED.reply(leaves.get(i), sent.get(i)).orElseThrow().status()).isEqualTo(200);
      assertThat(PROMISED.reply(leaves.get(i), again.get(i)).orElseThrow().status()).isEqualTo(200);
    }
  }

  private void killed(Step step, List<Bytes> leaves) throws Exception {
    service.close();
    service = null;
    Child child = spare != null && spare.step == step ? spare : new Child(step);
    spare = step.ordinal() + 1 < Step.values().length ? new Child(following(step)) : null;
    Client there = child.serve();
    var sent = leaves.stream().map(leaf -> PROMISED.send(there, leaf)).toList();
    child.await(FaultyServer.REACHED);
    child.kill();
    for (int i = 0; i < leaves.size(); i++) PROMISED.reply(leaves.get(i), sent.get(i));
    serve();
    PROMISED.everythingHolds(client, service);
  }

  private static Step following(Step step) {
    return Step.values()[step.ordinal() + 1];
  }

  /// The next one is loaded while the one before is tried.
  private static Child spare;

  private static final class Child {
    final Step step;
    private final Path said;
    private final Process process;

    Child(Step step) throws IOException {
      this.step = step;
      said = folder.resolve("child-" + step);
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FaultyServer.class.getName(),
                  Promised.HOST,
                  folder.resolve("data").toString(),
                  folder.toString(),
                  PROMISED.coalition.body("north").vkey().toString(),
                  postgres.embedded.uri(),
                  step.name())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
    }

    Client serve() throws IOException, InterruptedException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      String port = await(FaultyServer.READY).strip();
      return new Client("http://127.0.0.1:" + port);
    }

    /// What stands behind this word, once it was said.
    String await(String word) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
      while (true) {
        Optional<String> line;
        try (var lines = Files.lines(said)) {
          line = lines.filter(l -> l.startsWith(word)).findFirst();
        }
        if (line.isPresent()) return line.get().substring(word.length());
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new AssertionError("never said " + word + ": " + Files.readString(said));
        }
        Thread.sleep(20);
      }
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    void end() {
      process.destroyForcibly();
    }
  }
}
