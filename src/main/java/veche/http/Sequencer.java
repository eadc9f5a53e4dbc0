package veche.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.election.Code;
import veche.record.Entry;
import veche.wire.Bytes;

/// log §3, record §7: the one thread that gives entries their places. It gathers a batch, permutes
/// it so that the order of arrival is lost, keeps the order inside one voting key, and hands it to
/// the logs it belongs to. Everything that touches a fold runs here.
final class Sequencer implements AutoCloseable {
  static final Duration WINDOW = Duration.ofMillis(250);
  static final int MOST = 512;

  private static final int WAITING = 8_192;
  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

  /// An entry on its way into a log, and who waits for the answer.
  record Submission(Ledger ledger, Entry entry, Map<Bytes, Bytes> blobs, Promise<Answer> answer) {}

  private sealed interface Item {}

  private record Given(Submission submission) implements Item {}

  private record Task(Runnable work) implements Item {}

  private final Entropy entropy;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(WAITING);
  private final Thread thread;
  private volatile boolean closed;

  Sequencer(Entropy entropy) {
    this.entropy = entropy;
    thread = Thread.ofPlatform().name("sequencer").start(this::run);
  }

  int waiting() {
    return queue.size();
  }

  /// Fails with [NotKeeper] where this server gives no places (any more).
  Future<Answer> append(Ledger ledger, Entry entry, Map<Bytes, Bytes> blobs) {
    Promise<Answer> promise = Promise.promise();
    offer(new Given(new Submission(ledger, entry, blobs, promise)), promise);
    return promise.future();
  }

  /// Runs `work` between batches, on the thread that owns the folds.
  <T> Future<T> ask(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    Runnable run =
        () -> {
          try {
            promise.complete(work.call());
          } catch (Exception e) {
            promise.fail(e);
          }
        };
    offer(new Task(run), promise);
    return promise.future();
  }

  private void offer(Item item, Promise<?> promise) {
    if (closed) {
      promise.fail(new Unable("the server is stopping"));
    } else if (!queue.offer(item)) {
      promise.fail(new Refusal(Code.RATE_LIMITED, "too much is waiting for its place"));
    }
  }

  private void run() {
    while (!closed || !queue.isEmpty()) {
      try {
        Item first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) sequence(gather(first));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("a batch failed: {}", e.toString());
      }
    }
  }

  /// A window's worth. An act or a task that comes first does not wait for company: only ballots
  /// have an order to hide.
  private List<Item> gather(Item first) throws InterruptedException {
    List<Item> batch = new ArrayList<>();
    batch.add(first);
    long end = System.nanoTime() + WINDOW.toNanos();
    while (batch.size() < MOST) {
      long left = isBallot(first) ? end - System.nanoTime() : 0;
      Item next = left > 0 ? queue.poll(left, TimeUnit.NANOSECONDS) : queue.poll();
      if (next == null) break;
      batch.add(next);
    }
    return batch;
  }

  private static boolean isBallot(Item item) {
    return item instanceof Given(Submission s) && s.entry instanceof Entry.Cast;
  }

  /// Acts and tasks stay where they came; the ballots between two of them are permuted.
  private void sequence(List<Item> batch) {
    List<Submission> ballots = new ArrayList<>();
    for (Item item : batch) {
      switch (item) {
        case Given(Submission s) when s.entry instanceof Entry.Cast -> ballots.add(s);
        case Given(Submission s) -> {
          commit(ballots);
          ballots.clear();
          commit(List.of(s));
        }
        case Task(Runnable work) -> {
          commit(ballots);
          ballots.clear();
          work.run();
        }
      }
    }
    commit(ballots);
  }

  private void commit(List<Submission> run) {
    Map<Ledger, List<Submission>> byLedger = new LinkedHashMap<>();
    for (Submission s : run) byLedger.computeIfAbsent(s.ledger, l -> new ArrayList<>()).add(s);
    byLedger.forEach(
        (ledger, own) -> {
          try {
            ledger.commit(permute(own, entropy));
          } catch (NotKeeper | Unable e) {
            own.forEach(s -> s.answer.tryFail(e));
          } catch (RuntimeException e) {
            LOG.error("{}: a commit failed: {}", ledger.slug(), e.toString());
            own.forEach(s -> s.answer.tryFail(new Unable("the commit failed; send it again")));
          }
        });
  }

  /// A uniformly random order in which the ballots of one key keep theirs: each key's places are
  /// drawn, then filled as its ballots came.
  static List<Submission> permute(List<Submission> arrived, Entropy entropy) {
    List<Submission> drawn = new ArrayList<>(arrived);
    RandomGenerator random = () -> longOf(entropy.bytes(8));
    Collections.shuffle(drawn, java.util.Random.from(random));
    Map<Object, List<Submission>> ofKey = new HashMap<>();
    for (Submission s : arrived) {
      ofKey.computeIfAbsent(key(s), k -> new ArrayList<>()).add(s);
    }
    Map<Object, Integer> next = new HashMap<>();
    List<Submission> out = new ArrayList<>(arrived.size());
    for (Submission s : drawn) {
      Object key = key(s);
      int at = next.merge(key, 1, Integer::sum) - 1;
      out.add(ofKey.getOrDefault(key, List.of()).get(at));
    }
    return out;
  }

  private static Object key(Submission s) {
    return s.entry instanceof Entry.Cast cast ? votingKey(cast) : "acts";
  }

  private static Point votingKey(Entry.Cast cast) {
    return cast.ballot().vk();
  }

  private static long longOf(Bytes bytes) {
    return java.nio.ByteBuffer.wrap(bytes.unsafeArray()).getLong();
  }

  /// Takes nothing more, finishes what waits.
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
