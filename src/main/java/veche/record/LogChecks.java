package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.notChecked;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §1 LOG: the log is whole, it is one log, and the witnesses saw it when they had to.
final class LogChecks {
  /// An observer's clock may be this far behind a witness's.
  private static final long CLOCKS = 3_600;

  private final Reading reading;
  private final Record record;

  private LogChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    LogChecks checks = new LogChecks(reading);
    out.on("LOG-01", checks::complete);
    out.on("LOG-02", checks::hashes);
    out.on("LOG-03", checks::signed);
    if (!reading.whole()) return;
    out.on("LOG-04", checks::prefixes);
    out.on("LOG-05", checks::opened);
    out.on("LOG-06", checks::closed);
    out.on("LOG-07", checks::ended);
    out.on("LOG-08", checks::oneRoot);
    out.on("LOG-09", checks::times);
    out.on("LOG-10", checks::strict);
    out.on("LOG-11", checks::webRelease);
    out.on("LOG-12", checks::order);
    out.on("LOG-13", checks::receipts);
  }

  private Check.Said complete() {
    if (!reading.unread().isEmpty()) return fail(reading.unread().getFirst());
    Bundle bundle = reading.bundle();
    Set<String> wanted = new java.util.HashSet<>(Tile.paths(reading.checkpoint().size()));
    Optional<Set<String>> paths = bundle.paths();
    for (String path : paths.isPresent() ? wanted : Set.<String>of()) {
      if (!paths.get().contains(path)) return fail(path + " is missing");
    }
    Set<String> stages = new java.util.HashSet<>();
    reading.kept().forEach(k -> stages.add(k.path()));
    for (String path : paths.orElse(Set.of())) {
      if (path.startsWith("blob/") && bundle.get(Bytes.fromHex(path.substring(5))).isEmpty()) {
        return fail(path + " does not have the hash in its name");
      }
      if (path.matches("stage/[0-9]+") && !stages.contains(path)) {
        return fail(path + " is not in stage/index");
      }
    }
    Optional<Reading.Seen> without = reading.against("LOG-01");
    if (without.isPresent()) return reading.refused(without.get());
    return pass(reading.checkpoint().size() + " leaves and all they refer to");
  }

  private Check.Said hashes() {
    if (!reading.whole()) return notChecked("the log could not be read to its end");
    Tree tree = record.tree();
    for (Tile tile : Tile.of(reading.checkpoint().size())) {
      if (tile.level() == Tile.ENTRIES) continue;
      Optional<Bytes> stored = reading.bundle().bytes(tile.path());
      if (stored.isEmpty()) return fail(tile.path() + " is missing");
      if (!stored.get().equals(tree.tile(tile.level(), tile.n(), tile.width()))) {
        return fail(tile.path() + " is not what the leaves give", tile.first());
      }
    }
    if (!tree.root().equals(reading.checkpoint().root())) {
      return fail("the leaves do not give the root of size " + tree.size());
    }
    return pass("root " + tree.root());
  }

  private Check.Said signed() {
    Optional<Vkey> key = reading.logKey();
    if (key.isEmpty()) {
      return reading.trust().isPresent()
          ? fail("the trust file names no log " + reading.checkpoint().origin())
          : notChecked("no trust file, and the log does not name its key");
    }
    for (Reading.Kept one : reading.kept()) {
      try {
        Checkpoint.verified(one.note(), key.get());
        Cosignature.all(one.note(), reading.witnesses());
      } catch (Malformed e) {
        return fail(one.path() + ": " + e.getMessage());
      }
      for (String line : one.note().lines()) {
        boolean known =
            Note.names(line, key.get())
                || reading.witnesses().stream().anyMatch(witness -> Note.names(line, witness));
        if (!known) return fail(one.path() + ": a line by nobody of the definition's policy");
      }
    }
    if (reading.trust().isEmpty()) {
      return notChecked("no trust file: the log's key is what the log says it is");
    }
    return pass(reading.kept().size() + " checkpoints of " + reading.checkpoint().origin());
  }

  private Check.Said prefixes() {
    for (Reading.Kept one : reading.kept()) {
      long size = one.checkpoint().size();
      if (size > record.size()) return fail(one.path() + " is beyond the log");
      if (!record.tree().root(size).equals(one.checkpoint().root())) {
        return fail(one.path() + " is of another log: fork at size " + size);
      }
    }
    return pass(reading.kept().size() + " checkpoints, one history");
  }

  // ---- the witnesses at the stages

  private Check.Said opened() {
    if (record.openIndex() < 0) return notApplicable("the vote has not been opened");
    long opensAt = record.draft().opensAt();
    boolean quorum = false;
    for (Reading.Kept one : reading.kept()) {
      if (one.checkpoint().size() <= record.openIndex() || !reading.holds(one)) continue;
      for (Cosignature.Cosigned c : reading.cosigned(one)) {
        if (c.time() < opensAt) {
          return fail(c.name() + " saw `open` before opensAt, in " + one.path(), open());
        }
      }
      quorum |= reading.quorum(one, 0);
    }
    return quorum
        ? pass("a quorum of witnesses saw `open`, none of them before opensAt")
        : fail("no checkpoint over `open` carries a quorum", open());
  }

  private long open() {
    return record.openIndex();
  }

  /// attacks.md row 48: a quorum that saw the log end before `close`, after the closing time.
  private Check.Said closed() {
    long close = record.closeIndex();
    if (close < 0) return notApplicable("the vote has not been closed");
    long closesAt = record.draft().closesAt();
    boolean before = false;
    boolean after = false;
    for (Reading.Kept one : reading.kept()) {
      if (!reading.quorum(one, closesAt)) continue;
      if (one.checkpoint().size() <= close) before = true;
      else after = true;
    }
    if (!before) return fail("no quorum after closesAt on a checkpoint before `close`", close);
    if (!after) return fail("no quorum after closesAt on a checkpoint over `close`", close);
    return pass("witnesses saw the log without and with `close`, after closesAt");
  }

  private Check.Said ended() {
    List<Reading.Seen> last = reading.stand("final");
    if (last.isEmpty()) return notApplicable("the log has not been ended");
    long index = last.getFirst().index();
    for (Reading.Kept one : reading.kept()) {
      if (one.checkpoint().size() > index && reading.quorum(one, 0)) {
        return pass("a quorum of witnesses saw `final`");
      }
    }
    return fail("no checkpoint over `final` carries a quorum", index);
  }

  /// attacks.md row 31: receipts bring checkpoints that the bundle's server may have hidden.
  private Check.Said oneRoot() {
    Map<Long, Bytes> roots = new HashMap<>();
    List<Checkpoint> all = new ArrayList<>();
    reading.kept().stream()
        .filter(k -> signedByLog(k.note()))
        .forEach(k -> all.add(k.checkpoint()));
    for (String text : reading.given().held().receipts()) {
      try {
        Note note = Receipt.parse(text).checkpoint();
        if (signedByLog(note)) all.add(Checkpoint.parse(note.body()));
      } catch (Malformed e) {
        // LOG-13 says what is wrong with it
      }
    }
    for (Checkpoint one : all) {
      Bytes other = roots.putIfAbsent(one.size(), one.root());
      boolean here =
          one.size() > record.size() || record.tree().root(one.size()).equals(one.root());
      if (!here || (other != null && !other.equals(one.root()))) {
        return fail("the log signed two roots of size " + one.size() + ": the proof of a fork");
      }
    }
    return pass(roots.size() + " sizes, one root each");
  }

  private boolean signedByLog(Note note) {
    try {
      Checkpoint.verified(note, reading.logKey().orElseThrow());
      return true;
    } catch (Malformed | java.util.NoSuchElementException e) {
      return false;
    }
  }

  private Check.Said times() {
    Map<String, TreeMap<Long, List<Long>>> bySigner = new TreeMap<>();
    int lines = 0;
    for (Reading.Kept one : reading.kept()) {
      for (Cosignature.Cosigned c : reading.cosigned(one)) {
        lines++;
        if (c.time() > reading.given().now() + CLOCKS) {
          return fail(c.name() + " cosigned " + one.path() + " in the future");
        }
        bySigner
            .computeIfAbsent(c.name(), n -> new TreeMap<>())
            .computeIfAbsent(one.checkpoint().size(), s -> new ArrayList<>())
            .add(c.time());
      }
    }
    for (Map.Entry<String, TreeMap<Long, List<Long>>> signer : bySigner.entrySet()) {
      long latest = Long.MIN_VALUE;
      for (Map.Entry<Long, List<Long>> size : signer.getValue().entrySet()) {
        for (long time : size.getValue()) {
          if (time < latest) {
            return fail(
                signer.getKey() + " cosigned size " + size.getKey() + " before a smaller size");
          }
        }
        for (long time : size.getValue()) latest = Math.max(latest, time);
      }
    }
    return pass(lines + " cosignatures in the order of time");
  }

  // ---- leaves

  private Check.Said strict() {
    Optional<Reading.Seen> broken = reading.against("LOG-10");
    if (broken.isPresent()) return reading.refused(broken.get());
    Set<Long> acts = new java.util.HashSet<>();
    reading.acts().forEach(a -> acts.add(a.index()));
    for (Map.Entry<Long, Refused> one : record.ignored().entrySet()) {
      boolean act = acts.contains(one.getKey());
      Code code = one.getValue().code();
      if (!act
          && !reading.strange().contains(one.getKey())
          && (code == Code.MALFORMED || code == Code.WRONG_CONTEXT)) {
        return fail("leaf " + one.getKey() + ": " + one.getValue().detail(), one.getKey());
      }
    }
    return pass("every leaf is an entry in its one form, with its election's id");
  }

  private Check.Said webRelease() {
    Optional<Reading.Seen> bad = reading.against("LOG-11");
    if (bad.isPresent()) return reading.refused(bad.get());
    Optional<WebRelease> release = record.webRelease();
    if (release.isEmpty()) {
      return record.openIndex() < 0
          ? notApplicable("the page's files have not been released")
          : fail("the vote was opened without hashes of the page's files", open());
    }
    int files = release.get().files().size();
    if (files == 0) return fail("the web-release names no file");
    Optional<Map<String, Bytes>> served = reading.given().held().web();
    if (served.isEmpty()) return pass(files + " files; compare them with --web");
    return release
        .get()
        .against(served.get())
        .map(
            found ->
                fail(
                    switch (found.difference()) {
                      case CHANGED, MISSING ->
                          "the served " + found.path() + " is not the one that the bodies signed";
                      case UNRELEASED -> "the served " + found.path() + " was never released";
                    }))
        .orElseGet(() -> pass(files + " files, as served"));
  }

  private Check.Said order() {
    if (!record.drafted()) return notChecked("no definition stands");
    Optional<Reading.Seen> bad = reading.against("LOG-12");
    if (bad.isPresent()) return reading.refused(bad.get());
    long before = 0;
    for (Map.Entry<Phase, Long> stage : record.stages().entrySet()) {
      if (stage.getValue() < before) return fail("phase " + stage.getKey().id() + " out of order");
      before = stage.getValue();
    }
    return pass("phase " + record.phase().id());
  }

  /// Whether a deposit that stands at this index brought the ballot with this leaf hash.
  private boolean holds(long index, Bytes leafHash) {
    Deposit.Logged deposit = record.deposits().get(index);
    return deposit != null && deposit.taken().contains(leafHash);
  }

  private Check.Said receipts() {
    List<String> given = reading.given().held().receipts();
    if (given.isEmpty()) return notApplicable("no receipt was given");
    for (int i = 0; i < given.size(); i++) {
      String name = "receipt " + (i + 1) + ": ";
      try {
        Receipt receipt = Receipt.parse(given.get(i));
        Checkpoint of = Checkpoint.verified(receipt.checkpoint(), reading.logKey().orElseThrow());
        if (of.size() > record.size()) {
          if (record.phase() == Phase.FINAL)
            return fail(name + "of a log that went on after `final`");
          return notChecked(name + "newer than this bundle; get a newer one");
        }
        if (!record.tree().root(of.size()).equals(of.root())) {
          return fail(name + "of another log: fork at size " + of.size(), receipt.index());
        }
        Bytes leaf = record.tree().leaf(receipt.index());
        Optional<Bytes> inside = Deposit.inside(receipt);
        if (inside.isPresent() && !holds(receipt.index(), inside.get())) {
          return fail(name + "its ballot is not in the deposit it names", receipt.index());
        }
        if (!Merkle.verifyInclusion(of.root(), of.size(), receipt.index(), leaf, receipt.proof())) {
          return fail(name + "its path does not lead to the root", receipt.index());
        }
      } catch (Malformed e) {
        return fail(name + e.getMessage());
      }
    }
    return pass(given.size() + " receipts, all in this log");
  }
}
