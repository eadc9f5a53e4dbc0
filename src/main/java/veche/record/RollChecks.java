package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Manifest;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.wire.Bytes;
import veche.wire.Enc;

/// checks §1 ROL: who could vote was fixed before the vote, by the registrars, and stayed so.
final class RollChecks {
  private final Reading reading;
  private final Record record;
  private final List<Frozen> frozen = new ArrayList<>();

  private record Frozen(Reading.Seen seen, long count, Bytes root) {}

  private RollChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
    for (Reading.Seen seen : reading.stand("roll-freeze")) {
      Enc.Fields f = act(seen).payload().fields("roll-freeze");
      frozen.add(new Frozen(seen, f.uint("count"), f.bytes("root", 32)));
    }
  }

  static void make(Reading reading, Verifier.Findings out) {
    RollChecks checks = new RollChecks(reading);
    out.on("ROL-01", () -> checks.on("ROL-01", checks::committed));
    out.on("ROL-02", () -> checks.on("ROL-02", checks::sizes));
    out.on("ROL-03", () -> checks.on("ROL-03", checks::distinct));
    out.on("ROL-04", () -> checks.on("ROL-04", checks::unchanged));
    out.on("ROL-05", () -> notApplicable("the definition has no districts and no eligible counts"));
    out.on("ROL-06", () -> checks.on("ROL-06", checks::rows));
    out.on("ROL-07", () -> notApplicable("the definition has no weights"));
    out.on("ROL-08", () -> checks.on("ROL-08", checks::listed));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    if (frozen.isEmpty()) return notApplicable("no roll has been frozen");
    return check.get();
  }

  static Act act(Reading.Seen seen) {
    return Optional.ofNullable(seen.act()).orElseThrow();
  }

  private List<RollRow> rows(Frozen one) {
    return Roll.read(reading.bundle().get(one.root).orElseThrow());
  }

  private Check.Said committed() {
    for (Frozen one : frozen) {
      if (record.openIndex() >= 0 && one.seen.index() > record.openIndex()) {
        return fail("a roll was frozen after `open`", one.seen.index());
      }
      Act act = act(one.seen);
      List<Vkey> registrars = record.roster().registrars();
      boolean signed =
          act.signatures().size() == 1
              && registrars.stream()
                  .anyMatch(
                      key ->
                          Note.verifies(
                              act.noteBody(record.origin()), act.signatures().getFirst(), key));
      if (!signed) return fail("a roll that no registrar signed", one.seen.index());
    }
    if (record.openIndex() >= 0 && frozen.size() != record.draft().registrars().size()) {
      return fail("the vote was opened without every registrar's roll", record.openIndex());
    }
    return pass(frozen.size() + " rolls, each signed by its registrar");
  }

  private Check.Said sizes() {
    for (Frozen one : frozen) {
      if (rows(one).size() != one.count) return fail("another count of rows", one.seen.index());
    }
    Optional<Manifest> manifest = record.manifest();
    if (manifest.isPresent()) {
      TreeMap<Bytes, RollRow> merged = merged();
      Bytes root = Enc.list(merged.values(), RollRow::enc).encode().sha256();
      if (merged.size() != manifest.get().rollSize() || !root.equals(manifest.get().rollRoot())) {
        return fail("the manifest states another roll", record.openIndex());
      }
      for (int r = 0; r < manifest.get().rollSizes().size(); r++) {
        int registrar = r;
        long count = merged.values().stream().filter(x -> x.registrar() == registrar).count();
        if (count != manifest.get().rollSizes().get(r)) {
          return fail("the manifest states another size for registrar " + r, record.openIndex());
        }
      }
      return pass(merged.size() + " keys, as declared");
    }
    return pass(frozen.stream().mapToLong(Frozen::count).sum() + " rows, as declared");
  }

  private TreeMap<Bytes, RollRow> merged() {
    TreeMap<Bytes, RollRow> out = new TreeMap<>();
    for (Frozen one : frozen) {
      for (RollRow row : rows(one)) {
        out.merge(row.vkBytes(), row, (a, b) -> a.registrar() <= b.registrar() ? a : b);
      }
    }
    return out;
  }

  private Check.Said distinct() {
    long rows = 0;
    for (Frozen one : frozen) rows += rows(one).size();
    long keys = merged().size();
    return pass(
        rows == keys
            ? keys + " keys, each once"
            : keys
                + " keys; "
                + (rows - keys)
                + " rows repeat a lower registrar's key and are out");
  }

  private Check.Said unchanged() {
    for (Frozen one : frozen) {
      long same = frozen.stream().filter(f -> f.root.equals(one.root)).count();
      if (same > 1) return fail("one roll was frozen twice", one.seen.index());
    }
    return pass("no leaf touches the roll after the freeze");
  }

  private Check.Said rows() {
    long rows = 0;
    for (Frozen one : frozen) rows += rows(one).size();
    return pass(rows + " rows, each signed by its registrar and proved by its key's holder");
  }

  private Check.Said listed() {
    Optional<Verifier.RollList> given = reading.given().held().roll();
    if (given.isEmpty()) return notApplicable("no list of keys was given");
    Set<String> names = new HashSet<>();
    for (Bytes vk : merged().keySet()) names.add(given.get().name().apply(vk));
    Set<String> theirs = given.get().names();
    long missing = theirs.stream().filter(name -> !names.contains(name)).count();
    long more = names.stream().filter(name -> !theirs.contains(name)).count();
    return missing + more == 0
        ? pass("the list given and the roll have the same keys, " + names.size())
        : fail(
            "keys of the list that are not on the roll: "
                + missing
                + ", and the other way round: "
                + more);
  }
}
