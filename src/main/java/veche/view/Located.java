package veche.view;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON value whose every part knows its line, column and path. Texts are brought to NFC here.
sealed interface Located {
  At at();

  record At(int line, int column, String path) {
    Problem problem(String message) {
      return new Problem(line, column, path, message);
    }
  }

  /// @param keys where each field's name stands
  record Obj(At at, Map<String, Located> fields, Map<String, At> keys) implements Located {}

  record Arr(At at, List<Located> items) implements Located {}

  record Text(At at, String value) implements Located {}

  record Whole(At at, String digits) implements Located {}

  record Flag(At at, boolean value) implements Located {}

  /// A fraction or `null`, which no file of ours has.
  record Other(At at) implements Located {}

  /// Reads all of `text`; what is wrong with its form goes to `problems`.
  static Optional<Located> parse(String text, List<Problem> problems) {
    try (JsonParser in = Json.parser(new StringReader(text))) {
      Walk walk = new Walk(in, problems);
      if (in.nextToken() == null) {
        problems.add(new Problem(1, 1, "", "expected an object, found nothing"));
        return Optional.empty();
      }
      Located value = walk.value("");
      if (in.nextToken() != null) {
        problems.add(walk.at("").problem("expected nothing after the object"));
      }
      return Optional.of(value);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      problems.add(new Problem(line, column, "", "not JSON: " + plain(e)));
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Jackson's words without its own notes on the source.
  private static String plain(JsonProcessingException e) {
    String said = String.valueOf(e.getOriginalMessage());
    return said.replaceFirst("(?s)\\s*\\(start marker at.*|\\s*\\[Source:.*|\n.*", "");
  }

  /// Every part by its path.
  default Map<String, At> places() {
    Map<String, At> out = new LinkedHashMap<>();
    collect(out);
    return out;
  }

  private void collect(Map<String, At> out) {
    out.put(at().path(), at());
    switch (this) {
      case Obj o -> o.fields().values().forEach(value -> value.collect(out));
      case Arr a -> a.items().forEach(value -> value.collect(out));
      default -> {}
    }
  }

  /// One pass over the tokens.
  final class Walk {
    private final JsonParser in;
    private final List<Problem> problems;

    private Walk(JsonParser in, List<Problem> problems) {
      this.in = in;
      this.problems = problems;
    }

    private Located value(String path) throws IOException {
      At at = at(path);
      return switch (in.currentToken()) {
        case START_OBJECT -> object(at);
        case START_ARRAY -> array(at);
        case VALUE_STRING -> new Text(at, Normalizer.normalize(in.getText(), Normalizer.Form.NFC));
        case VALUE_NUMBER_INT -> new Whole(at, in.getText());
        case VALUE_TRUE -> new Flag(at, true);
        case VALUE_FALSE -> new Flag(at, false);
        default -> new Other(at);
      };
    }

    private Obj object(At at) throws IOException {
      Map<String, Located> fields = new LinkedHashMap<>();
      Map<String, At> keys = new LinkedHashMap<>();
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = Normalizer.normalize(in.currentName(), Normalizer.Form.NFC);
        String path = at.path().isEmpty() ? name : at.path() + "." + name;
        At key = at(path);
        in.nextToken();
        Located value = value(path);
        if (fields.putIfAbsent(name, value) != null) problems.add(key.problem("stands twice"));
        keys.putIfAbsent(name, key);
      }
      return new Obj(at, fields, keys);
    }

    private Arr array(At at) throws IOException {
      List<Located> items = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(at.path() + "[" + items.size() + "]"));
      }
      return new Arr(at, items);
    }

    private At at(String path) {
      JsonLocation at = in.currentTokenLocation();
      return new At(at.getLineNr(), at.getColumnNr(), path);
    }
  }
}
