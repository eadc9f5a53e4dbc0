package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// operation §1: where settings come from, and what is said of wrong ones.
class ConfigTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("veche.properties"), text);
  }

  @Test
  void theFlagWinsOverTheEnvironmentThatOverTheFileAndThatOverTheDefault() throws IOException {
    Optional<Path> file = Optional.of(file("port = 1\nbind = 10.0.0.1\ndata = /from/file\n"));
    Config config =
        new Config(
            Map.of(Config.Key.PORT, "3"),
            Map.of("VECHE_PORT", "2", "VECHE_HOST", "10.0.0.2"),
            file);

    assertThat(config.port(Config.Key.PORT)).isEqualTo(3);
    assertThat(config.text(Config.Key.BIND)).isEqualTo("10.0.0.2");
    assertThat(config.where(Config.Key.BIND)).isEqualTo("VECHE_HOST");
    assertThat(config.text(Config.Key.DATA)).isEqualTo("/from/file");
    assertThat(config.port(Config.Key.INSPECT_PORT)).isEqualTo(8089);
    assertThat(config.mistakes()).isEmpty();
  }

  @Test
  void everyMistakeIsToldAtOnceAndNothingStarts() throws IOException {
    Path secret = Files.writeString(folder.resolve("uri"), "mysql://root:hunter2@db/veche\n");
    Path config =
        file(
            """
            port = many
            public-url = votes.example.org
            database-file = %s
            tls-key = /nowhere/key.pem
            mirrors = https://mirror.example /nowhere/mirror
            log = xml
            colour = red
            """
                .formatted(secret));
    var err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    int code;
    try {
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      code =
          new CommandLine(new Serve())
              .execute("--config", config.toString(), "--lang", "en", "--data", folder + "/data");
    } finally {
      System.setErr(before);
    }

    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(
            "port: expected a port from 0 to 65535, found many",
            "public-url: expected an address like https://votes.example.org",
            "database-file: expected postgresql://user:password@host:port/database",
            "tls-key: expected a file that can be read, found /nowhere/key.pem",
            "mirrors: expected addresses or folders of mirrors, parted by spaces, found https://",
            "log: expected one of text, json, found xml",
            "colour: expected one of [")
        .doesNotContain("hunter2");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void theSummaryShowsWhereEachSettingCameFromAndNoPassword() throws IOException {
    var out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    int code;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      code =
          new CommandLine(new Serve())
              .execute(
                  "--check",
                  "--lang",
                  "ru",
                  "--web",
                  folder.toString(),
                  "--database",
                  "postgresql://veche:hunter2@db.example:5432/veche",
                  "--public-url",
                  "https://votes.example");
    } finally {
      System.setOut(before);
    }

    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "database = postgresql://veche:***@db.example:5432/veche  (--database)",
            "public-url = https://votes.example  (--public-url)",
            "(по умолчанию)")
        .doesNotContain("hunter2");
  }
}
