package veche.tally.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Greedy Monroe (P. Skowron, P. Faliszewski and A. Slinko, "Achieving fully proportional
/// representation", 2015): the option approved by most voters who have no representative yet is
/// elected and represents as many of them as its share, voters ÷ seats (rounded up for the first
/// ones where it does not divide); others fill the share up. Which of more voters than a share are
/// represented is a choice of the rule: those of the ballots that come first in the profile's
/// order. So only one outcome is told.
public final class GreedyMonroe implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("approval-greedy-monroe", Set.of());
    Approvals a = Approvals.of(terms, profile);
    int k = Approvals.seats(terms);
    if (k == 0) throw new Malformed("approval-greedy-monroe: expected at least one seat");
    long[] open = a.weight.clone();
    List<Integer> committee = new ArrayList<>();
    List<Tiebreak> ties = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      List<Integer> left = terms.standing().stream().filter(o -> !committee.contains(o)).toList();
      List<Integer> best = a.most(left, o -> sum(a, open, o));
      int chosen = terms.lot().stream().filter(best::contains).findFirst().orElseThrow();
      if (best.size() > 1) {
        ties.add(new Tiebreak(best, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, chosen));
      }
      committee.add(chosen);
      long share = a.total / k + (i < a.total % k ? 1 : 0);
      for (int b : a.supporters[chosen]) share -= take(open, b, share);
      for (int b = 0; b < a.size && share > 0; b++) share -= take(open, b, share);
    }
    return Tally.elected("approval-greedy-monroe", terms.seats(), committee, ties);
  }

  private static long take(long[] open, int ballot, long most) {
    long taken = Math.min(open[ballot], most);
    open[ballot] -= taken;
    return taken;
  }

  private static long sum(Approvals a, long[] open, int option) {
    long sum = 0;
    for (int b : a.supporters[option]) sum += open[b];
    return sum;
  }
}
