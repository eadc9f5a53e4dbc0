package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.ballot.Ballot;
import veche.council.Taken;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Service;
import veche.http.Settings;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tile;
import veche.log.WitnessRule;
import veche.record.Deposit;
import veche.record.Duty;
import veche.record.Trust;
import veche.wire.Bytes;

/// protocol §6 Second door, log §5 Deposits, attack row 50: the server takes one voter's ballot
/// neither from the voter nor from anyone else; a body's program takes it, is killed before it has
/// told anybody, and keeps its word nevertheless.
class SecondDoorIT {
  private static final String HOST = "votes.example";
  private static final long LASTS = 86_400;
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(1, 0));
  private static final Pattern PORT = Pattern.compile("port (\\d+)");

  /// Nothing is deposited before the program is killed.
  private static final String NEVER = "86400";

  @TempDir private Path folder;

  private final Coalition coalition = new Coalition();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Service service;
  private Client client;
  private HttpServer gate;
  private Witness east;
  private WitnessDoor eastDoor;
  private Held held;
  private Follower follower;
  private Process collecting;
  private volatile boolean censoring;
  private volatile long shift;

  private Instant clock() {
    return Instant.now().plusSeconds(shift);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (collecting != null) collecting.destroyForcibly().waitFor();
    if (gate != null) gate.stop(0);
    if (service != null) service.close();
    if (eastDoor != null) eastDoor.close();
    if (held != null) held.close();
    threads.shutdownNow();
  }

  // ---- a server, and what stands before it

  private void serve() throws IOException {
    Path page = Files.createDirectories(folder.resolve("page"));
    for (String name : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(page.resolve(name + ".html"), "<!doctype html>");
    }
    List<Vkey> hosted = List.of(coalition.body("north").vkey());
    Settings settings =
        new Settings(HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false);
    service = Service.start(settings, Optional.empty(), page, Entropy.system(), this::clock);
    client = new Client("http://127.0.0.1:" + service.server().port());
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setExecutor(threads);
    gate.createContext("/", this::pass);
    gate.start();
  }

  /// What everybody but the test meets: it shows all and, while it censors, takes nothing.
  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      Bytes sent = Bytes.wrap(exchange.getRequestBody().readAllBytes());
      boolean post = exchange.getRequestMethod().equals("POST");
      if (post && censoring) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      String path = exchange.getRequestURI().toString();
      Client.Reply reply = post ? client.post(path, sent) : client.get(path);
      byte[] body = reply.raw().body();
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) exchange.getResponseBody().write(body);
    }
  }

  private Client voter() {
    return new Client("http://127.0.0.1:" + gate.getAddress().getPort());
  }

  private String base() {
    return "/e/" + coalition.draft().slug() + "/";
  }

  private Remote election() {
    return new Remote("http://127.0.0.1:" + gate.getAddress().getPort() + "/e/" + slug());
  }

  private String slug() {
    return coalition.draft().slug();
  }

  private void open(List<Coalition.Voter> voters) throws IOException {
    long now = System.currentTimeMillis() / 1000;
    String asked = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    String signed = new Note(asked, List.of(coalition.body("north").signLine(asked))).text();
    var name = client.post("/elections", Bytes.utf8(signed)).json();
    String log = name.get("log").asText();
    Home home = new Home(Files.createDirectories(folder.resolve("east")), "".toCharArray());
    east = new Witness(home, coalition.witness("east"), List.of(Vkey.parse(log)), this::clock);
    eastDoor = new WitnessDoor(east, "127.0.0.1:0");
    coalition.listens("east", "http://127.0.0.1:" + eastDoor.port());
    coalition.draw(
        name.get("slug").asText(), name.get("origin").asText(), log, now - 10, now + LASTS);
    coalition.openFor(client.door(slug()), voters);
    Trust trust = Trust.parse(Trust.of(coalition.draft()));
    Vkey key = trust.policy().logs().getFirst();
    held = new Held(home, election(), key, trust, Entropy.system(), this::clock);
    east.mind(held);
    follower = new Follower(election(), trust, Entropy.system());
    follower.catchUp();
  }

  // ---- two of three witnesses

  private WitnessRule.Request shown() {
    Note note = Note.parse(client.get(base() + "checkpoint").text());
    long before = east.state(coalition.draft().origin()).size();
    long size = Checkpoint.parse(note.body()).size();
    var proof = follower.catchUp().tree().consistency(before, size);
    return new WitnessRule.Request(before, proof, note);
  }

  /// North vouches for whatever it is shown, east as its program does, west not at all.
  private void witness() {
    WitnessRule.Request shown = shown();
    Note note = shown.checkpoint();
    SigningKey north = coalition.witness("north");
    Checkpoint seen = Checkpoint.parse(note.body());
    Note signed = note.with(Cosignature.line(north, seen, clock().getEpochSecond()));
    if (east.add(shown) instanceof Witness.Cosigned cosigned) signed = signed.with(cosigned.line());
    client.post(base() + "cosignatures", Bytes.utf8(signed.text()));
  }

  private boolean isVouchedFor(long time) {
    witness();
    return follower.cosignedSince(time);
  }

  // ---- the program of a body

  private void collect(String window) throws IOException {
    Path said = folder.resolve("collect.log");
    Files.deleteIfExists(said);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(List.of("-Dveche.exitWithParent=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "veche.cli.Veche"));
    command.addAll(List.of("body", "collect", "--lang", "en"));
    command.addAll(List.of("--listen", "127.0.0.1:0", "--window", window));
    command.addAll(List.of("--election", election().base()));
    Path home = folder.resolve("west");
    command.addAll(List.of("--state", home.toString()));
    command.addAll(List.of("--trust", home.resolve("trust.txt").toString()));
    command.addAll(List.of("--passphrase-file", home.resolve("passphrase").toString()));
    collecting =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    await(() -> said().contains("ballots taken:"), "the body's program has begun");
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("collect.log"));
    } catch (IOException e) {
      return "";
    }
  }

  private Client body() {
    var port = PORT.matcher(said());
    assertThat(port.find()).isTrue();
    return new Client("http://127.0.0.1:" + port.group(1));
  }

  private void await(BooleanSupplier condition, String what) {
    for (int i = 0; i < 1_200; i++) {
      if (condition.getAsBoolean()) return;
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("never came true: " + what + "\n" + said());
  }

  private Optional<Long> place(Bytes ballot) {
    return follower.catchUp().chain().place(Ballot.parse(ballot).ballotId());
  }

  // ---- the story

  @Test
  void attack50_aBallotThatTheServerRefusesCountsThroughABodyThatWasKilled() throws Exception {
    serve();
    var voters = List.of(new Coalition.Voter(), new Coalition.Voter());
    open(voters);
    await(() -> isVouchedFor(0), "the opening has its quorum");
    Bytes other = voters.get(1).ballot(coalition, CHOICES);
    assertThat(voter().post(base() + "ballots", other).status()).isEqualTo(200);
    coalition.fold(other);
    new Program(folder.resolve("west"), coalition.body("west"), coalition);

    censoring = true;
    Bytes ballot = voters.get(0).ballot(coalition, CHOICES);
    assertThat(voter().post(base() + "ballots", ballot).status()).isEqualTo(403);
    collect(NEVER);
    Client.Reply taken = body().post(base() + "ballots", ballot);
    collecting.destroyForcibly().waitFor();

    assertThat(taken.status()).isEqualTo(200);
    Taken word = Taken.verified(Note.parse(taken.text()), coalition.body("west").vkey());
    assertThat(word.leafHash()).isEqualTo(Merkle.leafHash(ballot));
    assertThat(follower.catchUp().deposits()).isEmpty();
    assertThat(place(ballot)).isEmpty();
    long closes = coalition.draft().closesAt();
    assertThat(held.missing(follower.record().size(), closes)).isZero();

    collect("1");
    await(() -> held.missing(follower.record().size(), closes) == 1, "the witness was handed it");
    assertThat(body().post(base() + "ballots", ballot).text()).isEqualTo(taken.text());
    shift = 2 * LASTS;
    held.tend();
    assertThat(isVouchedFor(closes)).as("voting has ended and the ballot is missing").isFalse();
    assertThat(east.add(shown())).isEqualTo(new Witness.Withheld(1));
    assertThat(place(ballot)).isEmpty();

    censoring = false;
    await(() -> place(ballot).isPresent(), "the program deposits what it had signed for");
    await(() -> isVouchedFor(closes), "nothing is missing");
    coalition.fold(leaf(place(ballot).orElseThrow()));
    coalition.close(client.door(slug()));
    await(this::isClosed, "`close` has a quorum on both sides");

    assertThat(follower.record().deposits().values())
        .extracting(Deposit.Logged::body)
        .containsExactly("west");
    assertThat(follower.record().chain().valid()).isEqualTo(2);
    assertThat(collecting.waitFor()).as("%s", said()).isZero();
  }

  private Bytes leaf(long index) {
    int size = (int) follower.record().size();
    Tile tile = new Tile(Tile.ENTRIES, 0, size);
    Bytes entries = Bytes.wrap(client.get(base() + tile.path()).raw().body());
    return Tile.entries(entries, size).get((int) index);
  }

  private boolean isClosed() {
    witness();
    return follower.catchUp().phase().closed()
        && Duty.closed(follower.record(), follower.stages()).isEmpty();
  }
}
