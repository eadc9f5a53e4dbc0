package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.view.Json;

/// log §12: the measurement runs in every build, as small as it gets; what it found says nothing
/// about speed here, but its parts must fit together.
class BenchBoardTest {
  @Test
  void theBenchMeasuresTheLogTheDoorsAndTheMemory(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("bench");
    int code =
        new CommandLine(new Bench())
            .execute(
                "board",
                "--out",
                out.toString(),
                "--rounds",
                "1",
                "--round-leaves",
                "600",
                "--keys",
                "4",
                "--ballots",
                "2",
                "--leaves",
                "500",
                "--restart",
                "--lang",
                "en",
                "--web",
                Path.of("web").toAbsolutePath().toString());

    assertThat(code).isZero();
    JsonNode summary = Json.read(Files.readString(out.resolve("summary.json")));
    assertThat(summary.path("speeds")).hasSize(2);
    assertThat(summary.at("/speeds/0/bytes").asInt()).isBetween(2_048, 3_000);
    assertThat(summary.at("/speeds/1/bytes").asInt()).isBetween(8_192, 10_000);
    for (JsonNode speed : summary.path("speeds")) {
      double ours = speed.path("leaves_a_second").asDouble();
      double plain = speed.path("plain_rows_a_second").asDouble();
      assertThat(ours).isPositive();
      assertThat(speed.path("ratio").asDouble())
          .isCloseTo(ours / plain, org.assertj.core.data.Offset.offset(0.02));
    }
    JsonNode doors = summary.path("doors");
    assertThat(doors.path("receipts").asInt()).isEqualTo(4);
    assertThat(doors.path("pages").asInt()).isPositive();
    assertThat(doors.path("receipt_p99_ms").asDouble())
        .isGreaterThanOrEqualTo(doors.path("receipt_median_ms").asDouble())
        .isPositive();
    assertThat(summary.at("/memory/steps")).hasSize(10);
    assertThat(summary.at("/memory/steps/9/leaves").asInt()).isEqualTo(500);
    assertThat(summary.at("/restart/leaves").asInt()).isEqualTo(2 * 750 + 8 + 500);
    assertThat(summary.at("/restart/seconds").asDouble()).isPositive();
    assertThat(out.resolve("db")).doesNotExist();

    int again = new CommandLine(new Bench()).execute("board", "--out", out.toString());
    assertThat(again).isNotZero();
  }
}
