package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Service;
import veche.http.Settings;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.record.Trust;
import veche.store.Postgres;
import veche.wire.Bytes;

/// log §1: a reader that shares no line of code with us reads a log of the real server and finds
/// what we promised, and refuses whatever was changed in it.
class LogCheckIT {
  private static final String HOST = "votes.example";
  private static final int ROUNDS = 8;

  @TempDir private static Path data;
  @TempDir private static Path kept;
  @TempDir private Path folder;

  private static LogCheck reader;
  private static Service service;
  private static Client client;
  private static Coalition coalition;
  private static String base;
  private static SigningKey log;
  private static List<Bytes> leaves = List.of();

  /// The log as its bundle holds it, fresh for each test.
  private Path tree;

  @BeforeAll
  static void aLogIsMade() throws IOException, InterruptedException {
    reader = LogCheck.build();
    coalition = new Coalition();
    for (var page : List.of("index", "election", "vote", "check", "result")) {
      Files.createDirectories(data.resolve("web"));
      Files.writeString(data.resolve("web/" + page + ".html"), "<!doctype html>");
    }
    var settings =
        new Settings(HOST, "127.0.0.1", 0, 0, data, List.of(coalition.body("north").vkey()), false);
    service =
        Service.start(
            settings,
            Optional.empty(),
            data.resolve("web"),
            Entropy.system(),
            InstantSource.system());
    client = new Client("http://127.0.0.1:" + service.server().port());
    long now = System.currentTimeMillis() / 1000;
    var asked = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    var signed = new Note(asked, List.of(coalition.body("north").signLine(asked))).text();
    var name = client.post("/elections", Bytes.utf8(signed)).json();
    coalition.draw(
        name.get("slug").asText(),
        name.get("origin").asText(),
        name.get("log").asText(),
        now - 10,
        now + 3_600);
    base = "/e/" + coalition.draft().slug() + "/";
    var seed = Files.readString(data.resolve("logs/" + coalition.draft().slug() + ".key")).strip();
    log = new SigningKey(coalition.draft().origin(), Vkey.ED25519, Bytes.fromHex(seed));
    Files.writeString(kept.resolve("trust.txt"), Trust.of(coalition.draft()));

    var voters = Stream.generate(Coalition.Voter::new).limit(36).toList();
    coalition.openFor(client.door(coalition.draft().slug()), voters);
    for (int round = 0; round < ROUNDS; round++) vote(voters);
    leaves = entries(unzip(kept.resolve("tree")));
    assertThat(leaves).hasSizeGreaterThan(Tile.WIDTH);
  }

  @AfterAll
  static void stop() {
    if (service != null) service.close();
  }

  @BeforeEach
  void unpack() throws IOException {
    tree = unzip(folder.resolve("tree"));
  }

  /// One ballot of everybody; what they were answered is written down, then two witnesses vouch.
  private static void vote(List<Coalition.Voter> voters) throws IOException {
    var casts = new ArrayList<CompletableFuture<Void>>();
    for (var voter : voters) {
      var leaf = voter.ballot(coalition, List.of(List.of(1, 0, 0), List.of(1, 1)));
      casts.add(
          CompletableFuture.runAsync(
              () -> keep(Merkle.leafHash(leaf), client.post(base + "ballots", leaf).text())));
    }
    casts.forEach(CompletableFuture::join);
    var seen = Note.parse(client.get(base + "checkpoint").text());
    Files.createDirectories(kept.resolve("checkpoints"));
    var checkpoint = Checkpoint.verified(seen, log.vkey());
    Files.writeString(kept.resolve("checkpoints/" + checkpoint.size()), seen.text());
    long now = System.currentTimeMillis() / 1000;
    for (var witness : List.of("north", "west")) {
      var line = Cosignature.line(coalition.witness(witness), checkpoint, now);
      var reply = client.post(base + "cosignatures", Bytes.utf8(seen.with(line).text()));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
  }

  private static synchronized void keep(Bytes leafHash, String text) {
    try {
      Files.createDirectories(kept.resolve("receipts"));
      Files.writeString(kept.resolve("receipts/" + leafHash.hex() + ".tlog-proof"), text);
      var receipt = Receipt.parse(text);
      var of = Checkpoint.parse(receipt.checkpoint().body());
      var line =
          leafHash.hex() + " " + receipt.index() + " " + of.size() + " " + of.root().base64();
      var file = kept.resolve("acks");
      Files.writeString(file, (Files.exists(file) ? Files.readString(file) : "") + line + "\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path unzip(Path into) throws IOException {
    var zip = client.get(base + "bundle.zip").raw().body();
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var file = into.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, in.readAllBytes());
      }
    }
    return into;
  }

  private static List<Bytes> entries(Path tree) throws IOException {
    long size = newest(tree).size();
    var out = new ArrayList<Bytes>();
    for (var tile : Tile.of(size)) {
      if (tile.level() != Tile.ENTRIES) continue;
      var bundle = Bytes.wrap(Files.readAllBytes(tree.resolve(tile.path())));
      out.addAll(Tile.entries(bundle, tile.width()));
    }
    return out;
  }

  private static Checkpoint newest(Path tree) throws IOException {
    var note = Note.parse(Files.readString(tree.resolve("checkpoint")));
    return Checkpoint.verified(note, log.vkey());
  }

  /// A tree as an operator who has the key can make it of any leaves.
  private void forge(List<Bytes> other) throws IOException {
    Postgres.remove(tree);
    var forged = new Tree();
    other.forEach(leaf -> forged.append(Merkle.leafHash(leaf)));
    for (var tile : Tile.of(forged.size())) {
      var file = tree.resolve(tile.path());
      Files.createDirectories(file.getParent());
      int first = (int) tile.first();
      var bytes =
          tile.level() == Tile.ENTRIES
              ? Tile.entries(other.subList(first, first + tile.width()))
              : forged.tile(tile.level(), tile.n(), tile.width());
      Files.write(file, bytes.toArray());
    }
    var checkpoint = new Checkpoint(log.name(), forged.size(), forged.root());
    Files.writeString(tree.resolve("checkpoint"), checkpoint.sign(log).text());
  }

  private static LogCheck.Verdict read(String... arguments)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-trust", kept.resolve("trust.txt").toString()));
    all.addAll(List.of(arguments));
    return reader.run(all.toArray(String[]::new));
  }

  private LogCheck.Verdict readWithPromises() throws IOException, InterruptedException {
    return read(
        "-acks",
        kept.resolve("acks").toString(),
        "-receipts",
        kept.resolve("receipts").toString(),
        tree.toString());
  }

  private void refused(LogCheck.Verdict verdict, String why) {
    assertThat(verdict.code()).as(verdict.said()).isEqualTo(1);
    assertThat(verdict.said()).contains("refused: ").contains(why).doesNotContain("everything");
  }

  // ---- what holds

  @Test
  void theServersLogIsReadByAddressWithEveryPromiseItMade() throws Exception {
    var verdict =
        read(
            "-quorum",
            "-acks",
            kept.resolve("acks").toString(),
            "-receipts",
            kept.resolve("receipts").toString(),
            "-checkpoints",
            kept.resolve("checkpoints").toString(),
            "http://127.0.0.1:" + service.server().port() + base);
    assertThat(verdict.code()).as(verdict.said()).isZero();
    assertThat(verdict.said())
        .contains(leaves.size() + " leaves, root " + newest(tree).root().base64())
        .contains(36 * ROUNDS + " receipts")
        .contains(36 * ROUNDS + " acknowledgements")
        .contains("the quorum has seen " + leaves.size() + " leaves");
  }

  @Test
  void theBundleIsReadAsAFolder() throws Exception {
    var verdict = readWithPromises();
    assertThat(verdict.code()).as(verdict.said()).isZero();
    forge(leaves);
    assertThat(readWithPromises().code()).isZero();
  }

  // ---- what does not

  @Test
  void aFlippedByteInAnyFileOfTheTreeIsSeen() throws Exception {
    try (var files = Files.walk(tree)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var name = tree.relativize(file).toString();
        if (name.startsWith("blob")) continue;
        var good = Files.readAllBytes(file);
        var bad = good.clone();
        // in a note it is the origin: a changed line of signatures may be a stranger's line
        var note = name.equals("checkpoint") || name.matches("stage/[0-9]+");
        bad[note ? 0 : bad.length / 2] ^= 1;
        Files.write(file, bad);
        var verdict = read(tree.toString());
        assertThat(verdict.code()).as(name + ": " + verdict.said()).isEqualTo(1);
        Files.write(file, good);
      }
    }
    assertThat(read(tree.toString()).code()).isZero();
  }

  @Test
  void aFileThatIsMissingOrLongerIsSeen() throws Exception {
    for (var name : List.of("checkpoint", "tile/entries/000", "tile/0/000", "tile/1/000.p/1")) {
      var file = tree.resolve(name);
      var good = Files.readAllBytes(file);
      Files.write(file, Bytes.wrap(good).concat(Bytes.zero(1)).toArray());
      assertThat(read(tree.toString()).code()).as(name).isEqualTo(1);
      Files.delete(file);
      refused(read(tree.toString()), name);
      Files.write(file, good);
    }
  }

  @Test
  void twoSignedRootsOfOneSizeAreAFork() throws Exception {
    var size = newest(tree).size();
    var other = new Checkpoint(log.name(), size, Bytes.utf8("another history").sha256());
    Files.createDirectories(folder.resolve("others"));
    Files.writeString(folder.resolve("others/found"), other.sign(log).text());
    refused(
        read("-checkpoints", folder.resolve("others").toString(), tree.toString()),
        "fork: two signed roots of size " + size);
    var earlier = new Checkpoint(log.name(), size - 1, other.root());
    Files.writeString(folder.resolve("others/found"), earlier.sign(log).text());
    refused(
        read("-checkpoints", folder.resolve("others").toString(), tree.toString()),
        "fork: found has another root of size " + (size - 1));
  }

  @Test
  void aHistoryWithoutAnAcknowledgedLeafIsRefused() throws Exception {
    var without = new ArrayList<>(leaves);
    without.set(leaves.size() - 2, Bytes.utf8("what the operator would rather have"));
    forge(without);
    assertThat(read(tree.toString()).code()).as("by itself it is a log like any other").isZero();
    refused(read("-acks", kept.resolve("acks").toString(), tree.toString()), "lost: ");
    refused(read("-receipts", kept.resolve("receipts").toString(), tree.toString()), "fork: ");
  }

  @Test
  void aLogThatShrankIsRefused() throws Exception {
    forge(leaves.subList(0, leaves.size() - 1));
    var checkpoints = kept.resolve("checkpoints").toString();
    refused(read("-checkpoints", checkpoints, tree.toString()), "the log has");
  }

  @Test
  void aLeafThatIsThereTwiceIsRefused() throws Exception {
    var twice = new ArrayList<>(leaves);
    twice.add(leaves.getFirst());
    forge(twice);
    refused(read(tree.toString()), "leaf " + leaves.size() + " is leaf 0 again");
  }

  @Test
  void acknowledgementsAreHeldToTheLetter() throws Exception {
    var acks = folder.resolve("acks");
    var good = Files.readAllLines(kept.resolve("acks")).getFirst().split(" ");
    var other = Bytes.utf8("other").sha256();
    for (var bad :
        List.of(
            String.join(" ", other.hex(), good[1], good[2], good[3]) + "\n",
            String.join(" ", good[0], "0", good[2], good[3]) + "\n",
            String.join(" ", good[0], good[1], good[1], good[3]) + "\n",
            String.join(" ", good[0], good[1], "99999", good[3]) + "\n",
            String.join(" ", good[0], good[1], good[2], other.base64()) + "\n",
            String.join(" ", good[0], "0" + good[1], good[2], good[3]) + "\n",
            String.join(" ", good) + " \n",
            String.join(" ", good))) {
      Files.writeString(acks, bad);
      var verdict = read("-acks", acks.toString(), tree.toString());
      assertThat(verdict.code()).as(bad + verdict.said()).isEqualTo(1);
    }
    Files.writeString(acks, String.join(" ", good) + "\n" + String.join(" ", good) + "\n");
    assertThat(read("-acks", acks.toString(), tree.toString()).code()).isZero();
  }

  @Test
  void aCosignatureThatFailsSpoilsItsCheckpointAndAStrangersDoesNot() throws Exception {
    var note = newest(tree).sign(log);
    var stranger = Coalition.key("north/witness", Vkey.COSIGNATURE);
    var theirs = note.with(Cosignature.line(stranger, newest(tree), 1));
    Files.writeString(tree.resolve("checkpoint"), theirs.text());
    assertThat(read(tree.toString()).code()).isZero();
    var line = Cosignature.line(coalition.witness("east"), newest(tree), 1);
    var later = Note.signature(line).toArray();
    later[7]++;
    var redated = Note.line(coalition.witness("east").vkey(), Bytes.wrap(later));
    Files.writeString(tree.resolve("checkpoint"), note.with(redated).text());
    refused(read(tree.toString()), "checkpoint: ");
  }

  @Test
  void anotherLogsKeyOpensNothing() throws Exception {
    var other = new SigningKey(log.name(), Vkey.ED25519, Bytes.utf8("else").sha256());
    var verdict = reader.run("-key", other.vkey().toString(), tree.toString());
    refused(verdict, "no verifiable signatures");
    assertThat(reader.run("-key", log.vkey().toString(), tree.toString()).code()).isZero();
    assertThat(read("-quorum", tree.toString()).code()).isZero();
    assertThat(reader.run("-key", log.vkey().toString(), "-quorum", tree.toString()).code())
        .isEqualTo(1);
  }
}
