package veche;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import veche.crypto.Point;
import veche.record.Act;
import veche.record.ElectionFixture;
import veche.wire.Bytes;
import veche.wire.Enc;

/// A server that has the log's key and shows whoever asks the history it was last told to show; it
/// takes whatever it is sent and puts it at the end of that history. Checking is left to those who
/// ask.
public final class LyingServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ElectionFixture story;
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Act> acts = new ArrayList<>();
  private final List<String> cosignatures = new ArrayList<>();

  /// What a door says instead of the truth.
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  public LyingServer(ElectionFixture story) {
    this.story = story;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(threads);
    http.createContext("/e/" + ElectionFixture.SLUG + "/", this::handle);
    http.start();
  }

  /// The address of the one election it serves.
  public String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/e/" + ElectionFixture.SLUG;
  }

  public synchronized void show(ElectionFixture other) {
    story = other;
  }

  /// Lets one door answer otherwise; null makes it honest again.
  public synchronized void door(String name, @Nullable Answer answer) {
    if (answer == null) answers.remove(name);
    else answers.put(name, answer);
  }

  /// Types of the acts that arrived since this was asked last.
  public synchronized List<String> sent() {
    List<String> out = acts.stream().map(Act::type).toList();
    acts.clear();
    return out;
  }

  /// Checkpoints that witnesses cosigned and sent, since this was asked last.
  public synchronized List<String> cosigned() {
    List<String> out = List.copyOf(cosignatures);
    cosignatures.clear();
    return out;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String door = path.substring(("/e/" + ElectionFixture.SLUG + "/").length());
    Answer answer;
    synchronized (this) {
      answer = answers.get(door);
    }
    try (exchange) {
      if (answer != null) answer.to(exchange);
      else if (exchange.getRequestMethod().equals("POST")) take(exchange, door);
      else give(exchange, door);
    }
  }

  private synchronized void give(HttpExchange exchange, String door) throws IOException {
    Map<String, Bytes> files = story.files();
    Bytes file =
        switch (door) {
          case "candidate" -> files.get("checkpoint");
          case "cosigned" ->
              story.stages.isEmpty() ? null : files.get("stage/" + story.stages.lastKey());
          default -> files.get(door);
        };
    if (file != null) say(exchange, 200, file.toArray());
    else refuse(exchange, door.equals("cosigned") ? "quorum-missing" : "not-found");
  }

  private void take(HttpExchange exchange, String door) throws IOException {
    Bytes body = Bytes.wrap(exchange.getRequestBody().readAllBytes());
    if (keep(body, door)) say(exchange, 200, new byte[0]);
    else refuse(exchange, "not-found");
  }

  /// Takes what was sent and lets the connection go without a word, as one does that needs longer
  /// than anybody waits.
  public void keepSilently(HttpExchange exchange, String door) throws IOException {
    keep(Bytes.wrap(exchange.getRequestBody().readAllBytes()), door);
  }

  private synchronized boolean keep(Bytes body, String door) {
    switch (door) {
      case "acts" -> {
        Enc.Fields f = Enc.parse(body, Point::decode).fields("acts");
        Bytes leaf = f.bytes("act");
        Act act = Act.parse(leaf);
        acts.add(act);
        story.leaves.add(leaf);
        f.list("blobs", g -> g.bytes("blob")).forEach(b -> story.blobs.put(b.sha256(), b));
      }
      case "cosignatures" -> cosignatures.add(body.utf8());
      default -> {
        return false;
      }
    }
    return true;
  }

  public static void refuse(HttpExchange exchange, String code) throws IOException {
    String problem = "{\"code\": \"" + code + "\", \"detail\": \"so it says\"}";
    say(exchange, 404, problem.getBytes(StandardCharsets.UTF_8));
  }

  public static void say(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (body.length > 0) out.write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
