package veche.tally;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// counting §3: one step of a count and where every vote stands after it.
///
/// @param round of the rule's own numbering, from 0
/// @param kind what happened
/// @param options whom it happened to
/// @param votes of each option after the step; empty for one that never stood or has no votes to
///   show any more
/// @param elected all elected so far, in order of election
/// @param excluded all excluded so far, in order of exclusion
/// @param quota in force, if the rule has one
/// @param exhausted votes that have nobody left to go to, by reason
/// @param surplus votes above the quota that still wait, where the rule speaks of them
/// @param keep keep factors (or contributions) of a rule that has them, otherwise empty
/// @param moved from [#options], how much went to each option; what ended is in `ended`
/// @param ended votes that this step left without anybody
/// @param lost votes that rounding lost up to now
/// @param values of each of [#options] whose papers moved: what a paper was worth there and what it
///   is worth since
/// @param reason the words' key for why, of `words`
/// @param paid who paid for the one elected, under rules in which ballots pay
public record Stage(
    int round,
    Kind kind,
    List<Integer> options,
    List<Optional<Fraction>> votes,
    List<Integer> elected,
    List<Integer> excluded,
    Optional<Fraction> quota,
    Map<Profile.End, Fraction> exhausted,
    Optional<Fraction> surplus,
    Map<Integer, Fraction> keep,
    Map<Integer, Fraction> moved,
    Fraction ended,
    Fraction lost,
    Map<Integer, Map<Fraction, Fraction>> values,
    String reason,
    List<Payment> paid) {

  public enum Kind {
    FIRST,
    ELECT,
    SURPLUS,
    EXCLUDE,
    TRANSFER,
    ITERATE,
    END
  }

  public Stage(
      int round,
      Kind kind,
      List<Integer> options,
      List<Optional<Fraction>> votes,
      List<Integer> elected,
      List<Integer> excluded,
      Optional<Fraction> quota,
      Map<Profile.End, Fraction> exhausted,
      Optional<Fraction> surplus,
      Map<Integer, Fraction> keep,
      Map<Integer, Fraction> moved,
      Fraction ended,
      Fraction lost,
      Map<Integer, Map<Fraction, Fraction>> values,
      String reason) {
    this(
        round, kind, options, votes, elected, excluded, quota, exhausted, surplus, keep, moved,
        ended, lost, values, reason, List.of());
  }

  public Stage {
    options = List.copyOf(options);
    votes = List.copyOf(votes);
    elected = List.copyOf(elected);
    excluded = List.copyOf(excluded);
    exhausted = Map.copyOf(exhausted);
    keep = Map.copyOf(keep);
    moved = Map.copyOf(moved);
    values = Map.copyOf(values);
    paid = List.copyOf(paid);
  }

  public Fraction exhaustedInAll() {
    return exhausted.values().stream().reduce(Fraction.ZERO, Fraction::plus);
  }

  /// Votes of all options together.
  public Fraction standing() {
    return votes.stream().flatMap(Optional::stream).reduce(Fraction.ZERO, Fraction::plus);
  }
}
