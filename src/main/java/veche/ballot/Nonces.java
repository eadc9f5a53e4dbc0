package veche.ballot;

import veche.crypto.Scalar;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §15 line 16: every nonce of a ballot, from its seed, its context and its choices, so
/// that an audited ballot can be rebuilt byte for byte.
record Nonces(Bytes nseed) {
  Scalar of(String role, int contest, int j) {
    return Transcript.hs(
        "ballot-nonce", Enc.bytes(nseed), Enc.text(role), Enc.uint(contest), Enc.uint(j));
  }

  Scalar nonzero(String role, int contest, int j) {
    Scalar out = of(role, contest, j);
    if (out.isZero()) throw new Seal.AnotherSeed();
    return out;
  }
}
