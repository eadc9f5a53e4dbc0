package veche.tally.approval;

import java.util.List;
import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Monroe's rule (B. L. Monroe, "Fully proportional representation", 1995) for approvals: every
/// voter is assigned to one member of the committee, all members to equally many voters (they
/// differ by one where the number of voters asks for it), and the committee is best for which most
/// voters are assigned to a member they approve. The assignment is a greatest flow.
public final class Monroe implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("approval-monroe", Set.of());
    Approvals a = Approvals.of(terms, profile);
    int k = Approvals.seats(terms);
    List<List<Integer>> best =
        Outcomes.best("approval-monroe", terms.standing(), k, c -> satisfied(a, c), Long::compare);
    return Outcomes.tally("approval-monroe", terms, best);
  }

  static long satisfied(Approvals a, int[] committee) {
    int k = committee.length;
    if (k == 0) return 0;
    // source, ballots, members, the pool of odd voters, sink
    int source = 0;
    int first = 1 + a.size;
    int pool = first + k;
    int sink = pool + 1;
    Flow flow = new Flow(sink + 1);
    for (int b = 0; b < a.size; b++) {
      flow.edge(source, 1 + b, a.weight[b]);
      for (int i = 0; i < k; i++) {
        for (int o : a.approved[b]) {
          if (o == committee[i]) flow.edge(1 + b, first + i, a.weight[b]);
        }
      }
    }
    for (int i = 0; i < k; i++) {
      flow.edge(first + i, sink, a.total / k);
      flow.edge(first + i, pool, 1);
    }
    flow.edge(pool, sink, a.total % k);
    return flow.greatest(source, sink);
  }
}
