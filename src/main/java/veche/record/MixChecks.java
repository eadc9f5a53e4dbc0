package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import veche.crypto.Ciphertexts;
import veche.trustee.Mix;
import veche.wire.Bytes;

/// checks §1 MIX: what was opened is what was cast, in an order that no mixer alone knows.
final class MixChecks {
  private final Reading reading;
  private final Record record;

  private MixChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    MixChecks checks = new MixChecks(reading);
    out.on("MIX-01", () -> checks.on("MIX-01", checks::first));
    out.on("MIX-02", () -> checks.on("MIX-02", checks::joined));
    out.on("MIX-03", () -> checks.on("MIX-03", checks::proved));
    out.on("MIX-04", () -> checks.on("MIX-04", checks::sizes));
    out.on("MIX-05", () -> checks.on("MIX-05", checks::mixers));
    out.on("MIX-06", () -> checks.on("MIX-06", checks::after));
    out.on("MIX-07", () -> checks.on("MIX-07", checks::distinct));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    if (!record.drafted() || Mixes.contests(record.draft()).isEmpty()) {
      return notApplicable("no ranked contest: nothing is mixed");
    }
    if (record.mixes().isEmpty()) return notApplicable("the vote has not been closed");
    return check.get();
  }

  private Mixes mixes() {
    return record.mixes().orElseThrow();
  }

  private Check.Said none() {
    return notApplicable(
        record.withoutResult().map(w -> "no result: " + w).orElse("nothing is mixed yet"));
  }

  /// The list of the box that the verifier found itself, not the fold's.
  private Check.Said first() {
    Box box = reading.boxOf().orElseThrow();
    int mixed = 0;
    for (int k : mixes().contests()) {
      if (mixes().done(k).isEmpty()) continue;
      mixed++;
      Mixes.Done first = mixes().done(k).getFirst();
      if (!first.statement().input().equals(box.listDigest(k))) {
        return fail("contest " + k + ": the first mix began with another list", first.index());
      }
    }
    return mixed == 0
        ? none()
        : pass("the ballots of " + box.counted().size() + " keys, in the log's order");
  }

  private Check.Said joined() {
    int joints = 0;
    for (int k : mixes().contests()) {
      List<Mixes.Done> done = mixes().done(k);
      for (int l = 1; l < done.size(); l++, joints++) {
        if (!done.get(l).statement().input().equals(done.get(l - 1).statement().output())) {
          return fail(
              "contest " + k + ": mix " + (l + 1) + " began elsewhere", done.get(l).index());
        }
      }
    }
    return joints == 0 ? none() : pass(joints + " joints");
  }

  private Check.Said proved() {
    int proofs = mixes().contests().stream().mapToInt(k -> mixes().done(k).size()).sum();
    if (proofs == 0) return none();
    return pass(
        proofs + (reading.given().plain() ? " proofs, each equation by itself" : " proofs"));
  }

  private Check.Said sizes() {
    int lists = 0;
    long size = reading.boxOf().orElseThrow().counted().size();
    for (int k : mixes().contests()) {
      for (Mixes.Done done : mixes().done(k)) {
        lists++;
        if (output(done, (int) size).size() != size) {
          return fail("contest " + k + ": another number of rows", done.index());
        }
      }
    }
    return lists == 0 ? none() : pass(lists + " lists of " + size + " ciphertexts");
  }

  private Ciphertexts output(Mixes.Done done, int size) {
    Bytes blob = reading.bundle().get(done.listBlob()).orElseThrow();
    return Ciphertexts.read("ShuffledCiphertexts", blob, size, 1);
  }

  private Check.Said mixers() {
    int needed = record.draft().lambda();
    boolean opened = reading.acts().stream().anyMatch(a -> a.type().equals("decrypt"));
    List<String> who = new ArrayList<>();
    for (int k : mixes().contests()) {
      Set<Integer> mixers = new TreeSet<>();
      mixes().done(k).forEach(d -> mixers.add(d.trustee()));
      if (mixers.size() < needed) {
        return opened
            ? fail("contest " + k + ": opened after " + mixers.size() + " of " + needed + " mixes")
            : none();
      }
      who.add(k + " by trustees " + mixers);
    }
    return pass("contest " + String.join(", ", who) + "; " + needed + " are enough");
  }

  private Check.Said after() {
    for (int k : mixes().contests()) {
      for (Mixes.Done done : mixes().done(k)) {
        if (done.index() <= record.closeIndex()) {
          return fail("mixed before the vote was closed", done.index());
        }
      }
    }
    return pass("all after leaf " + record.closeIndex());
  }

  /// A row that stands twice, or comes out as it went in, would be a mark.
  private Check.Said distinct() {
    int rows = 0;
    int size = reading.boxOf().orElseThrow().counted().size();
    for (int k : mixes().contests()) {
      Set<Bytes> seen = new HashSet<>();
      Optional<Ciphertexts> input = mixes().input(k);
      if (input.isPresent()) rows(input.get(), seen);
      for (Mixes.Done done : mixes().done(k)) {
        if (rows(output(done, size), seen) != size) {
          return fail("contest " + k + ": a ciphertext stands twice", done.index());
        }
        rows += size;
      }
    }
    return rows == 0 ? none() : pass(rows + " ciphertexts, all different");
  }

  private static int rows(Ciphertexts list, Set<Bytes> seen) {
    int fresh = 0;
    for (int i = 0; i < list.size(); i++) {
      if (seen.add(list.a().getFirst().encoding(i))) fresh++;
    }
    return fresh;
  }

  /// Which check a refused mix fails.
  static String blame(Mix.Payload mix, veche.election.Refused why, boolean closed) {
    return switch (why.code()) {
      case BAD_PROOF -> "MIX-03";
      case MALFORMED -> why.detail().contains("coordinate") ? "MIX-07" : "MIX-04";
      case WRONG_CONTEXT -> mix.statement().place() == 1 ? "MIX-01" : "MIX-02";
      case CONFLICT -> "MIX-05";
      case WRONG_PHASE -> closed ? "MIX-05" : "MIX-06";
      default -> "LOG-12";
    };
  }
}
