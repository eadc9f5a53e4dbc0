package veche.rehearsal;

import static veche.store.Db.now;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import veche.http.Intake;
import veche.record.Entry;
import veche.store.Db;
import veche.view.Json;

/// How many leaves a second a log takes durably, beside a plain table of the same database that is
/// given the same bytes in batches of the same size, in turns.
final class Speeds {
  /// The sequencer's largest batch (record §7).
  private static final int BATCH = 512;

  private static final int UNANSWERED = 4 * BATCH;
  private static final long PATIENCE_SECONDS = 120;

  private final Db db;

  Speeds(Db db) {
    this.db = db;
    run(
        """
        create table if not exists plain (
          index bigint generated always as identity primary key, bytes bytea not null)\
        """,
        Tuple.tuple());
  }

  private void run(String sql, Tuple arguments) {
    now(db.query("bench", sql, arguments));
  }

  /// Of one size of leaf.
  ///
  /// @param log leaves a second through the sequencer, one figure a round
  /// @param plain rows a second into the plain table, one figure a round
  record Pair(int bytes, int leaves, List<Double> log, List<Double> plain) {
    Pair {
      log = List.copyOf(log);
      plain = List.copyOf(plain);
    }

    double median() {
      return Speeds.median(log);
    }

    double plainMedian() {
      return Speeds.median(plain);
    }

    /// Each round's own ratio: whatever else the machine did struck both sides of it.
    double ratio() {
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < log.size(); i++) ratios.add(log.get(i) / plain.get(i));
      return Speeds.median(ratios);
    }

    ObjectNode json() {
      ObjectNode out = Json.object();
      out.put("bytes", bytes).put("leaves_a_round", leaves);
      out.put("leaves_a_second", Math.round(median()));
      out.put("plain_rows_a_second", Math.round(plainMedian()));
      out.put("ratio", Math.round(100 * ratio()) / 100.0);
      put(out.putArray("rounds"), log);
      put(out.putArray("plain_rounds"), plain);
      return out;
    }

    private static void put(ArrayNode out, List<Double> all) {
      for (double one : all) out.add(Math.round(one));
    }
  }

  static double median(List<Double> all) {
    List<Double> sorted = all.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /// One more round than is told: the first is for the compiler.
  Pair measure(Intake intake, Stock stock, int leaves, int rounds) {
    List<Double> log = new ArrayList<>();
    List<Double> plain = new ArrayList<>();
    int bytes = 0;
    for (int round = 0; round <= rounds; round++) {
      List<Entry.Cast> all = stock.next(leaves);
      bytes = all.getFirst().leaf().length();
      double raw = plain(all);
      double ours = log(intake, all);
      if (round == 0) continue;
      plain.add(raw);
      log.add(ours);
    }
    run("truncate plain", Tuple.tuple());
    return new Pair(bytes, leaves, log, plain);
  }

  private double plain(List<Entry.Cast> leaves) {
    long began = System.nanoTime();
    for (int at = 0; at < leaves.size(); at += BATCH) {
      Buffer[] batch =
          leaves.subList(at, Math.min(at + BATCH, leaves.size())).stream()
              .map(cast -> Buffer.buffer(cast.leaf().unsafeArray()))
              .toArray(Buffer[]::new);
      run(
          "insert into plain (bytes) select unnest($1::bytea[])",
          Tuple.tuple().addArrayOfBuffer(batch));
    }
    return rate(leaves.size(), began);
  }

  /// Until the last of them has a receipt, which it has only when it is durable.
  static double log(Intake intake, List<Entry.Cast> leaves) {
    Semaphore room = new Semaphore(UNANSWERED);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    long began = System.nanoTime();
    try {
      for (Entry.Cast leaf : leaves) {
        take(room, 1);
        var unused =
            intake
                .take(leaf)
                .whenComplete(
                    (receipt, e) -> {
                      if (e != null) failed.compareAndSet(null, e);
                      room.release();
                    });
        Throwable why = failed.get();
        if (why != null) throw new IllegalStateException("a leaf was not taken", why);
      }
      take(room, UNANSWERED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Roles.Failed("interrupted");
    }
    Throwable why = failed.get();
    if (why != null) throw new IllegalStateException("a leaf was not taken", why);
    return rate(leaves.size(), began);
  }

  private static void take(Semaphore room, int permits) throws InterruptedException {
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new Roles.Failed("no receipt for " + PATIENCE_SECONDS + " s");
    }
  }

  private static double rate(int count, long began) {
    return count / ((System.nanoTime() - began) / 1e9);
  }
}
