package veche.tally.approval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Payment;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// The method of equal shares (D. Peters and P. Skowron, "Proportionality and the limits of
/// welfarism", 2020): every voter has an equal part of the seats as money, an option costs 1, and
/// the option is bought for which nobody has to pay more than the least price; whoever has less
/// pays all that is left. What the voters cannot buy together is filled by a named completion:
///
/// - `approval-equal-shares`: Phragmén's sequential rule, the voters' money being what they have
///   earned already.
/// - `approval-equal-shares-with-av-completion`: most approvals.
/// - `approval-equal-shares-with-increment-completion`: everybody is given one n-th more, again and
///   again, until enough is bought.
/// - `approval-equal-shares-without-completion`: nothing; seats stay vacant.
public final class EqualShares implements Rule {
  private enum Completion {
    PHRAGMEN,
    APPROVAL,
    INCREMENT,
    NONE
  }

  /// What voters of each ballot have, or, once they earn, the time at which they had nothing.
  private record Money(boolean earning, List<Fraction> each) {}

  private final String name;
  private final Completion completion;

  private EqualShares(String name, Completion completion) {
    this.name = name;
    this.completion = completion;
  }

  public static EqualShares withPhragmen() {
    return new EqualShares("approval-equal-shares", Completion.PHRAGMEN);
  }

  public static EqualShares withApproval() {
    return new EqualShares("approval-equal-shares-with-av-completion", Completion.APPROVAL);
  }

  public static EqualShares withIncrement() {
    return new EqualShares("approval-equal-shares-with-increment-completion", Completion.INCREMENT);
  }

  public static EqualShares without() {
    return new EqualShares("approval-equal-shares-without-completion", Completion.NONE);
  }

  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only(name, Set.of());
    Approvals a = Approvals.of(terms, profile);
    if (completion == Completion.INCREMENT) return increments(terms, a);
    Fraction part = a.total == 0 ? Fraction.ZERO : Fraction.of(Approvals.seats(terms), a.total);
    return new Buying(terms, a, part, completion).tally(name, "price");
  }

  private Tally increments(Terms terms, Approvals a) {
    int k = Approvals.seats(terms);
    long approved = terms.standing().stream().filter(o -> a.support[o] > 0).count();
    if (approved < k) {
      return new Buying(terms, a, Fraction.ZERO, Completion.APPROVAL).tally(name, "price");
    }
    // with one unit of money each, whoever approves something can pay for it alone
    Optional<Tally> bought = Optional.empty();
    Set<List<Integer>> all = new HashSet<>();
    for (long units = k; bought.isEmpty() || all.isEmpty(); units++) {
      if (units > Math.multiplyExact(k, a.total) + 1) {
        throw new Malformed(name + ": no sum of money buys a committee");
      }
      Buying buying = new Buying(terms, a, Fraction.of(units, a.total), Completion.NONE);
      if (all.isEmpty()) {
        buying.all().stream().flatMap(List::stream).filter(c -> c.size() == k).forEach(all::add);
      }
      if (bought.isEmpty()) {
        Tally tally = buying.tally(name, "price");
        if (tally.winners().size() == k) bought = Optional.of(tally);
      }
    }
    return bought.get().withCommittees(Outcomes.sorted(all));
  }

  private static final class Buying extends Sequential<Money> {
    private final Approvals a;
    private final Fraction part;
    private final Completion completion;
    private final Payers payers;

    Buying(Terms terms, Approvals a, Fraction part, Completion completion) {
      super(terms);
      this.a = a;
      this.part = part;
      this.completion = completion;
      payers = new Payers(a);
    }

    @Override
    Money start() {
      return new Money(false, java.util.Collections.nCopies(a.size, part));
    }

    @Override
    Next next(Money money, List<Integer> committee, List<Integer> available) {
      if (!money.earning) {
        Map<Integer, Fraction> prices = new HashMap<>();
        for (int o : available) price(money, o).ifPresent(price -> prices.put(o, price));
        if (!prices.isEmpty()) return Phragmen.lowest(available, prices);
      }
      return switch (completion) {
        case PHRAGMEN -> Phragmen.lowest(available, times(money, available));
        case APPROVAL -> {
          Map<Integer, Fraction> approvals = new HashMap<>();
          for (int o : available) approvals.put(o, Fraction.of(a.support[o]));
          yield Separable.highest(available, approvals);
        }
        case INCREMENT, NONE -> new Next(List.of(), Map.of());
      };
    }

    /// The least price at which the voters of an option can pay 1 together.
    private Optional<Fraction> price(Money money, int option) {
      List<Integer> rich = new ArrayList<>();
      for (int b : a.supporters[option]) rich.add(b);
      Fraction paid = Fraction.ZERO;
      while (!rich.isEmpty()) {
        long voters = rich.stream().mapToLong(b -> a.weight[b]).sum();
        Fraction price = Fraction.ONE.minus(paid).over(voters);
        List<Integer> poor =
            rich.stream().filter(b -> money.each.get(b).compareTo(price) < 0).toList();
        if (poor.isEmpty()) return Optional.of(price);
        for (int b : poor) paid = paid.plus(money.each.get(b).times(a.weight[b]));
        rich.removeAll(new HashSet<>(poor));
      }
      return Optional.empty();
    }

    /// How long the voters of each option must earn until they have 1 together. While they earn, a
    /// voter has the time less [Money#each].
    private Map<Integer, Fraction> times(Money money, List<Integer> options) {
      Map<Integer, Fraction> out = new HashMap<>();
      for (int o : options) {
        if (a.support[o] == 0) continue;
        Fraction sum = Fraction.ONE;
        for (int b : a.supporters[o]) {
          Fraction since = money.earning ? money.each.get(b) : money.each.get(b).negated();
          sum = sum.plus(since.times(a.weight[b]));
        }
        out.put(o, sum.over(a.support[o]));
      }
      return out;
    }

    @Override
    List<Payment> paid(Money before, Money after, int option) {
      // whoever begins to earn has, in place of money, a load below nothing
      boolean turns = after.earning && !before.earning;
      return payers.step(
          option,
          b -> turns ? before.each.get(b).negated() : before.each.get(b),
          b -> after.each.get(b));
    }

    @Override
    String reason(Money before, Money after, String reason) {
      if (after.earning) return "load";
      return before.equals(after) ? "score" : reason;
    }

    @Override
    Money add(Money money, List<Integer> committee, int option) {
      Optional<Fraction> price = money.earning ? Optional.empty() : price(money, option);
      List<Fraction> each = new ArrayList<>(money.each);
      if (price.isPresent()) {
        for (int b : a.supporters[option]) {
          each.set(b, each.get(b).minus(each.get(b).min(price.get())));
        }
        return new Money(false, List.copyOf(each));
      }
      if (completion == Completion.PHRAGMEN) {
        if (!money.earning) each.replaceAll(Fraction::negated);
        Fraction time = times(money, List.of(option)).get(option);
        if (time != null) for (int b : a.supporters[option]) each.set(b, time);
        return new Money(true, List.copyOf(each));
      }
      return money;
    }
  }
}
