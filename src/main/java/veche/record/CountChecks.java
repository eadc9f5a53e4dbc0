package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import veche.council.Certificate;
import veche.election.Contest;
import veche.tally.Outcome;
import veche.tally.RankedCount;
import veche.tally.Result;
import veche.tally.Test;
import veche.tally.Tie;
import veche.tally.Vote;
import veche.wire.Bytes;
import veche.wire.Enc;

/// checks §1 TAL: the numbers follow from the totals by the rules of the definition.
final class CountChecks {
  private final Reading reading;
  private final Record record;

  private CountChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    CountChecks checks = new CountChecks(reading);
    out.on("TAL-01", () -> checks.on("TAL-01", checks::published));
    out.on("TAL-02", () -> checks.on("TAL-02", checks::ties));
    out.on("TAL-03", () -> checks.on("TAL-03", checks::sums));
    out.on("TAL-04", () -> checks.on("TAL-04", checks::protocol));
    out.on("TAL-05", () -> checks.on("TAL-05", checks::winners));
    out.on("TAL-06", () -> notApplicable("the definition has no districts and no curiae"));
    out.on("TAL-07", () -> checks.on("TAL-07", checks::others));
    out.on("TAL-08", () -> checks.on("TAL-08", checks::again));
    out.on("TAL-09", () -> checks.on("TAL-09", checks::exported));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    if (record.result().isEmpty()) {
      return notApplicable(
          record.withoutResult().map(w -> "no result: " + w).orElse("not counted yet"));
    }
    return check.get();
  }

  private Result result() {
    return record.result().orElseThrow();
  }

  /// A ranked contest counted once more, from the opened ballots in another order: a rule must not
  /// depend on it.
  private Outcome again(Outcome outcome) {
    int k = outcome.contest();
    List<Vote> votes = record.openings().orElseThrow().votes(k).orElseThrow();
    return RankedCount.count(contest(k), k, votes.reversed(), KeyChecks.ties(reading, k));
  }

  private Contest contest(int k) {
    String method = KeyChecks.late(reading, k) ? "trustee-seed" : "drawn-order";
    return record.draft().contests().get(k).tiesBy(method);
  }

  private Recount recount(Outcome outcome) {
    int k = outcome.contest();
    return new Recount(
        record.draft().contests().get(k),
        record.openings().orElseThrow().totals(k).orElseThrow(),
        reading.boxOf().orElseThrow().counted().size(),
        record.roll().orElseThrow().size(),
        KeyChecks.ties(reading, k));
  }

  private Check.Said published() {
    List<String> where = new ArrayList<>();
    if (record.certificate().isPresent()) {
      Certificate certificate = Certificate.parse(record.certificate().get().text());
      if (!certificate.result().equals(result().digest())) {
        return fail("the certificate is over another result", record.certificate().get().index());
      }
      where.add("the certificate");
    }
    long tallies = reading.stand("tally").size();
    if (tallies > 0) where.add(tallies + " tallies");
    Bytes again = Result.digest(result().object());
    return pass(
        "result "
            + again
            + (where.isEmpty() ? ", not published in the log yet" : " as in " + where));
  }

  private Check.Said ties() {
    Map<Integer, Bytes> late = KeyChecks.revealed(reading, true);
    Optional<Integer> liar = KeyChecks.liar(record, KeyChecks.committed(reading), late, 1);
    if (liar.isPresent()) {
      return fail("trustee " + liar.get() + " revealed what it had not committed to");
    }
    int early = 0;
    int after = 0;
    boolean drawn = false;
    for (Outcome outcome : record.outcomes()) {
      int k = outcome.contest();
      Contest contest = contest(k);
      if (outcome.ties().stream().anyMatch(tie -> !tie.method().equals(contest.lot()))) {
        return fail("contest " + k + ": the ties are told of another lot");
      }
      List<List<Integer>> tied =
          outcome.ranked().isPresent()
              ? again(outcome).ties().stream().map(Tie::order).toList()
              : recount(outcome).tied();
      if (!tied.equals(outcome.ties().stream().map(Tie::order).toList())) {
        return fail("contest " + k + ": the lot orders the tied options otherwise");
      }
      if (KeyChecks.late(reading, k)) after += tied.size();
      else early += tied.size();
      drawn |= record.draft().contests().get(k).lot().equals("trustee-seed");
    }
    if (drawn) {
      return pass(
          early
              + " ties by the order drawn before the vote, "
              + after
              + " by the lot revealed after close; left out of it: "
              + record.lots().excluded());
    }
    if (early == 0) return pass("no tie mattered");
    return pass(early + " ties, by the order drawn before the vote");
  }

  /// log §7 КС.
  private Check.Said sums() {
    Box box = reading.boxOf().orElseThrow();
    Protocol.Counts counts = Protocol.counts(record);
    Protocol.Counts mine =
        new Protocol.Counts(
            record.roll().orElseThrow().size(),
            box.valid() + box.refused(),
            box.valid() - box.counted().size(),
            box.refused(),
            box.counted().size());
    if (!counts.equals(mine)) return fail("the counts found twice differ: " + counts + ", " + mine);
    if (!counts.agree()) return fail("the control sums do not agree: " + counts);
    for (Outcome outcome : record.outcomes()) {
      if (outcome.counted() != mine.counted()) return fail("contest " + outcome.contest());
    }
    return pass(
        "%d = %d + %d + %d, %d <= %d"
            .formatted(
                counts.ballots(),
                counts.replaced(),
                counts.refused(),
                counts.counted(),
                counts.counted(),
                counts.roll()));
  }

  private Check.Said protocol() {
    if (record.certificate().isEmpty()) return notApplicable("no certificate yet");
    String text = record.certificate().get().text();
    Certificate claims = Certificate.parse(text);
    String mine =
        Protocol.certificate(
                record,
                Protocol.counts(record),
                claims.software(),
                claims.verdict(),
                claims.remarks())
            .text();
    return mine.equals(text)
        ? pass("the certificate's text, byte for byte")
        : fail("the record gives another text", record.certificate().get().index());
  }

  private Check.Said winners() {
    for (Outcome outcome : record.outcomes()) {
      var contest = record.draft().contests().get(outcome.contest());
      if (outcome.ranked().isPresent()) {
        if (!again(outcome).equals(outcome)) {
          return fail("contest " + contest.id() + ": the rankings give another count");
        }
        if (outcome.winners().size() > contest.seats()) {
          return fail("contest " + contest.id() + ": more elected than seats");
        }
        continue;
      }
      if (!recount(outcome).winners().equals(outcome.winners())) {
        return fail("contest " + contest.id() + ": others are elected");
      }
      if (contest.rule().equals("approval") && outcome.winners().size() > contest.seats()) {
        return fail("contest " + contest.id() + ": more elected than seats");
      }
    }
    return pass("elected and endorsed as the rules say");
  }

  private Check.Said others() {
    List<Reading.Seen> tallies = reading.stand("tally");
    for (Reading.Seen seen : tallies) {
      Enc.Fields f = RollChecks.act(seen).payload().fields("tally");
      if (!f.bytes("digest", 32).equals(result().digest())) {
        return fail("a tally that disagrees", seen.index());
      }
    }
    List<Recounted> recounts = record.recounts();
    if (recounts.isEmpty()) {
      return pass(tallies.size() + " independent tallies in the log, none disagrees");
    }
    long other = recounts.stream().filter(r -> !r.digest().equals(result().digest())).count();
    return pass(
        tallies.size()
            + " independent tallies in the log, none disagrees; "
            + recounts.size()
            + " recounts by people without a role, of which another result: "
            + other);
  }

  private Check.Said again() {
    int ranked = 0;
    for (Outcome outcome : record.outcomes()) {
      if (outcome.ranked().isPresent()) {
        ranked++;
        continue;
      }
      Recount mine = recount(outcome);
      if (!mine.tests().equals(outcome.tests().stream().map(Test::holds).toList())
          || !mine.winners().equals(outcome.winners())) {
        return fail("contest " + outcome.contest() + ": the second count differs");
      }
    }
    int counted = record.outcomes().size() - ranked;
    if (counted == 0) return notApplicable("the second counter of ranked rules is in the page");
    return pass(counted + " contests counted by a second program");
  }

  private Check.Said exported() {
    Optional<String> given = reading.given().held().votes();
    if (given.isEmpty()) return notApplicable("no table of opened ballots was given");
    int line = Opened.differs(record, given.get());
    return line == 0
        ? pass("the table given has the opened ballots, " + (given.get().lines().count() - 1))
        : fail("the table of opened ballots differs from line " + line);
  }
}
