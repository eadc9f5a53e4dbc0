package veche.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.election.Code;
import veche.election.Refused;

/// record §9: what the program says to people, in Russian and English. The page has words of its
/// own (`web/words`).
public final class Words {
  public static final Words ENGLISH = new Words("words-en");
  public static final Words RUSSIAN = new Words("words-ru");
  public static final List<String> LANGUAGES = List.of("ru", "en");

  private final Map<String, String> texts;

  private static final Map<String, Words> MINUTES =
      Map.of(
          "en",
          new Words("minutes-en"),
          "ru",
          new Words("minutes-ru"),
          "uk",
          new Words("minutes-uk"));

  private Words(String bundle) {
    this.texts = load(bundle + ".properties");
  }

  /// What explains a count ([Minutes]): Russian, Ukrainian or, for any other language, English.
  static Words minutes(String language) {
    String base = language.split("-", 2)[0];
    return Objects.requireNonNull(MINUTES.getOrDefault(base, MINUTES.get("en")));
  }

  /// The words of a language, or English.
  public static Words in(String language) {
    return language.equals("ru") || language.startsWith("ru-") ? RUSSIAN : ENGLISH;
  }

  /// The text under `key`, `{0}`, `{1}` … replaced by the values as they are.
  public String text(String key, Object... values) {
    String text = texts.get(key);
    if (text == null) throw new IllegalArgumentException("no words for " + key);
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (true) {
      int open = text.indexOf('{', from);
      if (open < 0) return out.append(text, from, text.length()).toString();
      int close = text.indexOf('}', open);
      out.append(text, from, open).append(values[Integer.parseInt(text, open + 1, close, 10)]);
      from = close + 1;
    }
  }

  public String refusal(Code code) {
    return text("refusal." + code.id());
  }

  /// The sentence of the code, and in parentheses what was found where.
  public String refusal(Refused refused) {
    return refusal(refused.code()) + " (" + refused.detail() + ")";
  }

  /// A mistake in a definition, which the rooms below tell in English, in this language: the
  /// English sentence is the key. One without words of its own stays as it is.
  public String mistake(String english) {
    return told("mistake.", english);
  }

  /// The same of what a verifier's check found.
  public String detail(String english) {
    return told("detail.", english);
  }

  private String told(String kind, String english) {
    if (this == ENGLISH) return english;
    String best = english;
    int closest = -1;
    for (String key : texts.keySet()) {
      if (!key.startsWith(kind)) continue;
      String template = ENGLISH.raw(key);
      Matcher found = PLACE.matcher(template);
      StringBuilder form = new StringBuilder();
      int from = 0;
      while (found.find()) {
        form.append(Pattern.quote(template.substring(from, found.start()))).append("(.*)");
        from = found.end();
      }
      form.append(Pattern.quote(template.substring(from)));
      Matcher fits = Pattern.compile(form.toString(), Pattern.DOTALL).matcher(english);
      int literal = PLACE.matcher(template).replaceAll("").length();
      if (literal <= closest || !fits.matches()) continue;
      Object[] values = new Object[fits.groupCount()];
      for (int i = 0; i < values.length; i++) values[i] = fits.group(i + 1);
      closest = literal;
      best = text(key, values);
    }
    return best;
  }

  private static final Pattern PLACE = Pattern.compile("\\{[0-9]\\}");

  Set<String> keys() {
    return texts.keySet();
  }

  String raw(String key) {
    return Objects.requireNonNull(texts.get(key));
  }

  private static Map<String, String> load(String name) {
    Properties properties = new Properties();
    try (InputStream in = Words.class.getResourceAsStream(name)) {
      properties.load(
          new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("a resource of the program cannot be read", e);
    }
    Map<String, String> out = new TreeMap<>();
    properties.forEach((key, value) -> out.put((String) key, (String) value));
    return out;
  }
}
