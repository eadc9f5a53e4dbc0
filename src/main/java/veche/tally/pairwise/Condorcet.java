package veche.tally.pairwise;

import java.util.List;
import java.util.function.Function;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// The option that beats each other one (Condorcet, "Essai", 1785), if there is one: else nobody.
/// `smith-set` tells the smallest set whose members beat everybody outside it (J. H. Smith,
/// "Aggregation of preferences with variable electorate", 1973), `schwartz-set` all options that
/// nobody reaches over majorities whom they do not reach too (T. Schwartz, "Rationality and the
/// myth of the maximum", 1972), each as the first group of its ranking.
///
/// Options: `unranked`.
public final class Condorcet implements Rule {
  private final String name;
  private final boolean ranks;
  private final Function<Matrix, List<Integer>> best;

  private Condorcet(String name, boolean ranks, Function<Matrix, List<Integer>> best) {
    this.name = name;
    this.ranks = ranks;
    this.best = best;
  }

  public static Condorcet winner() {
    return new Condorcet(
        "condorcet-winner", false, m -> m.condorcetWinner(m.standing).stream().toList());
  }

  public static Condorcet smith() {
    return new Condorcet("smith-set", true, m -> m.smith(m.standing));
  }

  public static Condorcet schwartz() {
    return new Condorcet("schwartz-set", true, m -> m.schwartz(m.standing));
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only(name, Matrix.KNOWN);
    Matrix m = Matrix.of(terms, profile);
    List<Integer> top = best.apply(m);
    Tally tally = Tally.elected(name, terms.seats(), top, List.of()).comparing(m.comparison());
    if (!ranks) return tally;
    List<Integer> rest = m.standing.stream().filter(o -> !top.contains(o)).toList();
    return tally.ranked(rest.isEmpty() ? List.of(top) : List.of(top, rest));
  }
}
