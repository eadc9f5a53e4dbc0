package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.attacks.Booth.FIRST;
import static veche.attacks.Booth.answers;
import static veche.attacks.Booth.exchanged;
import static veche.attacks.Booth.items;
import static veche.attacks.Booth.vk;
import static veche.attacks.Booth.with;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import veche.ballot.Audit;
import veche.ballot.Ballot;
import veche.ballot.Chain;
import veche.ballot.Seal;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// attacks.md rows 9, 12 to 14, 28, 29, 32, 33, 37, 39, 51 and 52: what somebody else, or a
/// dishonest client, can do to a ballot.
class BallotAttacksTest {
  private final Booth booth = new Booth();

  /// Guards the whole class: the attacker's provers make ballots that are right, so what is refused
  /// below is refused for the attack and not for a slip of the pen.
  @Test
  void theAttackersPenWritesBallotsThatPass() {
    Bytes body = booth.forged(booth.alice, booth.randomness());

    assertThat(booth.verdict(booth.signAnything(body, booth.alice))).isEqualTo("accepted");
    assertThat(booth.signAnything(body, booth.alice)).isEqualTo(Seal.sign(body, booth.alice));
  }

  // ---- row 9

  @Test
  void attack09_aCopiedBallotIsRefused() {
    Bytes victim = booth.body(booth.alice);
    Point bob = vk(booth.bob);
    List<Enc> copied = answers(victim);
    Map<String, Bytes> copies = new LinkedHashMap<>();
    copies.put("under the copier's key", booth.body(bob, 0, FIRST, copied));
    copies.put("re-randomised", booth.body(bob, 0, FIRST, rerandomised(copied)));
    copies.put("permuted", booth.body(bob, 0, FIRST, with(copied, 0, permuted(copied.get(0)))));
    Chain chain = new Chain(booth.styles);
    // the copier comes first: that must not block the victim either
    copies.forEach(
        (name, body) ->
            assertThat(booth.verdict(chain, booth.signAnything(body, booth.bob)))
                .as(name)
                .isEqualTo("bad-proof"));
    assertThat(booth.verdict(chain, Seal.sign(victim, booth.alice))).isEqualTo("accepted");
    copies.forEach(
        (name, body) ->
            assertThat(booth.verdict(chain, booth.signAnything(body, booth.bob)))
                .as(name + ", the original in the log")
                .isEqualTo("bad-proof"));
    assertThat(chain.counted()).hasSize(1);
  }

  @Test
  void attack09_proofsMovedToAnotherPlaceAreRefused() {
    Bytes prev = Seal.ballotId(booth.body(booth.alice));
    Point alice = vk(booth.alice);
    List<Enc> own = answers(booth.body(booth.alice));
    Bytes elsewhere =
        Seal.body(
            new Seal.Paper(booth.dice.bytes(32), booth.key, booth.styles),
            booth.choices,
            alice,
            0,
            FIRST,
            booth.dice.bytes(32));
    Map<String, Bytes> bodies = new LinkedHashMap<>();
    bodies.put("another seq", booth.body(alice, 1, FIRST, own));
    bodies.put("another prev", booth.body(alice, 0, prev, own));
    bodies.put(
        "another contest",
        booth.body(
            alice,
            0,
            FIRST,
            with(
                with(own, 1, Enc.list(with(items(own.get(0)), 0, Enc.uint(1)))),
                0,
                Enc.list(with(items(own.get(1)), 0, Enc.uint(0))))));
    bodies.put(
        "options exchanged", booth.body(alice, 0, FIRST, with(own, 0, permuted(own.get(0)))));
    bodies.put("another election", booth.body(alice, 0, FIRST, answers(elsewhere)));

    bodies.forEach(
        (name, body) ->
            assertThat(booth.verdict(booth.signAnything(body, booth.alice)))
                .as(name)
                .isEqualTo("bad-proof"));
    assertThat(booth.verdict(Seal.sign(elsewhere, booth.alice))).isEqualTo("wrong-context");
  }

  /// Two voters who share their randomness can both prove; the second is refused all the same,
  /// wherever the ciphertext stands and whatever it holds.
  @Test
  void attack09_aSharedCiphertextCountsForOneKeyOnly() {
    List<List<Scalar>> r = booth.randomness();
    Bytes first = booth.signAnything(booth.forged(booth.alice, r), booth.alice);
    List<List<Scalar>> fresh = booth.randomness();
    Map<String, List<List<Scalar>>> later = new LinkedHashMap<>();
    later.put("the whole ballot", r);
    later.put("one option", with(fresh, 0, with(fresh.get(0), 2, r.get(0).get(2))));
    later.put("in another contest", with(fresh, 2, with(fresh.get(2), 1, r.get(0).get(0))));
    // the same A with the other value in B: option 1 is unmarked where option 0 was marked
    later.put("another value", with(fresh, 0, with(fresh.get(0), 1, r.get(0).get(0))));
    later.put("a ranking's", with(fresh, 3, r.get(3)));

    later.forEach(
        (name, randomness) -> {
          Chain chain = new Chain(booth.styles);
          assertThat(booth.verdict(chain, first)).isEqualTo("accepted");
          Bytes leaf = booth.signAnything(booth.forged(booth.bob, randomness), booth.bob);
          assertThat(booth.verdict(leaf)).as(name + ", alone").isEqualTo("accepted");
          assertThat(booth.verdict(chain, leaf)).as(name).isEqualTo("duplicate-ciphertext");
        });
  }

  /// Every ciphertext moved by an encryption of zero: the same choices, other bytes.
  private List<Enc> rerandomised(List<Enc> answers) {
    List<Enc> out = new ArrayList<>();
    for (Enc answer : answers) {
      List<Enc> fields = items(answer);
      if (fields.size() == 6) {
        Scalar s = booth.dice.scalar();
        fields = with(fields, 2, moved(fields.get(2), Point.base(s)));
        fields = with(fields, 3, moved(fields.get(3), booth.key.times(s)));
      } else {
        List<Enc> pairs = new ArrayList<>(items(fields.get(2)));
        for (int at = 0; at < pairs.size(); at += 2) {
          Scalar s = booth.dice.scalar();
          pairs.set(at, moved(pairs.get(at), Point.base(s)));
          pairs.set(at + 1, moved(pairs.get(at + 1), booth.key.times(s)));
        }
        fields = with(fields, 2, Enc.list(pairs));
      }
      out.add(Enc.list(fields));
    }
    return out;
  }

  private static Enc moved(Enc point, Point by) {
    Point p = Enc.list(point).fields("one").element("point", Point.class);
    return Enc.of(p.plus(by));
  }

  /// Options 0 and 1 of an approval answer exchanged, ciphertexts with their proofs.
  private static Enc permuted(Enc answer) {
    List<Enc> fields = items(answer);
    List<Enc> pairs = exchanged(exchanged(items(fields.get(2)), 0, 2), 1, 3);
    List<Enc> proofs = exchanged(items(fields.get(3)), 0, 1);
    return Enc.list(with(with(fields, 2, Enc.list(pairs)), 3, Enc.list(proofs)));
  }

  // ---- rows 12 to 14

  @Test
  void attack12_whatIsNotAPointIsRefusedInEveryPlaceOfABallot() {
    Slots slots = Slots.of(booth.body(booth.alice));
    assertThat(slots.points()).hasSize(1 + 2 * (6 + 12 + 4) + (4 + 8) + 3);

    for (int at : slots.points()) {
      for (Bytes bad : Slots.notPoints()) {
        Bytes leaf = booth.signAnything(slots.with(at, bad), booth.alice);
        assertThat(booth.verdict(leaf)).as(bad + " at " + at).isEqualTo("malformed");
      }
    }
  }

  @Test
  void attack13_theIdentityHasNoPlaceInABallot() {
    // as an encoding: nothing stands for it, in no place
    Slots slots = Slots.of(booth.body(booth.alice));
    for (int at : slots.points()) {
      Bytes leaf = booth.signAnything(slots.with(at, Bytes.zero(33)), booth.alice);
      assertThat(booth.verdict(leaf)).as("at " + at).isEqualTo("malformed");
    }
    assertThatThrownBy(() -> Enc.of(Point.IDENTITY).encode()).isInstanceOf(Malformed.class);
    // r = 0 would open the vote to everybody
    assertThatThrownBy(() -> booth.approval(FIRST, 0, List.of(1, 0, 0), zeroFirst()).encode())
        .isInstanceOf(Malformed.class);
  }

  private List<Scalar> zeroFirst() {
    return with(booth.scalars(3), 0, Scalar.ZERO);
  }

  /// attacks.md row 13 for the sum, and row 51.
  @Test
  void attack51_aSumThatIsTheIdentityIsABadProofWhereALimitStands() {
    List<Scalar> r = booth.scalars(3);
    List<Scalar> zeroSum = with(r, 2, r.get(0).plus(r.get(1)).negate());
    // Σ r = −2/x makes Σ B = [2]G + [Σ r]Y the identity while Σ A is not
    Scalar minus = Scalar.of(-2).times(booth.secret.inverse());
    List<Scalar> zeroB = with(r, 2, minus.minus(r.get(0)).minus(r.get(1)));
    for (List<Scalar> bad : List.of(zeroSum, zeroB)) {
      Bytes body = booth.forged(booth.alice, with(booth.randomness(), 0, bad));
      assertThat(booth.verdict(booth.signAnything(body, booth.alice))).isEqualTo("bad-proof");
    }
    // contest 2 has no limit, so nobody forms the sum
    List<Scalar> two = booth.scalars(1);
    Bytes free =
        booth.forged(
            booth.alice,
            with(booth.randomness(), 2, List.of(two.getFirst(), two.getFirst().negate())));
    assertThat(booth.verdict(booth.signAnything(free, booth.alice))).isEqualTo("accepted");
  }

  @Test
  void attack14_numbersAndBodiesHaveOneEncoding() {
    Bytes body = booth.body(booth.alice);
    Slots slots = Slots.of(body);
    for (int at : slots.scalars()) {
      for (Bytes bad : Slots.notScalars()) {
        Bytes leaf = booth.signAnything(slots.with(at, bad), booth.alice);
        assertThat(booth.verdict(leaf)).as(bad + " at " + at).isEqualTo("malformed");
      }
    }
    Bytes zero = Bytes.zero(1);
    Bytes leaf = Seal.sign(body, booth.alice);
    List<Bytes> others =
        List.of(
            booth.signAnything(body.concat(zero), booth.alice),
            booth.signAnything(zero.concat(body), booth.alice),
            booth.signAnything(body.slice(0, body.length() - 1), booth.alice),
            leaf.concat(zero),
            zero.concat(leaf),
            leaf.slice(0, leaf.length() - 1));
    for (Bytes other : others) assertThat(booth.verdict(other)).isEqualTo("malformed");
  }

  // ---- row 28

  @Test
  void attack28_anOlderBallotNeverWins() {
    Bytes one = booth.body(booth.alice);
    Bytes two = booth.body(booth.alice, 1, Seal.ballotId(one));
    Bytes fork = booth.body(booth.alice, 1, Seal.ballotId(one));
    List<Bytes> leaves =
        List.of(one, two, fork).stream().map(b -> Seal.sign(b, booth.alice)).toList();
    Chain late = new Chain(booth.styles);

    assertThat(verdicts(late, leaves.get(1), leaves.get(0), leaves.get(1), leaves.get(0)))
        .containsExactly("stale-chain", "accepted", "accepted", "stale-chain");
    assertThat(late.counted().getFirst().ballotId()).isEqualTo(Seal.ballotId(two));

    // either half of the chain alone is not enough
    Chain started = new Chain(booth.styles);
    assertThat(booth.verdict(started, leaves.getFirst())).isEqualTo("accepted");
    for (Bytes wrong :
        List.of(
            booth.body(booth.alice, 1, FIRST),
            booth.body(booth.alice, 1, Seal.ballotId(two)),
            booth.body(booth.alice, 2, Seal.ballotId(one)),
            booth.body(booth.alice, 0, Seal.ballotId(one)))) {
      assertThat(booth.verdict(started, Seal.sign(wrong, booth.alice))).isEqualTo("stale-chain");
    }
    assertThat(booth.verdict(started, leaves.get(1))).isEqualTo("accepted");

    // of a fork the first in the log stands, in either order
    for (List<Bytes> order : List.of(List.of(two, fork), List.of(fork, two))) {
      Chain chain = new Chain(booth.styles);
      assertThat(
              verdicts(
                  chain,
                  leaves.getFirst(),
                  Seal.sign(order.get(0), booth.alice),
                  Seal.sign(order.get(1), booth.alice)))
          .containsExactly("accepted", "accepted", "stale-chain");
      assertThat(chain.counted().getFirst().ballotId()).isEqualTo(Seal.ballotId(order.get(0)));
    }
  }

  private List<String> verdicts(Chain chain, Bytes... leaves) {
    return List.of(leaves).stream().map(leaf -> booth.verdict(chain, leaf)).toList();
  }

  // ---- rows 29 and 39

  @Test
  void attack29_twoVotersNeverShareAReceipt() {
    // a broken generator gives both the same seed, and they choose alike
    for (Bytes seed : List.of(Bytes.zero(32), booth.dice.bytes(32))) {
      Bytes a = Seal.body(booth.paper, booth.choices, vk(booth.alice), 0, FIRST, seed);
      Bytes b = Seal.body(booth.paper, booth.choices, vk(booth.bob), 0, FIRST, seed);

      assertThat(Seal.ballotId(a)).isNotEqualTo(Seal.ballotId(b));
      assertNoSharedPoint(a, b);
      Chain chain = new Chain(booth.styles);
      assertThat(verdicts(chain, Seal.sign(a, booth.alice), Seal.sign(b, booth.bob)))
          .containsExactly("accepted", "accepted");
    }
  }

  @Test
  void attack39_noNonceServesTwoBodies() {
    Bytes seed = booth.dice.bytes(32);
    Point alice = vk(booth.alice);
    List<List<Integer>> other = with(booth.choices, 0, List.of(0, 0, 1));
    List<Bytes> bodies =
        List.of(
            Seal.body(booth.paper, booth.choices, alice, 0, FIRST, seed),
            Seal.body(booth.paper, other, alice, 0, FIRST, seed),
            Seal.body(booth.paper, booth.choices, alice, 1, FIRST, seed),
            Seal.body(booth.paper, booth.choices, alice, 0, seed, seed));
    for (int i = 0; i < bodies.size(); i++) {
      for (int j = 0; j < i; j++) assertNoSharedPoint(bodies.get(i), bodies.get(j));
    }
    Set<Point> firstMessages = new HashSet<>();
    for (Bytes body : bodies) {
      Bytes leaf = Seal.sign(body, booth.alice);
      assertThat(Seal.sign(body, booth.alice)).as("no dice in a signature").isEqualTo(leaf);
      assertThat(firstMessages.add(Ballot.parse(leaf).signature().t())).isTrue();
    }
  }

  @Test
  void attack39_withoutRandomnessNothingIsMade() {
    Entropy broken =
        out -> {
          throw new IllegalStateException("no entropy");
        };
    assertThatThrownBy(broken::scalar).hasMessage("no entropy");
    assertThatThrownBy(() -> booth.check.check(List.of(ballot(booth.alice)), broken))
        .hasMessage("no entropy");
  }

  private Ballot ballot(Scalar voter) {
    return Ballot.parse(Seal.sign(booth.body(voter), voter));
  }

  /// Of the points of two bodies only the voter's key may be the same.
  private static void assertNoSharedPoint(Bytes a, Bytes b) {
    Set<Bytes> points = new HashSet<>(points(a));
    points.retainAll(points(b));
    assertThat(points).isEmpty();
  }

  private static List<Bytes> points(Bytes body) {
    Slots slots = Slots.of(body);
    // the first is vk
    return slots.points().stream().skip(1).map(at -> body.slice(at, at + 33)).toList();
  }

  // ---- rows 32 and 33

  @Test
  void attack32_aSignatureHasOneForm() {
    Bytes body = booth.body(booth.alice);
    Schnorr good = Ballot.parse(Seal.sign(body, booth.alice)).signature();
    Bytes t = good.t().encoding();
    Bytes z = good.z().encoding();
    assertThat(booth.verdict(booth.leaf(body, t, z))).isEqualTo("accepted");

    Map<String, Bytes> bad = new LinkedHashMap<>();
    bad.put("−T", booth.leaf(body, good.t().negate().encoding(), z));
    bad.put("−z", booth.leaf(body, t, good.z().negate().encoding()));
    bad.put(
        "−T and −z", booth.leaf(body, good.t().negate().encoding(), good.z().negate().encoding()));
    bad.put("T + G", booth.leaf(body, good.t().plus(Point.GENERATOR).encoding(), z));
    bad.put(
        "T + G and z + 1",
        booth.leaf(
            body, good.t().plus(Point.GENERATOR).encoding(), good.z().plus(Scalar.ONE).encoding()));
    bad.put("z = 0", booth.leaf(body, t, Bytes.zero(32)));
    bad.put("z = q − 1", booth.leaf(body, t, Slots.ORDER_LESS_ONE.encoding()));
    bad.forEach(
        (name, leaf) -> assertThat(booth.verdict(leaf)).as(name).isEqualTo("bad-signature"));

    for (Bytes no : Slots.notPoints()) {
      assertThat(booth.verdict(booth.leaf(body, no, z))).as("T " + no).isEqualTo("malformed");
    }
    for (Bytes no : Slots.notScalars()) {
      assertThat(booth.verdict(booth.leaf(body, t, no))).as("z " + no).isEqualTo("malformed");
    }
    Bytes uncompressed = Bytes.fromHex("04" + Slots.GENERATOR_X + Slots.GENERATOR_Y);
    assertThat(booth.verdict(booth.leaf(body, uncompressed, z))).isEqualTo("malformed");
    assertThat(booth.verdict(booth.leaf(body, t, Bytes.zero(1).concat(z)))).isEqualTo("malformed");
  }

  /// Without the key in the challenge, anybody finds a key under which a given signature is one of
  /// other bytes; with it, there is none to be found.
  @Test
  void attack33_aForeignKeyVerifiesNothing() {
    Bytes body = booth.body(booth.alice);
    Schnorr sig = Ballot.parse(Seal.sign(body, booth.alice)).signature();
    Bytes other = Booth.digest(booth.body(booth.bob));
    Scalar weak = Transcript.hs("ballot-sig", Enc.of(sig.t()), Enc.bytes(other));
    Point foreign = Point.base(sig.z()).minus(sig.t()).times(weak.inverse());

    assertThat(sig.proves(foreign, weak)).as("the weakened verifier").isTrue();
    assertThat(sig.verifies("ballot-sig", foreign, other)).isFalse();
    assertThat(sig.verifies("ballot-sig", foreign, Booth.digest(body))).isFalse();
    assertThat(sig.verifies("ballot-sig", vk(booth.bob), Booth.digest(body))).isFalse();
    assertThat(sig.verifies("roll-pop", vk(booth.alice), Booth.digest(body))).isFalse();
    assertThat(sig.verifies("ballot-sig", vk(booth.alice), Booth.digest(body))).isTrue();
  }

  /// The same body with another key written into it is another body.
  @Test
  void attack33_aKeyExchangedInsideTheBodyIsRefused() {
    Bytes body = booth.body(booth.alice);
    Bytes exchanged = booth.body(vk(booth.bob), 0, FIRST, answers(body));
    Schnorr sig = Ballot.parse(Seal.sign(body, booth.alice)).signature();

    assertThat(booth.verdict(booth.leaf(exchanged, sig.t().encoding(), sig.z().encoding())))
        .isEqualTo("bad-proof");
    assertThat(booth.verdict(booth.signAnything(body, booth.bob))).isEqualTo("bad-signature");
    assertThatThrownBy(() -> Seal.sign(body, booth.bob)).isInstanceOf(Malformed.class);
  }

  // ---- rows 37 and 52

  @Test
  void attack37_aClientWithNoncesOfItsOwnFailsTheAudit() {
    Bytes seed = booth.dice.bytes(32);
    Audit audit = new Audit(seed, booth.choices);
    Bytes honest = Seal.body(booth.paper, booth.choices, vk(booth.alice), 0, FIRST, seed);
    assertThat(audit.explains(honest, booth.paper)).isTrue();

    // the dishonest ones are perfectly valid: only the audit can tell
    Bytes ownRandomness = booth.forged(booth.alice, booth.randomness());
    Bytes onlyOneProof =
        booth.body(
            vk(booth.alice),
            0,
            FIRST,
            with(
                answers(honest),
                3,
                booth.ranked(booth.bctx(vk(booth.alice), 0, FIRST), 3, 7, booth.dice.scalar())));
    Bytes otherChoice =
        Seal.body(
            booth.paper, with(booth.choices, 0, List.of(0, 1, 1)), vk(booth.alice), 0, FIRST, seed);
    for (Bytes body : List.of(ownRandomness, onlyOneProof, otherChoice)) {
      assertThat(booth.verdict(booth.signAnything(body, booth.alice))).isEqualTo("accepted");
      assertThat(audit.explains(body, booth.paper)).isFalse();
    }
    assertThat(new Audit(booth.dice.bytes(32), booth.choices).explains(honest, booth.paper))
        .isFalse();
  }

  @Test
  void attack52_whatIsCastIsTheBodyWhoseIdWasShown() {
    Bytes shown = booth.body(booth.alice);
    Ballot cast = Ballot.parse(Seal.sign(shown, booth.alice));
    assertThat(cast.body()).isEqualTo(shown);
    assertThat(cast.ballotId()).isEqualTo(Seal.ballotId(shown));

    // a client that encrypts the same choice again after "cast" cannot keep the id
    Bytes again = booth.body(booth.alice);
    assertThat(Ballot.parse(Seal.sign(again, booth.alice)).ballotId())
        .isNotEqualTo(Seal.ballotId(shown));
    Schnorr sig = cast.signature();
    assertThat(booth.verdict(booth.leaf(again, sig.t().encoding(), sig.z().encoding())))
        .isEqualTo("bad-signature");
  }
}
