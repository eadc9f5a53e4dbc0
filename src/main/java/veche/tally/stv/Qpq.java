package veche.tally.stv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Quota Preferential by Quotient: Woodall, "QPQ, a quota-preferential STV-like election rule",
/// Voting matters 17 (2003), paragraphs 2.1 to 2.6, with the restart of the count after every
/// exclusion. All numbers exact; the votes shown are papers, the factors beside them quotients.
public final class Qpq implements Rule {
  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("qpq", Set.of());
    Profile profile = given.withoutEqualRanks("qpq").without(terms.withdrawn());
    Count c = new Count(terms, profile, Arithmetic.exact(9));
    // what each ballot has elected so far
    Fraction[] share = new Fraction[profile.size()];
    Arrays.fill(share, Fraction.ZERO);
    c.quota = Fraction.of(profile.marked(), terms.seats() + 1);
    c.minute(Stage.Kind.FIRST, List.of(), "first");
    List<Integer> kept = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    while (!c.complete()) {
      c.nextRound();
      // 2.3, 2.4
      int[] top = new int[profile.size()];
      Fraction[] count = zeros(terms.options());
      Fraction[] had = zeros(terms.options());
      Fraction active = Fraction.ZERO;
      Fraction gone = Fraction.ZERO;
      for (int b = 0; b < profile.size(); b++) {
        top[b] = top(c, profile, b);
        long papers = profile.weight(b);
        if (profile.isEmpty(b)) continue;
        if (top[b] < 0) {
          gone = gone.plus(share[b].times(papers));
        } else {
          active = active.plus(Fraction.of(papers));
          count[top[b]] = count[top[b]].plus(Fraction.of(papers));
          had[top[b]] = had[top[b]].plus(share[b].times(papers));
        }
      }
      Map<Integer, Fraction> quotient = new TreeMap<>();
      for (int o : c.hopeful()) {
        c.votes[o] = count[o];
        quotient.put(o, count[o].over(Fraction.ONE.plus(had[o])));
      }
      Fraction quota = active.over(Fraction.of(1L + terms.seats()).minus(gone));
      c.quota = quota;
      Fraction most = Collections.max(quotient.values());
      if (most.compareTo(quota) > 0) {
        // 2.5a
        int option = c.lot(having(quotient, most), Tiebreak.Purpose.ELECT);
        c.elect(option, false);
        kept.add(option);
        if (!first.contains(option)) first.add(option);
        minute(c, Stage.Kind.ELECT, option, "quotient", quotient);
        Fraction each = Fraction.ONE.over(most);
        for (int b = 0; b < share.length; b++) if (top[b] == option) share[b] = each;
        minute(c, Stage.Kind.TRANSFER, option, "contribution", quotient);
      } else {
        // 2.5b, and the count begins again without the excluded
        Fraction least = Collections.min(quotient.values());
        int option = c.lot(having(quotient, least), Tiebreak.Purpose.EXCLUDE);
        c.exclude(option);
        minute(c, Stage.Kind.EXCLUDE, option, "quotient", quotient);
        minute(c, Stage.Kind.TRANSFER, option, "excluded", quotient);
        if (c.complete()) break;
        for (int elected : kept) c.status[elected] = Count.Status.HOPEFUL;
        c.elected.removeAll(kept);
        kept.clear();
        Arrays.fill(share, Fraction.ZERO);
      }
    }
    c.finish(c.hopeful(), c.hopeful().size() <= c.seatsLeft());
    // in the order in which they first had a quota, which a restart does not take away
    first.removeIf(o -> !c.elected.contains(o));
    c.elected.removeAll(first);
    c.elected.addAll(0, first);
    return c.tally("qpq");
  }

  private static List<Integer> having(Map<Integer, Fraction> quotient, Fraction wanted) {
    return quotient.entrySet().stream()
        .filter(e -> e.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void minute(
      Count c, Stage.Kind kind, int option, String reason, Map<Integer, Fraction> quotient) {
    c.minute(kind, List.of(option), reason, Count.Moved.NOTHING, quotient, Optional.empty());
  }

  private static int top(Count c, Profile profile, int ballot) {
    for (int i = profile.start(ballot); i < profile.stop(ballot); i++) {
      if (c.status[profile.option(i)] == Count.Status.HOPEFUL) return profile.option(i);
    }
    return -1;
  }

  private static Fraction[] zeros(int n) {
    Fraction[] out = new Fraction[n];
    Arrays.fill(out, Fraction.ZERO);
    return out;
  }
}
