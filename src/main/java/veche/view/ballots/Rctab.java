package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import veche.tally.Paper;
import veche.view.Json;
import veche.wire.Malformed;

/// A configuration of RCTab 1.3 or 2.0 (Universal RCV Tabulator, "config file documentation"): who
/// stands, where the cast vote records lie and how they are to be read, and the rules, in our
/// names. Sources: `cdf` (JSON or XML), `genericCsv` (a rank for each candidate) and `ess` (a
/// candidate for each rank; CSV or XLSX). Others (Dominion, Hart, Clear Ballot) are refused by
/// name.
///
/// @param sheet all ballots of all sources
/// @param rule the name of the rule in [veche.tally.Rules]
/// @param options for the ballot policy and the rule, by RCTab's names
public record Rctab(Sheet sheet, String rule, int seats, Map<String, String> options) {
  private static final int MOST_COLUMNS = 2_000;

  public Rctab {
    options = Map.copyOf(options);
  }

  /// What a source calls the options.
  interface Names {
    int of(String name, String where);

    int writeIn();
  }

  private static final class Candidates implements Names {
    private final Map<String, Integer> byName = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private int writeIn = -1;

    @Override
    public int of(String name, String where) {
      Integer option = byName.get(name);
      if (option == null) {
        throw new Malformed(where + ": no candidate is named \"" + shortened(name) + "\"");
      }
      return option;
    }

    @Override
    public int writeIn() {
      if (writeIn < 0) {
        writeIn = names.size();
        names.add(Cvr.WRITE_INS);
      }
      return writeIn;
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /// @param folder where the sources lie if their paths are relative
  public static Rctab read(String config, Path folder) throws IOException {
    JsonNode all = Json.read(config);
    Candidates candidates = new Candidates();
    Set<Integer> withdrawn = new HashSet<>();
    for (JsonNode c : all.path("candidates")) {
      int option = candidates.names.size();
      String name = c.path("name").asText().strip();
      if (name.isEmpty()) throw new Malformed("candidates[" + option + "].name: expected a name");
      candidates.names.add(name);
      List<String> known = new ArrayList<>(List.of(name));
      c.path("aliases").forEach(alias -> known.add(alias.asText().strip()));
      if (c.hasNonNull("code")) known.add(c.path("code").asText().strip());
      for (String alias : known) {
        Integer before = alias.isEmpty() ? null : candidates.byName.put(alias, option);
        if (before != null && before != option) {
          throw new Malformed("candidates[" + option + "]: \"" + alias + "\" names two");
        }
      }
      if (c.path("excluded").asBoolean()) withdrawn.add(option);
    }
    if (candidates.names.isEmpty()) throw new Malformed("candidates: expected at least one");
    List<Paper> papers = new ArrayList<>();
    int number = 0;
    for (JsonNode source : all.path("cvrFileSources")) {
      String where = "cvrFileSources[" + number++ + "]";
      String path = source.path("filePath").asText();
      Path file = folder.resolve(path);
      if (!Files.isRegularFile(file)) file = folder.resolve(Path.of(path).getFileName());
      if (!Files.isRegularFile(file)) {
        throw new Malformed(where + ".filePath: no such file " + path);
      }
      papers.addAll(source(source, where, file, candidates));
    }
    JsonNode rules = all.path("rules");
    String mode = rules.path("winnerElectionMode").asText("singleWinnerMajority");
    Map<String, String> options = new LinkedHashMap<>();
    rules.fields().forEachRemaining(f -> options.put(f.getKey(), f.getValue().asText()));
    options.values().removeIf(String::isEmpty);
    options.remove("rulesDescription");
    options.remove("treatBlankAsUndeclaredWriteIn");
    int seats = (int) Math.min(100_000, Math.max(0, rules.path("numberOfWinners").asLong(1)));
    Sheet sheet =
        new Sheet(
            all.path("outputSettings").path("contestName").asText(),
            candidates.names,
            seats,
            withdrawn,
            candidates.writeIn,
            List.of(),
            papers);
    return new Rctab(sheet, rule(mode), seats, options);
  }

  private static String rule(String mode) {
    return switch (mode) {
      case "singleWinnerMajority", "standardSingleWinner" -> "irv";
      case "multiPassIrv" -> "sequential-irv";
      case "bottomsUp" -> "bottoms-up";
      case "bottomsUpUsingPercentageThreshold" -> "bottoms-up-percentage";
      case "multiWinnerAllowMultipleWinnersPerRound",
          "multiWinnerAllowOnlyOneWinnerPerRound",
          "standardMultiWinner" ->
          "stv-fractional";
      default -> throw new Malformed("rules.winnerElectionMode: " + mode + " is not known");
    };
  }

  private static List<Paper> source(JsonNode source, String where, Path file, Candidates candidates)
      throws IOException {
    String provider = source.path("provider").asText();
    String name = file.getFileName().toString();
    try {
      return switch (provider) {
        case "cdf" -> Cdf.read(file, source.path("contestId").asText().strip(), candidates);
        case "genericCsv" -> ranks(source, where, Csv.read(Files.readString(file)), candidates);
        case "ess" ->
            places(
                source,
                where,
                name.endsWith(".xlsx") ? Xlsx.read(file) : Csv.read(Files.readString(file)),
                candidates);
        default ->
            throw new Malformed(
                where
                    + ".provider: expected cdf, genericCsv or ess, found \""
                    + shortened(provider)
                    + "\"");
      };
    } catch (MalformedInputException e) {
      throw new Malformed(name + ": expected UTF-8");
    } catch (Malformed e) {
      throw new Malformed(name + ": " + e.getMessage());
    }
  }

  /// A column for each candidate, in its cells the rank.
  private static List<Paper> ranks(
      JsonNode source, String where, List<Csv.Row> rows, Candidates candidates) {
    int first = column(source, where, "firstVoteColumnIndex");
    int row = (int) Math.max(2, source.path("firstVoteRowIndex").asLong(2));
    String writeIn = source.path("undeclaredWriteInLabel").asText();
    if (rows.isEmpty()) throw new Malformed("line 1: expected the names of the columns");
    List<String> header = rows.getFirst().cells();
    List<Paper> out = new ArrayList<>();
    for (Csv.Row r : rows.subList(Math.min(rows.size(), row - 1), rows.size())) {
      TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
      for (int c = first; c < Math.min(header.size(), r.cells().size()); c++) {
        String cell = r.cells().get(c).strip();
        if (cell.isEmpty()) continue;
        if (!cell.matches("[0-9]{1,4}")) {
          throw new Malformed(
              "line %d, cell %d: expected a rank, found \"%s\""
                  .formatted(r.line(), c + 1, shortened(cell)));
        }
        int rank = Integer.parseInt(cell);
        if (rank == 0) continue;
        String name = header.get(c).strip();
        int option =
            !writeIn.isEmpty() && name.equals(writeIn)
                ? candidates.writeIn()
                : candidates.of(name, "line 1, cell " + (c + 1));
        byRank.computeIfAbsent(rank, k -> new ArrayList<>()).add(option);
      }
      out.add(paper(1, byRank));
    }
    return out;
  }

  /// A column for each place on the ballot, in its cells the candidate.
  private static List<Paper> places(
      JsonNode source, String where, List<Csv.Row> rows, Candidates candidates) {
    int first = column(source, where, "firstVoteColumnIndex");
    int row = (int) Math.max(1, source.path("firstVoteRowIndex").asLong(1));
    String delimiter = source.path("overvoteDelimiter").asText();
    String overvote = source.path("overvoteLabel").asText();
    String skipped = source.path("skippedRankLabel").asText();
    String writeIn = source.path("undeclaredWriteInLabel").asText();
    boolean blankWriteIn = source.path("treatBlankAsUndeclaredWriteIn").asBoolean();
    int width = rows.stream().mapToInt(r -> r.cells().size()).max().orElse(0);
    List<Paper> out = new ArrayList<>();
    for (Csv.Row r : rows) {
      if (r.line() < row) continue;
      List<Paper.Place> places = new ArrayList<>();
      for (int c = first; c < width; c++) {
        String cell = c < r.cells().size() ? r.cells().get(c).strip() : "";
        if (cell.isEmpty()) {
          places.add(blankWriteIn ? Paper.Place.of(candidates.writeIn()) : Paper.Place.EMPTY);
        } else if (cell.equals(skipped)) {
          places.add(Paper.Place.EMPTY);
        } else if (cell.equals(overvote)) {
          places.add(Paper.Place.OVERVOTE);
        } else {
          List<Integer> marks = new ArrayList<>();
          for (String part :
              delimiter.isEmpty() ? new String[] {cell} : cell.split(Pattern.quote(delimiter))) {
            String name = part.strip();
            int option =
                name.equals(writeIn)
                    ? candidates.writeIn()
                    : candidates.of(name, "line %d, cell %d".formatted(r.line(), c + 1));
            if (!marks.contains(option)) marks.add(option);
          }
          places.add(new Paper.Place(marks, false));
        }
      }
      out.add(new Paper(1, places));
    }
    return out;
  }

  private static int column(JsonNode source, String where, String field) {
    String text = source.path(field).asText();
    if (text.matches("[A-Za-z]{1,2}")) return Xlsx.column(text.toUpperCase(java.util.Locale.ROOT));
    if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST_COLUMNS) {
      throw new Malformed(where + "." + field + ": expected a column from 1, found " + text);
    }
    return Integer.parseInt(text) - 1;
  }

  /// Marks by rank, as they stand on the paper: missing ranks are empty places.
  static Paper paper(long weight, TreeMap<Integer, List<Integer>> byRank) {
    List<Paper.Place> places = new ArrayList<>();
    for (Map.Entry<Integer, List<Integer>> rank : byRank.entrySet()) {
      while (places.size() < rank.getKey() - 1) places.add(Paper.Place.EMPTY);
      places.add(new Paper.Place(rank.getValue(), false));
    }
    return new Paper(weight, places);
  }
}
