package veche.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import veche.wire.Malformed;

/// Real ballots to be replayed: BLT (`blt`, `blt-approval`) and CVR tables (`cvr-csv`), as in the
/// counting cases. Marks are read as approvals: every option that a voter marked without doubt.
///
/// @param names the options
/// @param papers the distinct papers, each the positions marked, and how often it occurs
record BallotFile(List<String> names, List<Paper> papers) {
  private static final int MOST = 10_000_000;

  record Paper(List<Integer> approved, int weight) {}

  BallotFile {
    names = List.copyOf(names);
    papers = List.copyOf(papers);
  }

  long total() {
    return papers.stream().mapToLong(Paper::weight).sum();
  }

  static BallotFile read(Path file, String format) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return switch (format) {
      case "blt", "blt-approval" -> blt(lines);
      case "cvr-csv" -> cvr(lines);
      default -> throw new Malformed("--format: expected blt, blt-approval or cvr-csv");
    };
  }

  private static Malformed at(int line, String expected) {
    return new Malformed("ballots line " + (line + 1) + ": expected " + expected);
  }

  private static int number(String word, int line, int most) {
    if (!word.matches("[0-9]{1,8}") || Integer.parseInt(word) > most) {
      throw at(line, "a whole number up to " + most);
    }
    return Integer.parseInt(word);
  }

  private static BallotFile blt(List<String> lines) {
    if (lines.isEmpty()) throw at(0, "number of candidates and seats");
    String[] head = lines.getFirst().strip().split("\\s+");
    int candidates = number(head[0], 0, 500);
    List<Paper> papers = new ArrayList<>();
    int at = 1;
    for (; at < lines.size(); at++) {
      String line = lines.get(at).strip();
      if (line.isEmpty() || line.startsWith("-")) continue;
      String[] words = line.split("\\s+");
      if (words[0].equals("0")) break;
      int weight = number(words[0], at, MOST);
      if (!words[words.length - 1].equals("0")) throw at(at, "0 at the end of the ballot");
      List<Integer> approved = new ArrayList<>();
      for (int i = 1; i < words.length - 1; i++) {
        for (String mark : words[i].split("=")) {
          if (mark.equals("-")) continue;
          int option = number(mark, at, candidates) - 1;
          if (option < 0) throw at(at, "an option from 1 to " + candidates);
          if (!approved.contains(option)) approved.add(option);
        }
      }
      papers.add(new Paper(List.copyOf(approved), weight));
    }
    List<String> names = new ArrayList<>();
    for (int i = at + 1; i < lines.size() && names.size() < candidates; i++) {
      String name = lines.get(i).strip();
      if (name.isEmpty()) continue;
      names.add(
          name.length() > 1 && name.startsWith("\"") ? name.substring(1, name.length() - 1) : name);
    }
    if (names.size() != candidates) throw at(lines.size(), candidates + " names after the ballots");
    return new BallotFile(names, papers);
  }

  private static BallotFile cvr(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().startsWith("weight,")) {
      throw at(0, "the columns weight,rank1,…");
    }
    Map<String, Integer> options = new LinkedHashMap<>();
    List<Paper> papers = new ArrayList<>();
    for (int at = 1; at < lines.size(); at++) {
      if (lines.get(at).isBlank()) continue;
      List<String> cells = cells(lines.get(at), at);
      int weight = number(cells.getFirst(), at, MOST);
      List<Integer> approved = new ArrayList<>();
      for (String cell : cells.subList(1, cells.size())) {
        for (String mark : cell.split("\\|")) {
          // *OVERVOTE* and *UWI* name no option of the paper
          if (mark.isBlank() || mark.startsWith("*")) continue;
          int option = options.computeIfAbsent(mark, m -> options.size());
          if (!approved.contains(option)) approved.add(option);
        }
      }
      papers.add(new Paper(List.copyOf(approved), weight));
    }
    return new BallotFile(List.copyOf(options.keySet()), papers);
  }

  private static List<String> cells(String line, int at) {
    List<String> out = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        out.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    if (quoted) throw at(at, "a closing quotation mark");
    out.add(cell.toString());
    return out;
  }
}
