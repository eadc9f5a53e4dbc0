package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Rules;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.tally.endorse.Endorsement;
import veche.wire.Malformed;

/// counting §6: one expectation of one case folder, counted and compared as the cases' README says.
public final class Case {
  private static final Map<String, Profile.End> ENDS =
      Map.of(
          "exhaustedChoices", Profile.End.SHORT,
          "overvotes", Profile.End.OVERVOTE,
          "skippedRankings", Profile.End.SKIPPED,
          "repeatedRankings", Profile.End.DUPLICATE);

  private static final Set<String> ENDORSEMENTS =
      Set.of("simple-majority", "double-majority", "majority", "threshold", "k-of-n");

  private static final Set<String> PAIRWISE =
      Set.of(
          "schulze",
          "ranked-pairs",
          "minimax",
          "copeland",
          "kemeny-young",
          "condorcet-winner",
          "smith-set",
          "schwartz-set",
          "debian",
          "bucklin",
          "smith-irv",
          "benham",
          "tideman-alternative");

  private static final int MOST_LOTS = 500;
  private static final int HIGHEST_SCORE = 5;

  private final Path folder;
  private final JsonNode expected;
  private final JsonNode entry;

  /// The rule is not among [Rules].
  public static final class NotBuilt extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  public Case(Path folder, JsonNode expected, JsonNode entry) {
    this.folder = folder;
    this.expected = expected;
    this.entry = entry;
  }

  /// The first figure that differs, or empty.
  public Optional<String> judge() {
    String name = entry.path("rule").asText();
    if (expected.path("format").asText().equals("yes-no-counts")) return verdict(name);
    Counting.Counted counted = first();
    Optional<String> found = compare(counted.sheet(), counted.tally());
    boolean drawn = found.isPresent() && random() && drawn(counted).isPresent();
    return drawn ? Optional.empty() : found;
  }

  /// The entry counted; where the peer drew lots, with the lot that gives what it found.
  public Counting.Counted counted() {
    Counting.Counted first = first();
    boolean differs = random() && compare(first.sheet(), first.tally()).isPresent();
    return differs ? drawn(first).orElse(first) : first;
  }

  /// The ballots as the entry's policy reads them.
  public Profile profile() {
    return sheet().profile(policy());
  }

  private Counting.Counted first() {
    Rule rule = Rules.of(entry.path("rule").asText()).orElseThrow(NotBuilt::new);
    Sheet sheet = sheet();
    Terms terms = terms(sheet);
    Profile profile = sheet.profile(policy());
    return new Counting.Counted(sheet, terms, profile, rule.count(terms, profile));
  }

  private boolean random() {
    String mode = entry.path("options").path("tiebreakMode").asText().toLowerCase(Locale.ROOT);
    return mode.contains("random") || mode.contains("generate") || mode.contains("ask");
  }

  /// The peer drew lots from a generator of its own: one of the lots must give what it found.
  private Optional<Counting.Counted> drawn(Counting.Counted first) {
    Sheet sheet = first.sheet();
    Terms terms = first.terms();
    Rule rule = Rules.of(entry.path("rule").asText()).orElseThrow();
    Deque<List<Integer>> open = new ArrayDeque<>(others(terms.lot(), first.tally()));
    Set<List<Integer>> seen = new HashSet<>(open);
    for (int tries = 0; !open.isEmpty() && tries < MOST_LOTS; tries++) {
      List<Integer> lot = open.removeFirst();
      Terms other =
          new Terms(terms.options(), terms.seats(), terms.withdrawn(), lot, terms.parameters());
      Tally tally = rule.count(other, first.profile());
      if (compare(sheet, tally).isEmpty()) {
        return Optional.of(new Counting.Counted(sheet, other, first.profile(), tally));
      }
      for (List<Integer> next : others(lot, tally)) if (seen.add(next)) open.addLast(next);
    }
    return Optional.empty();
  }

  /// Lots in which one of the ties ends otherwise.
  private static List<List<Integer>> others(List<Integer> lot, Tally tally) {
    List<List<Integer>> out = new ArrayList<>();
    for (Tiebreak tie : tally.ties()) {
      if (tie.method() != Tiebreak.Method.LOT) continue;
      for (int option : tie.between()) {
        if (option == tie.chosen()) continue;
        List<Integer> next = new ArrayList<>(lot);
        next.remove((Integer) option);
        next.add(next.indexOf(tie.chosen()), option);
        out.add(next);
      }
    }
    return out;
  }

  private Optional<String> compare(Sheet sheet, Tally tally) {
    return winners(sheet, tally)
        .or(() -> ranking(sheet, tally))
        .or(() -> paths(sheet, tally))
        .or(() -> committees(sheet, tally))
        .or(() -> stages(sheet, tally));
  }

  private Optional<String> verdict(String rule) {
    if (!ENDORSEMENTS.contains(rule)) throw new NotBuilt();
    JsonNode options = entry.path("options");
    Endorsement endorsement =
        YesNo.endorsement(
            options.path("overall").asText("yes > no"),
            Optional.ofNullable(options.get("quorum")).map(JsonNode::asText),
            Optional.ofNullable(options.get("constituencies")).map(JsonNode::asText));
    Endorsement.Verdict verdict = endorsement.judge(YesNo.read(text()));
    boolean carried = entry.path("carried").asBoolean();
    if (carried != verdict.carried()) {
      return Optional.of("carried: expected " + carried + ", found " + verdict.carried());
    }
    Optional<String> differs =
        figure("overall.yes", entry.path("overall").path("yes"), verdict.all().yes())
            .or(() -> figure("overall.no", entry.path("overall").path("no"), verdict.all().no()))
            .or(() -> figure("for", entry.path("constituenciesFor"), verdict.bodiesFor()))
            .or(() -> figure("needed", entry.path("constituenciesNeeded"), verdict.bodiesNeeded()));
    if (differs.isPresent()) return differs;
    JsonNode majority = entry.path("overall").path("majority");
    return majority.isMissingNode() || majority.asBoolean() == verdict.tests().getFirst().holds()
        ? Optional.empty()
        : Optional.of("overall.majority: expected " + majority);
  }

  private static Optional<String> figure(String name, JsonNode wanted, long have) {
    return wanted.isMissingNode() || wanted.asLong() == have
        ? Optional.empty()
        : Optional.of(name + ": expected " + wanted + ", found " + have);
  }

  private String text() {
    try {
      return Files.readString(folder.resolve(expected.path("ballots").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Sheet sheet() {
    String format = expected.path("format").asText();
    if (Files.isRegularFile(folder.resolve("peer_config.json"))
        && expected.path("ballots").asText().startsWith("input")) {
      try {
        String config = Files.readString(folder.resolve("peer_config.json"));
        return Rctab.read(config, folder.resolve("input")).sheet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    String text = text();
    return switch (format) {
      case "blt" -> Blt.read(text, false);
      case "blt-approval" -> Blt.read(text, true);
      case "cvr-csv" -> Cvr.read(text, candidates());
      case "score-csv" ->
          Tables.scoresOfKnownScale(text, expected.path("scale").path(1).asInt(HIGHEST_SCORE));
      case "rank-table-csv" -> Tables.ranks(text);
      default -> throw new NotBuilt();
    };
  }

  private List<String> candidates() {
    List<String> out = new ArrayList<>();
    expected.path("candidates").forEach(n -> out.add(n.asText()));
    return out;
  }

  private Map<String, String> options() {
    Map<String, String> out = new LinkedHashMap<>();
    for (var f : (Iterable<Map.Entry<String, JsonNode>>) () -> entry.path("options").fields()) {
      out.put(f.getKey(), f.getValue().asText());
    }
    return out;
  }

  private Policy policy() {
    return Policy.of(options());
  }

  private Terms terms(Sheet sheet) {
    String rule = entry.path("rule").asText();
    List<String> order = new ArrayList<>();
    for (JsonNode n : expected.path("tiebreakOrder")) {
      if (!order.contains(n.asText())) order.add(n.asText());
    }
    List<String> withdrawn = new ArrayList<>();
    expected.path("withdrawn").forEach(n -> withdrawn.add(n.asText()));
    Map<String, String> parameters = options();
    if (rule.equals("stv-dynamic-quota")) parameters.clear();
    if (PAIRWISE.contains(rule)) parameters = compared(parameters);
    JsonNode arithmetic = entry.path("arithmetic");
    if (parameters.containsKey("equalRanks")) {
      boolean all = parameters.get("equalRanks").startsWith("all permutations");
      parameters.put("equalRanks", all ? "permutations" : "descent");
      parameters.remove("omega");
      if (arithmetic.path("arithmetic").asText().startsWith("rational")) {
        parameters.put("arithmetic", "rational");
        parameters.put("keepPlaces", "6");
      }
    }
    if (Set.of("wigm", "meek", "warren").contains(rule)) {
      for (String key : List.of("arithmetic", "precision", "guard", "display", "omega")) {
        if (arithmetic.has(key)) parameters.put(key, arithmetic.path(key).asText());
      }
    }
    int seats = expected.path("seats").asInt();
    return new Counting(rule, seats, parameters, order, Optional.empty(), withdrawn).terms(sheet);
  }

  /// Programs name the measure of a majority and the reading of unranked options each in its way,
  /// and describe what is no choice; the figures show whether this was understood.
  private static Map<String, String> compared(Map<String, String> given) {
    Map<String, String> out = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          String key = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
          String text = value.toLowerCase(Locale.ROOT);
          switch (key) {
            case "strength", "measure", "scoring", "pairwinscoring" ->
                out.put("strength", strength(text));
            case "unranked" ->
                out.put("unranked", text.matches("last|bottom|implicit.*|true") ? "last" : "none");
            case "secondorder" -> out.put("secondOrder", text);
            case "splitequalrankings", "splitequalranks" ->
                out.put("equalRanks", text.equals("true") ? "split" : "whole");
            case "equal", "equalranks", "default", "quorum", "majority" -> out.put(name, value);
            default -> {
              // a description
            }
          }
        });
    return out;
  }

  private static String strength(String text) {
    if (text.contains("opposition")) return "pairwise-opposition";
    if (text.contains("margin")) return "margins";
    if (text.contains("ratio")) return "ratio";
    return text.contains("losing") ? "losing-votes" : "winning-votes";
  }

  private static int option(Sheet sheet, String name) {
    int at = sheet.names().indexOf(name);
    if (at < 0 && name.equals(Cvr.WRITE_INS)) return at;
    if (at < 0) throw new Malformed("case: no option is named " + name);
    return at;
  }

  private Optional<String> winners(Sheet sheet, Tally tally) {
    if (!entry.has("winners") || entry.has("committees")) return Optional.empty();
    List<String> wanted = new ArrayList<>();
    entry.path("winners").forEach(n -> wanted.add(n.asText()));
    boolean tied = entry.path("winnersAre").asText().equals("all tied winners");
    List<String> have = names(sheet, tied ? top(tally) : tally.winners());
    boolean equal =
        entry.path("winnersOrdered").asBoolean() && !sameStage(tally) && !together(tally)
            ? wanted.equals(have)
            : new TreeSet<>(wanted).equals(new TreeSet<>(have));
    return equal
        ? Optional.empty()
        : Optional.of("winners: expected " + wanted + ", found " + have);
  }

  /// All options that may win, of rules whose winner is a matter of the lot.
  private static List<Integer> top(Tally tally) {
    return tally
        .committees()
        .map(all -> all.stream().flatMap(List::stream).distinct().sorted().toList())
        .or(() -> tally.ranking().map(List::getFirst))
        .orElse(tally.winners());
  }

  private Optional<String> ranking(Sheet sheet, Tally tally) {
    List<Set<String>> have =
        tally.ranking().orElse(List.of()).stream()
            .map(group -> (Set<String>) new TreeSet<>(names(sheet, group)))
            .toList();
    if (entry.has("runnerUp")
        && (have.size() < 2 || !have.get(1).contains(entry.path("runnerUp").asText()))) {
      return Optional.of("runner-up: expected " + entry.path("runnerUp") + ", found " + have);
    }
    if (!entry.has("ranking")) return Optional.empty();
    List<Set<String>> wanted = new ArrayList<>();
    for (JsonNode group : entry.path("ranking")) {
      Set<String> names = new TreeSet<>();
      group.forEach(n -> names.add(n.asText()));
      wanted.add(names);
    }
    return wanted.equals(have)
        ? Optional.empty()
        : Optional.of("ranking: expected " + wanted + ", found " + have);
  }

  private Optional<String> paths(Sheet sheet, Tally tally) {
    for (var from :
        (Iterable<Map.Entry<String, JsonNode>>) () -> entry.path("strongestPaths").fields()) {
      for (var to : (Iterable<Map.Entry<String, JsonNode>>) () -> from.getValue().fields()) {
        int a = option(sheet, from.getKey());
        int b = option(sheet, to.getKey());
        Fraction have =
            tally.comparison().orElseThrow().paths().stream()
                .filter(p -> p.from() == a && p.to() == b)
                .map(Comparison.Path::strength)
                .findFirst()
                .orElse(Fraction.ZERO);
        if (!near(to.getValue().asText(), have)) {
          return Optional.of(
              "path %s to %s: expected %s, found %s"
                  .formatted(from.getKey(), to.getKey(), to.getValue().asText(), have));
        }
      }
    }
    return Optional.empty();
  }

  /// All tied outcomes, each a set of names; the order among them means nothing.
  private Optional<String> committees(Sheet sheet, Tally tally) {
    if (!entry.has("committees")) return Optional.empty();
    Set<List<String>> wanted = new HashSet<>();
    for (JsonNode committee : entry.path("committees")) {
      List<String> names = new ArrayList<>();
      committee.forEach(n -> names.add(n.asText()));
      wanted.add(names.stream().sorted().toList());
    }
    // a rule that is defined for one run with one lot may end with any of them
    if (entry.path("committeesAre").asText().contains("resolute")) {
      List<String> ours = names(sheet, tally.winners()).stream().sorted().toList();
      return wanted.contains(ours)
          ? Optional.empty()
          : Optional.of("committee: expected one of " + wanted + ", found " + ours);
    }
    Set<List<String>> have = new HashSet<>();
    for (List<Integer> committee : tally.committees().orElse(List.of(tally.winners()))) {
      have.add(names(sheet, committee).stream().sorted().toList());
    }
    return wanted.equals(have)
        ? Optional.empty()
        : Optional.of("committees: expected " + wanted + ", found " + have);
  }

  /// Equal votes inside one stage are ordered by lot in every program: then the set counts.
  private static boolean sameStage(Tally tally) {
    for (int i = 1; i < tally.stages().size(); i++) {
      Stage a = tally.stages().get(i - 1);
      Stage b = tally.stages().get(i);
      if (a.kind() == Stage.Kind.ELECT
          && b.kind() == Stage.Kind.ELECT
          && a.votes().get(a.options().getFirst()).equals(b.votes().get(b.options().getFirst()))) {
        return true;
      }
    }
    return false;
  }

  /// Elected together, because as many were left as seats: no order is meant.
  private static boolean together(Tally tally) {
    return tally.stages().stream()
            .filter(s -> s.kind() == Stage.Kind.ELECT && s.reason().equals("remaining"))
            .count()
        > 1;
  }

  private static List<String> names(Sheet sheet, List<Integer> options) {
    return options.stream().map(o -> sheet.names().get(o)).toList();
  }

  /// Programs differ in what they call a stage, so what changes nothing is left out on both sides:
  /// transfers of nothing, "pending" made "elected". Of several steps that elect options with equal
  /// votes only the last is compared, since their order is a lot.
  private Optional<String> stages(Sheet sheet, Tally tally) {
    JsonNode wanted = entry.path("stages");
    if (wanted.isEmpty()) return Optional.empty();
    if (!wanted.get(0).has("text")) return rounds(sheet, tally, wanted);
    boolean named = wanted.get(0).has("action");
    boolean iterations = false;
    boolean begins = false;
    for (JsonNode s : wanted) {
      iterations |= s.path("action").asText().equals("iterate");
      begins |= s.path("stage").asInt() == 0;
    }
    boolean transfers = entry.path("rule").asText().equals("scottish-stv");
    List<JsonNode> theirs = new ArrayList<>();
    JsonNode before = null;
    for (JsonNode s : wanted) {
      boolean moved =
          before == null
              || !s.path("tally").equals(before.path("tally"))
              || !s.path("elected").equals(before.path("elected"))
              || !s.path("excluded").equals(before.path("excluded"))
              || s.path("action").asText().equals("iterate")
              || s.path("text").asText().equals("Count Complete");
      before = s;
      if (moved && (!transfers || !named || s.path("action").asText().equals("transfer"))) {
        theirs.add(s);
      }
    }
    List<Stage> ours = new ArrayList<>();
    Stage previous = null;
    for (Stage s : tally.stages()) {
      boolean moved =
          previous == null
              || !s.votes().equals(previous.votes())
              || !s.elected().equals(previous.elected())
              || !s.excluded().equals(previous.excluded())
              || s.kind() == Stage.Kind.ITERATE
              || s.kind() == Stage.Kind.END;
      previous = s;
      boolean transfer = s.kind() == Stage.Kind.SURPLUS || s.kind() == Stage.Kind.TRANSFER;
      boolean shown =
          (!transfers || transfer || !named && s.kind() == Stage.Kind.FIRST)
              && (iterations || s.kind() != Stage.Kind.ITERATE)
              && (begins || transfers || s.kind() != Stage.Kind.FIRST);
      if (moved && shown) ours.add(s);
    }
    for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
      boolean more = i + 1 < ours.size() && sameStep(ours.get(i), ours.get(i + 1));
      Optional<String> differs = stage(sheet, theirs.get(i), ours.get(i), !more);
      if (differs.isPresent()) {
        return Optional.of(
            "stage %d (%s | %s %s): %s"
                .formatted(
                    i + 1,
                    theirs.get(i).path("text").asText(),
                    ours.get(i).kind(),
                    names(sheet, ours.get(i).options()),
                    differs.get()));
      }
    }
    if (theirs.size() != ours.size()) {
      return Optional.of("stages: expected " + theirs.size() + ", found " + ours.size());
    }
    return Optional.empty();
  }

  /// A list of rounds: each tally is that with which its round begins.
  private Optional<String> rounds(Sheet sheet, Tally tally, JsonNode wanted) {
    List<Stage> begins = new ArrayList<>();
    List<Set<Integer>> elected = new ArrayList<>();
    List<Set<Integer>> excluded = new ArrayList<>();
    for (Stage s : tally.stages()) {
      switch (s.kind()) {
        case FIRST, SURPLUS, TRANSFER -> {
          begins.add(s);
          elected.add(new TreeSet<>());
          excluded.add(new TreeSet<>());
        }
        case ELECT -> elected.getLast().addAll(s.options());
        case EXCLUDE -> excluded.getLast().addAll(s.options());
        default -> {}
      }
    }
    for (int i = 0; i < wanted.size(); i++) {
      JsonNode theirs = wanted.get(i);
      if (i >= begins.size()) {
        return Optional.of("rounds: expected " + wanted.size() + ", found " + begins.size());
      }
      Optional<String> differs = stage(sheet, theirs, begins.get(i), false);
      // the peer's last round, when all seats are filled, does not count what ended in it
      boolean over = theirs.path("elected").isEmpty() && theirs.path("excluded").isEmpty();
      if (over && differs.filter(d -> ENDS.keySet().stream().anyMatch(d::startsWith)).isPresent()) {
        differs = Optional.empty();
      }
      if (differs.isEmpty()) differs = whom("elected", sheet, theirs, elected.get(i));
      if (differs.isEmpty()) differs = whom("excluded", sheet, theirs, excluded.get(i));
      if (differs.isPresent()) return Optional.of("round " + (i + 1) + ": " + differs.get());
    }
    return Optional.empty();
  }

  private static Optional<String> whom(
      String field, Sheet sheet, JsonNode theirs, java.util.Collection<Integer> ours) {
    if (!theirs.has(field)) return Optional.empty();
    Set<String> names = new TreeSet<>();
    theirs.path(field).forEach(n -> names.add(n.asText()));
    // a pseudo-option nobody marked is no option of ours
    if (!sheet.names().contains(Cvr.WRITE_INS)) names.remove(Cvr.WRITE_INS);
    Set<String> have = new TreeSet<>(names(sheet, List.copyOf(ours)));
    return names.equals(have)
        ? Optional.empty()
        : Optional.of(field + ": expected " + names + ", found " + have);
  }

  private static boolean sameStep(Stage a, Stage b) {
    return a.kind() == Stage.Kind.ELECT
        && b.kind() == Stage.Kind.ELECT
        && a.round() == b.round()
        && a.votes().get(a.options().getFirst()).equals(b.votes().get(b.options().getFirst()));
  }

  private Optional<String> stage(Sheet sheet, JsonNode theirs, Stage ours, boolean whom) {
    for (var f : (Iterable<Map.Entry<String, JsonNode>>) () -> theirs.path("tally").fields()) {
      int option = option(sheet, f.getKey());
      Fraction have = option < 0 ? Fraction.ZERO : ours.votes().get(option).orElse(Fraction.ZERO);
      if (!same(f.getValue().asText(), have)) {
        return Optional.of(
            f.getKey() + ": expected " + f.getValue().asText() + ", found " + have.decimal(10));
      }
    }
    if (theirs.has("quota")
        && !same(theirs.path("quota").asText(), ours.quota().orElse(Fraction.ZERO))) {
      return Optional.of(
          "quota: expected " + theirs.path("quota").asText() + ", found " + ours.quota());
    }
    if (theirs.has("threshold")
        && !same(theirs.path("threshold").asText(), ours.quota().orElse(Fraction.ZERO))) {
      return Optional.of(
          "threshold: expected %s, found %s"
              .formatted(theirs.path("threshold").asText(), ours.quota()));
    }
    for (var ends : ENDS.entrySet()) {
      JsonNode inactive = theirs.path("inactive").path(ends.getKey());
      Fraction have = ours.exhausted().getOrDefault(ends.getValue(), Fraction.ZERO);
      if (!inactive.isMissingNode() && !same(inactive.asText(), have)) {
        return Optional.of(
            ends.getKey() + ": expected " + inactive.asText() + ", found " + have.decimal(4));
      }
    }
    for (String field : List.of("nontransferable", "residual")) {
      if (theirs.has(field) && !same(theirs.path(field).asText(), ours.exhaustedInAll())) {
        return Optional.of(
            field
                + ": expected "
                + theirs.path(field).asText()
                + ", found "
                + ours.exhaustedInAll().decimal(9));
      }
    }
    for (var f :
        (Iterable<Map.Entry<String, JsonNode>>) () -> theirs.path("keepFactors").fields()) {
      Fraction have = ours.keep().getOrDefault(option(sheet, f.getKey()), Fraction.ZERO);
      if (!same(f.getValue().asText(), have)) {
        return Optional.of(
            "keep factor of "
                + f.getKey()
                + ": expected "
                + f.getValue().asText()
                + ", found "
                + have.decimal(9));
      }
    }
    Set<String> elected = new TreeSet<>();
    theirs.path("elected").forEach(n -> elected.add(n.asText()));
    if (whom && named(theirs) && !elected.equals(new TreeSet<>(names(sheet, ours.elected())))) {
      return Optional.of(
          "elected: expected " + elected + ", found " + names(sheet, ours.elected()));
    }
    return Optional.empty();
  }

  /// Without actions the source lists who was elected in a stage, not all so far.
  private static boolean named(JsonNode theirs) {
    return theirs.has("elected") && theirs.has("text");
  }

  /// A ratio may have been written down as a floating point number.
  private boolean near(String text, Fraction have) {
    int point = text.indexOf('.');
    if (point < 0 || text.length() - point <= 10) return same(text, have);
    return same(Fraction.parse(text).decimal(9), Fraction.parse(have.decimal(9)));
  }

  private boolean same(String text, Fraction have) {
    Fraction wanted = Fraction.parse(text);
    if (text.indexOf('/') >= 0) return have.equals(wanted);
    if (entry.path("tallyCompare").asText().equals("integer part")) {
      return have.floor().equals(wanted.floor());
    }
    int point = text.indexOf('.');
    int places = point < 0 ? 0 : text.length() - point - 1;
    if (entry.path("arithmetic").path("arithmetic").asText().equals("guarded")) {
      Fraction apart = wanted.minus(have);
      return apart.compareTo(Fraction.unit(9)) <= 0
          && apart.negated().compareTo(Fraction.unit(9)) <= 0;
    }
    return Fraction.parse(have.decimal(places)).equals(wanted);
  }
}
