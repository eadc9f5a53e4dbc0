package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the measurement says of speed is nothing here; that its parts fit together is.
class BenchMixTest {
  @Test
  void everyPartIsMeasuredAndHolds() {
    JsonNode run = new BenchMix().run(20);
    Map<String, JsonNode> fields = new java.util.HashMap<>();
    run.properties().forEach(e -> fields.put(e.getKey(), e.getValue()));
    List<String> parts = new ArrayList<>();
    for (String part : List.of("mix_prove", "verify_mix", "share", "verify_share", "ballot")) {
      parts.add(part + "_us");
      parts.add(part + "_wall_us");
    }
    assertThat(fields).containsKeys(parts.toArray(String[]::new)).containsKey("heap_mb");
    assertThat(run.path("n").asInt()).isEqualTo(20);
  }

  @Test
  void aListOfOneIsRefused() {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int exit =
          veche.cli.Veche.run(
              new picocli.CommandLine(new Bench()), new String[] {"mix", "--n", "1"});
      assertThat(exit).isEqualTo(2);
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("--n");
    } finally {
      System.setErr(before);
    }
  }
}
