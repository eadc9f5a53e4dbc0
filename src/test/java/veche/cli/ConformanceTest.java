package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// counting §6: the cases of other programs, counted stage by stage. They are not part of this
/// project: `-Dveche.cases=DIR` says where they lie, `../shared/cases` otherwise.
class ConformanceTest {
  private static final Path CASES = Path.of(System.getProperty("veche.cases", "../shared/cases"));

  @TempDir private Path folder;

  private String said = "";

  private int conformance(Path cases) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream into = new PrintStream(told, true, StandardCharsets.UTF_8);
    int code = new CommandLine(new ConformanceCommand(into)).execute(cases.toString());
    said = told.toString(StandardCharsets.UTF_8);
    return code;
  }

  @Test
  void everyCaseOfOtherProgramsIsCountedAsTheyCountIt() {
    if (!Files.isDirectory(CASES)) {
      System.err.println("ConformanceTest: no cases at " + CASES + ": nothing was compared");
      Assumptions.abort("no cases at " + CASES);
    }
    int code = conformance(CASES);
    assertThat(said).contains(" passed, 0 failed, 0 skipped");
    assertThat(code).isZero();
  }

  @Test
  void aCaseThatIsCountedOtherwiseFailsWithItsFirstDifference() throws IOException {
    Path one = Files.createDirectories(folder.resolve("own"));
    Files.writeString(one.resolve("b.blt"), "2 1\n3 1 0\n2 2 0\n0\n\"a\"\n\"b\"\n");
    String expected =
        "{\"id\":\"own\",\"ballots\":\"b.blt\",\"format\":\"blt\",\"seats\":1,\"expect\":["
            + "{\"rule\":\"irv\",\"winners\":[\"WHO\"]},{\"rule\":\"lottery\",\"winners\":[]}]}";
    Files.writeString(one.resolve("expected.json"), expected.replace("WHO", "a"));
    assertThat(conformance(folder)).isZero();
    assertThat(said).contains("skipped: lottery 1", "1 passed, 0 failed, 1 skipped");
    Files.writeString(one.resolve("expected.json"), expected.replace("WHO", "b"));
    assertThat(conformance(folder)).isEqualTo(1);
    assertThat(said).contains("own #1 irv: winners: expected [b], found [a]");
  }
}
