package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.tally.endorse.Endorsement;
import veche.view.Json;
import veche.view.Words;
import veche.view.ballots.Counting;
import veche.view.ballots.ElectionReport;
import veche.view.ballots.Formats;
import veche.view.ballots.Occasion;
import veche.view.ballots.Rctab;
import veche.view.ballots.Results;
import veche.view.ballots.Sheet;
import veche.view.ballots.YesNo;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// counting §6 `veche count`: one file of ballots under one rule. Exit codes: 0 counted, 2 the
/// input cannot be used, and then nothing is written.
@Command(
    name = "count",
    mixinStandardHelpOptions = true,
    description = {
      "Считает файл бюллетеней по одному правилу и объясняет каждый шаг.",
      "Counts a file of ballots under one rule and explains every step."
    })
public final class CountCommand implements Callable<Integer> {
  @Option(
      names = "--ballots",
      required = true,
      paramLabel = "FILE",
      description = "файл бюллетеней / the ballots")
  private Path ballots = Path.of("");

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description =
          "blt, blt-approval, cvr-csv, score-csv, rank-table-csv, abif, abif-scores, cdf-json,"
              + " cdf-xml, preflib, rctab, yes-no-counts")
  private String format = "";

  @Option(names = "--rule", paramLabel = "RULE", description = "правило / the rule")
  private @Nullable String rule;

  @Option(
      names = "--seats",
      paramLabel = "N",
      description = "мест; без этого из файла / seats; otherwise those of the file")
  private @Nullable Integer seats;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "настройка правила; может повторяться / of the rule; may be repeated")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--tie-order",
      paramLabel = "\"A,B,C\"",
      description = "порядок при равенстве / the order of equal options")
  private @Nullable String tieOrder;

  @Option(
      names = "--tie-seed",
      paramLabel = "HEX",
      description = "жребий record §8 / the seed of the lot of record §8")
  private @Nullable String tieSeed;

  @Option(
      names = "--withdrawn",
      paramLabel = "NAME",
      description = "снят до подсчёта; может повторяться / withdrew; may be repeated")
  private List<String> withdrawn = new ArrayList<>();

  @Option(names = "--json", description = "один объект JSON / one object of JSON")
  private boolean json;

  @Option(names = "--text", description = "словами (так и без этого) / in words (the default)")
  private boolean text;

  @Option(names = "--html", paramLabel = "FILE", description = "страница для печати / a page")
  private @Nullable Path html;

  @Option(
      names = "--rctab",
      paramLabel = "FILE",
      description = "отчёт как у RCTab / RCTab's detailed report")
  private @Nullable Path rctab;

  @Option(
      names = "--rctab-csv",
      paramLabel = "FILE",
      description = "тот же отчёт таблицей / the same report as a table")
  private @Nullable Path rctabTable;

  @Option(
      names = "--err",
      paramLabel = "FILE",
      description =
          "отчёт NIST SP 1500-100; нужны --date и --issuer / a report of results; needs --date and"
              + " --issuer")
  private @Nullable Path err;

  @Option(names = "--date", paramLabel = "YYYY-MM-DD", description = "день / the day")
  private String date = "";

  @Option(names = "--issuer", paramLabel = "TEXT", description = "кто сообщает / who reports")
  private String issuer = "";

  @Option(names = "--contest", paramLabel = "TEXT", description = "что избирали / what was elected")
  private String contest = "";

  @Option(names = "--jurisdiction", paramLabel = "TEXT", description = "где / where")
  private String jurisdiction = "";

  @Option(names = "--office", paramLabel = "TEXT", description = "должность / the office")
  private String office = "";

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "таблица вариантов и шагов / a grid of options and stages")
  private @Nullable Path grid;

  @Option(
      names = "--blt",
      paramLabel = "FILE",
      description = "посчитанные бюллетени в BLT / the counted ballots")
  private @Nullable Path blt;

  @Option(names = "--lang", paramLabel = "ru|en|uk", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (!Files.isRegularFile(ballots)) throw new Malformed(ballots + ": no such file");
    if (format.equals("yes-no-counts")) return endorsement(out);
    Map<String, String> all = new LinkedHashMap<>();
    Sheet sheet;
    Optional<Profile> streamed = Optional.empty();
    String name = rule;
    int places;
    Occasion occasion = Occasion.UNKNOWN;
    if (format.equals("rctab")) {
      Path folder = Optional.ofNullable(ballots.toAbsolutePath().getParent()).orElse(ballots);
      Rctab config = Rctab.read(Formats.text(ballots), folder);
      sheet = config.sheet();
      all.putAll(config.options());
      if (name == null) name = config.rule();
      places = config.seats();
      occasion = config.occasion();
    } else if (format.startsWith("blt")) {
      Policy policy = Policy.of(options);
      List<Profile.Builder> builder = new ArrayList<>();
      sheet =
          Formats.blt(
              ballots,
              format.equals("blt-approval"),
              n -> {
                Profile.Builder to = new Profile.Builder(n);
                builder.add(to);
                return paper -> policy.add(to, paper);
              });
      streamed = Optional.of(builder.getFirst().build());
      places = sheet.seats() > 0 ? sheet.seats() : 1;
    } else {
      sheet = Formats.read(format, ballots);
      places = sheet.seats() > 0 ? sheet.seats() : 1;
    }
    if (name == null) throw new Malformed("rule: expected --rule");
    all.putAll(options);
    List<String> order = new ArrayList<>();
    if (tieOrder != null) {
      for (String one : tieOrder.split(",")) if (!one.isBlank()) order.add(one.strip());
    }
    Optional<Bytes> seed = Optional.ofNullable(tieSeed).map(CountCommand::seed);
    Counting counting =
        new Counting(name, seats == null ? places : seats, all, order, seed, withdrawn);
    Counting.Counted counted =
        streamed.isPresent() ? counting.count(sheet, streamed.get()) : counting.count(sheet);
    occasion = occasion.under(new Occasion(contest, jurisdiction, office, date, issuer));
    Results results = new Results(counted, occasion);
    // whatever is refused is refused before anything is written
    Optional<String> table = Optional.ofNullable(rctabTable).map(f -> results.rctabTable());
    Optional<String> report = err == null ? Optional.empty() : Optional.of(report(results));
    if (json) out.println(Json.pretty(results.json()));
    if (rctabTable != null) Files.writeString(rctabTable, table.orElseThrow());
    if (err != null) Files.writeString(err, report.orElseThrow());
    if (html != null) Files.writeString(html, results.html(language));
    if (rctab != null) Files.writeString(rctab, Json.pretty(results.rctab()) + "\n");
    if (grid != null) Files.writeString(grid, results.grid());
    if (blt != null) Files.writeString(blt, counted.blt());
    boolean silent =
        Stream.of(html, rctab, rctabTable, err, grid, blt).anyMatch(file -> file != null) || json;
    if (text || !silent) out.print(results.text(language));
    return 0;
  }

  private static String report(Results results) {
    ElectionReport report =
        new ElectionReport(
            results.occasion(), "und", ElectionReport.Status.COMPLETE, Instant.now());
    return Json.pretty(report.json(List.of(results.contest()))) + "\n";
  }

  private static Bytes seed(String hex) {
    try {
      return Bytes.fromHex(hex);
    } catch (IllegalArgumentException | Malformed e) {
      throw new Malformed("tie-seed: expected hexadecimal digits");
    }
  }

  private int endorsement(PrintStream out) throws IOException {
    Endorsement endorsement =
        YesNo.endorsement(
            options.getOrDefault("overall", "yes > no"),
            Optional.ofNullable(options.get("quorum")),
            Optional.ofNullable(options.get("constituencies")));
    Endorsement.Verdict verdict = endorsement.judge(YesNo.read(Formats.text(ballots)));
    if (json) {
      out.println(Json.pretty(YesNo.json(verdict)));
      return 0;
    }
    Words words = Words.in(language);
    for (Endorsement.Inequality test : verdict.tests()) {
      String key =
          "endorse." + test.kind().name().toLowerCase(Locale.ROOT) + (test.holds() ? "" : ".fails");
      String of = test.of().isEmpty() ? words.text("endorse.all") : test.of();
      out.println(words.text(key, of, test));
    }
    out.println(words.text(verdict.carried() ? "endorse.carried" : "endorse.not-carried"));
    return 0;
  }
}
