package veche.tally;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// counting §3: what one group of ballots paid for a member, under a rule in which ballots pay.
///
/// @param approve the members elected before whom these ballots approve, in order of election;
///   empty, too, where groups were put together because they are too many
/// @param ballots how many papers
/// @param before the money that each had left, or the load that each bore, before this member
/// @param paid by each: that much less money, or that much more load
public record Payment(List<Integer> approve, long ballots, Fraction before, Fraction paid) {
  public Payment {
    approve = List.copyOf(approve);
    if (ballots <= 0) throw new IllegalArgumentException("a group without a ballot");
    if (paid.signum() <= 0) throw new IllegalArgumentException("a payment of nothing");
  }

  public Fraction together() {
    return paid.times(ballots);
  }

  /// Groups that had and paid the same are one, whoever they approve; the highest payment first.
  public static List<Payment> sums(List<Payment> all) {
    Map<Fraction, Map<Fraction, Long>> found = new TreeMap<>();
    for (Payment one : all) {
      found
          .computeIfAbsent(one.paid, p -> new TreeMap<>())
          .merge(one.before, one.ballots, Math::addExact);
    }
    List<Payment> out = new ArrayList<>();
    found.forEach(
        (paid, by) -> by.forEach((before, n) -> out.add(new Payment(List.of(), n, before, paid))));
    return List.copyOf(out.reversed());
  }
}
