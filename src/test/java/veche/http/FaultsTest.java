package veche.http;

import static org.assertj.core.api.Assertions.assertThat;
import static veche.store.Db.now;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.http.Client.Reply;
import veche.http.Faults.Step;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.store.Postgres;
import veche.wire.Bytes;

/// log §12: whatever happens between two steps of a commit, what was acknowledged is in the log,
/// nothing is in it twice, no size has two roots, and the same bytes get the same receipt.
class FaultsTest {
  private static final String HOST = "votes.example";
  private static final List<List<Integer>> CHOICES = List.of(List.of(0, 1, 0), List.of(0, 1));
  private static final long PATIENCE = 90;

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
  private static Coalition coalition;
  private static Vkey log;
  private static String base;
  private static List<Coalition.Voter> voters;
  private static int next;

  /// Every receipt that anybody was ever given, by leaf.
  private static final Map<Bytes, String> ACKNOWLEDGED = new LinkedHashMap<>();

  /// Roots by size, of every checkpoint that anybody ever saw.
  private static final Map<Long, Bytes> SEEN = new TreeMap<>();

  @BeforeAll
  static void anElectionIsOpen() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    postgres = new Postgres();
    coalition = new Coalition();
    serve();
    long now = System.currentTimeMillis() / 1000;
    String asked = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    Note signed = new Note(asked, List.of(coalition.body("north").signLine(asked)));
    var name = client.post("/elections", Bytes.utf8(signed.text())).json();
    String slug = name.get("slug").asText();
    base = "/e/" + slug + "/";
    log = Vkey.parse(name.get("log").asText());
    coalition.draw(
        slug, name.get("origin").asText(), name.get("log").asText(), now - 10, now + 3_600);
    voters = Stream.generate(Coalition.Voter::new).limit(60).toList();
    coalition.openFor(client.door(slug), voters);
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
            HOST,
            "127.0.0.1",
            0,
            0,
            folder.resolve("data"),
            List.of(coalition.body("north").vkey()),
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

  // ---- what clients do

  private static Bytes ballot() {
    return voters.get(next++).ballot(coalition, CHOICES);
  }

  private static CompletableFuture<Reply> send(Client to, Bytes leaf) {
    return CompletableFuture.supplyAsync(() -> to.post(base + "ballots", leaf));
  }

  /// Whatever came is held against what came before; a broken connection is no answer.
  private static Optional<Reply> reply(Bytes leaf, CompletableFuture<Reply> sent) {
    Reply reply;
    try {
      reply = sent.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(java.io.UncheckedIOException.class);
      return Optional.empty();
    }
    if (reply.status() == 200) {
      Receipt receipt = Receipt.parse(reply.text());
      receipt.verify(Merkle.leafHash(leaf), log);
      saw(receipt.checkpoint());
      String before = ACKNOWLEDGED.putIfAbsent(leaf, reply.text());
      if (before != null) assertThat(reply.text()).isEqualTo(before);
    } else {
      assertThat(reply.status()).isIn(500, 503);
    }
    return Optional.of(reply);
  }

  private static void saw(Note note) {
    Checkpoint checkpoint = Checkpoint.verified(note, log);
    Bytes before = SEEN.putIfAbsent(checkpoint.size(), checkpoint.root());
    if (before != null) assertThat(checkpoint.root()).isEqualTo(before);
  }

  // ---- what must hold afterwards

  private static void everythingHolds() {
    Note newest = Note.parse(client.get(base + "checkpoint").text());
    saw(newest);
    long size = Checkpoint.verified(newest, log).size();
    Tree tree = new Tree();
    Map<Bytes, Long> places = new HashMap<>();
    for (long from = 0; from < size; from += Tile.WIDTH) {
      int width = (int) Math.min(Tile.WIDTH, size - from);
      Tile tile = new Tile(Tile.ENTRIES, from / Tile.WIDTH, width);
      byte[] bundle = client.get(base + tile.path()).raw().body();
      for (Bytes leaf : Tile.entries(Bytes.wrap(bundle), width)) {
        long index = tree.append(Merkle.leafHash(leaf));
        assertThat(places.put(leaf, index)).as("a leaf is there twice").isNull();
      }
    }
    SEEN.forEach((at, root) -> assertThat(tree.root(at)).as("size " + at).isEqualTo(root));
    ACKNOWLEDGED.forEach(
        (leaf, text) ->
            assertThat(places.get(leaf))
                .as("an acknowledged leaf")
                .isEqualTo(Receipt.parse(text).index()));
    List<String> notes =
        service.rows("select note from checkpoint where slug = '" + base.split("/")[2] + "'");
    Set<Long> sizes = new HashSet<>();
    for (String note : notes) {
      Checkpoint checkpoint = Checkpoint.verified(Note.parse(note), log);
      assertThat(sizes.add(checkpoint.size())).isTrue();
      // what was kept but not shown yet is looked at when it is shown
      if (checkpoint.size() > size) continue;
      assertThat(checkpoint.root()).isEqualTo(tree.root(checkpoint.size()));
    }
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
    List<Bytes> leaves = List.of(ballot(), ballot());
    switch (mode) {
      case FAILS, FAILS_BUT_PERSISTED -> fails(step, mode, leaves);
      case HANGS -> hangs(step, leaves);
      case KILLED -> killed(step, leaves);
    }
    for (Bytes leaf : leaves) {
      assertThat(reply(leaf, send(client, leaf)).orElseThrow().status()).isEqualTo(200);
      assertThat(reply(leaf, send(client, leaf)).orElseThrow().status()).isEqualTo(200);
    }
    everythingHolds();
  }

  private void fails(Step step, Mode mode, List<Bytes> leaves) throws InterruptedException {
    long before = size();
    Planted.Blow blow = PLANTED.arm(step, mode);
    var sent = leaves.stream().map(leaf -> send(client, leaf)).toList();
    assertThat(blow.reached.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    int answered = 0;
    for (int i = 0; i < leaves.size(); i++) {
      Reply reply = reply(leaves.get(i), sent.get(i)).orElseThrow();
      if (reply.status() == 200) answered++;
    }
    boolean after = mode == Mode.FAILS_BUT_PERSISTED;
    // an answer is on its way only when everybody else's is
    if (step == Step.ANSWER && after) assertThat(answered).isPositive();
    boolean persisted = step.compareTo(Step.COMMIT) > 0 || step == Step.COMMIT && after;
    if (persisted) assertThat(size()).isGreaterThan(before);
    everythingHolds();
  }

  /// What the database says, whatever the server believes.
  private static long size() {
    String slug = base.split("/")[2];
    return Long.parseLong(
        service.rows("select size::text from log where slug = '" + slug + "'").getFirst());
  }

  private void hangs(Step step, List<Bytes> leaves) throws InterruptedException {
    Planted.Blow blow = PLANTED.arm(step, Mode.HANGS);
    var sent = leaves.stream().map(leaf -> send(client, leaf)).toList();
    assertThat(blow.reached.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    var again = leaves.stream().map(leaf -> send(client, leaf)).toList();
    try {
      // who reads is served
      everythingHolds();
    } finally {
      blow.released.countDown();
    }
    for (int i = 0; i < leaves.size(); i++) {
      assertThat(reply(leaves.get(i), sent.get(i)).orElseThrow().status()).isEqualTo(200);
      assertThat(reply(leaves.get(i), again.get(i)).orElseThrow().status()).isEqualTo(200);
    }
  }

  private void killed(Step step, List<Bytes> leaves) throws Exception {
    service.close();
    service = null;
    Child child = spare != null && spare.step == step ? spare : new Child(step);
    spare = step.ordinal() + 1 < Step.values().length ? new Child(following(step)) : null;
    Client there = child.serve();
    var sent = leaves.stream().map(leaf -> send(there, leaf)).toList();
    child.await(FaultyServer.REACHED);
    child.kill();
    for (int i = 0; i < leaves.size(); i++) reply(leaves.get(i), sent.get(i));
    serve();
    everythingHolds();
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
                  HOST,
                  folder.resolve("data").toString(),
                  folder.toString(),
                  coalition.body("north").vkey().toString(),
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
