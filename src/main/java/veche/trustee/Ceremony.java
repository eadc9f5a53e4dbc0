package veche.trustee;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import veche.crypto.Entropy;
import veche.crypto.Hpke;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Sharing;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §5: key generation by n trustees of whom t decrypt. Commit, reveal, check, confirm; all
/// finish or it is started again. Pure functions of the messages; who sent what and in which order
/// is the fold's business.
public final class Ceremony {
  private static final int MOST = 1_000;

  private Ceremony() {}

  /// Step 1: the HPKE key of this ceremony and the hash that binds everything revealed later.
  public record Commit(Bytes ek, Bytes h) {
    public Commit {
      Hpke.checkPublicKey(ek);
    }

    public Enc enc() {
      return Enc.list(Enc.bytes(ek), Enc.bytes(h));
    }

    public static Commit read(Enc payload) {
      Enc.Fields f = payload.fields("dkg-commit");
      Commit out = new Commit(f.bytes("ek", 65), f.bytes("h", 32));
      f.end();
      return out;
    }
  }

  /// Step 2: the commitments, the proof of possession of the constant term and the shares for the
  /// others.
  public record Reveal(List<Point> commitments, Schnorr pop, Map<Integer, Hpke.Sealed> shares) {
    public Reveal {
      commitments = List.copyOf(commitments);
      shares = Map.copyOf(shares);
    }

    Enc sharesEnc() {
      return Enc.list(
          new TreeMap<>(shares).entrySet(),
          share ->
              Enc.list(
                  Enc.uint(share.getKey()),
                  Enc.bytes(share.getValue().enc()),
                  Enc.bytes(share.getValue().ciphertext())));
    }

    public Enc enc() {
      return Enc.list(Enc.elements(commitments), Enc.of(pop.t()), Enc.of(pop.z()), sharesEnc());
    }

    public static Reveal read(Enc payload) {
      Enc.Fields f = payload.fields("dkg-reveal");
      List<Point> commitments = f.list("C", g -> g.element("C", Point.class));
      Schnorr pop = new Schnorr(f.element("T", Point.class), f.element("z", Scalar.class));
      Map<Integer, Hpke.Sealed> shares = new HashMap<>();
      Enc.Fields list = f.list("shares");
      int before = 0;
      while (list.remaining() > 0) {
        Enc.Fields share = list.list("share");
        int j = share.uint("j", MOST);
        if (j <= before) throw new Malformed("dkg-reveal: shares are not ascending");
        before = j;
        shares.put(j, new Hpke.Sealed(share.bytes("enc", 65), share.bytes("ct", 48)));
        share.end();
      }
      f.end();
      return new Reveal(commitments, pop, shares);
    }
  }

  /// Step 4: knowledge of the share, and agreement on everything that was said.
  public record Confirm(Point share, Schnorr proof, Bytes transcript) {
    public Enc enc() {
      return Enc.list(Enc.of(share), Enc.of(proof.t()), Enc.of(proof.z()), Enc.bytes(transcript));
    }

    public static Confirm read(Enc payload) {
      Enc.Fields f = payload.fields("dkg-confirm");
      Confirm out =
          new Confirm(
              f.element("Y", Point.class),
              new Schnorr(f.element("T", Point.class), f.element("z", Scalar.class)),
              f.bytes("transcript", 32));
      f.end();
      return out;
    }
  }

  /// Step 3: the accuser's HPKE secret, used in no other ceremony, so that anyone can look.
  public record Opening(int accused, Scalar secret) {
    public Enc enc() {
      return Enc.list(Enc.uint(accused), Enc.bytes(secret.encoding()));
    }

    public static Opening read(Enc payload) {
      Enc.Fields f = payload.fields("dkg-opening");
      Opening out = new Opening(f.uint("accused", MOST), Scalar.decode(f.bytes("secret", 32)));
      f.end();
      return out;
    }
  }

  /// What a trustee must keep, encrypted, from commit to confirmation.
  public record Secrets(List<Scalar> coefficients, Scalar ek, Commit commit, Schnorr pop) {}

  /// protocol §15 line 10.
  public static Bytes context(Bytes cid, int n, int t, List<Bytes> identityKeys) {
    return Transcript.th(
        "dkg-ctx", Enc.bytes(cid), Enc.uint(n), Enc.uint(t), Enc.list(identityKeys, Enc::bytes));
  }

  /// Step 1 of trustee `i`: everything random of a ceremony is drawn here.
  public static Secrets begin(Bytes dctx, int i, int t, Entropy entropy) {
    List<Scalar> coefficients = new ArrayList<>();
    for (int k = 0; k < t; k++) coefficients.add(entropy.scalar());
    return begin(dctx, i, coefficients, entropy.scalar(), entropy.scalar());
  }

  static Secrets begin(Bytes dctx, int i, List<Scalar> coefficients, Scalar ek, Scalar w) {
    List<Point> commitments = Sharing.commit(coefficients);
    Point t = Point.base(w);
    Scalar c = popChallenge(dctx, i, commitments, t);
    Schnorr pop = Schnorr.answer(w, t, c, coefficients.getFirst());
    Bytes ekPublic = Hpke.publicKey(ek);
    Commit commit = new Commit(ekPublic, commitment(dctx, i, ekPublic, commitments, pop));
    return new Secrets(List.copyOf(coefficients), ek, commit, pop);
  }

  /// Step 2 of trustee `i`.
  public static Reveal reveal(
      Bytes dctx, int i, Secrets secrets, List<Commit> commits, Entropy entropy) {
    Map<Integer, Hpke.Sealed> shares = new HashMap<>();
    for (int j = 1; j <= commits.size(); j++) {
      if (j == i) continue;
      Bytes share = Sharing.evaluate(secrets.coefficients, j).encoding();
      shares.put(
          j, Hpke.seal(commits.get(j - 1).ek(), info(dctx), aad(i, j), share, entropy.scalar()));
    }
    return new Reveal(Sharing.commit(secrets.coefficients), secrets.pop, shares);
  }

  /// What everyone checks of the reveal of trustee `i`: shape, the hash committed to, possession.
  public static Optional<Refused> checkReveal(
      Bytes dctx, int n, int t, int i, Commit commit, Reveal reveal) {
    if (reveal.commitments.size() != t) {
      return no(Code.MALFORMED, "dkg-reveal: expected " + t + " commitments");
    }
    for (int j = 1; j <= n; j++) {
      if ((j != i) != reveal.shares.containsKey(j)) {
        return no(Code.MALFORMED, "dkg-reveal: expected one share for each other trustee");
      }
    }
    if (reveal.shares.size() != n - 1) return no(Code.MALFORMED, "dkg-reveal: too many shares");
    if (!commit.h.equals(commitment(dctx, i, commit.ek, reveal.commitments, reveal.pop))) {
      return no(Code.BAD_PROOF, "dkg-reveal: trustee " + i + " committed to something else");
    }
    return provesPossession(dctx, i, reveal.commitments, reveal.pop)
        ? Optional.empty()
        : no(Code.BAD_PROOF, "dkg-reveal: trustee " + i + " proves no possession");
  }

  /// protocol §5 step 2: no two trustees bring one constant term (attacks.md row 17).
  public static boolean distinct(Collection<Point> constantTerms) {
    return new HashSet<>(constantTerms).size() == constantTerms.size();
  }

  static boolean provesPossession(Bytes dctx, int i, List<Point> commitments, Schnorr pop) {
    return pop.proves(commitments.getFirst(), popChallenge(dctx, i, commitments, pop.t()));
  }

  static Bytes commitment(Bytes dctx, int i, Bytes ek, List<Point> commitments, Schnorr pop) {
    return Transcript.th(
        "dkg-commit",
        Enc.bytes(dctx),
        Enc.uint(i),
        Enc.bytes(ek),
        Enc.elements(commitments),
        Enc.of(pop.t()),
        Enc.of(pop.z()));
  }

  private static Scalar popChallenge(Bytes dctx, int i, List<Point> commitments, Point t) {
    return Transcript.hs(
        "dkg-pop", Enc.bytes(dctx), Enc.uint(i), Enc.elements(commitments), Enc.of(t));
  }

  /// Step 3: the share of trustee `j` out of the reveal of `i`; empty when it does not open or does
  /// not fit the commitments, which is what a complaint is about.
  public static Optional<Scalar> share(Bytes dctx, int i, int j, Reveal reveal, Scalar ekSecret) {
    Hpke.Sealed sealed = reveal.shares.get(j);
    if (sealed == null) return Optional.empty();
    try {
      Scalar s = Scalar.decode(Hpke.open(sealed, ekSecret, info(dctx), aad(i, j)));
      return fits(reveal.commitments, j, s) ? Optional.of(s) : Optional.empty();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  static boolean fits(List<Point> commitments, int j, Scalar share) {
    return Point.base(share).equals(Sharing.evaluateCommitment(commitments, j));
  }

  /// Who is at fault once the accuser opened.
  public enum Judgement {
    ACCUSED,
    ACCUSER
  }

  /// Step 3: one public look at the one ciphertext decides (attacks.md row 19). An accuser that
  /// opens a key it never committed to is at fault itself.
  public static Judgement decide(
      Bytes dctx, int accuser, int accused, Commit ofAccuser, Reveal ofAccused, Opening opening) {
    if (opening.secret.isZero() || !Hpke.publicKey(opening.secret).equals(ofAccuser.ek)) {
      return Judgement.ACCUSER;
    }
    return share(dctx, accused, accuser, ofAccused, opening.secret).isPresent()
        ? Judgement.ACCUSER
        : Judgement.ACCUSED;
  }

  /// Step 4: x_j = Σ_i s_ij, with the trustee's own share among them.
  public static Scalar secretShare(List<Scalar> shares) {
    Scalar sum = Scalar.ZERO;
    for (Scalar s : shares) sum = sum.plus(s);
    return sum;
  }

  /// Step 4: Y_j = Σ_i Σ_k [j^k]C_ik.
  public static Point shareKey(List<Reveal> reveals, int j) {
    return Point.sum(
        reveals.stream().map(r -> Sharing.evaluateCommitment(r.commitments, j)).toList());
  }

  /// Step 4: Y = Σ_i C_i0.
  public static Point key(List<Reveal> reveals) {
    return Point.sum(reveals.stream().map(r -> r.commitments.getFirst()).toList());
  }

  /// protocol §15 line 15.
  public static Bytes transcript(Bytes dctx, List<Commit> commits, List<Reveal> reveals) {
    List<Enc> first = new ArrayList<>();
    List<Enc> second = new ArrayList<>();
    for (int i = 1; i <= commits.size(); i++) {
      Commit c = commits.get(i - 1);
      Reveal r = reveals.get(i - 1);
      first.add(Enc.list(Enc.uint(i), Enc.bytes(c.ek), Enc.bytes(c.h)));
      second.add(
          Enc.list(
              Enc.uint(i),
              Enc.elements(r.commitments),
              Enc.of(r.pop.t()),
              Enc.of(r.pop.z()),
              r.sharesEnc()));
    }
    return Transcript.th("dkg-transcript", Enc.bytes(dctx), Enc.list(first), Enc.list(second));
  }

  /// Step 4 of trustee `j`, whose program has checked every share.
  public static Confirm confirm(
      Bytes dctx, int j, Scalar share, Bytes transcript, Entropy entropy) {
    return confirm(dctx, j, share, transcript, entropy.scalar());
  }

  static Confirm confirm(Bytes dctx, int j, Scalar share, Bytes transcript, Scalar w) {
    Point y = Point.base(share);
    Point t = Point.base(w);
    return new Confirm(y, Schnorr.answer(w, t, pokChallenge(dctx, j, y, t), share), transcript);
  }

  public static Optional<Refused> checkConfirm(Bytes dctx, int j, Point expected, Confirm confirm) {
    if (!confirm.share.equals(expected)) {
      return no(Code.BAD_PROOF, "dkg-confirm: trustee " + j + " states another share key");
    }
    return provesShare(dctx, j, confirm.share, confirm.proof)
        ? Optional.empty()
        : no(Code.BAD_PROOF, "dkg-confirm: trustee " + j + " does not prove its share");
  }

  static boolean provesShare(Bytes dctx, int j, Point share, Schnorr proof) {
    return proof.proves(share, pokChallenge(dctx, j, share, proof.t()));
  }

  private static Scalar pokChallenge(Bytes dctx, int j, Point share, Point t) {
    return Transcript.hs("dkg-share-pok", Enc.bytes(dctx), Enc.uint(j), Enc.of(share), Enc.of(t));
  }

  /// Step 4: Y ≠ O and two different t-subsets of the share keys give it.
  public static boolean consistent(Point key, List<Point> shares, int t) {
    int n = shares.size();
    if (key.isIdentity()) return false;
    List<Integer> lowest = new ArrayList<>();
    List<Integer> highest = new ArrayList<>();
    for (int j = 1; j <= t; j++) lowest.add(j);
    for (int j = n - t + 1; j <= n; j++) highest.add(j);
    return over(lowest, shares, t).equals(key) && over(highest, shares, t).equals(key);
  }

  private static Point over(List<Integer> indices, List<Point> shares, int t) {
    List<Point> chosen = indices.stream().map(j -> shares.get(j - 1)).toList();
    return Sharing.combine(indices, chosen, t, shares.size());
  }

  private static Bytes info(Bytes dctx) {
    return Enc.text("veche/1/dkg-share").encode().concat(Enc.bytes(dctx).encode());
  }

  private static Bytes aad(int i, int j) {
    return Enc.uint(i).encode().concat(Enc.uint(j).encode());
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
