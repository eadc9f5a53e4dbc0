package veche.http;

import static veche.store.Db.now;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Note;
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
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration LATER = Duration.ofSeconds(5);

  /// @param where a witness's prefix; the address or the folder of a mirror
  private record Question(Ledger ledger, String who, String where, boolean ofWitness) {}

  private final List<String> mirrors;
  private final Sequencer sequencer;
  private final Fetch fetch = new Fetch();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Whom it has not heard yet, and why not.
  private volatile Map<Question, String> silent = Map.of();

  private volatile boolean closed;

  /// @param mirrors addresses or folders under which `e/<slug>/` is the static tree of a log
  Sightings(List<String> mirrors, Sequencer sequencer) {
    this.mirrors = List.copyOf(mirrors);
    this.sequencer = sequencer;
  }

  /// Blocks until everybody has answered or had the time to; throws [Rollback].
  void ask(Collection<Ledger> ledgers) {
    Map<Question, String> all = new LinkedHashMap<>();
    for (Ledger ledger : ledgers) {
      if (ledger.holdsKey()) questions(ledger).forEach(question -> all.put(question, ""));
    }
    silent = all;
    long end = System.nanoTime() + AT_BOOT.toNanos();
    while (true) {
      List<Rollback.Sighting> seen = round();
      if (!seen.isEmpty()) throw new Rollback(seen);
      if (silent.isEmpty()) return;
      if (System.nanoTime() - end > 0) break;
      pause(SOON);
    }
    silent.forEach(
        (question, why) ->
            LOG.warn(
                "{}: {} does not tell what it saw of this log ({}); it is asked again",
                question.ledger.slug(),
                question.who,
                why));
    threads.execute(this::keepAsking);
  }

  private List<Question> questions(Ledger ledger) {
    List<Question> out = new ArrayList<>();
    for (Policy.Witness witness :
        ledger.shown().policy().map(p -> p.witnesses().values()).orElse(List.of())) {
      String url = witness.url();
      if (url != null) out.add(new Question(ledger, witness.name(), url, true));
    }
    for (String mirror : mirrors) out.add(new Question(ledger, mirror, mirror, false));
    return out;
  }

  /// Asks all who are silent, at once.
  private List<Rollback.Sighting> round() {
    Map<Question, CompletableFuture<Optional<Rollback.Sighting>>> asked = new LinkedHashMap<>();
    for (Question question : silent.keySet()) {
      asked.put(question, CompletableFuture.supplyAsync(() -> answer(question), threads));
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

  private Optional<Rollback.Sighting> answer(Question question) {
    Ledger ledger = question.ledger;
    try {
      Optional<String> text = question.ofWitness ? kept(question) : mirrored(question);
      if (text.isEmpty()) return Optional.empty();
      Checkpoint signed = Checkpoint.verified(Note.parse(text.get()), ledger.vkey());
      return now(sequencer.ask(() -> ledger.compare(signed)))
          .map(
              kind ->
                  new Rollback.Sighting(
                      kind, ledger.slug(), question.who, signed.size(), ledger.shown().size()));
    } catch (Trouble | IOException | Malformed | StoreException e) {
      throw new CompletionException(e);
    }
  }

  private Optional<String> kept(Question question) throws Trouble {
    return note(Fetch.kept(question.where, question.ledger.origin()));
  }

  private Optional<String> mirrored(Question question) throws Trouble, IOException {
    String path = "e/" + question.ledger.slug() + "/checkpoint";
    if (isAddress(question.where)) return note(Fetch.address(question.where, path));
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

  private Optional<String> note(URI address) throws Trouble {
    Fetch.Reply reply = fetch.send(HttpRequest.newBuilder(address).GET(), PATIENCE);
    return switch (reply.status()) {
      case 200 -> Optional.of(reply.body());
      // it never saw this log
      case 404 -> Optional.empty();
      default -> throw new Trouble("status " + reply.status());
    };
  }

  /// What is seen now closes the log it is of; the others go on.
  private void keepAsking() {
    while (!closed && !silent.isEmpty()) {
      pause(LATER);
      Map<String, Ledger> asked = new LinkedHashMap<>();
      for (Question question : silent.keySet()) {
        asked.put(question.ledger.slug(), question.ledger);
      }
      for (Rollback.Sighting sighting : closed ? List.<Rollback.Sighting>of() : round()) {
        Ledger ledger = asked.get(sighting.slug());
        if (ledger != null) now(sequencer.ask(() -> ledger.halt(sighting.toString())));
      }
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
