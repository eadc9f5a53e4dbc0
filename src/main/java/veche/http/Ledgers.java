package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.store.Board;
import veche.store.LogKey;
import veche.wire.Bytes;

/// The logs this server keeps, by name. A log's key lies in a file of its own, never in the
/// database: a dump of the database signs nothing.
final class Ledgers {
  private static final Logger LOG = LoggerFactory.getLogger(Ledgers.class);

  private final Settings settings;
  private final Ledger.Context context;
  private final Map<String, Ledger> bySlug = new ConcurrentSkipListMap<>();

  /// Reads every log; blocks until all are folded.
  Ledgers(Settings settings, Ledger.Context context) {
    this.settings = settings;
    this.context = context;
    for (Board.Log log : now(context.board().logs())) add(log);
  }

  private Ledger add(Board.Log log) {
    Optional<SigningKey> key = key(log);
    if (key.isEmpty()) LOG.warn("{}: its key is not in this data folder: read only", log.slug());
    Ledger ledger = new Ledger(log, key, context);
    bySlug.put(log.slug(), ledger);
    return ledger;
  }

  private Optional<SigningKey> key(Board.Log log) {
    Optional<SigningKey> key = LogKey.read(settings.data(), log.slug(), log.origin());
    if (key.isPresent() && !key.get().vkey().toString().equals(log.vkey())) {
      throw new IllegalStateException(log.slug() + ": the log's key is not in its file");
    }
    return key;
  }

  /// Keys whose logs the database does not know: of names that nobody took in the end, or of
  /// elections that an older database has lost.
  List<SigningKey> unknown() {
    Path folder = settings.data().resolve("logs");
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[a-z0-9]+\\.key"))
          .map(name -> name.substring(0, name.length() - ".key".length()))
          .filter(slug -> get(slug).isEmpty())
          .flatMap(
              slug -> LogKey.read(settings.data(), slug, settings.host() + "/e/" + slug).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the database knows such a log by now.
  boolean knows(String slug) {
    return now(context.board().logs()).stream().anyMatch(log -> log.slug().equals(slug));
  }

  /// Reads what another server has added to the logs it keeps. On the sequencer's thread, like what
  /// follows.
  void follow(List<Board.Log> logs) {
    for (Board.Log log : logs) {
      try {
        Ledger known = bySlug.get(log.slug());
        if (known == null) {
          add(log);
        } else {
          known.follow(log);
        }
      } catch (RuntimeException e) {
        LOG.error("{}: cannot be followed: {}", log.slug(), e.toString());
      }
    }
  }

  /// Takes the logs whose names other servers gave since.
  void learn(List<Board.Log> logs) {
    for (Board.Log log : logs) {
      if (bySlug.containsKey(log.slug())) continue;
      try {
        add(log).take();
      } catch (RuntimeException e) {
        LOG.error("{}: cannot be kept: {}", log.slug(), e.toString());
      }
    }
  }

  /// Makes this server the only keeper of every log. One that cannot be read holds no other back;
  /// fails if there is none that can.
  void take() {
    follow(now(context.board().logs()));
    RuntimeException failed = null;
    boolean any = false;
    for (Ledger ledger : all()) {
      try {
        ledger.take();
        any = true;
      } catch (RuntimeException e) {
        LOG.error("{}: cannot be kept: {}", ledger.slug(), e.toString());
        failed = e;
      }
    }
    if (failed != null && !any) throw failed;
  }

  /// Tries again with the logs that [#take] left out.
  void retake() {
    for (Ledger ledger : all()) {
      if (ledger.epoch() >= 0 || !ledger.holdsKey()) continue;
      try {
        ledger.take();
      } catch (RuntimeException e) {
        LOG.error("{}: cannot be kept: {}", ledger.slug(), e.toString());
      }
    }
  }

  void release() {
    for (Ledger ledger : all()) ledger.release();
  }

  Optional<Ledger> get(String slug) {
    return Optional.ofNullable(bySlug.get(slug));
  }

  Collection<Ledger> all() {
    return List.copyOf(bySlug.values());
  }

  /// doors §3 `/elections`: a name nobody can guess and a new key, kept until the draft comes. The
  /// same request finds the same name. On the sequencer's thread.
  Ledger reserve(Bytes request) {
    // 50 bits of a 56-bit draw
    String slug = context.entropy().bytes(7).base32().toLowerCase(Locale.ROOT).substring(0, 10);
    String origin = settings.host() + "/e/" + slug;
    SigningKey key = new SigningKey(origin, Vkey.ED25519, context.entropy().bytes(32));
    LogKey.write(settings.data(), slug, key);
    String given =
        now(context.desk().reserve(request, slug, origin, key.vkey().toString(), Limits.RESERVED));
    if (!given.equals(slug)) {
      LogKey.delete(settings.data(), slug);
      if (given.isEmpty()) {
        throw new Refusal(Code.RATE_LIMITED, "too many names wait for their drafts");
      }
      return get(given).orElseGet(() -> add(now(context.board().log(given))));
    }
    Ledger ledger = add(now(context.board().log(slug)));
    if (context.role().keeper()) ledger.take();
    return ledger;
  }

  Future<Void> saveRefusals() {
    Future<Void> done = Future.succeededFuture();
    for (Ledger ledger : bySlug.values()) done = done.compose(ok -> ledger.saveRefusals());
    return done;
  }
}
