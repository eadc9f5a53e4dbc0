package veche.tally.approval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Payment;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Phragmén's sequential rule (E. Phragmén, "Sur une méthode nouvelle pour réaliser, dans les
/// élections, la représentation proportionnelle des partis", 1894; S. Janson, "Phragmén's and
/// Thiele's election methods", 2016, §3): each member is one unit of load on the ballots that
/// approve it. The option is next whose election leaves the lowest highest load on its ballots, all
/// of them then bearing that load.
///
/// A ballot's load is that of its latest member, so the loads of a million ballots are a few exact
/// fractions.
public final class Phragmen implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.known("approval-seqphragmen", Set.of());
    Approvals a = Approvals.of(terms, profile);
    Payers payers = new Payers(a);
    return new Sequential<Loads>(terms) {
      @Override
      Loads start() {
        return new Loads(new short[a.size], List.of(Fraction.ZERO));
      }

      @Override
      Next next(Loads loads, List<Integer> committee, List<Integer> available) {
        return lowest(available, loads.after(a, available));
      }

      @Override
      Loads add(Loads loads, List<Integer> committee, int option) {
        return loads.with(a, option);
      }

      @Override
      List<Payment> paid(Loads before, Loads after, int option) {
        return payers.step(option, before::of, after::of);
      }
    }.tally("approval-seqphragmen", "load");
  }

  /// Options of the lowest value; those without one come after all others.
  static Sequential.Next lowest(List<Integer> available, Map<Integer, Fraction> value) {
    if (value.isEmpty()) return new Sequential.Next(available, value);
    Fraction least = Collections.min(value.values());
    return new Sequential.Next(
        available.stream()
            .filter(o -> value.containsKey(o) && least.compareTo(value.getOrDefault(o, least)) == 0)
            .toList(),
        value);
  }

  /// The load of each ballot.
  ///
  /// @param at each ballot's place in `levels`
  private record Loads(short[] at, List<Fraction> levels) {
    Fraction of(int ballot) {
      return levels.get(at[ballot]);
    }

    Map<Integer, Fraction> after(Approvals a, List<Integer> options) {
      long[][] weight = new long[levels.size()][a.options];
      for (int b = 0; b < a.size; b++) {
        for (int o : a.approved[b]) weight[at[b]][o] += a.weight[b];
      }
      Map<Integer, Fraction> out = new HashMap<>();
      for (int o : options) {
        // nobody bears it
        if (a.support[o] == 0) continue;
        Fraction sum = Fraction.ONE;
        for (int l = 0; l < levels.size(); l++) sum = sum.plus(levels.get(l).times(weight[l][o]));
        out.put(o, sum.over(a.support[o]));
      }
      return out;
    }

    Loads with(Approvals a, int option) {
      Map<Integer, Fraction> after = after(a, List.of(option));
      Fraction load = after.get(option);
      if (load == null) return this;
      short[] now = at.clone();
      List<Fraction> more = new ArrayList<>(levels);
      int level = more.indexOf(load);
      if (level < 0) {
        level = more.size();
        more.add(load);
      }
      for (int b : a.supporters[option]) now[b] = (short) level;
      return new Loads(now, List.copyOf(more));
    }

    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Loads o) || o.at.length != at.length) return false;
      for (int b = 0; b < at.length; b++) {
        if (!levels.get(at[b]).equals(o.levels.get(o.at[b]))) return false;
      }
      return true;
    }

    @Override
    public int hashCode() {
      int h = 0;
      for (short b : at) h = 31 * h + levels.get(b).hashCode();
      return h;
    }

    @Override
    public String toString() {
      return levels + " " + Arrays.toString(at);
    }
  }
}
