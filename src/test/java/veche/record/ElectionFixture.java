package veche.record;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import veche.Coalition;
import veche.Coalition.Voter;
import veche.council.Certificate;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tile;
import veche.log.Tree;
import veche.wire.Bytes;
import veche.wire.Enc;

/// A whole approval election of the test coalition in memory, with real cryptography, a real log
/// and three witnesses, as the bundle an observer would hold and the trust file that goes with it.
///
/// `good()` is finished and right. A test that wants a wrong one plays the steps itself (`draft`,
/// `keys`, `roll`, `prepare`, `open`, `vote`, `close`, `decrypt`, `certify`, `last`) and slips in
/// leaves of its own with `add`; the log and the witnesses sign whatever they are given. Steps that
/// follow a leaf the rules refuse go on as the fold allows.
public final class ElectionFixture {
  public static final String SLUG = "abcdefghij";
  public static final String ORIGIN = "host.example/e/" + SLUG;
  public static final long OPENS = 1_790_000_000L;
  public static final long CLOSES = OPENS + 86_400;

  /// A moment after everything, for a verifier's clock.
  public static final long NOW = CLOSES + 86_400;

  public final Coalition coalition;
  public final SigningKey log;
  public final List<Voter> voters = new ArrayList<>();

  /// Everything that was logged, in order; a test may change it before it asks for `files`.
  public final List<Bytes> leaves = new ArrayList<>();

  public final Map<Bytes, Bytes> blobs = new HashMap<>();

  /// Kept checkpoints: size → witness → time. The last one is also `checkpoint`.
  public final SortedMap<Long, Map<String, Long>> stages = new TreeMap<>();

  public ElectionFixture() {
    this(false, 0);
  }

  /// Of a draft with a third, ranked contest.
  public static ElectionFixture ranked() {
    return new ElectionFixture(true, 0);
  }

  /// Of a draft whose first contest decides ties by what so many trustees reveal after `close`.
  public static ElectionFixture late(int trustees) {
    return new ElectionFixture(false, trustees);
  }

  private ElectionFixture(boolean ranked, int late) {
    coalition = new Coalition();
    coalition.drawsLate(late);
    if (ranked) coalition.ranks();
    log = Coalition.key(ORIGIN, Vkey.ED25519);
    coalition.draw(SLUG, ORIGIN, log.vkey().toString(), OPENS, CLOSES);
  }

  private ElectionFixture(ElectionFixture of) {
    coalition = of.coalition;
    log = of.log;
    voters.addAll(of.voters);
    leaves.addAll(of.leaves);
    blobs.putAll(of.blobs);
    of.stages.forEach((size, times) -> stages.put(size, new LinkedHashMap<>(times)));
  }

  /// The same election with lists of its own: leaves and stages may be changed, steps not played.
  public ElectionFixture sibling() {
    return new ElectionFixture(this);
  }

  private static ElectionFixture good;

  /// A finished election: four of five keys vote, one of them twice, one leaf is refused (a ballot
  /// delivered twice), two of three trustees open the sums, two bodies certify. Shared: change its
  /// `files()`, not the fixture.
  public static synchronized ElectionFixture good() {
    if (good == null) {
      good = new ElectionFixture().opened(5).voted().closed();
      good.decrypt(1, 2).certify().last().stage(CLOSES + 3_000);
    }
    return good;
  }

  private static ElectionFixture goodRanked;

  /// As [#good], with a ranked contest that trustees 1 and 2 mixed; one ballot of it is blank.
  public static synchronized ElectionFixture goodRanked() {
    if (goodRanked == null) {
      goodRanked = ranked().opened(5).ranked("01234", "210", "", "34", "10").closed().mix(1, 2);
      goodRanked.decrypt(1, 2).certify().last().stage(CLOSES + 3_000);
    }
    return goodRanked;
  }

  // ---- whole stretches

  /// Ballots of the first voters, with these rankings.
  public ElectionFixture ranked(String... rankings) {
    for (int i = 0; i < rankings.length; i++) {
      vote(
          i,
          List.of(i % 2, 1 - i % 2, 0),
          List.of(1, 0),
          rankings[i].chars().mapToObj(c -> c - '0').toList());
    }
    return this;
  }

  /// Up to an open election with this many keys on the roll, and its first stages cosigned.
  public ElectionFixture opened(int keys) {
    return draft().keys().roll(keys).prepare().open();
  }

  /// Ballots of the first four voters, a second one of the second, and one leaf delivered twice.
  public ElectionFixture voted() {
    Bytes first = vote(0, List.of(1, 0, 1), List.of(1, 0));
    vote(1, List.of(0, 1, 0), List.of(0, 0));
    vote(2, List.of(1, 0, 0), List.of(1, 1));
    add(first);
    vote(3, List.of(0, 0, 0), List.of(0, 1));
    vote(1, List.of(1, 1, 0), List.of(1, 0));
    return this;
  }

  /// Ballots of the first three voters, one each.
  public ElectionFixture votedOnce() {
    vote(0, List.of(1, 0, 1), List.of(1, 0));
    vote(1, List.of(0, 1, 0), List.of(0, 0));
    vote(2, List.of(1, 0, 0), List.of(1, 1));
    return this;
  }

  public ElectionFixture closed() {
    return stage(CLOSES + 10).close();
  }

  // ---- steps

  public ElectionFixture draft() {
    coalition.sendDraft(this::append);
    return stage(OPENS - 5_000);
  }

  public ElectionFixture keys() {
    coalition.makeKeys(this::append);
    return this;
  }

  public ElectionFixture roll(int count) {
    for (int i = 0; i < count; i++) voters.add(new Voter());
    coalition.freeze(this::append, voters);
    return this;
  }

  public ElectionFixture prepare() {
    coalition.prepare(this::append);
    return this;
  }

  public ElectionFixture open() {
    coalition.open(this::append);
    return stage(OPENS + 60);
  }

  /// Casts the next ballot of a voter and gives its leaf.
  @SafeVarargs
  public final Bytes vote(int voter, List<Integer>... choices) {
    Bytes leaf = voters.get(voter).ballot(coalition, List.of(choices));
    add(leaf);
    return leaf;
  }

  public ElectionFixture close() {
    coalition.close(this::append);
    return stage(CLOSES + 20);
  }

  /// Mixes of these trustees, one after the other.
  public ElectionFixture mix(int... trustees) {
    for (int j : trustees) coalition.mix(this::append, j);
    return this;
  }

  /// What these trustees committed to for the lot after `close`.
  public ElectionFixture reveal(int... trustees) {
    for (int j : trustees) coalition.send(this::append, coalition.lateReveal(j));
    return this;
  }

  /// Contributions of these trustees to every list.
  public ElectionFixture decrypt(int... trustees) {
    for (int j : trustees) coalition.decrypt(this::append, j);
    return this;
  }

  public ElectionFixture certify() {
    return certify("north", "east");
  }

  public ElectionFixture certify(String... bodies) {
    coalition.send(this::append, act("certificate", Enc.list(Enc.text(certificate())), bodies));
    return this;
  }

  /// Two bodies sign that they do not certify.
  public ElectionFixture refuse() {
    String text = certificate(Certificate.Verdict.NOT_CERTIFIED);
    coalition.send(this::append, act("certificate", Enc.list(Enc.text(text)), "north", "east"));
    return this;
  }

  /// The certificate the record gives.
  public String certificate() {
    return certificate(Certificate.Verdict.CERTIFIED);
  }

  private String certificate(Certificate.Verdict verdict) {
    Record record = coalition.record();
    return Protocol.certificate(record, Protocol.counts(record), "fixture 1", verdict, Bytes.EMPTY)
        .text();
  }

  public ElectionFixture last() {
    coalition.send(this::append, act("final", Enc.list(), "north", "east"));
    return this;
  }

  /// The next act of this type, signed by these bodies.
  public Act act(String type, Enc payload, String... bodies) {
    return coalition.act(
        type, payload, List.of(bodies).stream().map(coalition::body).toArray(SigningKey[]::new));
  }

  /// Logs a leaf whatever the rules say of it.
  public ElectionFixture add(Bytes leaf) {
    leaves.add(leaf);
    coalition.record().fold(List.of(leaf));
    return this;
  }

  private void append(Act act, List<Bytes> objects) {
    leaves.add(act.encode());
    for (Bytes object : objects) blobs.put(object.sha256(), object);
  }

  /// Keeps the newest state, cosigned at this time by all three witnesses.
  public ElectionFixture stage(long time) {
    return stage(leaves.size(), time, Coalition.BODIES.toArray(String[]::new));
  }

  /// Keeps a state, cosigned at this time by these witnesses and no others.
  public ElectionFixture stage(long size, long time, String... witnesses) {
    Map<String, Long> times = new LinkedHashMap<>();
    for (String witness : witnesses) times.put(witness, time);
    stages.put(size, times);
    return this;
  }

  // ---- what an observer holds

  public Tree tree() {
    Tree tree = new Tree();
    for (Bytes leaf : leaves) tree.append(Merkle.leafHash(leaf));
    return tree;
  }

  public Note note(Tree tree, long size, Map<String, Long> times) {
    return note(new Checkpoint(ORIGIN, size, tree.root(size)), times);
  }

  /// A checkpoint as the log signs it, with cosignatures of these witnesses at these times.
  public Note note(Checkpoint checkpoint, Map<String, Long> times) {
    Note note = checkpoint.sign(log);
    for (Map.Entry<String, Long> one : times.entrySet()) {
      SigningKey key = coalition.witness(one.getKey());
      note = note.with(Cosignature.line(key, checkpoint, one.getValue()));
    }
    return note;
  }

  /// The static tree of doors.md §1, a fresh map each time.
  public SortedMap<String, Bytes> files() {
    SortedMap<String, Bytes> files = new TreeMap<>();
    Tree tree = tree();
    StringBuilder index = new StringBuilder();
    stages.forEach(
        (size, times) -> {
          index.append(size).append('\n');
          files.put("stage/" + size, Bytes.utf8(note(tree, size, times).text()));
        });
    files.put("stage/index", Bytes.utf8(index.toString()));
    long size = leaves.size();
    Map<String, Long> newest = stages.getOrDefault(size, Map.of());
    files.put("checkpoint", Bytes.utf8(note(tree, size, newest).text()));
    for (Tile tile : Tile.of(size)) {
      int from = Math.toIntExact(tile.first());
      files.put(
          tile.path(),
          tile.level() == Tile.ENTRIES
              ? Tile.entries(leaves.subList(from, from + tile.width()))
              : tree.tile(tile.level(), tile.n(), tile.width()));
    }
    blobs.forEach((sha256, blob) -> files.put("blob/" + sha256.hex(), blob));
    return files;
  }

  /// The trust file that bodies would hand out.
  public String trust() {
    return Trust.of(coalition.draft());
  }

  public static Path folder(Path folder, Map<String, Bytes> files) {
    try {
      for (Map.Entry<String, Bytes> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue().toArray());
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As the server writes it: stored, sorted, fixed times.
  public static Path zip(Path path, Map<String, Bytes> files) {
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, Bytes> file : new TreeMap<>(files).entrySet()) {
        byte[] content = file.getValue().toArray();
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
