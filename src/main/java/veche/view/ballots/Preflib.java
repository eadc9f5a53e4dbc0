package veche.view.ballots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.tally.Paper;
import veche.wire.Malformed;

/// PrefLib's files of 2022 and later: orders (`.soc`, `.soi`, `.toc`, `.toi`: `12: 1,{2,3},4`) and
/// categories (`.cat`: `12: {1,4},{2,3}`, the first category being the approved one). Lines of
/// remarks begin with `#`; `# ALTERNATIVE NAME 1: Anna` names an option.
final class Preflib {
  private static final int MOST_OPTIONS = 500;
  private static final Pattern NAME = Pattern.compile("# ALTERNATIVE NAME (\\d{1,4}): (.*)");
  private static final Pattern NUMBER = Pattern.compile("# NUMBER ALTERNATIVES: (\\d{1,4})");
  private static final Pattern TYPE = Pattern.compile("# DATA TYPE: (\\S+)");
  private static final Pattern TITLE = Pattern.compile("# TITLE: (.*)");
  private static final Pattern BALLOT = Pattern.compile("\\s*(\\d{1,12})\\s*:\\s*(.*?)\\s*");
  private static final Pattern RANK = Pattern.compile("\\{([\\d,\\s]*)\\}|(\\d{1,4})");

  private Preflib() {}

  static Sheet read(String text) {
    String[] names = new String[0];
    String title = "";
    boolean categories = false;
    List<Paper> papers = new ArrayList<>();
    String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (line.isBlank()) continue;
      if (line.startsWith("#")) {
        Matcher m = NUMBER.matcher(line);
        if (m.matches()) {
          int n = Integer.parseInt(m.group(1));
          if (n < 1 || n > MOST_OPTIONS) {
            throw new Malformed("line " + (i + 1) + ": expected 1 to " + MOST_OPTIONS);
          }
          names = Arrays.copyOf(names, n);
        }
        m = NAME.matcher(line);
        if (m.matches()) {
          int n = Integer.parseInt(m.group(1));
          if (n < 1 || n > MOST_OPTIONS) {
            throw new Malformed("line " + (i + 1) + ": expected 1 to " + MOST_OPTIONS);
          }
          if (n > names.length) names = Arrays.copyOf(names, n);
          names[n - 1] = m.group(2).strip();
        }
        m = TYPE.matcher(line);
        if (m.matches()) categories = m.group(1).equals("cat");
        m = TITLE.matcher(line);
        if (m.matches()) title = m.group(1).strip();
        continue;
      }
      Matcher ballot = BALLOT.matcher(line);
      if (!ballot.matches()) {
        throw new Malformed("line " + (i + 1) + ": expected \"12: 1,{2,3},4\"");
      }
      papers.add(
          paper(Long.parseLong(ballot.group(1)), ballot.group(2), i + 1, names.length, categories));
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; i < names.length; i++) all.add(names[i] == null ? "" + (i + 1) : names[i]);
    if (all.isEmpty()) throw new Malformed("expected # NUMBER ALTERNATIVES or their names");
    return new Sheet(title, all, 0, Set.of(), -1, List.of(), papers);
  }

  private static Paper paper(long weight, String ranks, int line, int options, boolean first) {
    List<Paper.Place> places = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    Matcher m = RANK.matcher(ranks);
    int at = 0;
    while (at < ranks.length()) {
      if (!m.find(at) || m.start() != at) {
        throw new Malformed("line %d, column %d: expected a number or {…}".formatted(line, at + 1));
      }
      List<Integer> rank = new ArrayList<>();
      String inside = m.group(1) == null ? m.group(2) : m.group(1);
      for (String number : inside.split(",")) {
        if (number.isBlank()) continue;
        int option = Integer.parseInt(number.strip()) - 1;
        if (option < 0 || option >= options) {
          throw new Malformed(
              "line %d: expected an option from 1 to %d, found %s"
                  .formatted(line, options, number.strip()));
        }
        if (!seen.add(option)) {
          throw new Malformed("line " + line + ": " + number.strip() + " stands twice");
        }
        rank.add(option);
      }
      if (!rank.isEmpty()) places.add(new Paper.Place(rank, false));
      if (first && places.isEmpty()) return new Paper(weight, List.of());
      at = m.end();
      while (at < ranks.length() && ranks.charAt(at) == ' ') at++;
      if (at < ranks.length()) {
        if (ranks.charAt(at) != ',') {
          throw new Malformed("line %d, column %d: expected a comma".formatted(line, at + 1));
        }
        at++;
        while (at < ranks.length() && ranks.charAt(at) == ' ') at++;
      }
      if (first) return new Paper(weight, places);
    }
    return new Paper(weight, places);
  }
}
