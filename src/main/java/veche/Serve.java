package veche;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.http.Service;
import veche.http.Settings;

/// `veche serve`: where the server's settings come from.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Сервер: хранит журналы выборов / the server: keeps the logs of elections")
final class Serve implements Callable<Integer> {
  @Option(
      names = "--data",
      defaultValue = "${env:VECHE_DATA:-veche-data}",
      description = "папка для ключей и своей базы / folder for keys and its own database")
  private Path data = Path.of("veche-data");

  @Option(
      names = "--database",
      defaultValue = "${env:VECHE_PG_URI:-}",
      description =
          "чужая база, лучше через VECHE_PG_URI / an external database, better given as"
              + " VECHE_PG_URI")
  private String database = "";

  @Option(
      names = "--bind",
      defaultValue = "${env:VECHE_HOST:-127.0.0.1}",
      description = "адрес, который слушать / address to listen on")
  private String bind = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "${env:VECHE_PORT:-8080}",
      description = "порт; 0 — любой / port; 0 for any")
  private int port;

  @Option(
      names = "--inspect-port",
      defaultValue = "${env:VECHE_INSPECT_PORT:-8089}",
      description = "местный порт /health и /metrics / loopback port of /health and /metrics")
  private int inspectPort;

  @Option(
      names = "--public-url",
      defaultValue = "${env:VECHE_PUBLIC_URL:-}",
      description =
          "как его видят люди; имя входит в журналы / how people reach it; its host names the logs")
  private String publicUrl = "";

  @Option(
      names = "--hosts",
      defaultValue = "${env:VECHE_HOSTS:-}",
      description =
          "файл с ключами организаций / file with the keys of the bodies that may hold elections"
              + " here")
  private String hosts = "";

  @Option(
      names = "--web",
      defaultValue = "${sys:veche.web:-web}",
      description = "папка страницы / the page")
  private Path web = Path.of("web");

  @Override
  public Integer call() throws InterruptedException {
    if (port == 0) port = freePort();
    URI reached = URI.create(publicUrl.isEmpty() ? "http://" + bind + ":" + port : publicUrl);
    Settings settings =
        new Settings(
            reached.getRawAuthority(),
            bind,
            port,
            inspectPort,
            data,
            hosted(),
            "https".equals(reached.getScheme()));
    Optional<String> uri = Optional.of(database).filter(u -> !u.isEmpty());
    Service service = Service.start(settings, uri, web, Entropy.system(), InstantSource.system());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(service::close));
    System.out.println("veche: " + reached);
    System.out.println("inspect: http://127.0.0.1:" + service.server().inspectPort() + "/health");
    new CountDownLatch(1).await();
    return 0;
  }

  /// The name of the logs holds the port, so it must be known before anything listens.
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Vkey> hosted() {
    if (hosts.isEmpty()) return List.of();
    try {
      return Files.readAllLines(Path.of(hosts)).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Vkey::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the hosted bodies' keys cannot be read", e);
    }
  }
}
