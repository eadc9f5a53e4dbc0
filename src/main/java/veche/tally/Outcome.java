package veche.tally;

import java.util.List;
import java.util.Optional;
import veche.wire.Bytes;

/// counting §3: what one contest came to, with everything needed to follow it.
///
/// @param contest position in the draft
/// @param counted ballots counted
/// @param totals approvals of each option; in a ranked contest first preferences
/// @param winners positions: elected in order of election, or endorsed in the order of the options
/// @param tests every threshold put to every option, by option and then by threshold
public record Outcome(
    int contest,
    long counted,
    List<Long> totals,
    List<Integer> winners,
    List<Test> tests,
    List<Tie> ties,
    Optional<Ranked> ranked) {

  /// What only a ranked contest has.
  ///
  /// @param invalidEncoding ballots whose point is no embedding of a number
  /// @param invalidCode ballots whose number is no ranking
  /// @param blank valid ballots that rank nobody
  /// @param profile digest of what was counted (counting §3)
  public record Ranked(
      long invalidEncoding, long invalidCode, long blank, Bytes profile, Tally tally) {
    public long spoilt() {
      return invalidEncoding + invalidCode;
    }
  }

  /// Of an approval contest.
  public Outcome(
      int contest,
      long counted,
      List<Long> totals,
      List<Integer> winners,
      List<Test> tests,
      List<Tie> ties) {
    this(contest, counted, totals, winners, tests, ties, Optional.empty());
  }

  public Outcome {
    totals = List.copyOf(totals);
    winners = List.copyOf(winners);
    tests = List.copyOf(tests);
    ties = List.copyOf(ties);
  }
}
