package veche.view.ballots;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Payment;
import veche.tally.Profile;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Tiebreak;
import veche.tally.stv.Follow;
import veche.view.Json;
import veche.view.Minutes;
import veche.view.Words;

/// counting §5, §6: a tally as others read it: our JSON, the detailed report of RCTab, a grid of
/// options and stages, and a page to print.
public final class Results {
  private static final String RCTAB_VERSION = "1";
  private static final Set<String> SHARING = Set.of("meek", "warren", "meek-prf", "qpq");

  /// What RCTab calls the reasons.
  private static final Map<String, Profile.End> ENDS =
      new TreeMap<>(
          Map.of(
              "exhaustedChoices", Profile.End.SHORT,
              "overvotes", Profile.End.OVERVOTE,
              "repeatedRankings", Profile.End.DUPLICATE,
              "skippedRankings", Profile.End.SKIPPED));

  private final Counting.Counted counted;
  private final Occasion occasion;
  private final Tally tally;
  private final List<String> names;

  public Results(Counting.Counted counted) {
    this(counted, Occasion.UNKNOWN);
  }

  /// @param occasion what reports tell beside the count
  public Results(Counting.Counted counted, Occasion occasion) {
    this.counted = counted;
    this.occasion = new Occasion(counted.sheet().title(), "", "", "", "").under(occasion);
    tally = counted.tally();
    names = distinct(counted.sheet().names());
  }

  public Occasion occasion() {
    return occasion;
  }

  /// Equal names are legal; here each needs a name of its own.
  private static List<String> distinct(List<String> names) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> out = new ArrayList<>();
    for (String name : names) {
      int n = seen.merge(name, 1, Integer::sum);
      out.add(n == 1 ? name : name + " (" + n + ")");
    }
    return out;
  }

  /// A decimal where one says it exactly, else a fraction.
  static String number(Fraction value) {
    for (int places = 0; places <= 12; places++) {
      String text = value.decimal(places);
      if (Fraction.parse(text).equals(value)) return text;
    }
    return value.toString();
  }

  /// counting §6: one object; numbers are strings.
  public ObjectNode json() {
    ObjectNode out = Json.object();
    out.put("rule", tally.rule());
    out.put("seats", String.valueOf(tally.seats()));
    tally.quota().ifPresent(quota -> out.put("quota", number(quota)));
    put(out.putArray("winners"), tally.winners());
    tally
        .committees()
        .ifPresent(
            all -> {
              ArrayNode list = out.putArray("committees");
              all.stream()
                  .map(c -> c.stream().map(names::get).sorted().toList())
                  .sorted((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)))
                  .forEach(c -> c.forEach(list.addArray()::add));
            });
    tally
        .ranking()
        .ifPresent(
            groups -> {
              ArrayNode list = out.putArray("ranking");
              groups.forEach(group -> put(list.addArray(), group));
            });
    ArrayNode stages = out.putArray("stages");
    for (int i = 0; i < tally.stages().size(); i++) {
      stage(stages.addObject(), i + 1, tally.stages().get(i));
    }
    ArrayNode ties = out.putArray("ties");
    for (Tiebreak tie : tally.ties()) {
      ObjectNode one = ties.addObject();
      put(one.putArray("between"), tie.between());
      one.put("for", tie.purpose().name().toLowerCase(Locale.ROOT));
      one.put("method", tie.method().name().toLowerCase(Locale.ROOT));
      if (tie.stage() >= 0) one.put("round", String.valueOf(tie.stage() + 1));
      one.put("chosen", names.get(tie.chosen()));
    }
    tally.comparison().ifPresent(found -> comparison(out.putObject("comparison"), found));
    out.put("profile", counted.profile().digest().hex());
    return out;
  }

  private void stage(ObjectNode out, int n, Stage s) {
    out.put("n", String.valueOf(n));
    out.put("kind", s.kind().name().toLowerCase(Locale.ROOT));
    out.put("reason", s.reason());
    put(out.putArray("options"), s.options());
    put(out.putArray("elected"), s.kind() == Stage.Kind.ELECT ? s.options() : List.of());
    put(out.putArray("excluded"), s.kind() == Stage.Kind.EXCLUDE ? s.options() : List.of());
    ObjectNode votes = out.putObject("tally");
    for (int o = 0; o < s.votes().size(); o++) {
      if (s.votes().get(o).isPresent()) votes.put(names.get(o), number(s.votes().get(o).get()));
    }
    out.put("exhausted", number(s.exhaustedInAll()));
    if (s.lost().signum() != 0) out.put("lost", number(s.lost()));
    s.quota().ifPresent(quota -> out.put("quota", number(quota)));
    if (!s.moved().isEmpty()) {
      ObjectNode moved = out.putObject("moved");
      s.moved().keySet().stream()
          .sorted()
          .forEach(o -> moved.put(names.get(o), number(s.moved().getOrDefault(o, Fraction.ZERO))));
    }
    if (!s.paid().isEmpty()) paid(out.putArray("paid"), s.paid());
    if (!s.keep().isEmpty()) {
      ObjectNode keep = out.putObject("keep");
      s.keep().keySet().stream()
          .sorted()
          .forEach(o -> keep.put(names.get(o), number(s.keep().getOrDefault(o, Fraction.ZERO))));
    }
  }

  private void paid(ArrayNode out, List<Payment> paid) {
    for (Payment group : paid) {
      ObjectNode one = out.addObject();
      put(one.putArray("approve"), group.approve());
      one.put("ballots", String.valueOf(group.ballots()));
      one.put("before", number(group.before()));
      one.put("paid", number(group.paid()));
    }
  }

  private void comparison(ObjectNode out, Comparison found) {
    ObjectNode rows = out.putObject("ballots");
    for (int a = 0; a < names.size() && a < found.ballots().size(); a++) {
      ObjectNode row = rows.putObject(names.get(a));
      for (int b = 0; b < names.size(); b++) {
        if (a != b) row.put(names.get(b), String.valueOf(found.ballots().get(a).get(b)));
      }
    }
    if (!found.keptOut().isEmpty()) {
      ArrayNode list = out.putArray("keptOut");
      for (Comparison.KeptOut k : found.keptOut()) {
        ObjectNode one = list.addObject();
        one.put("option", names.get(k.option()));
        one.put("by", names.get(k.by()));
        one.put("votes", String.valueOf(k.votes()));
        one.put("against", String.valueOf(k.against()));
        one.put("quorum", String.valueOf(k.quorum()));
        one.put("majority", number(k.majority()));
      }
    }
    if (!found.paths().isEmpty()) {
      ArrayNode paths = out.putArray("paths");
      for (Comparison.Path path : found.paths()) {
        ObjectNode one = paths.addObject();
        put(one.putArray("through"), path.through());
        one.put("strength", number(path.strength()));
      }
    }
    if (!found.majorities().isEmpty()) {
      ArrayNode list = out.putArray("majorities");
      for (Comparison.Majority m : found.majorities()) {
        ObjectNode one = list.addObject();
        one.put("winner", names.get(m.winner()));
        one.put("loser", names.get(m.loser()));
        one.put("votes", String.valueOf(m.votes()));
        one.put("against", String.valueOf(m.against()));
        m.closes().ifPresent(cycle -> put(one.putArray("closes"), cycle));
      }
    }
    if (found.scores().size() == names.size()) {
      ObjectNode scores = out.putObject("scores");
      for (int o = 0; o < names.size(); o++)
        scores.put(names.get(o), number(found.scores().get(o)));
    }
  }

  private void put(ArrayNode list, List<Integer> options) {
    options.forEach(o -> list.add(names.get(o)));
  }

  /// A line for each option, a column for each stage in which votes changed: comma-separated.
  public String grid() {
    List<Stage> shown = columns();
    StringBuilder out = new StringBuilder();
    List<String> head = new ArrayList<>(List.of("option"));
    for (int i = 0; i < shown.size(); i++) head.add(label(shown.get(i), i + 1));
    Csv.line(out, head);
    for (int o = 0; o < names.size(); o++) {
      List<String> cells = new ArrayList<>(List.of(names.get(o)));
      for (Stage s : shown) cells.add(s.votes().get(o).map(Results::number).orElse(""));
      Csv.line(out, cells);
    }
    List<String> ended = new ArrayList<>(List.of("exhausted"));
    List<String> lost = new ArrayList<>(List.of("lost"));
    List<String> quota = new ArrayList<>(List.of("quota"));
    for (Stage s : shown) {
      ended.add(number(s.exhaustedInAll()));
      lost.add(number(s.lost()));
      quota.add(s.quota().map(Results::number).orElse(""));
    }
    Csv.line(out, ended);
    Csv.line(out, lost);
    Csv.line(out, quota);
    return out.toString();
  }

  private List<Stage> columns() {
    List<Stage> out = new ArrayList<>();
    for (Stage s : tally.stages()) {
      boolean news = out.isEmpty() || !out.getLast().votes().equals(s.votes());
      if (news || s.kind() == Stage.Kind.SURPLUS || s.kind() == Stage.Kind.TRANSFER) out.add(s);
    }
    return out;
  }

  private String label(Stage s, int n) {
    String who = s.options().stream().map(names::get).collect(Collectors.joining("; "));
    String kind = s.kind().name().toLowerCase(Locale.ROOT);
    return who.isEmpty() ? n + " " + kind : n + " " + kind + ": " + who;
  }

  /// The detailed report of RCTab 2 (`jsonFormatVersion` 1), which result viewers read: a round for
  /// each first count and each transfer.
  public ObjectNode rctab() {
    ObjectNode out = Json.object();
    ObjectNode config = out.putObject("config");
    config.put("contest", occasion.contest());
    config.put("date", occasion.date());
    config.put("generatedBy", "veche");
    config.put("jurisdiction", occasion.jurisdiction());
    config.put("office", occasion.office());
    tally.quota().ifPresent(quota -> config.put("threshold", number(quota)));
    out.put("jsonFormatVersion", RCTAB_VERSION);
    ArrayNode results = out.putArray("results");
    List<List<Stage>> rounds = new ArrayList<>();
    for (Stage s : tally.stages()) {
      boolean begins =
          s.kind() == Stage.Kind.FIRST
              || s.kind() == Stage.Kind.SURPLUS
              || s.kind() == Stage.Kind.TRANSFER;
      if (begins || rounds.isEmpty()) rounds.add(new ArrayList<>());
      rounds.getLast().add(s);
    }
    List<Map<Integer, Map<Integer, Fraction>>> transfers = transfers();
    for (int r = 0; r < rounds.size(); r++) {
      boolean last = r + 1 == rounds.size();
      round(
          results.addObject(),
          r + 1,
          rounds.get(r),
          last ? Optional.empty() : Optional.of(rounds.get(r + 1).getFirst()),
          r == 0 ? Optional.empty() : Optional.of(rounds.get(r - 1).getFirst()),
          transfers);
    }
    ObjectNode summary = out.putObject("summary");
    tally.stages().stream()
        .map(Stage::quota)
        .flatMap(Optional::stream)
        .reduce((a, b) -> b)
        .ifPresent(quota -> summary.put("finalThreshold", number(quota)));
    summary.put("numCandidates", names.size());
    summary.put("numWinners", tally.seats());
    summary.put("totalNumBallots", String.valueOf(counted.profile().total()));
    summary.put("undervotes", unmarked());
    return out;
  }

  /// The same report as RCTab's table.
  public String rctabTable() {
    Set<String> byLot =
        tally.ties().stream().map(tie -> names.get(tie.chosen())).collect(Collectors.toSet());
    boolean single = tally.rule().equals("irv");
    boolean eachRound = single || counted.terms().flag("doesFirstRoundDetermineThreshold");
    return new RctabTable(rctab(), occasion, names, byLot)
        .text(single, eachRound, tally.rule().equals("stv-fractional"));
  }

  /// The count as a contest of a report of results ([ElectionReport]).
  public ElectionReport.Contest contest() {
    List<ElectionReport.Selection> selections = new ArrayList<>();
    boolean inRounds = tally.stages().stream().anyMatch(s -> s.kind() == Stage.Kind.FIRST);
    List<Stage> rounds = inRounds ? columns() : List.of();
    List<Long> totals = totals();
    for (int o = 0; o < names.size(); o++) {
      int option = o;
      selections.add(
          new ElectionReport.Selection(
              names.get(o),
              tally.winners().contains(o),
              counted.terms().withdrawn().contains(o),
              Fraction.of(totals.get(o)),
              rounds.stream().map(s -> s.votes().get(option)).toList()));
    }
    Profile profile = counted.profile();
    long overvoted = 0;
    for (int b = 0; b < profile.size(); b++) {
      if (profile.isEmpty(b) && profile.end(b) == Profile.End.OVERVOTE) {
        overvoted += profile.weight(b);
      }
    }
    String rule = tally.rule();
    String variation =
        switch (rule) {
          case "plurality" -> "plurality";
          case "score" -> "range";
          default -> rule.startsWith("approval-") ? "approval" : inRounds ? "rcv" : "other";
        };
    return new ElectionReport.Contest(
        occasion.contest(),
        variation,
        rule,
        tally.seats(),
        rule.equals("plurality") ? 1 : names.size(),
        profile.total(),
        unmarked(),
        overvoted,
        profile.digest().hex(),
        selections);
  }

  /// First preferences; approvals, which are all at the first rank; or sums of scores.
  private List<Long> totals() {
    Profile profile = counted.profile();
    int marks = counted.sheet().marks();
    long[] out = new long[names.size()];
    for (int b = 0; b < profile.size(); b++) {
      for (int i = profile.start(b); i < profile.stop(b); i++) {
        if (i > profile.start(b) && !profile.equal(i)) break;
        int option = profile.option(i) / marks;
        long worth = marks == 1 ? 1 : profile.option(i) % marks;
        out[option] = Math.addExact(out[option], Math.multiplyExact(worth, profile.weight(b)));
      }
    }
    return java.util.Arrays.stream(out).boxed().toList();
  }

  /// Papers without any mark, those with nothing but skipped or invalid places apart.
  private long unmarked() {
    Profile profile = counted.profile();
    long out = 0;
    for (int b = 0; b < profile.size(); b++) {
      if (profile.isEmpty(b) && profile.end(b) == Profile.End.BLANK) out += profile.weight(b);
    }
    return out;
  }

  /// Of each stage, from whom how much went to whom (−1: to nobody). Where one step moves the
  /// papers of several options the tally has their sum, so every paper is followed.
  private List<Map<Integer, Map<Integer, Fraction>>> transfers() {
    List<Map<Integer, Map<Integer, Fraction>>> out = new ArrayList<>();
    boolean several = false;
    for (Stage s : tally.stages()) {
      Map<Integer, Map<Integer, Fraction>> from = new TreeMap<>();
      boolean moves = s.kind() == Stage.Kind.SURPLUS || s.kind() == Stage.Kind.TRANSFER;
      if (moves && s.options().size() == 1) {
        Map<Integer, Fraction> to = new TreeMap<>(s.moved());
        to.put(-1, s.ended());
        from.put(s.options().getFirst(), to);
      }
      several |= moves && s.options().size() > 1;
      out.add(from);
    }
    if (!several || SHARING.contains(tally.rule())) return out;
    Profile profile = counted.profile();
    for (int b = 0; b < profile.size(); b++) {
      Fraction papers = Fraction.of(profile.weight(b));
      int holder = -1;
      for (Follow.Step step :
          Follow.ballot(counted.terms(), tally, profile.ranks(b), profile.end(b))) {
        Stage s = tally.stages().get(step.stage());
        int next = step.held().keySet().stream().findFirst().orElse(-1);
        if (holder >= 0 && s.kind() != Stage.Kind.FIRST && s.options().size() > 1) {
          Fraction value = next < 0 ? step.ended() : step.held().getOrDefault(next, Fraction.ZERO);
          out.get(step.stage())
              .computeIfAbsent(holder, h -> new TreeMap<>())
              .merge(next, value.times(papers), Fraction::plus);
        }
        holder = next;
      }
    }
    return out;
  }

  private void round(
      ObjectNode out,
      int n,
      List<Stage> stages,
      Optional<Stage> next,
      Optional<Stage> before,
      List<Map<Integer, Map<Integer, Fraction>>> transfers) {
    Stage first = stages.getFirst();
    // the surplus of the last who were elected is no exhausted choice
    boolean over =
        tally.rule().equals("stv-fractional")
            && first.kind() == Stage.Kind.SURPLUS
            && first.elected().size() >= tally.seats();
    ObjectNode inactive = out.putObject("inactiveBallots");
    Map<Profile.End, Fraction> ended =
        over ? before.map(Stage::exhausted).orElse(Map.of()) : first.exhausted();
    ENDS.forEach((name, end) -> inactive.put(name, number(ended.getOrDefault(end, Fraction.ZERO))));
    if (over) inactive.put("finalRoundSurplus", number(first.ended()));
    out.put("round", n);
    ObjectNode votes = out.putObject("tally");
    for (int o = 0; o < names.size(); o++) {
      boolean gone = first.excluded().contains(o);
      if (first.votes().get(o).isPresent() && !gone) {
        votes.put(names.get(o), number(first.votes().get(o).get()));
      }
    }
    ArrayNode found = out.putArray("tallyResults");
    for (Stage s : stages) {
      if (s.kind() != Stage.Kind.ELECT && s.kind() != Stage.Kind.EXCLUDE) continue;
      for (int option : s.options()) {
        ObjectNode one = found.addObject();
        one.put(s.kind() == Stage.Kind.ELECT ? "elected" : "eliminated", names.get(option));
        ObjectNode to = one.putObject("transfers");
        next.ifPresent(moved -> transfers(to, option, first, moved, transfers.get(place(moved))));
      }
    }
    first.quota().ifPresent(quota -> out.put("threshold", number(quota)));
  }

  private int place(Stage stage) {
    for (int i = 0; i < tally.stages().size(); i++) {
      if (tally.stages().get(i) == stage) return i;
    }
    throw new IllegalStateException("a stage of another tally");
  }

  private void transfers(
      ObjectNode out,
      int option,
      Stage before,
      Stage after,
      Map<Integer, Map<Integer, Fraction>> from) {
    Map<Integer, Fraction> to = from.getOrDefault(option, Map.of());
    Fraction had = before.votes().get(option).orElse(Fraction.ZERO);
    Fraction has = after.votes().get(option).orElse(Fraction.ZERO);
    Fraction lost = had.minus(has);
    for (Map.Entry<Integer, Fraction> one : to.entrySet()) {
      lost = lost.minus(one.getValue());
      if (one.getKey() >= 0 && one.getValue().signum() > 0) {
        out.put(names.get(one.getKey()), number(one.getValue()));
      }
    }
    Fraction ended = to.getOrDefault(-1, Fraction.ZERO);
    if (ended.signum() > 0) out.put("exhausted", number(ended));
    if (!to.isEmpty() && lost.signum() > 0) out.put("residual surplus", number(lost));
  }

  /// In sentences.
  public List<Minutes.Sentence> sentences(String language) {
    long blank = counted.profile().total() - counted.profile().marked();
    return Minutes.of(tally, names, blank, language);
  }

  /// For a terminal.
  public String text(String language) {
    Words words = Words.in(language);
    StringBuilder out = new StringBuilder();
    if (!counted.sheet().title().isEmpty()) out.append(counted.sheet().title()).append('\n');
    out.append(words.text("count.rule", tally.rule(), tally.seats())).append('\n');
    out.append(words.text("count.ballots", counted.profile().total(), counted.profile().marked()));
    out.append('\n');
    int stage = -1;
    for (Minutes.Sentence s : sentences(language)) {
      if (s.stage() != stage) out.append('\n').append(s.stage() + 1).append(". ");
      else out.append("   ");
      stage = s.stage();
      out.append(s.text()).append('\n');
    }
    out.append('\n').append(words.text("count.winners", list(tally.winners()))).append('\n');
    if (tally.ranking().isPresent()) {
      String order =
          tally.ranking().get().stream().map(this::equal).collect(Collectors.joining(" > "));
      out.append(words.text("count.ranking", order)).append('\n');
    }
    if (tally.committees().isPresent() && tally.committees().get().size() > 1) {
      out.append(words.text("count.tied", tally.committees().get().size())).append('\n');
      for (List<Integer> c : tally.committees().get())
        out.append("  ").append(list(c)).append('\n');
    }
    out.append(words.text("count.profile", counted.profile().digest().hex())).append('\n');
    return out.toString();
  }

  private String list(List<Integer> options) {
    return options.isEmpty()
        ? "–"
        : options.stream().map(names::get).collect(Collectors.joining(", "));
  }

  private String equal(List<Integer> group) {
    return group.stream().map(names::get).collect(Collectors.joining(" = "));
  }

  /// One page that needs nothing else, for the screen and for paper.
  public String html(String language) {
    Words words = Words.in(language);
    String title = counted.sheet().title().isEmpty() ? tally.rule() : counted.sheet().title();
    StringBuilder out = new StringBuilder();
    out.append("<!doctype html>\n<html lang=\"").append(escape(language)).append("\">\n");
    out.append("<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    out.append("<title>").append(escape(title)).append("</title>\n<style>\n");
    out.append(":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\n");
    out.append("body{max-width:70rem;margin:1.5rem auto;padding:0 1rem}\n");
    out.append(".wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:");
    out.append("tabular-nums}th,td{padding:.3rem .6rem;border-bottom:1px solid #8886;");
    out.append("text-align:end}th:first-child{text-align:start}thead th{vertical-align:bottom;");
    out.append("font-weight:600}tr.won th{font-weight:700}li{margin:.4rem 0}\n");
    out.append("code{overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}}\n");
    out.append("</style>\n<h1>").append(escape(title)).append("</h1>\n<p>");
    out.append(escape(words.text("count.rule", tally.rule(), tally.seats()))).append("<br>\n");
    out.append(
        escape(words.text("count.ballots", counted.profile().total(), counted.profile().marked())));
    out.append("</p>\n<h2>").append(escape(words.text("count.elected"))).append("</h2>\n<ol>\n");
    for (int o : tally.winners()) out.append("<li>").append(escape(names.get(o))).append("</li>\n");
    out.append("</ol>\n");
    if (!tally.stages().isEmpty()) table(out, words);
    out.append("<h2>").append(escape(words.text("count.why"))).append("</h2>\n<ol>\n");
    int stage = -1;
    for (Minutes.Sentence s : sentences(language)) {
      if (s.stage() != stage) {
        if (stage >= 0) out.append("</li>\n");
        out.append("<li value=\"").append(s.stage() + 1).append("\">");
      } else {
        out.append("<br>");
      }
      stage = s.stage();
      out.append(escape(s.text()));
    }
    if (stage >= 0) out.append("</li>\n");
    out.append("</ol>\n<p>").append(escape(words.text("count.profile", ""))).append(" <code>");
    out.append(counted.profile().digest().hex()).append("</code></p>\n</html>\n");
    return out.toString();
  }

  private void table(StringBuilder out, Words words) {
    List<Stage> shown = columns();
    out.append("<h2>").append(escape(words.text("count.table"))).append("</h2>\n");
    out.append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">");
    out.append(escape(words.text("count.option"))).append("</th>");
    for (Stage s : shown) {
      out.append("<th scope=\"col\">").append(tally.stages().indexOf(s) + 1).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (int o = 0; o < names.size(); o++) {
      out.append(tally.winners().contains(o) ? "<tr class=\"won\">" : "<tr>");
      out.append("<th scope=\"row\">").append(escape(names.get(o))).append("</th>");
      for (Stage s : shown) {
        out.append("<td>");
        s.votes().get(o).ifPresent(v -> out.append(Minutes.number(v)));
        out.append("</td>");
      }
      out.append("</tr>\n");
    }
    out.append("<tr><th scope=\"row\">").append(escape(words.text("count.ended"))).append("</th>");
    for (Stage s : shown) {
      out.append("<td>").append(Minutes.number(s.exhaustedInAll())).append("</td>");
    }
    out.append("</tr>\n</tbody></table></div>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
