package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.ballot.Seal;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.http.Client.Reply;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.store.Baton;
import veche.store.Db;
import veche.store.Postgres;
import veche.wire.Bytes;

/// log §3.2: two servers on one database. Everything here is sent to the one that follows; from the
/// name of the election to the last ballot nobody who sends can tell.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ErrandsTest {
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(1, 0));
  private static final Promised PROMISED = new Promised();

  @TempDir private static Path folder;
  private static Postgres postgres;
  private static Service keeper;
  private static Service follower;
  private static Client toKeeper;
  private static Client toFollower;
  private static String door;

  @BeforeAll
  static void theElectionIsMadeThroughTheServerThatFollows() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    postgres = new Postgres();
    keeper = server();
    follower = server();
    toKeeper = to(keeper);
    toFollower = to(follower);
    PROMISED.open(toFollower, 40);
    door = "/e/" + PROMISED.slug() + "/ballots";
  }

  private static Service server() {
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    return Service.start(
        new Settings(Promised.HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false),
        Optional.of(postgres.embedded.uri()),
        folder,
        Entropy.system(),
        InstantSource.system());
  }

  private static Client to(Service service) {
    return new Client("http://127.0.0.1:" + service.server().port());
  }

  @AfterAll
  static void stop() throws IOException {
    if (follower != null) follower.close();
    if (keeper != null) keeper.close();
    if (postgres != null) postgres.close();
  }

  private static List<Row> sql(String text, Object... arguments) {
    List<Row> out = new java.util.ArrayList<>();
    Db.now(postgres.db.query("look", text, Tuple.tuple(List.of(arguments)))).forEach(out::add);
    return out;
  }

  private static Buffer buffer(Bytes bytes) {
    return Buffer.buffer(bytes.toArray());
  }

  private static void nothingIsLeft() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (sql("select count(*) as n from errand").getFirst().getLong("n") > 0) {
      assertThat(System.nanoTime()).as("an errand was forgotten").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  @Order(1)
  void aBallotIsAnsweredWithTheReceiptThatTheKeeperGave() throws Exception {
    for (int i = 0; i < 4; i++) {
      Bytes leaf = PROMISED.ballot();
      Reply reply = PROMISED.reply(leaf, PROMISED.send(toFollower, leaf)).orElseThrow();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(toKeeper.post(door, leaf).text()).isEqualTo(reply.text());
      assertThat(toFollower.post(door, leaf).text()).isEqualTo(reply.text());
    }
    nothingIsLeft();
    PROMISED.everythingHolds(toKeeper, keeper);
  }

  @Test
  @Order(2)
  void manyAtOnceAreAllAnswered() throws Exception {
    List<Bytes> leaves = java.util.stream.Stream.generate(PROMISED::ballot).limit(8).toList();
    List<CompletableFuture<Reply>> sent =
        leaves.stream().map(leaf -> PROMISED.send(toFollower, leaf)).toList();
    for (int i = 0; i < leaves.size(); i++) {
      assertThat(PROMISED.reply(leaves.get(i), sent.get(i)).orElseThrow().status()).isEqualTo(200);
    }
    nothingIsLeft();
    PROMISED.everythingHolds(toFollower, follower);
  }

  @Test
  @Order(3)
  void theKeepersRefusalComesBackWithItsCodeAndDetail() throws Exception {
    Coalition.Voter voter = PROMISED.voter();
    Bytes skipped = voter.ballot(PROMISED.coalition, CHOICES);
    Bytes next = voter.ballot(PROMISED.coalition, CHOICES);

    Reply refused = toFollower.post(door, next);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("stale-chain");
    assertThat(refused.json().path("detail").asText()).isEqualTo("seq: expected 0, not 1");
    assertThat(toFollower.post(door, skipped).status()).isEqualTo(200);
    assertThat(toFollower.post(door, next).status()).isEqualTo(200);
    nothingIsLeft();
  }

  @Test
  @Order(4)
  void aWitnessMaySendItsWordToTheServerThatFollows() {
    String base = "/e/" + PROMISED.slug() + "/";
    Note candidate = Note.parse(toKeeper.get(base + "candidate").text());
    Checkpoint seen = Checkpoint.parse(candidate.body());
    String line =
        Cosignature.line(
            PROMISED.coalition.witness("west"), seen, System.currentTimeMillis() / 1000);
    String note = new Note(seen.body(), List.of(line)).text();

    assertThat(toFollower.post(base + "cosignatures", Bytes.utf8(note)).status()).isEqualTo(200);
    assertThat(sql("select 1 as kept from cosignature where line = $1", line)).hasSize(1);
  }

  /// Whoever can write to the database is not believed.
  @Test
  @Order(5)
  void whatNoServerMarkedIsProvedAgain() throws Exception {
    Coalition.Voter voter = PROMISED.voter();
    byte[] bent = voter.body(PROMISED.coalition, CHOICES).toArray();
    bent[bent.length - 24] ^= 1;
    Bytes unprovable = Seal.sign(Bytes.wrap(bent), voter.secret);

    assertThat(answer(unprovable, Bytes.EMPTY, "null")).contains("BAD_PROOF");
    assertThat(answer(unprovable, Entropy.system().bytes(32), "null")).contains("BAD_PROOF");

    Bytes good = voter.ballot(PROMISED.coalition, CHOICES);
    assertThat(answer(good, Bytes.EMPTY, "null")).contains("logged");
    assertThat(toKeeper.post(door, good).status()).isEqualTo(200);
  }

  @Test
  @Order(6)
  void whatADeadKeeperTookIsTakenByTheNextOne() throws Exception {
    Bytes leaf = PROMISED.voter().ballot(PROMISED.coalition, CHOICES);
    String before = "(select epoch - 1 from log where slug = '" + PROMISED.slug() + "')";

    assertThat(answer(leaf, Bytes.EMPTY, before)).contains("logged");
    // and the same bytes once more have one place
    assertThat(answer(leaf, Bytes.EMPTY, before)).contains("logged");
    PROMISED.everythingHolds(toKeeper, keeper);
  }

  /// As a server that follows leaves it, and waits.
  private static String answer(Bytes leaf, Bytes mark, String taken) throws Exception {
    Bytes id = Entropy.system().bytes(16);
    sql(
        "insert into errand (id, slug, kind, body, mark, until, taken) values ($1, $2, 'ballot',"
            + " $3, $4, now() + interval '1 minute', "
            + taken
            + ")",
        buffer(id),
        PROMISED.slug(),
        buffer(leaf),
        buffer(mark));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      Buffer answer =
          sql("select answer from errand where id = $1", buffer(id)).getFirst().getBuffer("answer");
      if (answer != null) {
        sql("delete from errand where id = $1", buffer(id));
        return answer.toString();
      }
      assertThat(System.nanoTime()).as("nobody took it").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  @Order(7)
  void whereNoRoomIsLeftTheSenderIsToldToComeLater() {
    sql(
        """
        insert into errand (id, slug, kind, body, mark, until)
        select decode(lpad(to_hex(n), 32, '0'), 'hex'), 'nobody', 'ballot', '', '',
               now() + interval '1 minute'
          from generate_series(1, 4096) n\
        """);
    Bytes leaf = PROMISED.ballot();

    Reply refused = toFollower.post(door, leaf);
    assertThat(refused.code()).isEqualTo("rate-limited");
    assertThat(toKeeper.post(door, leaf).status()).isEqualTo(200);
    sql("delete from errand where slug = 'nobody'");
  }

  /// The last: the keeper ends here, and a stranger holds the baton.
  @Test
  @Order(8)
  void whereNobodyKeepsTheLogsItIsToldAndWhatStillWaitsIsKeptByTheNext() throws Exception {
    try (Baton baton = postgres.db.baton()) {
      CompletableFuture<Void> over = CompletableFuture.runAsync(keeper::close);
      while (!baton.held()) {
        Db.now(baton.beat());
        Thread.sleep(20);
      }
      over.join();
      Bytes lost = PROMISED.ballot();
      CompletableFuture<Reply> first = PROMISED.send(toFollower, lost);
      while (!first.isDone()) {
        Db.now(baton.beat());
        Thread.sleep(400);
      }
      assertThat(first.join().status()).isEqualTo(503);
      nothingIsLeft();

      Bytes waits = PROMISED.ballot();
      CompletableFuture<Reply> second = PROMISED.send(toFollower, waits);
      Thread.sleep(1_000);
      baton.drop();

      assertThat(PROMISED.reply(waits, second).orElseThrow().status()).isEqualTo(200);
      assertThat(PROMISED.reply(lost, PROMISED.send(toFollower, lost)).orElseThrow().status())
          .isEqualTo(200);
    }
    PROMISED.everythingHolds(toFollower, follower);
  }
}
