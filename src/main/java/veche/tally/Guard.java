package veche.tally;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import veche.election.Constraint;
import veche.wire.Malformed;

/// counting §7: which options a count may still elect and which it may still exclude, so that every
/// group ends with at least and at most its seats (Grey and Fitzgerald, "Accommodating constraints
/// in STV", 2001). An option is *doomed* when no allowed set of winners has it beside those already
/// elected, and *guarded* when each allowed set has it. Groups do not overlap, so both follow from
/// counting the groups; of one state no option is both.
public final class Guard {
  private final List<Constraint> constraints;
  private final int options;
  private final int seats;
  private final Set<Integer> sitting;

  /// @param standing those who can be elected at all
  /// @param seats to be filled; more than `standing` means all of them
  /// @param sitting members who must be among the elected
  public Guard(
      List<Constraint> constraints,
      int options,
      Collection<Integer> standing,
      int seats,
      Set<Integer> sitting) {
    this.constraints = List.copyOf(constraints);
    this.options = options;
    this.seats = Math.min(seats, standing.size());
    this.sitting = Set.copyOf(sitting);
    if (isEmpty()) return;
    if (!standing.containsAll(sitting)) {
      throw new Malformed("sitting: a member who keeps a seat does not stand");
    }
    List<String> mistakes = Constraint.mistakes(constraints, options, seats);
    if (!mistakes.isEmpty()) throw new Malformed("constraints: " + mistakes.getFirst());
    if (!feasible(Set.of(), Set.copyOf(standing))) {
      throw new Malformed(
          "constraints: those who stand cannot fill " + this.seats + " seats as the groups demand");
    }
  }

  public boolean isEmpty() {
    return constraints.isEmpty() && sitting.isEmpty();
  }

  /// The groups that make this option doomed or guarded now, to be told to people.
  public Optional<Constraint> groupOf(int option) {
    return constraints.stream().filter(c -> c.members().contains(option)).findFirst();
  }

  /// Those of the hopeful whom no allowed set of winners has, ascending.
  public List<Integer> doomed(Collection<Integer> elected, Collection<Integer> hopeful) {
    if (isEmpty()) return List.of();
    return hopeful.stream()
        .filter(o -> !feasible(with(elected, o), without(hopeful, o)))
        .sorted()
        .toList();
  }

  /// Those of the hopeful whom every allowed set of winners has, ascending.
  public List<Integer> guarded(Collection<Integer> elected, Collection<Integer> hopeful) {
    if (isEmpty()) return List.of();
    return hopeful.stream()
        .filter(o -> !feasible(new HashSet<>(elected), without(hopeful, o)))
        .sorted()
        .toList();
  }

  private static Set<Integer> with(Collection<Integer> some, int option) {
    Set<Integer> out = new HashSet<>(some);
    out.add(option);
    return out;
  }

  private static Set<Integer> without(Collection<Integer> some, int option) {
    Set<Integer> out = new HashSet<>(some);
    out.remove(option);
    return out;
  }

  private boolean feasible(Set<Integer> chosen, Set<Integer> hopeful) {
    Set<Integer> elected = new HashSet<>(chosen);
    for (int member : sitting) {
      if (!elected.contains(member) && !hopeful.contains(member)) return false;
      elected.add(member);
    }
    if (elected.size() > seats) return false;
    long least = 0;
    long most = 0;
    Set<Integer> rest = new HashSet<>(IntStream.range(0, options).boxed().toList());
    for (Constraint group : constraints) {
      group.members().forEach(rest::remove);
      long in = group.members().stream().filter(elected::contains).count();
      long could =
          group.members().stream().filter(o -> elected.contains(o) || hopeful.contains(o)).count();
      if (in > group.most() || could < group.least()) return false;
      least += Math.max(group.least(), in);
      most += Math.min(group.most(), could);
    }
    long in = rest.stream().filter(elected::contains).count();
    least += in;
    most += rest.stream().filter(o -> elected.contains(o) || hopeful.contains(o)).count();
    return least <= seats && seats <= most;
  }
}
