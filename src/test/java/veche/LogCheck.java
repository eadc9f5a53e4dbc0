package veche;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// The second reader of our logs, `src/test/go`, built with Debian's Go and its packages and
/// nothing from the network. Without them the story is skipped, or fails where it is required.
public final class LogCheck {
  private static final Path SOURCE = Path.of("src/test/go").toAbsolutePath();
  private static final Path OUT = Path.of("target/go").toAbsolutePath();
  private static final Path PACKAGES = Path.of("/usr/share/gocode");

  private final Path program;

  private LogCheck(Path program) {
    this.program = program;
  }

  /// @param code 0 only if everything held
  public record Verdict(int code, String said) {}

  public static LogCheck build() throws IOException, InterruptedException {
    if (go().isEmpty() || !Files.exists(PACKAGES.resolve("src/golang.org/x/mod/sumdb/tlog"))) {
      var why = "no Go: install golang-go and golang-golang-x-mod-dev (README, Test)";
      if ("true".equals(System.getenv("CI"))) Assertions.fail(why);
      Assumptions.abort(why);
    }
    Files.createDirectories(OUT);
    var program = OUT.resolve("logcheck");
    var building = new ProcessBuilder(go().get(), "build", "-o", program.toString(), ".");
    building
        .environment()
        .putAll(
            Map.of(
                "GO111MODULE", "off",
                "GOFLAGS", "",
                "GOPROXY", "off",
                "GOPATH", PACKAGES.toString(),
                "GOCACHE", OUT.resolve("cache").toString()));
    var built = run(building.directory(SOURCE.toFile()));
    if (built.code != 0) Assertions.fail("logcheck was not built: " + built.said);
    return new LogCheck(program);
  }

  private static Optional<String> go() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "go"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  public Verdict run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return run(new ProcessBuilder(command));
  }

  private static Verdict run(ProcessBuilder command) throws IOException, InterruptedException {
    var said = Files.createTempFile("logcheck", ".txt");
    try {
      var process = command.redirectErrorStream(true).redirectOutput(said.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        Assertions.fail("not done after five minutes: " + Files.readString(said));
      }
      return new Verdict(process.exitValue(), Files.readString(said));
    } finally {
      Files.delete(said);
    }
  }
}
