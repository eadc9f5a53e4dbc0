package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The examples for operators name settings that exist.
class OperationTest {
  private static final Pattern SETTING = Pattern.compile("\\bVECHE_[A-Z_]+\\b");

  @Test
  void everySettingOfTheExamplesStandsInTheChapter() throws IOException {
    var known = settings(Path.of("src/spec/operation.md"));
    known.add("VECHE_PG_PASSWORD"); // of the compose file itself
    var named = new TreeSet<String>();
    for (var file :
        List.of("Dockerfile", "docker-compose.yml", "src/main/dist/etc/veche.service")) {
      named.addAll(settings(Path.of(file)));
    }

    assertThat(named).contains("VECHE_PUBLIC_URL", "VECHE_PG_URI_FILE");
    assertThat(known).containsAll(named);
  }

  @Test
  void theProxyKeepsNobodysAddress() throws IOException {
    for (var file : List.of("nginx.conf", "nginx-body.conf")) {
      var nginx = Files.readString(Path.of("src/main/dist/etc", file));
      assertThat(nginx).contains("access_log off;").doesNotContain("$remote_addr");
      assertThat(nginx).doesNotContain("proxy_set_header X-");
    }
  }

  private static TreeSet<String> settings(Path file) throws IOException {
    var out = new TreeSet<String>();
    SETTING.matcher(Files.readString(file)).results().forEach(m -> out.add(m.group()));
    return out;
  }
}
