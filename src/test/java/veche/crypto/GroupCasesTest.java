package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.election.Ranking;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class GroupCasesTest {
  private static final JsonNode POINTS = Cases.read("crypto/points.json");
  private static final JsonNode HASHES = Cases.read("crypto/hash.json");
  private static final JsonNode RANKINGS = Cases.read("crypto/ranking.json");

  @Test
  void pointsAndScalarsHaveOneEncoding() {
    Cases.forEach(
        POINTS.at("/points/accept"),
        c -> {
          Point point = Point.decode(Cases.hex(c.get("bytes")));
          assertThat(point.encoding()).isEqualTo(Cases.hex(c.get("bytes")));
          assertThat(point.x()).isEqualTo(Cases.hex(c.get("x")));
        });
    Cases.forEach(
        POINTS.at("/scalars/accept"),
        c -> {
          Scalar scalar = Scalar.decode(Cases.hex(c.get("bytes")));
          assertThat(scalar.encoding()).isEqualTo(Cases.hex(c.get("bytes")));
          assertThat(scalar.isZero()).isNotEqualTo(c.get("nonzero").asBoolean());
        });
  }

  /// attacks.md rows 11 to 14.
  @Test
  void attack11_invalidCurveTwistIdentityAndOtherEncodingsAreRefused() {
    Cases.forEach(
        POINTS.at("/points/refuse"),
        c ->
            assertThatThrownBy(() -> Point.decode(Cases.hex(c.get("bytes"))))
                .isInstanceOf(Malformed.class));
  }

  @Test
  void attack14_aScalarThatIsNotReducedOrOfAnotherLengthIsRefused() {
    Cases.forEach(
        POINTS.at("/scalars/refuse"),
        c -> {
          // zero is a scalar; where one must not be zero, its reader refuses it by name
          if (c.get("reason").asText().equals("scalar-zero")) {
            assertThat(Scalar.decode(Cases.hex(c.get("bytes"))).isZero()).isTrue();
            assertThatThrownBy(Scalar.ZERO::inverse).isInstanceOf(Malformed.class);
          } else {
            assertThatThrownBy(() -> Scalar.decode(Cases.hex(c.get("bytes"))))
                .isInstanceOf(Malformed.class);
          }
        });
  }

  @Test
  void attack13_theIdentityIsAValueWithoutAnEncoding() {
    assertThat(Point.base(Scalar.ZERO).isIdentity()).isTrue();
    assertThat(Point.IDENTITY.plus(Point.GENERATOR)).isEqualTo(Point.GENERATOR);
    assertThatThrownBy(Point.IDENTITY::encoding).isInstanceOf(Malformed.class);
  }

  @Test
  void arithmeticIsThatOfTheVectors() {
    JsonNode a = POINTS.get("arithmetic");
    Point p = Cases.point(a.get("P"));
    Point q = Cases.point(a.get("Q"));
    Scalar k = Cases.scalar(a.get("k"));
    Scalar l = Cases.scalar(a.get("l"));
    Cases.forEach(
        a.get("cases"),
        c -> {
          Point got =
              switch (c.get("name").asText()) {
                case "P+Q" -> p.plus(q);
                case "P-Q" -> p.minus(q);
                case "P+P" -> p.plus(p);
                case "P-P" -> p.minus(p);
                case "[k]Q" -> q.times(k);
                case "[0]P", "[q]P as [0]" -> p.times(Scalar.of(Scalar.ORDER));
                case "[q-1]P" -> p.times(Scalar.of(-1));
                case "[k]P+[l]Q" -> Msm.sum(List.of(p, q), List.of(k, l));
                default -> throw new AssertionError("unknown case");
              };
          assertThat(got).isEqualTo(Cases.point(c.get("out")));
        });
  }

  /// Two ways to multiply by a secret and one for public numbers: the same point, also where the
  /// ladder changes from q to 2q and where the result is the identity.
  @Test
  void secretsAreMultipliedToTheSamePoint() {
    Entropy entropy = new Random(11)::nextBytes;
    BigInteger change = BigInteger.ONE.shiftLeft(256).subtract(Scalar.ORDER);
    List<Scalar> scalars = new ArrayList<>();
    for (int i = -2; i <= 2; i++) {
      scalars.add(Scalar.of(i));
      scalars.add(Scalar.of(change.add(BigInteger.valueOf(i))));
      scalars.add(Scalar.of(Scalar.ORDER.shiftRight(1).add(BigInteger.valueOf(i))));
      scalars.add(entropy.scalar());
    }
    Point p = Point.base(entropy.scalar());
    for (Scalar k : scalars) {
      assertThat(p.timesSecret(k)).isEqualTo(p.times(k)).isEqualTo(p.timesFixed(k));
      assertThat(Point.GENERATOR.timesSecret(k)).isEqualTo(Point.base(k));
      assertThat(Point.IDENTITY.timesSecret(k).isIdentity()).isTrue();
    }
  }

  @Test
  void manyTermsAtOnceGiveWhatTheyGiveOneByOne() {
    Random random = new Random(7);
    Entropy entropy = random::nextBytes;
    for (int n : new int[] {0, 1, 2, 3, 17, 200}) {
      List<Point> points = new ArrayList<>();
      List<Scalar> scalars = new ArrayList<>();
      Point slow = Point.IDENTITY;
      for (int i = 0; i < n; i++) {
        Point p = i % 7 == 3 ? Point.IDENTITY : Point.base(entropy.scalar());
        if (i % 5 == 4) p = points.get(i - 1).negate();
        Scalar k = i % 6 == 5 ? Scalar.ZERO : entropy.scalar();
        points.add(p);
        scalars.add(k);
        slow = slow.plus(p.times(k));
      }
      assertThat(Msm.sum(points, scalars)).as("n = " + n).isEqualTo(slow);
    }
  }

  @Test
  void hashesAreThoseOfTheVectors() {
    Cases.forEach(
        HASHES.get("TH"),
        c ->
            assertThat(Transcript.th(c.get("tag").asText(), args(c)))
                .isEqualTo(Cases.hex(c.get("out"))));
    Cases.forEach(
        HASHES.get("HS"),
        c ->
            assertThat(Transcript.hs(c.get("tag").asText(), args(c)))
                .isEqualTo(Cases.scalar(c.get("out"))));
    Cases.forEach(
        HASHES.get("HP"),
        c ->
            assertThat(Transcript.hp(c.get("tag").asText(), args(c)))
                .isEqualTo(Cases.point(c.get("out"))));
  }

  private static Enc[] args(JsonNode c) {
    List<Enc> out = new ArrayList<>();
    for (JsonNode arg : c.get("args")) out.add(Cases.tree(arg));
    return out.toArray(Enc[]::new);
  }

  /// RFC 9380, appendix J.1.1: P256_XMD:SHA-256_SSWU_RO_.
  @Test
  void hashingToTheCurveIsThatOfRfc9380() {
    JsonNode suite = Cases.read("crypto/from-cfrg/hash-to-curve.json");
    byte[] dst = ascii(suite.get("dst"));
    Cases.forEach(
        suite.get("vectors"),
        c -> {
          Point point = HashToCurve.point(ascii(c.get("msg")), dst);
          assertThat("0x" + point.x().hex()).isEqualTo(c.at("/P/x").asText());
          boolean odd = new BigInteger(c.at("/P/y").asText().substring(2), 16).testBit(0);
          assertThat(point.encoding().at(0)).isEqualTo(odd ? 3 : 2);
        });
  }

  /// RFC 9380, appendix K.1: what HS reduces.
  @Test
  void messagesAreExpandedAsInRfc9380() {
    JsonNode expander = Cases.read("crypto/from-cfrg/expand-message.json");
    byte[] dst = ascii(expander.get("DST"));
    Cases.forEach(
        expander.get("tests"),
        c -> {
          int length = Integer.decode(c.get("len_in_bytes").asText());
          assertThat(Bytes.wrap(Transcript.expand(ascii(c.get("msg")), dst, length)))
              .isEqualTo(Cases.hex(c.get("uniform_bytes")));
        });
  }

  private static byte[] ascii(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.US_ASCII);
  }

  /// attacks.md row 16: 48 bytes are reduced, so the lowest bits of challenges are not biased.
  @Test
  void attack16_challengesSpreadEvenly() {
    int[] buckets = new int[16];
    int n = 8_000;
    for (int i = 0; i < n; i++) {
      buckets[Transcript.hs("spread", Enc.uint(i)).encoding().at(0) >> 4]++;
    }
    double chi = 0;
    for (int b : buckets) chi += Math.pow(b - n / 16.0, 2) / (n / 16.0);
    // 15 degrees of freedom: 37.7 is passed with probability 0.1 %, and the input is fixed
    assertThat(chi).isLessThan(37.7);
  }

  @Test
  void rankingsAndCodesAreABijection() {
    Cases.forEach(
        RANKINGS.get("codes"),
        c -> {
          Ranking ranking = ranking(c);
          BigInteger code = new BigInteger(c.get("code").asText());
          List<Integer> options = Cases.ints(c.get("ranking"));
          assertThat(ranking.encode(options)).isEqualTo(code);
          assertThat(ranking.decode(code)).contains(options);
        });
    Cases.forEach(
        RANKINGS.get("refusedRankings"),
        c ->
            assertThatThrownBy(() -> ranking(c).encode(Cases.ints(c.get("ranking"))))
                .isInstanceOf(Malformed.class));
    Cases.forEach(
        RANKINGS.get("refusedCodes"),
        c -> assertThat(ranking(c).decode(new BigInteger(c.get("code").asText()))).isEmpty());
  }

  @Test
  void aRankedContestBeyondTheCapacityIsRefused() {
    Cases.forEach(
        RANKINGS.get("contests"),
        c -> {
          if (c.get("verdict").asText().equals("accepted")) {
            assertThat(ranking(c).total()).isEqualTo(new BigInteger(c.get("total").asText()));
          } else {
            assertThatThrownBy(() -> ranking(c)).isInstanceOf(Malformed.class);
          }
        });
  }

  private static Ranking ranking(JsonNode c) {
    return new Ranking(c.get("c").asInt(), c.get("lo").asInt(), c.get("hi").asInt());
  }

  @Test
  void aNumberHasOnePoint() {
    Cases.forEach(
        RANKINGS.get("embed"),
        c -> {
          BigInteger m = new BigInteger(c.get("m").asText());
          assertThat(Embedding.embed(m)).isEqualTo(Cases.point(c.get("point")));
          assertThat(Embedding.unembed(Cases.point(c.get("point")))).contains(m);
        });
    Cases.forEach(
        RANKINGS.get("unembedRefused"),
        c ->
            assertThat(Embedding.unembed(Cases.point(c.get("point")))).isEqualTo(Optional.empty()));
  }

  /// protocol §5: what is sealed to one key and context opens with nothing else.
  @Test
  void whatIsSealedOpensForItsReceiverInItsContextAlone() {
    Entropy entropy = new Random(3)::nextBytes;
    Scalar secret = entropy.scalar();
    Bytes info = Bytes.utf8("info");
    Bytes aad = Bytes.utf8("aad");
    Bytes share = entropy.bytes(32);
    Hpke.Sealed sealed = Hpke.seal(Hpke.publicKey(secret), info, aad, share, entropy.scalar());

    assertThat(Hpke.open(sealed, secret, info, aad)).isEqualTo(share);
    assertThatThrownBy(() -> Hpke.open(sealed, entropy.scalar(), info, aad))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Hpke.open(sealed, secret, aad, aad)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Hpke.open(sealed, secret, info, info)).isInstanceOf(Malformed.class);
  }
}
