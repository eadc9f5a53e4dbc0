package veche.tally;

import java.util.List;
import java.util.Optional;

/// counting §3: what rules that compare options two by two found, to be followed by hand.
///
/// @param ballots `ballots[a][b]` is how many ballots prefer a to b
/// @param keptOut of rules with a default option, those whom it keeps out
/// @param paths of rules that have them, the strongest path between each two that are joined
/// @param majorities of rules that take them one by one, in the order in which they were taken
/// @param scores of rules that give every option one, otherwise empty
public record Comparison(
    List<List<Long>> ballots,
    List<KeptOut> keptOut,
    List<Path> paths,
    List<Majority> majorities,
    List<Fraction> scores) {

  /// An option that too few ballots, or too small a share of them, prefer to the default one.
  ///
  /// @param votes of those who prefer it to `by`, the default option
  /// @param quorum so many votes are needed at least
  /// @param majority more than so many times those against it are needed
  public record KeptOut(
      int option, int by, long votes, long against, long quorum, Fraction majority) {}

  /// One option reaches another by beating each next one with at least this strength.
  ///
  /// @param through from the first to the last option, both among them
  public record Path(List<Integer> through, Fraction strength) {
    public Path {
      through = List.copyOf(through);
    }

    public int from() {
      return through.getFirst();
    }

    public int to() {
      return through.getLast();
    }
  }

  /// One option beats another.
  ///
  /// @param closes the cycle that this majority would close with stronger ones, and why it is
  ///   passed over; empty for one that stands
  public record Majority(
      int winner, int loser, long votes, long against, Optional<List<Integer>> closes) {}

  public Comparison {
    ballots = ballots.stream().map(List::copyOf).toList();
    keptOut = List.copyOf(keptOut);
    paths = List.copyOf(paths);
    majorities = List.copyOf(majorities);
    scores = List.copyOf(scores);
  }

  /// With nothing but the counts.
  public static Comparison of(List<List<Long>> ballots) {
    return new Comparison(ballots, List.of(), List.of(), List.of(), List.of());
  }

  public Comparison keepingOut(List<KeptOut> found) {
    return new Comparison(ballots, found, paths, majorities, scores);
  }

  public Comparison withPaths(List<Path> found) {
    return new Comparison(ballots, keptOut, found, majorities, scores);
  }

  public Comparison withMajorities(List<Majority> found) {
    return new Comparison(ballots, keptOut, paths, found, scores);
  }

  public Comparison withScores(List<Fraction> found) {
    return new Comparison(ballots, keptOut, paths, majorities, found);
  }
}
