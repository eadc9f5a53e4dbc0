package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.WitnessRule;
import veche.wire.Bytes;

/// log §5, C2SP tlog-witness from the log's side: the server goes to witnesses that listen, each of
/// them played here by a few lines that do what the test wants.
class WitnessesTest {
  private static final String HOST = "votes.example";

  @TempDir private static Path data;
  private static Service service;
  private static Client client;
  private static HttpServer houses;

  /// What each witness answers, by the name in its address.
  private static final Map<String, House> HOUSES = new ConcurrentHashMap<>();

  private static final SigningKey HOSTED = Coalition.key("north", Vkey.ED25519);
  private static final long START = now();
  private static int names;

  private final Coalition coalition = new Coalition();
  private String base = "";
  private String slug = "";

  private record Reply(int status, String body) {}

  /// A witness: what it was sent, and what it says to that.
  private abstract static class House {
    final List<WitnessRule.Request> sent = new CopyOnWriteArrayList<>();

    abstract Reply add(WitnessRule.Request request) throws InterruptedException;

    Reply kept() {
      return new Reply(404, "");
    }
  }

  /// One that keeps to the rule.
  private static final class Honest extends House {
    private final SigningKey key;
    private final Vkey log;
    private volatile WitnessRule.State state;
    private volatile String memory = "";

    Honest(SigningKey key, Vkey log, WitnessRule.State state) {
      this.key = key;
      this.log = log;
      this.state = state;
    }

    @Override
    synchronized Reply add(WitnessRule.Request request) {
      return switch (WitnessRule.decide(state, request, Optional.of(log))) {
        case WitnessRule.Accept(Checkpoint checkpoint) -> {
          state = new WitnessRule.State(checkpoint.size(), checkpoint.root());
          var line = Cosignature.line(key, checkpoint, System.currentTimeMillis() / 1000);
          memory = request.checkpoint().with(line).text();
          yield new Reply(200, line + "\n");
        }
        case WitnessRule.Refuse(WitnessRule.Reason reason) ->
            new Reply(reason.status(), reason.status() == 409 ? state.size() + "\n" : "no\n");
      };
    }

    @Override
    Reply kept() {
      return new Reply(memory.isEmpty() ? 404 : 200, memory);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(data.resolve(page + ".html"), "<!doctype html>");
    }
    houses = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    houses.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    houses.createContext("/", WitnessesTest::answer);
    houses.start();
    var settings = new Settings(HOST, "127.0.0.1", 0, 0, data, List.of(HOSTED.vkey()), false);
    service =
        Service.start(settings, Optional.empty(), data, Entropy.system(), InstantSource.system());
    client = new Client("http://127.0.0.1:" + service.server().port());
  }

  @AfterAll
  static void stop() {
    service.close();
    houses.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath().split("/");
      var house = HOUSES.get(path[1]);
      Reply reply;
      if (house == null) {
        reply = new Reply(404, "");
      } else if (path[2].equals("add-checkpoint")) {
        var request =
            WitnessRule.Request.parse(Bytes.wrap(exchange.getRequestBody().readAllBytes()));
        house.sent.add(request);
        reply = house.add(request);
      } else {
        reply = house.kept();
      }
      var body = reply.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  // ---- an election whose witnesses have addresses

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  @BeforeEach
  void anElectionIsDrawn() {
    String body = "veche.host/v1\n" + HOST + "\n" + (START - names++) + "\n";
    var asked = Bytes.utf8(new Note(body, List.of(HOSTED.signLine(body))).text());
    var name = client.post("/elections", asked).json();
    slug = name.get("slug").asText();
    base = "/e/" + slug + "/";
    coalition.adopt("north", HOSTED);
    for (var id : Coalition.BODIES) {
      coalition.listens(
          id, "http://127.0.0.1:" + houses.getAddress().getPort() + "/" + id + "-" + slug);
    }
    coalition.draw(
        slug, name.get("origin").asText(), name.get("log").asText(), now() - 10, now() + 3_600);
  }

  private House place(String id, House house) {
    HOUSES.put(id + "-" + slug, house);
    return house;
  }

  private House honest(String id) {
    return honest(id, WitnessRule.State.NONE);
  }

  private House honest(String id, WitnessRule.State state) {
    var log = Vkey.parse(coalition.draft().log());
    return place(id, new Honest(coalition.witness(id), log, state));
  }

  private static void await(BooleanSupplier condition, String what) throws InterruptedException {
    for (int i = 0; i < 1_200; i++) {
      if (condition.getAsBoolean()) return;
      Thread.sleep(100);
    }
    throw new AssertionError("never came true: " + what);
  }

  private Checkpoint newest() {
    return Checkpoint.parse(Note.parse(client.get(base + "checkpoint").text()).body());
  }

  private boolean isCosigned() {
    var reply = client.get(base + "cosigned");
    return reply.status() == 200
        && Checkpoint.parse(Note.parse(reply.text()).body()).equals(newest());
  }

  private SigningKey logKey() throws IOException {
    var seed = Files.readString(data.resolve("logs").resolve(slug + ".key")).strip();
    return new SigningKey(coalition.draft().origin(), Vkey.ED25519, Bytes.fromHex(seed));
  }

  private List<Long> olds(House house) {
    return house.sent.stream().map(WitnessRule.Request::old).toList();
  }

  // ---- the tests

  @Test
  void theServerBringsEachStageToItsWitnessesAndTheQuorumIsMet() throws Exception {
    var north = honest("north");
    var west = honest("west");
    coalition.sendDraft(client.door(slug));
    await(this::isCosigned, "two of three saw the draft");
    assertThat(olds(north)).startsWith(0L);
    assertThat(north.sent.getFirst().checkpoint().lines()).hasSize(1);

    coalition.makeKeys(client.door(slug));
    await(this::isCosigned, "two of three saw the keys");
    assertThat(olds(west).getLast()).isPositive();
    assertThat(client.get(base + "stage/index").text().lines()).contains("1");
  }

  @Test
  void aWitnessThatIsAheadOrBehindIsAskedFromWhereItStands() throws Exception {
    coalition.sendDraft(client.door(slug));
    coalition.commitAndReveal(client.door(slug));
    var first = client.get(base + "tile/0/000.p/1").raw().body();
    var house = honest("north", new WitnessRule.State(1, Bytes.wrap(first)));
    await(() -> client.get(base + "stage/1").text().contains("north/witness"), "north signs");
    assertThat(olds(house)).startsWith(0L, 1L);
  }

  @Test
  void aWitnessThatHangsOrNeverEndsOrTalksNonsenseDelaysNobody() throws Exception {
    place(
        "north",
        new House() {
          @Override
          Reply add(WitnessRule.Request request) throws InterruptedException {
            Thread.sleep(600_000);
            return new Reply(200, "");
          }
        });
    var endless =
        place(
            "east",
            new House() {
              @Override
              Reply add(WitnessRule.Request request) {
                return new Reply(200, "\u2014 x AAAAAAAA\n".repeat(1_000_000));
              }
            });
    honest("west");
    coalition.sendDraft(client.door(slug));
    coalition.makeKeys(client.door(slug));
    await(() -> client.get(base + "candidate").text().contains("west/witness"), "west signs");
    await(() -> !endless.sent.isEmpty(), "east was asked");
    assertThat(client.get(base + "cosigned").code()).isEqualTo("quorum-missing");
  }

  @Test
  void aSignatureOfAnotherTreeOrAnotherKeyIsNotTaken() throws Exception {
    var other = new Checkpoint(coalition.draft().origin(), 1, Bytes.zero(32));
    var forger =
        place(
            "north",
            new House() {
              @Override
              Reply add(WitnessRule.Request request) {
                return new Reply(
                    200, Cosignature.line(coalition.witness("north"), other, 1) + "\n");
              }
            });
    var stranger =
        place(
            "east",
            new House() {
              @Override
              Reply add(WitnessRule.Request request) {
                var seen = Checkpoint.parse(request.checkpoint().body());
                var key = Coalition.key("east/witness", Vkey.COSIGNATURE);
                return new Reply(200, Cosignature.line(key, seen, now()) + "\n");
              }
            });
    honest("west");
    coalition.sendDraft(client.door(slug));
    await(() -> !forger.sent.isEmpty() && !stranger.sent.isEmpty(), "both were asked");
    await(() -> client.get(base + "candidate").text().contains("west/witness"), "west signs");
    assertThat(client.get(base + "stage/1").text())
        .doesNotContain("north/witness")
        .doesNotContain("east/witness");
  }

  /// log §3.5: a witness keeps what this log signed and no longer has.
  @Test
  void aLogWhoseWitnessKeepsMoreThanItHasIsClosedByItsOwnSignature() throws Exception {
    var lost = new Checkpoint(coalition.draft().origin(), 1_000, Bytes.zero(32));
    place("east", ahead(lost.sign(logKey()), lost));
    coalition.sendDraft(client.door(slug));
    var act = coalition.act("dkg-commit", veche.wire.Enc.list(), coalition.trustee("north"));
    await(() -> client.act(slug, act, List.of()).status() == 503, "the log is closed");
  }

  @Test
  void aWitnessesWordAloneClosesNothing() throws Exception {
    var claimed = new Checkpoint(coalition.draft().origin(), 1_000, Bytes.zero(32));
    var impostor = Coalition.key(coalition.draft().origin(), Vkey.ED25519);
    var liar = place("east", ahead(claimed.sign(impostor), claimed));
    honest("north");
    honest("west");
    coalition.sendDraft(client.door(slug));
    await(() -> !liar.sent.isEmpty(), "the liar was asked");
    coalition.makeKeys(client.door(slug));
    await(this::isCosigned, "the others are enough");
  }

  private House ahead(Note kept, Checkpoint of) {
    var line = Cosignature.line(coalition.witness("east"), of, now());
    return new House() {
      @Override
      Reply add(WitnessRule.Request request) {
        return new Reply(409, of.size() + "\n");
      }

      @Override
      Reply kept() {
        return new Reply(200, kept.with(line).text());
      }
    };
  }
}
