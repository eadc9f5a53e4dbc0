package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.attacks.Booth.with;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Hpke;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Sharing;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Refused;
import veche.trustee.Ceremony;
import veche.trustee.Combine;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// attacks.md rows 12 to 14, 17 to 20 and 43: what a dishonest trustee can do to the key and to the
/// opening.
class CeremonyAttacksTest {
  private static final int N = 5;
  private static final int T = 3;

  private final Entropy dice = new Random(Booth.SEED)::nextBytes;
  private final Bytes dctx =
      Ceremony.context(
          dice.bytes(32), N, T, List.of(1, 2, 3, 4, 5).stream().map(i -> dice.bytes(32)).toList());
  private final List<Ceremony.Secrets> secrets = new ArrayList<>();
  private final List<Ceremony.Commit> commits = new ArrayList<>();
  private final List<Ceremony.Reveal> reveals = new ArrayList<>();

  CeremonyAttacksTest() {
    for (int i = 1; i <= N; i++) secrets.add(Ceremony.begin(dctx, i, T, dice));
    secrets.forEach(s -> commits.add(s.commit()));
    for (int i = 1; i <= N; i++) {
      reveals.add(Ceremony.reveal(dctx, i, secrets.get(i - 1), commits, dice));
    }
  }

  private Optional<Refused> check(int i, Ceremony.Commit commit, Ceremony.Reveal reveal) {
    return Ceremony.checkReveal(dctx, N, T, i, commit, reveal);
  }

  private Scalar secretShare(int j) {
    List<Scalar> parts = new ArrayList<>();
    for (int i = 1; i <= N; i++) {
      parts.add(
          i == j
              ? Sharing.evaluate(secrets.get(i - 1).coefficients(), j)
              : received(i, j, reveals.get(i - 1)).orElseThrow());
    }
    return Ceremony.secretShare(parts);
  }

  private Optional<Scalar> received(int i, int j, Ceremony.Reveal reveal) {
    return Ceremony.share(dctx, i, j, reveal, secrets.get(j - 1).ek());
  }

  /// Guards the class: nobody cheats, and all of it holds.
  @Test
  void anHonestCeremonyStands() {
    List<Point> shares = new ArrayList<>();
    for (int j = 1; j <= N; j++) {
      assertThat(check(j, commits.get(j - 1), reveals.get(j - 1))).isEmpty();
      shares.add(Point.base(secretShare(j)));
      assertThat(Ceremony.shareKey(reveals, j)).isEqualTo(shares.get(j - 1));
    }
    assertThat(Ceremony.consistent(Ceremony.key(reveals), shares, T)).isTrue();
  }

  private Ceremony.Commit committed(int i, Bytes ek, Ceremony.Reveal reveal) {
    return new Ceremony.Commit(
        ek,
        Transcript.th(
            "dkg-commit",
            Enc.bytes(dctx),
            Enc.uint(i),
            Enc.bytes(ek),
            Enc.elements(reveal.commitments()),
            Enc.of(reveal.pop().t()),
            Enc.of(reveal.pop().z())));
  }

  // ---- row 17

  /// C_n0 = [s]G − ΣC_i0 makes the key [s]G, known to the last trustee alone. It cannot prove that
  /// it holds the logarithm of what it published, because it does not.
  @Test
  void attack17_aRogueKeyHasNoProofOfPossession() {
    Scalar s = dice.scalar();
    Point others = Ceremony.key(reveals.subList(0, N - 1));
    Ceremony.Reveal honest = reveals.get(N - 1);
    List<Point> rogue = with(honest.commitments(), 0, Point.base(s).minus(others));
    Scalar w = dice.scalar();
    Point t = Point.base(w);
    Scalar c =
        Transcript.hs("dkg-pop", Enc.bytes(dctx), Enc.uint(N), Enc.elements(rogue), Enc.of(t));

    for (Schnorr pop :
        List.of(
            Schnorr.answer(w, t, c, s),
            honest.pop(),
            reveals.getFirst().pop(),
            new Schnorr(t, dice.scalar()))) {
      Ceremony.Reveal reveal = new Ceremony.Reveal(rogue, pop, honest.shares());
      // a verifier without the proof would take this key, and s would open everything
      assertThat(Ceremony.key(with(reveals, N - 1, reveal))).isEqualTo(Point.base(s));
      Ceremony.Commit commit = committed(N, commits.get(N - 1).ek(), reveal);
      assertThat(check(N, commit, reveal).orElseThrow().code()).isEqualTo(Code.BAD_PROOF);
    }
  }

  // ---- row 18

  /// A trustee that waits for the others' words and then draws its polynomial anew is bound by what
  /// it committed to.
  @Test
  void attack18_aPolynomialChosenAfterTheOthersRevealedIsRefused() {
    Ceremony.Secrets late = Ceremony.begin(dctx, N, T, dice);
    Ceremony.Reveal reveal = Ceremony.reveal(dctx, N, late, commits, dice);

    assertThat(check(N, late.commit(), reveal)).as("had it committed to this").isEmpty();
    Refused refused = check(N, commits.get(N - 1), reveal).orElseThrow();
    assertThat(refused.code()).isEqualTo(Code.BAD_PROOF);
    assertThat(refused.detail()).contains("trustee " + N);

    // nor may it change one word: a coefficient, the proof, the place
    Ceremony.Reveal honest = reveals.get(N - 1);
    Ceremony.Commit own = commits.get(N - 1);
    for (int k = 0; k < T; k++) {
      List<Point> other =
          with(honest.commitments(), k, honest.commitments().get(k).plus(Point.GENERATOR));
      assertThat(check(N, own, new Ceremony.Reveal(other, honest.pop(), honest.shares())))
          .isPresent();
    }
    assertThat(check(1, own, honest)).isPresent();
    Ceremony.Commit otherKey = new Ceremony.Commit(commits.getFirst().ek(), own.h());
    assertThat(check(N, otherKey, honest)).isPresent();
  }

  // ---- row 19

  @Test
  void attack19_eachCorruptedShareIsFoundAndItsAuthorNamed() {
    for (int i = 1; i <= N; i++) {
      for (int j = 1; j <= N; j++) {
        if (i == j) continue;
        Ceremony.Reveal bad = withShare(i, j, Scalar.ONE);
        assertThat(received(i, j, bad)).as(i + " to " + j).isEmpty();
        assertThat(judge(i, j, bad)).isEqualTo(Ceremony.Judgement.ACCUSED);
        // with the honest share the same accusation falls back
        assertThat(judge(i, j, reveals.get(i - 1))).isEqualTo(Ceremony.Judgement.ACCUSER);
      }
    }
  }

  @Test
  void attack19_eachCorruptedCommitmentIsFoundByEveryReceiver() {
    for (int i = 1; i <= N; i++) {
      Ceremony.Reveal honest = reveals.get(i - 1);
      for (int k = 0; k < T; k++) {
        List<Point> c =
            with(honest.commitments(), k, honest.commitments().get(k).plus(Point.GENERATOR));
        Ceremony.Reveal bad = new Ceremony.Reveal(c, honest.pop(), honest.shares());
        for (int j = 1; j <= N; j++) {
          if (j == i) continue;
          assertThat(received(i, j, bad)).as(i + "." + k + " to " + j).isEmpty();
          assertThat(judge(i, j, bad)).isEqualTo(Ceremony.Judgement.ACCUSED);
        }
      }
    }
  }

  @Test
  void attack19_aShareThatDoesNotOpenNamesItsSender() {
    Map<Integer, Hpke.Sealed> shares = new HashMap<>(reveals.get(0).shares());
    // sealed for another trustee, sent to this one
    shares.put(2, shares.get(3));
    Ceremony.Reveal swapped =
        new Ceremony.Reveal(reveals.get(0).commitments(), reveals.get(0).pop(), shares);
    assertThat(received(1, 2, swapped)).isEmpty();
    assertThat(judge(1, 2, swapped)).isEqualTo(Ceremony.Judgement.ACCUSED);

    shares.put(2, new Hpke.Sealed(dice.bytes(65), dice.bytes(48)));
    Ceremony.Reveal noise =
        new Ceremony.Reveal(reveals.get(0).commitments(), reveals.get(0).pop(), shares);
    assertThat(received(1, 2, noise)).isEmpty();
    assertThat(judge(1, 2, noise)).isEqualTo(Ceremony.Judgement.ACCUSED);
  }

  /// Whoever opens another key than the one it committed to wants an honest share to look false.
  @Test
  void attack19_anAccuserThatOpensAnotherKeyIsAtFault() {
    for (Scalar other :
        List.of(dice.scalar(), secrets.get(2).ek(), Scalar.ZERO, secrets.get(1).ek().negate())) {
      for (Ceremony.Reveal reveal : List.of(reveals.get(0), withShare(1, 2, Scalar.ONE))) {
        assertThat(
                Ceremony.decide(dctx, 2, 1, commits.get(1), reveal, new Ceremony.Opening(1, other)))
            .isEqualTo(Ceremony.Judgement.ACCUSER);
      }
    }
  }

  private Ceremony.Judgement judge(int accused, int accuser, Ceremony.Reveal reveal) {
    return Ceremony.decide(
        dctx,
        accuser,
        accused,
        commits.get(accuser - 1),
        reveal,
        new Ceremony.Opening(accused, secrets.get(accuser - 1).ek()));
  }

  /// The reveal of `i` with a share for `j` that is wrong by so much, properly sealed.
  private Ceremony.Reveal withShare(int i, int j, Scalar error) {
    Scalar share = Sharing.evaluate(secrets.get(i - 1).coefficients(), j).plus(error);
    Bytes info = Enc.text("veche/1/dkg-share").encode().concat(Enc.bytes(dctx).encode());
    Bytes aad = Enc.uint(i).encode().concat(Enc.uint(j).encode());
    Map<Integer, Hpke.Sealed> shares = new HashMap<>(reveals.get(i - 1).shares());
    shares.put(j, Hpke.seal(commits.get(j - 1).ek(), info, aad, share.encoding(), dice.scalar()));
    return new Ceremony.Reveal(reveals.get(i - 1).commitments(), reveals.get(i - 1).pop(), shares);
  }

  /// Guards the two above: the same tool with no error makes a share that is taken.
  @Test
  void aProperlySealedShareIsTaken() {
    Ceremony.Reveal again = withShare(1, 2, Scalar.ZERO);
    assertThat(received(1, 2, again)).isEqualTo(received(1, 2, reveals.getFirst())).isPresent();
  }

  // ---- row 20

  @Test
  void attack20_theValidContributionsOpenAndTooFewStopTheCount() {
    List<Long> votes = List.of(7L, 0L, 2L);
    Point key = Ceremony.key(reveals);
    List<ElGamal> list =
        votes.stream()
            .map(v -> ElGamal.encrypt(key, Point.base(Scalar.of(v)), dice.scalar()))
            .toList();
    Bytes xctx = Decrypt.context(dice.bytes(32), 0, "approval", Lists.digest(list));

    for (int bad = 0; bad <= N - T + 1; bad++) {
      SortedMap<Integer, List<Point>> valid = new TreeMap<>();
      List<Integer> refused = new ArrayList<>();
      for (int j = 1; j <= N; j++) {
        Scalar share = j <= bad ? dice.scalar() : secretShare(j);
        List<Point> factors = Dleq.factors(share, list);
        Dleq proof = Decrypt.prove(xctx, j, share, list, Dleq.factors(share, list), dice);
        Point y = Ceremony.shareKey(reveals, j);
        if (Decrypt.check(xctx, j, y, list, factors, proof).isEmpty()) valid.put(j, factors);
        else refused.add(j);
      }
      assertThat(refused).hasSize(bad).allMatch(upTo(bad));
      if (bad <= N - T) {
        assertThat(totals(list, Combine.chosen(valid, T))).isEqualTo(votes);
        assertThat(totals(list, Combine.second(valid, T))).isEqualTo(votes);
      } else {
        assertThatThrownBy(() -> Combine.chosen(valid, T))
            .isInstanceOf(Malformed.class)
            .hasMessageContaining("[4, 5]");
      }
    }
  }

  private static java.util.function.Predicate<Integer> upTo(int bad) {
    return j -> j <= bad;
  }

  private static List<Long> totals(List<ElGamal> list, SortedMap<Integer, List<Point>> factors) {
    return Combine.totals(Combine.open(list, factors, T, N), 100);
  }

  /// Trusted unchecked, one false factor spoils the sum: what the check is for.
  @Test
  void attack20_aFalseFactorThatNobodyChecksOpensToNothing() {
    Point key = Ceremony.key(reveals);
    List<ElGamal> list = List.of(ElGamal.encrypt(key, Point.GENERATOR, dice.scalar()));
    SortedMap<Integer, List<Point>> factors = new TreeMap<>();
    for (int j = 1; j <= T; j++) factors.put(j, Dleq.factors(secretShare(j), list));
    assertThat(totals(list, factors)).containsExactly(1L);

    factors.put(1, Dleq.factors(dice.scalar(), list));
    assertThatThrownBy(() -> totals(list, factors)).isInstanceOf(Malformed.class);
  }

  // ---- row 43

  @Test
  void attack43_onlyExactlyTDistinctTrusteesOfOneToNCombine() {
    List<ElGamal> list =
        List.of(ElGamal.encrypt(Ceremony.key(reveals), Point.GENERATOR, dice.scalar()));
    List<Point> any = List.of(Point.GENERATOR);
    for (List<Integer> bad :
        List.of(
            List.of(0, 1, 2),
            List.of(1, 2, 6),
            List.of(-1, 1, 2),
            List.of(1, 2),
            List.of(1, 2, 3, 4))) {
      SortedMap<Integer, List<Point>> factors = new TreeMap<>();
      bad.forEach(j -> factors.put(j, any));
      assertThatThrownBy(() -> Combine.open(list, factors, T, N))
          .as(bad.toString())
          .isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> Sharing.lagrange(1, List.of(1, 1, 2), T, N))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Sharing.lagrange(4, List.of(1, 2, 3), T, N))
        .isInstanceOf(Malformed.class);
  }

  /// Indices counted from 0, as a careless program would: the shares do not give the key.
  @Test
  void attack43_sharesUnderShiftedIndicesAreInconsistent() {
    List<Point> shares = new ArrayList<>();
    for (int j = 1; j <= N; j++) shares.add(Ceremony.shareKey(reveals, j));
    Point key = Ceremony.key(reveals);
    List<Point> shifted = new ArrayList<>(shares.subList(1, N));
    shifted.add(shares.getFirst());

    assertThat(Ceremony.consistent(key, shares, T)).isTrue();
    assertThat(Ceremony.consistent(key, shifted, T)).isFalse();
    assertThat(Ceremony.consistent(key, with(shares, N - 1, shares.get(0)), T)).isFalse();
    assertThat(Ceremony.consistent(key.plus(Point.GENERATOR), shares, T)).isFalse();
  }

  // ---- rows 12 to 14

  @Test
  void attack13_aKeyThatIsTheIdentityIsRefused() {
    List<Point> none = List.of(Point.IDENTITY, Point.IDENTITY, Point.IDENTITY);
    assertThat(Ceremony.consistent(Point.IDENTITY, none, 2)).isFalse();
    assertThatThrownBy(() -> Dleq.blob(List.of(Point.GENERATOR, Point.IDENTITY)))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Dleq.readBlob(Enc.list().encode())).isInstanceOf(Malformed.class);
  }

  @Test
  void attack12_whatIsNotAPointOrANumberIsRefusedInEveryMessage() {
    List<ElGamal> list =
        List.of(ElGamal.encrypt(Ceremony.key(reveals), Point.GENERATOR, dice.scalar()));
    Scalar share = secretShare(1);
    Bytes digest = Lists.digest(list);
    Dleq proof = Decrypt.prove(digest, 1, share, list, Dleq.factors(share, list), dice);
    List<Bytes> messages =
        List.of(
            reveals.getFirst().enc().encode(),
            Ceremony.confirm(dctx, 1, share, digest, dice).enc().encode(),
            new Decrypt.Payload(0, "approval", "main", digest, digest, proof).enc().encode(),
            Dleq.blob(Dleq.factors(share, list)));
    for (Bytes message : messages) {
      Slots slots = Slots.of(message);
      assertThat(slots.points()).isNotEmpty();
      Enc.parse(message, Point::decode);
      for (int at : slots.points()) {
        for (Bytes bad : Slots.notPoints()) assertUnreadable(slots.with(at, bad));
      }
      for (int at : slots.scalars()) {
        for (Bytes bad : Slots.notScalars()) assertUnreadable(slots.with(at, bad));
      }
      assertUnreadable(message.concat(Bytes.zero(1)));
      assertUnreadable(Bytes.zero(1).concat(message));
      assertUnreadable(message.slice(0, message.length() - 1));
    }
  }

  private static void assertUnreadable(Bytes message) {
    assertThatThrownBy(() -> Enc.parse(message, Point::decode)).isInstanceOf(Malformed.class);
  }

  /// The keys of HPKE are the one place with uncompressed points.
  @Test
  void attack12_aTransportKeyThatIsNotOnTheCurveIsRefused() {
    Bytes h = dice.bytes(32);
    String x = Slots.GENERATOR_X;
    String y = Slots.GENERATOR_Y;
    assertThat(new Ceremony.Commit(Bytes.fromHex("04" + x + y), h).h()).isEqualTo(h);
    for (String bad :
        List.of(
            "04" + x + x,
            "04" + y + x,
            "04" + "00".repeat(64),
            "00".repeat(65),
            "04" + Slots.PRIME + y,
            "04" + x + Slots.PRIME,
            "06" + x + y,
            "07" + x + y,
            "02" + x,
            "04" + x + y + "00")) {
      assertThatThrownBy(() -> new Ceremony.Commit(Bytes.fromHex(bad), h))
          .as(bad)
          .isInstanceOf(Malformed.class);
    }
  }
}
