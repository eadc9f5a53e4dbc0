package veche.view;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import veche.election.Texts;
import veche.wire.Malformed;

/// The one place that holds Jackson's mapper. Strict in what it reads: no duplicate keys, nothing
/// after the value, no nesting beyond reason.
public final class Json {
  private static final int DEPTH = 32;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build());
  }

  private static final DefaultPrettyPrinter PRETTY = pretty();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /// A text in several languages: `{"ru": …, "en": …}`.
  public static ObjectNode texts(Texts texts) {
    return texts(texts.byLanguage());
  }

  public static ObjectNode texts(Map<String, String> byLanguage) {
    ObjectNode out = object();
    byLanguage.forEach(out::put);
    return out;
  }

  /// Reads one value, or throws [Malformed] with line and column.
  public static JsonNode read(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) throw new Malformed("JSON: nothing there");
      return node;
    } catch (JsonProcessingException e) {
      throw new Malformed("JSON: " + where(e) + e.getOriginalMessage());
    }
  }

  private static String where(JsonProcessingException e) {
    var at = e.getLocation();
    return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
  }

  /// One line, as it is sent.
  public static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /// Indented by two blanks, as people edit it.
  public static String pretty(JsonNode node) {
    try {
      return MAPPER.writer(PRETTY).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /// Token by token, for readers that name every place.
  static JsonParser parser(Reader text) throws IOException {
    JsonParser parser = MAPPER.getFactory().createParser(text);
    return parser.disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  }

  private static DefaultPrettyPrinter pretty() {
    var indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter out =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator("")
                .withObjectEmptySeparator(""));
    out.indentObjectsWith(indent);
    out.indentArraysWith(indent);
    return out;
  }
}
