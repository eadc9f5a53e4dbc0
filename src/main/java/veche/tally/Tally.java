package veche.tally;

import java.util.List;
import java.util.Optional;

/// counting §3: what a rule made of a profile, with everything needed to follow it.
///
/// @param rule its name in [Rules]
/// @param seats that were to be filled
/// @param winners in order of election
/// @param committees of rules that have no order, all tied outcomes, each ascending
/// @param ranking of rules that order all options: groups of equal ones, best first; the lot
///   decides only who of equal ones is among the winners
/// @param quota the first one, of rules that have one
/// @param comparison of rules that compare options two by two
public record Tally(
    String rule,
    int seats,
    List<Integer> winners,
    Optional<List<List<Integer>>> committees,
    Optional<List<List<Integer>>> ranking,
    Optional<Fraction> quota,
    List<Stage> stages,
    List<Tiebreak> ties,
    int display,
    Optional<Comparison> comparison) {

  public Tally(
      String rule,
      int seats,
      List<Integer> winners,
      Optional<List<List<Integer>>> committees,
      Optional<List<List<Integer>>> ranking,
      Optional<Fraction> quota,
      List<Stage> stages,
      List<Tiebreak> ties,
      int display) {
    this(rule, seats, winners, committees, ranking, quota, stages, ties, display, Optional.empty());
  }

  public Tally {
    winners = List.copyOf(winners);
    stages = List.copyOf(stages);
    ties = List.copyOf(ties);
  }

  public static Tally elected(String rule, int seats, List<Integer> winners, List<Tiebreak> ties) {
    return new Tally(
        rule,
        seats,
        winners,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        ties,
        0);
  }

  public Tally ranked(List<List<Integer>> groups) {
    return new Tally(
        rule,
        seats,
        winners,
        committees,
        Optional.of(groups),
        quota,
        stages,
        ties,
        display,
        comparison);
  }

  public Tally withCommittees(List<List<Integer>> all) {
    return new Tally(
        rule, seats, winners, Optional.of(all), ranking, quota, stages, ties, display, comparison);
  }

  public Tally comparing(Comparison found) {
    return new Tally(
        rule,
        seats,
        winners,
        committees,
        ranking,
        quota,
        stages,
        ties,
        display,
        Optional.of(found));
  }
}
