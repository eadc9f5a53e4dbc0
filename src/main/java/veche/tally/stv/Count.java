package veche.tally.stv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import veche.tally.Fraction;
import veche.tally.Guard;
import veche.tally.Profile;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// The table at which a count by transferable votes takes place: whose parcels lie where, who is
/// elected or excluded, and the minutes. The rules say what happens; this moves the papers.
///
/// Papers lie in parcels of one value, as a returning officer keeps them, so moving a parcel costs
/// one step for each distinct ballot in it and one multiplication for the whole.
final class Count {
  enum Status {
    HOPEFUL,
    PENDING,
    ELECTED,
    EXCLUDED,
    WITHDRAWN
  }

  private static final class Parcel {
    final Fraction value;
    int[] ballots = new int[8];
    int size;
    long papers;

    Parcel(Fraction value) {
      this.value = value;
    }

    void add(int ballot, long weight) {
      if (size == ballots.length) ballots = Arrays.copyOf(ballots, size * 2);
      ballots[size++] = ballot;
      papers += weight;
    }
  }

  final Profile profile;
  final Terms terms;
  final Arithmetic arithmetic;
  final Status[] status;
  final Fraction[] votes;
  final List<Integer> elected = new ArrayList<>();
  final List<Integer> excluded = new ArrayList<>();
  final List<Stage> stages = new ArrayList<>();
  final List<Tiebreak> ties = new ArrayList<>();
  final Map<Profile.End, Fraction> exhausted = new EnumMap<>(Profile.End.class);
  private final List<List<Parcel>> held = new ArrayList<>();
  private final int[] at;
  private final boolean[] overvoted;
  private boolean overvotesEnd;

  /// Papers with a mark, effective or not, once they were distributed.
  private long cast;

  /// The votes at the end of every round so far.
  private final List<Fraction[]> history = new ArrayList<>();

  int round;

  /// All seats are filled: what moves now goes to nobody.
  boolean closed;

  Fraction quota = Fraction.ZERO;
  final Guard guard;

  Count(Terms terms, Profile profile, Arithmetic arithmetic) {
    this.terms = terms;
    this.profile = profile;
    this.arithmetic = arithmetic;
    guard = terms.guard();
    status = new Status[terms.options()];
    votes = new Fraction[terms.options()];
    Arrays.fill(votes, Fraction.ZERO);
    for (int o = 0; o < status.length; o++) {
      status[o] = terms.withdrawn().contains(o) ? Status.WITHDRAWN : Status.HOPEFUL;
      held.add(new ArrayList<>());
    }
    overvoted = new boolean[profile.hasEqualRanks() ? profile.size() : 0];
    at = new int[profile.size()];
    for (int b = 0; b < at.length; b++) at[b] = profile.start(b);
  }

  // ---- who stands where

  List<Integer> having(Status wanted) {
    return IntStream.range(0, status.length).filter(o -> status[o] == wanted).boxed().toList();
  }

  List<Integer> hopeful() {
    return having(Status.HOPEFUL);
  }

  List<Integer> pending() {
    return having(Status.PENDING);
  }

  int seatsLeft() {
    return terms.seats() - elected.size();
  }

  boolean complete() {
    return seatsLeft() <= 0 || hopeful().size() - doomed().size() <= seatsLeft();
  }

  /// counting §7: whom the constraints let nobody elect any more.
  List<Integer> doomed() {
    return guard.isEmpty() || seatsLeft() <= 0 ? List.of() : guard.doomed(elected, hopeful());
  }

  /// Whom an exclusion may hit: the hopeful without those whom the constraints guard.
  List<Integer> excludable() {
    if (guard.isEmpty()) return hopeful();
    List<Integer> guarded = guard.guarded(elected, hopeful());
    return hopeful().stream().filter(o -> !guarded.contains(o)).toList();
  }

  /// Elects everybody with enough votes, in this order; under constraints one by one, the most
  /// votes first and equal ones by lot, as long as each may still be elected.
  void eachOver(List<Integer> order, Predicate<Fraction> enough, IntConsumer elect) {
    if (guard.isEmpty()) {
      for (int option : order) if (enough.test(votes[option])) elect.accept(option);
      return;
    }
    while (seatsLeft() > 0) {
      List<Integer> doomed = doomed();
      List<Integer> over =
          hopeful().stream().filter(o -> enough.test(votes[o]) && !doomed.contains(o)).toList();
      if (over.isEmpty()) return;
      elect.accept(lot(highest(over), Tiebreak.Purpose.ELECT));
    }
  }

  /// How an exclusion is told: of those with fewer votes, some may have been guarded.
  String fewest(int out) {
    boolean passedOver =
        !guard.isEmpty()
            && guard.guarded(elected, hopeful()).stream()
                .anyMatch(o -> arithmetic.compare(votes[o], votes[out]) <= 0);
    return passedOver ? "fewest-unguarded" : "fewest";
  }

  /// Takes out all who are doomed in one step, each paper at the value it has; false when nobody
  /// is.
  boolean excludeDoomed() {
    List<Integer> out = doomed();
    for (int option : out) {
      exclude(option);
      minute(Stage.Kind.EXCLUDE, List.of(option), "doomed");
    }
    if (out.isEmpty()) return false;
    Moved moved = transfer(out, value -> value);
    for (int option : out) votes[option] = Fraction.ZERO;
    minute(Stage.Kind.TRANSFER, out, "excluded", moved, Map.of(), Optional.empty());
    return true;
  }

  List<Integer> byVotes(List<Integer> among) {
    return among.stream().sorted(Comparator.comparing(o -> votes[o])).toList();
  }

  /// Most votes first; equal ones in the order of the options.
  List<Integer> byVotesDown(List<Integer> among) {
    return among.stream().sorted(Comparator.comparing((Integer o) -> votes[o]).reversed()).toList();
  }

  List<Integer> lowest(List<Integer> among) {
    Fraction low = among.stream().map(o -> votes[o]).min(arithmetic::compare).orElseThrow();
    return among.stream().filter(o -> arithmetic.compare(votes[o], low) == 0).toList();
  }

  List<Integer> highest(List<Integer> among) {
    Fraction high = among.stream().map(o -> votes[o]).max(arithmetic::compare).orElseThrow();
    return among.stream().filter(o -> arithmetic.compare(votes[o], high) == 0).toList();
  }

  Fraction sum(List<Integer> among) {
    return among.stream().map(o -> votes[o]).reduce(Fraction.ZERO, Fraction::plus);
  }

  Fraction surplus(List<Integer> among) {
    return sum(among).minus(quota.times(among.size()));
  }

  void elect(int option, boolean transferPending) {
    status[option] = transferPending ? Status.PENDING : Status.ELECTED;
    elected.add(option);
  }

  void exclude(int option) {
    status[option] = Status.EXCLUDED;
    excluded.add(option);
  }

  // ---- ties

  /// By the lot of the terms: the first of the equal ones in its order.
  int lot(List<Integer> equal, Tiebreak.Purpose purpose) {
    if (equal.size() == 1) return equal.getFirst();
    int chosen = terms.lot().stream().filter(equal::contains).findFirst().orElseThrow();
    ties.add(new Tiebreak(equal, purpose, Tiebreak.Method.LOT, -1, chosen));
    return chosen;
  }

  /// By the most recent earlier round in which they differ; of those equal there, too, by the round
  /// before; then by lot.
  int backwards(List<Integer> equal, Tiebreak.Purpose purpose) {
    if (equal.size() == 1) return equal.getFirst();
    List<Integer> left = equal;
    for (int r = history.size() - 1; r >= 0; r--) {
      Fraction[] then = history.get(r);
      Comparator<Fraction> better =
          purpose == Tiebreak.Purpose.EXCLUDE
              ? Comparator.reverseOrder()
              : Comparator.naturalOrder();
      Fraction best = left.stream().map(o -> then[o]).max(better).orElseThrow();
      left = left.stream().filter(o -> then[o].equals(best)).toList();
      if (left.size() == 1) {
        ties.add(new Tiebreak(equal, purpose, Tiebreak.Method.EARLIER, r, left.getFirst()));
        return left.getFirst();
      }
    }
    return lot(left, purpose);
  }

  /// As [#backwards], where the present round is the last of those that count as past.
  int earlierRounds(List<Integer> equal, Tiebreak.Purpose purpose) {
    List<Integer> left = equal;
    for (int r = history.size() - 2; r >= 0 && left.size() > 1; r--) {
      Fraction[] then = history.get(r);
      Comparator<Fraction> better =
          purpose == Tiebreak.Purpose.EXCLUDE
              ? Comparator.reverseOrder()
              : Comparator.naturalOrder();
      Fraction best = left.stream().map(o -> then[o]).max(better).orElseThrow();
      left = left.stream().filter(o -> then[o].equals(best)).toList();
      if (left.size() == 1) {
        ties.add(new Tiebreak(equal, purpose, Tiebreak.Method.EARLIER, r, left.getFirst()));
        return left.getFirst();
      }
    }
    return lot(left, purpose);
  }

  void nextRound() {
    history.add(votes.clone());
    round++;
  }

  // ---- papers

  /// Every ballot goes to its first option that stands.
  void distribute() {
    Parcel[] to = new Parcel[status.length];
    for (int b = 0; b < profile.size(); b++) {
      if (profile.end(b) == Profile.End.BLANK && profile.isEmpty(b)) continue;
      cast += profile.weight(b);
      int option = next(b);
      if (option < 0) {
        end(b, Fraction.of(profile.weight(b)));
        continue;
      }
      Parcel parcel = to[option];
      if (parcel == null) parcel = to[option] = new Parcel(Fraction.ONE);
      parcel.add(b, profile.weight(b));
    }
    for (int o = 0; o < to.length; o++) {
      if (to[o] instanceof Parcel parcel) {
        held.get(o).add(parcel);
        votes[o] = Fraction.of(parcel.papers);
      }
    }
  }

  /// Several options at one place end a ballot when it gets there and more than one of them stands
  /// (counting §4.12).
  void equalRanksEnd() {
    overvotesEnd = profile.hasEqualRanks();
  }

  private int next(int ballot) {
    if (closed) return -1;
    if (overvotesEnd) return nextWithOvervotes(ballot);
    int stop = profile.stop(ballot);
    int i = at[ballot];
    while (i < stop && status[profile.option(i)] != Status.HOPEFUL) i++;
    at[ballot] = i;
    return i < stop ? profile.option(i) : -1;
  }

  private int nextWithOvervotes(int ballot) {
    int stop = profile.stop(ballot);
    int i = at[ballot];
    while (i < stop) {
      int found = -1;
      int standing = 0;
      int j = i;
      do {
        int option = profile.option(j++);
        if (status[option] != Status.HOPEFUL) continue;
        found = option;
        standing++;
      } while (j < stop && profile.equal(j));
      if (standing == 1) {
        at[ballot] = i;
        return found;
      }
      if (standing > 1) {
        // once ended it stays so, whoever leaves later
        at[ballot] = stop;
        overvoted[ballot] = true;
        return -1;
      }
      i = j;
    }
    at[ballot] = stop;
    return -1;
  }

  private Profile.End why(int ballot) {
    return overvotesEnd && overvoted[ballot] ? Profile.End.OVERVOTE : profile.end(ballot);
  }

  private void end(int ballot, Fraction value) {
    exhausted.merge(why(ballot), value, Fraction::plus);
  }

  /// What a transfer did.
  ///
  /// @param values per option that gave papers away, what they were worth and what they are worth
  record Moved(
      Map<Integer, Fraction> to, Fraction ended, Map<Integer, Map<Fraction, Fraction>> values) {
    static final Moved NOTHING = new Moved(Map.of(), Fraction.ZERO, Map.of());
  }

  /// All papers of these options go to their next option that stands, each at its new value.
  Moved transfer(List<Integer> from, UnaryOperator<Fraction> revalue) {
    Map<Fraction, Parcel[]> arriving = new LinkedHashMap<>();
    Map<Integer, Fraction> to = new LinkedHashMap<>();
    Fraction ended = Fraction.ZERO;
    Map<Fraction, EnumMap<Profile.End, Long>> ending = new LinkedHashMap<>();
    Map<Integer, Map<Fraction, Fraction>> values = new LinkedHashMap<>();
    for (int option : from) {
      Map<Fraction, Fraction> worth = new LinkedHashMap<>();
      values.put(option, worth);
      for (Parcel parcel : held.get(option)) {
        Fraction value = revalue.apply(parcel.value);
        worth.put(parcel.value, value);
        Parcel[] targets = arriving.computeIfAbsent(value, v -> new Parcel[status.length]);
        EnumMap<Profile.End, Long> ends =
            ending.computeIfAbsent(value, v -> new EnumMap<>(Profile.End.class));
        for (int i = 0; i < parcel.size; i++) {
          int b = parcel.ballots[i];
          int target = next(b);
          if (target < 0) {
            ends.merge(why(b), profile.weight(b), Long::sum);
          } else {
            Parcel p = targets[target];
            if (p == null) p = targets[target] = new Parcel(value);
            p.add(b, profile.weight(b));
          }
        }
      }
      held.get(option).clear();
    }
    for (Parcel[] targets : arriving.values()) {
      for (int o = 0; o < targets.length; o++) {
        if (targets[o] instanceof Parcel parcel) {
          Fraction added = parcel.value.times(parcel.papers);
          held.get(o).add(parcel);
          votes[o] = votes[o].plus(added);
          to.merge(o, added, Fraction::plus);
        }
      }
    }
    for (var byValue : ending.entrySet()) {
      for (var byReason : byValue.getValue().entrySet()) {
        Fraction gone = byValue.getKey().times(byReason.getValue());
        exhausted.merge(byReason.getKey(), gone, Fraction::plus);
        ended = ended.plus(gone);
      }
    }
    return new Moved(to, ended, values);
  }

  // ---- minutes

  void minute(Stage.Kind kind, List<Integer> options, String reason) {
    minute(kind, options, reason, Moved.NOTHING, Map.of(), Optional.empty());
  }

  void minute(Stage.Kind kind, int option, String reason, Moved moved) {
    minute(kind, List.of(option), reason, moved, Map.of(), Optional.empty());
  }

  void minute(
      Stage.Kind kind,
      List<Integer> options,
      String reason,
      Moved moved,
      Map<Integer, Fraction> keep,
      Optional<Fraction> surplus) {
    List<Optional<Fraction>> now = new ArrayList<>();
    for (int o = 0; o < votes.length; o++) {
      now.add(status[o] == Status.WITHDRAWN ? Optional.empty() : Optional.of(votes[o]));
    }
    Fraction out = exhausted.values().stream().reduce(Fraction.ZERO, Fraction::plus);
    Fraction in = now.stream().flatMap(Optional::stream).reduce(Fraction.ZERO, Fraction::plus);
    stages.add(
        new Stage(
            round,
            kind,
            options,
            now,
            elected,
            excluded,
            Optional.of(quota),
            exhausted,
            surplus,
            keep,
            moved.to,
            moved.ended,
            Fraction.of(cast == 0 ? profile.marked() : cast).minus(out).minus(in),
            moved.values,
            reason));
  }

  /// Whether the seats that are left are as many as those who may still be elected.
  boolean allRemaining() {
    return hopeful().size() - doomed().size() <= seatsLeft();
  }

  /// The seats that are left go to those who are left; whoever is left then is not elected.
  void finish(List<Integer> rest, boolean withRest) {
    for (int option : doomed()) {
      exclude(option);
      minute(Stage.Kind.EXCLUDE, List.of(option), "doomed");
    }
    for (int option : rest) {
      if (status[option] != Status.HOPEFUL) continue;
      if (elected.size() < terms.seats() && withRest) {
        elect(option, false);
        minute(Stage.Kind.ELECT, List.of(option), "remaining");
      } else {
        exclude(option);
        minute(Stage.Kind.EXCLUDE, List.of(option), "rest");
      }
    }
  }

  Tally tally(String rule) {
    minute(Stage.Kind.END, List.of(), "end");
    return new Tally(
        rule,
        terms.seats(),
        elected,
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(stages.isEmpty() ? null : stages.getFirst().quota().orElse(null)),
        stages,
        ties,
        arithmetic.display());
  }
}
