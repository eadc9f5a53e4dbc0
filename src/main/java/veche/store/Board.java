package veche.store;

import static veche.store.Db.buffer;
import static veche.store.Db.bytes;
import static veche.store.Db.rows;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.wire.Bytes;

/// log §3: the public memory of every election on this server. It remembers what the sequencer
/// decided and decides nothing itself.
public final class Board {
  /// @param vkey the log's public key
  /// @param candidate the size witnesses are shown, 0 if none was chosen yet
  /// @param turn rises with every change of the log that is not a leaf
  public record Log(
      String slug, String origin, String vkey, long size, long candidate, long turn) {}

  /// @param hash RFC 6962 leaf hash of `bytes`
  public record Leaf(Bytes hash, Bytes bytes) {}

  /// What one commit adds: leaves from index `from` on, the objects they refer to, and the
  /// checkpoint signed over all of it.
  ///
  /// @param stages sizes whose checkpoints are kept from now on, this batch's own or an earlier one
  public record Batch(
      String slug,
      long epoch,
      long from,
      List<Leaf> leaves,
      Map<Bytes, Bytes> blobs,
      String note,
      Set<Long> stages) {
    public Batch {
      leaves = List.copyOf(leaves);
      blobs = Map.copyOf(blobs);
      stages = Set.copyOf(stages);
    }
  }

  /// log §3.5: what a mirror gives back: leaves from the head on, their objects, and what the log
  /// and its witnesses signed over them long ago.
  ///
  /// @param notes by size, the last of them over all of it
  public record Recovered(
      String slug,
      long epoch,
      long from,
      List<Leaf> leaves,
      Map<Bytes, Bytes> blobs,
      Map<Long, String> notes,
      Set<Long> stages,
      List<Cosignature> cosignatures) {
    public Recovered {
      leaves = List.copyOf(leaves);
      blobs = Map.copyOf(blobs);
      notes = Map.copyOf(notes);
      stages = Set.copyOf(stages);
      cosignatures = List.copyOf(cosignatures);
    }
  }

  /// @param line the note line, `— name base64`
  public record Cosignature(long size, String witness, long time, String line) {}

  /// Another server has taken this log over, or its head moved: nothing of the batch was kept.
  public static final class Superseded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Superseded(String slug) {
      super("the log " + slug + " has another keeper or another head");
    }
  }

  private static final String LOGS = "select slug, origin, vkey, size, candidate, turn from log";
  private static final int CHUNK = 512;

  private final Db db;

  public Board(Db db) {
    this.db = db;
  }

  public Future<List<Log>> logs() {
    return db.query("list logs", LOGS + " order by slug", Tuple.tuple())
        .map(rows -> rows(rows, Board::log));
  }

  public Future<Log> log(String slug) {
    return db.query("read the head", LOGS + " where slug = $1", Tuple.of(slug))
        .map(rows -> log(rows.iterator().next()));
  }

  private static Log log(Row r) {
    return new Log(
        r.getString("slug"),
        r.getString("origin"),
        r.getString("vkey"),
        r.getLong("size"),
        r.getLong("candidate"),
        r.getLong("turn"));
  }

  /// Makes this server the log's only keeper and answers its epoch.
  public Future<Long> take(String slug) {
    return db.query(
            "take the log over",
            "update log set epoch = epoch + 1 where slug = $1 returning epoch",
            Tuple.of(slug))
        .map(rows -> rows.iterator().next().getLong("epoch"));
  }

  /// Of the server that took it last.
  public Future<Long> epoch(String slug) {
    return db.query("read the epoch", "select epoch from log where slug = $1", Tuple.of(slug))
        .map(rows -> rows.iterator().next().getLong("epoch"));
  }

  /// One transaction: leaves, objects, checkpoint and head become visible together or not at all. A
  /// [Superseded] changed nothing; after any other failure the outcome is unknown.
  public Future<Void> append(Batch batch) {
    return db.inTransaction(
            "append",
            connection ->
                lockHead(connection, batch)
                    .compose(ok -> insertLeaves(connection, batch))
                    .compose(ok -> insertBlobs(connection, batch))
                    .compose(ok -> insertCheckpoint(connection, batch))
                    .compose(ok -> insertStages(connection, batch))
                    .compose(ok -> moveHead(connection, batch)))
        .recover(
            e ->
                Future.failedFuture(
                    e.getCause() instanceof Superseded superseded ? superseded : e));
  }

  /// Makes room for a log that this database never knew.
  public Future<Void> found(String slug, String origin, String vkey) {
    return db.query(
            "open a log",
            "insert into log (slug, origin, vkey) values ($1, $2, $3) on conflict do nothing",
            Tuple.of(slug, origin, vkey))
        .mapEmpty();
  }

  /// All of it or nothing, like [#append].
  public Future<Void> recover(Recovered back) {
    Batch whole =
        new Batch(back.slug, back.epoch, back.from, back.leaves, back.blobs, "", back.stages);
    return db.inTransaction(
        "recover",
        connection -> {
          Future<?> done = lockHead(connection, whole);
          for (int at = 0; at < back.leaves.size(); at += CHUNK) {
            Batch part =
                new Batch(
                    back.slug,
                    back.epoch,
                    back.from + at,
                    back.leaves.subList(at, Math.min(at + CHUNK, back.leaves.size())),
                    Map.of(),
                    "",
                    Set.of());
            done = done.compose(ok -> insertLeaves(connection, part));
          }
          done = done.compose(ok -> insertBlobs(connection, whole));
          for (Map.Entry<Long, String> note : back.notes.entrySet()) {
            done =
                done.compose(
                    ok ->
                        Db.query(
                            connection,
                            "recover a checkpoint",
                            """
                            insert into checkpoint (slug, size, note) values ($1, $2, $3)
                            on conflict do nothing\
                            """,
                            Tuple.of(back.slug, note.getKey(), note.getValue())));
          }
          return done.compose(ok -> insertStages(connection, whole))
              .compose(ok -> keep(connection, back.slug, back.cosignatures))
              .compose(ok -> moveHead(connection, whole));
        });
  }

  private static Future<?> lockHead(SqlConnection connection, Batch batch) {
    return Db.query(
            connection,
            "lock the head",
            "select 1 as ours from log where slug = $1 and size = $2 and epoch = $3 for update",
            Tuple.of(batch.slug, batch.from, batch.epoch))
        .compose(rows -> one(rows, batch));
  }

  private static Future<?> insertLeaves(SqlConnection connection, Batch batch) {
    return Db.query(
        connection,
        "insert leaves",
        """
        insert into leaf (slug, index, hash, bytes)
        select $1, $2 + place - 1, hash, bytes
          from unnest($3::bytea[], $4::bytea[]) with ordinality as t (hash, bytes, place)\
        """,
        Tuple.of(batch.slug, batch.from)
            .addArrayOfBuffer(batch.leaves.stream().map(l -> buffer(l.hash)).toArray(Buffer[]::new))
            .addArrayOfBuffer(
                batch.leaves.stream().map(l -> buffer(l.bytes)).toArray(Buffer[]::new)));
  }

  private static Future<?> insertBlobs(SqlConnection connection, Batch batch) {
    Future<?> done = Future.succeededFuture();
    for (Map.Entry<Bytes, Bytes> blob : batch.blobs.entrySet()) {
      done =
          done.compose(
              ok ->
                  Db.query(
                      connection,
                      "insert blob",
                      """
                      insert into blob (slug, sha256, bytes) values ($1, $2, $3)
                      on conflict do nothing\
                      """,
                      Tuple.of(batch.slug, buffer(blob.getKey()), buffer(blob.getValue()))));
    }
    return done;
  }

  private static Future<?> insertCheckpoint(SqlConnection connection, Batch batch) {
    return Db.query(
        connection,
        "insert checkpoint",
        "insert into checkpoint (slug, size, note) values ($1, $2, $3)",
        Tuple.of(batch.slug, batch.from + batch.leaves.size(), batch.note));
  }

  private static Future<?> insertStages(SqlConnection connection, Batch batch) {
    return Db.query(
        connection,
        "insert stages",
        """
        insert into stage (slug, size) select $1, size from unnest($2::bigint[]) as t (size)
        on conflict do nothing\
        """,
        Tuple.of(batch.slug).addArrayOfLong(batch.stages.toArray(Long[]::new)));
  }

  private static Future<Void> moveHead(SqlConnection connection, Batch batch) {
    return Db.query(
            connection,
            "move the head",
            """
            update log set size = $4, turn = turn + $5
             where slug = $1 and size = $2 and epoch = $3\
            """,
            Tuple.of(
                batch.slug,
                batch.from,
                batch.epoch,
                batch.from + batch.leaves.size(),
                batch.stages.isEmpty() ? 0L : 1L))
        .compose(rows -> one(rows, batch));
  }

  private static Future<Void> one(RowSet<Row> rows, Batch batch) {
    return rows.rowCount() == 1
        ? Future.succeededFuture()
        : Future.failedFuture(new Superseded(batch.slug));
  }

  /// At most `count` leaves from index `from` on, in order.
  public Future<List<Leaf>> leaves(String slug, long from, int count) {
    return db.query(
            "read leaves",
            """
            select hash, bytes from leaf
             where slug = $1 and index >= $2 and index < $2 + $3 order by index\
            """,
            Tuple.of(slug, from, (long) count))
        .map(rows -> rows(rows, r -> new Leaf(bytes(r, "hash"), bytes(r, "bytes"))));
  }

  public Future<Optional<Bytes>> blob(String slug, Bytes sha256) {
    return db.query(
            "read blob",
            "select bytes from blob where slug = $1 and sha256 = $2",
            Tuple.of(slug, buffer(sha256)))
        .map(rows -> rows(rows, r -> bytes(r, "bytes")).stream().findFirst());
  }

  /// The digests of all objects of a log, ascending, with their lengths.
  public Future<List<Map.Entry<Bytes, Long>>> blobs(String slug) {
    return db.query(
            "list blobs",
            """
            select sha256, length(bytes)::bigint as length from blob
             where slug = $1 order by sha256\
            """,
            Tuple.of(slug))
        .map(rows -> rows(rows, r -> Map.entry(bytes(r, "sha256"), r.getLong("length"))));
  }

  public Future<Optional<String>> checkpoint(String slug, long size) {
    return note("select note from checkpoint where slug = $1 and size = $2", Tuple.of(slug, size));
  }

  /// The checkpoint that the leaf at `index` was committed with.
  public Future<Optional<String>> checkpointOver(String slug, long index) {
    return note(
        "select note from checkpoint where slug = $1 and size > $2 order by size limit 1",
        Tuple.of(slug, index));
  }

  private Future<Optional<String>> note(String sql, Tuple arguments) {
    return db.query("read checkpoint", sql, arguments)
        .map(rows -> rows(rows, r -> r.getString("note")).stream().findFirst());
  }

  /// Keeps the newest statement of each witness about each size.
  public Future<Void> cosign(String slug, List<Cosignature> cosignatures) {
    return db.inTransaction(
        "keep cosignatures",
        connection -> keep(connection, slug, cosignatures).compose(ok -> turn(connection, slug)));
  }

  private static Future<Void> keep(
      SqlConnection connection, String slug, List<Cosignature> cosignatures) {
    Future<Void> done = Future.succeededFuture();
    for (Cosignature c : cosignatures) {
      done =
          done.compose(
              ok ->
                  Db.query(
                          connection,
                          "keep a cosignature",
                          """
                          insert into cosignature (slug, size, witness, time, line)
                          values ($1, $2, $3, $4, $5)
                          on conflict (slug, size, witness)
                          do update set time = excluded.time, line = excluded.line
                          where cosignature.time < excluded.time\
                          """,
                          Tuple.of(slug, c.size, c.witness, c.time, c.line))
                      .mapEmpty());
    }
    return done;
  }

  /// Tells those who follow that something beside the leaves has changed.
  static Future<Void> turn(SqlConnection connection, String slug) {
    return Db.query(
            connection,
            "turn the log",
            "update log set turn = turn + 1 where slug = $1",
            Tuple.of(slug))
        .mapEmpty();
  }

  /// Chooses the size that witnesses are shown.
  public Future<Void> present(String slug, long size) {
    return db.query(
            "choose a candidate",
            "update log set candidate = $2, turn = turn + 1 where slug = $1",
            Tuple.of(slug, size))
        .mapEmpty();
  }

  public Future<List<Cosignature>> cosignatures(String slug) {
    return db.query(
            "read cosignatures",
            """
            select size, witness, time, line from cosignature
             where slug = $1 order by size, witness\
            """,
            Tuple.of(slug))
        .map(
            rows ->
                rows(
                    rows,
                    r ->
                        new Cosignature(
                            r.getLong("size"),
                            r.getString("witness"),
                            r.getLong("time"),
                            r.getString("line"))));
  }

  /// Drops the cosignatures of sizes below `size` that are no stage's.
  public Future<Void> forgetCosignatures(String slug, long below) {
    return db.query(
            "forget cosignatures",
            """
            delete from cosignature c where slug = $1 and size < $2
               and not exists (select 1 from stage s where s.slug = c.slug and s.size = c.size)\
            """,
            Tuple.of(slug, below))
        .mapEmpty();
  }

  public Future<Void> keepStage(String slug, long size) {
    return db.query(
            "keep a stage",
            """
            with turned as (update log set turn = turn + 1 where slug = $1)
            insert into stage (slug, size) values ($1, $2) on conflict do nothing\
            """,
            Tuple.of(slug, size))
        .mapEmpty();
  }

  /// The kept checkpoints by size, ascending, as the log signed them.
  public Future<List<Map.Entry<Long, String>>> stages(String slug) {
    return db.query(
            "read stages",
            """
            select size, note from stage join checkpoint using (slug, size)
             where slug = $1 order by size\
            """,
            Tuple.of(slug))
        .map(rows -> rows(rows, r -> Map.entry(r.getLong("size"), r.getString("note"))));
  }
}
