package veche.record;

import java.util.List;
import veche.election.Contest;
import veche.tally.Vote;

/// protocol §11: every opened ballot of ranked contests in the order of the last mix, as rows of a
/// table that programs read: contest, place from 1, status, option ids from the first to the last.
public final class Opened {
  private static final String HEAD = "contest,place,status,ranking\n";

  private Opened() {}

  /// @param contests positions in the draft; those of sums have no rows
  public static String rows(Record record, List<Integer> contests) {
    StringBuilder out = new StringBuilder(HEAD);
    for (int k : contests) {
      List<Vote> votes = record.openings().orElseThrow().votes(k).orElse(List.of());
      Contest of = record.draft().contests().get(k);
      for (int i = 0; i < votes.size(); i++) {
        Vote vote = votes.get(i);
        out.append(of.id()).append(',').append(i + 1).append(',').append(vote.status().id());
        out.append(',');
        out.append(String.join(" ", vote.ranking().stream().map(of.optionIds()::get).toList()));
        out.append('\n');
      }
    }
    return out.toString();
  }

  /// The number of the first line that is not what the record gives for the contests the table
  /// speaks of; 0 where all are.
  static int differs(Record record, String table) {
    List<String> ids = record.draft().contests().stream().map(Contest::id).toList();
    List<Integer> named =
        table
            .lines()
            .skip(1)
            .map(line -> ids.indexOf(line.replaceFirst(",.*", "")))
            .filter(k -> k >= 0)
            .distinct()
            .toList();
    List<String> mine = rows(record, named).lines().toList();
    List<String> theirs = table.lines().toList();
    for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
      if (i >= mine.size() || i >= theirs.size() || !mine.get(i).equals(theirs.get(i))) {
        return i + 1;
      }
    }
    return 0;
  }
}
