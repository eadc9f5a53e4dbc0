package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.pass;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import veche.ballot.Chain;
import veche.ballot.Challenge;
import veche.ballot.Seal;
import veche.election.Code;
import veche.election.Manifest;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §1 BAL: the box holds every valid ballot of every key's last word, and nothing else.
final class BallotChecks {
  private final Reading reading;
  private final Record record;
  private final Optional<Box> box;

  private BallotChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
    this.box = reading.boxOf();
  }

  static void make(Reading reading, Verifier.Findings out) {
    BallotChecks checks = new BallotChecks(reading);
    out.on("BAL-01", () -> checks.on("BAL-01", checks::points));
    out.on("BAL-02", () -> checks.on("BAL-02", checks::proofs));
    out.on("BAL-03", () -> checks.on("BAL-03", checks::credentials));
    out.on("BAL-04", () -> checks.on("BAL-04", checks::copies));
    out.on("BAL-05", () -> checks.on("BAL-05", checks::lastOnly));
    out.on("BAL-06", () -> checks.on("BAL-06", checks::within));
    out.on("BAL-07", () -> checks.on("BAL-07", checks::box));
    out.on("BAL-08", () -> checks.on("BAL-08", checks::reasons));
    out.on("BAL-09", () -> checks.on("BAL-09", checks::challenged));
    out.on("BAL-10", () -> checks.on("BAL-10", checks::setAside));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    if (box.isEmpty()) return notApplicable("the vote has not been opened");
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    return check.get();
  }

  private Box of() {
    return box.orElseThrow();
  }

  private long refusedAs(Code code) {
    long inside =
        record.deposits().values().stream()
            .flatMap(deposit -> deposit.fates().stream())
            .filter(f -> f instanceof Deposit.Fate.Ignored(Refused why) && why.code() == code)
            .count();
    return inside
        + record.ignored().values().stream().map(Refused::code).filter(code::equals).count();
  }

  private Check.Said points() {
    if (!reading.strange().isEmpty()) {
      return fail("a ballot with a point that is none", reading.strange().getFirst());
    }
    return pass(of().valid() + " ballots: every point on the curve, none the identity");
  }

  private Check.Said proofs() {
    return pass(
        of().valid()
            + (reading.given().plain()
                ? " ballots proved, each equation by itself"
                : " ballots proved")
            + also(Code.BAD_PROOF));
  }

  private String also(Code code) {
    long count = refusedAs(code);
    return count == 0 ? "" : "; refused as " + code.id() + ": " + count;
  }

  private Check.Said credentials() {
    return of().offRoll() > 0
        ? fail(of().offRoll() + " admitted ballots are by keys off the roll", of().firstWrong())
        : pass(of().counted().size() + " keys voted, all on the roll" + also(Code.NOT_ON_ROLL));
  }

  private Check.Said copies() {
    return differs(Code.DUPLICATE_CIPHERTEXT)
        .orElseGet(
            () -> pass("no ciphertext stands under two keys" + also(Code.DUPLICATE_CIPHERTEXT)));
  }

  private Check.Said lastOnly() {
    return differs(Code.STALE_CHAIN)
        .orElseGet(
            () ->
                pass(
                    (of().valid() - of().counted().size())
                        + " ballots gave way to later ones"
                        + also(Code.STALE_CHAIN)));
  }

  private Optional<Check.Said> differs(Code code) {
    return of().wrong().stream()
        .filter(w -> w.endsWith("in spite of " + code.id()))
        .findFirst()
        .map(w -> fail(w, of().firstWrong()));
  }

  private Check.Said within() {
    for (Map.Entry<Bytes, Box.Last> one : of().counted()) {
      long index = one.getValue().index();
      if (index <= record.openIndex()
          || (record.closeIndex() >= 0 && index >= record.closeIndex())) {
        return fail("a ballot from outside the vote counts", index);
      }
    }
    return pass("between leaf " + record.openIndex() + " and " + until());
  }

  private String until() {
    return record.closeIndex() < 0 ? "now" : "leaf " + record.closeIndex();
  }

  private Check.Said box() {
    List<Map.Entry<Bytes, Box.Last>> mine = of().counted();
    List<Chain.Counted> theirs = record.chain().counted();
    if (mine.size() != theirs.size()) return fail("the box found twice has two sizes");
    for (int i = 0; i < mine.size(); i++) {
      Chain.Counted other = theirs.get(i);
      Box.Last one = mine.get(i).getValue();
      if (one.index() != other.index()
          || !mine.get(i).getKey().equals(other.vk())
          || !one.ballotId().equals(other.ballotId())) {
        return fail("the box found twice differs", one.index());
      }
    }
    int deposits = record.deposits().size();
    return pass(
        mine.size()
            + " ballots, found twice by different code"
            + (deposits == 0 ? "" : "; some came in " + deposits + " deposits"));
  }

  private Check.Said reasons() {
    if (!of().wrong().isEmpty()) return fail(of().wrong().getFirst(), of().firstWrong());
    return pass(of().refused() + " refused, each for its true reason");
  }

  private Check.Said challenged() {
    List<String> given = reading.given().held().challenges();
    if (given.isEmpty()) return notApplicable("no challenged ballot was given");
    Manifest manifest = record.manifest().orElseThrow();
    Seal.Paper paper = new Seal.Paper(manifest.eid(), manifest.key(), record.draft().styles());
    for (int i = 0; i < given.size(); i++) {
      try {
        Challenge one = Challenge.parse(given.get(i));
        if (!one.origin().equals(record.origin())) {
          return fail("challenged ballot " + (i + 1) + " is of another election");
        }
        if (!one.opens(paper)) {
          return fail("challenged ballot " + (i + 1) + ": the device had sealed something else");
        }
        if (of().holds(Seal.ballotId(one.body(paper)))) {
          return fail("challenged ballot " + (i + 1) + " was cast all the same");
        }
      } catch (Malformed e) {
        return fail("challenged ballot " + (i + 1) + ": " + e.getMessage());
      }
    }
    return pass(given.size() + " challenged ballots hold what was shown, and none was cast");
  }

  private Check.Said setAside() {
    for (Reading.Seen seen : reading.stand("decrypt")) {
      String part = veche.trustee.Decrypt.Payload.read(RollChecks.act(seen).payload()).part();
      if (!part.equals("main")) return fail("a list of set-aside ballots that nobody set aside");
    }
    return pass("no ballot was set aside");
  }
}
