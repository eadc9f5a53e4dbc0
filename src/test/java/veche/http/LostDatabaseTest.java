package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.http.Client.Reply;
import veche.store.Embedded;
import veche.wire.Bytes;

/// log §12: the database dies or has no room while people vote. They are told to send the same
/// bytes again, and when it is back the same bytes get their receipt.
class LostDatabaseTest {
  private static final int DISK_MIB = 256;
  private static final Map<String, String> SMALL =
      Map.of("max_wal_size", "32MB", "min_wal_size", "32MB", "max_connections", "40");

  @TempDir private static Path folder;

  private static final Promised PROMISED = new Promised();
  private static int port;
  private static boolean mounted;
  private static Embedded postgres;
  private static Service service;
  private static Client client;

  @BeforeAll
  static void anElectionIsOpenOnASmallDisk() throws Exception {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    Files.createDirectories(disk());
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", disk() + "");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    startDatabase();
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    service =
        Service.start(
            new Settings(Promised.HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false),
            Optional.of(postgres.uri()),
            folder,
            Entropy.system(),
            InstantSource.system());
    client = new Client("http://127.0.0.1:" + service.server().port());
    PROMISED.open(client, 12);
  }

  @AfterAll
  static void stop() throws Exception {
    if (service != null) service.close();
    Files.deleteIfExists(filler());
    if (postgres != null) postgres.close();
    if (mounted) run("umount", disk().toString());
  }

  private static Path disk() {
    return folder.resolve("disk");
  }

  private static Path filler() {
    return disk().resolve("filler");
  }

  private static void startDatabase() {
    postgres = Embedded.start(disk().resolve("db"), port, SMALL, Entropy.system());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// To the last byte.
  private static void fill() {
    for (int size : List.of(1 << 20, 4096)) {
      try (OutputStream out =
          Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        while (true) out.write(new byte[size]);
      } catch (IOException full) {
        continue;
      }
    }
  }

  private static Reply cast(Bytes leaf) {
    return PROMISED.reply(leaf, PROMISED.send(client, leaf)).orElseThrow();
  }

  private static void saysToSendItAgain(Reply reply) {
    assertThat(reply.status()).isIn(503, 507);
    assertThat(reply.json().path("title").asText()).contains("sent again");
  }

  /// As a voter's page does it; the database may need a moment.
  private static void castUntilTaken(Bytes leaf) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Promised.PATIENCE);
    while (cast(leaf).status() != 200) {
      assertThat(System.nanoTime()).as("never taken again").isLessThan(end);
      Thread.sleep(200);
    }
  }

  @Test
  void aDatabaseKilledWhileBallotsComeInLosesNone() throws Exception {
    Map<Bytes, CompletableFuture<Reply>> sent = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      Bytes leaf = PROMISED.ballot();
      sent.put(leaf, PROMISED.send(client, leaf));
      if (i == 5) {
        // those who came first are answered; the others find out
        CompletableFuture.anyOf(sent.values().toArray(CompletableFuture<?>[]::new)).join();
        postgres.kill();
      }
    }
    Reply last = null;
    for (var each : sent.entrySet()) {
      last = PROMISED.reply(each.getKey(), each.getValue()).orElseThrow();
    }
    saysToSendItAgain(last);
    var inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
    for (String door : List.of("/ready", "/health")) {
      Reply told = inspection.get(door);
      assertThat(told.status()).as(door).isEqualTo(503);
      assertThat(told.text())
          .as(door)
          .isIn("the database does not answer\n", "the logs are not followed\n");
    }

    postgres.close();
    startDatabase();
    for (Bytes leaf : sent.keySet()) castUntilTaken(leaf);
    PROMISED.everythingHolds(client, service);
  }

  @Test
  void aFullDiskIsToldClearlyAndHealsWhenThereIsRoomAgain() throws Exception {
    if (!mounted) {
      String why = "LostDatabaseTest: no small disk can be mounted here, so none is filled";
      System.err.println(why);
      Assumptions.abort(why);
    }
    fill();
    List<Bytes> leaves = new ArrayList<>();
    Reply last;
    do {
      Bytes leaf = PROMISED.ballot();
      leaves.add(leaf);
      last = cast(leaf);
    } while (last.status() == 200 && leaves.size() < 200);
    saysToSendItAgain(last);
    assertThat(client.get("/e/" + PROMISED.slug() + "/checkpoint").status()).isEqualTo(200);

    Files.delete(filler());
    if (!postgres.isAlive()) {
      postgres.close();
      startDatabase();
    }
    for (Bytes leaf : leaves) castUntilTaken(leaf);
    PROMISED.everythingHolds(client, service);
  }
}
