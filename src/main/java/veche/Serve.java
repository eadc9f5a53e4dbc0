package veche;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.http.Rollback;
import veche.http.Service;
import veche.http.Settings;
import veche.view.Words;

/// `veche serve`: where the server's settings come from (operation §1).
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Сервер: хранит журналы выборов. Настройки: флаг, переменная окружения, файл.",
      "The server: keeps the logs of elections. Settings: flag, environment, file."
    })
final class Serve implements Callable<Integer> {
  /// The exit code where others saw more of a log than its database has (log §3.5).
  static final int ROLLBACK = 4;

  @Option(
      names = "--config",
      defaultValue = "${env:VECHE_CONFIG:-}",
      description = "файл настроек / file of settings (VECHE_CONFIG)")
  private String config = "";

  @Option(names = "--check", description = "только проверить настройки / only check the settings")
  private boolean check;

  @Option(names = "--lang", description = "ru | en")
  private String language = Locale.getDefault().getLanguage();

  @Option(
      names = "--data",
      description = "папка для ключей и своей базы / folder for keys and its own database")
  private @Nullable String data;

  @Option(
      names = "--database",
      description =
          "внешняя база, лучше через VECHE_PG_URI / external database, better VECHE_PG_URI")
  private @Nullable String database;

  @Option(
      names = "--database-file",
      description = "файл с адресом базы / file that holds the database's address")
  private @Nullable String databaseFile;

  @Option(names = "--bind", description = "адрес, который слушать / address to listen on")
  private @Nullable String bind;

  @Option(names = "--port", description = "порт; 0 — любой / port; 0 for any")
  private @Nullable String port;

  @Option(
      names = "--inspect-port",
      description = "местный порт /health и /metrics / loopback port of /health and /metrics")
  private @Nullable String inspectPort;

  @Option(
      names = "--public-url",
      description =
          "как его видят люди; имя входит в журналы / how people reach it; its host names the logs")
  private @Nullable String publicUrl;

  @Option(
      names = "--hosts",
      description =
          "файл с ключами организаций / file with the keys of the bodies that may hold elections"
              + " here")
  private @Nullable String hosts;

  @Option(names = "--web", description = "папка страницы / the page")
  private @Nullable String web;

  @Option(names = "--tls-key", description = "ключ TLS, PEM / TLS key, PEM")
  private @Nullable String tlsKey;

  @Option(names = "--tls-cert", description = "сертификат TLS, PEM / TLS certificate, PEM")
  private @Nullable String tlsCert;

  @Option(
      names = "--mirrors",
      description =
          "зеркала, которые спросить при запуске / mirrors to ask at the start, addresses or"
              + " folders, parted by spaces")
  private @Nullable String mirrors;

  @Option(
      names = "--calm",
      description =
          "сколько заявок за 10 минут без вычислений / enrolments in 10 minutes that are asked for"
              + " no work")
  private @Nullable String calm;

  @Option(
      names = "--log",
      description = "журнал работы: text или json / what happened is told as text or json")
  private @Nullable String log;

  @Override
  public Integer call() throws InterruptedException {
    Words words = Words.in(language);
    Config found =
        new Config(
            flags(), System.getenv(), Optional.of(config).filter(f -> !f.isEmpty()).map(Path::of));
    Optional<String> uri = found.database();
    Path page = found.folder(Config.Key.WEB, Path.of(System.getProperty("veche.web", "web")));
    Settings settings = settings(found);
    String form = found.oneOf(Config.Key.LOG, Logs.FORMS);
    if (!found.mistakes().isEmpty()) {
      for (Config.Mistake m : found.mistakes()) {
        System.err.println(words.text("serve.mistake", m.where(), m.expected(), m.found()));
      }
      return 2;
    }
    summary(words, found, settings, uri, page);
    if (check) return 0;
    Logs.form(form);
    Service service;
    try {
      service = Service.start(settings, uri, page, Entropy.system(), InstantSource.system());
    } catch (Rollback e) {
      tell(words, e, settings);
      return ROLLBACK;
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(service)));
    System.out.println("veche: " + reached(found, settings));
    System.out.println("inspect: http://127.0.0.1:" + service.server().inspectPort() + "/health");
    new CountDownLatch(1).await();
    return 0;
  }

  /// log §3.5: what others saw, and what can be done about it.
  private static void tell(Words words, Rollback rollback, Settings settings) {
    for (Rollback.Sighting s : rollback.sightings()) {
      System.err.println(
          s.kind().id()
              + ": "
              + words.text(
                  "serve." + s.kind().id(),
                  s.slug(),
                  s.who(),
                  s.seen(),
                  s.here(),
                  settings.data()));
    }
  }

  /// Told to end, it has ended well: the exit code says so.
  private static void end(Service service) {
    service.close();
    Runtime.getRuntime().halt(0);
  }

  private Map<Config.Key, String> flags() {
    Map<Config.Key, String> out = new EnumMap<>(Config.Key.class);
    put(out, Config.Key.DATA, data);
    put(out, Config.Key.DATABASE, database);
    put(out, Config.Key.DATABASE_FILE, databaseFile);
    put(out, Config.Key.BIND, bind);
    put(out, Config.Key.PORT, port);
    put(out, Config.Key.INSPECT_PORT, inspectPort);
    put(out, Config.Key.PUBLIC_URL, publicUrl);
    put(out, Config.Key.HOSTS, hosts);
    put(out, Config.Key.WEB, web);
    put(out, Config.Key.TLS_KEY, tlsKey);
    put(out, Config.Key.TLS_CERT, tlsCert);
    put(out, Config.Key.MIRRORS, mirrors);
    put(out, Config.Key.CALM, calm);
    put(out, Config.Key.LOG, log);
    return out;
  }

  private static void put(Map<Config.Key, String> out, Config.Key key, @Nullable String value) {
    if (value != null) out.put(key, value);
  }

  private static Settings settings(Config found) {
    int port = found.port(Config.Key.PORT);
    int inspectPort = found.port(Config.Key.INSPECT_PORT);
    Optional<URI> url = found.url(Config.Key.PUBLIC_URL);
    Optional<Path> key = found.pem(Config.Key.TLS_KEY, "PRIVATE KEY");
    Optional<Path> chain = found.pem(Config.Key.TLS_CERT, "CERTIFICATE");
    if (found.given(Config.Key.TLS_KEY) != found.given(Config.Key.TLS_CERT)) {
      found.as(
          found.given(Config.Key.TLS_KEY) ? Config.Key.TLS_KEY : Config.Key.TLS_CERT,
          "tls-key and tls-cert together",
          "",
          value -> {
            throw new IllegalArgumentException(value);
          });
    }
    List<Vkey> hosted = found.keys(Config.Key.HOSTS);
    List<String> mirrored = found.mirrors(Config.Key.MIRRORS);
    int free = found.count(Config.Key.CALM);
    boolean ready = found.mistakes().isEmpty();
    // the name of the logs holds the port, so it must be known before anything listens
    int chosen = port == 0 && ready ? freePort() : port;
    Optional<Settings.Tls> tls =
        key.isPresent() && chain.isPresent()
            ? Optional.of(new Settings.Tls(key.get(), chain.get()))
            : Optional.empty();
    String bind = found.text(Config.Key.BIND);
    return new Settings(
        url.map(URI::getRawAuthority).orElse(bind + ":" + chosen),
        bind,
        chosen,
        inspectPort,
        Path.of(found.text(Config.Key.DATA)),
        hosted,
        url.map(u -> "https".equals(u.getScheme())).orElse(tls.isPresent()),
        tls,
        mirrored,
        free);
  }

  private static String reached(Config found, Settings settings) {
    return found.given(Config.Key.PUBLIC_URL)
        ? found.text(Config.Key.PUBLIC_URL)
        : (settings.https() ? "https://" : "http://") + settings.host();
  }

  /// What it will run with, and where each setting came from; never a password.
  private static void summary(
      Words words, Config found, Settings settings, Optional<String> uri, Path page) {
    String own = words.text("serve.own-database", settings.data().resolve("db"));
    line(words, found, Config.Key.PUBLIC_URL, reached(found, settings));
    line(words, found, Config.Key.BIND, settings.bind() + ":" + settings.port());
    line(words, found, Config.Key.INSPECT_PORT, "127.0.0.1:" + settings.inspectPort());
    line(words, found, Config.Key.DATA, settings.data().toAbsolutePath().toString());
    line(
        words,
        found,
        found.given(Config.Key.DATABASE_FILE) ? Config.Key.DATABASE_FILE : Config.Key.DATABASE,
        uri.map(Config::masked).orElse(own));
    line(words, found, Config.Key.WEB, page.toAbsolutePath().toString());
    line(words, found, Config.Key.HOSTS, words.text("serve.keys", settings.hosted().size()));
    line(
        words,
        found,
        Config.Key.TLS_CERT,
        settings.tls().map(t -> t.chain().toString()).orElseGet(() -> words.text("serve.no-tls")));
    line(words, found, Config.Key.CALM, Integer.toString(settings.calm()));
    line(words, found, Config.Key.LOG, found.text(Config.Key.LOG));
    if (!settings.mirrors().isEmpty()) {
      line(words, found, Config.Key.MIRRORS, String.join(" ", settings.mirrors()));
    }
  }

  private static void line(Words words, Config found, Config.Key key, String value) {
    String where = found.where(key).isEmpty() ? words.text("serve.default") : found.where(key);
    System.out.println("  " + key.id + " = " + value + "  (" + where + ")");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
