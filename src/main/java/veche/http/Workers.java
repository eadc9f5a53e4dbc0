package veche.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import veche.election.Code;

/// The bounded pool for whatever computes: parsing points, checking proofs. Full means "later",
/// never "slower for everybody".
final class Workers implements AutoCloseable {
  private final ThreadPoolExecutor pool;

  Workers(int threads, int waiting) {
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("worker-", 0).daemon().factory());
  }

  /// How much may wait.
  int room() {
    return waiting() + pool.getQueue().remainingCapacity();
  }

  int threads() {
    return pool.getMaximumPoolSize();
  }

  int waiting() {
    return pool.getQueue().size();
  }

  <T> Future<T> run(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    try {
      pool.execute(
          () -> {
            try {
              promise.complete(work.call());
            } catch (Exception | StackOverflowError e) {
              promise.fail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      promise.fail(new Refusal(Code.RATE_LIMITED, "the server has all it can do"));
    }
    return promise.future();
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
