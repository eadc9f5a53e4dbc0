package veche.view.ballots;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.election.Contest;
import veche.record.Record;
import veche.tally.Outcome;
import veche.tally.Profile;
import veche.tally.RankedCount;
import veche.tally.Terms;

/// doors §2: the rounds of an election's ranked contests, in the one form of `veche count --json`
/// (counting §6), with the options' ids for names.
public final class RankedResult {
  private RankedResult() {}

  /// Adds `count` to each ranked contest of a result's view.
  public static ObjectNode into(ObjectNode result, Record record) {
    ArrayNode contests = (ArrayNode) result.get("contests");
    for (int i = 0; i < contests.size(); i++) {
      Outcome outcome = record.outcomes().get(i);
      if (outcome.ranked().isPresent()) {
        ((ObjectNode) contests.get(i)).set("count", new Results(counted(record, outcome)).json());
      }
    }
    return result;
  }

  /// What was counted in one ranked contest.
  public static Counting.Counted counted(Record record, Outcome outcome) {
    int k = outcome.contest();
    Contest contest = record.draft().contests().get(k);
    Profile profile =
        RankedCount.profile(contest, record.openings().orElseThrow().votes(k).orElseThrow());
    List<Integer> lot = new ArrayList<>(record.lot(k));
    Sheet sheet =
        new Sheet(contest.id(), contest.optionIds(), contest.seats(), Set.of(), -1, lot, List.of());
    Terms terms =
        new Terms(
            contest.options().size(),
            contest.seats(),
            Set.of(),
            lot,
            Map.copyOf(contest.parameters()),
            contest.groups(),
            Set.of());
    return new Counting.Counted(sheet, terms, profile, outcome.ranked().orElseThrow().tally());
  }
}
