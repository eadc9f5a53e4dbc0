package veche.view.ballots;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.tally.Paper;
import veche.tally.plain.Star;
import veche.wire.Malformed;

/// ABIF, the Aggregated Ballot Information Format of Electorama (0.1 to 0.31): a line for each kind
/// of ballot, `27: A > B = C > D`, `27: A/5, B/3` or both, names bare, in `[brackets]` or in
/// quotes; `=A: [Anna]` gives a short name its long one; `#` begins a comment, and lines in braces
/// are remarks for programs.
final class Abif {
  private static final int MOST_OPTIONS = 500;
  private static final Pattern LONG = Pattern.compile("\\s*=\\s*([^:]+?)\\s*:\\s*(.+?)\\s*");
  private static final Pattern BALLOT = Pattern.compile("\\s*(\\d{1,12})\\s*[:*]\\s*(.*?)\\s*");
  private static final Pattern MARK =
      Pattern.compile(
          "\\s*(?:\\[([^\\]]*)\\]|\"([^\"]*)\"|([^\\s>=,/\\[\\]\"]+))\\s*(?:/\\s*(\\d{1,4}))?\\s*"
              + "([>=,]?)");

  private final Map<String, Integer> options = new LinkedHashMap<>();
  private final Map<String, String> longNames = new LinkedHashMap<>();

  private record Line(long weight, List<List<Integer>> ranks, Map<Integer, Integer> scores) {}

  private Abif() {}

  static Sheet read(String text) {
    Abif file = new Abif();
    List<Paper> papers = new ArrayList<>();
    for (Line line : file.lines(text)) {
      List<Paper.Place> places = new ArrayList<>();
      for (List<Integer> rank : line.ranks) places.add(new Paper.Place(rank, false));
      papers.add(new Paper(line.weight, places));
    }
    return new Sheet("", file.names(), 0, Set.of(), -1, List.of(), papers);
  }

  static Sheet scores(String text, int highest) {
    Abif file = new Abif();
    List<Paper> papers = new ArrayList<>();
    for (Line line : file.lines(text)) {
      List<Integer> marks = new ArrayList<>();
      line.scores.forEach(
          (option, score) -> {
            if (score > highest) throw new Malformed("a score is above " + highest);
            if (score > 0) marks.add(Star.mark(option, score, highest));
          });
      papers.add(
          new Paper(
              line.weight, marks.isEmpty() ? List.of() : List.of(new Paper.Place(marks, false))));
    }
    return new Sheet("", file.names(), 0, Set.of(), -1, List.of(), papers, highest + 1);
  }

  private List<String> names() {
    if (options.isEmpty()) throw new Malformed("expected at least one ballot with a name");
    return options.keySet().stream().map(o -> longNames.getOrDefault(o, o)).toList();
  }

  private List<Line> lines(String text) {
    List<Line> out = new ArrayList<>();
    String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      int comment = line.indexOf('#');
      if (comment >= 0) line = line.substring(0, comment);
      line = line.strip();
      if (line.isEmpty() || line.startsWith("{")) continue;
      Matcher name = LONG.matcher(line);
      if (name.matches()) {
        longNames.put(bare(name.group(1)), bare(name.group(2)));
        option(bare(name.group(1)), i + 1);
        continue;
      }
      Matcher ballot = BALLOT.matcher(line);
      if (!ballot.matches()) {
        throw new Malformed("line " + (i + 1) + ": expected \"27: A > B = C\" or \"27: A/5, B/3\"");
      }
      out.add(ballot(Long.parseLong(ballot.group(1)), ballot.group(2), i + 1));
    }
    return out;
  }

  private static String bare(String name) {
    boolean wrapped =
        name.length() > 1
            && (name.startsWith("[") && name.endsWith("]")
                || name.startsWith("\"") && name.endsWith("\""));
    return wrapped ? name.substring(1, name.length() - 1).strip() : name.strip();
  }

  private Line ballot(long weight, String marks, int line) {
    List<List<Integer>> ranks = new ArrayList<>();
    TreeMap<Integer, List<Integer>> byScore = new TreeMap<>(java.util.Comparator.reverseOrder());
    Map<Integer, Integer> scores = new LinkedHashMap<>();
    Matcher m = MARK.matcher(marks);
    int at = 0;
    boolean same = false;
    boolean ranked = false;
    while (at < marks.length()) {
      if (!m.find(at) || m.start() != at) {
        throw new Malformed("line %d, column %d: expected a name".formatted(line, at + 1));
      }
      String name = m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3);
      int option = option(name.strip(), line);
      if (ranks.stream().anyMatch(r -> r.contains(option))) {
        throw new Malformed("line " + line + ": \"" + name + "\" stands twice");
      }
      if (!same) ranks.add(new ArrayList<>());
      ranks.getLast().add(option);
      if (m.group(4) != null) {
        int score = Integer.parseInt(m.group(4));
        scores.put(option, score);
        byScore.computeIfAbsent(score, s -> new ArrayList<>()).add(option);
      }
      same = m.group(5).equals("=");
      ranked |= same || m.group(5).equals(">");
      at = m.end();
      if (m.group(5).isEmpty() && at < marks.length()) {
        throw new Malformed("line %d, column %d: expected > = or ,".formatted(line, at + 1));
      }
    }
    if (marks.matches("(?s).*[>=,]\\s*")) {
      throw new Malformed("line %d, column %d: expected a name".formatted(line, at + 1));
    }
    // scores alone rank, too
    if (!ranked && scores.size() == ranks.size() && !scores.isEmpty()) {
      return new Line(weight, List.copyOf(byScore.values()), scores);
    }
    if (!ranked && ranks.size() > 1) {
      throw new Malformed("line " + line + ": expected > or = between names without scores");
    }
    return new Line(weight, ranks, scores);
  }

  private int option(String name, int line) {
    if (name.isEmpty()) throw new Malformed("line " + line + ": expected a name");
    int option = options.computeIfAbsent(name, n -> options.size());
    if (options.size() > MOST_OPTIONS) throw new Malformed("more than " + MOST_OPTIONS + " names");
    return option;
  }
}
