package veche.record;

import veche.election.Refused;

/// record §7: what the fold said to an entry.
public sealed interface Admission {
  /// The entry is leaf `index` now.
  record Admitted(long index) implements Admission {}

  /// Nothing changed.
  record No(Refused why) implements Admission {}
}
