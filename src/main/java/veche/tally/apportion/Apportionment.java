package veche.tally.apportion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import veche.tally.Fraction;
import veche.tally.Tiebreak;
import veche.wire.Malformed;

/// Seats for lists by their votes (M. Balinski and H. P. Young, "Fair Representation", 1982; F.
/// Pukelsheim, "Proportional Representation", 2017). All comparisons are of exact quotients; equal
/// ones that compete for the last seats are named and decided by lot.
public final class Apportionment {
  /// How seats follow from votes.
  public enum Method {
    /// Hare and Niemeyer, Hamilton: votes · seats ÷ all, rounded down; seats left over go to the
    /// largest remainders.
    LARGEST_REMAINDER,
    /// D'Hondt, Jefferson: each next seat to the greatest votes ÷ (seats so far + 1).
    D_HONDT,
    /// Sainte-Laguë, Webster: each next seat to the greatest votes ÷ (2 · seats so far + 1).
    SAINTE_LAGUE
  }

  private Apportionment() {}

  /// @param seats of each list
  /// @param quotients of [Method#LARGEST_REMAINDER] the exact quota of each list, of the others the
  ///   quotient with which it took its last seat, 0 for none
  /// @param ties equal lists of which not all got one of the last seats
  public record Seats(List<Long> seats, List<Fraction> quotients, List<Tiebreak> ties) {
    public Seats {
      seats = List.copyOf(seats);
      quotients = List.copyOf(quotients);
      ties = List.copyOf(ties);
    }
  }

  /// @param votes of each list, of those that passed any threshold; others have 0
  /// @param lot every list once: of equal ones the earlier takes the seat
  public static Seats of(Method method, List<Long> votes, long seats, List<Integer> lot) {
    return of(method, votes, votes.stream().reduce(0L, Math::addExact), seats, lot);
  }

  /// @param base the votes whose part a seat is, for [Method#LARGEST_REMAINDER]: those of the lists
  ///   that take part, or all that were cast, where a law says so
  public static Seats of(
      Method method, List<Long> votes, long base, long seats, List<Integer> lot) {
    if (votes.stream().anyMatch(v -> v < 0)) throw new Malformed("votes: expected 0 or more");
    if (seats < 0 || seats > 1_000_000) throw new Malformed("seats: expected 0 to 1000000");
    if (!lot.stream().sorted().toList().equals(IntStream.range(0, votes.size()).boxed().toList())) {
      throw new Malformed("lot: expected every list once");
    }
    long all = votes.stream().reduce(0L, Math::addExact);
    if (all == 0) throw new Malformed("votes: nobody has any");
    if (base < all) throw new Malformed("base: fewer votes than the lists have together");
    return method == Method.LARGEST_REMAINDER
        ? remainders(votes, base, seats, lot)
        : divisors(method, votes, seats, lot);
  }

  private static Seats remainders(List<Long> votes, long all, long seats, List<Integer> lot) {
    List<Long> given = new ArrayList<>();
    List<Fraction> quotas = new ArrayList<>();
    TreeMap<Fraction, List<Integer>> rest = new TreeMap<>(Comparator.reverseOrder());
    long left = seats;
    for (int i = 0; i < votes.size(); i++) {
      Fraction quota = Fraction.of(votes.get(i)).times(seats).over(all);
      quotas.add(quota);
      long whole = quota.floor().longValueExact();
      given.add(whole);
      left -= whole;
      if (votes.get(i) > 0) {
        rest.computeIfAbsent(quota.minus(Fraction.of(whole)), r -> new ArrayList<>()).add(i);
      }
    }
    List<Tiebreak> ties = new ArrayList<>();
    // with a base of more votes than the lists have, seats may be left after one round
    while (left > 0) {
      for (Map.Entry<Fraction, List<Integer>> equal : rest.entrySet()) {
        for (int list : chosen(equal.getValue(), left, lot, ties)) {
          given.set(list, given.get(list) + 1);
          left--;
        }
      }
    }
    return new Seats(given, quotas, ties);
  }

  /// So many of these by lot.
  private static List<Integer> chosen(
      List<Integer> equal, long places, List<Integer> lot, List<Tiebreak> ties) {
    if (equal.size() <= places) return equal;
    if (places == 0) return List.of();
    List<Integer> out = lot.stream().filter(equal::contains).limit(places).toList();
    for (int chosen : out) {
      ties.add(new Tiebreak(equal, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, chosen));
    }
    return out;
  }

  private static Seats divisors(Method method, List<Long> votes, long seats, List<Integer> lot) {
    long[] given = new long[votes.size()];
    Fraction[] last = new Fraction[votes.size()];
    java.util.Arrays.fill(last, Fraction.ZERO);
    List<Tiebreak> ties = new ArrayList<>();
    long left = seats;
    while (left > 0) {
      Fraction best = Fraction.ZERO;
      List<Integer> equal = new ArrayList<>();
      for (int i = 0; i < given.length; i++) {
        long divisor = method == Method.D_HONDT ? given[i] + 1 : 2 * given[i] + 1;
        Fraction quotient = Fraction.of(votes.get(i), divisor);
        int by = quotient.compareTo(best);
        if (by > 0) {
          equal.clear();
          best = quotient;
        }
        if (by >= 0 && quotient.signum() > 0) equal.add(i);
      }
      for (int list : chosen(equal, left, lot, ties)) {
        given[list]++;
        last[list] = best;
        left--;
      }
    }
    return new Seats(java.util.Arrays.stream(given).boxed().toList(), List.of(last), ties);
  }
}
