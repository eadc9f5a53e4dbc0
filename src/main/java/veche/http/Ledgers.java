package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.store.Board;
import veche.wire.Bytes;

/// The logs this server keeps, by name. A log's key lies in a file of its own, never in the
/// database: a dump of the database signs nothing.
final class Ledgers {
  private final Settings settings;
  private final Ledger.Context context;
  private final Map<String, Ledger> bySlug = new ConcurrentSkipListMap<>();

  /// Reads every log; blocks until all are folded.
  Ledgers(Settings settings, Ledger.Context context) {
    this.settings = settings;
    this.context = context;
    for (Board.Log log : now(context.board().logs())) {
      SigningKey key = new SigningKey(log.origin(), Vkey.ED25519, seed(file(log.slug())));
      if (!key.vkey().toString().equals(log.vkey())) {
        throw new IllegalStateException(log.slug() + ": the log's key is not in its file");
      }
      bySlug.put(log.slug(), new Ledger(log.slug(), key, context));
    }
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
    Path file = file(slug);
    write(file, key.seed());
    String given =
        now(context.desk().reserve(request, slug, origin, key.vkey().toString(), Limits.RESERVED));
    if (!given.equals(slug)) {
      delete(file);
      return get(given)
          .orElseThrow(
              () -> new Refusal(Code.RATE_LIMITED, "too many names wait for their drafts"));
    }
    Ledger ledger = new Ledger(slug, key, context);
    bySlug.put(slug, ledger);
    return ledger;
  }

  private Path file(String slug) {
    return settings.data().resolve("logs").resolve(slug + ".key");
  }

  private static Bytes seed(Path file) {
    try {
      return Bytes.fromHex(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("a log without its key: " + file.getFileName(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// On the disk before the name is given out: a log whose key is lost can never be closed.
  private static void write(Path file, Bytes seed) {
    try {
      Files.createDirectories(
          file.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(file, how, mode)) {
        channel.write(ByteBuffer.wrap(Bytes.utf8(seed.hex() + "\n").toArray()));
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log's key cannot be kept", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Future<Void> saveRefusals() {
    Future<Void> done = Future.succeededFuture();
    for (Ledger ledger : bySlug.values()) done = done.compose(ok -> ledger.saveRefusals());
    return done;
  }
}
