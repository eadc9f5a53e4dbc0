package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.wire.Bytes;

/// operation §1: a server whose own PostgreSQL is killed starts it again.
class OwnDatabaseTest {
  private static final Promised PROMISED = new Promised();

  @TempDir private Path folder;

  @Test
  void aKilledDatabaseIsStartedAgainAndNothingAcknowledgedIsLost() throws Exception {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(folder.resolve(page + ".html"), "<!doctype html>");
    }
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    Path data = folder.resolve("data");
    var settings = new Settings(Promised.HOST, "127.0.0.1", 0, 0, data, hosted, false);
    try (Service service =
        Service.start(
            settings, Optional.empty(), folder, Entropy.system(), InstantSource.system())) {
      var client = new Client("http://127.0.0.1:" + service.server().port());
      var inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
      PROMISED.open(client, 6);
      List<Bytes> leaves = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Bytes leaf = PROMISED.ballot();
        leaves.add(leaf);
        if (i < 3) assertThat(cast(client, leaf)).isEqualTo(200);
      }
      long before = postmaster(data);
      assertThat(ProcessHandle.of(before).orElseThrow().destroyForcibly()).isTrue();
      await("never unready", () -> inspection.get("/ready").status() == 503);
      for (Bytes leaf : leaves) await("never taken", () -> cast(client, leaf) == 200);
      await("never ready", () -> inspection.get("/ready").status() == 200);
      assertThat(postmaster(data)).isNotEqualTo(before);
      PROMISED.everythingHolds(client, service);
    }
  }

  private static int cast(Client client, Bytes leaf) {
    return PROMISED.reply(leaf, PROMISED.send(client, leaf)).orElseThrow().status();
  }

  private static long postmaster(Path data) throws Exception {
    Path file = data.resolve("db").resolve("postgres").resolve("postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).getFirst().strip());
  }

  private static void await(String otherwise, BooleanSupplier holds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Promised.PATIENCE);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
      Thread.sleep(50);
    }
  }
}
