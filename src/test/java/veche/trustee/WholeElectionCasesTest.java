package veche.trustee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.ballot.Ballot;
import veche.ballot.BallotCheck;
import veche.ballot.Chain;
import veche.ballot.Seal;
import veche.crypto.Ciphertexts;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Embedding;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Shuffle;
import veche.crypto.VmnTranscript;
import veche.election.Manifest;
import veche.election.Ranking;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §3 to §11: one small election of the vectors from its manifest to its numbers.
class WholeElectionCasesTest {
  private static final JsonNode CASE = Cases.read("crypto/result.json");

  private final Bytes eid = Cases.hex(CASE.get("eid"));
  private final Point key = Cases.point(CASE.get("Y"));
  private final int n = CASE.at("/dkg/n").asInt();
  private final int t = CASE.at("/dkg/t").asInt();
  private final List<Style> styles = new ArrayList<>();

  WholeElectionCasesTest() {
    for (JsonNode c : CASE.get("contests")) {
      Style.Kind kind = Style.Kind.of(c.get("kind").asText());
      int options = c.get(kind == Style.Kind.APPROVAL ? "m" : "c").asInt();
      styles.add(new Style(kind, options, c.get("lo").asInt(), c.get("hi").asInt()));
    }
  }

  @Test
  void theManifestNamesTheElection() {
    Bytes bytes = Cases.hex(CASE.get("manifestBytes"));
    Manifest manifest = Manifest.read(Enc.parse(bytes, Point::decode));

    assertThat(manifest.enc().encode()).isEqualTo(bytes);
    assertThat(manifest.eid()).isEqualTo(eid);
    assertThat(manifest.key()).isEqualTo(key);
    assertThat(manifest.draftDigest()).isEqualTo(Cases.hex(CASE.at("/dkg/cid")));
    assertThat(manifest.dkgDigest()).isEqualTo(Cases.hex(CASE.at("/dkg/transcript")));
    assertThat(Ceremony.consistent(key, manifest.shares(), t)).isTrue();
  }

  @Test
  void theRecordsCountAsTheVectorsSay() {
    Chain chain = folded();

    assertThat(chain.counted().stream().map(c -> (int) c.index()))
        .containsExactlyElementsOf(Cases.ints(CASE.get("counted")));
    assertThat(chain.sums(0)).isEqualTo(list(CASE.at("/approval/list")));
    assertThat(chain.counted().stream().map(c -> c.ciphertexts().get(1).getFirst()))
        .containsExactlyElementsOf(list(CASE.at("/ranked/list")));
  }

  private Chain folded() {
    Set<Bytes> roll = new HashSet<>();
    for (JsonNode vk : CASE.get("roll")) roll.add(Cases.hex(vk));
    BallotCheck check = new BallotCheck(eid, key, styles, roll::contains);
    Seal.Paper paper = new Seal.Paper(eid, key, styles);
    Chain chain = new Chain(styles);
    Cases.forEach(
        CASE.get("records"),
        r -> {
          Scalar secret = Cases.scalar(CASE.get("voters").get(r.get("voter").asInt()).get("xv"));
          Bytes body = Cases.hex(r.get("body"));
          Bytes leaf = Seal.sign(body, secret);
          Ballot ballot = Ballot.parse(leaf);
          Bytes sig = ballot.signature().t().encoding().concat(ballot.signature().z().encoding());
          assertThat(sig).isEqualTo(Cases.hex(r.at("/schnorr/sig")));
          assertThat(Bytes.fromHex("00").concat(leaf).sha256())
              .isEqualTo(Cases.hex(r.at("/schnorr/leafHash")));
          assertThat(ballot.ballotId()).isEqualTo(Cases.hex(r.get("ballotId")));
          Optional<Refused> refused =
              check
                  .check(List.of(ballot), Entropy.system())
                  .getFirst()
                  .or(() -> chain.admit(r.get("index").asLong(), ballot));
          if (r.get("verdict").asText().equals("accepted")) {
            assertThat(refused).isEmpty();
            // a client that encrypted a code no ranking has: nobody sees it before the opening
            if (r.get("ranking").isNull()) return;
            List<List<Integer>> choices =
                List.of(Cases.ints(r.get("approvals")), Cases.ints(r.get("ranking")));
            assertThat(
                    Seal.body(
                        paper,
                        choices,
                        Point.base(secret),
                        r.get("seq").asLong(),
                        Cases.hex(r.get("prev")),
                        Cases.hex(r.get("seed"))))
                .isEqualTo(body);
          } else {
            assertThat(refused.orElseThrow().code().id()).isEqualTo(r.get("reason").asText());
          }
        });
    return chain;
  }

  @Test
  void theSumsOpenToTheTotals() {
    JsonNode approval = CASE.get("approval");
    List<Point> opened = opened(approval, 0, list(approval.get("list")));
    List<Long> totals = new ArrayList<>();
    approval.get("totals").forEach(v -> totals.add(v.asLong()));

    assertThat(Combine.totals(opened, CASE.get("counted").size())).isEqualTo(totals);
  }

  @Test
  void theBoxIsMixedTwiceAndEachMixerSaysSo() {
    JsonNode ranked = CASE.get("ranked");
    Ciphertexts list = folded().list(1).orElseThrow();
    assertThat(list.tree()).isEqualTo(Cases.hex(ranked.get("Ciphertexts")));
    VmnTranscript transcript = VmnTranscript.of(eid, 1);
    assertThat(transcript.rho()).isEqualTo(Cases.hex(ranked.get("rho")));
    for (JsonNode mix : ranked.get("mixes")) {
      Bytes permutation = file(mix, "PermutationCommitment");
      Bytes commitment = file(mix, "PoSCommitment");
      Bytes reply = file(mix, "PoSReply");
      boolean last = mix.get("files").has("ShuffledCiphertexts");
      Bytes tree =
          last ? Cases.hex(mix.at("/files/ShuffledCiphertexts")) : file(mix, "Ciphertexts");
      Ciphertexts output = Ciphertexts.read("list", tree, list.size(), 1);
      Mix.Statement statement =
          new Mix.Statement(
              eid,
              1,
              mix.get("l").asInt(),
              list.digest(),
              output.digest(),
              permutation.sha256(),
              commitment.sha256(),
              reply.sha256());
      assertThat(statement.enc().encode()).isEqualTo(Cases.hex(mix.get("statement")));
      assertThat(
              Mix.check(
                  transcript,
                  key,
                  list,
                  output,
                  new Shuffle.Proof(permutation, commitment, reply),
                  Optional.of(Entropy.system()),
                  rows -> {}))
          .isEmpty();
      list = output;
    }
    assertThat(list.digest()).isEqualTo(Cases.hex(ranked.get("listDigest")));
  }

  private static Bytes file(JsonNode mix, String name) {
    return Cases.hex(mix.get("files").get("%s%02d".formatted(name, mix.get("l").asInt())));
  }

  @Test
  void theMixedListOpensToTheRankings() {
    JsonNode ranked = CASE.get("ranked");
    List<Point> opened = opened(ranked, 1, list(ranked.get("mixed")));
    Style style = styles.get(1);
    Ranking ranking = new Ranking(style.options(), style.lo(), style.hi());

    Set<String> statuses = new HashSet<>();
    assertThat(opened).hasSameSizeAs(ranked.get("opened"));
    for (int i = 0; i < opened.size(); i++) {
      JsonNode expected = ranked.get("opened").get(i);
      Optional<BigInteger> code = Embedding.unembed(opened.get(i));
      String status = expected.get("status").asText();
      statuses.add(status);
      switch (status) {
        case "valid" -> {
          assertThat(code).contains(new BigInteger(expected.get("code").asText()));
          assertThat(ranking.decode(code.orElseThrow()))
              .contains(Cases.ints(expected.get("ranking")));
        }
        case "invalid-code" -> assertThat(ranking.decode(code.orElseThrow())).isEmpty();
        case "invalid-encoding" -> assertThat(code).isEmpty();
        default -> throw new AssertionError("status " + status);
      }
    }
    assertThat(statuses).contains("valid", "invalid-code");
  }

  /// Checks every contribution and opens the list with the smallest and with the largest indices.
  private List<Point> opened(JsonNode node, int contest, List<ElGamal> list) {
    Bytes digest = Lists.digest(list);
    assertThat(digest).isEqualTo(Cases.hex(node.get("listDigest")));
    Bytes xctx = Decrypt.context(eid, contest, styles.get(contest).kind().id(), digest);
    assertThat(xctx).isEqualTo(Cases.hex(node.get("xctx")));
    TreeMap<Integer, List<Point>> valid = new TreeMap<>();
    for (JsonNode c : node.get("contributions")) {
      int j = c.get("j").asInt();
      Scalar x = Cases.scalar(CASE.at("/dkg/keys").get(j - 1).get("x"));
      Point y = Cases.point(CASE.at("/dkg/keys").get(j - 1).get("Yj"));
      List<Point> factors = Dleq.factors(x, list);
      assertThat(factors).isEqualTo(Cases.points(c.get("D")));
      Dleq proof = Dleq.prove(xctx, j, x, y, list, Dleq.factors(x, list), Cases.scalar(c.get("w")));
      assertThat(proof)
          .isEqualTo(
              new Dleq(Cases.point(c.get("T")), Cases.point(c.get("U")), Cases.scalar(c.get("z"))));
      assertThat(Decrypt.check(xctx, j, y, list, factors, proof)).isEmpty();
      valid.put(j, factors);
    }
    assertThat(Combine.chosen(valid, t).keySet())
        .containsExactlyElementsOf(Cases.ints(node.get("use")));
    List<Point> out = Combine.open(list, Combine.chosen(valid, t), t, n);
    assertThat(Combine.open(list, Combine.second(valid, t), t, n)).isEqualTo(out);
    assertThat(out).isEqualTo(Cases.points(node.get("M")));
    return out;
  }

  private static List<ElGamal> list(JsonNode node) {
    List<ElGamal> out = new ArrayList<>();
    for (JsonNode pair : node) {
      out.add(new ElGamal(Cases.point(pair.get(0)), Cases.point(pair.get(1))));
    }
    return out;
  }
}
