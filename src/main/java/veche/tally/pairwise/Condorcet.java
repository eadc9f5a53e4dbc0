package veche.tally.pairwise;

import java.util.List;
import java.util.Optional;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// The option that beats each other one (Condorcet, "Essai", 1785), if there is one: else nobody.
/// `smith-set` tells the smallest set whose members beat everybody outside it (J. H. Smith,
/// "Aggregation of preferences with variable electorate", 1973) as the first group of its ranking.
///
/// Options: `unranked`.
public final class Condorcet implements Rule {
  private final boolean set;

  private Condorcet(boolean set) {
    this.set = set;
  }

  public static Condorcet winner() {
    return new Condorcet(false);
  }

  public static Condorcet smith() {
    return new Condorcet(true);
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    String name = set ? "smith-set" : "condorcet-winner";
    terms.only(name, Matrix.KNOWN);
    Matrix m = Matrix.of(terms, profile);
    Optional<Integer> winner = m.condorcetWinner(m.standing);
    List<Integer> top = set ? m.smith(m.standing) : winner.stream().toList();
    List<Integer> rest = m.standing.stream().filter(o -> !top.contains(o)).toList();
    if (top.isEmpty()) {
      return Tally.elected(name, terms.seats(), List.of(), List.of()).comparing(m.comparison());
    }
    List<List<Integer>> groups = rest.isEmpty() ? List.of(top) : List.of(top, rest);
    if (set) {
      return Tally.elected(name, terms.seats(), top, List.of())
          .ranked(groups)
          .comparing(m.comparison());
    }
    return Tally.elected(name, terms.seats(), top, List.of()).comparing(m.comparison());
  }
}
