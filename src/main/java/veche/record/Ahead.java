package veche.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// What was found out about an act before its turn in the log's order: the proof of a mix may take
/// a minute, and the one thread that orders everything must not wait for it. Any thread.
///
/// @param <T> what was found
final class Ahead<T> {
  private static final int MOST = 4;
  private final Map<Bytes, T> found = new LinkedHashMap<>();

  private static Bytes key(Enc payload) {
    return Transcript.th("ahead", payload);
  }

  /// Not for what came without its files: whoever sent the act again without them would spoil the
  /// answer for the trustee that sent them.
  synchronized void put(Enc payload, T what) {
    found.put(key(payload), what);
    if (found.size() > MOST) found.remove(found.keySet().iterator().next());
  }

  synchronized Optional<T> take(Enc payload) {
    return found.isEmpty() ? Optional.empty() : Optional.ofNullable(found.remove(key(payload)));
  }
}
