package veche.tally;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import veche.election.Constraint;
import veche.wire.Malformed;

/// counting §3: what a rule must know beside the ballots. All of it is fixed before the poll opens,
/// but for the lot, which nobody can know before.
///
/// @param options how many options stood, those who withdrew among them
/// @param seats how many are to be elected
/// @param withdrawn options that are taken off every ballot before counting
/// @param lot every option once: of equal options the earlier one is chosen, to be elected or to be
///   excluded as the rule asks
/// @param parameters a rule's own, by name; a rule refuses what it does not know
/// @param constraints how many seats groups of options take; most rules know none and refuse them
/// @param sitting members elected before, whom a countback must elect again
public record Terms(
    int options,
    int seats,
    Set<Integer> withdrawn,
    List<Integer> lot,
    Map<String, String> parameters,
    List<Constraint> constraints,
    Set<Integer> sitting) {

  public Terms {
    withdrawn = Set.copyOf(withdrawn);
    lot = List.copyOf(lot);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    constraints = List.copyOf(constraints);
    sitting = Set.copyOf(sitting);
    if (options < 1) throw new Malformed("options: expected at least one");
    if (seats < 0) throw new Malformed("seats: expected 0 or more");
    if (lot.size() != options
        || !new HashSet<>(lot)
            .equals(new HashSet<>(IntStream.range(0, options).boxed().toList()))) {
      throw new Malformed("lot: expected every option once");
    }
    for (int option : withdrawn) {
      if (option < 0 || option >= options) throw new Malformed("withdrawn: no such option");
    }
  }

  public Terms(
      int options,
      int seats,
      Set<Integer> withdrawn,
      List<Integer> lot,
      Map<String, String> parameters) {
    this(options, seats, withdrawn, lot, parameters, List.of(), Set.of());
  }

  /// In the order of the options, for rules and tests in which nothing ties.
  public static Terms of(int options, int seats) {
    return new Terms(
        options, seats, Set.of(), IntStream.range(0, options).boxed().toList(), Map.of());
  }

  public Terms with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Terms(options, seats, withdrawn, lot, more, constraints, sitting);
  }

  public Terms seats(int other) {
    return new Terms(options, other, withdrawn, lot, parameters, constraints, sitting);
  }

  public Terms withdrawing(Set<Integer> more) {
    Set<Integer> all = new HashSet<>(withdrawn);
    all.addAll(more);
    return new Terms(options, seats, all, lot, parameters, constraints, sitting);
  }

  public Terms under(List<Constraint> groups) {
    return new Terms(options, seats, withdrawn, lot, parameters, groups, sitting);
  }

  public Terms keeping(Set<Integer> members) {
    return new Terms(options, seats, withdrawn, lot, parameters, constraints, members);
  }

  /// What the constraints leave open; refuses those that nobody can satisfy.
  public Guard guard() {
    return new Guard(constraints, options, standing(), seats, sitting);
  }

  /// Those who stand, ascending.
  public List<Integer> standing() {
    return IntStream.range(0, options).filter(o -> !withdrawn.contains(o)).boxed().toList();
  }

  public String parameter(String name, String otherwise) {
    return parameters.getOrDefault(name, otherwise);
  }

  public boolean flag(String name) {
    String value = parameter(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new Malformed(name + ": expected true or false, found " + value);
    }
    return value.equals("true");
  }

  public int number(String name, int otherwise, int most) {
    String value = parameter(name, String.valueOf(otherwise));
    if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) > most) {
      throw new Malformed(name + ": expected 0 to " + most + ", found " + value);
    }
    return Integer.parseInt(value);
  }

  /// As [#known], for a rule that knows neither constraints nor countbacks.
  public void only(String rule, Set<String> known) {
    known(rule, known);
    if (!constraints.isEmpty()) throw new Malformed(rule + ": this rule knows no constraints");
    if (!sitting.isEmpty()) throw new Malformed(rule + ": this rule knows no countback");
  }

  /// Refuses parameters that the rule does not know: a misspelt one would change a result silently.
  public void known(String rule, Set<String> known) {
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw new Malformed(
            rule + ": no option " + name + "; it knows " + known.stream().sorted().toList());
      }
    }
  }
}
