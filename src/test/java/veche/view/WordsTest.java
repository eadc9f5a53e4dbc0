package veche.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import veche.election.Code;
import veche.election.Refused;

class WordsTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\d+}");

  @Test
  void everyTextStandsInEveryLanguageWithTheSamePlaces() {
    assertThat(Words.RUSSIAN.keys()).isEqualTo(Words.ENGLISH.keys()).isNotEmpty();
    for (String key : Words.ENGLISH.keys()) {
      assertThat(places(Words.RUSSIAN.raw(key))).as(key).isEqualTo(places(Words.ENGLISH.raw(key)));
      assertThat(Words.RUSSIAN.raw(key)).as(key).isNotBlank().matches("(?s).*[а-яА-Я].*");
      assertThat(Words.ENGLISH.raw(key)).as(key).isNotBlank().matches("\\p{ASCII}*");
    }
  }

  @Test
  void everyRefusalHasASentenceAndNoSentenceIsLeftOver() {
    for (Code code : Code.values()) {
      assertThat(Words.ENGLISH.refusal(code)).endsWith(".");
      assertThat(Words.RUSSIAN.refusal(code)).endsWith(".");
    }
    assertThat(Words.ENGLISH.keys().stream().filter(key -> key.startsWith("refusal.")))
        .hasSize(Code.values().length);
  }

  @Test
  void theLanguageIsRussianOrEnglish() {
    assertThat(Words.in("ru")).isSameAs(Words.RUSSIAN);
    assertThat(Words.in("ru-RU")).isSameAs(Words.RUSSIAN);
    assertThat(Words.in("de")).isSameAs(Words.ENGLISH);
  }

  @Test
  void valuesAreSetInAsTheyAre() {
    assertThat(Words.ENGLISH.text("file.refused", "a{1}b.json", 3))
        .isEqualTo("a{1}b.json: 3 mistakes");
    assertThat(Words.ENGLISH.refusal(new Refused(Code.BAD_PROOF, "row 3")))
        .isEqualTo("A proof does not hold. (row 3)");
    assertThatThrownBy(() -> Words.ENGLISH.text("no.such.key"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static java.util.List<String> places(String text) {
    return PLACE.matcher(text).results().map(MatchResult::group).sorted().toList();
  }
}
