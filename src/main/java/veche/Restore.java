package veche;

import static veche.store.Db.now;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.cli.Remote;
import veche.cli.RemoteBundle;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.record.Bundle;
import veche.record.Trust;
import veche.store.Db;
import veche.store.Embedded;
import veche.store.LogKey;
import veche.store.Restore.Outcome;
import veche.view.Words;
import veche.wire.Malformed;

/// log §3.5 `veche restore`: brings an older database forward from a mirror of its log, while no
/// server runs on it. Exit codes: 0 done, 1 the mirror is refused and nothing was written, 2 asked
/// wrongly, 3 the mirror cannot be read.
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Догоняет журнал старой базы по зеркалу; проверяет всё, ничего не подписывает.",
      "Brings an older database's log forward from a mirror; checks all, signs nothing."
    })
final class Restore implements Callable<Integer> {
  @Option(
      names = "--data",
      defaultValue = "${env:VECHE_DATA:-veche-data}",
      description = "папка сервера / the server's folder")
  private Path data = Path.of("veche-data");

  @Option(
      names = "--database",
      defaultValue = "${env:VECHE_PG_URI:-}",
      description = "чужая база, лучше через VECHE_PG_URI / an external database, as in serve")
  private String database = "";

  @Option(
      names = "--from-mirror",
      required = true,
      paramLabel = "URL|DIR|ZIP",
      description = "зеркало или выгрузка журнала / a mirror of the log or its bundle")
  private String mirror = "";

  @Option(
      names = "--trust",
      required = true,
      paramLabel = "FILE",
      description = "доверенный файл / the trust file")
  private Path trust = Path.of("");

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws IOException {
    Words words = Words.in(language);
    Trust trusted = Trust.parse(Files.readString(trust));
    try (Bundle source = source()) {
      return restore(words, trusted, source);
    } catch (Bundle.Unusable | Remote.Unreachable | Remote.Refusal e) {
      System.err.println(
          "mirror-unreadable: " + words.text("restore.unreadable", String.valueOf(e.getMessage())));
      return 3;
    }
  }

  private Bundle source() {
    return mirror.startsWith("http://") || mirror.startsWith("https://")
        ? new RemoteBundle(new Remote(mirror))
        : Bundle.open(Path.of(mirror));
  }

  private int restore(Words words, Trust trusted, Bundle source) {
    String slug =
        veche.store.Restore.slug(source)
            .orElseThrow(() -> new Bundle.Unusable("no checkpoint of a log"));
    String origin =
        trusted.policy().logs().stream()
            .map(Vkey::name)
            .filter(name -> name.endsWith("/e/" + slug))
            .findFirst()
            .orElseThrow(() -> new Malformed("the trust file names no log of " + slug));
    SigningKey key =
        LogKey.read(data, slug, origin)
            .orElseThrow(() -> new Malformed("no key of " + slug + " in " + data));
    Entropy entropy = Entropy.system();
    Embedded own = database.isEmpty() ? Embedded.start(data.resolve("db"), entropy) : null;
    Vertx vertx = Vertx.vertx();
    try (Db db = Db.open(vertx, own == null ? database : own.uri(), 2)) {
      Outcome outcome = new veche.store.Restore(db, source, trusted, key, entropy).run();
      return switch (outcome) {
        case Outcome.Brought(String name, long from, long to) -> {
          System.out.println(words.text("restore.brought", name, from, to));
          yield 0;
        }
        case Outcome.No(veche.store.Restore.Why why, String detail) -> {
          System.err.println(why.id() + ": " + words.text("restore." + why.id(), detail));
          yield why == veche.store.Restore.Why.UNREADABLE ? 3 : 1;
        }
      };
    } finally {
      now(vertx.close());
      Optional.ofNullable(own).ifPresent(Embedded::close);
    }
  }
}
