package veche.tally.approval;

import java.math.BigInteger;
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
import veche.wire.Malformed;

/// Thiele's methods (T. N. Thiele, "Om Flerfoldsvalg", 1895; M. Lackner and P. Skowron,
/// "Multi-Winner Voting with Approval Preferences", 2023, §2.2): a ballot that approves j members
/// of a committee gives it w(1) + … + w(j) points.
///
/// | measure | w(j) |
/// |---|---|
/// | `pav` | 1/j |
/// | `slav` | 1/(2j − 1) |
/// | `cc` | 1 for j = 1, then 0 (Chamberlin and Courant 1983) |
/// | `lexcc` | as `cc`; equal ones by how many ballots have two members, then three, … |
/// | `adams` | as `cc`; equal ones by 1/(j − 1) for j > 1 |
/// | `geom` | `base`^−j |
///
/// A committee of the most points is found by looking at all of up to [Outcomes#MOST]; `seq` adds
/// the option of the largest gain, one at a time; `revseq` takes away that of the smallest loss.
public final class Thiele implements Rule {
  private enum Form {
    BEST,
    ADDING,
    TAKING
  }

  private final String name;
  private final String measure;
  private final Form form;

  private Thiele(String name, String measure, Form form) {
    this.name = name;
    this.measure = measure;
    this.form = form;
  }

  public static Thiele best(String measure) {
    return new Thiele("approval-" + measure, measure, Form.BEST);
  }

  public static Thiele adding(String measure) {
    return new Thiele("approval-seq" + measure, measure, Form.ADDING);
  }

  public static Thiele taking(String measure) {
    return new Thiele("approval-revseq" + measure, measure, Form.TAKING);
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    Set<String> known = measure.equals("geom") ? Set.of("base") : Set.of();
    if (form == Form.ADDING) terms.known(name, known);
    else terms.only(name, known);
    Approvals a = Approvals.of(terms, profile);
    List<List<Fraction>> points = points(terms, a.options);
    return switch (form) {
      case BEST -> search(terms, a, points);
      case ADDING -> adding(terms, a, points);
      case TAKING -> taking(terms, a, points);
    };
  }

  /// `points[d][j]`: what the j-th member (from 1) gives on the d-th level of the measure.
  private List<List<Fraction>> points(Terms terms, int most) {
    List<List<Fraction>> out = new ArrayList<>();
    int levels = measure.equals("lexcc") ? most : measure.equals("adams") ? 2 : 1;
    Fraction base = Fraction.parse(terms.parameter("base", "2"));
    if (base.compareTo(Fraction.ONE) <= 0) throw new Malformed("base: expected more than 1");
    for (int d = 0; d < levels; d++) {
      List<Fraction> level = new ArrayList<>(List.of(Fraction.ZERO));
      Fraction power = Fraction.ONE;
      for (int j = 1; j <= most; j++) {
        power = power.over(base);
        level.add(
            switch (measure) {
              case "pav" -> Fraction.of(1, j);
              case "slav" -> Fraction.of(1, 2L * j - 1);
              case "geom" -> power;
              case "lexcc" -> j == d + 1 ? Fraction.ONE : Fraction.ZERO;
              case "adams" ->
                  d == 0
                      ? (j == 1 ? Fraction.ONE : Fraction.ZERO)
                      : (j == 1 ? Fraction.ZERO : Fraction.of(1, j - 1L));
              default -> j == 1 ? Fraction.ONE : Fraction.ZERO;
            });
      }
      out.add(level);
    }
    return out;
  }

  private Tally search(Terms terms, Approvals a, List<List<Fraction>> points) {
    int k = Approvals.seats(terms);
    List<List<BigInteger>> whole = points.stream().map(level -> whole(level, k)).toList();
    boolean[] in = new boolean[a.options];
    List<List<Integer>> best =
        Outcomes.best(
            name,
            terms.standing(),
            k,
            committee -> {
              for (int o : committee) in[o] = true;
              long[] having = new long[k + 1];
              for (int b = 0; b < a.size; b++) {
                int members = 0;
                for (int o : a.approved[b]) if (in[o]) members++;
                having[members] += a.weight[b];
              }
              for (int o : committee) in[o] = false;
              return score(having, whole);
            },
            Thiele::compare);
    return Outcomes.tally(name, terms, best);
  }

  /// Points over their common denominator, added up: `[j]` is what j members give.
  private static List<BigInteger> whole(List<Fraction> level, int k) {
    BigInteger common = BigInteger.ONE;
    for (Fraction f : level.subList(0, k + 1)) {
      common = common.multiply(f.bottom()).divide(common.gcd(f.bottom()));
    }
    List<BigInteger> out = new ArrayList<>();
    BigInteger sum = BigInteger.ZERO;
    for (Fraction f : level.subList(0, k + 1)) {
      sum = sum.add(f.top().multiply(common).divide(f.bottom()));
      out.add(sum);
    }
    return out;
  }

  private static BigInteger[] score(long[] having, List<List<BigInteger>> points) {
    BigInteger[] out = new BigInteger[points.size()];
    for (int d = 0; d < out.length; d++) {
      BigInteger sum = BigInteger.ZERO;
      for (int j = 1; j < having.length; j++) {
        if (having[j] > 0) {
          sum = sum.add(points.get(d).get(j).multiply(BigInteger.valueOf(having[j])));
        }
      }
      out[d] = sum;
    }
    return out;
  }

  private static int compare(BigInteger[] a, BigInteger[] b) {
    for (int d = 0; d < a.length; d++) {
      int by = a[d].compareTo(b[d]);
      if (by != 0) return by;
    }
    return 0;
  }

  private Tally adding(Terms terms, Approvals a, List<List<Fraction>> points) {
    return new Sequential<Boolean>(terms) {
      @Override
      Boolean start() {
        return true;
      }

      @Override
      Next next(Boolean state, List<Integer> committee, List<Integer> available) {
        return Separable.highest(
            available, marginal(a, points.getFirst(), committee, available, 1));
      }

      @Override
      Boolean add(Boolean state, List<Integer> committee, int option) {
        return true;
      }
    }.tally(name);
  }

  /// What each option gives as one more member (`next` = 1) or gives as a member (0).
  private static Map<Integer, Fraction> marginal(
      Approvals a,
      List<Fraction> points,
      List<Integer> committee,
      List<Integer> options,
      int next) {
    boolean[] in = new boolean[a.options];
    for (int o : committee) in[o] = true;
    // weight of the ballots approving an option that have j members
    long[][] having = new long[committee.size() + 1][a.options];
    for (int b = 0; b < a.size; b++) {
      int members = 0;
      for (int o : a.approved[b]) if (in[o]) members++;
      for (int o : a.approved[b]) having[members][o] += a.weight[b];
    }
    Map<Integer, Fraction> out = new HashMap<>();
    for (int o : options) {
      Fraction sum = Fraction.ZERO;
      for (int j = 0; j < having.length; j++) {
        if (having[j][o] > 0) sum = sum.plus(points.get(j + next).times(having[j][o]));
      }
      out.put(o, sum);
    }
    return out;
  }

  private Tally taking(Terms terms, Approvals a, List<List<Fraction>> points) {
    int out = terms.standing().size() - Approvals.seats(terms);
    // a committee of those who leave
    Terms leaving = terms.seats(out);
    Sequential<Boolean> run =
        new Sequential<>(leaving) {
          @Override
          Boolean start() {
            return true;
          }

          @Override
          Next next(Boolean state, List<Integer> gone, List<Integer> left) {
            Map<Integer, Fraction> loss = marginal(a, points.getFirst(), left, left, 0);
            Fraction least = Collections.min(loss.values());
            return new Next(
                left.stream()
                    .filter(o -> loss.getOrDefault(o, Fraction.ZERO).equals(least))
                    .toList(),
                loss);
          }

          @Override
          Boolean add(Boolean state, List<Integer> gone, int option) {
            return true;
          }
        };
    // whoever the lot chooses, here to stay, leaves last
    List<List<Integer>> all =
        run.all().orElseThrow(() -> new Malformed(name + ": more tied outcomes than can be told"));
    return Outcomes.tally(
        name,
        terms,
        all.stream()
            .map(gone -> terms.standing().stream().filter(o -> !gone.contains(o)).toList())
            .toList());
  }
}
