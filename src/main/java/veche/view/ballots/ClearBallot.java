package veche.view.ballots;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import veche.tally.Paper;
import veche.wire.Malformed;

/// Clear Ballot 2.1, "RCV format": a table whose first ten columns tell of the sheet and each
/// further column of one option at one rank, `Choice_6_1:Contest:1:Number of Winners 1:Name:NON`,
/// with 1 in its cells where it is marked.
final class ClearBallot {
  private static final int FIRST_CHOICE = 10;
  private static final int FIELDS = 6;
  private static final int HIGHEST_RANK = 1_000;

  private record Choice(int column, int rank, int option) {}

  private ClearBallot() {}

  static List<Paper> read(List<Csv.Row> rows, String contest, Source source, Rctab.Names names) {
    if (rows.isEmpty() || rows.getFirst().cells().size() <= FIRST_CHOICE) {
      throw new Malformed(
          "line 1: expected columns RowNumber, BoxID, … and the choices after them");
    }
    List<String> header = rows.getFirst().cells();
    List<Choice> choices = new ArrayList<>();
    for (int c = FIRST_CHOICE; c < header.size(); c++) {
      String where = "line 1, cell " + (c + 1);
      String[] fields = header.get(c).split(":", -1);
      if (fields.length != FIELDS) {
        throw new Malformed(where + ": expected Choice:contest:rank:rule:name:party");
      }
      if (!fields[1].strip().equals(contest)) continue;
      if (!fields[2].strip().matches("[1-9][0-9]{0,3}")
          || Integer.parseInt(fields[2].strip()) > HIGHEST_RANK) {
        throw new Malformed(where + ": expected a rank from 1 to " + HIGHEST_RANK);
      }
      int option = source.option(fields[4].strip(), "", where, names);
      choices.add(new Choice(c, Integer.parseInt(fields[2].strip()), option));
    }
    if (choices.isEmpty()) throw new Malformed("line 1: no choices of the contest " + contest);
    List<Paper> papers = new ArrayList<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
      for (Choice choice : choices) {
        if (choice.column >= row.cells().size()) {
          throw new Malformed(
              "line %d: expected %d cells, found %d"
                  .formatted(row.line(), header.size(), row.cells().size()));
        }
        if (Cvr.number(row, choice.column, 1) == 0) continue;
        List<Integer> marks = byRank.computeIfAbsent(choice.rank, r -> new ArrayList<>());
        if (!marks.contains(choice.option)) marks.add(choice.option);
      }
      papers.add(Rctab.paper(byRank, rank -> false));
    }
    return papers;
  }
}
