package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// Checkpoints, cosignatures, policies and receipts, with the texts of `src/spec/vectors/log`.
class ReceiptTest {
  private static final Path TEXTS = Path.of("src/spec/vectors/log");
  private static final String ORIGIN = "vote.example.org/e/abcdefghij";
  private static final SigningKey LOG = key(ORIGIN, Vkey.ED25519);
  private static final long TIME = 1_700_000_000;

  private final Tree tree = new Tree();
  private final List<Bytes> leaves = new ArrayList<>();

  ReceiptTest() {
    for (int i = 0; i < 20; i++) {
      leaves.add(Merkle.leafHash(Bytes.utf8("leaf " + i)));
      tree.append(leaves.get(i));
    }
  }

  // ---- texts that others wrote, or read too

  @Test
  void theKnownAnswerHoldsKeyLeavesRootAndSignature() throws IOException {
    var seed = Bytes.fromBase64("AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg").slice(1, 33);
    var log = new SigningKey("example.com/log/testdata", Vkey.ED25519, seed);
    assertThat(log.vkey().id().hex()).isEqualTo("33d7b496");
    var known = new Tree();
    var words = "one two three four five six seven eit nain ten ileven twelf threeten fourten";
    for (var word : (words + " fivten").split(" ")) known.append(Merkle.leafHash(Bytes.utf8(word)));
    var checkpoint = new Checkpoint(log.name(), known.size(), known.root());
    assertThat(checkpoint.sign(log).text()).isEqualTo(text("known-answer.txt"));
    var note = Note.parse(text("known-answer.txt"));
    assertThat(Checkpoint.verified(note, log.vkey())).isEqualTo(checkpoint);
  }

  @Test
  void aNoteThatGoSignedIsVerified() throws IOException {
    var key = Vkey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    var note = Note.parse(text("note.txt"));
    assertThat(note.verifiedBy(Set.of(key))).containsExactly("PeterNeumann");
    assertThat(note.text()).isEqualTo(text("note.txt"));
  }

  @Test
  void theTextsThatThePageReadsAreWhatIsWrittenHere() throws IOException {
    assertThat(policyText()).isEqualTo(text("policy.txt"));
    assertThat(receipt(6, 20, Map.of("A", TIME, "B", TIME + 1, "D", TIME + 2)).text())
        .isEqualTo(text("receipt.txt"));
    var proven = Receipt.parse(text("receipt.txt")).verify(leaves.get(6), policy());
    assertThat(proven.quorum()).isTrue();
    assertThat(proven.checkpoint()).isEqualTo(checkpoint(20));
    assertThat(proven.times())
        .containsOnly(
            Map.entry("example.org/A", TIME),
            Map.entry("example.org/B", TIME + 1),
            Map.entry("example.org/D", TIME + 2));
  }

  // ---- checkpoints

  @Test
  void aCheckpointHasOneSpelling() {
    var root = tree.root().base64();
    for (var bad :
        List.of(
            "",
            ORIGIN + "\n7\n",
            ORIGIN + "\n7\n" + root,
            ORIGIN + "\n7\n" + root + "\nextension\n",
            ORIGIN + "\n07\n" + root + "\n",
            ORIGIN + "\n-7\n" + root + "\n",
            ORIGIN + "\n+7\n" + root + "\n",
            ORIGIN + "\n7 \n" + root + "\n",
            ORIGIN + "\n9223372036854775808\n" + root + "\n",
            ORIGIN + "\n7\n" + root.substring(4) + "\n",
            "\n7\n" + root + "\n")) {
      assertThatThrownBy(() -> Checkpoint.parse(bad)).as(bad).isInstanceOf(Malformed.class);
    }
    assertThat(Checkpoint.parse(checkpoint(20).body())).isEqualTo(checkpoint(20));
  }

  @Test
  void anotherLogsCheckpointIsRefused() {
    var note = checkpoint(20).sign(LOG);
    var sameName = new SigningKey(ORIGIN, Vkey.ED25519, Bytes.utf8("else").sha256());
    var sameKey = new SigningKey("vote.example.org/e/other", Vkey.ED25519, LOG.seed());
    for (var other : List.of(sameName, sameKey)) {
      assertThatThrownBy(() -> Checkpoint.verified(note, other.vkey()))
          .isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> checkpoint(20).sign(sameKey)).isInstanceOf(Malformed.class);
    var byWitnessOnly = new Note(checkpoint(20).body(), List.of(cosign("A", checkpoint(20), TIME)));
    assertThatThrownBy(() -> Checkpoint.verified(byWitnessOnly, LOG.vkey()))
        .isInstanceOf(Malformed.class);
  }

  // ---- cosignatures

  @Test
  void aCosignatureSaysWhenAndOfWhichCheckpoint() {
    var witness = witness("A");
    var line = cosign("A", checkpoint(20), TIME);
    assertThat(Note.signer(line)).isEqualTo("example.org/A");
    assertThat(Cosignature.verify(line, witness.vkey(), checkpoint(20).body())).contains(TIME);
    assertThat(Cosignature.verify(line, witness.vkey(), checkpoint(19).body())).isEmpty();
    assertThat(Cosignature.verify(line, witness("B").vkey(), checkpoint(20).body())).isEmpty();
    var asLog = new Vkey(witness.name(), Vkey.ED25519, witness.vkey().key());
    assertThat(Cosignature.verify(line, asLog, checkpoint(20).body())).isEmpty();
  }

  @Test
  void aCosignatureCannotBeReplayedUnderAnotherTimeOrAnotherCheckpoint() {
    var key = witness("A").vkey();
    var line = cosign("A", checkpoint(20), TIME);
    var later = Note.signature(line).toArray();
    later[7]++;
    var redated = Note.line(key, Bytes.wrap(later));
    assertThat(Cosignature.verify(redated, key, checkpoint(20).body())).isEmpty();
    var moved = checkpoint(19).sign(LOG).with(line);
    assertThatThrownBy(() -> Cosignature.times(moved, List.of(key)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("example.org/A");
    assertThat(Cosignature.times(moved, List.of(witness("B").vkey()))).isEmpty();
  }

  @Test
  void oneWitnessCountsOnceWithItsLatestTimeAndItsEarlierWordIsNotLost() {
    var note =
        checkpoint(20)
            .sign(LOG)
            .with(cosign("A", checkpoint(20), TIME + 5))
            .with(cosign("A", checkpoint(20), TIME));
    var keys = List.of(witness("A").vkey());
    assertThat(Cosignature.times(note, keys)).containsOnly(Map.entry("example.org/A", TIME + 5));
    assertThat(Cosignature.all(note, keys)).extracting(c -> c.time()).contains(TIME);
    assertThat(policy().quorum(Cosignature.times(note, keys).keySet())).isFalse();
  }

  // ---- policies

  @Test
  void aQuorumIsMetByGroupsAndNotByNumbers() {
    assertThat(policy().quorum(names("A", "B", "D"))).isTrue();
    assertThat(policy().quorum(names("B", "C", "E"))).isTrue();
    assertThat(policy().quorum(names("A", "B", "C", "D", "E"))).isTrue();
    assertThat(policy().quorum(names())).isFalse();
    assertThat(policy().quorum(names("A", "B", "C"))).isFalse();
    assertThat(policy().quorum(names("A", "D", "E"))).isFalse();
    assertThat(policy().quorum(Set.of("A", "B", "D", "coalition", "ngo", "all2"))).isFalse();
    assertThat(Policy.parse("quorum none").quorum(Set.of())).isTrue();
  }

  @Test
  void anOldCosignatureDoesNotCountTowardsALaterQuorum() {
    var times = Map.of("example.org/A", TIME, "example.org/B", TIME, "example.org/D", TIME - 1);
    assertThat(policy().quorum(times, TIME - 1)).isTrue();
    assertThat(policy().quorum(times, TIME)).isFalse();
  }

  @Test
  void aPolicyIsReadWithItsAddresses() {
    assertThat(policy().logs()).containsExactly(LOG.vkey());
    assertThat(policy().witnesses().keySet()).containsExactly("A", "B", "C", "D", "E");
    assertThat(policy().witnesses().get("A"))
        .isEqualTo(new Policy.Witness("A", witness("A").vkey(), "https://a.example"));
    assertThat(policy().witnessKeys()).hasSize(5);
  }

  @Test
  void aPolicyWithAFlawIsRefusedWithItsLine() {
    var a = "witness A " + witness("A").vkey();
    var b = "witness B " + witness("B").vkey();
    var log = "log " + LOG.vkey();
    var again =
        new SigningKey("example.org/Z", Vkey.COSIGNATURE, witness("A").seed()).vkey().toString();
    var sameName =
        new SigningKey("example.org/A", Vkey.COSIGNATURE, witness("B").seed()).vkey().toString();
    var flaws = new LinkedHashMap<String, String>();
    flaws.put("", "no quorum");
    flaws.put(log, "no quorum");
    flaws.put(a + "\nquorum B", "line 2: B");
    flaws.put("quorum A\n" + a, "line 1: A");
    flaws.put(a + "\nquorum A\nquorum A", "line 3");
    flaws.put(a + "\n" + a + "\nquorum A", "line 2");
    flaws.put(a + "\nwitness Z " + again + "\nquorum A", "line 2");
    flaws.put(a + "\nwitness Z " + sameName + "\nquorum A", "line 2");
    flaws.put(a + "\ngroup g 2 A\nquorum g", "line 2: threshold");
    flaws.put(a + "\ngroup g 0 A\nquorum g", "line 2: threshold");
    flaws.put(a + "\ngroup g 01 A\nquorum g", "line 2: threshold");
    flaws.put(a + "\ngroup g 1 none\nquorum g", "line 2: none");
    flaws.put(a + "\ngroup g any\nquorum g", "line 2: group");
    flaws.put(a + "\n" + b + "\ngroup g any A\ngroup h any A B\nquorum h", "line 4: A");
    flaws.put(a + "\ngroup g any A A\nquorum g", "line 2: A");
    flaws.put(a + "\ngroup none any A\nquorum A", "line 2: name");
    flaws.put(a + "\ngroup A any A\nquorum A", "line 2: name");
    flaws.put("witness A " + LOG.vkey() + "\nquorum A", "line 1: key of type 1");
    flaws.put("log " + witness("A").vkey() + "\nquorum none", "line 1: key of type 4");
    flaws.put(log + "\n" + log + "\nquorum none", "line 2");
    flaws.put(a + "\nquorum\nquorum A", "line 2");
    flaws.put(a + "\nelection x\nquorum A", "line 2: unknown word election");
    flaws.put(a + "\r\nquorum A", "line 1: a control");
    flaws.forEach(
        (text, reason) ->
            assertThatThrownBy(() -> Policy.parse(text))
                .as(text)
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(reason));
  }

  // ---- receipts

  @Test
  void aReceiptProvesItsLeafAndSaysWhetherTheQuorumHasSeenIt() {
    var early = receipt(6, 11, Map.of("A", TIME));
    assertThat(early.verify(leaves.get(6), LOG.vkey())).isEqualTo(checkpoint(11));
    assertThat(early.verify(leaves.get(6), policy()).quorum()).isFalse();
    var later = receipt(6, 20, Map.of("A", TIME, "B", TIME, "E", TIME));
    assertThat(later.verify(leaves.get(6), policy()).quorum()).isTrue();
  }

  @Test
  void aReceiptProvesNothingElse() {
    var receipt = receipt(6, 11, Map.of());
    var wrongIndex = new Receipt(7, receipt.proof(), receipt.checkpoint());
    var wrongTree = new Receipt(6, receipt.proof(), checkpoint(20).sign(LOG));
    for (var wrong : List.of(wrongIndex, wrongTree)) {
      assertThatThrownBy(() -> wrong.verify(leaves.get(6), LOG.vkey()))
          .isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> receipt.verify(leaves.get(5), LOG.vkey()))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> receipt.verify(leaves.get(6), Policy.parse("quorum none")))
        .isInstanceOf(Malformed.class);
    var body = checkpoint(11).body();
    var forged = new Note(body, List.of(LOG.signLine(checkpoint(12).body())));
    assertThatThrownBy(
            () -> new Receipt(6, receipt.proof(), forged).verify(leaves.get(6), policy()))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void aReceiptIsReadAsItWasWrittenAndNotOtherwise() {
    var plain = receipt(6, 11, Map.of("A", TIME)).text();
    assertThat(Receipt.parse(plain).text()).isEqualTo(plain);
    var extra = plain.replaceFirst("\n", "\nextra AQID\n");
    assertThat(Receipt.parse(extra).extra()).contains(Bytes.fromHex("010203"));
    assertThat(Receipt.parse(extra).text()).isEqualTo(extra);
    for (var bad :
        List.of(
            "",
            plain.replace("@v1", "@v2"),
            plain.replace("index 6", "index 06"),
            plain.replace("index 6", "index"),
            plain.replace("index 6\n", ""),
            plain.replaceFirst("\n", "\nindex 6\n"),
            plain.replaceFirst("\n", "\nextra AQI\n"),
            plain.replaceFirst("\n", "\nextra AQID\nextra AQID\n"),
            plain.replaceFirst("index 6\n", "index 6\nAAAA\n"),
            plain.replaceFirst(
                "index 6\n", "index 6\n" + (leaves.get(0).base64() + "\n").repeat(64)),
            plain.replace("\n\n" + ORIGIN, "\n" + ORIGIN),
            plain + "\n")) {
      assertThatThrownBy(() -> Receipt.parse(bad)).as(bad).isInstanceOf(Malformed.class);
    }
  }

  // ---- what they are about

  private Checkpoint checkpoint(long size) {
    return new Checkpoint(ORIGIN, size, tree.root(size));
  }

  private Receipt receipt(long index, long size, Map<String, Long> cosigners) {
    var note = checkpoint(size).sign(LOG);
    for (var name : cosigners.keySet().stream().sorted().toList()) {
      note = note.with(cosign(name, checkpoint(size), cosigners.get(name)));
    }
    return new Receipt(index, tree.inclusion(index, size), note);
  }

  private static String cosign(String name, Checkpoint checkpoint, long time) {
    return Cosignature.line(witness(name), checkpoint, time);
  }

  private static SigningKey witness(String name) {
    return key("example.org/" + name, Vkey.COSIGNATURE);
  }

  private static SigningKey key(String name, int type) {
    return new SigningKey(name, type, Bytes.utf8(name).sha256());
  }

  private static Set<String> names(String... of) {
    return Set.copyOf(List.of(of).stream().map(name -> "example.org/" + name).toList());
  }

  private static Policy policy() {
    return Policy.parse(policyText());
  }

  private static String policyText() {
    var text = new StringBuilder("# who is believed\nlog " + LOG.vkey() + "\n\n");
    for (var name : List.of("A", "B", "C", "D", "E")) {
      text.append("witness " + name + " " + witness(name).vkey());
      text.append(name.equals("A") ? " https://a.example\n" : "\n");
    }
    return text
        + "group coalition 2 A B C\n\tgroup ngo any D E\ngroup all2 all coalition ngo\n"
        + "quorum all2\n";
  }

  private static String text(String name) throws IOException {
    return Files.readString(TEXTS.resolve(name));
  }
}
