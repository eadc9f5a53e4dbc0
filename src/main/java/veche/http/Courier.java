package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.election.Code;
import veche.store.Board;
import veche.store.Errands;
import veche.store.StoreException;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// log §3.2: what comes to a server that gives no places now goes through the database to the one
/// that does, and its answer comes back the same way. Whoever sent it cannot tell the difference.
/// Any thread.
final class Courier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /// How long an entry waits for its answer: longer than a new keeper needs to begin.
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int BEAT_MILLIS = 100;
  private static final int AGAIN_MILLIS = 200;
  private static final int FORGET_BEATS = 600;
  private static final int MOST_AT_ONCE = 256;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

  /// What kind of door it came through.
  enum Kind {
    BALLOT(4_096, 64L << 20),
    ACT(64, Limits.ACT + Limits.SMALL),
    COSIGNATURES(256, 4L << 20);

    private final int rows;
    private final long room;

    Kind(int rows, long room) {
      this.rows = rows;
      this.room = room;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What the keeper does with an entry that another server handed on. It fails with a [NotKeeper]
  /// where it turns out to be none.
  interface Keeper {
    /// @param proved whether the proofs in it were looked at by a server that holds the log's key
    Future<Answer> take(Ledger ledger, Bytes body, boolean proved);
  }

  private final Vertx vertx;
  private final Errands errands;
  private final Board board;
  private final Sequencer sequencer;
  private final Ledgers ledgers;
  private final Entropy entropy;
  private final Map<Kind, Keeper> keepers;
  private final Map<Bytes, Promise<Answer>> waiting = new ConcurrentHashMap<>();
  private final Set<Future<?>> inHand = ConcurrentHashMap.newKeySet();
  private long beating;
  private boolean taking;
  private boolean looking;
  private int beats;
  private volatile boolean resting;

  Courier(
      Vertx vertx,
      Errands errands,
      Board board,
      Ledgers ledgers,
      Sequencer sequencer,
      Entropy entropy) {
    this.vertx = vertx;
    this.errands = errands;
    this.board = board;
    this.sequencer = sequencer;
    this.ledgers = ledgers;
    this.entropy = entropy;
    keepers = new HashMap<>();
  }

  /// Before [#begin].
  void serves(Kind kind, Keeper keeper) {
    keepers.put(kind, keeper);
  }

  void begin() {
    beating = vertx.setPeriodic(BEAT_MILLIS, id -> beat());
  }

  int waiting() {
    return waiting.size();
  }

  /// What this server does itself where it keeps the log, else asks the keeper to do.
  ///
  /// @param proved whether this server has looked at the proofs in the body
  Future<Answer> kept(
      Ledger ledger, Kind kind, Bytes body, boolean proved, Supplier<Future<Answer>> here) {
    Future<Answer> done = ledger.epoch() >= 0 ? here.get() : Future.failedFuture(new NotKeeper());
    return done.recover(
        e -> e instanceof NotKeeper ? hand(ledger, kind, body, proved) : Future.failedFuture(e));
  }

  private Future<Answer> hand(Ledger ledger, Kind kind, Bytes body, boolean proved) {
    Bytes id = entropy.bytes(16);
    Bytes mark = proved ? ledger.mark(id, body) : Bytes.EMPTY;
    Promise<Answer> answer = Promise.promise();
    waiting.put(id, answer);
    long end = System.nanoTime() + PATIENCE.toNanos();
    long timer = vertx.setTimer(PATIENCE.toMillis(), late -> answer.tryFail(nobody()));
    leave(new Errands.Errand(id, ledger.slug(), kind.id(), body, mark), kind, answer, end);
    return answer
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              waiting.remove(id);
              if (done.failed()) errands.drop(id);
            });
  }

  private static Unable nobody() {
    return new Unable("no server keeps the logs now; send it again");
  }

  /// A database that is away may be back in a moment.
  private void leave(Errands.Errand errand, Kind kind, Promise<Answer> answer, long end) {
    long left = end - System.nanoTime();
    if (answer.future().isComplete() || left <= 0) return;
    errands
        .hand(errand, Duration.ofNanos(left), kind.rows, kind.room)
        .onComplete(
            done -> {
              if (done.succeeded() && !done.result()) {
                answer.tryFail(new Refusal(Code.RATE_LIMITED, "too much is waiting for its place"));
              } else if (done.failed() && done.cause() instanceof StoreException) {
                vertx.setTimer(AGAIN_MILLIS, again -> leave(errand, kind, answer, end));
              } else if (done.failed()) {
                answer.tryFail(done.cause());
              }
            });
  }

  private void beat() {
    if (!looking && !waiting.isEmpty()) look();
    if (!taking && !resting) take();
    if (++beats % FORGET_BEATS == 0) errands.forget().onFailure(Courier::silent);
  }

  private void look() {
    looking = true;
    errands
        .answers(List.copyOf(waiting.keySet()))
        .onComplete(
            done -> {
              looking = false;
              if (done.failed() || done.result().isEmpty()) return;
              caughtUp().onComplete(read -> done.result().forEach(this::answered));
            });
  }

  /// Whoever is answered finds here at once what the answer speaks of.
  private Future<Boolean> caughtUp() {
    return board
        .logs()
        .compose(
            logs ->
                sequencer.ask(
                    () -> {
                      ledgers.follow(logs);
                      return true;
                    }));
  }

  private void answered(Bytes id, Bytes text) {
    Promise<Answer> answer = waiting.get(id);
    if (answer == null) return;
    try {
      read(text).onComplete(answer::tryComplete, answer::tryFail);
    } catch (RuntimeException e) {
      answer.tryFail(e);
    }
  }

  private void take() {
    Map<String, Long> epochs = new HashMap<>();
    for (Ledger ledger : ledgers.all()) {
      if (ledger.epoch() >= 0) epochs.put(ledger.slug(), ledger.epoch());
    }
    if (epochs.isEmpty()) return;
    taking = true;
    errands
        .take(epochs, MOST_AT_ONCE)
        .onComplete(
            done -> {
              taking = false;
              if (done.succeeded()) done.result().forEach(this::serve);
            });
  }

  private void serve(Errands.Taken taken) {
    Future<?> answered =
        work(taken.errand())
            .transform(
                done ->
                    done.failed() && done.cause() instanceof NotKeeper
                        ? Future.succeededFuture() // it waits for the next keeper
                        : errands.answer(
                            taken, done.succeeded() ? write(done.result()) : write(done.cause())));
    inHand.add(answered);
    answered.onComplete(done -> inHand.remove(answered)).onFailure(Courier::silent);
  }

  private Future<Answer> work(Errands.Errand errand) {
    try {
      Ledger ledger = ledgers.get(errand.slug()).orElseThrow();
      Kind kind = Kind.valueOf(errand.kind().toUpperCase(Locale.ROOT));
      Keeper keeper = Objects.requireNonNull(keepers.get(kind));
      boolean proved = ledger.marked(errand.id(), errand.body(), errand.mark());
      return keeper.take(ledger, errand.body(), proved);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /// The one who waits asks again; nothing is lost.
  private static void silent(Throwable e) {
    LOG.warn("an entry handed on: {}", e.toString());
  }

  // ---- answers on their way

  private static Bytes write(Answer answer) {
    return switch (answer) {
      case Answer.Logged(String receipt) -> written("logged", Enc.text(receipt));
      case Answer.Waiting(List<String> have, int need) ->
          written("waiting", Enc.list(have, Enc::text), Enc.uint(need));
      case Answer.Kept kept -> written("kept");
    };
  }

  private static Bytes write(Throwable why) {
    return switch (why) {
      case Refusal refusal ->
          written(
              "refused", Enc.text(refusal.why().code().name()), Enc.text(refusal.why().detail()));
      case Malformed malformed ->
          written(
              "refused", Enc.text(Code.MALFORMED.name()), Enc.text(malformed.getMessage() + ""));
      case Unable unable -> written("unable", Enc.text(unable.getMessage() + ""));
      case StoreException gone -> written("unable", Enc.text("the database does not answer"));
      default -> {
        LOG.error("an entry handed on failed: {}", why.toString());
        yield written("failed");
      }
    };
  }

  private static Bytes written(String outcome, Enc... values) {
    List<Enc> all = new ArrayList<>();
    all.add(Enc.text(outcome));
    all.addAll(List.of(values));
    return Enc.list(all).encode();
  }

  private static Future<Answer> read(Bytes text) {
    Enc.Fields f = Enc.parse(text, Point::decode).fields("answer");
    String outcome = f.text("outcome");
    Future<Answer> out =
        switch (outcome) {
          case "logged" -> Future.succeededFuture(new Answer.Logged(f.text("receipt")));
          case "waiting" -> {
            List<String> have = f.list("have", g -> g.text("name"));
            yield Future.succeededFuture(new Answer.Waiting(have, f.uint("need", 1_000)));
          }
          case "kept" -> Future.succeededFuture(new Answer.Kept());
          case "refused" ->
              Future.failedFuture(new Refusal(Code.valueOf(f.text("code")), f.text("detail")));
          case "unable" -> Future.failedFuture(new Unable(f.text("why")));
          default -> Future.failedFuture(new IllegalStateException("the keeper failed"));
        };
    if (!outcome.equals("failed")) f.end();
    return out;
  }

  /// Takes nothing more from others.
  void rest() {
    resting = true;
  }

  /// What was taken is answered, as far as the sequencer has come.
  @Override
  public void close() {
    resting = true;
    vertx.cancelTimer(beating);
    Future<?> all = Future.join(List.copyOf(inHand)).otherwiseEmpty();
    now(all.timeout(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty());
  }
}
