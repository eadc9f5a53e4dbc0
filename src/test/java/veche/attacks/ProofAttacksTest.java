package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static veche.attacks.Booth.FIRST;
import static veche.attacks.Booth.answers;
import static veche.attacks.Booth.bctx;
import static veche.attacks.Booth.vk;
import static veche.attacks.Booth.with;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import veche.ballot.Answer;
import veche.ballot.Ballot;
import veche.ballot.Seal;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Equations;
import veche.crypto.Msm;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Sharing;
import veche.crypto.Transcript;
import veche.election.Refused;
import veche.election.Style;
import veche.trustee.Ceremony;
import veche.trustee.Combine;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// attacks.md rows 1, 2, 4 and 40: what a proof must be bound to, and what happens where it is not.
/// Beside each refusal stands a verifier that was weakened on purpose and accepts the forgery:
/// without it nobody would know that the forger is any good.
class ProofAttacksTest {
  private final Booth booth = new Booth();
  private final Entropy dice = booth.dice;

  // ---- row 1, ballots

  @Test
  void attack01_everyInputOfABallotsProofsCounts() {
    Point alice = vk(booth.alice);
    List<Enc> answers = answers(booth.body(booth.alice));
    Bytes good = booth.bctx(alice, 0, FIRST);
    Map<String, Bytes> contexts = new LinkedHashMap<>();
    contexts.put("eid", bctx(dice.bytes(32), alice, 0, FIRST));
    contexts.put("vk", booth.bctx(vk(booth.bob), 0, FIRST));
    contexts.put("seq", booth.bctx(alice, 1, FIRST));
    contexts.put("prev", booth.bctx(alice, 0, dice.bytes(32)));

    for (int k = 0; k < booth.styles.size(); k++) {
      int contest = k;
      Enc answer = answers.get(k);
      Style style = booth.styles.get(k);
      assertThat(holds(answer, good, booth.key, k, style)).isTrue();
      contexts.forEach(
          (name, context) ->
              assertThat(holds(answer, context, booth.key, contest, style)).as(name).isFalse());
      assertThat(holds(answer, good, booth.key.plus(Point.GENERATOR), k, style)).isFalse();
      Enc moved = Enc.list(with(Booth.items(answer), 0, Enc.uint(k + 1)));
      assertThat(holds(moved, good, booth.key, k + 1, style)).isFalse();
    }
    // the limits: as many branches, other bounds
    Style shifted = new Style(Style.Kind.APPROVAL, 3, 0, 1);
    assertThat(holds(answers.get(1), good, booth.key, 1, shifted)).isFalse();
  }

  /// A, B, T, U, c and z of every proof, one at a time.
  @Test
  void attack01_everyElementOfABallotsProofsCounts() {
    List<Enc> answers = answers(booth.body(booth.alice));
    Bytes good = booth.bctx(vk(booth.alice), 0, FIRST);
    for (int k = 0; k < answers.size(); k++) {
      Slots slots = Slots.of(answers.get(k).encode());
      List<Bytes> mutants = new ArrayList<>();
      slots.points().forEach(at -> slots.moved(at).ifPresent(mutants::add));
      slots.scalars().forEach(at -> mutants.add(slots.raised(at)));
      assertThat(mutants).hasSize(slots.points().size() + slots.scalars().size());
      for (Bytes mutant : mutants) {
        Enc answer = Enc.parse(mutant, Point::decode);
        assertThat(holds(answer, good, booth.key, k, booth.styles.get(k))).isFalse();
      }
    }
  }

  /// Both forms, which must never disagree.
  private static boolean holds(Enc answer, Bytes bctx, Point key, int k, Style style) {
    Equations equations = new Equations();
    boolean shaped =
        Answer.read(Enc.list(answer).fields("answers"), k, style)
            .addTo(equations, new Answer.Context(bctx, key), k, style);
    boolean plain = equations.holdPlainly();
    assertThat(equations.holdBatched(Entropy.system())).isEqualTo(plain);
    return shaped && plain;
  }

  // ---- row 1, signatures and key generation

  @Test
  void attack01_everyInputOfASignatureCounts() {
    Point alice = vk(booth.alice);
    Bytes digest = dice.bytes(32);
    Schnorr sig = Schnorr.sign("ballot-sig", booth.alice, alice, digest);

    assertThat(sig.verifies("ballot-sig", alice, digest)).isTrue();
    assertThat(sig.verifies("roll-pop", alice, digest)).isFalse();
    assertThat(sig.verifies("ballot-sig", vk(booth.bob), digest)).isFalse();
    assertThat(sig.verifies("ballot-sig", alice, dice.bytes(32))).isFalse();
    Schnorr movedT = new Schnorr(sig.t().plus(Point.GENERATOR), sig.z());
    Schnorr movedZ = new Schnorr(sig.t(), sig.z().plus(Scalar.ONE));
    Schnorr both = new Schnorr(movedT.t(), movedZ.z());
    for (Schnorr bad : List.of(movedT, movedZ, both)) {
      assertThat(bad.verifies("ballot-sig", alice, digest)).isFalse();
    }
  }

  @Test
  void attack01_everyInputOfAProofOfPossessionCounts() {
    Bytes dctx = dice.bytes(32);
    Ceremony.Secrets own = Ceremony.begin(dctx, 1, 2, dice);
    Ceremony.Secrets other = Ceremony.begin(dctx, 2, 2, dice);
    List<Ceremony.Commit> commits =
        List.of(own.commit(), other.commit(), Ceremony.begin(dctx, 3, 2, dice).commit());
    Ceremony.Reveal reveal = Ceremony.reveal(dctx, 1, own, commits, dice);
    assertThat(possession(dctx, 1, reveal)).isEmpty();

    List<Point> c = reveal.commitments();
    Schnorr pop = reveal.pop();
    List<Ceremony.Reveal> bad = new ArrayList<>();
    for (int k = 0; k < c.size(); k++) {
      bad.add(
          new Ceremony.Reveal(with(c, k, c.get(k).plus(Point.GENERATOR)), pop, reveal.shares()));
    }
    bad.add(new Ceremony.Reveal(c, moved(pop), reveal.shares()));
    bad.add(new Ceremony.Reveal(c, raised(pop), reveal.shares()));
    bad.add(new Ceremony.Reveal(c, other.pop(), reveal.shares()));
    for (Ceremony.Reveal one : bad) assertThat(possession(dctx, 1, one)).isPresent();
    assertThat(possession(dice.bytes(32), 1, reveal)).isPresent();
    Ceremony.Reveal elsewhere = Ceremony.reveal(dctx, 2, own, commits, dice);
    assertThat(possession(dctx, 2, elsewhere)).isPresent();
  }

  /// The check of a reveal whose author committed to exactly these words, so that only the proof
  /// can be at fault.
  private Optional<Refused> possession(Bytes dctx, int i, Ceremony.Reveal reveal) {
    Bytes ek = veche.crypto.Hpke.publicKey(dice.scalar());
    Bytes h =
        Transcript.th(
            "dkg-commit",
            Enc.bytes(dctx),
            Enc.uint(i),
            Enc.bytes(ek),
            Enc.elements(reveal.commitments()),
            Enc.of(reveal.pop().t()),
            Enc.of(reveal.pop().z()));
    Optional<Refused> out = Ceremony.checkReveal(dctx, 3, 2, i, new Ceremony.Commit(ek, h), reveal);
    out.ifPresent(refused -> assertThat(refused.detail()).contains("possession"));
    return out;
  }

  private static Schnorr moved(Schnorr proof) {
    return new Schnorr(proof.t().plus(Point.GENERATOR), proof.z());
  }

  private static Schnorr raised(Schnorr proof) {
    return new Schnorr(proof.t(), proof.z().plus(Scalar.ONE));
  }

  @Test
  void attack01_everyInputOfAProofOfAShareCounts() {
    Bytes dctx = dice.bytes(32);
    Scalar share = dice.scalar();
    Ceremony.Confirm good = Ceremony.confirm(dctx, 2, share, FIRST, dice);
    Point y = good.share();
    assertThat(Ceremony.checkConfirm(dctx, 2, y, good)).isEmpty();

    assertThat(Ceremony.checkConfirm(dice.bytes(32), 2, y, good)).isPresent();
    assertThat(Ceremony.checkConfirm(dctx, 1, y, good)).isPresent();
    Point other = y.plus(Point.GENERATOR);
    for (Ceremony.Confirm bad :
        List.of(
            new Ceremony.Confirm(other, good.proof(), FIRST),
            new Ceremony.Confirm(y, moved(good.proof()), FIRST),
            new Ceremony.Confirm(y, raised(good.proof()), FIRST))) {
      assertThat(Ceremony.checkConfirm(dctx, 2, bad.share(), bad)).isPresent();
    }
    assertThat(Ceremony.checkConfirm(dctx, 2, other, good)).isPresent();
  }

  // ---- row 1, the forger who writes the statement last

  /// With T and z chosen and c = H(T), P = [1/c]([z]G − T) is "proved" by somebody who does not
  /// know its logarithm. In every proof here c depends on P.
  @Test
  void attack01_aStatementChosenAfterTheChallengeIsRefused() {
    Point t = Point.base(dice.scalar());
    Scalar z = dice.scalar();
    Bytes digest = dice.bytes(32);
    Scalar weak = Transcript.hs("ballot-sig", Enc.of(t), Enc.bytes(digest));
    Point statement = Point.base(z).minus(t).times(weak.inverse());
    Schnorr forgery = new Schnorr(t, z);

    assertThat(forgery.proves(statement, weak)).as("the weakened verifier").isTrue();
    assertThat(forgery.verifies("ballot-sig", statement, digest)).isFalse();

    // the same point as a voter's A, whose randomness nobody knows
    Bytes bctx = booth.bctx(vk(booth.alice), 0, FIRST);
    Enc answer =
        Enc.list(
            Enc.uint(3),
            Enc.text("ranked"),
            Enc.of(statement),
            Enc.of(booth.key),
            Enc.of(t),
            Enc.of(z));
    assertThat(holds(answer, bctx, booth.key, 3, booth.styles.get(3))).isFalse();

    // as the constant term of a trustee's polynomial, and as a share
    Bytes dctx = dice.bytes(32);
    Map<Integer, veche.crypto.Hpke.Sealed> shares = sealedToNobody();
    assertThat(
            possession(
                dctx, 1, new Ceremony.Reveal(List.of(statement, booth.key), forgery, shares)))
        .isPresent();
    Scalar c = Transcript.hs("dkg-share-pok", Enc.bytes(dctx), Enc.uint(1), Enc.of(t));
    Point share = Point.base(z).minus(t).times(c.inverse());
    assertThat(forgery.proves(share, c)).as("the weakened verifier").isTrue();
    assertThat(Ceremony.checkConfirm(dctx, 1, share, new Ceremony.Confirm(share, forgery, FIRST)))
        .isPresent();
  }

  private Map<Integer, veche.crypto.Hpke.Sealed> sealedToNobody() {
    Map<Integer, veche.crypto.Hpke.Sealed> shares = new TreeMap<>();
    for (int j = 2; j <= 3; j++) {
      shares.put(j, new veche.crypto.Hpke.Sealed(dice.bytes(65), dice.bytes(48)));
    }
    return shares;
  }

  // ---- row 2

  /// A list of three sums under a key shared by three trustees, any two of whom open it.
  private final class Tally {
    final List<Scalar> f = List.of(dice.scalar(), dice.scalar());
    final Point key = Point.base(f.getFirst());
    final List<Long> votes = List.of(5L, 3L, 0L);
    final List<ElGamal> list =
        votes.stream()
            .map(v -> ElGamal.encrypt(key, Point.base(Scalar.of(v)), dice.scalar()))
            .toList();
    final Bytes eid = dice.bytes(32);
    final Bytes xctx = Decrypt.context(eid, 0, "approval", Lists.digest(list));

    Scalar share(int j) {
      return Sharing.evaluate(f, j);
    }

    Point publicShare(int j) {
      return Point.base(share(j));
    }

    List<Point> factors(int j) {
      return Dleq.factors(share(j), list);
    }

    Dleq proof(int j) {
      return Decrypt.prove(xctx, j, share(j), list, Dleq.factors(share(j), list), dice);
    }

    Optional<Refused> check(int j, List<Point> factors, Dleq proof) {
      return Decrypt.check(xctx, j, publicShare(j), list, factors, proof);
    }

    List<Long> totals(List<Point> first, List<Point> second) {
      TreeMap<Integer, List<Point>> both = new TreeMap<>(Map.of(1, first, 2, second));
      return Combine.totals(Combine.open(list, both, 2, 3), 100);
    }
  }

  @Test
  void attack01_everyInputOfADecryptionProofCounts() {
    Tally tally = new Tally();
    List<Point> d = tally.factors(1);
    Dleq proof = tally.proof(1);
    assertThat(tally.check(1, d, proof)).isEmpty();

    Bytes digest = Lists.digest(tally.list);
    for (Bytes other :
        List.of(
            Decrypt.context(dice.bytes(32), 0, "approval", digest),
            Decrypt.context(tally.eid, 1, "approval", digest),
            Decrypt.context(tally.eid, 0, "ranked", digest),
            Decrypt.context(tally.eid, 0, "approval", dice.bytes(32)))) {
      assertThat(Decrypt.check(other, 1, tally.publicShare(1), tally.list, d, proof)).isPresent();
    }
    assertThat(tally.check(2, d, proof)).isPresent();
    assertThat(Decrypt.check(tally.xctx, 2, tally.publicShare(1), tally.list, d, proof))
        .isPresent();
    assertThat(Decrypt.check(tally.xctx, 1, tally.publicShare(2), tally.list, d, proof))
        .isPresent();
    for (int i = 0; i < d.size(); i++) {
      ElGamal row = tally.list.get(i);
      List<ElGamal> otherRow =
          with(tally.list, i, new ElGamal(row.a().plus(Point.GENERATOR), row.b()));
      assertThat(Decrypt.check(tally.xctx, 1, tally.publicShare(1), otherRow, d, proof))
          .isPresent();
      assertThat(tally.check(1, with(d, i, d.get(i).plus(Point.GENERATOR)), proof)).isPresent();
      assertThat(tally.check(1, Booth.with(with(d, i, d.get(0)), 0, d.get(i)), proof).isPresent())
          .isEqualTo(i != 0);
    }
    assertThat(tally.check(1, d.subList(0, 2), proof)).isPresent();
    assertThat(tally.check(1, List.of(), proof)).isPresent();
    Point g = Point.GENERATOR;
    for (Dleq bad :
        List.of(
            new Dleq(proof.t().plus(g), proof.u(), proof.z()),
            new Dleq(proof.t(), proof.u().plus(g), proof.z()),
            new Dleq(proof.u(), proof.t(), proof.z()),
            new Dleq(proof.t(), proof.u(), proof.z().plus(Scalar.ONE)))) {
      assertThat(tally.check(1, d, bad)).isPresent();
    }
  }

  /// A transcript without U: the trustee has read the result and moves one vote from the first
  /// option to the second, with any factors it likes and a U that makes them right.
  @Test
  void attack02_aTranscriptWithoutUWouldLetATrusteeMoveVotes() {
    Tally tally = new Tally();
    List<Point> honest = tally.factors(2);
    assertThat(tally.totals(tally.factors(1), honest)).isEqualTo(tally.votes);

    Scalar lambda = Sharing.lagrange(1, List.of(1, 2), 2, 3);
    Point one = Point.base(lambda.inverse());
    List<Point> d = new ArrayList<>(tally.factors(1));
    d.set(0, d.get(0).plus(one));
    d.set(1, d.get(1).minus(one));
    Weak weak = new Weak(tally, true, false, false);
    Scalar w = dice.scalar();
    Point t = Point.base(w);
    Scalar c = weak.challenge(d, t, Point.GENERATOR);
    Scalar z = w.plus(c.times(tally.share(1)));
    Point u = weak.inputs(d).times(z).minus(weak.outputs(d).times(c));
    Dleq forgery = new Dleq(t, u, z);

    assertThat(weak.accepts(d, forgery)).as("the weakened verifier").isTrue();
    assertThat(tally.totals(d, honest)).containsExactly(4L, 4L, 0L);
    assertThat(tally.check(1, d, forgery)).isPresent();
  }

  /// Weights without the factors are known before them, and two errors cancel; hashing the factors
  /// into the challenge alone does not help.
  @Test
  void attack02_weightsWithoutTheFactorsWouldLetErrorsCancel() {
    Tally tally = new Tally();
    for (Weak weak :
        List.of(new Weak(tally, false, true, true), new Weak(tally, false, true, false))) {
      List<Scalar> weights = weak.weights(tally.factors(1));
      Point x = Point.base(dice.scalar());
      List<Point> d = new ArrayList<>(tally.factors(1));
      d.set(0, d.get(0).plus(x.times(weights.get(1))));
      d.set(1, d.get(1).minus(x.times(weights.get(0))));
      Dleq forgery = weak.prove(d, dice.scalar());

      assertThat(weak.accepts(d, forgery)).as("the weakened verifier").isTrue();
      assertThat(d).isNotEqualTo(tally.factors(1));
      assertThat(tally.check(1, d, forgery)).isPresent();
    }
  }

  /// A challenge without the factors: there is nothing to gain from that alone as long as the
  /// weights hold them, but such a proof is none here.
  @Test
  void attack02_aProofOverAnotherTranscriptIsRefused() {
    Tally tally = new Tally();
    List<Point> d = tally.factors(1);
    Weak full = new Weak(tally, false, false, false);
    assertThat(tally.check(1, d, full.prove(d, dice.scalar()))).isEmpty();
    for (Weak other :
        List.of(
            new Weak(tally, true, false, false),
            new Weak(tally, false, true, false),
            new Weak(tally, false, false, true))) {
      assertThat(tally.check(1, d, other.prove(d, dice.scalar()))).isPresent();
    }
  }

  @Test
  void attack02_theWeakenedVerifiersAcceptWhatIsRight() {
    Tally tally = new Tally();
    for (Weak weak :
        List.of(new Weak(tally, true, false, false), new Weak(tally, false, true, true))) {
      List<Point> d = tally.factors(1);
      Dleq proof = weak.prove(d, dice.scalar());
      assertThat(weak.accepts(d, proof)).isTrue();
      Dleq raised = new Dleq(proof.t(), proof.u(), proof.z().plus(Scalar.ONE));
      assertThat(weak.accepts(d, raised)).isFalse();
    }
  }

  /// A verifier of decryption proofs for trustee 1 that leaves U, or the factors, out of its
  /// hashes.
  private record Weak(Tally tally, boolean withoutU, boolean bareWeights, boolean bareChallenge) {
    List<Enc> head(List<Point> d, boolean bare) {
      List<Enc> out = new ArrayList<>();
      out.add(Enc.bytes(tally.xctx));
      out.add(Enc.uint(1));
      out.add(Enc.of(tally.publicShare(1)));
      if (!bare) out.add(Enc.bytes(Transcript.th("dec-factors", Enc.elements(d))));
      return out;
    }

    List<Scalar> weights(List<Point> d) {
      List<Scalar> out = new ArrayList<>();
      for (int i = 0; i < d.size(); i++) {
        List<Enc> args = head(d, bareWeights);
        args.add(Enc.uint(i));
        out.add(Transcript.hs("dec-batch", args.toArray(Enc[]::new)));
      }
      return out;
    }

    Scalar challenge(List<Point> d, Point t, Point u) {
      List<Enc> args = head(d, bareChallenge);
      args.add(Enc.of(t));
      if (!withoutU) args.add(Enc.of(u));
      return Transcript.hs("dec", args.toArray(Enc[]::new));
    }

    Point inputs(List<Point> d) {
      return Msm.sum(tally.list.stream().map(ElGamal::a).toList(), weights(d));
    }

    Point outputs(List<Point> d) {
      return Msm.sum(d, weights(d));
    }

    Dleq prove(List<Point> d, Scalar w) {
      Point t = Point.base(w);
      Point u = inputs(d).times(w);
      return new Dleq(t, u, w.plus(challenge(d, t, u).times(tally.share(1))));
    }

    boolean accepts(List<Point> d, Dleq proof) {
      Scalar c = challenge(d, proof.t(), proof.u());
      return Point.base(proof.z()).equals(proof.t().plus(tally.publicShare(1).times(c)))
          && inputs(d).times(proof.z()).equals(proof.u().plus(outputs(d).times(c)));
    }
  }

  // ---- row 4

  /// A verifier that takes its generator from the record accepts anything: H = [1/z](T + [c]P).
  /// Here the curve and G are in the code, and no encoding has a place for others.
  @Test
  void attack04_aGeneratorOfTheAttackersChoiceProvesNothing() {
    Point statement = Point.base(dice.scalar());
    Point t = Point.base(dice.scalar());
    Scalar z = dice.scalar();
    Bytes digest = dice.bytes(32);
    Scalar c = Transcript.hs("ballot-sig", Enc.of(statement), Enc.of(t), Enc.bytes(digest));
    Point chosen = t.plus(statement.times(c)).times(z.inverse());

    assertThat(chosen.times(z)).as("the weakened verifier").isEqualTo(t.plus(statement.times(c)));
    assertThat(new Schnorr(t, z).verifies("ballot-sig", statement, digest)).isFalse();
  }

  @Test
  void attack04_aManifestHasNoPlaceForAGroup() {
    veche.election.Manifest manifest =
        new veche.election.Manifest(
            dice.bytes(32),
            dice.bytes(32),
            booth.key,
            List.of(vk(booth.alice), vk(booth.bob)),
            dice.bytes(32),
            2,
            List.of(2L),
            dice.bytes(32));
    List<Enc> fields = Booth.items(manifest.enc());
    assertThat(veche.election.Manifest.read(Enc.list(fields))).isEqualTo(manifest);

    for (Enc group :
        List.of(Enc.text("secp256k1"), Enc.text("P-256"), Enc.of(Point.base(dice.scalar())))) {
      for (int at = 0; at <= fields.size(); at++) {
        List<Enc> more = new ArrayList<>(fields);
        more.add(at, group);
        assertThat(refuses(() -> veche.election.Manifest.read(Enc.list(more)))).isTrue();
      }
    }
    // generators of other curves of this size are no points here
    for (String foreign :
        List.of(
            // secp256k1
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            // brainpoolP256r1
            "038bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262")) {
      Bytes encoding = manifest.enc().encode();
      int at = Slots.of(encoding).points().getFirst();
      Bytes other = Slots.of(encoding).with(at, Bytes.fromHex(foreign));
      assertThat(refuses(() -> Enc.parse(other, Point::decode))).as(foreign).isTrue();
    }
  }

  private static boolean refuses(Runnable reading) {
    try {
      reading.run();
      return false;
    } catch (Malformed e) {
      return true;
    }
  }

  // ---- row 40

  /// Weights that are always one.
  private static final Entropy ONES = out -> out[out.length - 1] = 1;

  @Test
  void attack40_errorsThatCancelAreRefused() {
    for (int round = 0; round < 20; round++) {
      Equations equations = new Equations();
      Point x = Point.base(dice.scalar());
      equations.equation().plus(x);
      equations.equation().minus(x);

      assertThat(equations.holdBatched(ONES)).as("weights known beforehand").isTrue();
      assertThat(equations.holdBatched(Entropy.system())).isFalse();
      assertThat(equations.holdPlainly()).isFalse();
    }
  }

  /// Two voters who collude: one answer too high, the other as much too low.
  @Test
  void attack40_twoBallotsThatExcuseEachOtherAreBothRefused() {
    Scalar shift = dice.scalar();
    List<Ballot> ballots = List.of(shifted(booth.alice, shift), shifted(booth.bob, shift.negate()));

    assertThat(booth.check.check(ballots, ONES))
        .as("weights known beforehand")
        .containsOnly(Optional.empty());
    assertThat(booth.check.check(ballots, Entropy.system()))
        .allSatisfy(
            result -> assertThat(result.orElseThrow().code().id()).isEqualTo("bad-signature"));
  }

  private Ballot shifted(Scalar voter, Scalar by) {
    Bytes body = booth.body(voter);
    Schnorr good = Ballot.parse(Seal.sign(body, voter)).signature();
    return Ballot.parse(booth.leaf(body, good.t().encoding(), good.z().plus(by).encoding()));
  }
}
