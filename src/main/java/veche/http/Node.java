package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.store.Baton;
import veche.store.Board;

/// log §3: one of the servers on a database. Whoever holds the baton keeps every log; the others
/// read what it adds, several times a second, and stand ready.
final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final int BEAT_MILLIS = 400;
  private static final int FOLLOW_MILLIS = 200;
  private static final int STALE_SECONDS = 15;

  /// Turns between two looks for logs whose names another server gave.
  private static final int NEWS = 5;

  /// Turns between two attempts at logs that could not be kept.
  private static final int RETAKE = 50;

  private final Vertx vertx;
  private final Baton baton;
  private final Board board;
  private final Ledgers ledgers;
  private final Sequencer sequencer;
  private final Role role;
  private final long beating;
  private final Thread thread;
  private volatile boolean closed;
  private volatile long turned;
  private boolean beats;
  private int turns;

  /// Blocks until this server keeps every log or knows that another one does.
  Node(Vertx vertx, Baton baton, Board board, Ledgers ledgers, Sequencer sequencer, Role role) {
    this.vertx = vertx;
    this.baton = baton;
    this.board = board;
    this.ledgers = ledgers;
    this.sequencer = sequencer;
    this.role = role;
    now(baton.beat());
    turn();
    beating = vertx.setPeriodic(BEAT_MILLIS, id -> beat());
    thread = Thread.ofPlatform().name("node").start(this::run);
  }

  /// Beside the work below, which may take its time: silence costs the baton.
  private void beat() {
    if (beats) return;
    beats = true;
    baton.beat().onComplete(done -> beats = false);
  }

  private void run() {
    while (!closed) {
      try {
        turn();
      } catch (RuntimeException e) {
        LOG.warn("{}: {}", role, e.toString());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FOLLOW_MILLIS));
    }
  }

  /// Why people should not be sent to this server now; empty where they may be.
  String lacks() {
    if (role.deposed()) return "another server has taken over";
    boolean fresh = System.nanoTime() - turned < TimeUnit.SECONDS.toNanos(STALE_SECONDS);
    return fresh ? "" : "the logs are not followed";
  }

  private void turn() {
    if (role.deposed()) {
      baton.drop();
      release();
    } else if (baton.held() && !role.keeper()) {
      take();
    } else if (!baton.held() && role.keeper()) {
      release();
    }
    if (!role.keeper()) {
      List<Board.Log> logs = now(board.logs());
      ask(() -> ledgers.follow(logs));
    } else if (++turns % RETAKE == 0) {
      ask(ledgers::retake);
    } else if (turns % NEWS == 0) {
      List<Board.Log> logs = now(board.logs());
      ask(() -> ledgers.learn(logs));
    }
    turned = System.nanoTime();
  }

  private void take() {
    ask(
        () -> {
          ledgers.take();
          role.keep(true);
        });
    LOG.info("this server keeps the logs");
  }

  private void release() {
    role.keep(false);
    ask(ledgers::release);
    LOG.warn("another server may keep the logs now; this one follows");
  }

  private void ask(Runnable work) {
    sequencer
        .ask(
            () -> {
              work.run();
              return true;
            })
        .await();
  }

  /// What is being done is finished; the sequencer still answers what it has.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The sequencer has come to its end: another server may begin at once.
  void leave() {
    vertx.cancelTimer(beating);
    role.keep(false);
    baton.close();
  }
}
