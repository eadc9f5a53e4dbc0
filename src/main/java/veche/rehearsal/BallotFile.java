package veche.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import veche.view.ballots.Formats;
import veche.view.ballots.Sheet;
import veche.wire.Malformed;

/// Real ballots to be replayed, in any format of [Formats]. Marks are read as approvals: every
/// option that a voter marked without doubt; undeclared write-ins are none of the options.
///
/// @param names the options
/// @param papers the papers, each the positions marked, and how often it occurs
record BallotFile(List<String> names, List<Paper> papers) {
  private static final long MOST = 10_000_000;

  record Paper(List<Integer> approved, int weight) {}

  BallotFile {
    names = List.copyOf(names);
    papers = List.copyOf(papers);
  }

  long total() {
    return papers.stream().mapToLong(Paper::weight).sum();
  }

  static BallotFile read(Path file, String format) throws IOException {
    if (!Files.isRegularFile(file)) throw new Malformed(file + ": no such file");
    List<veche.tally.Paper> read = new ArrayList<>();
    Sheet sheet =
        format.startsWith("blt")
            ? Formats.blt(file, format.equals("blt-approval"), options -> read::add)
            : Formats.read(format, file);
    read.addAll(sheet.papers());
    if (sheet.marks() > 1) throw new Malformed("--format: expected marks for options, not scores");
    int writeIns = sheet.writeIns();
    List<String> names = new ArrayList<>(sheet.names());
    if (writeIns >= 0) names.remove(writeIns);
    List<Paper> papers = new ArrayList<>();
    long total = 0;
    for (veche.tally.Paper paper : read) {
      List<Integer> approved = new ArrayList<>();
      for (veche.tally.Paper.Place place : paper.places()) {
        for (int option : place.options()) {
          if (option == writeIns) continue;
          int at = writeIns >= 0 && option > writeIns ? option - 1 : option;
          if (!approved.contains(at)) approved.add(at);
        }
      }
      total = Math.addExact(total, paper.weight());
      if (total > MOST) throw new Malformed("ballots: expected at most " + MOST);
      papers.add(new Paper(List.copyOf(approved), (int) paper.weight()));
    }
    return new BallotFile(names, papers);
  }
}
