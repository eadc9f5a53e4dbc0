package veche.tally.approval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.tally.Fraction;
import veche.tally.Guard;
import veche.tally.Payment;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Committees that grow (or shrink) by one option at a time. One run follows the lot; another
/// follows every tie, so that all outcomes are known that any lot could have brought.
///
/// @param <S> what a rule remembers between the steps, with `equals`
abstract class Sequential<S> {
  /// Outcomes and unfinished committees that are followed; more are not told.
  static final int MOST = 50_000;

  /// What the next step says of the options.
  ///
  /// @param best the equally good ones; empty ends the count
  /// @param score of each available option, by which they are the best; for reading
  record Next(List<Integer> best, Map<Integer, Fraction> score) {}

  final Terms terms;
  final int seats;

  Sequential(Terms terms) {
    this.terms = terms;
    seats = Approvals.seats(terms);
  }

  abstract S start();

  /// @param available not in the committee, and, under constraints, not doomed
  abstract Next next(S state, List<Integer> committee, List<Integer> available);

  abstract S add(S state, List<Integer> committee, int option);

  /// Who paid for the option, of rules in which ballots pay; asked once for each step in turn.
  List<Payment> paid(S before, S after, int option) {
    return List.of();
  }

  /// What the score of a step is, for rules that go over to another way of choosing.
  String reason(S before, S after, String reason) {
    return reason;
  }

  private record Node<S>(List<Integer> committee, S state) {}

  final Tally tally(String rule) {
    return tally(rule, "score");
  }

  /// @param reason names the score for the words
  final Tally tally(String rule, String reason) {
    Guard guard = terms.guard();
    List<Tiebreak> ties = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    List<Integer> committee = new ArrayList<>();
    S state = start();
    while (committee.size() < seats) {
      List<Integer> available = available(guard, committee);
      Next next = next(state, List.copyOf(committee), available);
      if (next.best.isEmpty()) break;
      int chosen = next.best.getFirst();
      if (next.best.size() > 1) {
        chosen = terms.lot().stream().filter(next.best::contains).findFirst().orElseThrow();
        ties.add(
            new Tiebreak(
                next.best.stream().sorted().toList(),
                Tiebreak.Purpose.ELECT,
                Tiebreak.Method.LOT,
                -1,
                chosen));
      }
      S before = state;
      state = add(before, List.copyOf(committee), chosen);
      committee.add(chosen);
      String why = reason(before, state, reason);
      List<Payment> paid = paid(before, state, chosen);
      stages.add(stage(stages.size(), chosen, committee, next.score, why, paid));
    }
    Tally out =
        new Tally(
            rule,
            terms.seats(),
            committee,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            stages,
            ties,
            0);
    if (!guard.isEmpty()) return out;
    return ties.isEmpty()
        ? out.withCommittees(List.of(committee.stream().sorted().toList()))
        : all().map(out::withCommittees).orElse(out);
  }

  private List<Integer> available(Guard guard, List<Integer> committee) {
    List<Integer> out = terms.standing().stream().filter(o -> !committee.contains(o)).toList();
    List<Integer> doomed = guard.doomed(committee, out);
    return doomed.isEmpty() ? out : out.stream().filter(o -> !doomed.contains(o)).toList();
  }

  /// Every outcome, or nothing when there are too many to tell.
  final Optional<List<List<Integer>>> all() {
    Set<List<Integer>> found = new HashSet<>();
    Set<Node<S>> seen = new HashSet<>();
    Deque<Node<S>> open = new ArrayDeque<>();
    open.push(new Node<>(List.of(), start()));
    while (!open.isEmpty()) {
      Node<S> node = open.pop();
      List<Integer> available =
          terms.standing().stream().filter(o -> !node.committee.contains(o)).toList();
      Next next =
          node.committee.size() == seats
              ? new Next(List.of(), Map.of())
              : next(node.state, node.committee, available);
      if (next.best.isEmpty()) {
        found.add(node.committee);
        continue;
      }
      for (int option : next.best) {
        List<Integer> more = new ArrayList<>(node.committee);
        more.add(option);
        more.sort(null);
        Node<S> child = new Node<>(List.copyOf(more), add(node.state, node.committee, option));
        if (seen.add(child)) open.push(child);
      }
      if (seen.size() > MOST) return Optional.empty();
    }
    return Optional.of(Outcomes.sorted(found));
  }

  private Stage stage(
      int round,
      int chosen,
      List<Integer> committee,
      Map<Integer, Fraction> score,
      String reason,
      List<Payment> paid) {
    List<Optional<Fraction>> shown = new ArrayList<>();
    for (int o = 0; o < terms.options(); o++) shown.add(Optional.ofNullable(score.get(o)));
    return new Stage(
        round,
        Stage.Kind.ELECT,
        List.of(chosen),
        shown,
        committee,
        List.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Fraction.ZERO,
        Fraction.ZERO,
        Map.of(),
        reason,
        paid);
  }
}
