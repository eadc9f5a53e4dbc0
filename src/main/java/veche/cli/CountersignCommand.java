package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.record.Bundle;
import veche.record.Check;
import veche.record.Countersigned;
import veche.record.Trust;
import veche.record.Verifier;
import veche.view.Words;
import veche.wire.Malformed;

/// record §3a `countersign`: verifies a bundle and logs what came out, under a key of the
/// observer's own, bound to the log as it was verified. Exit codes are those of `veche verify`; a
/// statement is made whatever they are.
@Command(
    name = "countersign",
    description =
        "проверить выборы и записать в их журнал, что вышло / verify an election and log what came"
            + " out")
public final class CountersignCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUNDLE", description = "папка или zip / a folder or a zip")
  private Path bundle = Path.of("");

  @Option(
      names = "--trust",
      required = true,
      paramLabel = "FILE",
      description = "доверенный файл, полученный от людей / the trust file, got from people")
  private Path trust;

  @Option(
      names = "--publish",
      required = true,
      paramLabel = "URL",
      description = "адрес этих выборов / the election's address")
  private String url;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "имя для нового ключа в --state / the name of a new key in --state")
  private @Nullable String name;

  @Mixin private Options role;

  @Override
  public Integer call() throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Words words = role.words();
    Trust trusted = Trust.parse(Files.readString(trust));
    Verifier.Report report = report(bundle, trusted);
    Follower follower = new Follower(new Remote(url), trusted, Entropy.system());
    follower.catchUp();
    long size = report.size();
    boolean known =
        size <= follower.record().size()
            && follower.record().tree().root(size).equals(report.root());
    if (!known) throw new Malformed("--publish: the log there is not the bundle's");
    Home home = role.home();
    if (name != null) home.create(name, Vkey.ED25519, Entropy.system());
    SigningKey key = home.key();
    Countersigned said = said(report, key);
    Submission.send(
        follower,
        key,
        () ->
            follower.record().countersigned().contains(said)
                ? Optional.empty()
                : Optional.of(new Submission.Content("countersign", said.enc())));
    out.println(
        words.text(
            "countersign.done",
            key.name(),
            size,
            said.passed(),
            said.failed(),
            said.notApplicable(),
            said.notChecked()));
    return report.exit();
  }

  private static Countersigned said(Verifier.Report report, SigningKey key) {
    return new Countersigned(
        key.vkey(),
        report.size(),
        report.root(),
        "veche verify",
        Veche.SOFTWARE,
        (int) report.count(Check.Status.PASS),
        (int) report.count(Check.Status.FAIL),
        (int) report.count(Check.Status.NOT_APPLICABLE),
        (int) report.count(Check.Status.NOT_CHECKED),
        report.firstFailure().map(Check::id).orElse(""));
  }

  /// All checks over a bundle at hand.
  static Verifier.Report report(Path bundle, Trust trusted) {
    try (Bundle source = Bundle.open(bundle)) {
      return Verifier.verify(
          Verifier.Given.of(source, trusted, System.currentTimeMillis() / 1000, Entropy.system()),
          (done, of) -> {});
    } catch (Bundle.Unusable e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    }
  }
}
