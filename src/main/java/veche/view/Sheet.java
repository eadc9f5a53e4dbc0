package veche.view;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import veche.council.Certificate;
import veche.council.Dissent;
import veche.election.Contest;
import veche.election.Draft;
import veche.record.Aftermath;
import veche.record.Countersigned;
import veche.record.Protocol;
import veche.record.Record;
import veche.record.Recounted;
import veche.tally.Fraction;
import veche.tally.Outcome;
import veche.tally.Stage;
import veche.tally.Test;
import veche.tally.Tie;

/// log §7: the protocol of the results as plain text, in one language, from a folded record alone:
/// its numbered lines, the control ratios worked out, every contest with its rounds, and who
/// signed. It is for people to read and compare; what bodies sign is the certificate (record §11).
public final class Sheet {
  private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final ZoneId MOSCOW = ZoneId.of("Europe/Moscow");
  private static final String RULE = "-".repeat(72);

  private final Record record;
  private final Draft draft;
  private final Words words;
  private final List<String> lines = new ArrayList<>();

  private Sheet(Record record, Words words) {
    this.record = record;
    this.draft = record.draft();
    this.words = words;
  }

  /// Empty before a result stands.
  ///
  /// @param witnesses who cosigned the newest state of the log
  public static Optional<String> of(Record record, List<String> witnesses, Words words) {
    if (record.result().isEmpty()) return Optional.empty();
    Sheet sheet = new Sheet(record, words);
    sheet.head();
    sheet.ratios(sheet.numbers());
    record.outcomes().forEach(sheet::contest);
    sheet.foot(witnesses);
    return Optional.of(String.join("\n", sheet.lines) + "\n");
  }

  private void line(String key, Object... values) {
    lines.add(words.text("sheet." + key, values));
  }

  private String own(veche.election.Texts texts) {
    return texts.in(words == Words.RUSSIAN ? "ru" : "en");
  }

  private String digits(long number) {
    return number + " (" + InWords.of(number, words) + ")";
  }

  private static String times(long seconds) {
    Instant at = Instant.ofEpochSecond(seconds);
    return MINUTES.format(at.atZone(ZoneOffset.UTC))
        + " UTC, "
        + MINUTES.format(at.atZone(MOSCOW))
        + " MSK";
  }

  private void head() {
    var result = record.result().orElseThrow();
    line("title");
    lines.add(own(draft.title()));
    if (draft.kind() == Draft.Kind.TRAINING) line("training");
    lines.add(RULE);
    line("election", draft.slug());
    line("definition", record.cid());
    line("manifest", result.eid());
    line("log", record.origin());
    line("closing", result.size(), result.root());
    line("now", record.size(), record.tree().root(record.size()));
    line("result", result.digest());
    line("opened", times(draft.opensAt()));
    line("closed", times(draft.closesAt()));
    record.certificate().ifPresent(c -> line("software", Certificate.parse(c.text()).software()));
  }

  // ---- the numbered lines

  /// Lines 1 to 14, each with its values; line 0 and those that do not apply have none.
  private List<List<Long>> numbers() {
    Protocol.Counts counts = Protocol.counts(record);
    List<Outcome> ranked = record.outcomes().stream().filter(o -> o.ranked().isPresent()).toList();
    List<Long> mixed = new ArrayList<>();
    for (Outcome one : ranked) {
      int mixes = record.mixes().orElseThrow().done(one.contest()).size();
      for (int i = 0; i < mixes; i++) mixed.add(counts.counted());
    }
    List<List<Long>> out =
        List.of(
            List.of(),
            List.of(counts.roll()),
            List.of(0L),
            List.of(counts.roll()),
            List.of(counts.ballots()),
            List.of(counts.replaced()),
            List.of(counts.refused()),
            List.of(counts.counted()),
            mixed,
            record.outcomes().stream().map(Outcome::counted).toList(),
            ranked.stream().map(o -> o.ranked().orElseThrow().spoilt()).toList(),
            ranked.stream().map(o -> o.ranked().orElseThrow().blank()).toList(),
            ranked.stream().map(Sheet::valid).toList(),
            List.of((long) record.objections().size()),
            List.of((long) record.dissents().size()));
    lines.add(RULE);
    for (int i = 1; i < out.size(); i++) {
      if (out.get(i).isEmpty()) continue;
      String text = String.join(", ", out.get(i).stream().map(this::digits).toList());
      lines.add("%2d  %s: %s".formatted(i, words.text("sheet.line." + i), text));
    }
    return out;
  }

  private static long valid(Outcome outcome) {
    var ranked = outcome.ranked().orElseThrow();
    return outcome.counted() - ranked.spoilt() - ranked.blank();
  }

  /// log §7 КС: the ratios, each with its numbers and whether it holds.
  private void ratios(List<List<Long>> n) {
    lines.add(RULE);
    line("ratios");
    long[] first = new long[8];
    for (int i = 1; i < first.length; i++) first[i] = n.get(i).getFirst();
    ratio(
        "3 <= 1 + 2",
        first[3] + " <= " + first[1] + " + " + first[2],
        first[3] <= first[1] + first[2]);
    ratio(
        "4 = 5 + 6 + 7",
        first[4] + " = " + first[5] + " + " + first[6] + " + " + first[7],
        first[4] == first[5] + first[6] + first[7]);
    List<Long> after = new ArrayList<>(n.get(8));
    after.addAll(n.get(9));
    ratio(
        n.get(8).isEmpty() ? "7 = 9" : "7 = 8 = 9",
        first[7] + " = " + String.join(" = ", after.stream().map(String::valueOf).toList()),
        after.stream().allMatch(value -> value == first[7]));
    for (int i = 0; i < n.get(10).size(); i++) {
      long spoilt = n.get(10).get(i);
      long blank = n.get(11).get(i);
      long valid = n.get(12).get(i);
      ratio(
          "9 = 10 + 11 + 12",
          first[7] + " = " + spoilt + " + " + blank + " + " + valid,
          first[7] == spoilt + blank + valid);
    }
    ratio("7 <= 3", first[7] + " <= " + first[3], first[7] <= first[3]);
  }

  private void ratio(String rule, String numbers, boolean holds) {
    lines.add(
        "  %-18s %s  %s"
            .formatted(rule, numbers, words.text(holds ? "sheet.holds" : "sheet.fails")));
  }

  // ---- contests

  private void contest(Outcome outcome) {
    Contest contest = draft.contests().get(outcome.contest());
    lines.add(RULE);
    line("contest", contest.id(), own(contest.titles()));
    line("rule", contest.rule(), contest.seats(), outcome.counted());
    boolean ranked = outcome.ranked().isPresent();
    for (int j = 0; j < contest.options().size(); j++) {
      Contest.Option option = contest.options().get(j);
      lines.add(
          "  "
              + option.id()
              + " — "
              + own(option.names())
              + ": "
              + digits(outcome.totals().get(j)));
    }
    if (ranked) line("first");
    for (Test test : outcome.tests()) {
      String id = contest.optionIds().get(test.option());
      line(test.holds() ? "threshold.holds" : "threshold.fails", id, test.text());
    }
    outcome.ranked().ifPresent(r -> rounds(contest, outcome, r));
    for (Tie tie : outcome.ties()) {
      line("tie", tie.method(), ids(contest, tie.order()));
    }
    if (outcome.winners().isEmpty()) line("nobody");
    else
      line(
          contest.rule().equals("endorse") ? "endorsed" : "elected",
          ids(contest, outcome.winners()));
    record
        .aftermath()
        .map(Aftermath::annulled)
        .map(a -> a.get(outcome.contest()))
        .ifPresent(why -> line("annulled", String.join(", ", why.signers()), why.text()));
  }

  private static String ids(Contest contest, List<Integer> options) {
    return String.join(", ", options.stream().map(contest.optionIds()::get).toList());
  }

  /// Where a rule keeps every vote with somebody or among the exhausted, each round says so.
  private void rounds(Contest contest, Outcome outcome, Outcome.Ranked ranked) {
    Fraction all = Fraction.of(valid(outcome));
    List<Stage> stages = ranked.tally().stages();
    boolean conserves = !stages.isEmpty() && sum(stages.getFirst()).equals(all);
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      List<String> votes = new ArrayList<>();
      for (int j = 0; j < stage.votes().size(); j++) {
        String id = contest.optionIds().get(j);
        stage.votes().get(j).ifPresent(v -> votes.add(id + " " + Minutes.number(v)));
      }
      String kind = words.text("sheet.kind." + stage.kind().name().toLowerCase(Locale.ROOT));
      String whom = stage.options().isEmpty() ? "" : " " + ids(contest, stage.options());
      line("round", i + 1, kind + whom, String.join(", ", votes));
      stage.quota().ifPresent(q -> line("quota", Minutes.number(q)));
      if (conserves && !votes.isEmpty()) {
        Fraction ended = stage.exhausted().values().stream().reduce(Fraction.ZERO, Fraction::plus);
        ratio(
            "12",
            all
                + " = "
                + sum(stage).minus(ended).minus(stage.lost())
                + " + "
                + ended
                + " + "
                + stage.lost(),
            sum(stage).equals(all));
      }
    }
  }

  private static Fraction sum(Stage stage) {
    Fraction sum = stage.lost();
    for (Optional<Fraction> votes : stage.votes()) sum = sum.plus(votes.orElse(Fraction.ZERO));
    for (Fraction ended : stage.exhausted().values()) sum = sum.plus(ended);
    return sum;
  }

  // ---- who stands for it

  private void foot(List<String> witnesses) {
    lines.add(RULE);
    Optional<Record.Statement> certificate = record.certificate();
    if (certificate.isEmpty()) line("uncertified");
    certificate.ifPresent(
        c -> line("verdict", Certificate.parse(c.text()).verdict().id(), c.index()));
    Set<String> against = new HashSet<>();
    for (Record.Statement one : record.dissents()) against.add(Dissent.parse(one.text()).body());
    for (Draft.Body body : draft.bodies()) {
      boolean signed = certificate.filter(c -> c.signers().contains(body.id())).isPresent();
      String how = against.contains(body.id()) ? "dissents" : signed ? "signed" : "absent";
      line("body." + how, own(body.names()), body.id());
    }
    line("witnesses", witnesses.isEmpty() ? "–" : String.join(", ", witnesses));
    var digest = record.result().orElseThrow().digest();
    for (Recounted one : record.recounts()) {
      line(
          one.digest().equals(digest) ? "recount.same" : "recount.other",
          one.by().name(),
          one.tool() + " " + one.version());
    }
    for (Countersigned one : record.countersigned()) {
      line(
          "observer",
          one.by().name(),
          one.tool() + " " + one.version(),
          one.size(),
          one.passed(),
          one.failed());
    }
  }
}
