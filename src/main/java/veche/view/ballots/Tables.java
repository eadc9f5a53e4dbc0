package veche.view.ballots;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Paper;
import veche.tally.plain.Star;
import veche.wire.Malformed;

/// Tables with a column for each option: `weight,<option>,…` and in each cell a score (empty = no
/// score) or a rank (1 is best; 0 or empty = not ranked; equal ranks are equal).
public final class Tables {
  private static final long MOST = 1_000_000_000_000L;
  private static final int HIGHEST_RANK = 1_000;

  private Tables() {}

  /// Scores from 0 to `highest`; a sheet's options are the marks of [Star]. A score off this scale
  /// is refused: the file may have another scale, and then every ballot would be misread.
  public static Sheet scores(String text, int highest) {
    return scores(text, highest, false);
  }

  /// Of a file whose scale is known: a ballot with a score off it says nothing that can be counted,
  /// as one with an overvote (counting §4.26).
  public static Sheet scoresOfKnownScale(String text, int highest) {
    return scores(text, highest, true);
  }

  private static Sheet scores(String text, int highest, boolean known) {
    List<Csv.Row> rows = table(text);
    List<String> names = names(rows);
    List<Paper> papers = new ArrayList<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      papers.add(new Paper(Cvr.number(row, 0, MOST), scored(row, names.size(), highest, known)));
    }
    return new Sheet("", names, 0, Set.of(), -1, List.of(), papers, highest + 1);
  }

  private static List<Paper.Place> scored(Csv.Row row, int options, int highest, boolean known) {
    List<Integer> marks = new ArrayList<>();
    boolean off = false;
    for (int o = 0; o < options; o++) {
      if (o + 1 >= row.cells().size() || row.cells().get(o + 1).isBlank()) continue;
      String text = row.cells().get(o + 1).strip();
      int score = text.matches("-?[0-9]{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
      boolean within = score >= 0 && score <= highest;
      if (!within && (!known || score == Integer.MAX_VALUE)) {
        throw new Malformed(
            "line %d, cell %d: expected a score from 0 to %d, found %s"
                .formatted(row.line(), o + 2, highest, text.length() > 40 ? "too much" : text));
      }
      off |= !within;
      if (!off && score > 0) marks.add(Star.mark(o, score, highest));
    }
    if (off) return List.of(Paper.Place.OVERVOTE);
    return marks.isEmpty() ? List.of() : List.of(new Paper.Place(marks, false));
  }

  /// A rank for each option.
  public static Sheet ranks(String text) {
    List<Csv.Row> rows = table(text);
    List<String> names = names(rows);
    List<Paper> papers = new ArrayList<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
      for (int o = 0; o < names.size(); o++) {
        if (o + 1 >= row.cells().size() || row.cells().get(o + 1).isBlank()) continue;
        int rank = (int) Cvr.number(row, o + 1, HIGHEST_RANK);
        if (rank > 0) byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(o);
      }
      List<Paper.Place> places = new ArrayList<>();
      for (Map.Entry<Integer, List<Integer>> rank : byRank.entrySet()) {
        while (places.size() < rank.getKey() - 1) places.add(Paper.Place.EMPTY);
        places.add(new Paper.Place(rank.getValue(), false));
      }
      papers.add(new Paper(Cvr.number(row, 0, MOST), places));
    }
    return new Sheet("", names, 0, Set.of(), -1, List.of(), papers);
  }

  private static List<Csv.Row> table(String text) {
    List<Csv.Row> rows = Csv.read(text);
    if (rows.isEmpty()
        || rows.getFirst().cells().size() < 2
        || !rows.getFirst().cells().getFirst().equals("weight")) {
      throw new Malformed("line 1: expected the columns weight,<option>,…");
    }
    int columns = rows.getFirst().cells().size();
    for (Csv.Row row : rows) {
      if (row.cells().size() > columns) {
        throw new Malformed("line " + row.line() + ": expected " + columns + " cells");
      }
    }
    return rows;
  }

  private static List<String> names(List<Csv.Row> rows) {
    List<String> cells = rows.getFirst().cells();
    return cells.subList(1, cells.size()).stream().map(String::strip).toList();
  }
}
