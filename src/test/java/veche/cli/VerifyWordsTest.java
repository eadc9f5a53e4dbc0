package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import veche.record.Check;
import veche.record.ElectionFixture;
import veche.record.MemoryBundle;
import veche.view.Words;

/// checks §1: what each check found is told in Russian too.
class VerifyWordsTest {
  private static final Pattern RUSSIAN = Pattern.compile("(?s).*[а-яё].*");
  private static final Pattern CALL =
      Pattern.compile(
          "\\b(pass|fail|notApplicable|notChecked)\\(|\\bbecause\\(\\s*\"[A-Z]{3}-[0-9]{2}\",\\s*");

  @Test
  void everyLineOfAReportIsRussian() {
    ElectionFixture young = new ElectionFixture().opened(3).votedOnce();
    for (ElectionFixture election : List.of(ElectionFixture.good(), young)) {
      for (Check check : MemoryBundle.verify(election).checks()) {
        assertThat(Words.RUSSIAN.detail(check.why())).as(check.id()).matches(RUSSIAN);
        assertThat(Words.ENGLISH.detail(check.why())).isEqualTo(check.why());
      }
    }
  }

  /// Whatever else the checks may say, with a 7 wherever something is put in.
  @Test
  void everySentenceOfTheChecksHasRussianWords() throws IOException {
    List<String> sentences = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/veche/record"))) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*(Checks|Blame)\\.java")).toList()) {
        String source = Files.readString(file);
        var call = CALL.matcher(source);
        while (call.find()) sentence(source, call.end()).ifPresent(sentences::add);
      }
    }
    sentences.removeIf(one -> !one.matches("(?s).*[a-z].*"));
    assertThat(sentences).hasSizeGreaterThan(130);
    assertThat(sentences)
        .allSatisfy(one -> assertThat(Words.RUSSIAN.detail(one)).as(one).matches(RUSSIAN));
  }

  /// The first argument of a call: its literals as they are, and 7 for all else.
  private static java.util.Optional<String> sentence(String source, int from) {
    List<String> terms = new ArrayList<>();
    StringBuilder term = new StringBuilder();
    int depth = 0;
    boolean quoted = false;
    for (int i = from; ; i++) {
      char c = source.charAt(i);
      if (c == '"' && source.charAt(i - 1) != '\\') quoted = !quoted;
      if (!quoted && depth == 0 && (c == ',' || c == ')' || c == '+')) {
        terms.add(term.toString().strip());
        term.setLength(0);
        if (c != '+') break;
        continue;
      }
      if (!quoted && (c == '(' || c == '{')) depth++;
      if (!quoted && (c == ')' || c == '}')) depth--;
      term.append(c);
    }
    if (terms.stream().noneMatch(VerifyWordsTest::literal)) return java.util.Optional.empty();
    StringBuilder out = new StringBuilder();
    for (String one : terms) out.append(literal(one) ? one.substring(1, one.length() - 1) : "7");
    return java.util.Optional.of(out.toString());
  }

  private static boolean literal(String term) {
    return term.startsWith("\"")
        && term.endsWith("\"")
        && term.indexOf('"', 1) == term.length() - 1;
  }
}
