package veche;

import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// The Chromium of the browser stories, driven by the node on the PATH. `mvn verify` has left its
/// path in `target/chromium`; without one the story is skipped, or fails where browsers are
/// required.
final class Browser implements AutoCloseable {
  private static final Path FOUND = Path.of("target/chromium");

  private final Playwright playwright;
  final com.microsoft.playwright.Browser chromium;

  private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) {
    this.playwright = playwright;
    this.chromium = chromium;
  }

  static Browser open() throws IOException {
    var path = chromium();
    var node = node();
    if (path.isEmpty() || node.isEmpty()) {
      var why = "no Chromium or no node: see README, Test";
      if (required()) Assertions.fail(why);
      Assumptions.abort(why);
    }
    var env = Map.of("PLAYWRIGHT_NODEJS_PATH", node.get(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    var playwright = Playwright.create(new Playwright.CreateOptions().setEnv(env));
    var options =
        new LaunchOptions()
            .setExecutablePath(Path.of(path.get()))
            .setArgs(
                List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync"));
    return new Browser(playwright, playwright.chromium().launch(options));
  }

  private static Optional<String> chromium() throws IOException {
    var named = Optional.ofNullable(System.getProperty("veche.chromium")).filter(p -> !p.isBlank());
    if (named.isPresent() || !Files.exists(FOUND)) {
      return named.or(() -> Optional.ofNullable(System.getenv("CHROMIUM")));
    } else {
      return Optional.of(Files.readString(FOUND).strip());
    }
  }

  private static Optional<String> node() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> Stream.of(Path.of(folder, "node"), Path.of(folder, "node.exe")))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static boolean required() {
    return "required".equals(System.getProperty("e2e")) || "true".equals(System.getenv("CI"));
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
