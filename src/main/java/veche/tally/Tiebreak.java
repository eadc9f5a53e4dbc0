package veche.tally;

import java.util.List;

/// Equal options of which one had to be chosen.
///
/// @param between the equal ones, ascending
/// @param purpose what one was chosen for
/// @param method what decided
/// @param stage of [Method#EARLIER] the stage whose numbers decided, otherwise −1
/// @param chosen the one that the method points at
public record Tiebreak(
    List<Integer> between, Purpose purpose, Method method, int stage, int chosen) {
  public enum Purpose {
    ELECT,
    SURPLUS,
    EXCLUDE
  }

  public enum Method {
    /// The rule's own look back at an earlier stage.
    EARLIER,
    /// record §8: the lot drawn for this contest.
    LOT
  }

  public Tiebreak {
    between = List.copyOf(between);
  }
}
