package veche.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.council.Certificate;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.record.Bundle;
import veche.record.Check;
import veche.record.Opened;
import veche.record.Record;
import veche.record.Recounted;
import veche.record.Trust;
import veche.record.Verifier;
import veche.tally.Outcome;
import veche.view.Json;
import veche.view.Words;
import veche.view.ballots.Counting;
import veche.view.ballots.RankedResult;
import veche.view.ballots.Results;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// counting §6 `veche recount`: opens an election's record, counts what it opened once more and
/// compares it with what the bodies certified; with `--rule` it asks what another rule would have
/// made of the same rankings, which decides nothing. Proofs are the business of `veche verify`.
/// Exit codes: 0 the same, 1 another result, 2 there is nothing to count.
@Command(
    name = "recount",
    mixinStandardHelpOptions = true,
    description = {
      "Считает вскрытые бюллетени выборов ещё раз и сравнивает; с --rule — по другому правилу.",
      "Counts an election's opened ballots again and compares; with --rule by another rule."
    })
public final class RecountCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUNDLE", description = "папка или zip / a folder or a zip")
  private Path bundle = Path.of("");

  @Option(
      names = "--contest",
      paramLabel = "K",
      description = "только этот вопрос / only this contest")
  private @Nullable String contest;

  @Option(names = "--rule", paramLabel = "RULE", description = "другое правило / another rule")
  private @Nullable String rule;

  @Option(names = "--seats", paramLabel = "N", description = "другое число мест / other seats")
  private @Nullable Integer seats;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "настройка правила; может повторяться / of the rule; may be repeated")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--opened",
      paramLabel = "FILE",
      description = "вскрытые порядки, CSV / the opened rankings")
  private @Nullable Path opened;

  @Option(names = "--json", description = "один объект JSON / one object of JSON")
  private boolean json;

  @Option(
      names = "--publish",
      paramLabel = "URL",
      description = "записать найденное в журнал этих выборов / log what was found there")
  private @Nullable String publish;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "имя для нового ключа в --state / the name of a new key in --state")
  private @Nullable String name;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "доверенный файл, полученный от людей / the trust file, got from people")
  private @Nullable Path trust;

  @Mixin private Options role;

  @Override
  public Integer call() throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Words words = role.words();
    Record record;
    try (Bundle source = Bundle.open(bundle)) {
      record = Bundle.fold(source, Entropy.system());
    } catch (Bundle.Unusable e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    }
    Bytes found =
        record
            .result()
            .orElseThrow(() -> new Malformed("the record is in phase " + record.phase().id()))
            .digest();
    Optional<Bytes> certified = record.certificate().map(c -> Certificate.parse(c.text()).result());
    boolean same = certified.map(found::equals).orElse(true);
    ObjectNode all = Json.object().put("result", found.hex());
    certified.ifPresentOrElse(c -> all.put("certified", c.hex()), () -> all.putNull("certified"));
    all.put("agrees", same);
    ArrayNode contests = all.putArray("contests");
    List<String> told = new ArrayList<>();
    for (Outcome outcome : chosen(record)) told.add(count(record, outcome, contests, words));
    if (opened != null)
      Files.writeString(
          opened, Opened.rows(record, chosen(record).stream().map(Outcome::contest).toList()));
    if (json) {
      out.println(Json.pretty(all));
    } else {
      told.forEach(out::print);
      String how = certified.isEmpty() ? "alone" : same ? "same" : "differs";
      out.println(words.text("recount." + how, found.hex()));
    }
    if (publish != null) out.println(words.text("recount.published", publish(record, found)));
    return same ? 0 : 1;
  }

  /// record §3a `recount`: what was found, with what a verification of the same bundle gave, under
  /// a key of one's own.
  ///
  /// @return the key's name
  private String publish(Record record, Bytes found) throws IOException {
    if (trust == null) throw new Malformed("--publish: expected --trust");
    Trust trusted = Trust.parse(Files.readString(trust));
    Follower follower =
        new Follower(new Remote(String.valueOf(publish)), trusted, Entropy.system());
    follower.catchUp();
    if (!follower.record().id().equals(record.id())) {
      throw new Malformed("--publish: that is another election than the bundle's");
    }
    Home home = role.home();
    if (name != null) home.create(name, Vkey.ED25519, Entropy.system());
    SigningKey key = home.key();
    Recounted said =
        new Recounted(key.vkey(), "veche recount", Veche.SOFTWARE, found, checks(trusted));
    Submission.send(
        follower,
        key,
        () ->
            follower.record().recounts().stream().anyMatch(r -> r.by().equals(said.by()))
                ? Optional.empty()
                : Optional.of(new Submission.Content("recount", said.enc())));
    return key.name();
  }

  private String checks(Trust trusted) {
    Verifier.Report report = CountersignCommand.report(bundle, trusted);
    List<String> out = new ArrayList<>();
    for (Check.Status status : Check.Status.values()) {
      out.add(status.id() + " " + report.count(status));
    }
    return String.join(", ", out);
  }

  private List<Outcome> chosen(Record record) {
    if (contest == null) return record.outcomes();
    List<String> ids = record.draft().contests().stream().map(Contest::id).toList();
    int k = ids.indexOf(contest);
    if (k < 0) throw new Malformed("--contest: expected one of " + ids);
    return List.of(record.outcomes().get(k));
  }

  private String count(Record record, Outcome outcome, ArrayNode out, Words words) {
    Contest of = record.draft().contests().get(outcome.contest());
    ObjectNode one = out.addObject().put("id", of.id());
    List<String> winners = outcome.winners().stream().map(of.optionIds()::get).toList();
    winners.forEach(one.putArray("winners")::add);
    if (outcome.ranked().isEmpty()) {
      if (rule != null) throw new Malformed("--rule: contest " + of.id() + " was opened as sums");
      outcome.totals().forEach(one.putArray("totals")::add);
      return words.text("recount.sums", of.id(), outcome.totals(), winners) + "\n";
    }
    Counting.Counted counted = RankedResult.counted(record, outcome);
    if (rule != null || seats != null || !options.isEmpty()) counted = otherwise(of, counted);
    Results results = new Results(counted);
    boolean whatIf = rule != null || seats != null || !options.isEmpty();
    one.put("whatIf", whatIf);
    one.set("count", results.json());
    String head = words.text(whatIf ? "recount.what-if" : "recount.contest", of.id(), winners);
    return head + "\n" + results.text(role.language()) + "\n";
  }

  /// The same rankings under other terms; ties by the lot that was drawn for the election.
  private Counting.Counted otherwise(Contest of, Counting.Counted counted) {
    List<String> ids = of.optionIds();
    Counting how =
        new Counting(
            rule == null ? of.rule() : rule,
            seats == null ? of.seats() : seats,
            rule == null && options.isEmpty() ? of.parameters() : options,
            counted.terms().lot().stream().map(ids::get).toList(),
            Optional.empty(),
            List.of());
    return how.count(counted.sheet(), counted.profile());
  }
}
