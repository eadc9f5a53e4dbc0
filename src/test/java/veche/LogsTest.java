package veche;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import veche.view.Json;

/// operation §1 `log`: what a program that gathers logs can rely on.
class LogsTest {
  private static String line(String message, Throwable why, Object... values) {
    Logger logger = (Logger) LoggerFactory.getLogger(LogsTest.class);
    var event = new LoggingEvent("", logger, Level.WARN, message, why, values);
    return new String(Logs.encoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void whatHappenedIsOneObjectALine() {
    String line = line("{}: the \"log\"\nis {}", null, "abc", 7);

    assertThat(line).endsWith("\n").containsOnlyOnce("\n");
    JsonNode told = Json.read(line);
    assertThat(told.path("level").asText()).isEqualTo("WARN");
    assertThat(told.path("loggerName").asText()).isEqualTo(LogsTest.class.getName());
    assertThat(told.path("formattedMessage").asText()).isEqualTo("abc: the \"log\"\nis 7");
    assertThat(told.path("timestamp").asLong()).isPositive();
    var fields = new TreeSet<String>();
    told.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "timestamp", "level", "threadName", "loggerName", "formattedMessage", "throwable");
  }

  @Test
  void aFailureKeepsItsTraceOnTheSameLine() {
    String line = line("failed", new IllegalStateException("why"));

    assertThat(line).containsOnlyOnce("\n");
    assertThat(Json.read(line).at("/throwable/className").asText())
        .isEqualTo(IllegalStateException.class.getName());
  }
}
