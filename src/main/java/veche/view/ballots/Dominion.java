package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import veche.tally.Paper;
import veche.wire.Malformed;

/// Dominion Democracy Suite, "CVR export file format": a folder with `ContestManifest.json`,
/// `CandidateManifest.json` and the records in `CvrExport.json` or in many `CvrExport_N.json`. A
/// session that is not current counts as it was adjudicated (`Modified`), or not at all; ambiguous
/// marks are no marks.
final class Dominion {
  private static final int HIGHEST_RANK = 1_000;

  private Dominion() {}

  static List<Paper> read(Path folder, String contest, Source source, Rctab.Names names)
      throws IOException {
    Map<String, String> candidates = new HashMap<>();
    Cdf.each(
        manifest(folder, "CandidateManifest.json"),
        "List",
        c -> candidates.put(c.path("Id").asText(), c.path("Description").asText().strip()));
    List<String> contests = new ArrayList<>();
    Cdf.each(
        manifest(folder, "ContestManifest.json"),
        "List",
        c -> {
          String id = c.path("Id").asText();
          if (contest.isEmpty() || contest.equals(id)) contests.add(id);
        });
    if (contests.size() != 1) {
      throw new Malformed(
          contests.isEmpty()
              ? "ContestManifest.json: no contest has the id \"" + contest + "\""
              : "ContestManifest.json: " + contests.size() + " contests; which one is counted?");
    }
    List<Paper> papers = new ArrayList<>();
    for (Path file : exports(folder)) {
      try {
        Cdf.each(
            file,
            "Sessions",
            session -> session(session, contests.getFirst(), candidates, source, names, papers));
      } catch (Malformed e) {
        throw new Malformed(file.getFileName() + ": " + e.getMessage());
      }
    }
    return papers;
  }

  private static Path manifest(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) throw new Malformed("expected the file " + name);
    return file;
  }

  private static List<Path> exports(Path folder) throws IOException {
    Path single = folder.resolve("CvrExport.json");
    if (Files.isRegularFile(single)) return List.of(single);
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> out =
          all.filter(f -> f.getFileName().toString().matches("CvrExport_[0-9]{1,9}\\.json"))
              .sorted(
                  Comparator.comparing((Path f) -> f.getFileName().toString().length())
                      .thenComparing(f -> f.getFileName().toString()))
              .toList();
      if (out.isEmpty())
        throw new Malformed("expected the file CvrExport.json or CvrExport_1.json");
      return out;
    }
  }

  private static void session(
      JsonNode session,
      String contest,
      Map<String, String> candidates,
      Source source,
      Rctab.Names names,
      List<Paper> papers) {
    JsonNode record = session.path("Original");
    if (!record.path("IsCurrent").asBoolean(true)) record = session.path("Modified");
    for (JsonNode card : record.has("Cards") ? record.path("Cards") : List.of(record)) {
      for (JsonNode c : card.path("Contests")) {
        if (!c.path("Id").asText().equals(contest)) continue;
        TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
        String where = "record " + session.path("RecordId").asText();
        boolean[] unknown = new boolean[HIGHEST_RANK + 1];
        for (JsonNode mark : c.path("Marks")) {
          if (mark.path("IsAmbiguous").asBoolean()) continue;
          int rank = mark.path("Rank").asInt(1);
          if (rank < 1 || rank > HIGHEST_RANK) {
            throw new Malformed(where + ": Rank: expected 1 to " + HIGHEST_RANK);
          }
          String id = mark.path("CandidateId").asText();
          List<Integer> marks = byRank.computeIfAbsent(rank, r -> new ArrayList<>());
          if (source.overvote(id)) unknown[rank] = true;
          else add(marks, source.option(id, candidates.getOrDefault(id, ""), where, names));
        }
        papers.add(Rctab.paper(byRank, rank -> unknown[rank]));
      }
    }
  }

  private static void add(List<Integer> marks, int option) {
    if (!marks.contains(option)) marks.add(option);
  }
}
