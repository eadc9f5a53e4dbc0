package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import veche.record.MutantsTest.Mutant;

/// checks §2: the page's verifier, written apart from this one, says the same of every check of
/// every bundle. `-Dveche.matrix=all` compares the whole corpus, otherwise every fourth mutant;
/// `-Dveche.strange=N` as many records more that nobody thought of, and three otherwise.
class MatrixTest {
  private static final Path CORPUS = Path.of("target/corpus");

  @Test
  void thePagesVerifierSaysTheSameOfEveryCheckOfEveryBundle() throws Exception {
    boolean node = hasNode();
    if ("true".equals(System.getenv("CI"))) assertThat(node).as("node").isTrue();
    Assumptions.assumeTrue(node, "node is not installed: the page's verifier is not asked");
    clear();
    int count = 0;
    for (Map.Entry<String, Supplier<Mutant>> one : Corpus.all().entrySet()) {
      boolean good = one.getKey().startsWith("good");
      boolean large = one.getKey().equals("large");
      if (good || "all".equals(System.getProperty("veche.matrix")) || !large && count++ % 4 == 0) {
        Corpus.write(CORPUS, one.getKey(), one.getValue().get());
      }
    }
    Corpus.compared().forEach((name, of) -> Corpus.write(CORPUS, name, of));
    long seed = Long.getLong("veche.seed", System.nanoTime());
    System.out.println("strange records: -Dveche.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < Integer.getInteger("veche.strange", 3); i++) {
      Corpus.write(CORPUS, "strange-" + i, Corpus.strange(random));
    }
    Path said = CORPUS.resolve("said");
    ProcessBuilder matrix =
        new ProcessBuilder(List.of("node", "web/test/support/matrix.mjs", CORPUS.toString()))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    Process process = matrix.start();

    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    if (!ended) process.destroyForcibly();

    String out = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(ended).as(out).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    assertThat(out).contains("bundles, 0 differences");
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void clear() throws IOException {
    if (!Files.exists(CORPUS)) return;
    try (Stream<Path> old = Files.walk(CORPUS)) {
      old.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
