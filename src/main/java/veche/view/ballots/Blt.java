package veche.view.ballots;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import veche.tally.Paper;
import veche.wire.Malformed;

/// counting §4.29, §5: the BLT format in the dialects of OpaVote, OpenSTV, droop and their kin:
/// comments after `#`, withdrawn options as `-n`, `[withdrawn …]`, `[tie …]` and `[nick …]` lines,
/// ballot ids in parentheses, `=` for equal ranks, `-` for a skipped one, no title, names in
/// quotes.
public final class Blt {
  private static final int MOST_OPTIONS = 500;
  private static final int LONGEST_TOKEN = 100_000;
  private static final long MOST_PAPERS = 1_000_000_000_000L;

  private record Token(String text, int line, int column, boolean quoted) {}

  private final Reader from;
  private final char[] buffer = new char[1 << 16];
  private int filled;
  private int used;
  private int line = 1;
  private int column;
  private @Nullable Token ahead;
  private int options;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Integer> nicks = new LinkedHashMap<>();
  private final Set<Integer> withdrawn = new HashSet<>();
  private List<Integer> ties = List.of();

  private Blt(Reader from) {
    this.from = from;
  }

  /// @param approvals the listed options are the approved ones: one place with all of them
  public static Sheet read(String text, boolean approvals) {
    List<Paper> papers = new ArrayList<>();
    Sheet sheet = new Blt(new StringReader(text)).read(approvals, n -> papers::add);
    return sheet.with(papers);
  }

  /// Holds no more than one ballot at a time.
  ///
  /// @param taking what takes the ballots, once the number of options is known
  /// @return the sheet without its ballots
  public static Sheet stream(Path file, boolean approvals, IntFunction<Consumer<Paper>> taking)
      throws IOException {
    try (Reader text = Files.newBufferedReader(file)) {
      return new Blt(text).read(approvals, taking);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) throw new Malformed("expected UTF-8");
      throw e.getCause();
    }
  }

  private Sheet read(boolean approvals, IntFunction<Consumer<Paper>> taking) {
    options = (int) number(next("the number of options"), 1, MOST_OPTIONS);
    int seats = (int) number(next("the number of seats"), 0, MOST_OPTIONS);
    preamble();
    Consumer<Paper> take = taking.apply(options);
    while (true) {
      Token first = next("a ballot or the 0 that ends the ballots");
      if (first.text.equals("0") && !first.quoted) break;
      long weight = 1;
      if (!(first.text.startsWith("(") && first.text.endsWith(")"))) {
        weight = number(first, 0, MOST_PAPERS);
      }
      take.accept(paper(weight, approvals));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < options; i++) names.add(clean(next("the name of option " + (i + 1)).text));
    String title = peek() == null ? "" : clean(next("a title").text);
    // droop allows a source and a comment after the title
    for (int extra = 0; extra < 2 && peek() != null; extra++) next("a comment");
    if (peek() instanceof Token more) throw refused(more, "the end of the file");
    return new Sheet(title, names, seats, withdrawn, -1, ties, List.of());
  }

  private void preamble() {
    while (peek() instanceof Token token && !token.quoted) {
      if (token.text.startsWith("-") && token.text.length() > 1) {
        next("a withdrawn option");
        Token number = new Token(token.text.substring(1), token.line, token.column, false);
        withdrawn.add((int) number(number, 1, options) - 1);
      } else if (token.text.startsWith("[")) {
        bracket();
      } else {
        return;
      }
    }
  }

  private void bracket() {
    Token open = next("an opening [");
    List<Token> words = new ArrayList<>();
    Token word = new Token(open.text.substring(1), open.line, open.column + 1, false);
    while (!word.text.endsWith("]")) {
      if (!word.text.isEmpty()) words.add(word);
      if (peek() == null) throw refused(open, "a closing ]");
      word = next("a closing ]");
    }
    String last = word.text.substring(0, word.text.length() - 1);
    if (!last.isEmpty()) words.add(new Token(last, word.line, word.column, false));
    if (words.isEmpty()) return;
    List<Token> rest = words.subList(1, words.size());
    switch (words.getFirst().text) {
      case "nick" -> {
        if (rest.size() != options) throw refused(open, options + " nicknames");
        for (int i = 0; i < options; i++) nicks.put(rest.get(i).text, i);
      }
      case "tie" -> {
        List<Integer> order = rest.stream().map(this::option).toList();
        if (order.size() != options || new HashSet<>(order).size() != options) {
          throw refused(open, "every option once");
        }
        ties = order;
      }
      case "withdrawn" -> rest.forEach(w -> withdrawn.add(option(w)));
      default -> {
        // droop's own settings of a count say nothing about ballots
      }
    }
  }

  private Paper paper(long weight, boolean approvals) {
    List<Paper.Place> places = new ArrayList<>();
    BitSet seen = new BitSet();
    while (true) {
      Token token = next("an option, or the 0 that ends the ballot");
      if (token.text.equals("0")) break;
      if (token.text.equals("-")) {
        places.add(Paper.Place.EMPTY);
        continue;
      }
      if (token.text.startsWith("(") && token.text.endsWith(")")) continue;
      if (token.text.indexOf('=') < 0) {
        int option = option(token);
        if (seen.get(option)) throw refused(token, "each option at most once on a ballot");
        seen.set(option);
        places.add(Paper.Place.of(option));
        continue;
      }
      List<Integer> equal = new ArrayList<>();
      for (String mark : token.text.split("=", -1)) {
        int option = option(new Token(mark, token.line, token.column, false));
        if (seen.get(option)) throw refused(token, "each option at most once on a ballot");
        seen.set(option);
        equal.add(option);
      }
      places.add(new Paper.Place(equal, false));
    }
    if (!approvals) return new Paper(weight, places);
    List<Integer> all = places.stream().flatMap(p -> p.options().stream()).toList();
    return new Paper(weight, all.isEmpty() ? List.of() : List.of(new Paper.Place(all, false)));
  }

  private int option(Token token) {
    if (nicks.isEmpty()) return (int) number(token, 1, options) - 1;
    Integer nick = nicks.get(token.text);
    return nick != null ? nick : (int) number(token, 1, options) - 1;
  }

  private @Nullable Token peek() {
    if (ahead == null) ahead = token();
    return ahead;
  }

  private Token next(String expected) {
    Token token = peek();
    if (token == null) {
      throw new Malformed("line " + line + ": expected " + expected + ", found the end");
    }
    ahead = null;
    return token;
  }

  private static long number(Token token, long least, long most) {
    long value = token.text.isEmpty() || token.text.length() > 15 ? -1 : 0;
    for (int i = 0; i < token.text.length() && value >= 0; i++) {
      char c = token.text.charAt(i);
      value = c < '0' || c > '9' ? -1 : value * 10 + c - '0';
    }
    if (value < 0 || value < least || value > most) {
      throw refused(token, "a whole number from " + least + " to " + most);
    }
    return value;
  }

  private static Malformed refused(Token token, String expected) {
    String shown = token.text.length() > 40 ? token.text.substring(0, 40) + "…" : token.text;
    return new Malformed(
        "line "
            + token.line
            + ", column "
            + token.column
            + ": expected "
            + expected
            + ", found "
            + shown);
  }

  private static String clean(String name) {
    return name.strip().replaceAll("\\s+", " ");
  }

  /// The next character without taking it, or −1.
  private int look() {
    if (used == filled) {
      try {
        filled = from.read(buffer);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      used = 0;
      if (filled <= 0) {
        filled = 0;
        return -1;
      }
    }
    return buffer[used];
  }

  private int take() {
    int c = look();
    if (c < 0) return c;
    used++;
    column++;
    if (c == '\n') {
      line++;
      column = 0;
    }
    return c;
  }

  private @Nullable Token token() {
    int c = look();
    while (c == '\uFEFF' || c >= 0 && Character.isWhitespace(c) || c == '#') {
      if (c == '#') while (look() >= 0 && look() != '\n') take();
      else take();
      c = look();
    }
    if (c < 0) return null;
    int startLine = line;
    int startColumn = column + 1;
    text.setLength(0);
    boolean quoted = c == '"';
    if (quoted) take();
    while (true) {
      c = look();
      if (quoted && (c < 0 || c == '\n')) {
        throw new Malformed(
            "line %d, column %d: expected a closing quotation mark"
                .formatted(startLine, startColumn));
      }
      boolean ends = quoted ? c == '"' : c < 0 || Character.isWhitespace(c) || c == '#';
      if (ends) break;
      text.append((char) take());
      if (text.length() > LONGEST_TOKEN) {
        throw new Malformed("line " + startLine + ": expected something shorter");
      }
    }
    if (quoted) take();
    return new Token(text.toString(), startLine, startColumn, quoted);
  }

  /// The strict core that every program reads.
  public static String write(
      String title, List<String> names, int seats, Set<Integer> withdrawn, List<Paper> papers) {
    StringBuilder out = new StringBuilder();
    out.append(names.size()).append(' ').append(seats).append('\n');
    if (!withdrawn.isEmpty()) {
      IntStream.range(0, names.size())
          .filter(withdrawn::contains)
          .forEach(o -> out.append('-').append(o + 1).append(' '));
      out.setCharAt(out.length() - 1, '\n');
    }
    for (Paper paper : papers) {
      out.append(paper.weight());
      for (Paper.Place place : paper.places()) {
        out.append(' ');
        if (place.options().isEmpty()) out.append('-');
        for (int i = 0; i < place.options().size(); i++) {
          out.append(i == 0 ? "" : "=").append(place.options().get(i) + 1);
        }
      }
      out.append(" 0\n");
    }
    out.append("0\n");
    for (String name : names) out.append(quoted(name));
    return out.append(quoted(title)).toString();
  }

  private static String quoted(String text) {
    return "\"" + text.replace('"', '\'').replace('\n', ' ') + "\"\n";
  }
}
