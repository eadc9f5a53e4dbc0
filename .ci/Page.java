import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The page's part of `mvn verify`: fetches what npm has for it, runs its tests in node, checks its
/// types and that the vendored libraries are as published, and writes the path of the Chromium for
/// the browser stories to `target/chromium`.
///
/// What is missing is skipped in one line, or a failure with `CI=true` or `-De2e=required`.
class Page {
  static final Path WEB = Path.of("web");
  static final Path FOUND = Path.of("target/chromium");
  static boolean required;

  /// Arguments: `required`, `optional` or `browser` (only fetch and look for the browser, exit 1
  /// without one), then the Chromium to use, possibly empty.
  public static void main(String[] args) throws Exception {
    var browserOnly = args[0].equals("browser");
    required = browserOnly || args[0].equals("required") || "true".equals(System.getenv("CI"));
    var named = args.length > 1 ? args[1] : "";
    Files.createDirectories(FOUND.getParent());
    Files.deleteIfExists(FOUND);

    if (onPath("node").isEmpty() || onPath("npm").isEmpty()) {
      missing("node with npm (20 or newer) is not on the PATH: the page's tests are skipped");
      chromium(named, false);
    } else if (browserOnly) {
      fetch();
      chromium(named, true);
    } else {
      fetch();
      step("page tests", tests());
      step("page types", "node", "node_modules/typescript/bin/tsc", "-p", ".");
      step("page libraries", "node", "vendor/make.mjs", "--check");
      chromium(named, true);
    }
  }

  /// Only when the lock file is newer than what was fetched: `npm ci` starts from nothing each
  /// time.
  static void fetch() throws Exception {
    var lock = WEB.resolve("package-lock.json");
    var done = WEB.resolve("node_modules/.fetched");
    if (Files.exists(done) && Files.mismatch(lock, done) < 0) return;
    step("page libraries fetched", npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    Files.copy(lock, done);
  }

  /// Each file by name: what node makes of a folder differs between its versions.
  static String[] tests() throws IOException {
    try (var files = Files.list(WEB.resolve("test"))) {
      var names = files.map(f -> "test/" + f.getFileName()).filter(f -> f.endsWith(".test.js"));
      var command = Stream.of("node", "--test", "--test-reporter=spec");
      return Stream.concat(command, names.sorted()).toArray(String[]::new);
    }
  }

  static void chromium(String named, boolean npm) throws Exception {
    var candidates =
        Stream.of(
                Optional.of(named),
                Optional.ofNullable(System.getenv("CHROMIUM")),
                onPath("chromium"),
                onPath("chromium-browser"),
                onPath("google-chrome"))
            .flatMap(Optional::stream)
            .filter(path -> !path.isBlank());
    var found = candidates.findFirst().or(() -> npm ? npmsChromium() : Optional.empty());
    if (found.isEmpty() || !starts(found.get())) {
      missing("no Chromium that starts (see README, Test): the browser stories are skipped");
    } else {
      Files.writeString(FOUND, found.get());
    }
  }

  /// The package unpacks its browser into the temporary folder and prints where.
  static Optional<String> npmsChromium() {
    try {
      var unpack =
          "import('@sparticuz/chromium').then(c => c.default.executablePath()).then(console.log)";
      var ran = run("node", "-e", unpack);
      return ran.exit == 0 ? Optional.of(ran.output.strip()) : Optional.empty();
    } catch (IOException | InterruptedException e) {
      return Optional.empty();
    }
  }

  static boolean starts(String chromium) throws InterruptedException {
    try {
      return run(chromium, "--version").exit == 0;
    } catch (IOException e) {
      return false;
    }
  }

  static void missing(String what) {
    System.err.println((required ? "MISSING: " : "SKIPPED: ") + what);
    if (required) System.exit(1);
  }

  /// Quiet when it is well: one line; everything it said when it is not.
  static void step(String name, String... command) throws Exception {
    var ran = run(command);
    if (ran.exit != 0) {
      System.err.println(ran.output);
      System.err.println(name + ": failed");
      System.exit(1);
    }
    var passed = ran.output.lines().filter(l -> l.matches(".*\\bpass \\d+")).findFirst();
    System.out.println(
        name + ": ok" + passed.map(l -> l.replaceFirst(".*pass", ",") + " passed").orElse(""));
  }

  record Ran(int exit, String output) {}

  static Ran run(String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(WEB.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), output);
  }

  static String npm() {
    return File.separatorChar == '\\' ? "npm.cmd" : "npm";
  }

  static Optional<String> onPath(String program) {
    var names = List.of(program, program + ".exe", program + ".cmd");
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
