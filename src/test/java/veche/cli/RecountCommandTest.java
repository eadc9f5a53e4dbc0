package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.LyingServer;
import veche.record.ElectionFixture;
import veche.view.Json;

/// counting §6 `veche recount` and record §3a `countersign`.
class RecountCommandTest {
  private static final ElectionFixture GOOD = ElectionFixture.goodRanked();

  @TempDir Path folder;

  private record Ran(int exit, String said) {
    JsonNode json() {
      return Json.read(said);
    }
  }

  private Ran recount(String... more) {
    return run("recount", more);
  }

  private Ran run(String command, String... more) {
    Path bundle = folder.resolve("bundle");
    if (!bundle.toFile().exists()) ElectionFixture.folder(bundle, GOOD.files());
    return runOn(bundle, command, more);
  }

  private static Ran runOn(Path bundle, String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command, bundle.toString(), "--lang", "en"));
    args.addAll(List.of(more));
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int exit = Veche.run(new CommandLine(new Veche()), args.toArray(String[]::new));
      return new Ran(exit, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void theOpenedBallotsGiveTheCertifiedResultAgain() {
    Ran ran = recount("--json");

    assertThat(ran.exit).isZero();
    JsonNode all = ran.json();
    assertThat(all.path("agrees").asBoolean()).isTrue();
    assertThat(all.path("certified")).isEqualTo(all.path("result"));
    JsonNode board = all.at("/contests/2");
    assertThat(board.path("whatIf").asBoolean()).isFalse();
    assertThat(board.at("/count/rule").asText()).isEqualTo("scottish-stv");
    List<String> ids = GOOD.coalition.draft().contests().get(2).optionIds();
    List<String> winners =
        GOOD.coalition.record().outcomes().get(2).winners().stream().map(ids::get).toList();
    List<String> counted = new ArrayList<>();
    board.at("/count/winners").forEach(w -> counted.add(w.asText()));
    assertThat(counted).isEqualTo(winners);
    assertThat(recount().said).contains("The same result as certified");
  }

  @Test
  void everyOpenedBallotCanBeWrittenDown() throws java.io.IOException {
    Path file = folder.resolve("opened.csv");
    assertThat(recount("--opened", file.toString()).exit).isZero();
    List<String> lines = java.nio.file.Files.readAllLines(file);
    assertThat(lines).hasSize(6).startsWith("contest,place,status,ranking");
    assertThat(lines.stream().map(l -> l.substring(l.lastIndexOf(',') + 1)))
        .contains("anna gleb daria ivan maria", "daria gleb anna", "", "ivan maria", "gleb anna");
  }

  @Test
  void anotherRuleIsToldAsWhatItIs() {
    JsonNode board =
        recount("--json", "--contest", "board", "--rule", "schulze", "--seats", "1")
            .json()
            .at("/contests/0");

    assertThat(board.path("whatIf").asBoolean()).isTrue();
    assertThat(board.at("/count/rule").asText()).isEqualTo("schulze");
    assertThat(board.at("/count/winners")).hasSize(1);
    assertThat(recount("--contest", "board", "--rule", "irv", "--seats", "1").said)
        .contains("decides nothing");
  }

  @Test
  void whatWasOpenedAsSumsOrIsNotThereIsRefused() {
    assertThat(recount("--rule", "schulze").exit).isEqualTo(2);
    assertThat(recount("--contest", "nobody").exit).isEqualTo(2);
    assertThat(recount("--contest", "board", "--rule", "no-such-rule").exit).isEqualTo(2);
  }

  /// record §3a `recount`: under a key of one's own, once.
  @Test
  void whatWasFoundCanBeLoggedForEverybodyToSee() throws java.io.IOException {
    ElectionFixture counted =
        ElectionFixture.ranked().opened(3).ranked("01234", "210", "34").closed().mix(1, 2);
    counted.decrypt(1, 2).stage(ElectionFixture.CLOSES + 3_000);
    Path trust = java.nio.file.Files.writeString(folder.resolve("trust"), counted.trust());
    Path word = java.nio.file.Files.writeString(folder.resolve("word"), "correct horse");
    ElectionFixture.folder(folder.resolve("bundle"), counted.files());
    try (LyingServer server = new LyingServer(counted)) {
      String[] publish = {
        "--publish", server.url(), "--trust", trust.toString(),
        "--state", folder.resolve("me").toString(), "--passphrase-file", word.toString()
      };
      Ran first = recount(with(publish, "--as", "observer.example/ivan"));
      assertThat(first.said).contains("logged as the recount of observer.example/ivan");
      assertThat(recount(publish).exit).isZero();
    }
    counted
        .coalition
        .record()
        .fold(
            counted.leaves.subList((int) counted.coalition.record().size(), counted.leaves.size()));

    var recounts = counted.coalition.record().recounts();
    assertThat(recounts).hasSize(1);
    assertThat(recounts.getFirst().digest())
        .isEqualTo(counted.coalition.record().result().orElseThrow().digest());
    assertThat(recounts.getFirst().checks()).contains("fail 0");
  }

  /// record §3a `countersign`: what came out, bound to the log as it was verified.
  @Test
  void whatAVerificationGaveCanBeLoggedOnceForEachLog() throws java.io.IOException {
    ElectionFixture counted = new ElectionFixture().opened(3).votedOnce().closed().decrypt(1, 2);
    counted.stage(ElectionFixture.CLOSES + 3_000);
    Path trust = java.nio.file.Files.writeString(folder.resolve("trust"), counted.trust());
    Path word = java.nio.file.Files.writeString(folder.resolve("word"), "correct horse");
    Path other = folder.resolve("other");
    ElectionFixture.folder(folder.resolve("bundle"), counted.files());
    ElectionFixture.folder(other, GOOD.files());
    long size = counted.leaves.size();
    try (LyingServer server = new LyingServer(counted)) {
      String[] publish = {
        "--publish", server.url(), "--trust", trust.toString(),
        "--state", folder.resolve("me").toString(), "--passphrase-file", word.toString()
      };
      Ran first = run("countersign", with(publish, "--as", "observer.example/olga"));
      assertThat(first.said)
          .contains("observer.example/olga has said in the log, of its first " + size);
      assertThat(first.exit).isZero();
      assertThat(run("countersign", publish).exit).isZero();
      assertThat(runOn(other, "countersign", publish).exit).isEqualTo(2);
    }
    counted
        .coalition
        .record()
        .fold(
            counted.leaves.subList((int) counted.coalition.record().size(), counted.leaves.size()));

    var said = counted.coalition.record().countersigned();
    assertThat(said).hasSize(1);
    assertThat(said.getFirst().size()).isEqualTo(size);
    assertThat(said.getFirst().failed()).isZero();
    assertThat(said.getFirst().passed()).isGreaterThan(30);
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
