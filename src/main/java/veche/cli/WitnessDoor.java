package veche.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import veche.election.Refused;
import veche.log.Tile;
import veche.log.WitnessRule;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5 (C2SP tlog-witness): the two addresses of a witness that listens, `add-checkpoint` and
/// the checkpoint it cosigned last. It keeps no record of who came. TLS is the matter of what
/// stands in front of it.
final class WitnessDoor implements AutoCloseable {
  /// A note of some hundred thousand bytes holds all the signatures anybody will send.
  static final int LARGEST = 256 << 10;

  /// How long and how many: read by the JDK's server when it is first used.
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "30",
          "sun.net.httpserver.maxRspTime", "30",
          "sun.net.httpserver.idleInterval", "60",
          "sun.net.httpserver.maxReqHeaders", "64",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.nodelay", "true",
          "jdk.httpserver.maxConnections", "256");

  private static final String PREFIX = "/";
  private static final String ADD = "/add-checkpoint";
  private static final String DEPOSIT = "/add-deposit";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String SIZE = "text/x.tlog.size";

  private final Witness witness;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param address `host:port`, port 0 for any
  WitnessDoor(Witness witness, String address) {
    this.witness = witness;
    server = open(address);
    server.setExecutor(threads);
    server.createContext(PREFIX, this::answer);
    server.start();
  }

  /// The JDK's server with its limits set, not started yet.
  static HttpServer open(String address) {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) System.setProperty(name, value);
        });
    try {
      return HttpServer.create(socket(address), 64);
    } catch (IOException e) {
      throw new Malformed("--listen " + address + ": " + e.getMessage());
    }
  }

  private static InetSocketAddress socket(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    String port = address.substring(colon + 1);
    if (colon < 1 || !port.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
      throw new Malformed("--listen: expected host:port, not " + address);
    }
    String host = address.substring(0, colon);
    return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
  }

  int port() {
    return server.getAddress().getPort();
  }

  private record Reply(int status, String type, String body) {
    static Reply text(int status, String body) {
      return new Reply(status, TEXT, body);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", reply.type);
      exchange.getResponseHeaders().set("cache-control", "no-store");
      exchange.getResponseHeaders().set("x-content-type-options", "nosniff");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(reply.status, head || body.length == 0 ? -1 : body.length);
      if (!head) exchange.getResponseBody().write(body);
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String method = exchange.getRequestMethod();
    if (path.equals(ADD)) {
      return method.equals("POST") ? add(exchange) : Reply.text(405, "POST only\n");
    }
    if (path.equals(DEPOSIT)) {
      return method.equals("POST") ? hand(exchange) : Reply.text(405, "POST only\n");
    }
    Optional<Bytes> origin = origin(path);
    if (origin.isEmpty()) return Reply.text(404, "nothing is here\n");
    if (!method.equals("GET") && !method.equals("HEAD")) return Reply.text(405, "GET only\n");
    return witness
        .kept(origin.get())
        .map(note -> Reply.text(200, note.text()))
        .orElse(Reply.text(404, "nothing was cosigned\n"));
  }

  private static Optional<Bytes> origin(String path) {
    return path.matches("/[0-9a-f]{64}/checkpoint")
        ? Optional.of(Bytes.fromHex(path.substring(1, 65)))
        : Optional.empty();
  }

  /// log §5 Deposits.
  private Reply hand(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(Tile.MAX_LEAF + 1);
    try {
      return switch (witness.hand(Bytes.wrap(body))) {
        case Held.Kept kept -> Reply.text(200, "kept\n");
        case Held.Not(Refused why) -> Reply.text(why.code().status(), why + "\n");
      };
    } catch (UncheckedIOException | Remote.Unreachable | Remote.Refusal e) {
      return Reply.text(503, "this witness cannot keep it now\n");
    }
  }

  private Reply add(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1);
    if (body.length > LARGEST) return Reply.text(413, "more than a checkpoint needs\n");
    WitnessRule.Request request;
    try {
      request = WitnessRule.Request.parse(Bytes.wrap(body));
    } catch (Malformed e) {
      return Reply.text(400, e.getMessage() + "\n");
    }
    try {
      return switch (witness.add(request)) {
        case Witness.Withheld(int missing) ->
            Reply.text(503, "deposits that are missing in the log: " + missing + "\n");
        case Witness.Cosigned cosigned -> Reply.text(200, cosigned.line() + "\n");
        case Witness.Refused(WitnessRule.Reason reason, long size) when reason.status() == 409 ->
            new Reply(409, SIZE, size + "\n");
        case Witness.Refused(WitnessRule.Reason reason, long size) ->
            Reply.text(reason.status(), reason + "\n");
      };
    } catch (UncheckedIOException e) {
      // what could not be remembered was not signed
      return Reply.text(500, "this witness cannot remember now\n");
    }
  }

  @Override
  public void close() {
    server.stop(1);
    threads.close();
  }
}
