package veche.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import veche.election.Code;
import veche.election.Refused;
import veche.view.Json;
import veche.view.Problems;
import veche.view.Words;
import veche.wire.Bytes;

/// doors §7: the one address of a body that takes ballots. Any page may send there, and no record
/// is kept of who came.
final class CollectDoor implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

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
    Words words = Problems.words(exchange.getRequestHeaders().getFirst("accept-language"));
    if (!exchange.getRequestURI().getRawPath().equals(path)) {
      return refused(words, new Refused(Code.NOT_FOUND, "nothing is here"));
    }
    return switch (exchange.getRequestMethod()) {
      case "OPTIONS" -> new Reply(204, TEXT, "");
      case "POST" -> take(exchange, words);
      default -> trouble(words, Problems.Trouble.METHOD, "POST only");
    };
  }

  private Reply take(HttpExchange exchange, Words words) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(Collector.LARGEST + 1);
    try {
      return switch (collector.take(Bytes.wrap(body))) {
        case Collector.Held(String word) -> new Reply(200, TEXT, word);
        case Collector.No(Refused why) -> refused(words, why);
      };
    } catch (UncheckedIOException e) {
      // what is not on the disk was not taken
      return trouble(words, Problems.Trouble.UNAVAILABLE, "this body cannot take anything now");
    }
  }

  private static Reply refused(Words words, Refused why) {
    int status = why.code().status();
    return new Reply(status, Problems.TYPE, Json.write(Problems.refused(words, status, why)));
  }

  private static Reply trouble(Words words, Problems.Trouble trouble, String detail) {
    return new Reply(
        trouble.status(), Problems.TYPE, Json.write(Problems.trouble(words, trouble, detail)));
  }

  @Override
  public void close() {
    server.stop(1);
    threads.close();
  }
}
