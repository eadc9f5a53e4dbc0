package veche.trustee;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §11: one trustee's contribution to opening one list.
public final class Decrypt {
  private static final int MOST_CONTESTS = 1_000;

  private Decrypt() {}

  /// record §3a `decrypt`.
  ///
  /// @param factors SHA-256 of the blob of the factors
  public record Payload(
      int contest, String kind, String part, Bytes listDigest, Bytes factors, Dleq proof) {
    /// The proof without its list: T, U are in the payload, so a reader needs the blob only for D.
    public Enc enc() {
      return Enc.list(
          Enc.uint(contest),
          Enc.text(kind),
          Enc.text(part),
          Enc.bytes(listDigest),
          Enc.bytes(factors),
          Enc.of(proof.t()),
          Enc.of(proof.u()),
          Enc.of(proof.z()));
    }

    public static Payload read(Enc payload) {
      Enc.Fields f = payload.fields("decrypt");
      Payload out =
          new Payload(
              f.uint("contest", MOST_CONTESTS),
              f.text("kind", Set.of("approval", "ranked")),
              f.text("part", Set.of("main", "set-aside")),
              f.bytes("listDigest", 32),
              f.bytes("factors", 32),
              new Dleq(
                  f.element("T", Point.class),
                  f.element("U", Point.class),
                  f.element("z", Scalar.class)));
      f.end();
      return out;
    }
  }

  /// protocol §15 line 32 xctx.
  public static Bytes context(Bytes eid, int contest, String kind, Bytes listDigest) {
    return Transcript.th(
        "decrypt-ctx", Enc.bytes(eid), Enc.uint(contest), Enc.text(kind), Enc.bytes(listDigest));
  }

  /// record §8 Trustee memory: w = HS("nonce", x_j, 32 random bytes, statement), so that a weak
  /// generator alone cannot repeat a nonce.
  public static Dleq prove(
      Bytes xctx,
      int index,
      Scalar share,
      List<ElGamal> list,
      List<Point> factors,
      Entropy entropy) {
    Scalar w =
        Transcript.hs(
            "nonce", Enc.of(share), Enc.bytes(entropy.bytes(32)), Enc.bytes(xctx), Enc.uint(index));
    return Dleq.prove(xctx, index, share, Point.base(share), list, factors, w);
  }

  public static Optional<Refused> check(
      Bytes xctx,
      int index,
      Point publicShare,
      List<ElGamal> list,
      List<Point> factors,
      Dleq proof) {
    if (factors.size() != list.size()) {
      return Optional.of(new Refused(Code.MALFORMED, "decrypt: number of factors"));
    }
    if (!proof.verifies(xctx, index, publicShare, list, factors)) {
      return Optional.of(
          new Refused(Code.BAD_PROOF, "decrypt: the proof of trustee " + index + " does not hold"));
    }
    return Optional.empty();
  }
}
