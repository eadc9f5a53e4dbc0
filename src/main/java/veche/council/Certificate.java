package veche.council;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import veche.election.Draft;
import veche.election.Texts;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §11, log §9: the protocol of the results, as the body of a note that bodies sign. A
/// function of the record, so that every body's own program writes the same bytes.
///
/// @param cid digest of the draft; `eid` digest of the manifest
/// @param size of the log with `close` as its last leaf; `root` at that size
/// @param result digest of the result object
/// @param counts of log §7, in the order of their numbers; those that exist
/// @param software name and version
/// @param remarks hash of the remarks, empty unless the verdict speaks of them
public record Certificate(
    String slug,
    Texts title,
    Draft.Kind kind,
    Bytes cid,
    Bytes eid,
    String origin,
    long size,
    Bytes root,
    Bytes rollRoot,
    long rollSize,
    Bytes result,
    List<Line> contests,
    List<Count> counts,
    Bytes webRelease,
    String software,
    Verdict verdict,
    Bytes remarks) {

  public static final String FORM = "veche.certificate/v1";

  public Certificate {
    title = Lines.oneLine(title);
    contests = List.copyOf(contests);
    counts = List.copyOf(counts);
    if ((verdict == Verdict.CERTIFIED_WITH_REMARKS) != (remarks.length() == 32)) {
      throw new Malformed("certificate: remarks and verdict do not agree");
    }
    for (int i = 1; i < counts.size(); i++) {
      if (counts.get(i - 1).number() >= counts.get(i).number()) {
        throw new Malformed("certificate: counts out of order");
      }
    }
  }

  public enum Verdict {
    CERTIFIED("заверено"),
    CERTIFIED_WITH_REMARKS("заверено с замечаниями"),
    NOT_CERTIFIED("не заверено");

    private final String russian;

    Verdict(String russian) {
      this.russian = russian;
    }

    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// A training election is never certified in the words of a real one.
    String text(Draft.Kind kind) {
      return switch (kind) {
        case REAL -> russian + " / " + id();
        case TRAINING -> "учебное: " + russian + " / training: " + id();
      };
    }
  }

  /// One contest's numbers, options by their ids.
  ///
  /// @param winners elected in order of election, or endorsed in the order of the options
  /// @param seats 0 where the rule is `endorse`
  public record Line(
      String id,
      Texts titles,
      String rule,
      int seats,
      long counted,
      List<Option> options,
      List<Test> tests,
      List<Tie> ties,
      List<String> winners) {
    public Line {
      titles = Lines.oneLine(titles);
      options = List.copyOf(options);
      tests = List.copyOf(tests);
      ties = List.copyOf(ties);
      winners = List.copyOf(winners);
    }

    boolean endorses() {
      return rule.equals("endorse");
    }
  }

  public record Option(String id, Texts names, long approvals) {
    public Option {
      names = Lines.oneLine(names);
    }
  }

  /// @param inequality in integers, as `40 · 2 > 1 · 79`
  public record Test(String option, boolean holds, String inequality) {}

  /// @param order the tied options as the lot put them
  public record Tie(String method, List<String> order) {
    public Tie {
      order = List.copyOf(order);
    }
  }

  /// log §7: a numbered line of the protocol; several values where it has several.
  public record Count(int number, List<Long> values) {
    public Count {
      values = List.copyOf(values);
      if (!COUNTS.containsKey(number) || values.isEmpty()) throw new Malformed("count " + number);
    }

    public static Count of(int number, Long... values) {
      return new Count(number, List.of(values));
    }
  }

  private static final Map<Integer, String> COUNTS =
      Map.ofEntries(
          Map.entry(1, "в списке при его закрытии / on the roll when frozen"),
          Map.entry(2, "изменений списка после закрытия / changes of the roll after the freeze"),
          Map.entry(3, "ключей, которые могли голосовать / keys that could vote"),
          Map.entry(4, "бюллетеней в журнале / ballots in the log"),
          Map.entry(5, "заменено повторным голосованием / replaced by a later ballot"),
          Map.entry(6, "отклонено по правилам / refused by rule"),
          Map.entry(7, "допущено к подсчёту / admitted to the count"),
          Map.entry(8, "на выходе смешиваний / out of each mix"),
          Map.entry(9, "вскрыто / opened"),
          Map.entry(10, "недействительных / invalid"),
          Map.entry(11, "пустых / blank"),
          Map.entry(12, "действительных / valid"),
          Map.entry(13, "жалоб подано, отвечено / complaints filed, answered"),
          Map.entry(14, "особых мнений / dissents"));

  private static final String SLUG = "выборы / election";
  private static final String TITLE = "название / title";
  private static final String KIND = "вид / kind";
  private static final String NOTICE = "внимание / notice";
  private static final String TRAINING =
      "учебное голосование, его итог ничего не решает / a training election, its result decides"
          + " nothing";
  private static final String CID = "проект / definition";
  private static final String EID = "манифест / manifest";
  private static final String ORIGIN = "журнал / log";
  private static final String SIZE = "записей до закрытия / size at close";
  private static final String ROOT = "корень / root";
  private static final String ROLL_SIZE = "в списке избирателей / on the roll";
  private static final String ROLL_ROOT = "корень списка / roll root";
  private static final String CONTEST = "вопрос / contest";
  private static final String CONTEST_TITLE = "текст вопроса / question";
  private static final String RULE = "правило / rule";
  private static final String SEATS = "мест / seats";
  private static final String COUNTED = "подсчитано бюллетеней / ballots counted";
  private static final String OPTION = "вариант / option";
  private static final String NAME = "имя / name";
  private static final String TEST = "порог / threshold";
  private static final String TIE = "жребий / lot";
  private static final String ELECTED = "избран / elected";
  private static final String ENDORSED = "одобрен / endorsed";
  private static final String VACANT = "вакантных мест / vacant seats";
  private static final String WEB = "сборка страницы / web release";
  private static final String SOFTWARE = "программа / software";
  private static final String VERDICT = "решение / verdict";
  private static final String REMARKS = "замечания / remarks";

  public String text() {
    Lines out = Lines.write(FORM).put(SLUG, slug).put(TITLE, title).put(KIND, kind.id());
    if (kind == Draft.Kind.TRAINING) out.put(NOTICE, TRAINING);
    out.put(CID, cid).put(EID, eid).put(ORIGIN, origin).put(SIZE, size).put(ROOT, root);
    out.put(ROLL_SIZE, rollSize).put(ROLL_ROOT, rollRoot).result(result);
    for (Line contest : contests) write(out, contest);
    for (Count count : counts) {
      out.put(
          label(count.number()),
          String.join(" ", count.values().stream().map(String::valueOf).toList()));
    }
    out.put(WEB, webRelease).put(SOFTWARE, software).put(VERDICT, verdict.text(kind));
    if (remarks.length() > 0) out.put(REMARKS, remarks);
    return out.text();
  }

  private static void write(Lines out, Line contest) {
    out.put(CONTEST, contest.id()).put(CONTEST_TITLE, contest.titles()).put(RULE, contest.rule());
    out.put(SEATS, contest.seats()).put(COUNTED, contest.counted());
    for (Option option : contest.options()) {
      out.put(OPTION, option.id() + " " + option.approvals()).put(NAME, option.names());
    }
    for (Test test : contest.tests()) {
      out.put(TEST, test.option() + " " + (test.holds() ? "holds " : "fails ") + test.inequality());
    }
    for (Tie tie : contest.ties()) {
      out.put(TIE, tie.method() + " " + String.join(" ", tie.order()));
    }
    for (String winner : contest.winners()) {
      out.put(contest.endorses() ? ENDORSED : ELECTED, winner);
    }
    if (!contest.endorses()) out.put(VACANT, contest.seats() - contest.winners().size());
  }

  private static String label(int number) {
    return number + " " + COUNTS.get(number);
  }

  /// Reads a certificate back, or throws [Malformed]: only what [#text] writes is one.
  public static Certificate parse(String text) {
    Lines in = Lines.read(FORM, text);
    String slug = in.value(SLUG);
    Texts title = in.texts(TITLE);
    Draft.Kind kind = kind(in);
    Bytes cid = in.hash(CID);
    Bytes eid = in.hash(EID);
    String origin = in.value(ORIGIN);
    long size = in.number(SIZE);
    Bytes root = in.hash(ROOT);
    long rollSize = in.number(ROLL_SIZE);
    Bytes rollRoot = in.hash(ROLL_ROOT);
    Bytes result = in.result();
    List<Line> contests = new ArrayList<>();
    while (in.opens(CONTEST)) contests.add(contest(in));
    List<Count> counts = new ArrayList<>();
    for (int number = 1; number <= COUNTS.size(); number++) {
      if (in.opens(label(number))) counts.add(count(in, number));
    }
    Bytes webRelease = in.hash(WEB);
    String software = in.value(SOFTWARE);
    Verdict verdict = verdict(in.value(VERDICT), kind);
    Bytes remarks = in.opens(REMARKS) ? in.hash(REMARKS) : Bytes.EMPTY;
    in.end();
    Certificate out =
        new Certificate(
            slug,
            title,
            kind,
            cid,
            eid,
            origin,
            size,
            root,
            rollRoot,
            rollSize,
            result,
            contests,
            counts,
            webRelease,
            software,
            verdict,
            remarks);
    if (!out.text().equals(text)) throw new Malformed("certificate: not in its one form");
    return out;
  }

  private static Draft.Kind kind(Lines in) {
    String id = in.value(KIND);
    for (Draft.Kind kind : Draft.Kind.values()) {
      if (kind.id().equals(id)) {
        if (kind == Draft.Kind.TRAINING) in.value(NOTICE);
        return kind;
      }
    }
    throw new Malformed("certificate: expected real or training");
  }

  private static Verdict verdict(String text, Draft.Kind kind) {
    for (Verdict verdict : Verdict.values()) if (verdict.text(kind).equals(text)) return verdict;
    throw new Malformed("certificate: no such verdict");
  }

  private static Count count(Lines in, int number) {
    String label = label(number);
    List<Long> values = new ArrayList<>();
    for (String value : in.value(label).split(" ", -1)) values.add(in.number(label, value));
    return new Count(number, values);
  }

  private static Line contest(Lines in) {
    String id = in.value(CONTEST);
    Texts titles = in.texts(CONTEST_TITLE);
    String rule = in.value(RULE);
    int seats = Math.toIntExact(in.number(SEATS));
    long counted = in.number(COUNTED);
    List<Option> options = new ArrayList<>();
    while (in.opens(OPTION)) {
      List<String> parts = in.words(OPTION, 2);
      long approvals = in.number(OPTION, parts.get(1));
      options.add(new Option(parts.get(0), in.texts(NAME), approvals));
    }
    List<Test> tests = new ArrayList<>();
    while (in.opens(TEST)) {
      List<String> parts = in.words(TEST, 3);
      tests.add(new Test(parts.get(0), parts.get(1).equals("holds"), parts.get(2)));
    }
    List<Tie> ties = new ArrayList<>();
    while (in.opens(TIE)) {
      List<String> parts = List.of(in.value(TIE).split(" ", -1));
      ties.add(new Tie(parts.get(0), parts.subList(1, parts.size())));
    }
    String won = rule.equals("endorse") ? ENDORSED : ELECTED;
    List<String> winners = new ArrayList<>();
    while (in.opens(won)) winners.add(in.value(won));
    if (in.opens(VACANT)) in.number(VACANT);
    return new Line(id, titles, rule, seats, counted, options, tests, ties, winners);
  }

  /// What a dissent names its certificate by.
  public Bytes digest() {
    return digest(text());
  }

  public static Bytes digest(String text) {
    return Bytes.utf8(text).sha256();
  }
}
