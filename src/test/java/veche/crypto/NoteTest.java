package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.wire.Bytes;
import veche.wire.Malformed;

class NoteTest {
  private static final String BODY = "a text\n\nof two paragraphs, один\n";
  private static final SigningKey ADA =
      new SigningKey("example.org/ada", Vkey.ED25519, Bytes.utf8("ada").sha256());
  private static final SigningKey BOB =
      new SigningKey("example.org/bob", Vkey.ED25519, Bytes.utf8("bob").sha256());
  private static final String LINE = ADA.signLine(BODY);

  @Test
  void aSignedNoteIsReadAndItsKnownSignersAreTold() {
    var text = BODY + "\n" + LINE + "\n" + BOB.signLine(BODY) + "\n";
    var note = Note.parse(text);
    assertThat(note.body()).isEqualTo(BODY);
    assertThat(note.text()).isEqualTo(text);
    assertThat(Note.parse(Bytes.utf8(text))).isEqualTo(note);
    assertThat(note.verifiedBy(List.of(ADA.vkey(), BOB.vkey())))
        .containsExactly(ADA.name(), BOB.name());
    assertThat(note.verifiedBy(List.of(BOB.vkey()))).containsExactly(BOB.name());
    assertThat(note.verifiedBy(List.of())).isEmpty();
    assertThat(Note.signer(LINE)).isEqualTo(ADA.name());
  }

  @Test
  void aKnownKeyThatFailsSpoilsTheNoteAndAnUnknownOneDoesNot() {
    var note = new Note(BODY, List.of(ADA.signLine(BODY + "more\n"), BOB.signLine(BODY)));
    assertThatThrownBy(() -> note.verifiedBy(List.of(ADA.vkey(), BOB.vkey())))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(ADA.name());
    assertThat(note.verifiedBy(List.of(BOB.vkey()))).containsExactly(BOB.name());
  }

  @Test
  void aNameAloneIsNobody() {
    var impostor = new SigningKey(ADA.name(), Vkey.ED25519, Bytes.utf8("else").sha256());
    var note = new Note(BODY, List.of(impostor.signLine(BODY)));
    assertThat(note.verifiedBy(List.of(ADA.vkey()))).isEmpty();
    assertThat(Note.verifies(BODY, impostor.signLine(BODY), ADA.vkey())).isFalse();
    assertThat(Note.verifies(BODY, LINE, ADA.vkey())).isTrue();
  }

  @Test
  void aCosignersKeyNeitherSignsNorVerifiesAnOrdinaryNote() {
    var witness = new SigningKey(ADA.name(), Vkey.COSIGNATURE, ADA.seed());
    assertThatThrownBy(() -> witness.signLine(BODY)).isInstanceOf(IllegalStateException.class);
    var line = Note.line(witness.vkey(), ADA.sign(BODY));
    assertThat(Note.verifies(BODY, line, witness.vkey())).isFalse();
    assertThat(new Note(BODY, List.of(line)).verifiedBy(List.of(witness.vkey()))).isEmpty();
  }

  @Test
  void whatIsNotANoteIsRefused() {
    for (var bad :
        List.of(
            "",
            "\n",
            "text\n",
            "text\n\n",
            "text\n" + LINE + "\n",
            "text\n\n" + LINE,
            "text\n\n" + LINE + "\n\n",
            "text\n\n" + LINE + " \n",
            "text\n\n" + LINE.replace('\u2014', '-') + "\n",
            "te\txt\n\n" + LINE + "\n",
            "te\rxt\n\n" + LINE + "\n",
            "te\ud800xt\n\n" + LINE + "\n",
            "text\n\n\u2014 a+b AAAAAAA=\n",
            "text\n\n\u2014 a\u00a0b AAAAAAA=\n",
            "text\n\n\u2014  AAAAAAA=\n",
            "text\n\n\u2014 name AAAA\n",
            "text\n\n\u2014 name AAAAAAB=\n",
            "text\n\n\u2014 name !!!!\n")) {
      assertThatThrownBy(() -> Note.parse(bad)).as(bad).isInstanceOf(Malformed.class);
    }
    var notUtf8 = Bytes.fromHex("ff").concat(Bytes.utf8("\n\n" + LINE + "\n"));
    assertThatThrownBy(() -> Note.parse(notUtf8)).isInstanceOf(Malformed.class);
  }

  @Test
  void aNoteHasAtMostSixtyFourSignatures() {
    var most = String.join("\n", Collections.nCopies(64, LINE));
    assertThat(Note.parse("text\n\n" + most + "\n").lines()).hasSize(64);
    assertThatThrownBy(() -> Note.parse("text\n\n" + most + "\n" + LINE + "\n"))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void aVerifierKeyHasOneSpellingAndAnIdOfItsOwn() {
    var text = ADA.vkey().toString();
    assertThat(Vkey.parse(text)).isEqualTo(ADA.vkey());
    var rest = text.substring(text.indexOf('+', text.indexOf('+') + 1));
    var id = ADA.vkey().id().hex();
    for (var bad :
        List.of(
            "",
            "+" + id + rest,
            "na me+" + id + rest,
            ADA.name() + "x+" + id + rest,
            ADA.name() + "+00000000" + rest,
            ADA.name() + "+" + id.toUpperCase(java.util.Locale.ROOT) + "0" + rest,
            ADA.name() + "+" + id,
            ADA.name() + "+" + id + "+AQ==",
            ADA.name() + "+" + id + "+",
            text + " ")) {
      assertThatThrownBy(() -> Vkey.parse(bad)).as(bad).isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> new Vkey("a", 2, ADA.vkey().key())).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> new Vkey("a", Vkey.ED25519, Bytes.zero(32)))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void theTextOfASigningKeyHidesItsSeed() {
    assertThat(ADA.toString())
        .contains(ADA.vkey().toString())
        .doesNotContain(ADA.seed().hex())
        .doesNotContain(ADA.seed().base64());
  }
}
