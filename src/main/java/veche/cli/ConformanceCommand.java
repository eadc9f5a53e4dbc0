package veche.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import veche.view.Json;
import veche.view.ballots.Case;
import veche.wire.Malformed;

/// counting §6 `veche conformance DIR`: counts every expectation of every case folder and compares.
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    description = {
      "Считает все случаи папки и сравнивает с известными итогами.",
      "Counts every case of a folder and compares with the known results."
    })
public final class ConformanceCommand implements Callable<Integer> {
  private final PrintStream out;

  public ConformanceCommand() {
    this(System.out);
  }

  /// @param out where the differences and the sum are told
  ConformanceCommand(PrintStream out) {
    this.out = out;
  }

  @Parameters(paramLabel = "DIR", description = "папка случаев / folder of cases")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) throw new Malformed(folder + ": expected a folder of cases");
    List<Path> cases;
    try (Stream<Path> all = Files.list(folder)) {
      cases = all.filter(d -> Files.isRegularFile(d.resolve("expected.json"))).sorted().toList();
    }
    int passed = 0;
    int failed = 0;
    Map<String, Integer> skipped = new TreeMap<>();
    for (Path one : cases) {
      JsonNode expected = Json.read(Files.readString(one.resolve("expected.json")));
      int number = 0;
      for (JsonNode entry : expected.path("expect")) {
        number++;
        String rule = entry.path("rule").asText();
        Optional<String> found;
        try {
          found = new Case(one, expected, entry).judge();
        } catch (Case.NotBuilt e) {
          skipped.merge(rule, 1, Integer::sum);
          continue;
        } catch (RuntimeException e) {
          found = Optional.of(String.valueOf(e));
        }
        if (found.isEmpty()) {
          passed++;
        } else {
          failed++;
          out.println(one.getFileName() + " #" + number + " " + rule + ": " + found.get());
        }
      }
    }
    skipped.forEach((rule, n) -> out.println("skipped: " + rule + " " + n));
    int left = skipped.values().stream().mapToInt(n -> n).sum();
    out.println(passed + " passed, " + failed + " failed, " + left + " skipped");
    return failed == 0 ? 0 : 1;
  }
}
