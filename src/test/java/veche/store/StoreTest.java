package veche.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.store.Db.now;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.roll.Enrolment;
import veche.wire.Bytes;

/// The board and the desk on a real PostgreSQL.
class StoreTest {
  private static Postgres postgres;
  private static Board board;
  private static Desk desk;
  private static int slugs;

  private String slug;
  private long epoch;

  @BeforeAll
  static void start() throws IOException {
    postgres = new Postgres();
    board = new Board(postgres.db);
    desk = new Desk(postgres.db);
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void aLog() {
    slug = "slug" + slugs++;
    now(desk.reserve(Bytes.utf8(slug), slug, "host/e/" + slug, "vkey", 1_000));
    epoch = now(board.take(slug));
  }

  private static Board.Leaf leaf(String text) {
    Bytes bytes = Bytes.utf8(text);
    return new Board.Leaf(bytes.sha256(), bytes);
  }

  private Board.Batch batch(long from, String... leaves) {
    return new Board.Batch(
        slug,
        epoch,
        from,
        List.of(leaves).stream().map(StoreTest::leaf).toList(),
        Map.of(),
        "note " + (from + leaves.length),
        Set.of());
  }

  @Test
  void theSettingsThatKeepAcknowledgedBallotsAreOn() {
    for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
      assertThat(show(setting)).as(setting).isEqualTo("on");
    }
    assertThat(show("data_checksums")).isEqualTo("on");
    assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
  }

  private static String show(String setting) {
    return now(postgres.db.query("show", "select current_setting($1)", Tuple.of(setting)))
        .iterator()
        .next()
        .getString(0);
  }

  @Test
  void anUnsafeSettingIsRefusedByName() {
    now(postgres.db.query("set", "create role loose login superuser password 'p'", Tuple.tuple()));
    now(postgres.db.query("set", "alter role loose set synchronous_commit = off", Tuple.tuple()));
    String uri = postgres.embedded.uri().replaceFirst("//[^@]*@", "//loose:p@");

    assertThatThrownBy(() -> Db.open(postgres.vertx, uri, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("synchronous_commit");
  }

  /// log §3.6. PostgreSQL itself says so once, above; here the role is shown settings of our
  /// choice.
  @ParameterizedTest
  @CsvSource({
    "fsync, off",
    "full_page_writes, off",
    "synchronous_commit, off",
    "data_checksums, off",
    "data_sync_retry, on"
  })
  void everySettingThatCouldForgetIsRefusedByItsName(String name, String value) {
    for (String sql :
        List.of(
            "create role %s login superuser password 'p'",
            "create schema %s",
            "create table %s.pg_settings as select name, setting from pg_catalog.pg_settings",
            "update %s.pg_settings set setting = '" + value + "' where name = '" + name + "'",
            "alter role %s set search_path = %1$s, pg_catalog")) {
      now(postgres.db.query("set", sql.formatted("loose_" + name), Tuple.tuple()));
    }
    String uri = postgres.embedded.uri().replaceFirst("//[^@]*@", "//loose_" + name + ":p@");

    assertThatThrownBy(() -> Db.open(postgres.vertx, uri, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("{" + name + "=" + value + "}");
  }

  @Test
  void aWrongPasswordIsRefused() {
    String uri = postgres.embedded.uri().replaceFirst(":[^:@/]*@", ":guess@");

    assertThatThrownBy(() -> Db.open(postgres.vertx, uri, 1))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void thePasswordIsReadableByItsOwnerOnly() throws IOException {
    Path file = postgres.folder.resolve("postgres.password");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFailureCarriesTheNameOfItsOperation() {
    assertThatThrownBy(
            () -> now(postgres.db.query("count sheep", "select nonsense", Tuple.tuple())))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("count sheep: ");
  }

  @Test
  void aBatchIsThereWithItsCheckpointAndObjects() {
    Bytes object = Bytes.utf8("object");
    now(board.append(batch(0, "a", "b", "c")));
    now(
        board.append(
            new Board.Batch(
                slug,
                epoch,
                3,
                List.of(leaf("d")),
                Map.of(object.sha256(), object),
                "note 4",
                Set.of(3L, 4L))));

    assertThat(now(board.leaves(slug, 0, 10)))
        .containsExactly(leaf("a"), leaf("b"), leaf("c"), leaf("d"));
    assertThat(now(board.leaves(slug, 1, 2))).containsExactly(leaf("b"), leaf("c"));
    assertThat(now(board.checkpoint(slug, 3))).contains("note 3");
    assertThat(now(board.stages(slug)))
        .containsExactly(Map.entry(3L, "note 3"), Map.entry(4L, "note 4"));
    assertThat(now(board.checkpoint(slug, 2))).isEmpty();
    assertThat(now(board.checkpointOver(slug, 0))).contains("note 3");
    assertThat(now(board.checkpointOver(slug, 3))).contains("note 4");
    assertThat(now(board.checkpointOver(slug, 4))).isEmpty();
    assertThat(now(board.blob(slug, object.sha256()))).contains(object);
    assertThat(now(board.blobs(slug))).containsExactly(Map.entry(object.sha256(), 6L));
    assertThat(now(board.logs())).contains(new Board.Log(slug, "host/e/" + slug, "vkey", 4, 0, 1));
  }

  @Test
  void aKeeperOfAnOlderEpochIsRefusedAndLeavesNothing() {
    now(board.append(batch(0, "a")));
    now(board.take(slug));

    assertThatThrownBy(() -> now(board.append(batch(1, "b")))).isInstanceOf(Board.Superseded.class);
    assertThat(now(board.leaves(slug, 0, 10))).hasSize(1);
    assertThat(now(board.checkpoint(slug, 2))).isEmpty();
  }

  @Test
  void aBatchOnAnotherHeadIsRefused() {
    now(board.append(batch(0, "a")));

    assertThatThrownBy(() -> now(board.append(batch(0, "b")))).isInstanceOf(Board.Superseded.class);
  }

  @Test
  void theSameLeafTwiceSpoilsTheWholeBatch() {
    now(board.append(batch(0, "a")));

    assertThatThrownBy(() -> now(board.append(batch(1, "b", "a"))))
        .isInstanceOf(StoreException.class);
    assertThat(now(board.leaves(slug, 0, 10))).hasSize(1);
  }

  @Test
  void aWitnessCanOnlyMoveForwardInTime() {
    now(board.append(batch(0, "a")));
    var at20 = new Board.Cosignature(1, "w", 20, "line 20");
    now(board.cosign(slug, List.of(at20)));
    now(board.cosign(slug, List.of(new Board.Cosignature(1, "w", 10, "line 10"))));

    assertThat(now(board.cosignatures(slug))).containsExactly(at20);

    var at30 = new Board.Cosignature(1, "w", 30, "line 30");
    now(board.cosign(slug, List.of(at30)));

    assertThat(now(board.cosignatures(slug))).containsExactly(at30);
  }

  @Test
  void onlyStagesKeepTheCosignaturesOfEarlierSizes() {
    now(board.append(batch(0, "a")));
    now(board.append(batch(1, "b")));
    now(board.append(batch(2, "c")));
    for (long size = 1; size <= 3; size++) {
      now(board.cosign(slug, List.of(new Board.Cosignature(size, "w", size, "line"))));
    }
    now(board.keepStage(slug, 1));
    now(board.keepStage(slug, 1));
    now(board.forgetCosignatures(slug, 3));

    assertThat(now(board.cosignatures(slug)))
        .extracting(Board.Cosignature::size)
        .containsExactly(1L, 3L);
    assertThat(now(board.stages(slug))).containsExactly(Map.entry(1L, "note 1"));
  }

  @Test
  void anEqualRequestKeepsItsFirstNameAndNamesRunOut() {
    Bytes request = Bytes.utf8("request of " + slug);
    String first = slug + "x";

    assertThat(now(desk.reserve(request, first, "host/e/" + first, "vkey", 1_000)))
        .isEqualTo(first);
    assertThat(now(desk.reserve(request, slug + "y", "other", "vkey", 1_000))).isEqualTo(first);
    assertThat(now(desk.reserve(Bytes.utf8(slug + "full"), slug + "z", "z", "vkey", 1))).isEmpty();
  }

  private static Enrolment enrolment(String code, int n) {
    Bytes codeId = Bytes.utf8(code).sha256().slice(0, 16);
    Scalar z = Scalar.of(n + 1);
    Point point = Point.base(z);
    return new Enrolment(codeId, point, point, z, Bytes.zero(32));
  }

  private static Enrolment.Numbered numbered(long number, String code, int n) {
    return new Enrolment.Numbered(number, enrolment(code, n));
  }

  @Test
  void oneCodeMakesAtMostThreeDifferentRequests() {
    for (int n = 0; n < 3; n++) {
      assertThat(now(desk.enrol(slug, enrolment("code", n), 3, 100))).isEqualTo(Desk.Enrolled.KEPT);
    }
    assertThat(now(desk.enrol(slug, enrolment("code", 3), 3, 100))).isEqualTo(Desk.Enrolled.FULL);
    assertThat(now(desk.enrol(slug, enrolment("code", 1), 3, 100))).isEqualTo(Desk.Enrolled.KNOWN);
    assertThat(now(desk.enrol(slug, enrolment("another", 3), 3, 100)))
        .isEqualTo(Desk.Enrolled.KEPT);
    assertThat(now(desk.enrol(slug, enrolment("a third", 4), 3, 4))).isEqualTo(Desk.Enrolled.FULL);

    assertThat(now(desk.enrolments(slug, 1, 2)))
        .containsExactly(numbered(2, "code", 1), numbered(3, "code", 2));

    now(desk.forgetEnrolments(slug));
    assertThat(now(desk.enrolments(slug, 0, 10))).isEmpty();
  }

  @Test
  void requestsAtTheSameMomentAreCountedOneByOne() {
    List<Future<Desk.Enrolled>> all =
        IntStream.range(0, 12)
            .mapToObj(n -> desk.enrol(slug, enrolment("race", n), 3, 100))
            .toList();

    assertThat(all.stream().map(Db::now)).filteredOn(Desk.Enrolled.KEPT::equals).hasSize(3);
  }

  @Test
  void aPendingActKeepsItsObjectsUntilItIsDropped() {
    Bytes digest = Bytes.utf8("digest");
    Bytes object = Bytes.utf8("object");
    now(
        desk.keep(
            slug,
            new Desk.Pending(digest, Bytes.utf8("one line"), Map.of(object.sha256(), object))));
    var two = new Desk.Pending(digest, Bytes.utf8("two lines"), Map.of(object.sha256(), object));
    now(desk.keep(slug, two));

    assertThat(now(desk.pending(slug))).containsExactly(two);

    now(desk.drop(slug, digest));
    assertThat(now(desk.pending(slug))).isEmpty();
  }

  @Test
  void refusalsAreCountedByCode() {
    now(desk.count(slug, Map.of("malformed", 2L, "bad-proof", 1L)));
    now(desk.count(slug, Map.of("malformed", 3L)));

    assertThat(now(desk.refused(slug))).isEqualTo(Map.of("bad-proof", 1L, "malformed", 5L));
  }

  @Test
  void aFolderServesOneServerAtATime() {
    assertThatThrownBy(() -> Embedded.start(postgres.folder, Entropy.system()))
        .hasMessageContaining("another server uses the folder");
  }

  @Test
  void aKilledPostgresKeepsWhatItAcknowledged(@TempDir Path folder) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Embedded first = Embedded.start(folder, Entropy.system());
        Db db = Db.open(vertx, first.uri(), 2)) {
      now(new Desk(db).reserve(Bytes.utf8("r"), "killed", "host/e/killed", "vkey", 9));
      slug = "killed";
      epoch = now(new Board(db).take(slug));
      now(new Board(db).append(batch(0, "a", "b")));
      first.kill();
      assertThat(first.isAlive()).isFalse();
    }
    try (Embedded second = Embedded.start(folder, Entropy.system());
        Db db = Db.open(vertx, second.uri(), 2)) {
      assertThat(now(new Board(db).leaves("killed", 0, 10))).containsExactly(leaf("a"), leaf("b"));
    } finally {
      now(vertx.close());
    }
  }

  /// log §10 V14: the inventory of what is stored. A new column is a decision, not an accident.
  @Test
  void theDatabaseHoldsTheseColumnsAndNoOther() {
    var columns =
        now(
            postgres.db.query(
                "list columns",
                """
                select table_name || '.' || column_name as name
                  from information_schema.columns
                 where table_schema = 'public' and table_name not like 'flyway%'\
                """,
                Tuple.tuple()));

    assertThat(Db.rows(columns, r -> r.getString("name")))
        .containsExactlyInAnyOrder(
            "log.slug",
            "log.origin",
            "log.vkey",
            "log.size",
            "log.epoch",
            "log.candidate",
            "log.turn",
            "leaf.slug",
            "leaf.index",
            "leaf.hash",
            "leaf.bytes",
            "blob.slug",
            "blob.sha256",
            "blob.bytes",
            "checkpoint.slug",
            "checkpoint.size",
            "checkpoint.note",
            "cosignature.slug",
            "cosignature.size",
            "cosignature.witness",
            "cosignature.time",
            "cosignature.line",
            "stage.slug",
            "stage.size",
            "reserved.request",
            "reserved.slug",
            "enrolment.slug",
            "enrolment.number",
            "enrolment.code_id",
            "enrolment.body",
            "errand.id",
            "errand.slug",
            "errand.kind",
            "errand.body",
            "errand.mark",
            "errand.until",
            "errand.taken",
            "errand.answer",
            "pending.slug",
            "pending.digest",
            "pending.act",
            "pending_blob.slug",
            "pending_blob.digest",
            "pending_blob.sha256",
            "pending_blob.bytes",
            "refusal.slug",
            "refusal.code",
            "refusal.n");
  }
}
