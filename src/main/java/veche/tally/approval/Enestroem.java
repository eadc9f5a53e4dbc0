package veche.tally.approval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Phragmén's first method, also Eneström's (S. Janson, "Phragmén's and Thiele's election methods",
/// 2016, §18.5): every ballot begins with one vote; the option with most votes is elected, and its
/// ballots keep the part of their votes that is above the quota, voters ÷ seats, or nothing.
public final class Enestroem implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.known("approval-phragmen-enestroem", Set.of());
    Approvals a = Approvals.of(terms, profile);
    Fraction quota = Fraction.of(a.total, Math.max(1, Approvals.seats(terms)));
    return new Sequential<List<Fraction>>(terms) {
      @Override
      List<Fraction> start() {
        return Collections.nCopies(a.size, Fraction.ONE);
      }

      @Override
      Next next(List<Fraction> votes, List<Integer> committee, List<Integer> available) {
        Map<Integer, Fraction> all = new HashMap<>();
        for (int o : available) all.put(o, sum(votes, o));
        return Separable.highest(available, all);
      }

      private Fraction sum(List<Fraction> votes, int option) {
        Fraction sum = Fraction.ZERO;
        for (int b : a.supporters[option]) sum = sum.plus(votes.get(b).times(a.weight[b]));
        return sum;
      }

      @Override
      List<Fraction> add(List<Fraction> votes, List<Integer> committee, int option) {
        Fraction has = sum(votes, option);
        Fraction left = has.compareTo(quota) > 0 ? has.minus(quota).over(has) : Fraction.ZERO;
        List<Fraction> out = new ArrayList<>(votes);
        for (int b : a.supporters[option]) out.set(b, out.get(b).times(left));
        return List.copyOf(out);
      }
    }.tally("approval-phragmen-enestroem");
  }
}
