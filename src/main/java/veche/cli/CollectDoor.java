package veche.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import veche.election.Refused;
import veche.view.Json;
import veche.wire.Bytes;

/// doors §7: the one address of a body that takes ballots. Any page may send there, and no record
/// is kept of who came.
final class CollectDoor implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROBLEM = "application/problem+json";

  private final Collector collector;
  private final String path;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param address `host:port`, port 0 for any
  CollectDoor(Collector collector, String address) {
    this.collector = collector;
    path = "/e/" + collector.slug() + "/ballots";
    server = WitnessDoor.open(address);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private record Reply(int status, String type, String body) {}

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      Headers headers = exchange.getResponseHeaders();
      headers.set("access-control-allow-origin", "*");
      headers.set("access-control-allow-methods", "POST");
      headers.set("access-control-allow-headers", "content-type");
      headers.set("access-control-max-age", "600");
      headers.set("cross-origin-resource-policy", "cross-origin");
      headers.set("cache-control", "no-store");
      headers.set("x-content-type-options", "nosniff");
      byte[] body = Bytes.utf8(reply.body).toArray();
      if (body.length > 0) headers.set("content-type", reply.type);
      exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) exchange.getResponseBody().write(body);
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getRawPath().equals(path)) {
      return new Reply(404, TEXT, "nothing is here\n");
    }
    return switch (exchange.getRequestMethod()) {
      case "OPTIONS" -> new Reply(204, TEXT, "");
      case "POST" -> take(exchange);
      default -> new Reply(405, TEXT, "POST only\n");
    };
  }

  private Reply take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(Collector.LARGEST + 1);
    try {
      return switch (collector.take(Bytes.wrap(body))) {
        case Collector.Held(String word) -> new Reply(200, TEXT, word);
        case Collector.No(Refused why) -> new Reply(why.code().status(), PROBLEM, problem(why));
      };
    } catch (UncheckedIOException e) {
      // what is not on the disk was not taken
      return new Reply(503, TEXT, "this body cannot take anything now\n");
    }
  }

  private static String problem(Refused why) {
    return Json.write(
        Json.object()
            .put("type", "/doors#" + why.code().id())
            .put("code", why.code().id())
            .put("status", why.code().status())
            .put("title", why.code().id())
            .put("detail", why.detail()));
  }

  @Override
  public void close() {
    server.stop(1);
    threads.close();
  }
}
