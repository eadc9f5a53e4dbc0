package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Entropy;
import veche.record.Bundle;
import veche.record.Dispute;
import veche.record.Trust;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §5: whether a promise was kept. Exit codes: 0 it was, 1 it was broken, 2 it cannot be
/// told yet, 3 it is none, or the log cannot be read.
@Command(
    name = "dispute",
    exitCodeOnInvalidInput = 3,
    description =
        "спор о квитанции: исполнено ли обещанное / a dispute about a receipt: was the promise"
            + " kept")
public final class DisputeCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "RECEIPT",
      description =
          "квитанция .tlog-proof или слово организации .taken / a receipt or a body's word")
  private Path receipt;

  @Parameters(
      index = "1",
      paramLabel = "BUNDLE",
      description = "папка, zip или адрес выборов / a folder, a zip or an election's address")
  private String source;

  @Option(
      names = "--trust",
      required = true,
      paramLabel = "FILE",
      description = "файл доверия, полученный от людей / the trust file, got from people")
  private Path trust;

  @Option(
      names = "--ballot",
      paramLabel = "FILE",
      description =
          "сам бюллетень (.ballot), о котором слово организации / the ballot itself that a body's"
              + " word is about")
  private @Nullable Path ballot;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Words words = Words.in(language);
    try (Bundle bundle = Inputs.bundle(source)) {
      Trust trusted = Trust.parse(Inputs.text(trust));
      Dispute.Decision found =
          new Dispute(bundle, Bundle.fold(bundle, Entropy.system()), trusted)
              .decide(
                  Inputs.text(receipt),
                  ballot == null
                      ? Optional.empty()
                      : Optional.of(Bytes.wrap(Files.readAllBytes(ballot))));
      String key = "dispute." + found.verdict().id();
      out.println(words.text(key, found.by(), found.leaf(), found.detail()));
      out.println(words.text(key + ".next"));
      return found.verdict().exit();
    } catch (Bundle.Unusable | Malformed e) {
      out.println(words.text("verify.unusable", String.valueOf(e.getMessage())));
      return Dispute.Verdict.NO_PROMISE.exit();
    }
  }
}
