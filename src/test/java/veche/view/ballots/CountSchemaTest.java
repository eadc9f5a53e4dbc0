package veche.view.ballots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// counting §6: what is printed is what the schema says, as far as the schema's few words go.
class CountSchemaTest {
  private static final String BALLOTS =
      "weight,a,b,c\n6,A,B,C\n5,B,C,\n5,C,A,B\n3,D,A,\n3,\"E, x\",D,\n1,,,\n";

  private static JsonNode schema() throws IOException {
    return new ObjectMapper().readTree(Files.readString(Path.of("src/spec/count.schema.json")));
  }

  private static List<String> wrong(JsonNode root, JsonNode schema, JsonNode value, String at) {
    List<String> out = new ArrayList<>();
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText().replace("#/$defs/", "");
      return wrong(root, root.path("$defs").path(name), value, at);
    }
    if (schema.has("enum")) {
      boolean known = false;
      for (JsonNode one : schema.path("enum")) known |= one.equals(value);
      if (!known) out.add(at + ": " + value);
    }
    switch (schema.path("type").asText()) {
      case "string" -> {
        String pattern = schema.path("pattern").asText(".*");
        if (!value.isTextual() || !value.asText().matches(pattern)) out.add(at + ": " + value);
      }
      case "array" -> {
        if (!value.isArray()) out.add(at + ": " + value);
        int i = 0;
        for (JsonNode one : value) {
          out.addAll(wrong(root, schema.path("items"), one, at + "/" + i++));
        }
      }
      case "object" -> {
        if (!value.isObject()) out.add(at + ": " + value);
        for (JsonNode name : schema.path("required")) {
          if (!value.has(name.asText())) out.add(at + ": no " + name.asText());
        }
        for (Map.Entry<String, JsonNode> one :
            (Iterable<Map.Entry<String, JsonNode>>) value::fields) {
          JsonNode known = schema.path("properties").path(one.getKey());
          JsonNode rest = schema.path("additionalProperties");
          if (known.isMissingNode() && !rest.isObject()) out.add(at + ": more: " + one.getKey());
          else {
            out.addAll(
                wrong(
                    root,
                    known.isMissingNode() ? rest : known,
                    one.getValue(),
                    at + "/" + one.getKey()));
          }
        }
      }
      default -> {}
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "irv", "stv-fractional", "scottish-stv", "wigm", "meek", "meek-prf", "schulze",
        "ranked-pairs", "minimax", "copeland", "bucklin", "plurality", "benham", "sequential-irv"
      })
  void whatIsPrintedIsWhatTheSchemaSays(String rule) throws IOException {
    Counting counting =
        new Counting(
            rule,
            rule.contains("stv") || rule.contains("meek") || rule.equals("wigm") ? 2 : 1,
            Map.of(),
            List.of(),
            Optional.empty(),
            List.of());
    JsonNode json = new Results(counting.count(Cvr.read(BALLOTS, List.of()))).json();

    assertThat(wrong(schema(), schema(), json, "")).isEmpty();
  }
}
