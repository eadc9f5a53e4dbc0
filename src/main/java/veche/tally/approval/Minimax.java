package veche.tally.approval;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Minimax approval voting (S. Brams, D. M. Kilgour and M. R. Sanver, "A minimax procedure for
/// electing committees", 2007): the committee from which no ballot is far. A ballot is as far from
/// a committee as there are options that only one of them has. `approval-minimaxav` looks at the
/// farthest ballot alone; `approval-lexminimaxav` at how many are farthest, then at the next.
public final class Minimax implements Rule {
  private final boolean lexicographic;

  private Minimax(boolean lexicographic) {
    this.lexicographic = lexicographic;
  }

  public static Minimax plain() {
    return new Minimax(false);
  }

  public static Minimax lexicographic() {
    return new Minimax(true);
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    String name = lexicographic ? "approval-lexminimaxav" : "approval-minimaxav";
    terms.only(name, Set.of());
    Approvals a = Approvals.of(terms, profile);
    int k = Approvals.seats(terms);
    boolean[] in = new boolean[a.options];
    List<List<Integer>> best =
        Outcomes.best(
            name,
            terms.standing(),
            k,
            committee -> {
              for (int o : committee) in[o] = true;
              // how many ballots are so far away, the farthest first
              long[] far = new long[a.options + 1];
              for (int b = 0; b < a.size; b++) {
                int common = 0;
                for (int o : a.approved[b]) if (in[o]) common++;
                far[a.options - (k + a.approved[b].length - 2 * common)] += a.weight[b];
              }
              for (int o : committee) in[o] = false;
              if (lexicographic) return far;
              for (int d = 0; d < far.length; d++) {
                if (far[d] > 0) return new long[] {-d};
              }
              return new long[] {-far.length};
            },
            (x, y) -> Arrays.compare(y, x));
    return Outcomes.tally(name, terms, best);
  }
}
