package veche.tally;

import java.util.List;

/// counting §3: what one contest came to, with everything needed to follow it.
///
/// @param contest position in the draft
/// @param counted ballots counted
/// @param totals approvals of each option
/// @param winners positions: elected in order of election, or endorsed in the order of the options
/// @param tests every threshold put to every option, by option and then by threshold
public record Outcome(
    int contest,
    long counted,
    List<Long> totals,
    List<Integer> winners,
    List<Test> tests,
    List<Tie> ties) {

  public Outcome {
    totals = List.copyOf(totals);
    winners = List.copyOf(winners);
    tests = List.copyOf(tests);
    ties = List.copyOf(ties);
  }
}
