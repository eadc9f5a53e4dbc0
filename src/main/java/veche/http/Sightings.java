package veche.http;

import static veche.store.Db.now;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Fetch.Trouble;
import veche.log.Checkpoint;
import veche.log.Policy;
import veche.record.Bundle;
import veche.store.StoreException;
import veche.wire.Malformed;

/// log §3.5: what witnesses and mirrors hold of the logs that this server can sign, asked before it
/// signs anything. Only the log's own signature counts; nobody's bare word stops a server. Who does
/// not answer keeps nobody from voting, and is asked until he has answered once.
final class Sightings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sightings.class);
  private static final Duration AT_BOOT = Duration.ofSeconds(5);
  private static final int AT_ONCE = 32;
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// A log whose key is here.
  ///
  /// @param ledger empty if this database does not know the log at all
  private record Log(String slug, Vkey vkey, Optional<Ledger> ledger) {
    long size() {
      return ledger.map(known -> known.shown().size()).orElse(0L);
    }
  }

  /// @param where a witness's prefix; the address or the folder of a mirror
  private record Question(Log log, String who, String where, boolean ofWitness) {}

  private final List<String> mirrors;
  private final Ledgers ledgers;
  private final Sequencer sequencer;
  private final Fetch fetch = new Fetch();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore turns = new Semaphore(AT_ONCE);

  /// Whom it has not heard yet, and why not.
  private volatile Map<Question, String> silent = Map.of();

  private volatile boolean closed;

  /// @param mirrors addresses or folders under which `e/<slug>/` is the static tree of a log
  Sightings(List<String> mirrors, Ledgers ledgers, Sequencer sequencer) {
    this.mirrors = List.copyOf(mirrors);
    this.ledgers = ledgers;
    this.sequencer = sequencer;
  }

  /// Blocks until everybody has answered or had the time to; throws [Rollback].
  void ask() {
    List<Log> logs = new ArrayList<>();
    for (Ledger ledger : ledgers.all()) {
      if (ledger.holdsKey()) logs.add(new Log(ledger.slug(), ledger.vkey(), Optional.of(ledger)));
    }
    for (SigningKey key : ledgers.unknown()) {
      String slug = key.name().substring(key.name().lastIndexOf('/') + 1);
      logs.add(new Log(slug, key.vkey(), Optional.empty()));
    }
    Map<Question, String> all = new LinkedHashMap<>();
    for (Log log : logs) questions(log).forEach(question -> all.put(question, ""));
    silent = all;
    long end = System.nanoTime() + AT_BOOT.toNanos();
    while (true) {
      List<Rollback.Sighting> seen = round(end);
      if (!seen.isEmpty()) throw new Rollback(seen);
      if (silent.isEmpty()) return;
      if (System.nanoTime() - end > 0) break;
      pause(SOON);
    }
    silent.forEach(
        (question, why) ->
            LOG.warn(
                "{}: {} does not tell what it saw of this log ({}); it is asked again",
                question.log.slug(),
                question.who,
                why));
    threads.execute(this::keepAsking);
  }

  private List<Question> questions(Log log) {
    List<Question> out = new ArrayList<>();
    Optional<Policy> policy = log.ledger.flatMap(ledger -> ledger.shown().policy());
    for (Policy.Witness witness : policy.map(p -> p.witnesses().values()).orElse(List.of())) {
      String url = witness.url();
      if (url != null) out.add(new Question(log, witness.name(), url, true));
    }
    for (String mirror : mirrors) out.add(new Question(log, mirror, mirror, false));
    return out;
  }

  /// Asks all who are silent; who has not answered by then stays so.
  private List<Rollback.Sighting> round(long end) {
    Map<Question, CompletableFuture<Optional<Rollback.Sighting>>> asked = new LinkedHashMap<>();
    for (Question question : silent.keySet()) {
      asked.put(question, CompletableFuture.supplyAsync(() -> answer(question, end), threads));
    }
    List<Rollback.Sighting> seen = new ArrayList<>();
    Map<Question, String> left = new LinkedHashMap<>();
    asked.forEach(
        (question, answer) -> {
          try {
            answer.join().ifPresent(seen::add);
          } catch (CompletionException e) {
            left.put(
                question, String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage()));
          }
        });
    silent = left;
    return seen;
  }

  private Optional<Rollback.Sighting> answer(Question question, long end) {
    Log log = question.log;
    try {
      Optional<String> text = inTurn(question, end);
      if (text.isEmpty()) return Optional.empty();
      Checkpoint signed = Checkpoint.verified(Note.parse(text.get()), log.vkey);
      return compare(log, signed)
          .map(
              kind ->
                  new Rollback.Sighting(kind, log.slug, question.who, signed.size(), log.size()));
    } catch (Trouble | IOException | Malformed | StoreException e) {
      throw new CompletionException(e);
    }
  }

  private Optional<Rollback.Kind> compare(Log log, Checkpoint signed) {
    if (log.ledger.isPresent()) {
      return now(sequencer.ask(() -> log.ledger.get().compare(signed)));
    }
    return signed.size() > 0 && !ledgers.knows(log.slug)
        ? Optional.of(Rollback.Kind.OLDER_DATABASE)
        : Optional.empty();
  }

  private Optional<String> inTurn(Question question, long end) throws Trouble, IOException {
    try {
      if (!turns.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new Trouble("no answer in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Trouble("interrupted");
    }
    try {
      Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
      return question.ofWitness
          ? note(Fetch.kept(question.where, question.log.vkey.name()), left)
          : mirrored(question, left);
    } finally {
      turns.release();
    }
  }

  private Optional<String> mirrored(Question question, Duration left) throws Trouble, IOException {
    String path = "e/" + question.log.slug() + "/checkpoint";
    if (isAddress(question.where)) return note(Fetch.address(question.where, path), left);
    Path folder = Path.of(question.where);
    if (!Files.isDirectory(folder)) throw new Trouble("no such folder");
    Path file = folder.resolve(path);
    if (!Files.exists(file)) return Optional.empty();
    if (Files.size(file) > Bundle.LARGEST_NOTE) throw new Trouble("no checkpoint is so large");
    return Optional.of(Files.readString(file));
  }

  static boolean isAddress(String mirror) {
    return mirror.startsWith("http://") || mirror.startsWith("https://");
  }

  private Optional<String> note(URI address, Duration left) throws Trouble {
    Fetch.Reply reply = fetch.send(HttpRequest.newBuilder(address).GET(), left);
    return switch (reply.status()) {
      case 200 -> Optional.of(reply.body());
      // it never saw this log
      case 404 -> Optional.empty();
      default -> throw new Trouble("status " + reply.status());
    };
  }

  /// What is seen now closes the log it is of; the others go on.
  private void keepAsking() {
    Duration rest = LATER;
    while (!closed && !silent.isEmpty()) {
      pause(rest);
      rest = rest.multipliedBy(2);
      if (rest.compareTo(LONGEST_PAUSE) > 0) rest = LONGEST_PAUSE;
      try {
        if (!closed) askAgain();
      } catch (RuntimeException e) {
        // the next round is asked all the same
        if (!closed) LOG.warn("what others saw is not known: {}", e.toString());
      }
    }
  }

  private void askAgain() {
    Map<String, Log> asked = new LinkedHashMap<>();
    for (Question question : silent.keySet()) asked.put(question.log.slug, question.log);
    for (Rollback.Sighting sighting : round(System.nanoTime() + LATER.toNanos())) {
      LOG.error("{}", sighting);
      Optional<Ledger> ledger =
          Optional.ofNullable(asked.get(sighting.slug())).flatMap(Log::ledger);
      ledger.ifPresent(l -> now(sequencer.ask(() -> l.halt(sighting.toString()))));
    }
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    fetch.close();
  }
}
