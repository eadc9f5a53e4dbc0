package veche.roll;

import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §12, §15 line 22: proof that whoever enrols a key holds it, for one election and one
/// registrar.
final class Possession {
  private static final String TAG = "roll-pop";

  private Possession() {}

  static Schnorr prove(Scalar secret, Bytes scope, int registrar) {
    Point vk = Point.base(secret);
    return Schnorr.sign(TAG, secret, vk, body(scope, registrar, vk));
  }

  static boolean holds(Point vk, Bytes scope, int registrar, Point t, Scalar z) {
    return new Schnorr(t, z).verifies(TAG, vk, body(scope, registrar, vk));
  }

  /// @param scope cid, in simple mode
  private static Bytes body(Bytes scope, int registrar, Point vk) {
    return Transcript.th("roll-pop-body", Enc.bytes(scope), Enc.uint(registrar), Enc.of(vk));
  }
}
