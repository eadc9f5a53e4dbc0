package veche.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import veche.election.Contest;
import veche.election.Style;
import veche.tally.Profile;
import veche.tally.Tally;
import veche.view.ballots.Counting;
import veche.view.ballots.Formats;
import veche.view.ballots.Sheet;
import veche.wire.Malformed;

/// Real rankings to be replayed: a file in any format of [Formats] as the ballot policy of its rule
/// reads it, each paper a ranking without gaps or equal places. Undeclared write-ins together are
/// one of the options, as in the file.
///
/// @param contest the question that takes such rankings
/// @param rankings every paper, as option positions
/// @param counted what the rule makes of the file itself, with ties in the file's order
record RankedFile(Contest contest, List<List<Integer>> rankings, Tally counted) {
  private static final int MOST = 1_000_000;
  private static final Set<String> POLICY =
      Set.of(
          "overvoteRule",
          "maxSkippedRanksAllowed",
          "maxRankingsAllowed",
          "exhaustOnDuplicateCandidate");

  /// @param seats 0 for those of the file
  static RankedFile read(
      Path file, String format, String rule, int seats, Map<String, String> options)
      throws IOException {
    if (!Files.isRegularFile(file)) throw new Malformed(file + ": no such file");
    if (!Contest.RANKED_RULES.contains(rule)) {
      throw new Malformed(
          "--rule: expected one of " + new java.util.TreeSet<>(Contest.RANKED_RULES));
    }
    Sheet sheet = sheet(file, format);
    if (!sheet.withdrawn().isEmpty()) throw new Malformed("ballots: some options have withdrawn");
    int places = seats > 0 ? seats : Math.max(1, sheet.seats());
    Counting counting = new Counting(rule, places, options, List.of(), Optional.empty(), List.of());
    Counting.Counted counted = counting.count(sheet);
    Profile profile = counted.profile();
    if (profile.hasEqualRanks()) throw new Malformed("ballots: some rank options equally");
    if (profile.total() > MOST) throw new Malformed("ballots: expected at most " + MOST);
    List<List<Integer>> rankings = new ArrayList<>();
    for (int b = 0; b < profile.size(); b++) {
      List<Integer> ranking = profile.ranks(b).stream().map(List::getFirst).toList();
      for (long i = 0; i < profile.weight(b); i++) rankings.add(ranking);
    }
    int longest = rankings.stream().mapToInt(List::size).max().orElse(1);
    return new RankedFile(
        contest(sheet, rule, places, Math.max(1, longest), counted.terms().parameters()),
        rankings,
        counted.tally());
  }

  private static Sheet sheet(Path file, String format) throws IOException {
    List<veche.tally.Paper> read = new ArrayList<>();
    if (!format.equals("blt")) return Formats.read(format, file);
    Sheet sheet = Formats.blt(file, false, options -> read::add);
    return sheet.with(read);
  }

  private static Contest contest(
      Sheet sheet, String rule, int seats, int hi, Map<String, String> parameters) {
    parameters.keySet().stream()
        .filter(POLICY::contains)
        .findFirst()
        .ifPresent(
            p -> {
              throw new IllegalStateException("a ballot policy among the rule's parameters: " + p);
            });
    List<Contest.Option> options =
        IntStream.range(0, sheet.names().size())
            .mapToObj(
                j -> {
                  String name = sheet.names().get(j);
                  return new Contest.Option(
                      "c" + (j + 1), Coalition.texts(name, name), Coalition.texts("", ""), "");
                })
            .toList();
    return new Contest(
        "replay",
        Style.Kind.RANKED,
        Coalition.texts("Повтор настоящих бюллетеней", "Replay of real ballots"),
        options,
        0,
        hi,
        true,
        rule,
        parameters,
        seats,
        List.of(),
        List.of(),
        "drawn-order",
        "all");
  }
}
