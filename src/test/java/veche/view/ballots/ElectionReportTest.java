package veche.view.ballots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import veche.view.Json;
import veche.wire.Malformed;

/// counting §5: NIST SP 1500-100 version 2, held against what its published schema demands of the
/// classes that stand in our reports.
class ElectionReportTest {
  private static final String BALLOTS =
      "weight,a,b,c\n6,A,B,C\n5,B,C,\n5,C,A,B\n3,D,A,\n3,\"E, x\",D,\n2,*OVERVOTE*,,\n1,,,\n";
  private static final Instant NOW = Instant.parse("2026-11-24T03:00:07.5Z");
  private static final Occasion DAY =
      new Occasion("Council", "Town", "Councillor", "2026-11-22", "Commission");

  /// Of each class its fields with their kinds: `!` is demanded, `*` a list, `#` a whole number,
  /// `.` a number, `?` a truth, `@` the id of another, lower case words one of several.
  private static final Map<String, String> CLASSES =
      Map.of(
          "ElectionReport",
          "Format!summary-contest|precinct-level GeneratedDate! Issuer! IssuerAbbreviation!"
              + " SequenceStart!# SequenceEnd!# Status!certified|unofficial-complete"
              + " VendorApplicationId! Notes GpUnit*ReportingUnit Office*Office Election*Election",
          "ReportingUnit",
          "@id! Name Type!other OtherType",
          "Office",
          "@id! Name!InternationalizedText",
          "Election",
          "ElectionScopeId!@ Name!InternationalizedText StartDate! EndDate! Type!other|general"
              + " OtherType Candidate*Candidate Contest*CandidateContest",
          "Candidate",
          "@id! BallotName!InternationalizedText PreElectionStatus~withdrawn|write-in"
              + " PostElectionStatus~winner|withdrawn",
          "CandidateContest",
          "@id! Name! SequenceOrder# ElectoralDistrictId!@ OfficeIds@ VotesAllowed!# NumberElected#"
              + " VoteVariation~rcv|approval|plurality|range|other OtherVoteVariation"
              + " SummaryCounts*SummaryCounts BallotSelection*CandidateSelection",
          "SummaryCounts",
          "GpUnitId@ Type!total BallotsCast# Undervotes# Overvotes#",
          "CandidateSelection",
          "@id! CandidateIds!@ SequenceOrder# IsWriteIn? VoteCounts*VoteCounts",
          "VoteCounts",
          "GpUnitId@ Type!total|other OtherType Count!.",
          "InternationalizedText",
          "Text!*LanguageString");

  private static final String LANGUAGE_STRING = "Language! Content!";

  private static Results results(String rule, String csv, Occasion occasion) {
    int seats = rule.contains("stv") || rule.contains("wigm") ? 2 : 1;
    Map<String, String> options =
        rule.startsWith("approval") ? Map.of() : Map.of("overvoteRule", "exhaustImmediately");
    Counting counting = new Counting(rule, seats, options, List.of(), Optional.empty(), List.of());
    return new Results(counting.count(Cvr.read(csv, List.of())), occasion);
  }

  private static JsonNode report(Results results) {
    ElectionReport report =
        new ElectionReport(results.occasion(), "und", ElectionReport.Status.COMPLETE, NOW);
    return Json.read(Json.pretty(report.json(List.of(results.contest()))));
  }

  private static List<String> wrong(JsonNode report) {
    List<String> out = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> named = new HashSet<>();
    check(report, "ElectionReport", "", out, ids, named);
    named.stream().filter(id -> !ids.contains(id)).forEach(id -> out.add("no " + id));
    return out;
  }

  private static void check(
      JsonNode value, String name, String at, List<String> out, Set<String> ids, Set<String> refs) {
    if (!value.path("@type").asText().equals("ElectionResults." + name)) out.add(at + ": @type");
    Map<String, String> fields = new HashMap<>();
    String all = name.equals("LanguageString") ? LANGUAGE_STRING : CLASSES.get(name);
    for (String field : all.split(" ")) {
      String key = field.startsWith("@id") ? "@id" : field.replaceFirst("[!*#.?@~].*", "");
      String kind = field.substring(key.length());
      fields.put(key, kind);
      if (kind.startsWith("!") && !value.has(key)) out.add(at + ": no " + key);
    }
    for (Map.Entry<String, JsonNode> one : (Iterable<Map.Entry<String, JsonNode>>) value::fields) {
      String key = one.getKey();
      String place = at + "/" + key;
      if (key.equals("@type")) continue;
      if (!fields.containsKey(key)) {
        out.add(place + ": more");
        continue;
      }
      String kind = fields.get(key).replaceFirst("^!", "");
      JsonNode has = one.getValue();
      if (key.equals("@id") && !ids.add(has.asText())) out.add(place + ": twice");
      switch (kind.isEmpty() ? ' ' : kind.charAt(0)) {
        case ' ' -> kind(has.isTextual(), place, out);
        case '#' -> kind(has.isIntegralNumber(), place, out);
        case '.' -> kind(has.isNumber(), place, out);
        case '?' -> kind(has.isBoolean(), place, out);
        case '@' -> {
          if (has.isArray()) has.forEach(id -> refs.add(id.asText()));
          else refs.add(has.asText());
        }
        case '*' -> {
          kind(has.isArray(), place, out);
          int i = 0;
          for (JsonNode each : has) {
            check(each, kind.substring(1), place + "/" + i++, out, ids, refs);
          }
        }
        default -> {
          String values = kind.replaceFirst("^~", "");
          if (Character.isUpperCase(values.charAt(0))) check(has, values, place, out, ids, refs);
          else kind(List.of(values.split("\\|")).contains(has.asText()), place, out);
        }
      }
    }
  }

  private static void kind(boolean holds, String at, List<String> out) {
    if (!holds) out.add(at);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "irv",
        "scottish-stv",
        "wigm",
        "stv-fractional",
        "schulze",
        "plurality",
        "meek-prf",
        "approval-av",
        "approval-seqphragmen",
        "coombs"
      })
  void everyReportIsWhatTheSchemaDemands(String rule) {
    String csv = rule.startsWith("approval") ? "weight,a\n4,A|B\n3,B|C\n2,A\n" : BALLOTS;
    assertThat(wrong(report(results(rule, csv, DAY)))).isEmpty();
    assertThat(wrong(report(results(rule, csv, new Occasion("", "", "", "2026-11-22", "C")))))
        .isEmpty();
  }

  @Test
  void whatTheSchemaForbidsIsSeen() {
    JsonNode good = report(results("irv", BALLOTS, DAY));
    String text = Json.pretty(good);
    for (String[] lie :
        List.of(
            new String[] {"\"Status\": \"unofficial-complete\"", "\"Status\": \"final\""},
            new String[] {"\"VotesAllowed\": 5", "\"VotesAllowed\": \"5\""},
            new String[] {"\"candidate-1-2\"", "\"candidate-1-1\""},
            new String[] {"\"Issuer\"", "\"Publisher\""})) {
      String other = text.replace(lie[0], lie[1]);
      assertThat(other).isNotEqualTo(text);
      assertThat(wrong(Json.read(other))).as(lie[0]).isNotEmpty();
    }
  }

  private static BigDecimal count(JsonNode report, int option, String other) {
    JsonNode contest = report.path("Election").path(0).path("Contest").path(0);
    for (JsonNode one : contest.path("BallotSelection").path(option).path("VoteCounts")) {
      if (one.path("OtherType").asText().equals(other)) return one.path("Count").decimalValue();
    }
    throw new AssertionError("no " + other);
  }

  /// Read back it is the count: totals, every round, who was elected, ballots of each kind.
  @ParameterizedTest
  @CsvSource({"irv", "scottish-stv", "stv-fractional"})
  void readBackItIsTheCount(String rule) {
    Results results = results(rule, BALLOTS, DAY);
    JsonNode report = report(results);
    JsonNode count = results.json();

    JsonNode election = report.path("Election").path(0);
    List<String> winners = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode one : election.path("Candidate")) {
      String name = one.path("BallotName").path("Text").path(0).path("Content").asText();
      names.add(name);
      if (one.path("PostElectionStatus").asText().equals("winner")) winners.add(name);
    }
    List<String> counted = new ArrayList<>();
    count.path("winners").forEach(n -> counted.add(n.asText()));
    assertThat(winners).containsExactlyInAnyOrderElementsOf(counted);

    int rounds = 0;
    String before = "";
    for (JsonNode stage : count.path("stages")) {
      boolean moves = List.of("surplus", "transfer").contains(stage.path("kind").asText());
      if (!moves && stage.path("tally").toString().equals(before)) continue;
      before = stage.path("tally").toString();
      rounds++;
      for (int o = 0; o < names.size(); o++) {
        JsonNode votes = stage.path("tally").path(names.get(o));
        if (votes.isMissingNode()) continue;
        assertThat(count(report, o, "round " + rounds))
            .isEqualByComparingTo(new BigDecimal(votes.asText()));
        if (rounds == 1) {
          assertThat(count(report, o, "")).isEqualByComparingTo(new BigDecimal(votes.asText()));
        }
      }
    }
    assertThat(rounds).isGreaterThan(2);
    JsonNode sums = election.path("Contest").path(0).path("SummaryCounts").path(0);
    assertThat(sums.path("BallotsCast").asLong()).isEqualTo(25);
    assertThat(sums.path("Overvotes").asLong()).isEqualTo(2);
    assertThat(sums.path("Undervotes").asLong()).isEqualTo(1);
    assertThat(report.path("GeneratedDate").asText()).isEqualTo("2026-11-24T03:00:07Z");
    assertThat(report.path("Notes").asText()).contains(rule, count.path("profile").asText());
  }

  @Test
  void aCountWithoutADecimalIsRoundedAndTheReportSaysSo() {
    String csv = "weight,a,b,c\n7,A,B,\n1,A,C,\n1,A,,\n3,B,,\n2,C,,\n";
    JsonNode report = report(results("wigm", csv, DAY));
    assertThat(report.path("Notes").asText()).contains("9 places");
    assertThat(report(results("irv", csv, DAY)).path("Notes").asText()).doesNotContain("places");
  }

  @Test
  void withoutADayOrAnIssuerThereIsNoReport() {
    Results unknown = results("irv", BALLOTS, Occasion.UNKNOWN);
    assertThatThrownBy(() -> report(unknown))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("--issuer");
    Results odd = results("irv", BALLOTS, new Occasion("", "", "", "22.11.2026", "C"));
    assertThatThrownBy(() -> report(odd))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("YYYY-MM-DD");
  }
}
