package veche.crypto;

import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §6, RFC 8235 §3: knowledge of a discrete logarithm in T-form: the first message is sent
/// and the challenge recomputed over the full statement.
public record Schnorr(Point t, Scalar z) {
  /// protocol §15 line 22: a deterministic, key-prefixed signature over a 32-byte digest.
  public static Schnorr sign(String tag, Scalar secret, Point key, Bytes digest) {
    Scalar w = Transcript.hs("sig-nonce", Enc.of(secret), Enc.text(tag), Enc.bytes(digest));
    Point t = Point.base(w);
    return new Schnorr(t, w.plus(signatureChallenge(tag, key, t, digest).times(secret)));
  }

  public boolean verifies(String tag, Point key, Bytes digest) {
    return proves(key, signatureChallenge(tag, key, t, digest));
  }

  public void addTo(Equations equations, String tag, Point key, Bytes digest) {
    addTo(equations, key, signatureChallenge(tag, key, t, digest));
  }

  private static Scalar signatureChallenge(String tag, Point key, Point t, Bytes digest) {
    return Transcript.hs(tag, Enc.of(key), Enc.of(t), Enc.bytes(digest));
  }

  /// z = w + c·secret for a challenge the caller computed over its whole statement and T.
  public static Schnorr answer(Scalar w, Point t, Scalar challenge, Scalar secret) {
    return new Schnorr(t, w.plus(challenge.times(secret)));
  }

  /// [z]G = T + [c]P.
  public boolean proves(Point statement, Scalar challenge) {
    return Point.base(z).equals(t.plus(statement.times(challenge)));
  }

  public void addTo(Equations equations, Point statement, Scalar challenge) {
    equations.equation().plus(z, Point.GENERATOR).minus(t).minus(challenge, statement);
  }
}
