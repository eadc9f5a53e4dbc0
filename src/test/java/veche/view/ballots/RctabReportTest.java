package veche.view.ballots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// counting §5: RCTab's detailed report, from which viewers of results draw.
class RctabReportTest {
  private static JsonNode report(String rule, int seats, String csv) {
    Counting counting = new Counting(rule, seats, Map.of(), List.of(), Optional.empty(), List.of());
    return new Results(counting.count(Cvr.read(csv, List.of()))).rctab();
  }

  @Test
  void ofSeveralSurplusesEachIsToldByItself() {
    JsonNode report = report("stv-fractional", 3, "weight,a,b\n6,A,C\n7,B,D\n2,C,\n1,D,\n1,,\n");

    JsonNode first = report.path("results").path(0);
    assertThat(first.path("threshold").asText()).isEqualTo("5");
    assertThat(first.path("tallyResults").toString())
        .isEqualTo(
            "[{\"elected\":\"B\",\"transfers\":{\"D\":\"1.9999\",\"residual surplus\":\"0.0001\"}},"
                + "{\"elected\":\"A\",\"transfers\":{\"C\":\"0.9996\","
                + "\"residual surplus\":\"0.0004\"}}]");
    assertThat(report.path("summary").path("undervotes").asInt()).isEqualTo(1);
    assertThat(report.path("summary").path("totalNumBallots").asText()).isEqualTo("17");
  }

  @Test
  void theSurplusOfTheLastWhoAreElectedGoesToNobody() {
    JsonNode report = report("stv-fractional", 1, "weight,a,b\n6,A,C\n2,B,\n1,C,\n");

    JsonNode last = report.path("results").path(1);
    assertThat(last.path("tally").toString()).isEqualTo("{\"A\":\"5\",\"C\":\"1\",\"B\":\"2\"}");
    assertThat(last.path("inactiveBallots").path("finalRoundSurplus").asText()).isEqualTo("0.9996");
    assertThat(last.path("inactiveBallots").path("exhaustedChoices").asText()).isEqualTo("0");
  }
}
