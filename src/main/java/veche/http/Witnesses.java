package veche.http;

import static veche.store.Db.now;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.http.Fetch.Reply;
import veche.http.Fetch.Trouble;
import veche.log.Checkpoint;
import veche.log.Policy;
import veche.log.WitnessRule;
import veche.record.Phase;
import veche.store.Board;
import veche.wire.Malformed;

/// log §5 (C2SP tlog-witness): brings the candidate to the witnesses that have an address, and what
/// they sign into the log, the same way as if they had posted it. It runs beside the sequencer: a
/// witness that is slow, gone or hostile delays nobody but itself.
final class Witnesses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Witnesses.class);

  private static final Duration TICK = Duration.ofMillis(500);

  private static final Duration GROWN = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(60);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TRIES = 3;

  /// What is remembered of one witness of one log; one thread at a time works on it.
  private static final class Line {
    volatile boolean busy;

    /// The size it is believed to keep.
    long known;

    long accepted = -1;

    /// By the witness's own clock.
    long saidAt;

    /// Of the clock that never jumps.
    long acceptedAt;

    long restedFrom;
    Duration rest = Duration.ZERO;
    int failures;
    @Nullable Phase phase;
    String trouble = "";
  }

  private final Supplier<Collection<Ledger>> ledgers;
  private final Sequencer sequencer;
  private final InstantSource clock;
  private final BooleanSupplier keeper;
  private final Map<String, Line> lines = new ConcurrentHashMap<>();
  private final Fetch fetch = new Fetch();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;
  private volatile boolean closed;

  /// @param keeper whether this server is the one that signs, which alone sends
  Witnesses(
      Supplier<Collection<Ledger>> ledgers,
      Sequencer sequencer,
      InstantSource clock,
      BooleanSupplier keeper) {
    this.ledgers = ledgers;
    this.sequencer = sequencer;
    this.clock = clock;
    this.keeper = keeper;
    thread = Thread.ofVirtual().name("witnesses").start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        if (keeper.getAsBoolean()) ledgers.get().forEach(this::visit);
        Thread.sleep(TICK);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("witnesses are not being asked: {}", e.toString());
      }
    }
  }

  private void visit(Ledger ledger) {
    Ledger.Shown shown = ledger.shown();
    if (shown.policy().isEmpty()) return;
    for (Policy.Witness witness : shown.policy().get().witnesses().values()) {
      if (witness.url() == null) continue;
      Line line = lines.computeIfAbsent(ledger.slug() + " " + witness.name(), w -> new Line());
      if (line.busy || !isDue(line, shown)) continue;
      line.busy = true;
      threads.execute(() -> bring(ledger, shown, witness, line));
    }
  }

  private static boolean isPast(long from, Duration length) {
    return System.nanoTime() - from >= length.toNanos();
  }

  private static void rest(Line line, Duration length) {
    line.restedFrom = System.nanoTime();
    line.rest = length;
  }

  /// At once when a stage was reached or voting has ended, soon when the log grew, else so often
  /// that a witness's last word is never old.
  private boolean isDue(Line line, Ledger.Shown shown) {
    if (shown.phase() != line.phase) return true;
    if (!isPast(line.restedFrom, line.rest)) return false;
    if (isFresh(line, shown)) return shown.size() > line.accepted;
    return !(shown.phase() == Phase.FINAL && line.accepted == shown.size());
  }

  /// Whether the witness's last word still says all that it could of the tree it spoke of: `close`
  /// needs a word from after the end (record §6).
  private boolean isFresh(Line line, Ledger.Shown shown) {
    long now = clock.instant().getEpochSecond();
    long ends = shown.draft().map(Draft::closesAt).orElse(Long.MAX_VALUE);
    if (shown.phase() == Phase.VOTING && now >= ends && line.saidAt < ends) return false;
    return line.accepted >= 0 && !isPast(line.acceptedAt, AGAIN);
  }

  private void bring(Ledger ledger, Ledger.Shown shown, Policy.Witness witness, Line line) {
    try {
      line.phase = shown.phase();
      submit(ledger, shown, witness, line);
      if (!line.trouble.isEmpty()) LOG.info("{}: {} signs again", ledger.slug(), witness.name());
      line.trouble = "";
      line.failures = 0;
      rest(line, GROWN);
    } catch (Trouble | RuntimeException e) {
      String what = e instanceof Trouble ? String.valueOf(e.getMessage()) : e.toString();
      if (!what.equals(line.trouble)) {
        LOG.warn("{}: {} did not sign: {}", ledger.slug(), witness.name(), what);
      }
      line.trouble = what;
      Duration longer = GROWN.multipliedBy(1L << Math.min(line.failures++, 10));
      rest(line, longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE);
    } finally {
      line.busy = false;
    }
  }

  private void submit(Ledger ledger, Ledger.Shown shown, Policy.Witness witness, Line line)
      throws Trouble {
    String text = now(sequencer.ask(ledger::candidate));
    if (text.isEmpty()) return;
    Note candidate = Note.parse(text);
    Checkpoint checkpoint = Checkpoint.parse(candidate.body());
    long size = checkpoint.size();
    if (line.accepted == size && isFresh(line, shown)) return;
    Note note = new Note(candidate.body(), own(candidate, ledger.vkey()));
    long old = Math.min(line.known, size);
    for (int i = 0; i < TRIES; i++) {
      var request = new WitnessRule.Request(old, ledger.consistency(old, size), note);
      Reply reply = fetch.send(post(witness, request), PATIENCE);
      switch (reply.status()) {
        case 200 -> {
          line.saidAt = accept(ledger, witness, note, reply.body());
          line.known = size;
          line.accepted = size;
          line.acceptedAt = System.nanoTime();
          return;
        }
        case 409 -> {
          long told = told(reply.body());
          if (told == old || told > ledger.shown().size()) {
            compare(ledger, witness);
            throw new Trouble("it keeps another tree of " + told + " leaves");
          }
          line.known = told;
          // it is ahead of the candidate: the next one will do
          if (told > size) return;
          old = told;
        }
        default -> throw new Trouble("status " + reply.status());
      }
    }
    throw new Trouble("its size changes as often as it is asked");
  }

  private static List<String> own(Note note, Vkey key) {
    return note.lines().stream().filter(line -> Note.names(line, key)).toList();
  }

  private static long told(String body) throws Trouble {
    if (!body.matches("(0|[1-9][0-9]{0,17})\n")) throw new Trouble("a conflict without a size");
    return Long.parseLong(body.strip());
  }

  /// What it signed goes the way of `cosignatures` (doors §3): verified first, then kept.
  private long accept(Ledger ledger, Policy.Witness witness, Note note, String body)
      throws Trouble {
    List<String> theirs = new ArrayList<>();
    for (String line : body.split("\n")) {
      try {
        if (Note.names(line, witness.key())) theirs.add(line);
      } catch (Malformed e) {
        throw new Trouble("an answer that is no signature");
      }
    }
    if (theirs.isEmpty()) throw new Trouble("an answer without its signature");
    try {
      return keep(ledger, new Note(note.body(), theirs));
    } catch (Refusal e) {
      throw new Trouble(String.valueOf(e.getMessage()));
    }
  }

  /// @return when the latest of these lines was signed
  private long keep(Ledger ledger, Note note) {
    List<Board.Cosignature> verified = ledger.cosignatures(note);
    return now(
        sequencer.ask(
            () -> {
              ledger.cosign(note, verified);
              return verified.stream().mapToLong(Board.Cosignature::time).max().orElse(0);
            }));
  }

  /// log §3.5: what it keeps may be a tree this log signed and has lost. Then the log is closed, by
  /// the log's own signature and not by anybody's word.
  private void compare(Ledger ledger, Policy.Witness witness) throws Trouble {
    URI kept = Fetch.kept(String.valueOf(witness.url()), ledger.origin());
    Reply reply = fetch.send(HttpRequest.newBuilder(kept).GET(), PATIENCE);
    if (reply.status() != 200) return;
    try {
      keep(ledger, Note.parse(reply.body()));
    } catch (Malformed | Refusal e) {
      LOG.warn("{}: {} keeps: {}", ledger.slug(), witness.name(), e.getMessage());
    }
  }

  private static HttpRequest.Builder post(Policy.Witness witness, WitnessRule.Request request)
      throws Trouble {
    return HttpRequest.newBuilder(address(witness, "add-checkpoint"))
        .header("content-type", "text/plain; charset=utf-8")
        .POST(HttpRequest.BodyPublishers.ofString(request.text()));
  }

  private static URI address(Policy.Witness witness, String path) throws Trouble {
    return Fetch.address(String.valueOf(witness.url()), path);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    fetch.close();
    threads.shutdownNow();
  }
}
