package veche.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import veche.election.Draft;
import veche.view.DefinitionJson.Reading;

class DefinitionJsonTest {
  private static final Path CASES = Path.of("src/spec/vectors/view");
  private static final JsonNode FILE = Json.read(text("definition-refused.json"));
  private static final String GOOD = text("definition.json");
  private static final Optional<Naming> NAMING =
      Optional.of(
          new Naming(
              FILE.at("/naming/slug").textValue(),
              FILE.at("/naming/origin").textValue(),
              FILE.at("/naming/log").textValue()));

  @Test
  void peoplesFormBecomesADraft() {
    Reading reading = DefinitionJson.read(GOOD, NAMING);

    assertThat(reading.problems()).isEmpty();
    Draft draft = reading.draft().orElseThrow();
    assertThat(draft.origin()).isEqualTo("votes.example/e/abcdefghij");
    assertThat(draft.opensAt()).isEqualTo(1_795_420_800L);
    assertThat(draft.contests().get(0).options().get(0).body()).isEqualTo("north");
    assertThat(draft.contests().get(0).options().get(0).texts().in("en")).isEmpty();
    assertThat(draft.cid().hex()).isEqualTo(FILE.get("cid").textValue());
  }

  @Test
  void aDraftIsWrittenAndReadBackToTheSameBytes() {
    Draft draft = DefinitionJson.read(GOOD, NAMING).draft().orElseThrow();

    String written = DefinitionJson.write(draft);
    Reading again = DefinitionJson.read(written, Optional.empty());

    assertThat(again.problems()).isEmpty();
    assertThat(again.draft().orElseThrow()).isEqualTo(draft);
    assertThat(again.draft().orElseThrow().enc().encode()).isEqualTo(draft.enc().encode());
    assertThat(DefinitionJson.write(again.draft().orElseThrow())).isEqualTo(written);
  }

  /// Neither the spelling of a letter nor the order of fields, languages and rules is the election.
  @Test
  void theOrderAndTheSpellingInTheFileChangeNothing() {
    String other =
        Normalizer.normalize(GOOD, Normalizer.Form.NFD)
            .replace("\"define\": 2,\n    \"open\": 2,", "\"open\": 2,\n    \"define\": 2,")
            .replace(
                "\"ru\": \"Вера\",\n            \"en\": \"Vera\"",
                "\"en\": \"Vera\",\n            \"ru\": \"Вера\"");
    assertThat(other).isNotEqualTo(Normalizer.normalize(GOOD, Normalizer.Form.NFD));

    assertThat(DefinitionJson.read(other, NAMING)).isEqualTo(DefinitionJson.read(GOOD, NAMING));
  }

  @Test
  void everyMistakeIsNamedWithItsPlace() {
    assertThat(FILE.get("cases")).hasSizeGreaterThan(20);
    for (JsonNode one : FILE.get("cases")) {
      String replace = one.get("replace").textValue();
      assertThat(GOOD).as(one.get("name").textValue()).containsOnlyOnce(replace);
      String text = GOOD.replace(replace, one.get("with").textValue());

      Reading reading = DefinitionJson.read(text, NAMING);

      List<String> expected = new ArrayList<>();
      one.get("problems").forEach(problem -> expected.add(problem.textValue()));
      assertThat(reading.problems())
          .as(one.get("name").textValue())
          .extracting(Problem::toString)
          .containsExactlyElementsOf(expected);
      assertThat(reading.acceptable()).isFalse();
    }
  }

  @Test
  void everyMistakeIsToldInRussianToo() throws IOException {
    for (JsonNode one : FILE.get("cases")) {
      String text = GOOD.replace(one.get("replace").textValue(), one.get("with").textValue());
      for (Problem problem : DefinitionJson.read(text, NAMING).problems()) {
        assertThat(problem.in(Words.ENGLISH)).isEqualTo(problem.toString());
        assertThat(problem.in(Words.RUSSIAN))
            .startsWith("строка " + problem.line() + ", столбец " + problem.column() + ": ");
        assertThat(Words.RUSSIAN.mistake(problem.message())).matches("(?s).*[а-яё].*");
      }
    }
    assertThat(Words.RUSSIAN.mistake("expected a key named forces"))
        .isEqualTo("нужен ключ с именем forces");
    assertThat(Words.RUSSIAN.mistake("a sentence nobody says")).isEqualTo("a sentence nobody says");

    // what no case above brings out stands in the source, and has its words all the same
    String source = Files.readString(Path.of("src/main/java/veche/election/Definition.java"));
    Matcher said = Pattern.compile(", \"((?:[a-z]+ )+[^\"]*)\"").matcher(source.replace("\n", " "));
    int found = 0;
    while (said.find()) {
      String sentence = said.group(1);
      assertThat(Words.ENGLISH.keys().stream().filter(key -> key.startsWith("mistake.")))
          .as(sentence)
          .anyMatch(key -> Words.ENGLISH.raw(key).startsWith(sentence.strip()));
      found++;
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void withoutANameFromTheServerTheFileMustGiveIt() {
    assertThat(DefinitionJson.read(GOOD, Optional.empty()).problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("slug", "origin", "log");
  }

  /// Whatever a hand may do to a file, the reader answers with places and never fails.
  @Test
  void aDamagedFileIsAlwaysAnswered() {
    var random = new java.util.Random(3);
    String pieces = "{}[]\",:0-.eтru\n";
    for (int round = 0; round < 2_000; round++) {
      int from = random.nextInt(GOOD.length());
      int to = Math.min(GOOD.length(), from + random.nextInt(4));
      char piece = pieces.charAt(random.nextInt(pieces.length()));
      String text = GOOD.substring(0, from) + piece + GOOD.substring(to);

      Reading reading = DefinitionJson.read(text, NAMING);

      assertThat(reading.draft().isPresent() || !reading.problems().isEmpty()).isTrue();
      assertThat(reading.problems()).allMatch(p -> p.line() >= 1 && p.column() >= 1);
    }
  }

  private static String text(String name) {
    try {
      return Files.readString(CASES.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
