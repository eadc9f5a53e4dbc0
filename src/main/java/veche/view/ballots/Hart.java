package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import veche.tally.Paper;
import veche.wire.Malformed;

/// Hart Verity's archive of cast vote records: a folder with an XML file for each ballot. An option
/// has a string of digits, one for each rank, 1 where it is marked: `0100` is a second choice.
final class Hart {
  private static final int MOST_RANKS = 1_000;

  private Hart() {}

  static List<Paper> read(Path folder, String contest, Source source, Rctab.Names names)
      throws IOException {
    if (contest.isEmpty()) throw new Malformed("contestId: expected the id of a contest");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Hart::record).sorted().toList();
    }
    if (files.isEmpty()) throw new Malformed("expected XML files, one for each ballot");
    List<Paper> papers = new ArrayList<>();
    for (Path file : files) {
      String where = file.getFileName().toString();
      try {
        Cdf.each(
            file,
            "Contests",
            contests -> {
              for (JsonNode c : Cdf.list(contests, "Contest")) {
                if (contest.equals(Cdf.text(c, "Id"))) papers.add(paper(c, source, names));
              }
            });
      } catch (Malformed e) {
        throw new Malformed(where + ": " + e.getMessage());
      }
    }
    return papers;
  }

  /// Signatures lie beside the records.
  private static boolean record(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".xml") && !name.endsWith(".sig.xml") && Files.isRegularFile(file);
  }

  private static Paper paper(JsonNode contest, Source source, Rctab.Names names) {
    TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
    for (JsonNode options : Cdf.list(contest, "Options")) {
      for (JsonNode option : Cdf.list(options, "Option")) {
        String value = Cdf.text(option, "Value");
        if (!value.matches("[01]*") || value.length() > MOST_RANKS) {
          throw new Malformed("Option.Value: expected 0 or 1 for each rank");
        }
        String id = Cdf.text(option, "Id");
        for (int rank = 1; rank <= value.length(); rank++) {
          if (value.charAt(rank - 1) == '0') continue;
          List<Integer> marks = byRank.computeIfAbsent(rank, r -> new ArrayList<>());
          int who = source.option(id, Cdf.text(option, "Name"), "contest", names);
          if (!marks.contains(who)) marks.add(who);
        }
      }
    }
    return Rctab.paper(byRank, rank -> false);
  }
}
