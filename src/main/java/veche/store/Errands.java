package veche.store;

import static veche.store.Db.buffer;
import static veche.store.Db.bytes;
import static veche.store.Db.rows;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import veche.wire.Bytes;

/// log §3.2: what the servers of one database hand to the one that gives places, and its answers.
/// Rows are few and short-lived; none says who sent what it holds, or from where.
public final class Errands {
  /// @param id 16 random bytes
  /// @param mark empty, or what says that the body's proofs were looked at
  public record Errand(Bytes id, String slug, String kind, Bytes body, Bytes mark) {}

  /// @param epoch of the keeper that took it
  public record Taken(Errand errand, long epoch) {}

  private final Db db;

  public Errands(Db db) {
    this.db = db;
  }

  /// Leaves it for the keeper of its log; false if those of its kind have no room.
  ///
  /// @param rows how many of one kind may wait
  /// @param room how many bytes of one kind may wait
  public Future<Boolean> hand(Errand errand, Duration patience, int rows, long room) {
    return db.query(
            "hand an entry on",
            """
            insert into errand (id, slug, kind, body, mark, until)
            select $1, $2, $3, $4, $5, clock_timestamp() + $6::bigint * interval '1 millisecond'
              from (select count(*) as waiting, coalesce(sum(length(body)), 0) as held
                      from errand where kind = $3) now
             where waiting < $7::bigint and held + length($4::bytea) <= $8::bigint
            on conflict (id) do update set until = excluded.until\
            """,
            Tuple.of(
                buffer(errand.id),
                errand.slug,
                errand.kind,
                buffer(errand.body),
                buffer(errand.mark),
                patience.toMillis(),
                (long) rows,
                room))
        .map(done -> done.rowCount() == 1);
  }

  /// What waits for the keeper of these logs, each once: an epoch that is no longer its log's gets
  /// nothing, and a later one gets what an earlier one took and did not answer.
  ///
  /// @param epochs of the logs that the asking server keeps, by slug
  public Future<List<Taken>> take(Map<String, Long> epochs, int most) {
    List<Map.Entry<String, Long>> mine = List.copyOf(epochs.entrySet());
    return db.query(
            "take entries over",
            """
            with kept as (
              select slug, epoch from log
                join unnest($1::text[], $2::bigint[]) as mine (slug, epoch) using (slug, epoch)
            ), next as (
              select id, kept.epoch from errand join kept using (slug)
               where answer is null and until > clock_timestamp()
                 and (taken is null or taken < kept.epoch)
               limit $3 for update of errand skip locked
            )
            update errand set taken = next.epoch from next where errand.id = next.id
            returning errand.id, slug, kind, body, mark, taken\
            """,
            Tuple.tuple()
                .addArrayOfString(mine.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .addArrayOfLong(mine.stream().map(Map.Entry::getValue).toArray(Long[]::new))
                .addLong((long) most))
        .map(
            found ->
                rows(
                    found,
                    r ->
                        new Taken(
                            new Errand(
                                bytes(r, "id"),
                                r.getString("slug"),
                                r.getString("kind"),
                                bytes(r, "body"),
                                bytes(r, "mark")),
                            r.getLong("taken"))));
  }

  /// Leaves the answer for the server that handed it on; nothing if a later keeper took it.
  public Future<Void> answer(Taken taken, Bytes answer) {
    return db.query(
            "answer an entry",
            "update errand set answer = $3 where id = $1 and taken = $2 and answer is null",
            Tuple.of(buffer(taken.errand.id), taken.epoch, buffer(answer)))
        .mapEmpty();
  }

  /// The answers that have come to these, which are then forgotten.
  public Future<Map<Bytes, Bytes>> answers(Collection<Bytes> ids) {
    return db.query(
            "read answers",
            """
            delete from errand where id = any($1) and answer is not null returning id, answer\
            """,
            Tuple.tuple().addArrayOfBuffer(ids.stream().map(Db::buffer).toArray(Buffer[]::new)))
        .map(
            found -> {
              Map<Bytes, Bytes> out = new HashMap<>();
              for (var r : found) out.put(bytes(r, "id"), bytes(r, "answer"));
              return out;
            });
  }

  /// Nobody waits for this one any more.
  public Future<Void> drop(Bytes id) {
    return db.query("drop an entry", "delete from errand where id = $1", Tuple.of(buffer(id)))
        .mapEmpty();
  }

  /// Drops what was left by servers that ended before they could.
  public Future<Void> forget() {
    return db.query(
            "forget entries",
            "delete from errand where until < clock_timestamp() - interval '1 minute'",
            Tuple.tuple())
        .mapEmpty();
  }
}
