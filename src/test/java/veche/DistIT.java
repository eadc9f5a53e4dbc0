package veche;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import veche.record.WebRelease;

/// What `mvn package` leaves in `target/dist` is whole and holds nothing it should not.
class DistIT {
  private static final Path DIST = Path.of("target/dist").toAbsolutePath();
  private static final Pattern OBSERVERS =
      Pattern.compile("(veche|org/bouncycastle|com/fasterxml/jackson|picocli)(/.*)?");

  @Test
  void theObserversJarHoldsNoServerCode() throws IOException {
    var packages = new TreeSet<String>();
    try (var jar = new ZipFile(DIST.resolve("veche-verify.jar").toFile())) {
      jar.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
          .map(name -> name.replaceFirst("/[^/]+$", ""))
          .forEach(packages::add);
    }

    assertThat(packages).contains("veche/wire", "veche/crypto", "org/bouncycastle/math/ec");
    assertThat(packages).doesNotContain("veche", "veche/store", "veche/http", "veche/rehearsal");
    assertThat(packages).allMatch(OBSERVERS.asMatchPredicate(), "what an observer needs");
  }

  @Test
  void thePageThatIsDistributedIsTheOneThatIsReleased() throws IOException {
    var web = DIST.resolve("web");
    var there = new TreeSet<String>();
    try (var walk = Files.walk(web)) {
      walk.filter(Files::isRegularFile)
          .forEach(file -> there.add(web.relativize(file).toString().replace('\\', '/')));
    }

    assertThat(WebRelease.read(web, "")).isEqualTo(WebRelease.read(Path.of("web"), ""));
    assertThat(there).isEqualTo(WebRelease.read(web, "").files().keySet());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theLauncherRunsFromAnywhereWithoutEnvironment(@TempDir Path elsewhere)
      throws IOException, InterruptedException {
    var link = Files.createSymbolicLink(elsewhere.resolve("v"), DIST.resolve("bin/veche"));

    var ran = run(elsewhere, Map.of(), List.of(link.toString(), "--version"));
    Files.delete(link);

    assertThat(ran).startsWith("veche ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anOldJavaNamedByTheEnvironmentIsPassedOver(@TempDir Path old)
      throws IOException, InterruptedException {
    var java = Files.createDirectories(old.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho too old\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");

    var env = Map.of("JAVA_HOME", old.toString(), "PATH", old.resolve("bin") + ":/usr/bin:/bin");
    var ran = run(old, env, List.of("/bin/sh", DIST.resolve("bin/veche").toString(), "--version"));

    assertThat(ran).startsWith("veche ");
  }

  private static String run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
