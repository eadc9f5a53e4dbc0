package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5, C2SP tlog-witness: `add-checkpoint` as a log sees it.
class WitnessDoorTest {
  private static final long TIME = 1_800_000_000;
  private static final SigningKey LOG = log("vote.example.org/e/abcdefghij");
  private static final SigningKey OTHER_LOG = log("vote.example.org/e/another");
  private static final SigningKey KEY =
      new SigningKey("east/witness", Vkey.COSIGNATURE, Bytes.utf8("east").sha256());

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Tree tree = grown("leaf ", 300);
  private final Tree fork = grown("other ", 300);
  private WitnessDoor door;

  private record Reply(int status, String type, String body) {}

  @BeforeEach
  void open() {
    var home = new Home(folder, "".toCharArray());
    var logs = List.of(LOG.vkey(), OTHER_LOG.vkey());
    var witness = new Witness(home, KEY, logs, InstantSource.fixed(Instant.ofEpochSecond(TIME)));
    door = new WitnessDoor(witness, "127.0.0.1:0");
  }

  @AfterEach
  void close() {
    door.close();
  }

  private static SigningKey log(String name) {
    return new SigningKey(name, Vkey.ED25519, Bytes.utf8(name).sha256());
  }

  private static Tree grown(String word, int size) {
    var tree = new Tree();
    for (int i = 0; i < size; i++) tree.append(Merkle.leafHash(Bytes.utf8(word + i)));
    return tree;
  }

  private static Checkpoint checkpoint(SigningKey log, Tree tree, long size) {
    return new Checkpoint(log.name(), size, tree.root(size));
  }

  private static String request(SigningKey log, Tree tree, long old, long size) {
    var note = checkpoint(log, tree, size).sign(log);
    return new WitnessRule.Request(old, tree.consistency(old, size), note).text();
  }

  private Reply send(HttpRequest.Builder request) {
    try {
      var reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var type = reply.headers().firstValue("content-type").orElse("");
      return new Reply(reply.statusCode(), type, reply.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path));
  }

  private Reply add(String body) {
    return send(to("/add-checkpoint").POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private Reply kept(SigningKey log) {
    return send(to("/" + Bytes.utf8(log.name()).sha256().hex() + "/checkpoint"));
  }

  private void cosigned(Reply reply, Checkpoint checkpoint) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).endsWith("\n");
    assertThat(Cosignature.verify(reply.body().strip(), KEY.vkey(), checkpoint.body()))
        .contains(TIME);
  }

  private static void conflict(Reply reply, long size) {
    assertThat(reply).isEqualTo(new Reply(409, "text/x.tlog.size", size + "\n"));
  }

  // ---- what the specification says

  @Test
  void aLogThatGrowsIsCosignedStepByStep() {
    cosigned(add(request(LOG, tree, 0, 7)), checkpoint(LOG, tree, 7));
    cosigned(add(request(LOG, tree, 7, 256)), checkpoint(LOG, tree, 256));
    cosigned(add(request(LOG, tree, 256, 256)), checkpoint(LOG, tree, 256));
    cosigned(add(request(LOG, tree, 256, 300)), checkpoint(LOG, tree, 300));
  }

  @Test
  void anEmptyTreeMayBeCosignedFirst() {
    cosigned(add(request(LOG, new Tree(), 0, 0)), checkpoint(LOG, new Tree(), 0));
    cosigned(add(request(LOG, tree, 0, 7)), checkpoint(LOG, tree, 7));
  }

  @Test
  void anUnknownOriginIsNotFound() {
    var stranger = log("elsewhere.example");
    assertThat(add(request(stranger, tree, 0, 7)).status()).isEqualTo(404);
    // the specification's own example
    assertThat(
            add("""
            old 20852014
            PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
            jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
            5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
            /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            \u2014 example.com/behind-the-sofa \
            Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo\
            +zyWE+xeMcTOAYQ8=
            \u2014 example.com/behind-the-sofa \
            opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS\
            5Rovnzv++qbSzm9Q=
            """)
                .status())
        .isEqualTo(404);
  }

  @Test
  void aCheckpointThatTheLogDidNotSignIsForbidden() {
    var impostor = new SigningKey(LOG.name(), Vkey.ED25519, Bytes.utf8("else").sha256());
    assertThat(add(request(impostor, tree, 0, 7)).status()).isEqualTo(403);
    var wrong = new Note(checkpoint(LOG, tree, 7).body(), List.of(LOG.signLine("another\n")));
    assertThat(add(new WitnessRule.Request(0, List.of(), wrong).text()).status()).isEqualTo(403);
    // beside the log's own line a stranger's says nothing
    var both = checkpoint(LOG, tree, 7).sign(LOG).with(impostor.signLine("anything\n"));
    cosigned(add(new WitnessRule.Request(0, List.of(), both).text()), checkpoint(LOG, tree, 7));
  }

  @Test
  void anOldSizeBeyondTheCheckpointIsABadRequest() {
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
    var note = checkpoint(LOG, tree, 7).sign(LOG);
    assertThat(add(new WitnessRule.Request(20, List.of(), note).text()).status()).isEqualTo(400);
    var same = checkpoint(LOG, fork, 20).sign(LOG);
    assertThat(add(new WitnessRule.Request(21, List.of(), same).text()).status()).isEqualTo(400);
  }

  @Test
  void aWrongOldSizeIsAConflictThatNamesTheRightOne() {
    conflict(add(request(LOG, tree, 7, 20)), 0);
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
    conflict(add(request(LOG, tree, 0, 30)), 20);
    conflict(add(request(LOG, tree, 7, 30)), 20);
    conflict(add(request(LOG, tree, 7, 15)), 20);
    cosigned(add(request(LOG, tree, 20, 30)), checkpoint(LOG, tree, 30));
  }

  @Test
  void aProofThatDoesNotHoldIsUnprocessable() {
    cosigned(add(request(LOG, tree, 0, 7)), checkpoint(LOG, tree, 7));
    assertThat(add(request(LOG, fork, 7, 20)).status()).isEqualTo(422);
    var none = new WitnessRule.Request(7, List.of(), checkpoint(LOG, tree, 20).sign(LOG));
    assertThat(add(none.text()).status()).isEqualTo(422);
    var tooMuch = new ArrayList<>(tree.consistency(7, 20));
    tooMuch.add(Bytes.zero(32));
    var note = checkpoint(LOG, tree, 20).sign(LOG);
    assertThat(add(new WitnessRule.Request(7, tooMuch, note).text()).status()).isEqualTo(422);
    var first = checkpoint(OTHER_LOG, tree, 7).sign(OTHER_LOG);
    assertThat(add(new WitnessRule.Request(0, List.of(Bytes.zero(32)), first).text()).status())
        .isEqualTo(422);
  }

  @Test
  void whatIsNoSubmissionIsABadRequest() {
    var good = request(LOG, tree, 0, 7);
    for (var bad :
        List.of(
            "",
            "old 0\n",
            good.replace("old 0", "old 00"),
            good.replace("old 0", "old -1"),
            good.replace("old 0", "old"),
            good.replace("old 0", "new 0"),
            good.replace("old 0\n", "old 0\n!\n"),
            good.replace("old 0\n", "old 0\n" + "AAAA\n".repeat(64)),
            good.replace("\n7\n", "\n07\n"),
            good.replace("\n7\n", "\nseven\n"),
            good.substring(0, good.length() - 1),
            good.replace("\n\n", "\n"))) {
      assertThat(add(bad).status()).as(bad).isEqualTo(400);
    }
    var notUtf8 = Bytes.utf8(good).concat(Bytes.fromHex("ff0a")).toArray();
    assertThat(
            send(to("/add-checkpoint").POST(HttpRequest.BodyPublishers.ofByteArray(notUtf8)))
                .status())
        .isEqualTo(400);
    assertThat(add(good + "x".repeat(WitnessDoor.LARGEST)).status()).isEqualTo(413);
    cosigned(add(good), checkpoint(LOG, tree, 7));
  }

  @Test
  void whatWasCosignedLastIsThereForEverybody() {
    assertThat(kept(LOG).status()).isEqualTo(404);
    add(request(LOG, tree, 0, 7));
    add(request(LOG, tree, 7, 20));
    var reply = kept(LOG);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo("text/plain; charset=utf-8");
    var note = Note.parse(reply.body());
    assertThat(Checkpoint.verified(note, LOG.vkey())).isEqualTo(checkpoint(LOG, tree, 20));
    assertThat(Cosignature.times(note, List.of(KEY.vkey()))).containsEntry(KEY.name(), TIME);
    assertThat(kept(OTHER_LOG).status()).isEqualTo(404);
  }

  @Test
  void eachLogHasAMemoryOfItsOwn() {
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
    cosigned(add(request(OTHER_LOG, fork, 0, 7)), checkpoint(OTHER_LOG, fork, 7));
    conflict(add(request(LOG, tree, 0, 30)), 20);
    conflict(add(request(OTHER_LOG, fork, 0, 30)), 7);
  }

  @Test
  void nothingElseIsThere() {
    assertThat(send(to("/")).status()).isEqualTo(404);
    assertThat(send(to("/add-checkpoint")).status()).isEqualTo(405);
    assertThat(send(to("/add-checkpoint/x")).status()).isEqualTo(404);
    assertThat(send(to("/" + "A".repeat(64) + "/checkpoint")).status()).isEqualTo(404);
    assertThat(send(to("/../seen").DELETE()).status()).isEqualTo(404);
    assertThatThrownBy(() -> new WitnessDoor(null, "nowhere")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> new WitnessDoor(null, "127.0.0.1:" + door.port()))
        .isInstanceOf(Malformed.class);
  }

  // ---- attacks

  /// attacks row 31: two roots of one size.
  @Test
  void attack31_twoRootsOfOneSizeAreRefusedAndTheProofIsKept() throws IOException {
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
    var other = checkpoint(LOG, fork, 20).sign(LOG);
    for (long old : List.of(0L, 7L, 20L)) {
      conflict(add(new WitnessRule.Request(old, List.of(), other).text()), 20);
    }
    var evidence = Files.readString(folder.resolve("fork-" + mark()));
    assertThat(Checkpoint.verified(Note.parse(evidence), LOG.vkey()))
        .isEqualTo(checkpoint(LOG, fork, 20));
    assertThat(Checkpoint.parse(Note.parse(kept(LOG).body()).body()))
        .isEqualTo(checkpoint(LOG, tree, 20));

    // it vouches for neither history any more, not after a restart either
    conflict(add(request(LOG, tree, 20, 30)), 20);
    close();
    open();
    conflict(add(request(LOG, tree, 20, 30)), 20);
    assertThat(add(request(LOG, fork, 20, 30)).status()).isEqualTo(422);
    cosigned(add(request(OTHER_LOG, tree, 0, 20)), checkpoint(OTHER_LOG, tree, 20));
  }

  private static String mark() {
    return Bytes.utf8(LOG.name()).sha256().hex();
  }

  @Test
  void aRestartForgetsNothing() {
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
    close();
    open();
    conflict(add(request(LOG, fork, 0, 7)), 20);
    cosigned(add(request(LOG, tree, 20, 30)), checkpoint(LOG, tree, 30));
  }

  /// The race of the specification: two submissions checked against one state must not both win.
  @Test
  void ofManyAtOnceOneWinsFromEachState() {
    var steps = new ConcurrentLinkedQueue<String>();
    var senders = new ArrayList<CompletableFuture<Void>>();
    for (int sender = 0; sender < 4; sender++) {
      int own = sender;
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                long old = 0;
                for (int i = 0; i < 40; i++) {
                  long size = Math.min(300, old + 1 + own);
                  var reply = add(request(LOG, tree, old, size));
                  if (reply.status() == 200 && size > old) steps.add(old + ">" + size);
                  old = reply.status() == 200 ? size : Long.parseLong(reply.body().strip());
                }
              }));
    }
    senders.forEach(CompletableFuture::join);
    assertThat(steps.stream().map(step -> step.split(">")[0])).doesNotHaveDuplicates().isNotEmpty();
    long last = steps.stream().mapToLong(s -> Long.parseLong(s.split(">")[1])).max().orElse(0);
    assertThat(Checkpoint.parse(Note.parse(kept(LOG).body()).body()).size()).isEqualTo(last);
  }

  @Test
  void whatCannotBeRememberedIsNotSigned() throws IOException {
    var inTheWay = folder.resolve("seen-" + mark() + ".new");
    Files.createDirectory(inTheWay);
    var reply = add(request(LOG, tree, 0, 7));
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.body()).doesNotContain("\u2014");
    Files.delete(inTheWay);
    cosigned(add(request(LOG, tree, 0, 20)), checkpoint(LOG, tree, 20));
  }
}
