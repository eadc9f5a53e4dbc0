package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Style;
import veche.tally.Vote;
import veche.trustee.Combine;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.wire.Bytes;

/// checks §1 DEC: the sums of the counted ballots were opened rightly, and nothing else was.
final class OpeningChecks {
  private final Reading reading;
  private final Record record;

  private OpeningChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    OpeningChecks checks = new OpeningChecks(reading);
    out.on("DEC-01", () -> checks.on("DEC-01", checks::lists));
    out.on("DEC-02", () -> checks.on("DEC-02", checks::proofs));
    out.on("DEC-03", () -> checks.on("DEC-03", checks::enough));
    out.on("DEC-04", () -> checks.on("DEC-04", checks::combined));
    out.on("DEC-05", () -> checks.on("DEC-05", checks::nothingElse));
    out.on("DEC-06", () -> checks.on("DEC-06", checks::legal));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    if (record.openings().isEmpty()) return notApplicable("the vote has not been closed");
    return check.get();
  }

  private Openings openings() {
    return record.openings().orElseThrow();
  }

  private int lots() {
    return record.draft().contests().size();
  }

  /// The lists once more, from the box that the verifier found itself.
  private Check.Said lists() {
    List<Integer> options =
        record.draft().contests().stream().map(c -> c.options().size()).toList();
    List<List<ElGamal>> sums = reading.boxOf().orElseThrow().sums(options);
    if (openings().counted() == 0) {
      boolean empty = sums.stream().flatMap(List::stream).allMatch(OpeningChecks::isOfNobody);
      return empty ? pass("no ballot counts: nothing to open") : fail("some ballots do count");
    }
    for (int k = 0; k < lots(); k++) {
      if (!openings().digest(k).equals(expected(k, sums))) {
        return fail("contest " + k + ": another list than that of the counted ballots");
      }
    }
    for (Reading.Seen seen : reading.stand("decrypt")) {
      Decrypt.Payload p = Decrypt.Payload.read(RollChecks.act(seen).payload());
      if (!p.listDigest().equals(expected(p.contest(), sums))) {
        return fail("a contribution to another list", seen.index());
      }
    }
    if (record.mixes().isPresent()) return pass("the last mix of each ranked contest, and sums");
    return pass("the sums of all counted ballots, option by option");
  }

  private Bytes expected(int k, List<List<ElGamal>> sums) {
    return record
        .mixes()
        .filter(mixes -> mixes.contests().contains(k))
        .map(mixes -> mixes.done(k).getLast().statement().output())
        .orElseGet(() -> Lists.digest(sums.get(k)));
  }

  private static boolean isOfNobody(ElGamal sum) {
    return sum.a().isIdentity() && sum.b().isIdentity();
  }

  /// protocol §11: an invalid contribution is ignored and its author named; it matters when without
  /// it too few are left.
  private Check.Said proofs() {
    int valid = 0;
    for (Reading.Seen seen : reading.stand("decrypt")) {
      Decrypt.Payload p = Decrypt.Payload.read(RollChecks.act(seen).payload());
      int j = trustee(seen);
      List<Point> factors = Dleq.readBlob(reading.bundle().get(p.factors()).orElseThrow());
      Bytes context =
          Decrypt.context(
              record.eid().orElseThrow(), p.contest(), p.kind(), openings().digest(p.contest()));
      var wrong =
          Decrypt.check(
              context,
              j,
              record.keys().shares().get(j - 1),
              openings().list(p.contest()),
              factors,
              p.proof());
      if (wrong.isPresent()) return fail(wrong.get().detail(), seen.index());
      valid++;
    }
    Set<String> bad = bad();
    if (!bad.isEmpty() && record.result().isEmpty()) {
      return fail(
          "contributions without a valid proof, and too few without them: " + bad, firstBad());
    }
    return pass(valid + " contributions proved" + (bad.isEmpty() ? "" : "; invalid ones: " + bad));
  }

  private List<Reading.Seen> invalid() {
    return reading.acts().stream()
        .filter(a -> a.type().equals("decrypt") && !a.stands() && a.act() != null)
        .filter(
            a ->
                a.refused().orElseThrow().code() == Code.BAD_PROOF
                    || a.refused().orElseThrow().code() == Code.MALFORMED)
        .toList();
  }

  private Set<String> bad() {
    Set<String> names = new TreeSet<>();
    for (Reading.Seen seen : invalid()) {
      for (String line : RollChecks.act(seen).signatures()) names.add(Note.signer(line));
    }
    return names;
  }

  private long firstBad() {
    return invalid().getFirst().index();
  }

  private int trustee(Reading.Seen seen) {
    String signer = Note.signer(RollChecks.act(seen).signatures().getFirst());
    for (var trustee : record.draft().trustees()) {
      if (signer.equals(trustee.body() + "/trustee")) return trustee.index();
    }
    throw new IllegalStateException("no trustee " + signer);
  }

  private Check.Said enough() {
    if (record.phase() == Phase.NO_RESULT || record.result().isEmpty()) {
      String why = record.withoutResult().map(w -> "no result: " + w).orElse("not opened yet");
      if (!bad().isEmpty() && record.withoutResult().isEmpty()) {
        return fail("fewer than t valid contributions; invalid ones by " + bad());
      }
      return notApplicable(why);
    }
    Set<Integer> fewest = new HashSet<>(openings().contributions(0).keySet());
    for (int k = 0; k < lots(); k++) {
      Set<Integer> who = openings().contributions(k).keySet();
      if (who.size() < record.draft().t()) return fail("contest " + k + ": only trustees " + who);
      fewest.retainAll(who);
    }
    return pass("trustees " + new TreeSet<>(fewest) + ", " + record.draft().t() + " are enough");
  }

  private Check.Said combined() {
    if (record.result().isEmpty()) return notApplicable("not opened yet");
    int t = record.draft().t();
    int n = record.draft().trustees().size();
    boolean twice = false;
    for (int k = 0; k < lots(); k++) {
      TreeMap<Integer, List<Point>> valid = new TreeMap<>();
      for (Map.Entry<Integer, Openings.Contribution> one : openings().contributions(k).entrySet()) {
        valid.put(one.getKey(), one.getValue().factors());
      }
      List<Point> opened = Combine.open(openings().list(k), Combine.chosen(valid, t), t, n);
      if (!says(k, opened)) {
        return fail("contest " + k + ": the contributions give other numbers");
      }
      if (valid.size() > t) {
        twice = true;
        if (!Combine.open(openings().list(k), Combine.second(valid, t), t, n).equals(opened)) {
          return fail("contest " + k + ": two sets of trustees open different numbers");
        }
      }
    }
    return pass(
        "the totals of " + lots() + " contests" + (twice ? ", by two sets of trustees" : ""));
  }

  private boolean says(int k, List<Point> opened) {
    Contest contest = record.draft().contests().get(k);
    return switch (contest.kind()) {
      case APPROVAL ->
          Combine.totals(opened, openings().counted()).equals(openings().totals(k).orElseThrow());
      case RANKED -> Openings.votes(contest, opened).equals(openings().votes(k).orElseThrow());
    };
  }

  private Check.Said nothingElse() {
    if (openings().counted() < record.draft().minCount() && !reading.stand("decrypt").isEmpty()) {
      return fail("sums of fewer than minCount ballots were opened");
    }
    List<String> seen = new ArrayList<>();
    for (Reading.Seen one : reading.stand("decrypt")) {
      Decrypt.Payload p = Decrypt.Payload.read(RollChecks.act(one).payload());
      String answer = trustee(one) + " " + p.contest() + " " + p.part();
      if (seen.contains(answer)) return fail("a trustee answered twice", one.index());
      seen.add(answer);
    }
    return pass(seen.size() + " answers, one per trustee and list");
  }

  private Check.Said legal() {
    if (record.result().isEmpty()) return notApplicable("not opened yet");
    long counted = openings().counted();
    long spoilt = 0;
    for (int k = 0; k < lots(); k++) {
      Contest contest = record.draft().contests().get(k);
      if (contest.kind() == Style.Kind.RANKED) {
        if (openings().votes(k).orElseThrow().size() != counted) {
          return fail("contest " + k + ": another number of opened ballots");
        }
        for (Vote vote : openings().votes(k).orElseThrow()) {
          if (vote.status() == Vote.Status.VALID) {
            // a ranking is legal exactly when it has a number
            contest.ranking().encode(vote.ranking());
          } else {
            spoilt++;
          }
        }
        continue;
      }
      long sum = 0;
      for (long total : openings().totals(k).orElseThrow()) {
        if (total < 0 || total > counted) return fail("contest " + k + ": a total out of range");
        sum += total;
      }
      if (sum < contest.lo() * counted || sum > contest.hi() * counted) {
        return fail("contest " + k + ": more or fewer marks than the ballots may hold");
      }
    }
    return spoilt == 0
        ? pass("every total is possible for " + counted + " ballots")
        : pass("possible for " + counted + " ballots; opened ones that are no ranking: " + spoilt);
  }
}
