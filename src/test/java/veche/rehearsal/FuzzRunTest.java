package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.view.Json;
import veche.wire.Bytes;

/// A share of `veche torture --fuzz` in every build. Another run has other requests; the seed of
/// one that failed stands in its report and is given with `-Dveche.fuzz.hex`.
class FuzzRunTest {
  private static final int REQUESTS = 3_000;

  @Test
  void threeThousandMutatedRequestsAtEveryDoorChangeNothing(@TempDir Path folder) throws Exception {
    String given = System.getProperty("veche.fuzz.hex");
    Bytes seed = given == null ? Entropy.system().bytes(32) : Bytes.fromHex(given);

    Fuzz.Report report =
        new Fuzz(seed, REQUESTS).run(folder, Path.of("web").toAbsolutePath(), System.out::println);

    assertThat(report.well()).as(Json.pretty(report.json())).isTrue();
    for (String door :
        new String[] {
          "ballots 400", "ballots 422", "ballots 200", "acts 400", "acts 200", "ragged cut"
        }) {
      assertThat(report.json().path("answers").path(door).asInt()).as(door).isPositive();
    }
  }
}
