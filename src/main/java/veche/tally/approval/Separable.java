package veche.tally.approval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Rules in which every option has a score of its own and the highest are elected (M. Lackner and
/// P. Skowron, "Multi-Winner Voting with Approval Preferences", 2023, §2.1): `approval-av`, one
/// point from each ballot that approves it; `approval-sav`, satisfaction approval voting, one point
/// of each ballot shared out among all it approves (S. Brams and D. M. Kilgour, 2010).
public final class Separable implements Rule {
  private final String name;
  private final boolean shared;

  private Separable(String name, boolean shared) {
    this.name = name;
    this.shared = shared;
  }

  public static Separable approval() {
    return new Separable("approval-av", false);
  }

  public static Separable satisfaction() {
    return new Separable("approval-sav", true);
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.known(name, Set.of());
    Approvals a = Approvals.of(terms, profile);
    Map<Integer, Fraction> score = score(a, terms);
    return new Sequential<Boolean>(terms) {
      @Override
      Boolean start() {
        return true;
      }

      @Override
      Next next(Boolean state, List<Integer> committee, List<Integer> available) {
        return highest(available, score);
      }

      @Override
      Boolean add(Boolean state, List<Integer> committee, int option) {
        return true;
      }
    }.tally(name);
  }

  private Map<Integer, Fraction> score(Approvals a, Terms terms) {
    Map<Integer, Fraction> out = new HashMap<>();
    // by the size of the ballots: all points of one size have one denominator
    long[][] bySize = new long[a.options][a.options + 1];
    for (int b = 0; b < a.size; b++) {
      for (int o : a.approved[b]) bySize[o][a.approved[b].length] += a.weight[b];
    }
    for (int o : terms.standing()) {
      Fraction sum = Fraction.ZERO;
      for (int n = 1; n <= a.options; n++) {
        if (bySize[o][n] > 0) sum = sum.plus(Fraction.of(bySize[o][n], shared ? n : 1));
      }
      out.put(o, sum);
    }
    return out;
  }

  static Sequential.Next highest(List<Integer> available, Map<Integer, Fraction> score) {
    Fraction best =
        available.stream()
            .map(o -> score.getOrDefault(o, Fraction.ZERO))
            .max(Fraction::compareTo)
            .orElse(Fraction.ZERO);
    Map<Integer, Fraction> shown = new HashMap<>();
    for (int o : available) shown.put(o, score.getOrDefault(o, Fraction.ZERO));
    return new Sequential.Next(
        available.stream().filter(o -> score.getOrDefault(o, Fraction.ZERO).equals(best)).toList(),
        shown);
  }
}
