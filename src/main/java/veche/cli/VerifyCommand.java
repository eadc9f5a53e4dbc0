package veche.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Entropy;
import veche.record.Bundle;
import veche.record.Check;
import veche.record.Trust;
import veche.record.Verifier;
import veche.record.WebRelease;
import veche.view.Fingerprint;
import veche.view.Json;
import veche.view.ReportPage;
import veche.view.Sheet;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §1: `veche verify`. Exit codes: 0 all that is required holds, 1 something is wrong, 2
/// something needed was not checked, 3 the input cannot be judged.
@Command(
    name = "verify",
    exitCodeOnInvalidInput = 3,
    description = "проверить выборы целиком / verify a whole election")
public final class VerifyCommand implements Callable<Integer> {
  private static final int UNUSABLE = 3;

  @Parameters(
      paramLabel = "BUNDLE",
      description = "папка, zip или адрес выборов / a folder, a zip or an election's address")
  private String bundle = "";

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "файл доверия, полученный от людей / the trust file, got from people")
  private @Nullable Path trust;

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description = "квитанция .tlog-proof / a receipt; может повторяться / may be repeated")
  private List<Path> receipts = new ArrayList<>();

  @Option(
      names = "--challenge",
      paramLabel = "FILE",
      description =
          "проверенный избирателем бюллетень, как его показала страница / a challenged ballot as"
              + " the page showed it; может повторяться / may be repeated")
  private List<Path> challenges = new ArrayList<>();

  @Option(
      names = "--roll",
      paramLabel = "FILE",
      description =
          "все ключи списка, по двенадцать слов в строке / all keys of the roll, twelve words a"
              + " line")
  private @Nullable Path roll;

  @Option(
      names = "--votes",
      paramLabel = "FILE",
      description =
          "вскрытые порядки, как их пишет recount --opened / opened rankings as recount --opened"
              + " writes them")
  private @Nullable Path votes;

  @Option(
      names = "--web",
      paramLabel = "DIR",
      description = "файлы страницы, как их отдаёт сервер / the page's files as served")
  private @Nullable Path web;

  @Option(
      names = "--plain",
      description = "каждое уравнение само по себе / every equation by itself")
  private boolean plain;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "отчёт в JSON / the report as JSON")
  private @Nullable String json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "отчёт одной страницей для браузера / the report as a page for a browser")
  private @Nullable Path html;

  @Option(
      names = "--protocol",
      paramLabel = "FILE|-",
      description =
          "протокол об итогах, выведенный из записи / the protocol of the results, worked out from"
              + " the record")
  private @Nullable String protocol;

  @Option(
      names = "--same-protocol",
      paramLabel = "FILE",
      description =
          "сравнить с этим протоколом; 1, если он другой / compare with this protocol; 1 if it is"
              + " another")
  private @Nullable Path same;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Option(
      names = "--expect",
      paramLabel = "FILE",
      description = "строки exit N и fail ID; 0, если вышло именно это / 0 if just that came out")
  private @Nullable Path expect;

  @Override
  public Integer call() throws IOException {
    Words words = Words.in(language);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    Verifier.Report report;
    try (Bundle source = Inputs.bundle(bundle)) {
      report = Verifier.verify(given(source), new Progress(words, err));
    } catch (Bundle.Unusable | Malformed | Remote.Unreachable | Remote.Refusal | IOException e) {
      err.println(words.text("verify.unusable", String.valueOf(e.getMessage())));
      return expected(words, err, UNUSABLE, List.of());
    }
    if (!"-".equals(json)) print(words, out, report);
    if (json != null) {
      String text = Json.pretty(json(report)) + "\n";
      if (json.equals("-")) out.print(text);
      else Files.writeString(Path.of(json), text);
    }
    Optional<String> sheet = Sheet.of(report.record(), report.witnesses(), words);
    if (html != null) Files.writeString(html, ReportPage.of(report, sheet, words));
    if (protocol != null) {
      String text = sheet.orElseThrow(() -> new Malformed("--protocol: no result stands yet"));
      if (protocol.equals("-")) out.print(text);
      else Files.writeString(Path.of(protocol), text);
    }
    int exit = same == null || same(words, err, sheet) ? report.exit() : 1;
    return expected(words, err, exit, failed(report));
  }

  /// Says which line is the first that differs.
  private boolean same(Words words, PrintStream err, Optional<String> sheet) throws IOException {
    List<String> mine = sheet.orElse("").lines().toList();
    List<String> theirs = Inputs.text(Optional.ofNullable(same).orElseThrow()).lines().toList();
    for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
      String here = i < mine.size() ? mine.get(i) : "";
      String there = i < theirs.size() ? theirs.get(i) : "";
      if (i < mine.size() && here.equals(there)) continue;
      err.println(words.text("verify.protocol.other", i + 1, here, there));
      return false;
    }
    err.println(words.text("verify.protocol.same"));
    return true;
  }

  private static List<String> failed(Verifier.Report report) {
    return report.checks().stream()
        .filter(c -> c.status() == Check.Status.FAIL)
        .map(Check::id)
        .toList();
  }

  private Verifier.Given given(Bundle source) throws IOException {
    return new Verifier.Given(
        source,
        trust == null ? Optional.empty() : Optional.of(Trust.parse(Inputs.text(trust))),
        new Verifier.Held(
            all(receipts),
            all(challenges),
            roll == null ? Optional.empty() : Optional.of(roll(roll)),
            votes == null ? Optional.empty() : Optional.of(Files.readString(votes)),
            web == null ? Optional.empty() : Optional.of(WebRelease.read(web, "").files())),
        plain,
        System.currentTimeMillis() / 1000,
        Entropy.system());
  }

  private static List<String> all(List<Path> files) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files) texts.add(Inputs.text(file));
    return texts;
  }

  /// The lines that registrars told their voters: twelve words of each key.
  private static Verifier.RollList roll(Path file) throws IOException {
    return new Verifier.RollList(
        Files.readString(file)
            .lines()
            .map(line -> line.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
            .filter(line -> !line.isEmpty())
            .collect(Collectors.toSet()),
        Fingerprint::of);
  }

  // ---- what people read

  private static void print(Words words, PrintStream out, Verifier.Report report) {
    out.println(words.text("verify.log", report.origin(), report.size(), report.root()));
    out.println(words.text("verify.phase", report.phase()));
    report.result().ifPresent(r -> out.println(words.text("verify.result", r)));
    for (Check check : report.checks()) {
      String status = words.text("check." + check.status().id());
      out.println(check.id() + "  " + status + ": " + words.detail(check.why()));
    }
    out.println();
    report
        .firstFailure()
        .ifPresent(
            check -> {
              out.println(words.text("verify.first", check.id()));
              out.println("  " + words.text("verify.claim", words.text("check." + check.id())));
              out.println("  " + words.text("verify.found", words.detail(check.why())));
              if (check.leaf() >= 0) out.println("  " + words.text("verify.leaf", check.leaf()));
              String means = words.text("check." + check.id() + ".false");
              out.println("  " + words.text("verify.means", means));
            });
    out.println(
        words.text(
            "verify.counts",
            report.count(Check.Status.PASS),
            report.count(Check.Status.FAIL),
            report.count(Check.Status.NOT_APPLICABLE),
            report.count(Check.Status.NOT_CHECKED)));
    boolean untrusted =
        report.exit() == 2 && report.check("LOG-03").status() == Check.Status.NOT_CHECKED;
    out.println(words.text("verify.verdict." + report.exit() + (untrusted ? "-trust" : "")));
  }

  private static ObjectNode json(Verifier.Report report) {
    ObjectNode out = Json.object();
    out.put("exit", report.exit());
    out.put("origin", report.origin());
    out.put("size", report.size());
    out.put("root", report.root().hex());
    out.put("phase", report.phase());
    out.put("result", report.result().map(Bytes::hex).orElse(null));
    ArrayNode checks = out.putArray("checks");
    for (Check check : report.checks()) {
      ObjectNode one = checks.addObject();
      one.put("id", check.id());
      one.put("status", check.status().id());
      one.put("why", check.why());
      if (check.leaf() >= 0) one.put("leaf", check.leaf());
    }
    return out;
  }

  /// Without `--expect` the verdict itself.
  private int expected(Words words, PrintStream err, int exit, List<String> failed)
      throws IOException {
    if (expect == null) return exit;
    List<String> found = new ArrayList<>(List.of("exit " + exit));
    failed.forEach(id -> found.add("fail " + id));
    List<String> wanted = Inputs.text(expect).lines().filter(line -> !line.isBlank()).toList();
    boolean same = wanted.equals(found);
    err.println(words.text(same ? "verify.expected" : "verify.unexpected", wanted, found));
    return same ? 0 : 1;
  }

  /// Speaks only when there is something to wait for.
  private static final class Progress implements Verifier.Progress {
    private static final long EVERY = 2_000_000_000L;
    private final Words words;
    private final PrintStream err;
    private long last = System.nanoTime();

    Progress(Words words, PrintStream err) {
      this.words = words;
      this.err = err;
    }

    @Override
    public void at(long done, long of) {
      long now = System.nanoTime();
      if (now - last < EVERY) return;
      last = now;
      err.println(words.text("verify.progress", done, of));
    }
  }
}
