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

/// The consensus rule (perpetual consensus of M. Lackner and J. Maly, "Perpetual voting", 2020, for
/// one committee): in every round each voter gains one unit of weight; the option whose approving
/// voters of positive weight have most together is elected, and they pay as many units as there are
/// voters, all the same, below zero if need be.
public final class Consensus implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.known("approval-consensus-rule", Set.of());
    Approvals a = Approvals.of(terms, profile);
    return new Sequential<List<Fraction>>(terms) {
      @Override
      List<Fraction> start() {
        return Collections.nCopies(a.size, Fraction.ONE);
      }

      @Override
      Next next(List<Fraction> weight, List<Integer> committee, List<Integer> available) {
        Map<Integer, Fraction> all = new HashMap<>();
        for (int o : available) {
          Fraction sum = Fraction.ZERO;
          for (int b : a.supporters[o]) {
            if (weight.get(b).signum() > 0) sum = sum.plus(weight.get(b).times(a.weight[b]));
          }
          all.put(o, sum);
        }
        return Separable.highest(available, all);
      }

      @Override
      List<Fraction> add(List<Fraction> weight, List<Integer> committee, int option) {
        long voters = 0;
        for (int b : a.supporters[option]) {
          if (weight.get(b).signum() > 0) voters += a.weight[b];
        }
        List<Fraction> out = new ArrayList<>(weight);
        for (int b : a.supporters[option]) {
          if (weight.get(b).signum() > 0) {
            out.set(b, out.get(b).minus(Fraction.of(a.total, voters)));
          }
        }
        out.replaceAll(w -> w.plus(Fraction.ONE));
        return List.copyOf(out);
      }
    }.tally("approval-consensus-rule");
  }
}
