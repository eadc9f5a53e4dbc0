package veche.council;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import veche.election.Texts;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §9: a note's body of `label: value` lines in one fixed order. What is written is read back
/// to the same value, or not at all.
final class Lines {
  private static final String BETWEEN = ": ";
  private static final String RESULT = "result ";

  private final List<String> lines;
  private int next;

  private Lines(List<String> lines) {
    this.lines = lines;
  }

  static Lines write(String form) {
    Lines out = new Lines(new ArrayList<>());
    out.lines.add(form);
    return out;
  }

  /// A value is one line whatever it came from, so that no text can write lines of its own.
  Lines put(String label, String value) {
    String line = oneLine(value);
    if (line.isEmpty()) throw new Malformed(label + ": expected a value");
    return raw(label + BETWEEN + line);
  }

  Lines put(String label, long value) {
    return put(label, Long.toString(value));
  }

  Lines put(String label, Bytes value) {
    return put(label, value.hex());
  }

  /// One line for each language, which opens the value.
  Lines put(String label, Texts texts) {
    texts.byLanguage().forEach((language, text) -> put(label, language + " " + text));
    return this;
  }

  /// The one line that stands alike in every paper about a result, for stock tools to find.
  Lines result(Bytes digest) {
    return raw(RESULT + digest.hex());
  }

  private Lines raw(String line) {
    lines.add(line);
    return this;
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  /// Line breaks, control and direction characters become blanks: what is signed is what is seen.
  static String oneLine(String value) {
    String flat =
        value.replaceAll("[\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\s]+", " ").strip();
    return Normalizer.normalize(flat, Normalizer.Form.NFC);
  }

  static Texts oneLine(Texts texts) {
    Map<String, String> out = new LinkedHashMap<>();
    texts.byLanguage().forEach((language, text) -> out.put(language, oneLine(text)));
    return new Texts(out);
  }

  static Lines read(String form, String text) {
    if (!text.endsWith("\n")) throw new Malformed(form + ": the last line does not end");
    List<String> lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || !oneLine(line).equals(line)) {
        throw new Malformed(form + ": line " + (i + 1) + " is not one plain line");
      }
    }
    Lines out = new Lines(lines);
    if (!out.take().equals(form)) throw new Malformed("expected a note that opens with " + form);
    return out;
  }

  boolean opens(String label) {
    return next < lines.size() && lines.get(next).startsWith(label + BETWEEN);
  }

  String value(String label) {
    if (!opens(label)) throw expected(label);
    return take().substring(label.length() + BETWEEN.length());
  }

  long number(String label) {
    return number(label, value(label));
  }

  long number(String label, String value) {
    if (!value.matches("0|[1-9][0-9]{0,17}")) throw expected(label + " as a number");
    return Long.parseLong(value);
  }

  Bytes hash(String label) {
    Bytes hash = Bytes.fromHex(value(label));
    if (hash.length() != 32) throw expected(label + " of 32 bytes");
    return hash;
  }

  Bytes result() {
    String line = take();
    if (!line.startsWith(RESULT)) throw new Malformed("line " + next + ": expected the result");
    Bytes digest = Bytes.fromHex(line.substring(RESULT.length()));
    if (digest.length() != 32) throw new Malformed("line " + next + ": expected 32 bytes");
    return digest;
  }

  Texts texts(String label) {
    Map<String, String> byLanguage = new LinkedHashMap<>();
    while (opens(label)) {
      List<String> parts = words(label, 2);
      if (byLanguage.put(parts.get(0), parts.get(1)) != null) throw expected(label + " once");
    }
    return new Texts(byLanguage);
  }

  /// The value split at blanks into exactly `parts`; the last one keeps its blanks and may be
  /// empty.
  List<String> words(String label, int parts) {
    List<String> words = new ArrayList<>(List.of(value(label).split(" ", parts)));
    if (words.size() == parts - 1) words.add("");
    if (words.size() != parts) throw expected(label + " of " + parts + " parts");
    return words;
  }

  String take() {
    if (next == lines.size()) throw new Malformed("line " + (next + 1) + " is missing");
    return lines.get(next++);
  }

  void end() {
    if (next < lines.size()) throw new Malformed("line " + (next + 1) + " is one too many");
  }

  private Malformed expected(String what) {
    return new Malformed("line " + (next + 1) + ": expected " + what);
  }
}
