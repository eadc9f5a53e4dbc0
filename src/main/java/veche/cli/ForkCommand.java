package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Fork;
import veche.log.Receipt;
import veche.log.Tree;
import veche.record.Bundle;
import veche.record.Record;
import veche.record.Trust;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §4: makes the proof of a fork from what two people were shown, and judges one. Exit
/// codes: 0 a fork is proved, 1 the two agree, 2 the input is not what it should be.
@Command(
    name = "prove-fork",
    exitCodeOnInvalidInput = 2,
    description =
        "доказать, что журнал подписал две истории / prove that a log signed two histories")
public final class ForkCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..2",
      paramLabel = "SEEN",
      description =
          "что видели двое: контрольная точка, квитанция, папка, zip или адрес / what two people"
              + " saw: a checkpoint, a receipt, a folder, a zip or an address")
  private List<String> seen = new ArrayList<>();

  @Option(
      names = "--trust",
      required = true,
      paramLabel = "FILE",
      description = "файл доверия, полученный от людей / the trust file, got from people")
  private Path trust;

  @Option(names = "--out", paramLabel = "FILE", description = "куда записать / where to write it")
  private @Nullable Path out;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "проверить чужое доказательство / judge somebody's proof")
  private @Nullable Path check;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  /// What somebody was shown.
  private record Sight(Note note, Optional<Tree> tree) {}

  @Override
  public Integer call() throws IOException {
    PrintStream said = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Words words = Words.in(language);
    Trust trusted = Trust.parse(Inputs.text(trust));
    if (check != null) {
      say(said, words, trusted, Fork.parse(Inputs.text(check)));
      return 0;
    }
    if (seen.size() != 2) throw new Malformed("prove-fork: expected two sights, or --check");
    Sight one = sight(seen.get(0));
    Sight other = sight(seen.get(1));
    Vkey log = log(trusted, Checkpoint.parse(one.note.body()).origin());
    Checkpoint.verified(one.note, log);
    Checkpoint.verified(other.note, log);
    long longer =
        Math.max(
            Checkpoint.parse(one.note.body()).size(), Checkpoint.parse(other.note.body()).size());
    Optional<Tree> tree =
        one.tree
            .filter(t -> t.size() >= longer && fits(t, one.note))
            .or(() -> other.tree.filter(t -> t.size() >= longer && fits(t, other.note)));
    Optional<Fork> fork = Fork.find(one.note, other.note, tree);
    if (fork.isEmpty()) {
      said.println(words.text("fork.none"));
      return 1;
    }
    say(said, words, trusted, fork.get());
    Path file = out == null ? Path.of("fork.txt") : out;
    Files.writeString(file, fork.get().text());
    said.println(words.text("fork.written", file));
    return 0;
  }

  private static boolean fits(Tree tree, Note note) {
    Checkpoint of = Checkpoint.parse(note.body());
    return tree.size() >= of.size() && tree.root(of.size()).equals(of.root());
  }

  private static Vkey log(Trust trust, String origin) {
    return trust.policy().logs().stream()
        .filter(key -> key.name().equals(origin))
        .findFirst()
        .orElseThrow(() -> new Malformed("the trust file names no log " + origin));
  }

  private static void say(PrintStream said, Words words, Trust trust, Fork fork) {
    Vkey log = log(trust, Checkpoint.parse(fork.one().body()).origin());
    Fork.Proven proven = fork.verify(log, trust.policy().witnessKeys());
    said.println(words.text("fork.proved", proven.origin(), proven.size(), proven.otherSize()));
    if (!proven.vouched().isEmpty()) {
      said.println(words.text("fork.vouched", String.join(", ", new TreeSet<>(proven.vouched()))));
    }
    said.println(words.text("fork.means"));
  }

  private static Sight sight(String where) throws IOException {
    if (!Inputs.isAddress(where)
        && Files.isRegularFile(Path.of(where))
        && !where.endsWith(".zip")) {
      String text = Inputs.text(Path.of(where));
      return new Sight(
          text.startsWith("c2sp.org/tlog-proof")
              ? Receipt.parse(text).checkpoint()
              : Note.parse(text),
          Optional.empty());
    }
    try (Bundle bundle = Inputs.bundle(where)) {
      Bytes note =
          bundle.bytes("checkpoint").orElseThrow(() -> new Malformed(where + ": no checkpoint"));
      Record record = Bundle.fold(bundle, Entropy.system());
      return new Sight(Note.parse(note), Optional.of(record.tree()));
    } catch (Bundle.Unusable e) {
      throw new Malformed(where + ": " + e.getMessage());
    }
  }
}
