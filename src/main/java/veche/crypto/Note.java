package veche.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 Signed note: text, an empty line, and signature lines `— name base64(key id ‖
/// signature)`. The body ends with a line feed, which is signed too. A line of an unknown key says
/// nothing; a line of a known key that does not verify spoils the whole note.
public record Note(String body, List<String> lines) {
  public static final int MAX_LINES = 64;
  private static final int MAX_BYTES = 1 << 20;
  private static final String DASH = "\u2014 ";

  public Note {
    lines = List.copyOf(lines);
    if (!body.endsWith("\n")) throw new Malformed("note text without a line feed at its end");
    checkText(body);
    if (lines.isEmpty()) throw new Malformed("note without a signature");
    if (lines.size() > MAX_LINES) throw new Malformed("note with " + lines.size() + " signatures");
    for (String line : lines) signer(line);
  }

  public static Note parse(Bytes bytes) {
    if (bytes.length() > MAX_BYTES) throw new Malformed("note of " + bytes.length() + " bytes");
    try {
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toArray())).toString());
    } catch (CharacterCodingException e) {
      throw new Malformed("note that is not UTF-8");
    }
  }

  /// The last empty line parts the text from the signatures: a text may hold empty lines.
  public static Note parse(String text) {
    if (text.length() > MAX_BYTES) throw new Malformed("note of " + text.length() + " characters");
    if (!text.endsWith("\n")) throw new Malformed("note without a line feed at its end");
    int split = text.lastIndexOf("\n\n");
    if (split < 0) throw new Malformed("note without an empty line");
    String tail = text.substring(split + 2);
    if (tail.isEmpty()) throw new Malformed("note without a signature");
    String[] lines = tail.substring(0, tail.length() - 1).split("\n", MAX_LINES + 2);
    return new Note(text.substring(0, split + 1), Arrays.asList(lines));
  }

  public String text() {
    return body + "\n" + String.join("\n", lines) + "\n";
  }

  public Note with(String line) {
    List<String> more = new ArrayList<>(lines);
    more.add(line);
    return new Note(body, more);
  }

  /// The name on a signature line.
  public static String signer(String line) {
    return Line.parse(line).name;
  }

  /// Whether the line bears the name and the key id of `key`, whatever its signature is worth.
  public static boolean names(String line, Vkey key) {
    return Line.parse(line).isOf(key);
  }

  /// What stands after the key id on the line.
  public static Bytes signature(String line) {
    return Line.parse(line).signature;
  }

  /// A signature line: `— name base64(key id ‖ signature)`.
  public static String line(Vkey key, Bytes signature) {
    return DASH + key.name() + " " + key.id().concat(signature).base64();
  }

  /// Whether the line is an ordinary (0x01) signature of `key` over `body`.
  public static boolean verifies(String body, String line, Vkey key) {
    Line parsed = Line.parse(line);
    return key.type() == Vkey.ED25519
        && parsed.isOf(key)
        && Ed25519.verify(key.key(), body.getBytes(StandardCharsets.UTF_8), parsed.signature);
  }

  /// The names of those of `known` whose line verifies; keys of other types say nothing here.
  public Set<String> verifiedBy(Collection<Vkey> known) {
    Set<String> names = new LinkedHashSet<>();
    for (String line : lines) {
      for (Vkey key : known) {
        if (key.type() != Vkey.ED25519 || !names(line, key)) continue;
        if (!verifies(body, line, key)) {
          throw new Malformed("the signature of " + key.name() + " does not verify");
        }
        names.add(key.name());
      }
    }
    return names;
  }

  /// Not empty, no plus, no control character, no white space of any Unicode version.
  static boolean isName(String name) {
    return !name.isEmpty()
        && StandardCharsets.UTF_8.newEncoder().canEncode(name)
        && name.codePoints().noneMatch(c -> c == '+' || Character.isISOControl(c) || isSpace(c));
  }

  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c) || c == 0x180e || c == 0x200b || c == 0xfeff;
  }

  private static void checkText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new Malformed("note with a lone surrogate");
    }
    if (text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new Malformed("note with a control character");
    }
  }

  private record Line(String name, Bytes id, Bytes signature) {
    static Line parse(String line) {
      if (!line.startsWith(DASH)) throw new Malformed("not a signature line");
      int space = line.indexOf(' ', DASH.length());
      if (space < 0) throw new Malformed("signature line without a signature");
      String name = line.substring(DASH.length(), space);
      if (!isName(name)) throw new Malformed("signature line: name");
      Bytes value = Bytes.fromBase64(line.substring(space + 1));
      if (value.length() < 5) throw new Malformed("signature line: too short");
      return new Line(name, value.slice(0, 4), value.slice(4, value.length()));
    }

    boolean isOf(Vkey key) {
      return name.equals(key.name()) && id.equals(key.id());
    }
  }
}
