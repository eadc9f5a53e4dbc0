package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.Cases;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §9, §10 by the vectors whose mixes Verificatum's own verifier accepted.
class ShuffleCasesTest {
  private static final List<String> FILES =
      List.of("PermutationCommitment", "PoSCommitment", "PoSReply");

  private static Ciphertexts rows(JsonNode rows) {
    int width = rows.get(0).size();
    List<Points> a = new ArrayList<>();
    List<Points> b = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      List<Point> as = new ArrayList<>();
      List<Point> bs = new ArrayList<>();
      for (JsonNode row : rows) {
        as.add(Cases.point(row.get(k).get(0)));
        bs.add(Cases.point(row.get(k).get(1)));
      }
      a.add(Points.of(as));
      b.add(Points.of(bs));
    }
    return new Ciphertexts(a, b);
  }

  private static Scalars scalars(JsonNode nodes) {
    Scalars out = new Scalars(nodes.size());
    for (int i = 0; i < nodes.size(); i++) out.set(i, Cases.scalar(nodes.get(i)).value());
    return out;
  }

  private static ShuffleProver.Secrets secrets(JsonNode c) {
    List<Scalars> s = new ArrayList<>();
    for (int k = 0; k < c.get("width").asInt(); k++) {
      Scalars column = new Scalars(c.get("N").asInt());
      for (int i = 0; i < column.size(); i++) {
        column.set(i, Cases.scalar(c.get("s").get(i).get(k)).value());
      }
      s.add(column);
    }
    List<BigInteger> phi = new ArrayList<>();
    for (JsonNode one : c.get("phi")) phi.add(Cases.scalar(one).value());
    return new ShuffleProver.Secrets(
        Cases.ints(c.get("perm")).stream().mapToInt(i -> i).toArray(),
        s,
        scalars(c.get("r")),
        scalars(c.get("b")),
        Cases.scalar(c.get("alpha")).value(),
        scalars(c.get("beta")),
        Cases.scalar(c.get("gamma")).value(),
        Cases.scalar(c.get("delta")).value(),
        scalars(c.get("epsilon")),
        phi);
  }

  private static VmnTranscript transcript(JsonNode c) {
    return VmnTranscript.of(c.get("sid").asText(), c.get("auxsid").asText());
  }

  private static Bytes file(JsonNode c, String name) {
    return Cases.hex(c.get("files").get(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shuffle-N3", "shuffle-N10-w2"})
  void aMixIsWrittenByteForByteAsTheVectorsHaveIt(String name) {
    JsonNode c = Cases.read("crypto/" + name + ".json");
    VmnTranscript transcript = transcript(c);
    assertThat(transcript.rho()).isEqualTo(Cases.hex(c.get("rho")));
    assertThat(transcript.generators(c.get("N").asInt()).all()).isEqualTo(Cases.points(c.get("h")));
    Ciphertexts input = rows(c.get("input"));
    assertThat(input.tree()).isEqualTo(file(c, "Ciphertexts"));

    Point key = Cases.point(c.get("Y"));
    ShuffleProver.Mixed mixed = ShuffleProver.mix(transcript, key, input, secrets(c), rows -> {});

    assertThat(mixed.output()).isEqualTo(rows(c.get("output")));
    assertThat(mixed.output().tree()).isEqualTo(file(c, "ShuffledCiphertexts"));
    assertThat(mixed.proof().permutationCommitment()).isEqualTo(file(c, "PermutationCommitment"));
    assertThat(mixed.proof().commitment()).isEqualTo(file(c, "PoSCommitment"));
    assertThat(mixed.proof().reply()).isEqualTo(file(c, "PoSReply"));

    Shuffle shuffle = new Shuffle(transcript, key, input, mixed.output());
    assertThat(shuffle.wrong(mixed.proof(), Optional.of(Entropy.system()), rows -> {})).isEmpty();
    assertThat(shuffle.wrong(mixed.proof(), Optional.empty(), rows -> {})).isEmpty();
  }

  /// attacks.md rows 3, 5, 7, 10: every file changed in every way the vectors know.
  @ParameterizedTest
  @ValueSource(strings = {"shuffle-N3", "shuffle-N10-w2"})
  void everyChangedProofIsRefusedForTheReasonTheVectorsName(String name) {
    JsonNode c = Cases.read("crypto/" + name + ".json");
    Cases.forEach(
        c.get("refuse"),
        bad -> {
          Map<String, Bytes> files = changed(c, bad);
          List<String> failing = new ArrayList<>();
          bad.path("failing").forEach(one -> failing.add(one.asText()));
          for (Optional<Entropy> weights :
              List.of(Optional.of(Entropy.system()), Optional.<Entropy>empty())) {
            Optional<Shuffle.Wrong> wrong = judge(c, bad, files, weights);
            if (bad.get("reason").asText().equals("malformed")) {
              assertThat(wrong).get().isInstanceOf(Shuffle.Wrong.Form.class);
            } else {
              assertThat(wrong).contains(new Shuffle.Wrong.Equations(failing));
            }
          }
        });
  }

  /// attacks.md row 3: generators come from the contest alone; a proof made under trapdoored ones,
  /// which holds for them, is refused here, and there is no field in which it could bring its own.
  @Test
  void attack03_aProofUnderTrapdooredGeneratorsIsRefused() {
    JsonNode c = Cases.read("crypto/shuffle-N3.json");
    JsonNode bad = null;
    for (JsonNode one : c.get("refuse")) {
      if (one.get("name").asText().contains("h_2 = [x]h_1")) bad = one;
    }
    assertThat(bad).isNotNull();
    assertThat(judge(c, bad, changed(c, bad), Optional.empty()))
        .get()
        .isInstanceOf(Shuffle.Wrong.Equations.class);
  }

  private static Optional<Shuffle.Wrong> judge(
      JsonNode c, JsonNode bad, Map<String, Bytes> files, Optional<Entropy> weights) {
    int n = c.get("N").asInt();
    int width = c.get("width").asInt();
    try {
      Shuffle shuffle =
          new Shuffle(
              VmnTranscript.of(
                  bad.path("sid").asText(c.get("sid").asText()),
                  bad.path("auxsid").asText(c.get("auxsid").asText())),
              Cases.point(bad.has("Y") ? bad.get("Y") : c.get("Y")),
              Ciphertexts.read("Ciphertexts", files.get("Ciphertexts"), n, width),
              Ciphertexts.read("ShuffledCiphertexts", files.get("ShuffledCiphertexts"), n, width));
      return shuffle.wrong(proof(files), weights, rows -> {});
    } catch (Malformed e) {
      return Optional.of(new Shuffle.Wrong.Form(e.getMessage()));
    }
  }

  private static Shuffle.Proof proof(Map<String, Bytes> files) {
    return new Shuffle.Proof(
        files.get(FILES.get(0)), files.get(FILES.get(1)), files.get(FILES.get(2)));
  }

  private static Map<String, Bytes> changed(JsonNode c, JsonNode bad) {
    Map<String, Bytes> files = new HashMap<>();
    c.get("files").properties().forEach(e -> files.put(e.getKey(), Cases.hex(e.getValue())));
    bad.path("files")
        .properties()
        .forEach(
            e -> {
              JsonNode change = e.getValue();
              if (change.isTextual()) {
                files.put(e.getKey(), Cases.hex(change));
                return;
              }
              Bytes of = file(c, change.get("of").asText());
              int at = change.get("at").asInt();
              int after = at + change.get("remove").asInt();
              files.put(
                  e.getKey(),
                  of.slice(0, at)
                      .concat(Cases.hex(change.get("insert")))
                      .concat(of.slice(after, of.length())));
            });
    return files;
  }

  /// attacks.md row 8: more rows than one expand_message_xmd could give challenges for. Everything
  /// follows from the seed.
  @Test
  void attack08_aMixOf171RowsHasTheDigestsTheVectorsName() {
    JsonNode c = Cases.read("crypto/shuffle-N171.json");
    String seed = c.get("seed").asText();
    int n = c.get("N").asInt();
    Point key = Point.base(scalar(seed, "election secret"));
    assertThat(key).isEqualTo(Cases.point(c.get("Y")));
    List<ElGamal> list = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Point message = Point.base(scalar(seed, "in-m/" + i + "/0"));
      list.add(ElGamal.encrypt(key, message, scalar(seed, "in-r/" + i + "/0")));
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparing(i -> hash(seed, "perm/" + i, 0)))
            .mapToInt(i -> i)
            .toArray();
    assertThat(Arrays.stream(order).boxed().toList()).isEqualTo(Cases.ints(c.get("perm")));
    ShuffleProver.Secrets secrets =
        new ShuffleProver.Secrets(
            order,
            List.of(scalars(seed, "s/%d/0", n)),
            scalars(seed, "r/%d", n),
            scalars(seed, "b/%d", n),
            scalar(seed, "alpha").value(),
            scalars(seed, "beta/%d", n),
            scalar(seed, "gamma").value(),
            scalar(seed, "delta").value(),
            scalars(seed, "epsilon/%d", n),
            List.of(scalar(seed, "phi/0").value()));

    Ciphertexts input = Ciphertexts.of(list);
    VmnTranscript transcript = transcript(c);
    ShuffleProver.Mixed mixed = ShuffleProver.mix(transcript, key, input, secrets, rows -> {});

    JsonNode digests = c.get("sha256");
    assertThat(input.tree().sha256()).isEqualTo(Cases.hex(digests.get("Ciphertexts")));
    assertThat(mixed.output().tree().sha256())
        .isEqualTo(Cases.hex(digests.get("ShuffledCiphertexts")));
    Shuffle.Proof proof = mixed.proof();
    assertThat(proof.permutationCommitment().sha256())
        .isEqualTo(Cases.hex(digests.get("PermutationCommitment")));
    assertThat(proof.commitment().sha256()).isEqualTo(Cases.hex(digests.get("PoSCommitment")));
    assertThat(proof.reply().sha256()).isEqualTo(Cases.hex(digests.get("PoSReply")));
    assertThat(
            new Shuffle(transcript, key, input, mixed.output())
                .wrong(proof, Optional.of(Entropy.system()), rows -> {}))
        .isEmpty();
  }

  private static Bytes hash(String seed, String label, int n) {
    return Bytes.wrap(
        Bytes.sha256(
            seed.getBytes(StandardCharsets.UTF_8),
            new byte[1],
            label.getBytes(StandardCharsets.UTF_8),
            ByteBuffer.allocate(4).putInt(n).array()));
  }

  private static Scalar scalar(String seed, String label) {
    for (int n = 0; ; n++) {
      BigInteger k = new BigInteger(1, hash(seed, label, n).toArray());
      if (k.signum() > 0 && k.compareTo(Scalar.ORDER) < 0) return new Scalar(k);
    }
  }

  private static Scalars scalars(String seed, String label, int n) {
    Scalars out = new Scalars(n);
    for (int i = 0; i < n; i++) out.set(i, scalar(seed, String.format(label, i)).value());
    return out;
  }

  private static Ciphertexts list(Point key, int n) {
    Entropy entropy = new SeededEntropy(Bytes.zero(32), "a list to mix");
    List<ElGamal> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(ElGamal.encrypt(key, Embedding.embed(BigInteger.valueOf(i)), entropy.scalar()));
    }
    return Ciphertexts.of(out);
  }

  /// attacks.md row 8.
  @Test
  void attack08_aMixOf5000RowsHolds() {
    Scalar secret = Scalar.of(4711);
    Point key = Point.base(secret);
    Ciphertexts input = list(key, 5_000);
    VmnTranscript transcript = VmnTranscript.of(Bytes.zero(32), 0);

    ShuffleProver.Mixed mixed =
        ShuffleProver.mix(transcript, key, input, Entropy.system(), rows -> {});

    assertThat(
            new Shuffle(transcript, key, input, mixed.output())
                .wrong(mixed.proof(), Optional.of(Entropy.system()), rows -> {}))
        .isEmpty();
    List<BigInteger> opened =
        mixed.output().rows().stream()
            .map(c -> Embedding.unembed(c.b().minus(c.a().times(secret))).orElseThrow())
            .toList();
    assertThat(opened).isNotEqualTo(opened.stream().sorted().toList());
    assertThat(opened.stream().sorted().toList())
        .isEqualTo(IntStream.range(0, 5_000).mapToObj(BigInteger::valueOf).toList());
  }

  /// attacks.md row 7: no byte of any file can change unseen, and nothing but a refusal comes of
  /// it.
  @Test
  void attack07_aFlippedBitAnywhereIsARefusal() {
    JsonNode c = Cases.read("crypto/shuffle-N3.json");
    Map<String, Bytes> files = new HashMap<>();
    c.get("files").properties().forEach(e -> files.put(e.getKey(), Cases.hex(e.getValue())));
    for (String name : List.of(FILES.get(0), FILES.get(1), FILES.get(2), "ShuffledCiphertexts")) {
      Bytes whole = files.get(name);
      for (int at = 0; at < whole.length(); at++) {
        byte[] bytes = whole.toArray();
        bytes[at] ^= (byte) (1 << at % 8);
        Map<String, Bytes> broken = new HashMap<>(files);
        broken.put(name, Bytes.wrap(bytes));
        assertThat(judge(c, c, broken, Optional.of(Entropy.system())))
            .as("%s byte %d", name, at)
            .isPresent();
      }
      for (int length = 0; length < whole.length(); length += 7) {
        Map<String, Bytes> broken = new HashMap<>(files);
        broken.put(name, whole.slice(0, length));
        assertThat(judge(c, c, broken, Optional.of(Entropy.system())))
            .as("%s cut to %d", name, length)
            .get()
            .isInstanceOf(Shuffle.Wrong.Form.class);
      }
    }
  }

  @Test
  void aListOfOneRowIsNotMixed() {
    Ciphertexts one = list(Point.base(Scalar.of(5)), 1);
    assertThatThrownBy(
            () ->
                new Shuffle(
                    VmnTranscript.of(Bytes.zero(32), 0), Point.base(Scalar.of(5)), one, one))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("two rows");
  }

  @Test
  void theKnownAnswersOfTheChapterHold() {
    VmnTranscript transcript = VmnTranscript.of("V1" + "0".repeat(64), "c0");
    assertThat(transcript.rho().hex())
        .isEqualTo("4ad9b5e91243d2eb3bd7c2e4d4cb52ede3aecfc31653723959ba30f6d630b1a3");
    assertThat(transcript.generators(2).all())
        .extracting(p -> p.encoding().hex())
        .containsExactly(
            "02614b95836ca2943c8900f715e173bc57f22c3aceae183219dd495a370a08f852",
            "0216f7c81e1d14d0153f0aabc75264fb47c837fa15e7b3d155e08772852b6a0ae6");
  }

  @Test
  void aTableGivesTheMultiplesOfItsPoint() {
    Point base = Point.base(Scalar.of(99));
    FixedBase table = new FixedBase(base);
    for (BigInteger k :
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.TWO,
            BigInteger.valueOf(255),
            BigInteger.valueOf(256),
            BigInteger.valueOf(257),
            Scalar.ORDER.subtract(BigInteger.ONE),
            Scalar.ORDER,
            Scalar.ORDER.shiftRight(1))) {
      assertThat(Point.of(table.times(k))).isEqualTo(base.times(Scalar.of(k)));
    }
    Entropy entropy = new SeededEntropy(Bytes.zero(32), "multiples");
    for (int i = 0; i < 50; i++) {
      Scalar k = entropy.scalar();
      assertThat(Point.of(table.times(k.value()))).isEqualTo(base.times(k));
    }
  }
}
