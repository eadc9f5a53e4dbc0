package veche.tally.approval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// Rules that spread each member's unit of load over its ballots as evenly as can be (M. Brill, R.
/// Freeman, S. Janson and M. Lackner, "Phragmén's voting methods and justified representation",
/// 2024; L. Sánchez-Fernández, N. Fernández, J. A. Fisteus and M. Brill, "The maximin support
/// method", 2021):
///
/// - `approval-minimaxphragmen`: the committee whose highest load is lowest.
/// - `approval-leximaxphragmen`: then whose next one is, and so on.
/// - `approval-maximin-support`: one member at a time, so that the least support of a member, which
///   is the inverse of the highest load, stays greatest.
///
/// The highest load of a committee is that of its densest part: the greatest quotient, over all of
/// its subsets, of members by ballots that approve one of them. Committees of up to [#MEMBERS] are
/// looked through so; larger ones are refused.
public final class Balance implements Rule {
  public static final int MEMBERS = 16;

  private final String name;

  public Balance(String name) {
    this.name = name;
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only(name, Set.of());
    Approvals a = Approvals.of(terms, profile);
    int k = Approvals.seats(terms);
    if (k > MEMBERS) throw new Malformed(name + ": at most " + MEMBERS + " seats, found " + k);
    if (name.equals("approval-maximin-support")) return support(terms, a);
    List<Integer> approved = terms.standing().stream().filter(o -> a.support[o] > 0).toList();
    if (approved.size() < k) return filled(terms, approved, k);
    boolean all = name.equals("approval-leximaxphragmen");
    List<List<Integer>> best =
        Outcomes.best(
            name, approved, k, committee -> loads(a, committee, all), (x, y) -> compare(y, x));
    return Outcomes.tally(name, terms, best);
  }

  /// Fewer approved options than seats: all of them, and any others.
  private Tally filled(Terms terms, List<Integer> approved, int k) {
    List<Integer> others = terms.standing().stream().filter(o -> !approved.contains(o)).toList();
    List<List<Integer>> rest =
        Outcomes.best(name, others, k - approved.size(), c -> 0L, Long::compare);
    return Outcomes.tally(
        name,
        terms,
        rest.stream()
            .map(
                more -> {
                  Set<Integer> all = new TreeSet<>(approved);
                  all.addAll(more);
                  return List.copyOf(all);
                })
            .toList());
  }

  /// A load and the weight of the ballots that bear it.
  private record Level(Fraction load, long ballots) {}

  /// The loads from the highest down; only the highest when not `all` are wanted. A member whom no
  /// ballot left approves has no load that is finite.
  private static List<Level> loads(Approvals a, int[] committee, boolean all) {
    Map<Integer, Long> byMembers = new HashMap<>();
    for (int b = 0; b < a.size; b++) {
      int mask = 0;
      for (int i = 0; i < committee.length; i++) {
        if (java.util.Arrays.binarySearch(a.approved[b], committee[i]) >= 0) mask |= 1 << i;
      }
      if (mask != 0) byMembers.merge(mask, a.weight[b], Long::sum);
    }
    List<Level> out = new ArrayList<>();
    int left = (1 << committee.length) - 1;
    while (left != 0) {
      long bestTop = 0;
      long bestBottom = 1;
      int best = 0;
      for (int part = left; part != 0; part = (part - 1) & left) {
        long ballots = 0;
        for (var group : byMembers.entrySet()) {
          if ((group.getKey() & part) != 0) ballots += group.getValue();
        }
        long members = Integer.bitCount(part);
        // of equally dense parts the largest, which is their union
        long by = bestTop == 0 ? 1 : Long.signum(members * bestBottom - bestTop * ballots);
        if (by > 0 || by == 0 && members > Integer.bitCount(best)) {
          bestTop = members;
          bestBottom = ballots;
          best = part;
        }
      }
      Fraction load = Fraction.of(bestTop, bestBottom);
      if (!all) return List.of(new Level(load, 1));
      out.add(new Level(load, bestBottom));
      left &= ~best;
      int taken = best;
      byMembers.keySet().removeIf(mask -> (mask & taken) != 0);
    }
    return out;
  }

  private static int compare(List<Level> a, List<Level> b) {
    int i = 0;
    int j = 0;
    long leftA = 0;
    long leftB = 0;
    while (true) {
      if (leftA == 0) {
        if (i == a.size()) return leftB > 0 || j < b.size() ? -1 : 0;
        leftA = a.get(i++).ballots;
      }
      if (leftB == 0) {
        if (j == b.size()) return 1;
        leftB = b.get(j++).ballots;
      }
      int by = a.get(i - 1).load.compareTo(b.get(j - 1).load);
      if (by != 0) return by;
      long step = Math.min(leftA, leftB);
      leftA -= step;
      leftB -= step;
    }
  }

  private Tally support(Terms terms, Approvals a) {
    return new Sequential<Boolean>(terms) {
      @Override
      Boolean start() {
        return true;
      }

      @Override
      Next next(Boolean state, List<Integer> committee, List<Integer> available) {
        Map<Integer, Fraction> support = new HashMap<>();
        boolean dead = committee.stream().anyMatch(o -> a.support[o] == 0);
        for (int o : available) {
          if (dead || a.support[o] == 0) {
            support.put(o, Fraction.ZERO);
            continue;
          }
          int[] with = new int[committee.size() + 1];
          for (int i = 0; i < committee.size(); i++) with[i] = committee.get(i);
          with[committee.size()] = o;
          Fraction load = loads(a, with, false).getFirst().load;
          support.put(o, Fraction.ONE.over(load));
        }
        return Separable.highest(available, support);
      }

      @Override
      Boolean add(Boolean state, List<Integer> committee, int option) {
        return true;
      }
    }.tally(name, "support");
  }
}
