package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
import veche.log.Tile;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: a witness that comes by itself, shown what a lying server would show it.
class EyesTest {
  private static final SigningKey LOG =
      new SigningKey("vote.example.org/e/abcdefghij", Vkey.ED25519, Bytes.utf8("log").sha256());
  private static final SigningKey KEY =
      new SigningKey("east/witness", Vkey.COSIGNATURE, Bytes.utf8("east").sha256());

  @TempDir private Path folder;

  private final Map<String, Bytes> files = new ConcurrentHashMap<>();
  private final List<Note> posted = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Witness witness;
  private Eyes eyes;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/e/abcdefghij/", this::answer);
    server.start();
    var home = new Home(folder, "".toCharArray());
    witness =
        new Witness(home, KEY, List.of(LOG.vkey()), InstantSource.fixed(Instant.ofEpochSecond(9)));
    eyes = open();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Eyes open() {
    var address = "http://127.0.0.1:" + server.getAddress().getPort() + "/e/abcdefghij";
    return new Eyes(new Remote(address), LOG.vkey());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath().substring("/e/abcdefghij/".length());
      if (exchange.getRequestMethod().equals("POST")) {
        posted.add(Note.parse(Bytes.wrap(exchange.getRequestBody().readAllBytes())));
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      var file = files.get(path);
      exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length());
      if (file != null) exchange.getResponseBody().write(file.toArray());
    }
  }

  private static List<Bytes> leaves(String word, int size) {
    var out = new ArrayList<Bytes>();
    for (int i = 0; i < size; i++) out.add(Bytes.utf8(word + i));
    return out;
  }

  private static Tree tree(List<Bytes> leaves) {
    var tree = new Tree();
    leaves.forEach(leaf -> tree.append(Merkle.leafHash(leaf)));
    return tree;
  }

  private static Note note(List<Bytes> leaves) {
    return new Checkpoint(LOG.name(), leaves.size(), tree(leaves).root()).sign(LOG);
  }

  /// The server holds these leaves, all in one tile, and signs for them.
  private void serve(List<Bytes> leaves) {
    files.put("candidate", Bytes.utf8(note(leaves).text()));
    files.put(new Tile(Tile.ENTRIES, 0, leaves.size()).path(), Tile.entries(leaves));
  }

  @Test
  void whatItReadItCosignsAndPosts() {
    serve(leaves("leaf ", 7));
    eyes.vouch(witness);
    serve(leaves("leaf ", 20));
    eyes.vouch(witness);
    assertThat(posted).hasSize(2);
    var last = posted.getLast();
    assertThat(Checkpoint.parse(last.body()).size()).isEqualTo(20);
    assertThat(Cosignature.times(last, List.of(KEY.vkey()))).containsEntry(KEY.name(), 9L);
    assertThat(witness.state(LOG.name()).size()).isEqualTo(20);
  }

  @Test
  void attack31_twoRootsOfOneSizeEndTheVouching() {
    serve(leaves("leaf ", 7));
    eyes.vouch(witness);
    serve(leaves("other ", 7));
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Eyes.Fork.class);
    assertThat(posted).hasSize(1);
  }

  @Test
  void attack31_anotherHistoryIsNoContinuationNotAfterARestartEither() {
    serve(leaves("leaf ", 7));
    eyes.vouch(witness);
    serve(leaves("other ", 20));
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Malformed.class);
    eyes = open();
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Eyes.Fork.class);
    assertThat(posted).hasSize(1);
  }

  /// One memory: what was pushed binds what is read, and the other way round.
  @Test
  void attack31_whatWasCosignedWhenPushedIsNotUnsaidWhenRead() {
    var pushed = new WitnessRule.Request(0, List.of(), note(leaves("leaf ", 7)));
    assertThat(witness.add(pushed)).isInstanceOf(Witness.Cosigned.class);
    serve(leaves("other ", 7));
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Eyes.Fork.class);
    serve(leaves("other ", 20));
    assertThatThrownBy(() -> open().vouch(witness)).isInstanceOf(Eyes.Fork.class);
    assertThat(posted).isEmpty();
    assertThat(witness.isForked(LOG.name())).as("two roots of one size were kept").isTrue();
  }

  @Test
  void attack31_whatWasReadBindsWhatIsPushed() {
    serve(leaves("leaf ", 7));
    eyes.vouch(witness);
    var other = new WitnessRule.Request(7, List.of(), note(leaves("other ", 7)));
    assertThat(witness.add(other))
        .isEqualTo(new Witness.Refused(WitnessRule.Reason.ANOTHER_ROOT, 7));
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Eyes.Fork.class);
    assertThat(posted).hasSize(1);
  }

  @Test
  void aCandidateThatIsOlderThanWhatWasPushedIsPassedOver() {
    var longer = leaves("leaf ", 20);
    witness.add(new WitnessRule.Request(0, List.of(), note(longer)));
    serve(longer.subList(0, 7));
    eyes.vouch(witness);
    assertThat(posted).isEmpty();
    serve(longer);
    eyes.vouch(witness);
    assertThat(posted).hasSize(1);
  }

  @Test
  void entriesThatDoNotGiveTheSignedRootAreNotCosigned() {
    serve(leaves("leaf ", 7));
    files.put("tile/entries/000.p/7", Tile.entries(leaves("other ", 7)));
    assertThatThrownBy(() -> eyes.vouch(witness)).isInstanceOf(Malformed.class);
    assertThat(posted).isEmpty();
    assertThat(witness.state(LOG.name())).isEqualTo(WitnessRule.State.NONE);
  }
}
