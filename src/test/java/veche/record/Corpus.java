package veche.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import veche.record.MutantsTest.Mutant;

/// Good and wrong bundles as files, for verifiers in other languages: of each `NAME.zip`,
/// `NAME.trust` (none where nobody gave one), `NAME.receipt.1` and on, and `NAME.expected` with a
/// line `<id> <status> <sentence>` for each check, or `exit 3` where the input cannot be judged.
/// `now` holds the observer's clock, `names` says what is wrong with each.
final class Corpus {
  private Corpus() {}

  /// Good ones first, then every mutant under its check's name.
  static Map<String, Supplier<Mutant>> all() {
    Map<String, Supplier<Mutant>> out = new LinkedHashMap<>();
    out.put("good", () -> Mutant.of(ElectionFixture.good()));
    out.put("good-untrusted", () -> new Mutant(ElectionFixture.good().files(), ""));
    out.put("good-open", () -> Mutant.of(new ElectionFixture().opened(3).votedOnce()));
    out.put("good-drafted", () -> Mutant.of(new ElectionFixture().draft()));
    out.put("good-refused", () -> Mutant.of(counted(new ElectionFixture()).refuse()));
    out.put(
        "good-late-lot",
        () ->
            Mutant.of(
                ElectionFixture.late(2)
                    .opened(3)
                    .votedOnce()
                    .closed()
                    .reveal(1, 2)
                    .decrypt(1, 2)
                    .certify()));
    out.put("good-ranked", () -> Mutant.of(ElectionFixture.goodRanked()));
    MutantsTest.table()
        .forEach(
            (id, rows) -> {
              int[] number = {0};
              rows.forEach(
                  (what, mutant) ->
                      out.put(id.toLowerCase(Locale.ROOT) + "-" + ++number[0], mutant));
            });
    return out;
  }

  private static ElectionFixture counted(ElectionFixture fixture) {
    return fixture.opened(3).votedOnce().closed().decrypt(1, 2, 3);
  }

  /// Writes one bundle and what this verifier says of it.
  static void write(Path folder, String name, Mutant mutant) {
    try {
      Files.createDirectories(folder);
      ElectionFixture.zip(folder.resolve(name + ".zip"), mutant.files());
      if (!mutant.trust().isEmpty()) {
        Files.writeString(folder.resolve(name + ".trust"), mutant.trust());
      }
      String[] receipts = mutant.receipts();
      for (int i = 0; i < receipts.length; i++) {
        Files.writeString(folder.resolve(name + ".receipt." + (i + 1)), receipts[i]);
      }
      Files.writeString(folder.resolve(name + ".expected"), expected(mutant));
      Files.writeString(folder.resolve("now"), ElectionFixture.NOW + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expected(Mutant mutant) {
    try {
      return MemoryBundle.verify(
              new MemoryBundle(mutant.files()), mutant.trust(), mutant.receipts())
          .checks()
          .stream()
          .map(c -> c.id() + " " + c.status().id() + " " + c.why() + "\n")
          .collect(Collectors.joining());
    } catch (Bundle.Unusable e) {
      return "exit 3 " + e.getMessage() + "\n";
    }
  }
}
