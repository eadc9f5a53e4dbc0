package veche.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.council.Certificate.Count;
import veche.council.Certificate.Verdict;
import veche.election.Draft;
import veche.election.Texts;
import veche.wire.Bytes;
import veche.wire.Malformed;

class CertificateTest {
  private static final Bytes RESULT = Bytes.utf8("result").sha256();

  @Test
  void itNamesTheResultInALineOfItsOwn() {
    assertThat(certificate(Draft.Kind.REAL).text().lines())
        .startsWith("veche.certificate/v1", "выборы / election: abcdefghij")
        .contains("result " + RESULT.hex())
        .contains("порог / threshold: alice holds 40 · 2 > 1 · 79")
        .contains("избран / elected: alice", "вакантных мест / vacant seats: 1")
        .contains("одобрен / endorsed: charter")
        .contains("решение / verdict: заверено / certified");
  }

  @Test
  void itIsReadBackAsItWasWritten() {
    for (var kind : Draft.Kind.values()) {
      assertThat(Certificate.parse(certificate(kind).text())).isEqualTo(certificate(kind));
    }
  }

  @Test
  void theFormsAreThoseOfTheCases() throws IOException {
    Path cases = Path.of("src/spec/vectors/council");
    String text = Files.readString(cases.resolve("certificate.txt"));

    assertThat(certificate(Draft.Kind.TRAINING).text()).isEqualTo(text);
    assertThat(Certificate.parse(text)).isEqualTo(certificate(Draft.Kind.TRAINING));
    String dissent = Files.readString(cases.resolve("dissent.txt"));
    assertThat(Dissent.parse(dissent).certificate()).isEqualTo(Certificate.digest(text));
    assertThat(Dissent.parse(dissent).text()).isEqualTo(dissent);
  }

  @Test
  void aTrainingElectionIsNeverCertifiedInTheWordsOfARealOne() {
    String text = certificate(Draft.Kind.TRAINING).text();

    assertThat(text).contains("учебное голосование").contains("a training election");
    assertThat(text)
        .contains("решение / verdict: учебное: заверено / training: certified\n")
        .doesNotContain("verdict: заверено");
    assertThatThrownBy(() -> Certificate.parse(text.replace("kind: training", "kind: real")))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void aTitleCannotWriteLinesOfItsOwn() {
    String text = titled("Council\nresult 00\n— \u202eadmin\tPeter").text();

    assertThat(text).contains("title: en Council result 00 — admin Peter\n");
    assertThat(Certificate.parse(text).result()).isEqualTo(RESULT);
  }

  @Test
  void titlesAreWrittenInOneForm() {
    assertThat(titled("\u0439").text()).isEqualTo(titled("\u0439").text());
    assertThat(Lines.oneLine("\u0438\u0306")).isEqualTo("\u0439");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "veche.certificate/v1\n",
        "выборы / election: abcdefghij\n",
        "вид / kind: real\n",
        "result ",
        "вопрос / contest: council\n",
        "мест / seats: 2\n",
        "вакантных мест / vacant seats: 1\n",
        "программа / software: veche 0.1.0\n",
        "решение / verdict: заверено / certified\n",
      })
  void aMissingOrRepeatedOrMovedLineIsRefused(String line) {
    String text = certificate(Draft.Kind.REAL).text();

    assertThat(text).contains(line);
    for (String other :
        List.of(
            text.replace(line, ""),
            text.replace(line, line + line),
            text.replace(line, "") + line,
            line + text.replace(line, ""))) {
      if (other.equals(text)) continue;
      assertThatThrownBy(() -> Certificate.parse(other)).isInstanceOf(Malformed.class);
    }
  }

  @Test
  void anotherSpellingOfANumberIsRefused() {
    String text = certificate(Draft.Kind.REAL).text();

    for (String other : List.of("0123", "+123", "123 ", "1230000000000000000000")) {
      String changed = text.replace("size at close: 123\n", "size at close: " + other + "\n");
      assertThat(changed).isNotEqualTo(text);
      assertThatThrownBy(() -> Certificate.parse(changed)).isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> Certificate.parse(text.stripTrailing())).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Certificate.parse(text + "\n")).isInstanceOf(Malformed.class);
  }

  @Test
  void remarksStandOnlyUnderAVerdictThatSpeaksOfThem() {
    assertThatThrownBy(() -> judged(Verdict.CERTIFIED_WITH_REMARKS, Bytes.EMPTY))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> judged(Verdict.CERTIFIED, RESULT)).isInstanceOf(Malformed.class);
    String text = judged(Verdict.CERTIFIED_WITH_REMARKS, RESULT).text();
    assertThat(Certificate.parse(text).remarks()).isEqualTo(RESULT);
  }

  @Test
  void aDissentNamesItsCertificateAndItsGrounds() {
    Certificate certificate = certificate(Draft.Kind.REAL);
    var dissent =
        new Dissent(
            "abcdefghij",
            Bytes.utf8("eid").sha256(),
            "north",
            certificate.digest(),
            RESULT,
            List.of("Roll row 7 was signed after the freeze.\nWe saw it.", "Второе основание."),
            List.of("ROL-03"),
            List.of(4L));

    String text = dissent.text();

    assertThat(text.lines())
        .startsWith("veche.dissent/v1")
        .contains("протокол / certificate: " + Bytes.utf8(certificate.text()).sha256())
        .contains("result " + RESULT.hex())
        .contains("основания / grounds: Roll row 7 was signed after the freeze. We saw it.");
    assertThat(Dissent.parse(text)).isEqualTo(dissent);
    assertThatThrownBy(() -> Dissent.parse(text + "result 00\n")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Dissent.parse(certificate.text())).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Certificate.parse(text)).isInstanceOf(Malformed.class);
  }

  private static Certificate certificate(Draft.Kind kind) {
    return certificate(kind, words("Совет", "Council"), Verdict.CERTIFIED, Bytes.EMPTY);
  }

  private static Certificate titled(String title) {
    return certificate(Draft.Kind.REAL, Texts.of("en", title), Verdict.CERTIFIED, Bytes.EMPTY);
  }

  private static Certificate judged(Verdict verdict, Bytes remarks) {
    return certificate(Draft.Kind.REAL, words("Совет", "Council"), verdict, remarks);
  }

  private static Certificate certificate(
      Draft.Kind kind, Texts title, Verdict verdict, Bytes remarks) {
    return new Certificate(
        "abcdefghij",
        title,
        kind,
        Bytes.utf8("cid").sha256(),
        Bytes.utf8("eid").sha256(),
        "votes.example/e/abcdefghij",
        123,
        Bytes.utf8("root").sha256(),
        Bytes.utf8("roll").sha256(),
        100,
        RESULT,
        List.of(
            new Certificate.Line(
                "council",
                words("Кто войдёт в совет?", "Who joins the council?"),
                "approval",
                2,
                79,
                List.of(
                    new Certificate.Option("alice", words("Алиса", "Alice"), 40),
                    new Certificate.Option("bob", words("Боб", ""), 12)),
                List.of(
                    new Certificate.Test("alice", true, "40 · 2 > 1 · 79"),
                    new Certificate.Test("bob", false, "12 · 2 ≤ 1 · 79")),
                List.of(new Certificate.Tie("drawn-order", List.of("bob", "alice"))),
                List.of("alice")),
            new Certificate.Line(
                "charter",
                words("Устав", "Charter"),
                "endorse",
                0,
                79,
                List.of(new Certificate.Option("charter", words("За", "For"), 60)),
                List.of(),
                List.of(),
                List.of("charter"))),
        List.of(Count.of(1, 100L), Count.of(4, 85L), Count.of(7, 79L), Count.of(13, 2L, 1L)),
        Bytes.utf8("web").sha256(),
        "veche 0.1.0",
        verdict,
        remarks);
  }

  private static Texts words(String russian, String english) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("ru", russian);
    words.put("en", english);
    return new Texts(words);
  }
}
