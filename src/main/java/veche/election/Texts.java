package veche.election;

import java.text.Normalizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a: a name or a text in several languages, in the order of the draft's languages.
public record Texts(Map<String, String> byLanguage) {
  public Texts {
    byLanguage.forEach(
        (language, text) -> {
          if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            throw new Malformed("text that is not NFC in language " + language);
          }
        });
    byLanguage = Collections.unmodifiableMap(new LinkedHashMap<>(byLanguage));
  }

  public static Texts of(String language, String text) {
    return new Texts(Map.of(language, text));
  }

  /// The text in `language`, or in the first language the draft has.
  public String in(String language) {
    String text = byLanguage.get(language);
    return text != null ? text : byLanguage.values().iterator().next();
  }

  public List<String> languages() {
    return List.copyOf(byLanguage.keySet());
  }

  Enc enc() {
    return Enc.list(
        byLanguage.entrySet(),
        entry -> Enc.list(Enc.text(entry.getKey()), Enc.text(entry.getValue())));
  }

  static Texts read(Enc.Fields fields, String field) {
    Map<String, String> out = new LinkedHashMap<>();
    Enc.Fields items = fields.list(field);
    while (items.remaining() > 0) {
      Enc.Fields pair = items.list("text");
      String language = pair.text("language");
      if (out.put(language, pair.text("text")) != null) {
        throw new Malformed(field + ": language " + language + " stands twice");
      }
      pair.end();
    }
    return new Texts(out);
  }
}
