package veche.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.http.Service;
import veche.http.Settings;

/// The real server, with its own database, on loopback: what rehearsals and demonstrations play on.
final class Stage implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final Service service;
  private final int port;

  private Stage(Service service, int port) {
    this.service = service;
    this.port = port;
  }

  /// @param port 0 for any
  /// @param hosted keys of the bodies that may hold elections there
  static Stage start(Path data, Path web, int port, List<Vkey> hosted, Entropy entropy) {
    int open = port == 0 ? freePort() : port;
    Settings settings = new Settings(LOOPBACK + ":" + open, LOOPBACK, open, 0, data, hosted, false);
    return new Stage(
        Service.start(settings, Optional.empty(), web, entropy, InstantSource.system()), open);
  }

  /// The name of the logs holds the port, so it must be known before anything listens.
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String host() {
    return LOOPBACK + ":" + port;
  }

  String address() {
    return "http://" + host();
  }

  int inspectPort() {
    return service.server().inspectPort();
  }

  void demonstrate(String slug, List<String> keys) {
    service.server().demonstrate(slug, keys);
  }

  @Override
  public void close() {
    service.close();
  }
}
