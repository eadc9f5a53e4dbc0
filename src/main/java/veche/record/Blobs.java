package veche.record;

import java.util.Optional;
import veche.wire.Bytes;

/// log §2: the large objects that leaves refer to by their SHA-256. Whoever answers has compared
/// the digest.
@FunctionalInterface
public interface Blobs {
  Optional<Bytes> get(Bytes sha256);
}
