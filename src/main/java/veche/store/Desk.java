package veche.store;

import static veche.store.Db.buffer;
import static veche.store.Db.bytes;
import static veche.store.Db.rows;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import veche.roll.Enrolment;
import veche.wire.Bytes;

/// What waits at the doors: requests to be enrolled, acts that lack signatures, names without a
/// draft; and how many were turned away for what. No address and no time of anyone is in it.
public final class Desk {
  public enum Enrolled {
    KEPT,
    KNOWN,
    FULL
  }

  /// @param act the leaf with the signature lines it has so far
  public record Pending(Bytes digest, Bytes act, Map<Bytes, Bytes> blobs) {
    public Pending {
      blobs = Map.copyOf(blobs);
    }
  }

  private final Db db;

  public Desk(Db db) {
    this.db = db;
  }

  /// Keeps a name for the draft that will come; an equal request keeps its first name. Answers the
  /// name kept, or `""` when `cap` names already wait.
  public Future<String> reserve(Bytes request, String slug, String origin, String vkey, int cap) {
    return db.inTransaction(
        "reserve a name",
        connection ->
            alone(connection, "reserved")
                .compose(
                    ok ->
                        Db.query(
                            connection,
                            "find a reservation",
                            """
                            select slug, (select count(*) from log where size = 0) as waiting
                              from (select 1) one
                              left join reserved on request = $1\
                            """,
                            Tuple.of(buffer(request))))
                .compose(
                    rows -> {
                      var row = rows.iterator().next();
                      String known = row.getString("slug");
                      if (known != null) return Future.succeededFuture(known);
                      if (row.getLong("waiting") >= cap) return Future.succeededFuture("");
                      return Db.query(
                              connection,
                              "open a log",
                              "insert into log (slug, origin, vkey) values ($1, $2, $3)",
                              Tuple.of(slug, origin, vkey))
                          .compose(
                              ok ->
                                  Db.query(
                                      connection,
                                      "keep a reservation",
                                      "insert into reserved (request, slug) values ($1, $2)",
                                      Tuple.of(buffer(request), slug)))
                          .map(slug);
                    }));
  }

  /// @param perCode how many different requests one code may make
  /// @param inAll how many requests one election takes
  public Future<Enrolled> enrol(String slug, Enrolment enrolment, int perCode, long inAll) {
    Buffer code = buffer(enrolment.codeId());
    Buffer body = buffer(enrolment.enc().encode());
    return db.inTransaction(
        "enrol",
        connection ->
            alone(connection, slug)
                .compose(
                    ok ->
                        Db.query(
                            connection,
                            "count enrolments",
                            """
                            select count(*) as requests,
                                   count(*) filter (where body = $3) as same,
                                   (select coalesce(max(number), 0) from enrolment
                                     where slug = $1) as last
                              from enrolment where slug = $1 and code_id = $2\
                            """,
                            Tuple.of(slug, code, body)))
                .compose(
                    rows -> {
                      var row = rows.iterator().next();
                      if (row.getLong("same") > 0) return Future.succeededFuture(Enrolled.KNOWN);
                      long last = row.getLong("last");
                      if (row.getLong("requests") >= perCode || last >= inAll) {
                        return Future.succeededFuture(Enrolled.FULL);
                      }
                      return Db.query(
                              connection,
                              "keep an enrolment",
                              """
                              insert into enrolment (slug, number, code_id, body)
                              values ($1, $2, $3, $4)\
                              """,
                              Tuple.of(slug, last + 1, code, body))
                          .map(Enrolled.KEPT);
                    }));
  }

  /// How many requests this election holds.
  public Future<Long> enrolled(String slug) {
    return db.query(
            "count all enrolments",
            "select coalesce(max(number), 0) as held from enrolment where slug = $1",
            Tuple.of(slug))
        .map(rows -> rows.iterator().next().getLong("held"));
  }

  public Future<List<Enrolment.Numbered>> enrolments(String slug, long after, int most) {
    return db.query(
            "read enrolments",
            """
            select number, body from enrolment
             where slug = $1 and number > $2 order by number limit $3\
            """,
            Tuple.of(slug, after, most))
        .map(
            rows ->
                rows(
                    rows,
                    r ->
                        new Enrolment.Numbered(
                            r.getLong("number"), Enrolment.read(bytes(r, "body")))));
  }

  /// record §8: once the roll is part of an open election nobody needs the requests any more.
  public Future<Void> forgetEnrolments(String slug) {
    return db.query("forget enrolments", "delete from enrolment where slug = $1", Tuple.of(slug))
        .mapEmpty();
  }

  /// Keeps an act that waits, or more signature lines of it.
  public Future<Void> keep(String slug, Pending pending) {
    return db.inTransaction(
        "keep a pending act",
        connection -> {
          Future<Void> done =
              Db.query(
                      connection,
                      "keep a pending act",
                      """
                      insert into pending (slug, digest, act) values ($1, $2, $3)
                      on conflict (slug, digest) do update set act = excluded.act\
                      """,
                      Tuple.of(slug, buffer(pending.digest), buffer(pending.act)))
                  .mapEmpty();
          for (Map.Entry<Bytes, Bytes> blob : pending.blobs.entrySet()) {
            done =
                done.compose(
                    ok ->
                        Db.query(
                                connection,
                                "keep a pending act's blob",
                                """
                                insert into pending_blob (slug, digest, sha256, bytes)
                                values ($1, $2, $3, $4) on conflict do nothing\
                                """,
                                Tuple.of(
                                    slug,
                                    buffer(pending.digest),
                                    buffer(blob.getKey()),
                                    buffer(blob.getValue())))
                            .mapEmpty());
          }
          return done.compose(ok -> Board.turn(connection, slug));
        });
  }

  public Future<Void> drop(String slug, Bytes digest) {
    return db.query(
            "drop a pending act",
            """
            with turned as (update log set turn = turn + 1 where slug = $1)
            delete from pending where slug = $1 and digest = $2\
            """,
            Tuple.of(slug, buffer(digest)))
        .mapEmpty();
  }

  public Future<List<Pending>> pending(String slug) {
    return db.query(
            "read pending acts",
            """
            select p.digest, p.act, b.sha256, b.bytes
              from pending p left join pending_blob b using (slug, digest)
             where slug = $1 order by p.digest, b.sha256\
            """,
            Tuple.of(slug))
        .map(
            rows -> {
              Map<Bytes, Pending> out = new LinkedHashMap<>();
              for (var row : rows) {
                Bytes digest = bytes(row, "digest");
                Map<Bytes, Bytes> blobs = new LinkedHashMap<>();
                Pending earlier = out.get(digest);
                if (earlier != null) blobs.putAll(earlier.blobs);
                if (row.getBuffer("sha256") != null) {
                  blobs.put(bytes(row, "sha256"), bytes(row, "bytes"));
                }
                out.put(digest, new Pending(digest, bytes(row, "act"), blobs));
              }
              return List.copyOf(out.values());
            });
  }

  /// Adds to the counters of refusals, by code.
  public Future<Void> count(String slug, Map<String, Long> refused) {
    return db.query(
            "count refusals",
            """
            insert into refusal (slug, code, n)
            select $1, code, n from unnest($2::text[], $3::bigint[]) as t (code, n)
            on conflict (slug, code) do update set n = refusal.n + excluded.n\
            """,
            Tuple.of(slug)
                .addArrayOfString(refused.keySet().toArray(String[]::new))
                .addArrayOfLong(refused.values().toArray(Long[]::new)))
        .mapEmpty();
  }

  public Future<Map<String, Long>> refused(String slug) {
    return db.query(
            "read refusals",
            "select code, n from refusal where slug = $1 order by code",
            Tuple.of(slug))
        .map(
            rows -> {
              Map<String, Long> out = new LinkedHashMap<>();
              for (var row : rows) out.put(row.getString("code"), row.getLong("n"));
              return out;
            });
  }

  /// One at a time per name, to the end of the transaction: what is counted stays counted.
  private static Future<?> alone(SqlConnection connection, String name) {
    return Db.query(
        connection,
        "queue up",
        "select 1 from pg_advisory_xact_lock(hashtextextended($1, 0))",
        Tuple.of(name));
  }
}
