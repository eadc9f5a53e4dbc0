package veche.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.Coalition;
import veche.attacks.Booth;
import veche.ballot.Ballot;
import veche.ballot.Seal;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tree;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.trustee.Decrypt;
import veche.trustee.Lists;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;

/// Wrong records, each made so that one named check is the first to fail.
class MutantsTest {
  private static final long CLOSES = ElectionFixture.CLOSES;

  /// What the verifier is given.
  record Mutant(Map<String, Bytes> files, String trust, String... receipts) {
    static Mutant of(ElectionFixture fixture) {
      return new Mutant(fixture.files(), fixture.trust());
    }
  }

  /// Each line: the ids of exactly the checks that fail, and what the mutant is.
  private static final Path CASE_FILE = Path.of("src/spec/vectors/record/mutants.txt");

  private static final List<String> CASES = cases();

  /// checks §1: the record has no field or leaf for these.
  private static final Set<String> NEVER = Set.of("ROL-05", "ROL-07", "SET-09", "TAL-06");

  /// What these compare with the record is handed in beside it: [HeldTest].
  private static final Set<String> ELSEWHERE = Set.of("ROL-08", "BAL-09", "TAL-09");

  private static List<String> cases() {
    try {
      return Files.readAllLines(CASE_FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final Map<String, Map<String, Supplier<Mutant>>> table = new LinkedHashMap<>();

  private void row(String id, String what, Supplier<Mutant> mutant) {
    table.computeIfAbsent(id, i -> new LinkedHashMap<>()).put(what, mutant);
  }

  /// Check → what is wrong → the wrong record; [Corpus] writes them to files.
  static Map<String, Map<String, Supplier<Mutant>>> table() {
    MutantsTest all = new MutantsTest();
    all.logRows();
    all.rollRows();
    all.keyRows();
    all.ballotRows();
    all.mixRows();
    all.openingRows();
    all.councilRows();
    return all.table;
  }

  @TestFactory
  Stream<DynamicTest> everyMutantFailsFirstAtItsCheck() {
    List<DynamicTest> tests = new ArrayList<>();
    table()
        .forEach(
            (id, rows) ->
                rows.forEach(
                    (what, mutant) ->
                        tests.add(
                            DynamicTest.dynamicTest(
                                id + " " + what, () -> expect(id, what, mutant.get())))));
    return tests.stream();
  }

  private static void expect(String id, String what, Mutant mutant) {
    Verifier.Report report =
        MemoryBundle.verify(new MemoryBundle(mutant.files), mutant.trust, mutant.receipts);

    assertThat(report.firstFailure()).map(Check::id).as("%s", report.firstFailure()).contains(id);
    assertThat(report.exit()).isEqualTo(1);
    String failing =
        report.checks().stream()
            .filter(c -> c.status() == Check.Status.FAIL)
            .map(Check::id)
            .collect(Collectors.joining(" "));
    assertThat(CASES).as("%s", CASE_FILE).contains(failing + " | " + what);
  }

  /// A mutant nobody describes, or a description of none, would be a hole in the corpus.
  @Test
  void everyMutantIsACaseAndEveryCaseAMutant() {
    List<String> mutants = table().values().stream().flatMap(of -> of.keySet().stream()).toList();
    assertThat(CASES.stream().map(line -> line.replaceFirst("[^|]*\\| ", "")))
        .containsExactlyInAnyOrderElementsOf(mutants);
  }

  /// checks §2: what no record can show has no mutant, and nothing else is without one.
  @Test
  void everyCheckIsTheFirstFindingOfAMutant() {
    Set<String> without = new TreeSet<>(Check.IDS);
    without.removeAll(table().keySet());
    without.removeAll(ELSEWHERE);
    assertThat(without).isEqualTo(NEVER);
  }

  // ---- changed files of the good election

  private interface Change {
    void of(SortedMap<String, Bytes> files);
  }

  private static Mutant changed(Change change) {
    ElectionFixture good = ElectionFixture.good();
    SortedMap<String, Bytes> files = good.files();
    change.of(files);
    return new Mutant(files, good.trust());
  }

  private static Bytes flip(Bytes bytes, int at) {
    byte[] out = bytes.toArray();
    out[at] ^= 1;
    return Bytes.of(out);
  }

  private static String first(SortedMap<String, Bytes> files, String prefix) {
    return files.tailMap(prefix).firstKey();
  }

  /// Where the last contribution to the openings lies.
  private static String factors() {
    for (Bytes leaf : ElectionFixture.good().leaves.reversed()) {
      if (!Entry.type(leaf).orElseThrow().equals("decrypt")) continue;
      return "blob/" + Decrypt.Payload.read(Act.parse(leaf).payload()).factors().hex();
    }
    throw new AssertionError();
  }

  private void logRows() {
    ElectionFixture good = ElectionFixture.good();
    row("LOG-01", "a blob is gone", () -> changed(f -> f.remove(factors())));
    row(
        "LOG-01",
        "a blob has other bytes",
        () -> changed(f -> f.compute(factors(), (k, v) -> flip(v, 40))));
    row(
        "LOG-01",
        "the leaves are cut short",
        () -> changed(f -> f.compute(first(f, "tile/entries/"), (k, v) -> v.slice(0, 5_000))));
    row("LOG-01", "a stage is gone", () -> changed(f -> f.remove("stage/1")));
    row(
        "LOG-01",
        "a stage is hidden",
        () -> changed(f -> f.compute("stage/index", (k, v) -> v.slice(2, v.length()))));
    row(
        "LOG-02",
        "a tile has another hash",
        () -> changed(f -> f.compute(first(f, "tile/0/"), (k, v) -> flip(v, 3))));
    row(
        "LOG-02",
        "another root is signed",
        () -> {
          Checkpoint other = new Checkpoint(ElectionFixture.ORIGIN, good.leaves.size(), X);
          return changed(f -> f.put("checkpoint", text(good.note(other, Map.of()))));
        });
    row(
        "LOG-03",
        "another key signs",
        () -> {
          SigningKey thief = Coalition.key(ElectionFixture.ORIGIN, Vkey.ED25519);
          Checkpoint same = new Checkpoint(ElectionFixture.ORIGIN, 1, good.tree().root(1));
          return changed(f -> f.put("stage/1", text(same.sign(thief))));
        });
    row(
        "LOG-03",
        "a witness's line does not verify",
        () -> {
          Checkpoint same = new Checkpoint(ElectionFixture.ORIGIN, 1, good.tree().root(1));
          Checkpoint other = new Checkpoint(ElectionFixture.ORIGIN, 1, X);
          String line = Cosignature.line(good.coalition.witness("west"), other, CLOSES);
          return changed(f -> f.put("stage/1", text(same.sign(good.log).with(line))));
        });
    row(
        "LOG-03",
        "the trust file names another log",
        () -> {
          String other = Coalition.key(ElectionFixture.ORIGIN, Vkey.ED25519).vkey().toString();
          String trust = good.trust().replace(good.log.vkey().toString(), other);
          return new Mutant(good.files(), trust);
        });
    row(
        "LOG-04",
        "a stage is of another history",
        () -> {
          Checkpoint other = new Checkpoint(ElectionFixture.ORIGIN, 1, X);
          return changed(f -> f.put("stage/1", text(good.note(other, Map.of()))));
        });
    row("LOG-05", "too few witnesses saw `open`", () -> stages((i, o, c) -> i > o, "north"));
    row(
        "LOG-05",
        "`open` came early",
        () -> {
          ElectionFixture f = copy(good);
          long open = good.coalition.record().openIndex();
          f.stage(open + 1, ElectionFixture.OPENS - 1, "north", "east");
          return Mutant.of(f);
        });
    row(
        "LOG-06",
        "no quorum saw the log before `close`",
        () -> stages((i, o, c) -> i == c, "west"));
    row("LOG-07", "too few witnesses saw `final`", () -> stages((i, o, c) -> i > c + 1, "north"));
    row(
        "LOG-08",
        "a receipt brings another root",
        () -> new Mutant(good.files(), good.trust(), receipt(forked(), 3, "north", "east")));
    row(
        "LOG-09",
        "time runs backwards",
        () -> {
          ElectionFixture f = copy(good);
          f.stage(1, CLOSES + 50_000, "north", "east", "west");
          return Mutant.of(f);
        });
    row(
        "LOG-09",
        "a witness lives in the future",
        () -> {
          ElectionFixture f = copy(good);
          f.stage(f.leaves.size(), ElectionFixture.NOW + 7_200, "north", "east", "west");
          return Mutant.of(f);
        });
    row("LOG-10", "a leaf is no entry", () -> added(Bytes.utf8("nothing at all")));
    row(
        "LOG-10",
        "a leaf of an unknown type",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          return Mutant.of(f.add(f.act("poem", Enc.list(), "north", "east").encode()));
        });
    row(
        "LOG-10",
        "an act of another election",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Act foreign = Act.unsigned("close", X, 0, Enc.list(Enc.uint(CLOSES)));
          return Mutant.of(f.add(f.coalition.sign(foreign, f.coalition.body("north")).encode()));
        });
    row("LOG-10", "a ballot of another election", () -> added(foreignBallot()));
    row(
        "LOG-11",
        "the page changes during the vote without a reason",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Enc silent = Enc.list(Enc.list(), Enc.text(""));
          return Mutant.of(f.add(f.act("web-release", silent, "north", "east").encode()));
        });
    row(
        "LOG-12",
        "`final` comes before the count",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          return Mutant.of(f.add(f.act("final", Enc.list(), "north", "east").encode()));
        });
    row(
        "LOG-12",
        "an act is replayed",
        () -> {
          ElectionFixture f = new ElectionFixture().draft();
          return Mutant.of(f.add(f.leaves.getFirst()));
        });
    row(
        "LOG-12",
        "one body closes",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Enc payload = Enc.list(Enc.uint(CLOSES));
          return Mutant.of(f.add(f.act("close", payload, "north").encode()));
        });
    row(
        "LOG-13",
        "a receipt's path leads elsewhere",
        () -> {
          String text = receipt(good, 3, "north", "east");
          return new Mutant(good.files(), good.trust(), text.replace("index 3", "index 4"));
        });
  }

  private static final Bytes X = Bytes.utf8("another log").sha256();

  private static Bytes text(Note note) {
    return Bytes.utf8(note.text());
  }

  /// The same log and witnesses; stages may be changed.
  private static ElectionFixture copy(ElectionFixture of) {
    return of.sibling();
  }

  private interface Which {
    boolean is(long size, long open, long close);
  }

  /// The good election, with only these witnesses on the stages of these sizes.
  private static Mutant stages(Which which, String... witnesses) {
    ElectionFixture f = copy(ElectionFixture.good());
    Record record = f.coalition.record();
    for (long size : List.copyOf(f.stages.keySet())) {
      if (!which.is(size, record.openIndex(), record.closeIndex())) continue;
      long time = f.stages.get(size).values().iterator().next();
      f.stage(size, time, witnesses);
    }
    return Mutant.of(f);
  }

  /// Another history of the same log, from its third leaf on.
  private static ElectionFixture forked() {
    ElectionFixture f = copy(ElectionFixture.good());
    f.leaves.set(2, f.leaves.get(1));
    return f;
  }

  static String receipt(ElectionFixture of, int index, String... witnesses) {
    Tree tree = of.tree();
    long size = of.leaves.size();
    Map<String, Long> times = new HashMap<>();
    for (String witness : witnesses) times.put(witness, CLOSES + 3_000);
    return new Receipt(index, tree.inclusion(index, size), of.note(tree, size, times)).text();
  }

  private static Mutant added(Bytes leaf) {
    return Mutant.of(new ElectionFixture().opened(2).add(leaf));
  }

  private static Bytes foreignBallot() {
    ElectionFixture other = new ElectionFixture().opened(2);
    return other.vote(0, List.of(1, 0, 0), List.of(1, 0));
  }

  // ---- the roll

  private void rollRows() {
    row(
        "ROL-01",
        "a body freezes the roll",
        () -> freeze(1, f -> f.coalition.body("north"), rows -> rows));
    row("ROL-02", "another count", () -> freeze(2, f -> f.coalition.registrar(), rows -> rows));
    row(
        "ROL-03",
        "a key stands twice",
        () ->
            freeze(
                2,
                f -> f.coalition.registrar(),
                rows -> List.of(rows.getFirst(), rows.getFirst())));
    row(
        "ROL-04",
        "the roll is frozen once more",
        () -> {
          ElectionFixture f = new ElectionFixture().draft().keys().roll(2);
          Bytes blob = rows(f, 2);
          f.blobs.put(blob.sha256(), blob);
          return Mutant.of(f.add(freezing(f, 2, blob, f.coalition.registrar())));
        });
    row(
        "ROL-06",
        "a row that the registrar did not sign",
        () ->
            freeze(
                1,
                f -> f.coalition.registrar(),
                rows -> {
                  RollRow r = rows.getFirst();
                  return List.of(
                      new RollRow(r.vk(), 0, flip(r.signature(), 0), r.popT(), r.popZ()));
                }));
    row(
        "ROL-06",
        "a key that nobody holds",
        () ->
            freeze(
                1,
                f -> f.coalition.registrar(),
                rows -> {
                  RollRow r = rows.getFirst();
                  return List.of(
                      new RollRow(r.vk(), 0, r.signature(), r.popT(), r.popZ().plus(Scalar.of(1))));
                }));
  }

  private interface Signer {
    SigningKey of(ElectionFixture fixture);
  }

  private interface Rows {
    List<RollRow> of(List<RollRow> honest);
  }

  /// A log that ends with a freeze of one row, changed and declared as told.
  private static Mutant freeze(long declared, Signer signer, Rows change) {
    ElectionFixture f = new ElectionFixture().draft().keys();
    List<RollRow> honest = Roll.read(rows(f, 1));
    Bytes blob = Enc.list(change.of(honest), RollRow::enc).encode();
    f.blobs.put(blob.sha256(), blob);
    f.coalition.know(blob);
    return Mutant.of(f.add(freezing(f, declared, blob, signer.of(f))));
  }

  private static Bytes rows(ElectionFixture f, int count) {
    List<Coalition.Voter> people = new ArrayList<>();
    for (int i = 0; i < count; i++) people.add(new Coalition.Voter());
    return Roll.blob(f.coalition.rows(people));
  }

  private static Bytes freezing(ElectionFixture f, long count, Bytes blob, SigningKey signer) {
    Enc payload = Enc.list(Enc.uint(count), Enc.bytes(blob.sha256()));
    return f.coalition.act("roll-freeze", payload, signer).encode();
  }

  // ---- definition and key

  private void keyRows() {
    ElectionFixture good = ElectionFixture.good();
    row(
        "SET-01",
        "another definition than people agreed on",
        () -> {
          String cid = good.coalition.draft().cid().hex();
          return new Mutant(good.files(), good.trust().replace(cid, X.hex()));
        });
    row(
        "SET-02",
        "one body defines",
        () -> {
          ElectionFixture f = new ElectionFixture();
          return Mutant.of(
              f.add(f.coalition.draftAct(f.coalition.body("north")).encode()).stage(CLOSES));
        });
    row(
        "SET-02",
        "a body's key is not the one people know",
        () -> {
          String mine = good.coalition.body("west").vkey().toString();
          String other = Coalition.key("west", Vkey.ED25519).vkey().toString();
          return new Mutant(good.files(), good.trust().replace(mine, other));
        });
    row(
        "SET-03",
        "the trustees' parts add up to nothing",
        () -> {
          ElectionFixture f = new ElectionFixture();
          f.coalition.cancels();
          f.draft().coalition.commitAndReveal((act, blobs) -> f.leaves.add(act.encode()));
          return Mutant.of(f);
        });
    row(
        "SET-07",
        "all trustees are needed, so that one can stop the count",
        () -> {
          ElectionFixture f = new ElectionFixture();
          List<Enc> items = items(f.coalition.draft().enc());
          items.set(10, Enc.uint(3));
          Enc draft = Enc.list(items);
          Act act = Act.unsigned("draft", veche.election.Draft.read(draft).cid(), 0, draft);
          Coalition c = f.coalition;
          return Mutant.of(f.add(c.sign(act, c.body("north"), c.body("east")).encode()));
        });
    row(
        "SET-10",
        "an act after `open` is bound to the definition alone",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Enc payload = Enc.list(Enc.text("late"), Enc.uint(0));
          Act act = Act.unsigned("object", f.coalition.record().cid(), 0, payload);
          return Mutant.of(f.add(f.coalition.sign(act, f.coalition.body("west")).encode()));
        });
    row("SET-04", "a trustee proves another part", () -> reveal(true));
    row(
        "SET-05",
        "a trustee commits twice",
        () -> {
          ElectionFixture f = new ElectionFixture().draft();
          Enc twice = commit(f, 1);
          f.add(f.coalition.act("dkg-commit", twice, f.coalition.holder(1)).encode());
          f.add(f.coalition.act("dkg-commit", twice, f.coalition.holder(1)).encode());
          return Mutant.of(f);
        });
    row(
        "SET-05",
        "a trustee complains",
        () -> {
          ElectionFixture f = new ElectionFixture().draft();
          f.coalition.commitAndReveal((act, blobs) -> f.leaves.add(act.encode()));
          Enc accuses = Enc.list(Enc.uint(2));
          return Mutant.of(
              f.add(f.coalition.act("dkg-complaint", accuses, f.coalition.holder(1)).encode()));
        });
    row(
        "SET-06",
        "the vote opens with another key",
        () -> {
          ElectionFixture f = new ElectionFixture().draft().keys().roll(2).prepare();
          var m = f.coalition.record().manifestToOpen().orElseThrow();
          var other =
              new veche.election.Manifest(
                  m.draftDigest(),
                  m.dkgDigest(),
                  Point.base(Scalar.of(7)),
                  m.shares(),
                  m.rollRoot(),
                  m.rollSize(),
                  m.rollSizes(),
                  m.webRelease());
          return Mutant.of(f.add(f.act("open", other.enc(), "north", "east").encode()));
        });
    row(
        "SET-08",
        "a trustee reveals another lot",
        () -> {
          ElectionFixture f = new ElectionFixture().draft().keys().roll(2);
          for (int j = 1; j <= 2; j++) {
            Bytes commit = Lots.commitment(f.coalition.draft().cid(), j, X);
            Enc payload = Enc.list(Enc.bytes(commit));
            f.add(f.coalition.act("lot-commit", payload, f.coalition.holder(j)).encode());
          }
          Enc other = Enc.list(Enc.bytes(X.sha256()));
          return Mutant.of(
              f.add(f.coalition.act("lot-reveal", other, f.coalition.holder(1)).encode()));
        });
  }

  private static List<Enc> items(Enc list) {
    List<Enc> out = new ArrayList<>();
    Enc.Fields fields = list.fields("list");
    while (fields.remaining() > 0) out.add(fields.any("item"));
    return out;
  }

  private static Enc commit(ElectionFixture f, int i) {
    Bytes dctx = f.coalition.record().keys().context();
    return veche.trustee.Ceremony.begin(dctx, i, Coalition.T, Entropy.system()).commit().enc();
  }

  /// A reveal that does not fit the commit of its trustee.
  private static Mutant reveal(boolean other) {
    ElectionFixture f = new ElectionFixture().draft();
    Bytes dctx = f.coalition.record().keys().context();
    List<veche.trustee.Ceremony.Secrets> secrets = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      secrets.add(veche.trustee.Ceremony.begin(dctx, i, Coalition.T, Entropy.system()));
      Enc payload = secrets.get(i - 1).commit().enc();
      f.add(f.coalition.act("dkg-commit", payload, f.coalition.holder(i)).encode());
    }
    var commits = secrets.stream().map(veche.trustee.Ceremony.Secrets::commit).toList();
    var drawn = veche.trustee.Ceremony.begin(dctx, 1, Coalition.T, Entropy.system());
    var reveal =
        veche.trustee.Ceremony.reveal(
            dctx, 1, other ? drawn : secrets.getFirst(), commits, Entropy.system());
    return Mutant.of(
        f.add(f.coalition.act("dkg-reveal", reveal.enc(), f.coalition.holder(1)).encode()));
  }

  // ---- ballots and opening

  private void ballotRows() {
    row(
        "BAL-01",
        "a ballot with a point off the curve",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          byte[] leaf =
              f.voters
                  .getFirst()
                  .ballot(f.coalition, List.of(List.of(1, 0, 0), List.of(1, 0)))
                  .toArray();
          leaf[leaf.length - 33 - 1 - 32] = 7;
          return Mutant.of(f.add(Bytes.of(leaf)));
        });
    row(
        "LOG-12",
        "a deposit that no body signed",
        () -> deposited((f, d) -> d.with(List.of(f.coalition.registrar().signLine("x\n")))));
    row(
        "LOG-12",
        "a deposit with a forged signature of a body",
        () -> deposited((f, d) -> d.with(List.of(f.coalition.body("west").signLine("x\n")))));
    row(
        "LOG-12",
        "a ballot in a deposit is changed after the body signed it",
        () ->
            deposited(
                (f, d) -> {
                  Act signed = f.coalition.sign(d, f.coalition.body("west"));
                  Bytes other = f.voters.get(1).ballot(f.coalition, CHOICE);
                  return new Deposit(List.of(other)).act(d.id()).with(signed.signatures());
                }));
    row(
        "LOG-12",
        "a deposit that brings nothing new",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Deposit same = new Deposit(List.of(f.vote(0, CHOICE.get(0), CHOICE.get(1))));
          return Mutant.of(f.add(signed(f, same)));
        });
    row(
        "LOG-12",
        "a deposit after `close`",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
          Deposit late = new Deposit(List.of(f.voters.get(3).ballot(f.coalition, CHOICE)));
          return Mutant.of(f.closed().add(signed(f, late)));
        });
    row(
        "LOG-13",
        "a ballot is dropped from a deposit that was acknowledged",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Bytes kept = f.voters.get(0).ballot(f.coalition, CHOICE);
          Bytes dropped = f.voters.get(1).ballot(f.coalition, CHOICE);
          f.add(signed(f, new Deposit(List.of(kept))));
          Receipt of = Receipt.parse(receipt(f, f.leaves.size() - 1));
          String promised = Deposit.receipt(Merkle.leafHash(dropped), of).text();
          return new Mutant(f.files(), f.trust(), promised);
        });
  }

  private static final List<List<Integer>> CHOICE = List.of(List.of(1, 0, 0), List.of(1, 0));

  private interface Signs {
    Act of(ElectionFixture fixture, Act unsigned);
  }

  private static Mutant deposited(Signs signs) {
    ElectionFixture f = new ElectionFixture().opened(2);
    Deposit one = new Deposit(List.of(f.voters.getFirst().ballot(f.coalition, CHOICE)));
    return Mutant.of(f.add(signs.of(f, one.act(f.coalition.record().id())).encode()));
  }

  private static Bytes signed(ElectionFixture f, Deposit deposit) {
    Act act = deposit.act(f.coalition.record().id());
    return f.coalition.sign(act, f.coalition.body("west")).encode();
  }

  private static ElectionFixture rankedClosed() {
    return ElectionFixture.ranked().opened(4).ranked("01234", "210", "34", "10").closed();
  }

  private interface MixChange {
    Mix.Payload of(ElectionFixture f, Mix.Made made);
  }

  /// Logs a changed mix of this trustee with what it refers to.
  private static ElectionFixture badMix(
      ElectionFixture f, int trustee, int place, MixChange change) {
    Mix.Made made = f.coalition.mixed(2, place);
    made.blobs().forEach(blob -> give(f, blob));
    Enc payload = change.of(f, made).enc();
    f.add(f.coalition.act("mix", payload, f.coalition.holder(trustee)).encode());
    return f;
  }

  private static Bytes give(ElectionFixture f, Bytes blob) {
    f.coalition.know(blob);
    f.blobs.put(blob.sha256(), blob);
    return blob.sha256();
  }

  private static Mix.Statement saying(
      Mix.Statement s, int place, Bytes input, Bytes output, Bytes reply) {
    return new Mix.Statement(
        s.eid(),
        s.contest(),
        place,
        input,
        output,
        s.permutationCommitment(),
        s.commitment(),
        reply);
  }

  private static Mix.Payload with(Mix.Made made, Mix.Statement statement) {
    return new Mix.Payload(statement, "main", made.payload().list());
  }

  private void mixRows() {
    row(
        "MIX-01",
        "the first mix begins with another list than the box",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed(),
                    1,
                    1,
                    (f, made) -> {
                      Mix.Statement s = made.payload().statement();
                      return with(made, saying(s, 1, X, s.output(), s.reply()));
                    })));
    row(
        "MIX-02",
        "the second mix begins with the box again",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed().mix(1),
                    2,
                    2,
                    (f, made) -> {
                      Mix.Statement s = made.payload().statement();
                      Bytes box =
                          f.coalition
                              .record()
                              .mixes()
                              .orElseThrow()
                              .input(2)
                              .orElseThrow()
                              .digest();
                      return with(made, saying(s, 2, box, s.output(), s.reply()));
                    })));
    row(
        "MIX-03",
        "a proof's reply is changed",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed(),
                    1,
                    1,
                    (f, made) -> {
                      Mix.Statement s = made.payload().statement();
                      Bytes reply = made.blobs().get(2);
                      Bytes other = give(f, flip(reply, reply.length() - 1));
                      return with(made, saying(s, 1, s.input(), s.output(), other));
                    })));
    row(
        "MIX-03",
        "a ballot is swapped for another one's",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed(),
                    1,
                    1,
                    (f, made) -> {
                      Mix.Statement s = made.payload().statement();
                      var list = veche.crypto.Ciphertexts.read("list", made.blobs().get(3), 4, 1);
                      List<ElGamal> rows = new ArrayList<>(list.rows());
                      Scalar r = Scalar.of(5);
                      Point key = f.coalition.record().manifest().orElseThrow().key();
                      rows.set(0, rows.get(1).plus(new ElGamal(Point.base(r), key.times(r))));
                      var swapped = veche.crypto.Ciphertexts.of(rows);
                      return new Mix.Payload(
                          saying(s, 1, s.input(), swapped.digest(), s.reply()),
                          "main",
                          give(f, swapped.tree()));
                    })));
    row(
        "MIX-04",
        "a list comes out with a row less",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed(),
                    1,
                    1,
                    (f, made) -> {
                      Mix.Statement s = made.payload().statement();
                      var list = veche.crypto.Ciphertexts.read("list", made.blobs().get(3), 4, 1);
                      var less = veche.crypto.Ciphertexts.of(list.rows().subList(0, 3));
                      return new Mix.Payload(
                          saying(s, 1, s.input(), less.digest(), s.reply()),
                          "main",
                          give(f, less.tree()));
                    })));
    row(
        "MIX-05",
        "one trustee mixes twice",
        () -> Mutant.of(badMix(rankedClosed().mix(1), 1, 2, (f, made) -> made.payload())));
    row(
        "MIX-05",
        "opened after one mix",
        () -> {
          ElectionFixture f = rankedClosed().mix(1);
          Enc any = Enc.list(Enc.uint(2), Enc.text("ranked"));
          return Mutant.of(f.add(f.coalition.act("decrypt", any, f.coalition.holder(1)).encode()));
        });
    row(
        "MIX-06",
        "a mix is logged before the vote is closed",
        () -> {
          ElectionFixture good = ElectionFixture.goodRanked();
          Mixes.Done done = good.coalition.record().mixes().orElseThrow().done(2).getFirst();
          ElectionFixture f = ElectionFixture.ranked().opened(4).ranked("01234", "210");
          Mix.Statement s = done.statement();
          Mix.Statement early =
              new Mix.Statement(
                  f.coalition.record().eid().orElseThrow(),
                  2,
                  1,
                  s.input(),
                  s.output(),
                  s.permutationCommitment(),
                  s.commitment(),
                  s.reply());
          Enc payload = new Mix.Payload(early, "main", done.listBlob()).enc();
          return Mutant.of(f.add(f.coalition.act("mix", payload, f.coalition.holder(1)).encode()));
        });
    row(
        "MIX-07",
        "the identity stands in the list",
        () ->
            Mutant.of(
                badMix(
                    rankedClosed(),
                    1,
                    1,
                    (f, made) -> {
                      byte[] tree = made.blobs().get(3).toArray();
                      // the first point: node, node of N, node of two leaves of 33 bytes
                      for (int i = 0; i < 33; i++) {
                        tree[20 + i] = (byte) 0xff;
                        tree[58 + i] = (byte) 0xff;
                      }
                      return new Mix.Payload(
                          made.payload().statement(), "main", give(f, Bytes.of(tree)));
                    })));
  }

  private void openingRows() {
    row(
        "DEC-02",
        "of two contributions one is not proved",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce().closed().decrypt(1);
          return Mutant.of(badDecrypt(f, 2, f.coalition.share(2), Scalar.of(1)));
        });
    row(
        "BAL-02",
        "trustees open a list with a ballot whose proof does not hold",
        () -> opened(MutantsTest::unproved));
    row(
        "BAL-03",
        "trustees open a list with a ballot by a key that is not on the roll",
        () -> opened(f -> new Coalition.Voter().ballot(f.coalition, CHOICE)));
    row(
        "BAL-04",
        "trustees open a list with a copied ballot",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(4);
          Booth booth = new Booth(f.coalition.paper(), CHOICE);
          List<List<Scalar>> shared = booth.randomness();
          Scalar mine = f.voters.get(0).secret;
          Scalar yours = f.voters.get(1).secret;
          f.add(Seal.sign(booth.forged(mine, shared), mine));
          f.vote(2, CHOICE.get(0), CHOICE.get(1));
          Bytes copy = Seal.sign(booth.forged(yours, shared), yours);
          return with(f.add(copy).closed(), copy);
        });
    row(
        "BAL-05",
        "trustees open a list with an older ballot of a key",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce();
          Bytes older = f.leaves.getLast();
          f.vote(2, List.of(0, 1, 0), List.of(0, 1));
          return with(f.closed(), older);
        });
    row(
        "BAL-05",
        "trustees open a list with a ballot that stands twice",
        () -> opened(f -> f.leaves.getLast()));
    row(
        "BAL-06",
        "trustees open a list with a ballot cast after the vote",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
          Bytes late = f.voters.get(3).ballot(f.coalition, CHOICE);
          return with(f.closed().add(late), late);
        });
    row(
        "BAL-07",
        "trustees open a list with ballots of all sorts",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
          Bytes unproved = unproved(f);
          Bytes stranger = new Coalition.Voter().ballot(f.coalition, CHOICE);
          return with(f.add(unproved).add(stranger).closed(), unproved, stranger);
        });
    row(
        "BAL-08",
        "a trustee opens a list with one ballot less",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce().closed();
          List<ElGamal> sums = f.coalition.record().openings().orElseThrow().list(0);
          var one = f.coalition.record().chain().counted().getFirst().ciphertexts().getFirst();
          List<ElGamal> less = new ArrayList<>();
          for (int j = 0; j < sums.size(); j++) less.add(sums.get(j).minus(one.get(j)));
          return Mutant.of(decryptOf(f, 1, less));
        });
    row(
        "BAL-10",
        "a trustee opens ballots as set aside that nobody set aside",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce().closed();
          List<ElGamal> list = f.coalition.record().openings().orElseThrow().list(0);
          return Mutant.of(decryptOf(f, 1, list, "set-aside"));
        });
    row(
        "DEC-01",
        "a trustee opens a list of its own",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce().closed();
          List<ElGamal> list = f.coalition.record().openings().orElseThrow().list(0);
          return Mutant.of(decryptOf(f, 1, list.stream().map(c -> c.plus(c)).toList()));
        });
    row(
        "DEC-03",
        "bodies certify what one trustee opened",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3).votedOnce().closed().decrypt(1);
          String text = ElectionFixture.good().certificate();
          return Mutant.of(f.add(certificate(f, text, "north", "east")));
        });
    row(
        "DEC-04",
        "the certificate states another number",
        () -> certified("option: vera \\d+", "option: vera 0"));
    row(
        "DEC-06",
        "the certificate states a number that no ballots can give",
        () -> certified("option: vera ", "option: vera 9"));
    row(
        "DEC-05",
        "sums of fewer than minCount ballots are opened",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(3);
          f.vote(0, List.of(1, 0, 0), List.of(1, 0));
          f.closed();
          return Mutant.of(decryptOf(f, 1, f.coalition.record().openings().orElseThrow().list(0)));
        });
  }

  private interface Made {
    Bytes of(ElectionFixture fixture);
  }

  /// An election in which a ballot that does not count was logged and opened with the others.
  private static Mutant opened(Made ballot) {
    ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
    Bytes leaf = ballot.of(f);
    return with(f.add(leaf).closed(), leaf);
  }

  /// A trustee opens the counted ballots of the first contest and these.
  private static Mutant with(ElectionFixture f, Bytes... more) {
    List<ElGamal> sums = new ArrayList<>(f.coalition.record().openings().orElseThrow().list(0));
    for (Bytes leaf : more) {
      Enc.Fields answer = Ballot.parse(leaf).answers().getFirst().fields("answer");
      answer.uint("contest");
      answer.text("kind");
      List<Point> points = answer.list("pairs", pairs -> pairs.element("point", Point.class));
      for (int j = 0; j < sums.size(); j++) {
        sums.set(j, sums.get(j).plus(new ElGamal(points.get(2 * j), points.get(2 * j + 1))));
      }
    }
    return Mutant.of(decryptOf(f, 1, sums));
  }

  private static Bytes unproved(ElectionFixture f) {
    Coalition.Voter voter = f.voters.get(3);
    Bytes later =
        Seal.body(f.coalition.paper(), CHOICE, voter.vk, 1, X, Entropy.system().bytes(32));
    List<Enc> items = items(Enc.parse(later, Point::decode));
    items.set(3, Enc.uint(0));
    items.set(4, Enc.bytes(Bytes.zero(32)));
    return Seal.sign(Enc.list(items).encode(), voter.secret);
  }

  /// A contribution to another list than the fold's, rightly proved.
  private static ElectionFixture decryptOf(ElectionFixture f, int j, List<ElGamal> list) {
    return decryptOf(f, j, list, "main");
  }

  private static ElectionFixture decryptOf(
      ElectionFixture f, int j, List<ElGamal> list, String part) {
    Bytes digest = Lists.digest(list);
    Bytes context =
        Decrypt.context(f.coalition.record().eid().orElseThrow(), 0, "approval", digest);
    Bytes factors = Dleq.blob(Dleq.factors(f.coalition.share(j), list));
    f.blobs.put(factors.sha256(), factors);
    f.coalition.know(factors);
    Dleq proof =
        Decrypt.prove(
            context,
            j,
            f.coalition.share(j),
            list,
            Dleq.factors(f.coalition.share(j), list),
            Entropy.system());
    Enc payload = new Decrypt.Payload(0, "approval", part, digest, factors.sha256(), proof).enc();
    return f.add(f.coalition.act("decrypt", payload, f.coalition.holder(j)).encode());
  }

  /// A contribution to the first contest whose proof is off by `wrong`.
  static ElectionFixture badDecrypt(ElectionFixture f, int j, Scalar share, Scalar wrong) {
    Openings openings = f.coalition.record().openings().orElseThrow();
    List<ElGamal> list = openings.list(0);
    Bytes factors = Dleq.blob(Dleq.factors(share, list));
    f.blobs.put(factors.sha256(), factors);
    f.coalition.know(factors);
    Dleq proof =
        Decrypt.prove(
            openings.context(0), j, share, list, Dleq.factors(share, list), Entropy.system());
    Dleq off = new Dleq(proof.t(), proof.u(), proof.z().plus(wrong));
    Enc payload =
        new Decrypt.Payload(0, "approval", "main", openings.digest(0), factors.sha256(), off).enc();
    return f.add(f.coalition.act("decrypt", payload, f.coalition.holder(j)).encode());
  }

  // ---- result and certificate

  private static ElectionFixture counted() {
    return new ElectionFixture().opened(3).votedOnce().closed().decrypt(1, 2);
  }

  private static Bytes certificate(ElectionFixture f, String text, String... bodies) {
    return f.act("certificate", Enc.list(Enc.text(text)), bodies).encode();
  }

  /// The certificate of a good election with another text in one place.
  private static Mutant certified(String is, String instead) {
    ElectionFixture f = counted();
    String text = f.certificate();
    String other = text.replaceFirst(is, instead);
    assertThat(other).isNotEqualTo(text);
    return Mutant.of(f.add(certificate(f, other, "north", "east")));
  }

  private void councilRows() {
    row(
        "TAL-01",
        "the certificate is over another result",
        () -> {
          ElectionFixture f = counted();
          String digest = f.coalition.record().result().orElseThrow().digest().hex();
          String text = f.certificate().replace(digest, X.hex());
          return Mutant.of(f.add(certificate(f, text, "north", "east")));
        });
    row(
        "TAL-02",
        "a trustee reveals another lot after close",
        () -> {
          ElectionFixture f = ElectionFixture.late(2).opened(3).votedOnce().closed().reveal(1);
          Enc other = Enc.list(Enc.bytes(X));
          f.add(f.coalition.act("lot-reveal", other, f.coalition.holder(2)).encode());
          return Mutant.of(f.reveal(2).decrypt(1, 2));
        });
    row(
        "TAL-02",
        "the certificate tells of a lot that decided nothing",
        () ->
            certified(
                "избран / elected: ", "жребий / lot: drawn-order vera anna\nизбран / elected: "));
    row(
        "TAL-03",
        "the certificate leaves out a refused ballot",
        () -> certified("refused by rule: 0", "refused by rule: 1"));
    row(
        "TAL-04",
        "the certificate names another page",
        () -> {
          ElectionFixture f = counted();
          String page = f.coalition.record().webRelease().orElseThrow().digest().hex();
          return certified(page, X.hex());
        });
    row(
        "TAL-05",
        "the certificate elects somebody else",
        () -> certified("elected: vera", "elected: anna"));
    row(
        "TAL-08",
        "the certificate says that a threshold fails",
        () -> certified(" holds ", " fails "));
    row(
        "TAL-07",
        "a tally disagrees",
        () -> {
          ElectionFixture f = counted();
          Bytes blob = Bytes.utf8("another result");
          f.blobs.put(blob.sha256(), blob);
          f.coalition.know(blob);
          Enc payload = Enc.list(Enc.bytes(X), Enc.bytes(blob.sha256()));
          return Mutant.of(f.add(f.act("tally", payload, "north").encode()));
        });
    row(
        "CER-01",
        "the certificate is a poem",
        () -> {
          ElectionFixture f = counted();
          return Mutant.of(f.add(certificate(f, "a poem\n", "north", "east")));
        });
    row(
        "CER-02",
        "one body certifies",
        () -> {
          ElectionFixture f = counted();
          return Mutant.of(f.add(certificate(f, f.certificate(), "north")));
        });
    row(
        "CER-02",
        "people want three bodies",
        () -> {
          ElectionFixture good = ElectionFixture.good();
          String trust = good.trust().replace("rule certify 2", "rule certify 3");
          return new Mutant(good.files(), trust);
        });
    row(
        "CER-03",
        "a key that is not in force signs among others",
        () -> {
          ElectionFixture f = counted();
          Act act = f.act("certificate", Enc.list(Enc.text(f.certificate())), "north", "east");
          List<String> lines = new ArrayList<>(act.signatures());
          lines.add(
              Coalition.key("south", Vkey.ED25519).signLine(act.noteBody(ElectionFixture.ORIGIN)));
          return Mutant.of(f.add(act.with(lines).encode()));
        });
    row(
        "CER-04",
        "a witness saw the certificate before the vote closed",
        () -> {
          ElectionFixture f = copy(ElectionFixture.good());
          long close = f.coalition.record().closeIndex();
          f.stage(close, CLOSES + 10, "north", "east");
          f.stage(close + 1, CLOSES + 20, "north", "east");
          f.stage(f.leaves.size(), CLOSES + 3_000, "north", "east");
          f.stages.get((long) f.leaves.size()).put("west", CLOSES - 100);
          return Mutant.of(f);
        });
    row(
        "CER-05",
        "an objection in no language",
        () -> {
          ElectionFixture f = new ElectionFixture().opened(2);
          Enc payload = Enc.list(Enc.text("no"), Enc.uint(9));
          return Mutant.of(f.add(f.act("object", payload, "west").encode()));
        });
    row(
        "CER-06",
        "a dissent in another body's name",
        () -> {
          ElectionFixture f = counted().certify();
          Record record = f.coalition.record();
          String text =
              new veche.council.Dissent(
                      ElectionFixture.SLUG,
                      record.eid().orElseThrow(),
                      "east",
                      veche.council.Certificate.digest(f.certificate()),
                      record.result().orElseThrow().digest(),
                      List.of("no"),
                      List.of(),
                      List.of())
                  .text();
          return Mutant.of(f.add(f.act("dissent", Enc.list(Enc.text(text)), "west").encode()));
        });
    row(
        "CER-07",
        "an observer's statement is over another log",
        () -> {
          ElectionFixture f = counted();
          SigningKey key = Coalition.key("ivan", Vkey.ED25519);
          Enc payload =
              new Countersigned(key.vkey(), f.leaves.size(), X, "abacus", "1", 60, 0, 12, 0, "")
                  .enc();
          return Mutant.of(f.add(f.coalition.act("countersign", payload, key).encode()));
        });
    row(
        "CER-08",
        "a contest is annulled",
        () -> {
          ElectionFixture f = counted().certify();
          Enc payload = Enc.list(Enc.uint(0), Enc.text("the roll was forged"));
          return Mutant.of(f.add(f.act("annul", payload, "north", "east").encode()));
        });
    row(
        "CER-09",
        "somebody who was not elected gets a mandate",
        () -> {
          ElectionFixture f = counted().certify();
          Record record = f.coalition.record();
          int winner = record.outcomes().getFirst().winners().getFirst();
          Bytes over = veche.council.Certificate.digest(record.certificate().orElseThrow().text());
          Enc payload = Enc.list(Enc.uint(0), Enc.uint(winner == 0 ? 1 : 0), Enc.bytes(over));
          return Mutant.of(f.add(f.act("mandate", payload, "north", "east").encode()));
        });
  }

  // ---- bytes

  /// `-Dveche.flips.count=1000` for more than a build has time for.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noFlippedByteInAnyFileIsEverPassed(boolean ranked) {
    ElectionFixture good = ranked ? ElectionFixture.goodRanked() : ElectionFixture.good();
    SortedMap<String, Bytes> files = good.files();
    long seed = Long.getLong("veche.flips", System.nanoTime());
    int count = Integer.getInteger("veche.flips.count", ranked ? 100 : 250);
    System.out.println("flips: -Dveche.flips=" + seed);
    Random random = new Random(seed);
    List<String> paths = List.copyOf(files.keySet());
    for (int i = 0; i < count; i++) {
      String path = paths.get(i % paths.size());
      byte[] bytes = files.get(path).toArray();
      int at = random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 + random.nextInt(255));
      Map<String, Bytes> changed = new TreeMap<>(files);
      changed.put(path, Bytes.of(bytes));
      int exit;
      try {
        exit = MemoryBundle.verify(new MemoryBundle(changed), good.trust()).exit();
      } catch (Bundle.Unusable e) {
        exit = 3;
      }
      assertThat(exit).as("seed %d, flip %d: %s at %d", seed, i, path, at).isNotZero();
    }
  }

  @Test
  void aLogThatClaimsMoreThanCanBeReadIsUnusable() {
    ElectionFixture good = ElectionFixture.good();
    SortedMap<String, Bytes> files = good.files();
    Checkpoint huge = new Checkpoint(ElectionFixture.ORIGIN, 1_000_000_000L, Merkle.emptyRoot());
    files.put("checkpoint", text(good.note(huge, Map.of())));

    assertThatThrownBy(() -> MemoryBundle.verify(new MemoryBundle(files), good.trust()))
        .isInstanceOf(Bundle.Unusable.class);
  }
}
