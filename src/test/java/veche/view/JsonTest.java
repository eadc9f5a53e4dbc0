package veche.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.wire.Malformed;

class JsonTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":01}", "// no\n1"})
  void whatIsNotOneStrictValueIsRefused(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(Malformed.class);
  }

  @Test
  void nestingBeyondReasonIsRefused() {
    assertThatThrownBy(() -> Json.read("[".repeat(50_000))).isInstanceOf(Malformed.class);
  }

  @Test
  void aRefusalNamesLineAndColumn() {
    assertThatThrownBy(() -> Json.read("{\n  \"a\": nul\n}"))
        .hasMessageContaining("line 2, column");
  }

  @Test
  void peoplesFormIsIndented() {
    var node = Json.object().put("a", "б");
    node.putArray("list").add(1).add(2);
    node.putArray("none");

    assertThat(Json.pretty(node))
        .isEqualTo("{\n  \"a\": \"б\",\n  \"list\": [\n    1,\n    2\n  ],\n  \"none\": []\n}\n");
    assertThat(Json.write(node)).isEqualTo("{\"a\":\"б\",\"list\":[1,2],\"none\":[]}");
  }
}
