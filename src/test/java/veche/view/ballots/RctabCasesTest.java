package veche.view.ballots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import veche.tally.Fraction;
import veche.view.Json;

/// counting §5: both of RCTab's reports, of every case that RCTab itself counted, read back and
/// held against what RCTab found.
class RctabCasesTest {
  private static final Path CASES = Path.of(System.getProperty("veche.cases", "../shared/cases"));

  /// @param writeIns anybody voted for them: else these ballots do not know of them
  private record One(String name, JsonNode entry, boolean writeIns, Results results) {}

  private static List<One> cases() throws IOException {
    if (!Files.isDirectory(CASES)) {
      System.err.println("RctabCasesTest: no cases at " + CASES + ": nothing was compared");
      Assumptions.abort("no cases at " + CASES);
    }
    List<One> out = new ArrayList<>();
    List<Path> folders;
    try (Stream<Path> all = Files.list(CASES)) {
      folders = all.filter(d -> d.getFileName().toString().startsWith("rctab-")).sorted().toList();
    }
    for (Path folder : folders) {
      JsonNode expected = Json.read(Files.readString(folder.resolve("expected.json")));
      for (JsonNode entry : expected.path("expect")) {
        // a pass of several is a report of its own there, and one count here
        boolean pass = entry.path("options").has("pass");
        if (pass || entry.path("stages").isEmpty()) continue;
        Counting.Counted counted = new Case(folder, expected, entry).counted();
        boolean writeIns = counted.sheet().writeIns() >= 0;
        String name = folder.getFileName().toString();
        out.add(new One(name, entry, writeIns, new Results(counted)));
      }
    }
    assertThat(out).hasSizeGreaterThan(15);
    return out;
  }

  private static Fraction number(String text) {
    return Fraction.parse(text.isEmpty() ? "0" : text);
  }

  @Test
  void theDetailedReportSaysWhatTheirsSays() throws IOException {
    for (One one : cases()) {
      JsonNode report = one.results.rctab();
      JsonNode wanted = one.entry.path("stages");
      assertThat(report.path("results")).as(one.name).hasSameSizeAs(wanted);
      for (int r = 0; r < wanted.size(); r++) {
        JsonNode have = report.path("results").get(r);
        String at = one.name + " round " + (r + 1);
        JsonNode theirs = wanted.get(r);
        for (String name : (Iterable<String>) () -> theirs.path("tally").fieldNames()) {
          assertThat(number(have.path("tally").path(name).asText()))
              .as(at + " " + name)
              .isEqualTo(number(theirs.path("tally").path(name).asText()));
        }
        for (String why : (Iterable<String>) () -> theirs.path("inactive").fieldNames()) {
          assertThat(number(have.path("inactiveBallots").path(why).asText()))
              .as(at + " " + why)
              .isEqualTo(number(theirs.path("inactive").path(why).asText()));
        }
        assertThat(number(have.path("threshold").asText()))
            .as(at)
            .isEqualTo(number(theirs.path("threshold").asText()));
        assertThat(who(have, "elected")).as(at).isEqualTo(texts(theirs.path("elected"), one));
        assertThat(who(have, "eliminated")).as(at).isEqualTo(texts(theirs.path("excluded"), one));
        for (JsonNode step : have.path("tallyResults")) {
          String from = step.has("elected") ? "elected" : "eliminated";
          String name = step.path(from).asText();
          assertThat(transfers(step.path("transfers")))
              .as(at + " from " + name)
              .isEqualTo(transfers(theirs.path("transfers").path(name)));
        }
      }
    }
  }

  private static Map<String, Fraction> transfers(JsonNode from) {
    Map<String, Fraction> out = new HashMap<>();
    for (var one : (Iterable<Map.Entry<String, JsonNode>>) from::fields) {
      Fraction votes = number(one.getValue().asText());
      if (votes.signum() != 0) out.put(one.getKey(), votes);
    }
    return out;
  }

  private static TreeSet<String> who(JsonNode round, String what) {
    TreeSet<String> out = new TreeSet<>();
    for (JsonNode one : round.path("tallyResults")) {
      if (one.has(what)) out.add(one.path(what).asText());
    }
    return out;
  }

  private static TreeSet<String> texts(JsonNode list, One one) {
    TreeSet<String> out = new TreeSet<>();
    list.forEach(n -> out.add(n.asText()));
    if (!one.writeIns) out.remove(Cvr.WRITE_INS);
    return out;
  }

  @Test
  void theTableSaysWhatTheirsSays() throws IOException {
    for (One one : cases()) {
      Map<String, List<String>> rows = new HashMap<>();
      for (Csv.Row row : Csv.read(one.results.rctabTable())) {
        rows.put(row.cells().getFirst(), row.cells());
      }
      JsonNode wanted = one.entry.path("stages");
      JsonNode summary = one.entry.path("summary");
      assertThat(rows.get("Rounds")).as(one.name).hasSize(1 + 3 * wanted.size());
      assertThat(rows.get("Total Number of Ballots").get(1))
          .isEqualTo(summary.path("totalNumBallots").asText());
      assertThat(rows.get("Number of Undervotes (No Rankings)").get(1))
          .isEqualTo(summary.path("undervotes").asText());
      assertThat(number(rows.get("Final Threshold").get(1)))
          .isEqualTo(number(summary.path("finalThreshold").asText()));
      for (int r = 0; r < wanted.size(); r++) {
        JsonNode theirs = wanted.get(r);
        String at = one.name + " round " + (r + 1);
        int column = 1 + 3 * r;
        JsonNode inactive = theirs.path("inactive");
        Fraction active = number(inactive.path("finalRoundSurplus").asText());
        for (var name : (Iterable<Map.Entry<String, JsonNode>>) theirs.path("tally")::fields) {
          Fraction votes = number(name.getValue().asText());
          if (name.getKey().equals(Cvr.WRITE_INS) && !one.writeIns) continue;
          active = active.plus(votes);
          List<String> row = rows.get(name.getKey());
          assertThat(number(row.get(column))).as(at + " " + name.getKey()).isEqualTo(votes);
          JsonNode next = wanted.path(r + 1).path("tally").path(name.getKey());
          Fraction more = number(row.get(column + 2));
          if (r + 1 == wanted.size()) assertThat(more).isEqualTo(Fraction.ZERO);
          else assertThat(votes.plus(more)).as(at).isEqualTo(number(next.asText()));
        }
        assertThat(number(rows.get("Active Ballots").get(column))).as(at).isEqualTo(active);
        assertThat(number(rows.get("Current Round Threshold").get(column)))
            .as(at)
            .isEqualTo(number(theirs.path("threshold").asText()));
        assertThat(number(rows.get("Inactive Ballots by Exhausted Choices").get(column)))
            .as(at)
            .isEqualTo(number(inactive.path("exhaustedChoices").asText()));
        assertThat(number(rows.get("Inactive Ballots by Overvotes").get(column)))
            .as(at)
            .isEqualTo(number(inactive.path("overvotes").asText()));
        assertThat(named(rows.get("Elected").get(column)))
            .as(at)
            .isEqualTo(texts(theirs.path("elected"), one));
        assertThat(named(rows.get("Eliminated").get(column)))
            .as(at)
            .isEqualTo(texts(theirs.path("excluded"), one));
      }
    }
  }

  private static TreeSet<String> named(String cell) {
    TreeSet<String> out = new TreeSet<>();
    for (String one : cell.split("; ", -1)) {
      if (!one.isEmpty()) out.add(one.replaceFirst("\\*$", ""));
    }
    return out;
  }

  /// Shares are cut, never rounded up; who was chosen by a tie-break has a star.
  @Test
  void sharesAndTiesAreToldAsTheyTellThem() {
    String csv = "weight,a,b\n4,A,\n1,B,A\n1,C,A\n1,,\n";
    Counting counting =
        new Counting("irv", 1, Map.of(), List.of(), java.util.Optional.empty(), List.of());
    Results results = new Results(counting.count(Cvr.read(csv, List.of())));
    assertThat(results.rctabTable())
        .contains("Type of Election,Single-Winner\r\n", "\r\nWinner(s),A\r\n")
        .contains("\r\nA,4,66.66%,0\r\n", "\r\nB,1,16.66%,0\r\n")
        .doesNotContain("*");

    String tie = "weight,a,b\n4,A,\n4,D,\n1,B,A\n1,C,A\n";
    String told = new Results(counting.count(Cvr.read(tie, List.of()))).rctabTable();
    assertThat(told).contains("\r\nEliminated,C*,,,B,,,,,\r\n", "\r\n\r\n*Tie resolved");
  }
}
