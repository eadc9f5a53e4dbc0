package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import veche.tally.Paper;
import veche.view.Json;
import veche.wire.Malformed;

/// A configuration of RCTab 1.3 or 2.0 (Universal RCV Tabulator, "config file documentation"): who
/// stands, where the cast vote records lie and how they are to be read, and the rules, in our
/// names. Sources: `cdf` (JSON or XML), `genericCsv` (a rank for each candidate), `ess` (a
/// candidate for each rank; CSV or XLSX), and [Dominion], [Hart] and [ClearBallot]. Names of rules
/// and sources that older versions wrote are understood.
///
/// @param sheet all ballots of all sources
/// @param rule the name of the rule in [veche.tally.Rules]
/// @param options for the ballot policy and the rule, by RCTab's names
/// @param occasion what reports tell beside the count
public record Rctab(
    Sheet sheet, String rule, int seats, Map<String, String> options, Occasion occasion) {
  private static final int MOST_COLUMNS = 2_000;
  private static final long LARGEST = 1L << 28;

  /// The rules that a count knows; a configuration has texts and labels beside them.
  private static final List<String> RULES =
      List.of(
          "tiebreakMode",
          "overvoteRule",
          "winnerElectionMode",
          "randomSeed",
          "numberOfWinners",
          "multiSeatBottomsUpPercentageThreshold",
          "decimalPlacesForVoteArithmetic",
          "minimumVoteThreshold",
          "maxSkippedRanksAllowed",
          "maxRankingsAllowed",
          "nonIntegerWinningThreshold",
          "doesFirstRoundDetermineThreshold",
          "hareQuota",
          "batchElimination",
          "continueUntilTwoCandidatesRemain",
          "stopTabulationEarlyAfterRound",
          "exhaustOnDuplicateCandidate");

  public Rctab {
    options = Map.copyOf(options);
  }

  /// What a source calls the options.
  interface Names {
    int of(String name, String where);

    boolean knows(String name);

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
    public boolean knows(String name) {
      return byName.containsKey(name);
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
    JsonNode rules = all.path("rules");
    List<Paper> papers = new ArrayList<>();
    int number = 0;
    for (JsonNode source : all.path("cvrFileSources")) {
      String where = "cvrFileSources[" + number++ + "]";
      papers.addAll(source(source, rules, where, folder, candidates));
    }
    if (number == 0) throw new Malformed("cvrFileSources: expected at least one");
    int seats = (int) Math.min(100_000, Math.max(0, rules.path("numberOfWinners").asLong(1)));
    String mode = mode(rules.path("winnerElectionMode").asText(), seats);
    Map<String, String> options = new LinkedHashMap<>();
    for (String name : RULES) {
      String value = rules.path(name).asText().strip();
      if (!value.isEmpty()) options.put(name, value);
    }
    options.put("winnerElectionMode", mode);
    if (rules.path("winnerElectionMode").asText().startsWith("singleSeatContinue")) {
      options.put("continueUntilTwoCandidatesRemain", "true");
    }
    options.computeIfPresent("overvoteRule", (k, label) -> overvotes(label));
    Sheet sheet =
        new Sheet(
            all.path("outputSettings").path("contestName").asText(),
            candidates.names,
            seats,
            withdrawn,
            candidates.writeIn,
            List.of(),
            papers);
    JsonNode told = all.path("outputSettings");
    Occasion occasion =
        new Occasion(
            told.path("contestName").asText(),
            told.path("contestJurisdiction").asText(),
            told.path("contestOffice").asText(),
            told.path("contestDate").asText(),
            "");
    return new Rctab(sheet, rule(mode), seats, options, occasion);
  }

  /// What version 2 calls the mode.
  private static String mode(String label, int seats) {
    return switch (label) {
      case "", "standard" ->
          seats > 1 ? "multiWinnerAllowMultipleWinnersPerRound" : "singleWinnerMajority";
      case "Single-winner majority determines winner",
          "standardSingleWinner",
          "singleSeatContinueUntilTwoCandidatesRemain" ->
          "singleWinnerMajority";
      case "Multi-pass IRV",
          "multiSeatSequentialWinnerTakesAll",
          "multiSeatSequentialWinnerTakesAllInstantRunoff" ->
          "multiPassIrv";
      case "Bottoms-up", "multiSeatBottomsUpUntilNWinners" -> "bottomsUp";
      case "multiSeatBottomsUp" -> seats == 0 ? "bottomsUpUsingPercentageThreshold" : "bottomsUp";
      case "Bottoms-up using percentage threshold", "multiSeatBottomsUpUsingPercentageThreshold" ->
          "bottomsUpUsingPercentageThreshold";
      case "Multi-winner allow only one winner per round", "multiSeatAllowOnlyOneWinnerPerRound" ->
          "multiWinnerAllowOnlyOneWinnerPerRound";
      case "Multi-winner allow multiple winners per round",
          "multiSeatAllowMultipleWinnersPerRound",
          "standardMultiWinner" ->
          "multiWinnerAllowMultipleWinnersPerRound";
      default -> label;
    };
  }

  private static String overvotes(String label) {
    return switch (label) {
      case "Exhaust immediately" -> "exhaustImmediately";
      case "Always skip to next rank" -> "alwaysSkipToNextRank";
      case "Exhaust if multiple continuing" -> "exhaustIfMultipleContinuing";
      default -> label;
    };
  }

  private static String rule(String mode) {
    return switch (mode) {
      case "singleWinnerMajority" -> "irv";
      case "multiPassIrv" -> "sequential-irv";
      case "bottomsUp" -> "bottoms-up";
      case "bottomsUpUsingPercentageThreshold" -> "bottoms-up-percentage";
      case "multiWinnerAllowMultipleWinnersPerRound", "multiWinnerAllowOnlyOneWinnerPerRound" ->
          "stv-fractional";
      default -> throw new Malformed("rules.winnerElectionMode: " + mode + " is not known");
    };
  }

  private static List<Paper> source(
      JsonNode source, JsonNode rules, String where, Path folder, Candidates candidates)
      throws IOException {
    String provider = source.path("provider").asText().strip();
    String contest = source.path("contestId").asText().strip();
    Source labels = Source.of(source, rules);
    boolean archive = Set.of("dominion", "hart").contains(provider.toLowerCase(Locale.ROOT));
    Path file = at(source.path("filePath").asText().strip(), where, folder, archive);
    String name = file.getFileName().toString();
    try {
      return switch (provider.toLowerCase(Locale.ROOT)) {
        case "cdf" -> Cdf.read(file, contest, labels, candidates);
        case "genericcsv", "csv" -> ranks(source, where, Csv.read(text(file)), labels, candidates);
        case "ess", "es&s" ->
            places(
                source,
                where,
                name.toLowerCase(Locale.ROOT).endsWith(".xlsx")
                    ? Xlsx.read(file)
                    : Csv.read(text(file)),
                labels,
                candidates);
        case "clearballot", "clear ballot" ->
            ClearBallot.read(Csv.read(text(file)), contest, labels, candidates);
        case "dominion" -> Dominion.read(file, contest, labels, candidates);
        case "hart" -> Hart.read(file, contest, labels, candidates);
        default ->
            throw new Malformed(
                where
                    + ".provider: expected cdf, clearBallot, dominion, ess, genericCsv or hart,"
                    + " found \""
                    + shortened(provider)
                    + "\"");
      };
    } catch (MalformedInputException e) {
      throw new Malformed(name + ": expected UTF-8");
    } catch (Malformed e) {
      throw new Malformed(name + ": " + e.getMessage());
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST) throw new Malformed("larger than " + LARGEST + " bytes");
    return Files.readString(file);
  }

  /// The file where the configuration has it, or beside the configuration: they travel together.
  private static Path at(String path, String where, Path folder, boolean archive) {
    List<Path> tried = new ArrayList<>();
    try {
      tried.add(folder.resolve(path));
      Path last = Path.of(path).getFileName();
      if (last != null) tried.add(folder.resolve(last));
    } catch (InvalidPathException e) {
      throw new Malformed(where + ".filePath: expected a path");
    }
    if (archive) tried.add(folder);
    for (Path file : tried) {
      if (archive ? Files.isDirectory(file) : Files.isRegularFile(file)) return file.normalize();
    }
    throw new Malformed(
        where + ".filePath: no such " + (archive ? "folder " : "file ") + shortened(path));
  }

  /// A column for each candidate, in its cells the rank.
  private static List<Paper> ranks(
      JsonNode source, String where, List<Csv.Row> rows, Source labels, Candidates candidates) {
    int first = column(source, where, "firstVoteColumnIndex");
    int row = (int) Math.max(2, source.path("firstVoteRowIndex").asLong(2));
    if (rows.isEmpty()) throw new Malformed("line 1: expected the names of the columns");
    List<String> header = rows.getFirst().cells();
    List<Paper> out = new ArrayList<>();
    for (Csv.Row r : rows.subList(Math.min(rows.size(), row - 1), rows.size())) {
      TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
      for (int c = first; c < Math.min(header.size(), r.cells().size()); c++) {
        String cell = r.cells().get(c).strip();
        if (cell.isEmpty()) continue;
        if (!cell.matches("[0-9]{1,3}")) {
          throw new Malformed(
              "line %d, cell %d: expected a rank, found \"%s\""
                  .formatted(r.line(), c + 1, shortened(cell)));
        }
        int rank = Integer.parseInt(cell);
        if (rank == 0) continue;
        String heading = "line 1, cell " + (c + 1);
        int option = labels.option(header.get(c).strip(), "", heading, candidates);
        byRank.computeIfAbsent(rank, k -> new ArrayList<>()).add(option);
      }
      out.add(paper(byRank, rank -> false));
    }
    return out;
  }

  /// A column for each place on the ballot, in its cells the candidate.
  private static List<Paper> places(
      JsonNode source, String where, List<Csv.Row> rows, Source labels, Candidates candidates) {
    int first = column(source, where, "firstVoteColumnIndex");
    int row = (int) Math.max(1, source.path("firstVoteRowIndex").asLong(1));
    String delimiter = labels.delimiter();
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
        } else if (labels.skipped(cell)) {
          places.add(Paper.Place.EMPTY);
        } else if (labels.overvote(cell)) {
          places.add(Paper.Place.OVERVOTE);
        } else {
          List<Integer> marks = new ArrayList<>();
          for (String part :
              delimiter.isEmpty() ? new String[] {cell} : cell.split(Pattern.quote(delimiter))) {
            String cellAt = "line %d, cell %d".formatted(r.line(), c + 1);
            int option = labels.option(part.strip(), "", cellAt, candidates);
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
  ///
  /// @param unknown the ranks with an overvote whose marks the file does not tell
  static Paper paper(TreeMap<Integer, List<Integer>> byRank, IntPredicate unknown) {
    List<Paper.Place> places = new ArrayList<>();
    for (Map.Entry<Integer, List<Integer>> rank : byRank.entrySet()) {
      boolean over = unknown.test(rank.getKey());
      if (!over && rank.getValue().isEmpty()) continue;
      while (places.size() < rank.getKey() - 1) places.add(Paper.Place.EMPTY);
      places.add(over ? Paper.Place.OVERVOTE : new Paper.Place(rank.getValue(), false));
    }
    return new Paper(1, places);
  }
}
