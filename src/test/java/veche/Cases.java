package veche;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.wire.Bytes;
import veche.wire.Enc;

/// Reads the vectors under `src/spec/vectors`, which Java and the page share.
public final class Cases {
  private static final Path ROOT = Path.of("src/spec/vectors");

  private Cases() {}

  public static JsonNode read(String file) {
    try {
      return new ObjectMapper().readTree(ROOT.resolve(file).toFile());
    } catch (IOException e) {
      throw new AssertionError("vectors " + file + " cannot be read", e);
    }
  }

  /// Runs `each` on every item and fails when there is none: a test that consumes nothing shows
  /// nothing.
  public static void forEach(JsonNode items, Consumer<JsonNode> each) {
    if (items.isEmpty()) throw new AssertionError("no cases to run");
    for (JsonNode item : items) {
      try {
        each.accept(item);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("case " + item.path("name").asText(item.toString()), e);
      }
    }
  }

  public static Bytes hex(JsonNode node) {
    return Bytes.fromHex(node.asText());
  }

  /// A point, or the identity where the vectors write null.
  public static Point point(JsonNode node) {
    return node.isNull() ? Point.IDENTITY : Point.decode(hex(node));
  }

  public static Scalar scalar(JsonNode node) {
    return Scalar.decode(hex(node));
  }

  public static List<Point> points(JsonNode nodes) {
    List<Point> out = new ArrayList<>();
    for (JsonNode node : nodes) out.add(point(node));
    return out;
  }

  public static List<Integer> ints(JsonNode nodes) {
    List<Integer> out = new ArrayList<>();
    for (JsonNode node : nodes) out.add(node.asInt());
    return out;
  }

  /// A tree as the vectors write it: `{"text"|"bytes"|"uint"|"point"|"scalar"|"list": …}`.
  public static Enc tree(JsonNode node) {
    String type = node.fieldNames().next();
    JsonNode value = node.get(type);
    return switch (type) {
      case "text" -> Enc.text(value.asText());
      case "bytes" -> Enc.bytes(hex(value));
      case "uint" -> uint(value.asText());
      case "point" -> Enc.of(point(value));
      case "scalar" -> Enc.of(scalar(value));
      case "list" -> {
        List<Enc> items = new ArrayList<>();
        for (JsonNode item : value) items.add(tree(item));
        yield Enc.list(items);
      }
      default -> throw new AssertionError("a tree of type " + type);
    };
  }

  private static Enc uint(String decimal) {
    if (decimal.startsWith("-")) return Enc.uint(Long.parseLong(decimal));
    return new Enc.Uint(Long.parseUnsignedLong(decimal));
  }
}
