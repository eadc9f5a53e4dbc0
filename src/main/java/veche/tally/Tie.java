package veche.tally;

import java.util.HashSet;
import java.util.List;
import veche.wire.Malformed;

/// record §8a: options with equal approvals of which not all could be elected, and the order in
/// which the lot put them.
///
/// @param between positions of the tied options, ascending
/// @param order the same positions, the lot's first one first
/// @param method the contest's lot, `drawn-order` or `trustee-seed`
public record Tie(List<Integer> between, List<Integer> order, String method) {
  public Tie {
    between = List.copyOf(between);
    order = List.copyOf(order);
    if (between.size() != order.size() || !new HashSet<>(between).equals(new HashSet<>(order))) {
      throw new Malformed("tie: the order is not one of the tied options");
    }
  }
}
