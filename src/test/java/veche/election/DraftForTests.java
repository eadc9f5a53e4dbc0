package veche.election;

/// Drafts that no reader would write.
public final class DraftForTests {
  private DraftForTests() {}

  public static Draft withLambda(Draft d, int lambda) {
    return copy(d, lambda, d.patternRisk());
  }

  public static Draft withPatternRisk(Draft d, String line) {
    return copy(d, d.lambda(), line);
  }

  private static Draft copy(Draft d, int lambda, String patternRisk) {
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
        d.contests(),
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
