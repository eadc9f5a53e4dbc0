package veche.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import veche.wire.Bytes;

/// protocol §1: where randomness comes from. The only place that holds a `SecureRandom`; everything
/// else is handed an `Entropy`, so that vectors and rehearsals can hand in bytes of their own.
@FunctionalInterface
public interface Entropy {
  /// Fills `out`; throws if the source cannot, and nothing may go on without it.
  void fill(byte[] out);

  default Bytes bytes(int length) {
    byte[] out = new byte[length];
    fill(out);
    return Bytes.wrap(out);
  }

  /// Uniform in [1, q-1] by rejection.
  default Scalar scalar() {
    while (true) {
      byte[] candidate = new byte[32];
      fill(candidate);
      BigInteger k = new BigInteger(1, candidate);
      if (k.signum() > 0 && k.compareTo(Scalar.ORDER) < 0) return new Scalar(k);
    }
  }

  static Entropy system() {
    return new SecureRandom()::nextBytes;
  }
}
