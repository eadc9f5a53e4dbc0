package veche.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import veche.crypto.Point;
import veche.log.Tree;
import veche.record.Admission;
import veche.record.ElectionFixture;
import veche.record.Entry;
import veche.wire.Bytes;
import veche.wire.Enc;

/// A server of one election, in memory, that can be told to refuse.
final class TestBoard implements AutoCloseable {
  final ElectionFixture election = new ElectionFixture().opened(5);

  /// What it does with what it is sent.
  enum Mood {
    TAKES,
    REFUSES,
    SILENT
  }

  volatile Mood mood = Mood.TAKES;

  /// Types of what it was sent, refused or not.
  final List<String> sent = new ArrayList<>();

  private final HttpServer server;

  TestBoard() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  Remote remote() {
    return new Remote(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/e/" + ElectionFixture.SLUG);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      String rest = path.substring(path.indexOf("/", 3) + 1);
      Bytes body = Bytes.of(exchange.getRequestBody().readAllBytes());
      if (mood == Mood.SILENT) return;
      Reply reply = exchange.getRequestMethod().equals("GET") ? get(rest) : post(rest, body);
      byte[] out = reply.body.toArray();
      exchange.sendResponseHeaders(reply.status, out.length == 0 ? -1 : out.length);
      if (out.length > 0) exchange.getResponseBody().write(out);
    }
  }

  private record Reply(int status, Bytes body) {}

  private static Reply problem(int status, String code) {
    return new Reply(status, Bytes.utf8("{\"code\":\"" + code + "\",\"detail\":\"no\"}"));
  }

  private Reply get(String path) {
    if (path.equals("checkpoint") || path.equals("candidate")) {
      Tree tree = election.tree();
      return new Reply(200, Bytes.utf8(election.note(tree, tree.size(), Map.of()).text()));
    }
    if (path.equals("tile/entries/000.p/1")) {
      return new Reply(200, veche.log.Tile.entries(election.leaves.subList(0, 1)));
    }
    Bytes file = election.files().get(path);
    return file == null ? problem(404, "not-found") : new Reply(200, file);
  }

  private Reply post(String path, Bytes body) {
    if (path.equals("cosignatures")) return new Reply(200, Bytes.EMPTY);
    Bytes leaf =
        path.equals("acts") ? Enc.parse(body, Point::decode).fields("act").bytes("leaf") : body;
    Entry entry = Entry.parse(leaf);
    sent.add(entry instanceof Entry.Acted acted ? acted.act().type() : "ballot");
    if (mood == Mood.REFUSES) return problem(403, "not-on-roll");
    return switch (election.coalition.record().admit(entry)) {
      case Admission.Admitted(long index) -> {
        election.leaves.add(leaf);
        yield new Reply(200, Bytes.utf8("in"));
      }
      case Admission.No(var why) -> problem(why.code().status(), why.code().id());
    };
  }

  synchronized void close(long time) {
    election.stage(time).close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
