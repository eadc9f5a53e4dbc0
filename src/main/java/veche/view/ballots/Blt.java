package veche.view.ballots;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import veche.tally.Paper;
import veche.wire.Malformed;

/// counting §4.29, §5: the BLT format in the dialects of OpaVote, OpenSTV, droop and their kin:
/// comments after `#`, withdrawn options as `-n`, `[withdrawn …]`, `[tie …]` and `[nick …]` lines,
/// ballot ids in parentheses, `=` for equal ranks, `-` for a skipped one, no title, names in
/// quotes.
public final class Blt {
  private static final int MOST_OPTIONS = 500;
  private static final long MOST_PAPERS = 1_000_000_000_000L;

  private record Token(String text, int line, int column, boolean quoted) {}

  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int options;
  private final Map<String, Integer> nicks = new LinkedHashMap<>();
  private final Set<Integer> withdrawn = new HashSet<>();
  private List<Integer> ties = List.of();

  private Blt(String text) {
    split(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  /// @param approvals the listed options are the approved ones: one place with all of them
  public static Sheet read(String text, boolean approvals) {
    return new Blt(text).read(approvals);
  }

  private Sheet read(boolean approvals) {
    options = (int) number(next("the number of options"), 1, MOST_OPTIONS);
    int seats = (int) number(next("the number of seats"), 0, MOST_OPTIONS);
    preamble();
    List<Paper> papers = new ArrayList<>();
    while (true) {
      Token first = next("a ballot or the 0 that ends the ballots");
      if (first.text.equals("0") && !first.quoted) break;
      long weight = 1;
      if (!(first.text.startsWith("(") && first.text.endsWith(")"))) {
        weight = number(first, 0, MOST_PAPERS);
      }
      papers.add(paper(weight, approvals));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < options; i++) names.add(clean(next("the name of option " + (i + 1)).text));
    String title = at < tokens.size() ? clean(tokens.get(at++).text) : "";
    // droop allows a source and a comment after the title
    for (int extra = 0; extra < 2 && at < tokens.size(); extra++) at++;
    if (at < tokens.size()) throw refused(tokens.get(at), "the end of the file");
    return new Sheet(title, names, seats, withdrawn, -1, ties, papers);
  }

  private void preamble() {
    while (at < tokens.size()) {
      Token token = tokens.get(at);
      if (token.quoted) return;
      if (token.text.startsWith("-") && token.text.length() > 1) {
        at++;
        withdrawn.add(
            (int)
                    number(
                        new Token(token.text.substring(1), token.line, token.column, false),
                        1,
                        options)
                - 1);
      } else if (token.text.startsWith("[")) {
        bracket();
      } else {
        return;
      }
    }
  }

  private void bracket() {
    Token open = tokens.get(at++);
    List<Token> words = new ArrayList<>();
    Token word = new Token(open.text.substring(1), open.line, open.column + 1, false);
    while (!word.text.endsWith("]")) {
      if (!word.text.isEmpty()) words.add(word);
      if (at == tokens.size()) throw refused(open, "a closing ]");
      word = tokens.get(at++);
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
    Set<Integer> seen = new HashSet<>();
    while (true) {
      Token token = next("an option, or the 0 that ends the ballot");
      if (token.text.equals("0")) break;
      if (token.text.equals("-")) {
        places.add(Paper.Place.EMPTY);
        continue;
      }
      if (token.text.startsWith("(") && token.text.endsWith(")")) continue;
      List<Integer> equal = new ArrayList<>();
      for (String mark : token.text.split("=", -1)) {
        int option = option(new Token(mark, token.line, token.column, false));
        if (!seen.add(option)) throw refused(token, "each option at most once on a ballot");
        equal.add(option);
      }
      places.add(new Paper.Place(equal, false));
    }
    if (!approvals) return new Paper(weight, places);
    List<Integer> all = places.stream().flatMap(p -> p.options().stream()).toList();
    return new Paper(weight, all.isEmpty() ? List.of() : List.of(new Paper.Place(all, false)));
  }

  private int option(Token token) {
    Integer nick = nicks.get(token.text);
    return nick != null ? nick : (int) number(token, 1, options) - 1;
  }

  private Token next(String expected) {
    if (at == tokens.size()) {
      int line = tokens.isEmpty() ? 1 : tokens.getLast().line;
      throw new Malformed("line " + line + ": expected " + expected + ", found the end");
    }
    return tokens.get(at++);
  }

  private static long number(Token token, long least, long most) {
    if (!token.text.matches("[0-9]{1,15}")) {
      throw refused(token, "a whole number from " + least + " to " + most);
    }
    long value = Long.parseLong(token.text);
    if (value < least || value > most) {
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

  private void split(String text) {
    int line = 1;
    int begin = 0;
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        begin = ++i;
      } else if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '#') {
        while (i < text.length() && text.charAt(i) != '\n') i++;
      } else if (c == '"') {
        int from = i + 1;
        int close = text.indexOf('"', from);
        int end = text.indexOf('\n', from);
        if (close < 0 || end >= 0 && end < close) {
          throw new Malformed(
              "line "
                  + line
                  + ", column "
                  + (i - begin + 1)
                  + ": expected a closing quotation mark");
        }
        tokens.add(new Token(text.substring(from, close), line, i - begin + 1, true));
        i = close + 1;
      } else {
        int from = i;
        while (i < text.length()
            && !Character.isWhitespace(text.charAt(i))
            && text.charAt(i) != '#') {
          i++;
        }
        tokens.add(new Token(text.substring(from, i), line, from - begin + 1, false));
      }
    }
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
