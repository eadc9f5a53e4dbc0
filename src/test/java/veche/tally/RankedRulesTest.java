package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.DraftForTests;
import veche.election.Style;
import veche.election.Texts;
import veche.record.ElectionFixture;
import veche.view.Minutes;

/// counting §1: the rules that an election may name.
class RankedRulesTest {
  private static final List<String> NAMES = List.of("A", "B", "C", "D");

  /// Rules on rankings that no election has, with why.
  private static final Map<String, String> NOT =
      Map.of(
          "condorcet-winner", "may elect nobody",
          "smith-set", "elects as many as the set has",
          "schwartz-set", "elects as many as the set has",
          "debian", "may elect nobody",
          "bottoms-up-percentage", "elects as many as stay above a share",
          "star", "counts scores",
          "score", "counts scores");

  private static Set<String> rankedRules() {
    return new TreeSet<>(Contest.RANKED_RULES);
  }

  private static Texts texts(String text) {
    return new Texts(new TreeMap<>(Map.of("ru", text)));
  }

  private static Contest contest(String rule, int seats) {
    return new Contest(
        "head",
        Style.Kind.RANKED,
        texts("Head"),
        NAMES.stream()
            .map(n -> new Contest.Option(n.toLowerCase(), texts(n), texts(""), ""))
            .toList(),
        0,
        4,
        true,
        rule,
        Map.of(),
        seats,
        List.of(),
        List.of(),
        "drawn-order",
        "all");
  }

  @Test
  void anElectionMayNameEveryRuleThatElectsByRankings() {
    Set<String> here = new TreeSet<>(Rules.byName().keySet());
    here.removeIf(rule -> rule.startsWith("approval-"));
    here.removeAll(NOT.keySet());
    assertThat(here).isEqualTo(rankedRules());
  }

  /// A definition that promises more seats than its rule fills must not be signed.
  @ParameterizedTest
  @MethodSource("rankedRules")
  void ofTwoSeatsEachIsFilledOrTheDefinitionIsRefused(String rule) {
    Contest contest = contest(rule, 2);
    Draft good = ElectionFixture.goodRanked().coalition.draft();
    List<Draft.Flaw> flaws = RankedCount.flaws(DraftForTests.withContests(good, List.of(contest)));
    Vote ballot = new Vote(Vote.Status.VALID, List.of(1, 0, 2, 3));
    Outcome found = RankedCount.count(contest, 0, List.of(ballot, ballot), List.of(3, 2, 1, 0));

    if (found.winners().size() == 2) assertThat(flaws).isEmpty();
    else assertThat(flaws).singleElement().matches(f -> f.path().equals("contests[0].seats"));
  }

  @ParameterizedTest
  @MethodSource("rankedRules")
  void ofEachTheOneWhomMostBallotsWantIsElectedAndEveryStepIsTold(String rule) {
    Contest contest = contest(rule, 1);
    Vote most = new Vote(Vote.Status.VALID, List.of(1, 0, 2, 3));
    Vote few = new Vote(Vote.Status.VALID, List.of(2, 1));
    Vote blank = new Vote(Vote.Status.VALID, List.of());
    List<Vote> votes = List.of(most, most, most, few, few, blank);

    Outcome found = RankedCount.count(contest, 0, votes, List.of(3, 2, 1, 0));

    assertThat(found.winners()).containsExactly(1);
    // these two are one sum for each option, which the result has as its totals
    if (rule.equals("plurality") || rule.equals("bucklin")) return;
    for (String language : List.of("ru", "en", "uk")) {
      assertThat(Minutes.of(found.ranked().orElseThrow().tally(), NAMES, 1, language))
          .isNotEmpty()
          .allSatisfy(s -> assertThat(s.text()).isNotBlank().doesNotContain("{"));
    }
  }
}
