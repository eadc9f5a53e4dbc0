package veche.trustee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.crypto.Dleq;
import veche.crypto.Dlog;
import veche.crypto.ElGamal;
import veche.crypto.Hpke;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Sharing;
import veche.election.Draft;
import veche.wire.Bytes;
import veche.wire.Malformed;

class TrusteeCasesTest {
  @Test
  void aCeremonyGivesTheKeysOfTheVectors() {
    Cases.forEach(
        Cases.read("crypto/dkg.json").get("ceremonies"),
        c -> {
          int n = c.get("n").asInt();
          int t = c.get("t").asInt();
          List<Bytes> identities = new ArrayList<>();
          for (JsonNode key : c.get("identityKeys")) identities.add(Cases.hex(key));
          Bytes dctx = Ceremony.context(Cases.hex(c.get("cid")), n, t, identities);
          assertThat(dctx).isEqualTo(Cases.hex(c.get("dctx")));
          List<Ceremony.Secrets> secrets = new ArrayList<>();
          List<Ceremony.Commit> commits = new ArrayList<>();
          List<Ceremony.Reveal> reveals = new ArrayList<>();
          for (JsonNode node : c.get("trustees")) {
            int i = node.get("i").asInt();
            List<Scalar> a = new ArrayList<>();
            for (JsonNode k : node.get("a")) a.add(Cases.scalar(k));
            Ceremony.Secrets own =
                Ceremony.begin(
                    dctx,
                    i,
                    a,
                    Cases.scalar(node.get("ekSecret")),
                    Cases.scalar(node.at("/pop/w")));
            assertThat(own.commit().h()).isEqualTo(Cases.hex(node.get("h")));
            assertThat(own.commit().ek()).isEqualTo(Cases.hex(node.get("ek")));
            assertThat(own.pop().z()).isEqualTo(Cases.scalar(node.at("/pop/z")));
            Map<Integer, Hpke.Sealed> shares = new HashMap<>();
            for (JsonNode share : node.get("shares")) {
              if (!share.has("ct")) continue;
              shares.put(
                  share.get("j").asInt(),
                  new Hpke.Sealed(Cases.hex(share.get("enc")), Cases.hex(share.get("ct"))));
            }
            Ceremony.Reveal reveal =
                new Ceremony.Reveal(Sharing.commit(own.coefficients()), own.pop(), shares);
            assertThat(Ceremony.Reveal.read(reveal.enc())).isEqualTo(reveal);
            assertThat(Ceremony.checkReveal(dctx, n, t, i, own.commit(), reveal)).isEmpty();
            secrets.add(own);
            commits.add(own.commit());
            reveals.add(reveal);
          }
          assertThat(Ceremony.transcript(dctx, commits, reveals))
              .isEqualTo(Cases.hex(c.get("transcript")));
          assertThat(Ceremony.key(reveals)).isEqualTo(Cases.point(c.get("Y")));
          List<Point> keys = new ArrayList<>();
          for (JsonNode key : c.get("keys")) {
            int j = key.get("j").asInt();
            List<Scalar> received = new ArrayList<>();
            for (int i = 1; i <= n; i++) {
              received.add(
                  i == j
                      ? Sharing.evaluate(secrets.get(i - 1).coefficients(), j)
                      : Ceremony.share(dctx, i, j, reveals.get(i - 1), secrets.get(j - 1).ek())
                          .orElseThrow());
            }
            Scalar x = Ceremony.secretShare(received);
            assertThat(x).isEqualTo(Cases.scalar(key.get("x")));
            assertThat(Ceremony.shareKey(reveals, j)).isEqualTo(Cases.point(key.get("Yj")));
            Ceremony.Confirm confirm =
                Ceremony.confirm(dctx, j, x, Bytes.zero(32), Cases.scalar(key.at("/pok/w")));
            assertThat(confirm.proof().z()).isEqualTo(Cases.scalar(key.at("/pok/z")));
            assertThat(Ceremony.checkConfirm(dctx, j, Cases.point(key.get("Yj")), confirm))
                .isEmpty();
            keys.add(Cases.point(key.get("Yj")));
          }
          assertThat(Ceremony.consistent(Ceremony.key(reveals), keys, t)).isTrue();
          for (JsonNode l : c.get("lagrange")) {
            List<Integer> set = Cases.ints(l.get("S"));
            for (int at = 0; at < set.size(); at++) {
              assertThat(Sharing.lagrange(set.get(at), set, t, n))
                  .isEqualTo(Cases.scalar(l.get("lambda").get(at)));
            }
          }
        });
  }

  /// attacks.md rows 17 to 19 and 43.
  @Test
  void attack17_badMessagesOfACeremonyAreRefused() {
    JsonNode cases = Cases.read("crypto/dkg.json");
    Cases.forEach(
        cases.get("refuse"),
        c -> {
          JsonNode ceremony = cases.get("ceremonies").path(c.path("ceremony").asInt());
          int n = ceremony.get("n").asInt();
          int t = ceremony.get("t").asInt();
          Bytes dctx = Cases.hex(c.has("dctx") ? c.get("dctx") : ceremony.get("dctx"));
          boolean accepted =
              switch (c.get("check").asText()) {
                case "pop" ->
                    Ceremony.provesPossession(
                        dctx, c.get("i").asInt(), Cases.points(c.get("C")), proof(c));
                case "share-pok" ->
                    Ceremony.provesShare(
                        dctx, c.get("j").asInt(), Cases.point(c.get("Yj")), proof(c));
                case "commit" ->
                    Ceremony.commitment(
                            dctx,
                            c.get("i").asInt(),
                            Cases.hex(c.get("ek")),
                            Cases.points(c.get("C")),
                            proof(c))
                        .equals(Cases.hex(c.get("h")));
                case "share" -> share(c);
                case "subset" -> subset(Cases.ints(c.get("S")), t, n);
                case "hpke-open" -> opens(c);
                case "decode" -> decodes(c);
                case "distinct" -> Ceremony.distinct(Cases.points(c.get("C0")));
                case "policy" -> Draft.isThreshold(c.get("t").asInt(), c.get("n").asInt());
                default -> throw new AssertionError("unknown check " + c.get("check"));
              };
          assertThat(accepted).isFalse();
        });
  }

  private static Schnorr proof(JsonNode c) {
    return new Schnorr(Cases.point(c.get("T")), Cases.scalar(c.get("z")));
  }

  private static boolean share(JsonNode c) {
    try {
      return Ceremony.fits(Cases.points(c.get("C")), c.get("j").asInt(), Cases.scalar(c.get("s")));
    } catch (Malformed e) {
      return false;
    }
  }

  private static boolean subset(List<Integer> set, int t, int n) {
    try {
      Sharing.lagrange(set.isEmpty() ? 1 : set.getFirst(), set, t, n);
      for (int j : set) Sharing.lagrange(j, set, t, n);
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  private static boolean opens(JsonNode c) {
    try {
      Hpke.open(
          new Hpke.Sealed(Cases.hex(c.get("enc")), Cases.hex(c.get("ct"))),
          Cases.scalar(c.get("ekSecret")),
          Cases.hex(c.get("info")),
          Cases.hex(c.get("aad")));
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  private static boolean decodes(JsonNode c) {
    try {
      for (JsonNode p : c.get("Chex")) Point.decode(Cases.hex(p));
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  private static List<ElGamal> list(JsonNode node) {
    List<ElGamal> out = new ArrayList<>();
    for (JsonNode pair : node) {
      out.add(new ElGamal(Cases.point(pair.get(0)), Cases.point(pair.get(1))));
    }
    return out;
  }

  @Test
  void contributionsAndCombinationsAreThoseOfTheVectors() {
    JsonNode cases = Cases.read("crypto/decrypt.json");
    int n = cases.get("n").asInt();
    int t = cases.get("t").asInt();
    Bytes eid = Cases.hex(cases.get("eid"));
    Cases.forEach(
        cases.get("lists"),
        c -> {
          List<ElGamal> list = list(c.get("list"));
          Bytes digest = Lists.digest(list);
          assertThat(digest).isEqualTo(Cases.hex(c.get("listDigest")));
          Bytes xctx =
              Decrypt.context(eid, c.get("contest").asInt(), c.get("kind").asText(), digest);
          assertThat(xctx).isEqualTo(Cases.hex(c.get("xctx")));
          TreeMap<Integer, List<Point>> valid = new TreeMap<>();
          for (JsonNode one : c.get("contributions")) {
            int j = one.get("j").asInt();
            Scalar x = Cases.scalar(cases.get("keys").get(j - 1).get("x"));
            Point y = Point.base(x);
            List<Point> factors = Dleq.factors(x, list);
            assertThat(factors).isEqualTo(Cases.points(one.get("D")));
            Dleq proof =
                Dleq.prove(xctx, j, x, y, list, Dleq.factors(x, list), Cases.scalar(one.get("w")));
            assertThat(proof.t()).isEqualTo(Cases.point(one.get("T")));
            assertThat(proof.u()).isEqualTo(Cases.point(one.get("U")));
            assertThat(proof.z()).isEqualTo(Cases.scalar(one.get("z")));
            assertThat(Decrypt.check(xctx, j, y, list, factors, proof)).isEmpty();
            valid.put(j, factors);
          }
          List<Point> expected = Cases.points(c.get("M"));
          assertThat(Combine.open(list, Combine.chosen(valid, t), t, n)).isEqualTo(expected);
          assertThat(Combine.open(list, Combine.second(valid, t), t, n)).isEqualTo(expected);
          if (c.has("totals")) {
            List<Long> totals = new ArrayList<>();
            c.get("totals").forEach(v -> totals.add(v.asLong()));
            assertThat(Combine.totals(expected, 1_000)).isEqualTo(totals);
          }
        });
  }

  /// attacks.md rows 2 and 12 to 14.
  @Test
  void attack02_forgedContributionsAreRefused() {
    JsonNode cases = Cases.read("crypto/decrypt.json");
    Cases.forEach(
        cases.get("refuse"),
        c -> {
          JsonNode of = cases.get("lists").get(c.get("list").asInt());
          boolean accepted;
          try {
            int j = c.get("j").asInt();
            Point y =
                Cases.point(c.has("Yj") ? c.get("Yj") : cases.at("/keys").path(j - 1).path("Yj"));
            Bytes xctx = Cases.hex(c.has("xctx") ? c.get("xctx") : of.get("xctx"));
            List<ElGamal> list = list(of.get("list"));
            if (c.has("rows")) {
              List<ElGamal> all = list;
              list = Cases.ints(c.get("rows")).stream().map(all::get).toList();
            }
            if (c.has("order")) {
              List<ElGamal> all = list;
              list = Cases.ints(c.get("order")).stream().map(all::get).toList();
            }
            Dleq proof =
                new Dleq(
                    Point.decode(Cases.hex(c.get("T"))),
                    Point.decode(Cases.hex(c.get("U"))),
                    Scalar.decode(Cases.hex(c.get("z"))));
            List<Point> factors = new ArrayList<>();
            for (JsonNode d : c.get("D")) factors.add(Point.decode(Cases.hex(d)));
            accepted = Decrypt.check(xctx, j, y, list, factors, proof).isEmpty();
          } catch (Malformed e) {
            accepted = false;
          }
          assertThat(accepted).isFalse();
        });
  }

  /// attacks.md row 43.
  @Test
  void attack43_repeatedZeroOrForeignIndicesCombineNothing() {
    for (List<Integer> bad : List.of(List.of(1, 1), List.of(0, 1), List.of(1, 4), List.of(1))) {
      assertThatThrownBy(
              () -> Sharing.combine(bad, bad.stream().map(j -> Point.GENERATOR).toList(), 2, 3))
          .isInstanceOf(Malformed.class);
    }
  }

  @Test
  void aNumberIsFoundUpToItsMaximumAndNotBeyond() {
    Cases.forEach(
        Cases.read("crypto/decrypt.json").get("dlog"),
        c -> {
          OptionalLong found = new Dlog(c.get("max").asLong()).of(Cases.point(c.get("point")));
          assertThat(found)
              .isEqualTo(
                  c.has("value") ? OptionalLong.of(c.get("value").asLong()) : OptionalLong.empty());
        });
  }
}
