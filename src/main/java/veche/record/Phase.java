package veche.record;

import java.util.Locale;

/// record §6: where an election stands. Phases change at the index of a leaf, never by a clock.
public enum Phase {
  DRAFTING,
  KEYS,
  ENROLLING,
  READY,
  VOTING,
  /// The trustees mix; passed over where no contest is ranked.
  CLOSED,
  OPENING,
  COUNTED,
  CERTIFIED,
  REFUSED,
  FINAL,
  NO_RESULT,
  VOID;

  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether `open` has been logged, so that leaves carry eid.
  public boolean opened() {
    return switch (this) {
      case DRAFTING, KEYS, ENROLLING, READY, VOID -> false;
      case VOTING, CLOSED, OPENING, COUNTED, CERTIFIED, REFUSED, FINAL, NO_RESULT -> true;
    };
  }

  /// Whether `close` has been logged.
  public boolean closed() {
    return opened() && this != VOTING;
  }
}
