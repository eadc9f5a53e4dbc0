package veche.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import veche.wire.Bytes;

/// RFC 2104 HMAC with SHA-256.
public final class Hmac {
  private static final String ALGORITHM = "HmacSHA256";

  private Hmac() {}

  /// @param key of at least one byte
  /// @return 32 bytes
  public static Bytes sha256(Bytes key, Bytes message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.unsafeArray(), ALGORITHM));
      return Bytes.wrap(mac.doFinal(message.unsafeArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
