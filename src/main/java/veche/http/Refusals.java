package veche.http;

import java.util.Map;
import java.util.TreeMap;
import veche.election.Code;

/// The only trace a refused request leaves: one more of its code.
final class Refusals {
  private final Map<String, Long> all;
  private final Map<String, Long> unsaved = new TreeMap<>();

  Refusals(Map<String, Long> saved) {
    all = new TreeMap<>(saved);
  }

  synchronized void count(Code code) {
    all.merge(code.id(), 1L, Long::sum);
    unsaved.merge(code.id(), 1L, Long::sum);
  }

  synchronized Map<String, Long> all() {
    return new TreeMap<>(all);
  }

  /// What was counted since the last call; the caller stores it.
  synchronized Map<String, Long> take() {
    Map<String, Long> out = new TreeMap<>(unsaved);
    unsaved.clear();
    return out;
  }
}
