package veche.http;

import java.util.List;

/// What the sequencer answers to an entry it did not refuse.
sealed interface Answer {
  /// The entry is a leaf, durably: a tlog-proof.
  record Logged(String receipt) implements Answer {}

  /// The act waits for more signatures.
  record Waiting(List<String> have, int need) implements Answer {}

  /// What was said about the log is kept beside it.
  record Kept() implements Answer {}
}
