package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.LyingServer;
import veche.record.Bundle;
import veche.record.ElectionFixture;

/// doors: a server whose answers do not end can neither fill a role program's memory nor hold it.
class RemoteTest {
  private final ElectionFixture election = new ElectionFixture().draft();
  private final LyingServer server = new LyingServer(election);
  private final AtomicLong poured = new AtomicLong();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private void pour(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] block = new byte[1 << 16];
      while (true) {
        out.write(block);
        poured.addAndGet(block.length);
      }
    }
  }

  @Test
  void anAnswerWithoutEndIsRefusedAtTheSizeItCouldHave() {
    Remote remote = new Remote(server.url());
    for (String door : new String[] {"checkpoint", "stage/index", "tile/0/000", "candidate"}) {
      server.door(door, this::pour);
      assertThatThrownBy(() -> remote.get(door))
          .as(door)
          .isInstanceOf(Remote.Unreachable.class)
          .hasMessageContaining("larger than it can be");
    }
    server.door("acts", this::pour);
    assertThatThrownBy(() -> remote.post("acts", veche.wire.Bytes.EMPTY))
        .isInstanceOf(Remote.Unreachable.class);
    assertThat(Bundle.cap("tile/0/000")).contains(256 * 32);
  }

  @Test
  void aTrusteesProgramEndsWithOneSentenceWhenTheServerPoursWithoutEnd() {
    server.door("checkpoint", this::pour);
    Program trustee = new Program(folder, election.coalition.holder(1), election.coalition);

    Program.Ran ran = trustee.run(server.url(), "trustee", "work", "--until", "ready");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err().strip()).doesNotContain("\n").contains("larger than it can be");
    assertThat(poured.get()).as("not the 256 MiB of a roll").isLessThan(64L << 20);
  }

  @Test
  void anAnswerThatTricklesInIsNotWaitedForWithoutEnd() {
    server.door(
        "checkpoint",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write('a');
              out.flush();
              Thread.sleep(100);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Remote remote = new Remote(server.url(), Duration.ofSeconds(1));

    assertThatThrownBy(() -> remote.get("checkpoint")).isInstanceOf(Remote.Unreachable.class);
  }
}
