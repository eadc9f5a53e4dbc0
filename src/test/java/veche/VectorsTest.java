package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No known answer lies about unread: each file of `src/spec/vectors/crypto` is asked for by a
/// test. The mixes wait for their room (protocol §9).
class VectorsTest {
  private static final Path VECTORS = Path.of("src/spec/vectors");

  @Test
  void everyCryptographicVectorIsReadByATest() throws IOException {
    String tests = text(Path.of("src/test/java"));
    TreeSet<String> unread = new TreeSet<>();
    int read = 0;
    for (Path file : files(VECTORS.resolve("crypto"), ".json")) {
      String name = VECTORS.relativize(file).toString().replace('\\', '/');
      if (name.startsWith("crypto/shuffle-")) continue;
      if (tests.contains("\"" + name + "\"")) read++;
      else unread.add(name);
    }
    System.out.println("vectors of crypto read by tests: " + read);
    assertThat(unread).isEmpty();
    assertThat(read).isPositive();
  }

  private static String text(Path root) throws IOException {
    StringBuilder out = new StringBuilder();
    for (Path file : files(root, ".java")) out.append(Files.readString(file));
    return out.toString();
  }

  private static List<Path> files(Path root, String suffix) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
