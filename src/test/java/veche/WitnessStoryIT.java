package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.crypto.KeyFile;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Service;
import veche.http.Settings;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.record.Trust;
import veche.wire.Bytes;

/// log §5: an election whose witnesses are programs of their own that listen, and nobody of whom
/// comes by himself: the server finds them, they vouch, and being killed makes none of them forget.
class WitnessStoryIT {
  private static final String HOST = "votes.example";
  private static final long LASTS = 5;

  @TempDir private Path folder;

  private final Coalition coalition = new Coalition();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, Process> programs = new HashMap<>();
  private Service service;
  private Client client;
  private String base = "";

  /// By the server's clock the voting does not end before the test lets it: machines may be slow.
  private volatile long stopped = Long.MAX_VALUE;

  private Instant clock() {
    return Instant.ofEpochSecond(Math.min(now(), stopped));
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (var program : programs.values()) program.destroyForcibly().waitFor();
    if (service != null) service.close();
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private void serve() throws IOException {
    for (var page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    var hosted = List.of(coalition.body("north").vkey());
    var settings = new Settings(HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false);
    service = Service.start(settings, Optional.empty(), folder, Entropy.system(), this::clock);
    client = new Client("http://127.0.0.1:" + service.server().port());
  }

  private void draw() throws IOException {
    var asked = "veche.host/v1\n" + HOST + "\n" + now() + "\n";
    var signed = new Note(asked, List.of(coalition.body("north").signLine(asked))).text();
    var name = client.post("/elections", Bytes.utf8(signed)).json();
    base = "/e/" + name.get("slug").asText() + "/";
    for (var id : Coalition.BODIES) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        ports.put(id, socket.getLocalPort());
      }
      coalition.listens(id, "http://127.0.0.1:" + ports.get(id));
    }
    coalition.draw(
        name.get("slug").asText(),
        name.get("origin").asText(),
        name.get("log").asText(),
        now() - 10,
        now() + LASTS);
    stopped = coalition.draft().closesAt() - 1;
    Files.writeString(folder.resolve("trust.txt"), Trust.of(coalition.draft()));
    Files.writeString(folder.resolve("passphrase"), "a long one\n");
    for (var id : Coalition.BODIES) {
      var home = Files.createDirectories(folder.resolve(id));
      var key = coalition.witness(id);
      Files.writeString(home.resolve("vkey"), key.vkey() + "\n");
      KeyFile.write(
          home.resolve("key.pem"),
          KeyFile.Kind.ED25519,
          key.seed(),
          "a long one".toCharArray(),
          Entropy.system());
    }
  }

  private void start(String id, String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Dveche.exitWithParent=true",
                "-cp",
                System.getProperty("java.class.path"),
                "veche.cli.Veche",
                "observe",
                "--witness",
                "--interval",
                "0.5",
                "--state",
                folder.resolve(id).toString(),
                "--passphrase-file",
                folder.resolve("passphrase").toString(),
                "--trust",
                folder.resolve("trust.txt").toString(),
                "--listen",
                "127.0.0.1:" + ports.get(id)));
    command.addAll(List.of(more));
    var said = folder.resolve(id + ".log").toFile();
    programs.put(
        id,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(said))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start());
  }

  private Client house(String id) {
    return new Client("http://127.0.0.1:" + ports.get(id));
  }

  private void await(BooleanSupplier condition, String what) throws Exception {
    for (int i = 0; i < 1_200; i++) {
      if (condition.getAsBoolean()) return;
      Thread.sleep(100);
    }
    var said = new StringBuilder("never came true: " + what + "\n");
    for (var id : Coalition.BODIES) said.append(Files.readString(folder.resolve(id + ".log")));
    throw new AssertionError(said);
  }

  private boolean listens(String id) {
    try {
      return house(id).get("/").status() == 404;
    } catch (java.io.UncheckedIOException e) {
      return false;
    }
  }

  private Checkpoint newest() {
    return Checkpoint.parse(Note.parse(client.get(base + "checkpoint").text()).body());
  }

  private boolean isCosigned() {
    return isCosignedSince(0);
  }

  private boolean isCosignedSince(long time) {
    var reply = client.get(base + "cosigned");
    if (reply.status() != 200) return false;
    var note = Note.parse(reply.text());
    var times = Cosignature.times(note, coalition.record().policy().witnessKeys());
    return Checkpoint.parse(note.body()).equals(newest())
        && coalition.record().policy().quorum(times, time);
  }

  private Note kept(String id) {
    var mark = Bytes.utf8(coalition.draft().origin()).sha256().hex();
    var reply = house(id).get("/" + mark + "/checkpoint");
    assertThat(reply.status()).isEqualTo(200);
    return Note.parse(reply.text());
  }

  private long keptSize(String id) {
    return Checkpoint.parse(kept(id).body()).size();
  }

  private SigningKey logKey() throws IOException {
    var file = folder.resolve("data/logs").resolve(coalition.draft().slug() + ".key");
    var seed = Bytes.fromHex(Files.readString(file).strip());
    return new SigningKey(coalition.draft().origin(), Vkey.ED25519, seed);
  }

  @Test
  void theQuorumIsReachedWithoutAnybodyComingByHimself() throws Exception {
    serve();
    draw();
    for (var id : Coalition.BODIES) start(id);
    for (var id : Coalition.BODIES) await(() -> listens(id), id + " listens");
    var voters = List.of(new Coalition.Voter(), new Coalition.Voter());
    coalition.openFor(client.door(coalition.draft().slug()), voters);
    await(this::isCosigned, "the opening has its quorum");

    // killed in the middle, a witness remembers what it vouched for
    var before = keptSize("east");
    programs.get("east").destroyForcibly().waitFor();
    for (var voter : voters) {
      var leaf = voter.ballot(coalition, List.of(List.of(1, 0, 0), List.of(1, 0)));
      assertThat(client.post(base + "ballots", leaf).status()).isEqualTo(200);
      coalition.fold(leaf);
    }
    await(this::isCosigned, "two of three are enough");
    start("east", "--election", "http://127.0.0.1:" + service.server().port() + base);
    await(() -> listens("east"), "east is back");
    assertThat(keptSize("east")).isGreaterThanOrEqualTo(before);
    await(() -> keptSize("east") == newest().size(), "east has read what it missed");

    // a fork, pushed by whoever holds the log's key: refused, kept, and east says no more
    var forged = new Checkpoint(coalition.draft().origin(), newest().size(), new Tree().root());
    var proof = new WitnessRule.Request(forged.size(), List.of(), forged.sign(logKey()));
    var refused = house("east").post("/add-checkpoint", Bytes.utf8(proof.text()));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).isEqualTo(forged.size() + "\n");
    assertThat(Files.list(folder.resolve("east")).filter(f -> f.toString().contains("fork-")))
        .hasSize(1);

    // close: on both of its sides words from after the end
    stopped = Long.MAX_VALUE;
    var closes = coalition.draft().closesAt();
    await(() -> isCosignedSince(closes), "the box was seen after the end");
    var box = newest();
    coalition.close(client.door(coalition.draft().slug()));
    await(() -> isCosignedSince(closes), "the close was seen");
    for (var size : List.of(box.size(), box.size() + 1)) {
      var stage = Note.parse(client.get(base + "stage/" + size).text());
      var times = Cosignature.times(stage, coalition.record().policy().witnessKeys());
      assertThat(coalition.record().policy().quorum(times, closes)).as("stage " + size).isTrue();
    }
    assertThat(programs.get("north").isAlive()).isTrue();
  }
}
