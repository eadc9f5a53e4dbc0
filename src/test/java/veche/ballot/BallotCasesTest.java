package veche.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class BallotCasesTest {
  private static final Entropy WEIGHTS = new Random(1)::nextBytes;

  private record Election(BallotCheck check, List<Style> styles) {
    static Election of(JsonNode node) {
      List<Style> styles = new ArrayList<>();
      for (JsonNode c : node.get("contests")) {
        Style.Kind kind = Style.Kind.of(c.get("kind").asText());
        int options = c.get(kind == Style.Kind.APPROVAL ? "m" : "c").asInt();
        styles.add(new Style(kind, options, c.get("lo").asInt(), c.get("hi").asInt()));
      }
      Set<Bytes> roll = new HashSet<>();
      for (JsonNode vk : node.get("roll")) roll.add(Cases.hex(vk));
      return new Election(
          new BallotCheck(
              Cases.hex(node.get("eid")), Cases.point(node.get("Y")), styles, roll::contains),
          styles);
    }

    Seal.Paper paper() {
      return new Seal.Paper(check.eid(), check.key(), styles);
    }
  }

  /// The leaf of a record of the vectors: a body and the 65 bytes T ‖ z.
  private static Bytes leaf(JsonNode record, Bytes eid) {
    return leaf(record, Cases.hex(record.get("body")), eid);
  }

  /// A body as it stands, or as an edit of the good body of that name.
  private static Bytes body(JsonNode node, Map<String, Bytes> good) {
    if (node.isTextual()) return Cases.hex(node);
    Bytes of = good.get(node.get("of").asText());
    int at = node.get("at").asInt();
    return of.slice(0, at)
        .concat(Cases.hex(node.get("insert")))
        .concat(of.slice(at + node.get("remove").asInt(), of.length()));
  }

  private static Bytes leaf(JsonNode record, Bytes body, Bytes eid) {
    JsonNode schnorr = record.get("schnorr");
    Bytes sig = Cases.hex(schnorr.isTextual() ? schnorr : schnorr.get("sig"));
    if (sig.length() != 65) throw new Malformed("signature length");
    Bytes head =
        Enc.list(Enc.text("ballot"), Enc.uint(1), Enc.bytes(eid), Enc.bytes(body)).encode();
    // type and count of the list, its four items, then the two elements as they came
    return Bytes.fromHex("0600000006")
        .concat(head.slice(5, head.length()))
        .concat(Bytes.fromHex("04"))
        .concat(sig.slice(0, 33))
        .concat(Bytes.fromHex("05"))
        .concat(sig.slice(33, 65));
  }

  private static String verdict(Election election, Chain chain, long index, Bytes leaf) {
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return "malformed";
    }
    Optional<Refused> batched = election.check.check(List.of(ballot), WEIGHTS).getFirst();
    assertThat(batched).isEqualTo(election.check.checkPlainly(ballot));
    if (batched.isPresent()) return batched.get().code().id();
    return chain.admit(index, ballot).map(r -> r.code().id()).orElse("accepted");
  }

  private static void accepted(String file) {
    JsonNode cases = Cases.read(file);
    Election election = Election.of(cases.get("election"));
    Map<String, Bytes> byName = new HashMap<>();
    Map<String, Bytes> bodies = new HashMap<>();
    Cases.forEach(
        cases.get("accept"),
        c -> {
          List<List<Integer>> choices = new ArrayList<>();
          for (JsonNode choice : c.get("choices")) choices.add(Cases.ints(choice));
          Bytes seed = Cases.hex(c.get("seed"));
          Point vk = Cases.point(c.get("vk"));
          Bytes body =
              Seal.body(
                  election.paper(),
                  choices,
                  vk,
                  c.get("seq").asLong(),
                  Cases.hex(c.get("prev")),
                  seed);
          assertThat(body).isEqualTo(Cases.hex(c.get("body")));
          assertThat(Seal.ballotId(body)).isEqualTo(Cases.hex(c.get("ballotId")));
          Bytes leaf = Seal.sign(body, Cases.scalar(c.get("xv")));
          assertThat(leaf).isEqualTo(leaf(c, election.check.eid()));
          assertThat(Ballot.parse(leaf).leaf()).isEqualTo(leaf);
          assertThat(new Audit(seed, choices).explains(body, election.paper())).isTrue();
          byName.put(c.get("name").asText(), leaf);
          bodies.put(c.get("name").asText(), body);
          Chain chain = new Chain(election.styles);
          String verdict = verdict(election, chain, 0, leaf);
          // a re-vote stands behind its predecessor in the vectors
          if (c.get("seq").asLong() == 0) assertThat(verdict).isEqualTo("accepted");
          else assertThat(verdict).isEqualTo("stale-chain");
        });
    Cases.forEach(
        cases.get("refuse"),
        c -> {
          Chain chain = new Chain(election.styles);
          long index = 0;
          if (c.has("after")) {
            for (JsonNode name : c.get("after")) {
              Bytes leaf = byName.get(name.asText());
              assertThat(verdict(election, chain, index++, leaf)).isEqualTo("accepted");
            }
          }
          String verdict;
          try {
            Bytes body = body(c.get("body"), bodies);
            verdict = verdict(election, chain, index, leaf(c, body, election.check.eid()));
          } catch (Malformed e) {
            verdict = "malformed";
          }
          assertThat(verdict).isEqualTo(c.get("reason").asText());
        });
  }

  @Test
  void approvalBallotsAreThoseOfTheVectorsToTheByteAndBadOnesAreRefusedByName() {
    accepted("crypto/approval-ballot.json");
  }

  @Test
  void rankedBallotsAreThoseOfTheVectorsToTheByteAndBadOnesAreRefusedByName() {
    accepted("crypto/ranked-ballot.json");
  }

  /// attacks.md row 51.
  @Test
  void attack51_zeroScalarsAreValuesAndAZeroSumIsABadProof() {
    JsonNode cases = Cases.read("crypto/zero-scalars.json");
    Election election = Election.of(cases.get("election"));
    Cases.forEach(
        cases.get("records"),
        c -> {
          String expected =
              c.get("verdict").asText().equals("accepted") ? "accepted" : c.get("reason").asText();
          assertThat(
                  verdict(election, new Chain(election.styles), 0, leaf(c, election.check.eid())))
              .isEqualTo(expected);
        });
  }

  /// attacks.md rows 28 and 49.
  @Test
  void attack28_whichBallotsCountFollowsFromTheirChainsAlone() {
    JsonNode cases = Cases.read("crypto/ballot-chain.json");
    Election election = Election.of(cases.get("election"));
    Cases.forEach(
        cases.get("scenarios"),
        scenario -> {
          Chain chain = new Chain(election.styles);
          Chain atClose = new Chain(election.styles);
          long closeSize = scenario.path("closeSize").asLong(Long.MAX_VALUE);
          for (JsonNode record : scenario.get("records")) {
            String expected =
                record.get("verdict").asText().equals("accepted")
                    ? "accepted"
                    : record.get("reason").asText();
            assertThat(
                    verdict(
                        election,
                        chain,
                        record.get("index").asLong(),
                        leaf(record, election.check.eid())))
                .as("record " + record.get("index"))
                .isEqualTo(expected);
            long index = record.get("index").asLong();
            if (index < closeSize) {
              verdict(election, atClose, index, leaf(record, election.check.eid()));
            }
          }
          List<String> counted = new ArrayList<>();
          for (JsonNode one : scenario.get("counted")) {
            counted.add(one.get("index").asText() + " " + one.get("ballotId").asText());
          }
          assertThat(atClose.counted().stream().map(c -> c.index() + " " + c.ballotId().hex()))
              .containsExactlyElementsOf(counted);
        });
  }

  @Test
  void aBatchNamesItsOneBadBallotAndAcceptsTheOthers() {
    JsonNode cases = Cases.read("crypto/approval-ballot.json");
    Election election = Election.of(cases.get("election"));
    List<Ballot> batch = new ArrayList<>();
    Map<String, Bytes> bodies = new HashMap<>();
    for (JsonNode c : cases.get("accept")) {
      batch.add(Ballot.parse(leaf(c, election.check.eid())));
      bodies.put(c.get("name").asText(), Cases.hex(c.get("body")));
    }
    for (JsonNode c : cases.get("refuse")) {
      if (c.get("reason").asText().equals("bad-proof")) {
        Bytes body = body(c.get("body"), bodies);
        batch.add(1, Ballot.parse(leaf(c, body, election.check.eid())));
        break;
      }
    }
    List<Optional<Refused>> results = election.check.check(batch, WEIGHTS);

    assertThat(results.get(1).orElseThrow().code().id()).isEqualTo("bad-proof");
    results.remove(1);
    assertThat(results).containsOnly(Optional.empty());
  }
}
