package veche.tally;

import java.util.List;
import java.util.Optional;

/// counting §3: what a rule made of a profile, with everything needed to follow it.
///
/// @param rule its name in [Rules]
/// @param seats that were to be filled
/// @param winners in order of election
/// @param committees of rules that have no order, all tied outcomes, each ascending
/// @param ranking of rules that order all options: groups of equal ones, best first
/// @param quota the first one, of rules that have one
public record Tally(
    String rule,
    int seats,
    List<Integer> winners,
    Optional<List<List<Integer>>> committees,
    Optional<List<List<Integer>>> ranking,
    Optional<Fraction> quota,
    List<Stage> stages,
    List<Tiebreak> ties,
    int display) {

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
        rule, seats, winners, committees, Optional.of(groups), quota, stages, ties, display);
  }

  public Tally withCommittees(List<List<Integer>> all) {
    return new Tally(rule, seats, winners, Optional.of(all), ranking, quota, stages, ties, display);
  }
}
