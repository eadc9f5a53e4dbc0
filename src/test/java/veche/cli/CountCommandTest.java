package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;
import veche.view.Json;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class CountCommandTest {
  @TempDir private Path folder;
  private Path blt = Path.of("");

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      int code = Veche.run(new CommandLine(new Veche()), args);
      return new Ran(
          code, told.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @BeforeEach
  void write() throws IOException {
    blt = folder.resolve("b.blt");
    Files.writeString(
        blt,
        "3 2\n6 1 2 0\n2 2 0\n2 3 0\n1 0\n0\n\"Анна <b>\"\n\"Boris, B\"\n\"Chloe\"\n\"Poll\"\n");
  }

  @Test
  void aFileIsCountedAndToldAsOneObject() {
    Ran ran =
        run(
            "count",
            "--ballots",
            blt.toString(),
            "--format",
            "blt",
            "--rule",
            "scottish-stv",
            "--json",
            "--tie-order",
            "Chloe");
    assertThat(ran.code).isZero();
    JsonNode all = Json.read(ran.out);
    assertThat(all.path("rule").asText()).isEqualTo("scottish-stv");
    assertThat(all.path("seats").asText()).isEqualTo("2");
    assertThat(all.path("quota").asText()).isEqualTo("4");
    assertThat(all.path("winners").get(0).asText()).isEqualTo("Анна <b>");
    assertThat(all.path("winners").get(1).asText()).isEqualTo("Boris, B");
    assertThat(all.path("stages").get(0).path("tally").path("Chloe").asText()).isEqualTo("2");
    assertThat(all.path("stages").get(2).path("moved").path("Boris, B").asText())
        .isEqualTo("1.99998");
    assertThat(all.path("profile").asText()).matches("[0-9a-f]{64}");
    all.path("stages")
        .forEach(
            s -> assertThat(s.path("n").isTextual() && s.path("exhausted").isTextual()).isTrue());
  }

  @Test
  void allTiedCommitteesAreToldSorted() throws IOException {
    Path file = folder.resolve("a.blt");
    Files.writeString(file, "3 2\n2 1 2 0\n2 1 3 0\n0\n\"a\"\n\"b\"\n\"c\"\n");
    Ran ran =
        run(
            "count",
            "--ballots",
            file.toString(),
            "--format",
            "blt-approval",
            "--rule",
            "approval-av",
            "--seats",
            "2",
            "--json");
    assertThat(Json.read(ran.out).path("committees").toString())
        .isEqualTo("[[\"a\",\"b\"],[\"a\",\"c\"]]");
  }

  @Test
  void theOrderAndTheSeedDecideTies() throws IOException {
    Path file = folder.resolve("t.blt");
    Files.writeString(file, "3 1\n2 1 0\n2 2 0\n1 3 0\n0\n\"a\"\n\"b\"\n\"c\"\n");
    for (String first : new String[] {"a", "b"}) {
      Ran ran =
          run(
              "count",
              "--ballots",
              file.toString(),
              "--format",
              "blt",
              "--rule",
              "irv",
              "--json",
              "--tie-order",
              first);
      assertThat(Json.read(ran.out).path("winners").get(0).asText()).isEqualTo(first);
      assertThat(Json.read(ran.out).path("ties").get(0).path("method").asText()).isEqualTo("lot");
    }
    Ran one = seeded(file, "00");
    assertThat(seeded(file, "00").out).isEqualTo(one.out);
    assertThat(seeded(file, "zz").code).isEqualTo(2);
  }

  private static Ran seeded(Path file, String seed) {
    return run(
        "count",
        "--ballots",
        file.toString(),
        "--format",
        "blt",
        "--rule",
        "irv",
        "--json",
        "--tie-seed",
        seed);
  }

  @Test
  void aWithdrawnOptionIsTakenOffEveryBallot() {
    Ran ran =
        run(
            "count",
            "--ballots",
            blt.toString(),
            "--format",
            "blt",
            "--rule",
            "irv",
            "--seats",
            "1",
            "--withdrawn",
            "Анна <b>",
            "--json");
    assertThat(Json.read(ran.out).path("winners").get(0).asText()).isEqualTo("Boris, B");
  }

  @Test
  void thePageTheGridTheReportAndTheBallotsAreWritten() throws IOException {
    Path html = folder.resolve("c.html");
    Path grid = folder.resolve("c.csv");
    Path report = folder.resolve("c.json");
    Path again = folder.resolve("c.blt");
    Ran ran =
        run(
            "count",
            "--ballots",
            blt.toString(),
            "--format",
            "blt",
            "--rule",
            "scottish-stv",
            "--html",
            html.toString(),
            "--csv",
            grid.toString(),
            "--rctab",
            report.toString(),
            "--blt",
            again.toString(),
            "--lang",
            "uk");
    assertThat(ran.code).isZero();
    assertThat(ran.out).isEmpty();
    assertThat(Files.readString(html))
        .contains("Анна &lt;b&gt;", "lang=\"uk\"", "Місце отримано")
        .doesNotContain("<b>", "http");
    assertThat(Files.readString(grid)).contains("\"Boris, B\",2,3.99998");
    JsonNode results = Json.read(Files.readString(report)).path("results");
    assertThat(results.get(0).path("tally").path("Анна <b>").asText()).isEqualTo("6");
    JsonNode elected = results.get(0).path("tallyResults").get(0);
    assertThat(elected.path("elected").asText()).isEqualTo("Анна <b>");
    assertThat(elected.path("transfers").path("Boris, B").asText()).isEqualTo("1.99998");
    assertThat(elected.path("transfers").path("residual surplus").asText()).isEqualTo("0.00002");
    Ran counted =
        run("count", "--ballots", again.toString(), "--format", "blt", "--rule", "scottish-stv");
    assertThat(counted.code).isZero();
  }

  @Test
  void theReportsForNewsroomsAreWrittenOrNothingIs() throws IOException {
    Path table = folder.resolve("t.csv");
    Path report = folder.resolve("err.json");
    List<String> asked =
        List.of(
            "count",
            "--ballots",
            blt.toString(),
            "--format",
            "blt",
            "--rule",
            "scottish-stv",
            "--rctab-csv",
            table.toString(),
            "--err",
            report.toString(),
            "--date",
            "2026-11-22");
    assertThat(run(asked.toArray(String[]::new)).code).isEqualTo(2);
    assertThat(table).doesNotExist();
    assertThat(report).doesNotExist();

    List<String> more = new java.util.ArrayList<>(asked);
    more.addAll(List.of("--issuer", "Commission", "--office", "Council"));
    assertThat(run(more.toArray(String[]::new)).code).isZero();
    assertThat(Files.readString(table))
        .startsWith("Contest Information\r\n")
        .contains("\r\nOffice,Council\r\nDate,2026-11-22\r\n");
    JsonNode read = Json.read(Files.readString(report));
    assertThat(read.path("Issuer").asText()).isEqualTo("Commission");
    assertThat(read.path("Election").path(0).path("StartDate").asText()).isEqualTo("2026-11-22");
  }

  @Test
  void anEndorsementIsToldTestByTest() throws IOException {
    Path file = folder.resolve("q.json");
    Files.writeString(
        file,
        "{\"constituencies\":[{\"name\":\"North\",\"eligible\":10,\"issued\":6,\"yes\":4,\"no\":2},"
            + "{\"name\":\"South\",\"eligible\":10,\"issued\":6,\"yes\":3,\"no\":3}]}");
    Ran ran =
        run(
            "count",
            "--ballots",
            file.toString(),
            "--format",
            "yes-no-counts",
            "--option",
            "constituencies=all",
            "--lang",
            "en");
    assertThat(ran.code).isZero();
    assertThat(ran.out).contains("14 > 12", "South: not 6 > 6", "Not endorsed");
  }

  @Test
  void whatCannotBeCountedEndsWithTwoAndWritesNothing() throws IOException {
    Path html = folder.resolve("none.html");
    Path bad = folder.resolve("bad.blt");
    Files.writeString(bad, "3 1\n1 7 0\n0\n");
    Ran place =
        run(
            "count",
            "--ballots",
            bad.toString(),
            "--format",
            "blt",
            "--rule",
            "irv",
            "--html",
            html.toString());
    assertThat(place.code).isEqualTo(2);
    assertThat(place.err).contains("bad.blt: line 2, column 3: expected");
    assertThat(place.out).isEmpty();
    assertThat(html).doesNotExist();
    assertThat(run("count", "--ballots", "nowhere", "--format", "blt", "--rule", "irv").code)
        .isEqualTo(2);
    String file = blt.toString();
    assertThat(run("count", "--ballots", file, "--format", "blt", "--rule", "lottery").err)
        .contains("no rule is named lottery");
    assertThat(
            run(
                    "count",
                    "--ballots",
                    file,
                    "--format",
                    "blt",
                    "--rule",
                    "irv",
                    "--option",
                    "batchElimnation=true")
                .err)
        .contains("no option batchElimnation");
    assertThat(
            run(
                    "count",
                    "--ballots",
                    file,
                    "--format",
                    "blt",
                    "--rule",
                    "irv",
                    "--withdrawn",
                    "Nobody")
                .err)
        .contains("no option is named");
    assertThat(run("count", "--ballots", file, "--format", "docx", "--rule", "irv").code)
        .isEqualTo(2);
  }
}
