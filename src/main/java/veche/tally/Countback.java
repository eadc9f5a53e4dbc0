package veche.tally;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import veche.wire.Malformed;

/// counting §4.16: who takes a seat that became vacant, by the same ballots: they are counted again
/// under the same rule without those who left or will not serve, and whoever still sits is guarded,
/// so that nobody loses a seat by another's going.
public final class Countback {
  private Countback() {}

  /// What the countback came to.
  ///
  /// @param filled who takes the vacant seats, in order of election
  /// @param tally the new count, to be followed like the first
  public record Filled(List<Integer> filled, Tally tally) {
    public Filled {
      filled = List.copyOf(filled);
    }
  }

  /// @param terms of the election
  /// @param members who sat before
  /// @param vacated the members who leave
  /// @param declined others who would not take the seat
  public static Filled of(
      Rule rule,
      Terms terms,
      Profile profile,
      List<Integer> members,
      Set<Integer> vacated,
      Set<Integer> declined) {
    Set<Integer> sitting = new HashSet<>(members);
    if (vacated.isEmpty() || !sitting.removeAll(vacated) || !members.containsAll(vacated)) {
      throw new Malformed("vacated: expected members who sit");
    }
    if (declined.stream().anyMatch(sitting::contains)) {
      throw new Malformed("declined: a member who sits keeps the seat");
    }
    Tally tally =
        rule.count(terms.withdrawing(vacated).withdrawing(declined).keeping(sitting), profile);
    return new Filled(tally.winners().stream().filter(o -> !sitting.contains(o)).toList(), tally);
  }
}
