package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.LogCheck;
import veche.view.Json;

/// log §12: twice five rounds of `veche torture` in every build, each blow twice, and a reader that
/// shares no line of code with us holds every acknowledgement against the log that survived.
///
/// Smaller than by hand: no witnesses, twelve clients, and the server stands still for 5 s instead
/// of 10, which is still longer than the keeper's silence may last.
class TortureIT {
  private static final String SEED = "5a".repeat(32);
  private static final int CLIENTS = 12;

  @TempDir private Path folder;

  @Test
  void whatWasAcknowledgedSurvivesTwiceFiveRoundsOfTorture() throws Exception {
    LogCheck reader = LogCheck.build();
    Path out = folder.resolve("torture");
    int code =
        new CommandLine(new Torture())
            .execute(
                "--quick",
                "--out",
                out.toString(),
                "--rounds",
                "10",
                "--clients",
                Integer.toString(CLIENTS),
                "--stop-seconds",
                "5",
                "--seed",
                SEED,
                "--lang",
                "en",
                "--web",
                Path.of("web").toAbsolutePath().toString());

    assertThat(code).isZero();
    JsonNode summary = Json.read(Files.readString(out.resolve("summary.json")));
    assertThat(summary.path("rounds").asInt()).isEqualTo(10);
    boolean disk = summary.has("disk-full");
    if (!disk) {
      System.err.println("TortureIT: no disk of its own could be mounted: no round filled a disk");
    }
    for (Nemesis.Blow blow : Nemesis.Blow.values()) {
      if (blow == Nemesis.Blow.DISK_FULL && !disk) continue;
      String name = blow.name().toLowerCase(Locale.ROOT).replace('_', '-');
      assertThat(summary.path(name).asInt()).as(name).isGreaterThanOrEqualTo(2);
    }
    long acknowledged = summary.path("acknowledged").asLong();
    assertThat(acknowledged).isGreaterThanOrEqualTo(10L * CLIENTS);

    Path tree = unzip(out.resolve("bundle.zip"));
    Path promises = out.resolve("acknowledged.txt");
    String trust = out.resolve("trust.txt").toString();
    var verdict = reader.run("-trust", trust, "-acks", promises.toString(), tree.toString());
    assertThat(verdict.code()).as(verdict.said()).isZero();
    assertThat(verdict.said()).contains(acknowledged + " acknowledgements");

    String first = Files.readAllLines(promises).getFirst();
    Path more = folder.resolve("one-more");
    Files.writeString(more, "0".repeat(64) + first.substring(64) + "\n");
    var refused = reader.run("-trust", trust, "-acks", more.toString(), tree.toString());
    assertThat(refused.code()).as(refused.said()).isEqualTo(1);
  }

  private Path unzip(Path bundle) throws Exception {
    Path tree = folder.resolve("tree");
    try (ZipFile zip = new ZipFile(bundle.toFile())) {
      for (var entry : zip.stream().toList()) {
        Path file = tree.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        try (var in = zip.getInputStream(entry)) {
          Files.write(file, in.readAllBytes());
        }
      }
    }
    return tree;
  }
}
