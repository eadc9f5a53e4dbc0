package veche.election;

import java.util.List;

/// Drafts that no reader would write.
public final class DraftForTests {
  private DraftForTests() {}

  public static Draft withLambda(Draft d, int lambda) {
    return copy(d, d.contests(), lambda, d.patternRisk());
  }

  public static Draft withPatternRisk(Draft d, String line) {
    return copy(d, d.contests(), d.lambda(), line);
  }

  public static Draft withContests(Draft d, List<Contest> contests) {
    return copy(d, contests, d.lambda(), d.patternRisk());
  }

  private static Draft copy(Draft d, List<Contest> contests, int lambda, String patternRisk) {
    return new Draft(
        d.slug(),
        d.origin(),
        d.log(),
        d.kind(),
        d.languages(),
        d.title(),
        d.text(),
        d.bodies(),
        d.rules(),
        d.trustees(),
        d.t(),
        lambda,
        d.registrars(),
        d.rollMode(),
        d.witnessPolicy(),
        d.mirrors(),
        contests,
        d.expectedTurnout(),
        patternRisk,
        d.minCount(),
        d.opensAt(),
        d.closesAt(),
        d.mixDeadline(),
        d.disputeDays(),
        d.answerDays(),
        d.extension());
  }
}
