package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.view.Json;
import veche.wire.Bytes;

/// `veche serve` as a process of its own, killed while people vote (log §3).
class ServeTest {
  private static final String HOST = "votes.example";
  private static final List<List<Integer>> CHOICES = List.of(List.of(0, 1, 0), List.of(0, 1));

  @TempDir private Path folder;
  private Process process;
  private Client client;
  private List<String> more = List.of();

  @AfterEach
  void end() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private void start() throws IOException {
    Path out = folder.resolve("out");
    Files.deleteIfExists(out);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "veche.Main", "serve"));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    command.addAll(List.of("--web", folder.resolve("web").toString()));
    command.addAll(List.of("--hosts", folder.resolve("hosts").toString()));
    command.addAll(List.of("--public-url", "http://" + HOST));
    command.addAll(List.of("--port", Integer.toString(port()), "--inspect-port", "0"));
    command.addAll(more);
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    await(out);
  }

  private int chosen;

  private int port() throws IOException {
    if (chosen == 0) {
      try (var socket = new java.net.ServerSocket(0)) {
        chosen = socket.getLocalPort();
      }
    }
    client = new Client("http://127.0.0.1:" + chosen);
    return chosen;
  }

  private void await(Path out) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(out).contains("inspect: ")) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("the server did not start: " + Files.readString(out));
      }
      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    }
  }

  private void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerToldToWritesItsLogAsJson() throws Exception {
    Files.createDirectories(folder.resolve("web"));
    Files.writeString(folder.resolve("hosts"), new Coalition().body("north").vkey() + "\n");
    more = List.of("--log", "json");
    start();

    String out = Files.readString(folder.resolve("out"));
    assertThat(out).contains("  log = json  (--log)");
    List<String> told = out.lines().filter(line -> line.startsWith("{")).toList();
    assertThat(told).isNotEmpty();
    assertThat(told)
        .allSatisfy(line -> assertThat(Json.read(line).path("loggerName").asText()).isNotEmpty())
        .anySatisfy(line -> assertThat(line).contains("this server keeps the logs"));
    assertThat(out.lines().filter(line -> line.matches("[0-9:]{8} (INFO|WARN|ERROR) .*")))
        .isEmpty();
  }

  @Test
  void aServerKilledWhilePeopleVoteKeepsWhatItAcknowledged() throws Exception {
    Coalition coalition = new Coalition();
    Files.createDirectories(folder.resolve("web"));
    Files.writeString(folder.resolve("hosts"), coalition.body("north").vkey() + "\n");
    start();
    Vkey log = open(coalition);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    Map<Bytes, String> acknowledged = new ConcurrentHashMap<>();
    List<Bytes> sent = new ArrayList<>();
    for (Coalition.Voter voter : voters) sent.add(voter.ballot(coalition, CHOICES));

    List<Thread> casting =
        sent.stream()
            .map(
                leaf ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              var reply = client.post(door, leaf);
                              if (reply.status() == 200) acknowledged.put(leaf, reply.text());
                            }))
            .toList();
    while (acknowledged.isEmpty()) Thread.sleep(5);
    kill();
    for (Thread one : casting) one.join();
    start();

    assertThat(acknowledged).isNotEmpty();
    acknowledged.forEach(
        (leaf, receipt) -> assertThat(client.post(door, leaf).text()).isEqualTo(receipt));
    for (Bytes leaf : sent) {
      Receipt.parse(client.post(door, leaf).text()).verify(Merkle.leafHash(leaf), log);
    }
    Note newest = Note.parse(client.get("/e/" + coalition.draft().slug() + "/checkpoint").text());
    assertThat(Checkpoint.verified(newest, log).size())
        .isEqualTo(coalition.record().size() + sent.size());
  }

  /// Told to end while people vote, it takes nobody new, answers those who are inside and exits
  /// with 0; what it acknowledged is there afterwards.
  @Test
  void aServerThatIsToldToEndAnswersWhoeverIsInside() throws Exception {
    Coalition coalition = new Coalition();
    Files.createDirectories(folder.resolve("web"));
    Files.writeString(folder.resolve("hosts"), coalition.body("north").vkey() + "\n");
    start();
    Vkey log = open(coalition);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    Map<Bytes, String> acknowledged = new ConcurrentHashMap<>();
    List<Thread> casting = new ArrayList<>();
    for (Coalition.Voter voter : voters) {
      Bytes leaf = voter.ballot(coalition, CHOICES);
      casting.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    var reply = client.post(door, leaf);
                    if (reply.status() == 200) acknowledged.put(leaf, reply.text());
                  }));
    }
    while (acknowledged.isEmpty()) Thread.sleep(5);
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    for (Thread one : casting) one.join();
    start();

    assertThat(acknowledged).isNotEmpty();
    acknowledged.forEach(
        (leaf, receipt) -> {
          assertThat(client.post(door, leaf).text()).isEqualTo(receipt);
          Receipt.parse(receipt).verify(Merkle.leafHash(leaf), log);
        });
  }

  private final List<Coalition.Voter> voters = new ArrayList<>();

  private Vkey open(Coalition coalition) {
    for (int i = 0; i < 30; i++) voters.add(new Coalition.Voter());
    long now = Instant.now().getEpochSecond();
    String body = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    Note asked = new Note(body, List.of(coalition.body("north").signLine(body)));
    var given = client.post("/elections", Bytes.utf8(asked.text())).json();
    String log = given.get("log").asText();
    String slug = given.get("slug").asText();
    coalition.draw(slug, given.get("origin").asText(), log, now - 1, now + 3_600);
    coalition.openFor(client.door(slug), voters);
    return Vkey.parse(log);
  }
}
