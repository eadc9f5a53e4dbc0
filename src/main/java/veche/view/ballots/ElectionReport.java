package veche.view.ballots;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import veche.tally.Fraction;
import veche.view.Json;
import veche.wire.Malformed;

/// counting §5: results as newsrooms and registers take them: NIST SP 1500-100 version 2 (Election
/// Results Reporting Common Data Format), in JSON. One report of one election with its contests;
/// everything is counted in one reporting unit.
///
/// That format's `total` of a selection is what ballots say without any transfer: first
/// preferences, approvals, or the sum of scores. What a count in rounds makes of them follows as
/// `other` counts named `round 1`, `round 2` …, as in the grid of [Results].
public final class ElectionReport {
  /// A JSON number is a decimal: of a fraction without an end this many are written, and Notes say
  /// so.
  private static final int PLACES = 9;

  private static final String UNIT = "unit";

  /// What the format calls the state of results.
  public enum Status {
    CERTIFIED("certified"),
    COMPLETE("unofficial-complete");

    private final String word;

    Status(String word) {
      this.word = word;
    }
  }

  /// @param total first preferences, approvals or scores
  /// @param rounds votes after each round, empty where there was none
  public record Selection(
      String name,
      boolean elected,
      boolean withdrew,
      Fraction total,
      List<Optional<Fraction>> rounds) {
    public Selection {
      rounds = List.copyOf(rounds);
    }
  }

  /// @param variation one of the format's `VoteVariation`
  /// @param rule our name for it
  /// @param allowed how many options a ballot may mark
  /// @param cast ballots, of which `blank` mark nobody and `overvoted` mark too many at their first
  ///   place
  public record Contest(
      String name,
      String variation,
      String rule,
      int seats,
      int allowed,
      long cast,
      long blank,
      long overvoted,
      String profile,
      List<Selection> selections) {
    public Contest {
      selections = List.copyOf(selections);
    }
  }

  private final Occasion occasion;
  private final String language;
  private final Status status;
  private final Instant generated;
  private boolean rounded;

  /// @param occasion `date` and `issuer` must be known
  /// @param language of all names, or `und`
  public ElectionReport(Occasion occasion, String language, Status status, Instant generated) {
    this.occasion = occasion;
    this.language = language;
    this.status = status;
    this.generated = generated;
    if (occasion.issuer().isBlank()) {
      throw new Malformed("issuer: the report names who issues it: expected --issuer");
    }
    try {
      LocalDate.parse(occasion.date());
    } catch (DateTimeParseException e) {
      throw new Malformed("date: expected --date YYYY-MM-DD, found \"" + occasion.date() + "\"");
    }
  }

  public ObjectNode json(List<Contest> contests) {
    rounded = false;
    ObjectNode out = typed("ElectionReport");
    out.put("Format", "summary-contest");
    out.put("GeneratedDate", generated.truncatedTo(ChronoUnit.SECONDS).toString());
    out.put("Issuer", occasion.issuer());
    out.put("IssuerAbbreviation", occasion.issuer());
    out.put("SequenceStart", 1);
    out.put("SequenceEnd", 1);
    out.put("Status", status.word);
    out.put("VendorApplicationId", "veche");
    ObjectNode unit = typed("ReportingUnit");
    unit.put("@id", UNIT);
    if (!occasion.jurisdiction().isEmpty()) unit.put("Name", occasion.jurisdiction());
    unit.put("Type", "other");
    unit.put("OtherType", "electorate");
    out.putArray("GpUnit").add(unit);
    if (!occasion.office().isEmpty()) {
      ObjectNode office = typed("Office");
      office.put("@id", "office");
      office.set("Name", text(occasion.office()));
      out.putArray("Office").add(office);
    }
    ObjectNode election = typed("Election");
    election.put("ElectionScopeId", UNIT);
    election.set("Name", text(occasion.contest().isEmpty() ? "election" : occasion.contest()));
    election.put("StartDate", occasion.date());
    election.put("EndDate", occasion.date());
    election.put("Type", "other");
    election.put("OtherType", "organisation");
    ArrayNode candidates = election.putArray("Candidate");
    ArrayNode list = election.putArray("Contest");
    for (int k = 0; k < contests.size(); k++) contest(list, candidates, k + 1, contests.get(k));
    out.putArray("Election").add(election);
    out.put("Notes", notes(contests));
    return out;
  }

  private void contest(ArrayNode contests, ArrayNode candidates, int k, Contest contest) {
    ObjectNode out = typed("CandidateContest");
    out.put("@id", "contest-" + k);
    out.put("Name", contest.name().isEmpty() ? "contest " + k : contest.name());
    out.put("SequenceOrder", k);
    out.put("ElectoralDistrictId", UNIT);
    if (!occasion.office().isEmpty()) out.putArray("OfficeIds").add("office");
    out.put("VoteVariation", contest.variation());
    if (contest.variation().equals("other")) out.put("OtherVoteVariation", contest.rule());
    out.put("VotesAllowed", contest.allowed());
    out.put("NumberElected", contest.seats());
    ObjectNode summary = typed("SummaryCounts");
    summary.put("GpUnitId", UNIT);
    summary.put("Type", "total");
    summary.put("BallotsCast", contest.cast());
    summary.put("Undervotes", contest.blank());
    summary.put("Overvotes", contest.overvoted());
    out.putArray("SummaryCounts").add(summary);
    ArrayNode selections = out.putArray("BallotSelection");
    for (int o = 0; o < contest.selections().size(); o++) {
      Selection selection = contest.selections().get(o);
      String id = k + "-" + (o + 1);
      ObjectNode candidate = typed("Candidate");
      candidate.put("@id", "candidate-" + id);
      candidate.set("BallotName", text(selection.name()));
      if (selection.withdrew()) candidate.put("PreElectionStatus", "withdrawn");
      if (selection.elected()) candidate.put("PostElectionStatus", "winner");
      candidates.add(candidate);
      ObjectNode choice = typed("CandidateSelection");
      choice.put("@id", "selection-" + id);
      choice.putArray("CandidateIds").add("candidate-" + id);
      choice.put("SequenceOrder", o + 1);
      if (selection.name().equals(Cvr.WRITE_INS)) choice.put("IsWriteIn", true);
      ArrayNode counts = choice.putArray("VoteCounts");
      count(counts, "total", "", selection.total());
      for (int r = 0; r < selection.rounds().size(); r++) {
        String round = "round " + (r + 1);
        selection.rounds().get(r).ifPresent(votes -> count(counts, "other", round, votes));
      }
      selections.add(choice);
    }
    contests.add(out);
  }

  private void count(ArrayNode counts, String type, String other, Fraction votes) {
    ObjectNode out = typed("VoteCounts");
    out.put("GpUnitId", UNIT);
    out.put("Type", type);
    if (!other.isEmpty()) out.put("OtherType", other);
    String text = Results.number(votes);
    if (text.indexOf('/') >= 0) {
      rounded = true;
      text = votes.decimal(PLACES);
    }
    out.put("Count", new BigDecimal(text));
    counts.add(out);
  }

  private String notes(List<Contest> contests) {
    List<String> out = new ArrayList<>();
    for (int k = 0; k < contests.size(); k++) {
      Contest contest = contests.get(k);
      String profile = contest.profile().isEmpty() ? "" : ", ballots " + contest.profile();
      out.add("contest-" + (k + 1) + ": rule " + contest.rule() + profile);
    }
    if (rounded) out.add("counts without an exact decimal have " + PLACES + " places");
    return String.join("; ", out);
  }

  private ObjectNode text(String content) {
    ObjectNode out = typed("InternationalizedText");
    ObjectNode one = typed("LanguageString");
    one.put("Language", language);
    one.put("Content", content);
    out.putArray("Text").add(one);
    return out;
  }

  private static ObjectNode typed(String name) {
    return Json.object().put("@type", "ElectionResults." + name);
  }
}
