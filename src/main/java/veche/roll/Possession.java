package veche.roll;

import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §12, §15 line 22: proof that whoever enrols a key holds it.
final class Possession {
  private static final String TAG = "roll-pop";

  private Possession() {}

  record Proof(Point t, Scalar z) {}

  static Proof prove(Scalar secret, Bytes scope, int registrar) {
    Point vk = Point.base(secret);
    Bytes h = RollRow.possession(scope, registrar, vk);
    Scalar w = Transcript.hs("sig-nonce", Enc.of(secret), Enc.text(TAG), Enc.bytes(h));
    Point t = Point.base(w);
    return new Proof(t, w.plus(challenge(vk, t, h).times(secret)));
  }

  static boolean holds(Point vk, Bytes scope, int registrar, Point t, Scalar z) {
    Scalar c = challenge(vk, t, RollRow.possession(scope, registrar, vk));
    return Point.twoTerms(Point.GENERATOR, z, vk, c.negate()).equals(t);
  }

  private static Scalar challenge(Point vk, Point t, Bytes h) {
    return Transcript.hs(TAG, Enc.of(vk), Enc.of(t), Enc.bytes(h));
  }
}
