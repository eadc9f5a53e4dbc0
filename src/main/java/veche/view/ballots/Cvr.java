package veche.view.ballots;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.tally.Paper;
import veche.wire.Malformed;

/// Cast vote records as a table: `weight,rank1,…,rankN`; an empty cell is a skipped place, `A|B` an
/// overvote whose marks are known, `*OVERVOTE*` one whose marks are not, `*UWI*` an undeclared
/// write-in. Further tables: `score-csv` (a score per option) and `rank-table-csv` (a rank per
/// option, 0 for none).
public final class Cvr {
  public static final String WRITE_INS = "Undeclared Write-ins";
  private static final long MOST = 1_000_000_000_000L;

  private Cvr() {}

  /// @param known option names in the order wanted; names that the table adds come after them
  public static Sheet read(String text, List<String> known) {
    List<Csv.Row> rows = Csv.read(text);
    if (rows.isEmpty() || !rows.getFirst().cells().getFirst().equals("weight")) {
      throw new Malformed("line 1: expected the columns weight,rank1,…");
    }
    int columns = rows.getFirst().cells().size();
    Map<String, Integer> options = new LinkedHashMap<>();
    for (String name : known) options.put(name, options.size());
    List<Paper> papers = new ArrayList<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      if (row.cells().size() > columns) {
        throw new Malformed("line " + row.line() + ": expected " + columns + " cells");
      }
      long weight = number(row, 0, MOST);
      List<Paper.Place> places = new ArrayList<>();
      for (String cell : row.cells().subList(1, row.cells().size())) {
        places.add(place(cell, options));
      }
      papers.add(new Paper(weight, places));
    }
    return new Sheet(
        "",
        List.copyOf(options.keySet()),
        0,
        Set.of(),
        options.getOrDefault(WRITE_INS, -1),
        List.of(),
        papers);
  }

  private static Paper.Place place(String cell, Map<String, Integer> options) {
    if (cell.isBlank()) return Paper.Place.EMPTY;
    if (cell.equals("*OVERVOTE*")) return Paper.Place.OVERVOTE;
    List<Integer> marks = new ArrayList<>();
    for (String mark : cell.split("\\|")) {
      String name = mark.strip();
      if (name.isEmpty()) continue;
      if (name.equals("*UWI*")) name = WRITE_INS;
      int option = options.computeIfAbsent(name, n -> options.size());
      if (!marks.contains(option)) marks.add(option);
    }
    return new Paper.Place(marks, false);
  }

  static long number(Csv.Row row, int cell, long most) {
    String text = row.cells().get(cell).strip();
    if (!text.matches("[0-9]{1,15}") || Long.parseLong(text) > most) {
      throw new Malformed(
          "line %d, cell %d: expected a whole number up to %d, found %s"
              .formatted(row.line(), cell + 1, most, text.length() > 40 ? "too much" : text));
    }
    return Long.parseLong(text);
  }
}
