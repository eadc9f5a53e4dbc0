package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.election.Code;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.record.Act;
import veche.record.Deposit;
import veche.record.ElectionFixture;
import veche.record.Trust;
import veche.wire.Bytes;

/// log §5 Deposits: what a witness holds `close` back for, and what cannot make it.
class HeldTest {
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(1, 1));
  private static final long CLOSES = ElectionFixture.CLOSES;

  @TempDir private Path folder;

  private final TestBoard board = new TestBoard();
  private final ElectionFixture election = board.election;
  private final Coalition coalition = election.coalition;
  private final SigningKey log = election.log;
  private long now = CLOSES - 1_000;
  private Witness witness;
  private Held held;

  @BeforeEach
  void start() {
    Home home = new Home(folder, "".toCharArray());
    SigningKey key = coalition.witness("east");
    witness = new Witness(home, key, List.of(log.vkey()), () -> Instant.ofEpochSecond(now));
    held =
        new Held(
            home,
            board.remote(),
            log.vkey(),
            Trust.parse(election.trust()),
            Entropy.system(),
            () -> Instant.ofEpochSecond(now));
    witness.mind(held);
    election.vote(4, CHOICES.get(0), CHOICES.get(1));
  }

  @AfterEach
  void stop() {
    held.close();
    board.close();
  }

  private Bytes ballot(int voter) {
    return election.voters.get(voter).ballot(coalition, CHOICES);
  }

  private Bytes deposit(SigningKey signer, Bytes... ballots) {
    Act act = new Deposit(List.of(ballots)).act(coalition.record().eid().orElseThrow());
    return coalition.sign(act, signer).encode();
  }

  private Bytes deposit(Bytes... ballots) {
    return deposit(coalition.body("west"), ballots);
  }

  private void kept(Bytes deposit) {
    assertThat(witness.hand(deposit)).isEqualTo(new Held.Kept());
  }

  private Code refused(Bytes deposit) {
    return witness.hand(deposit) instanceof Held.Not(var why) ? why.code() : null;
  }

  /// Whether the witness vouches for the log as it stands.
  private boolean vouches() {
    Tree tree = election.tree();
    WitnessRule.State state = witness.state(log.name());
    var request =
        new WitnessRule.Request(
            state.size(),
            tree.consistency(state.size(), tree.size()),
            election.note(tree, tree.size(), Map.of()));
    return switch (witness.add(request)) {
      case Witness.Cosigned cosigned -> true;
      case Witness.Withheld withheld -> false;
      case Witness.Refused(var reason, long size) -> throw new AssertionError(reason);
    };
  }

  private void serverTakes(TestBoard.Mood mood) {
    board.mood = mood;
  }

  @Test
  void afterClosingTimeALogThatLacksWhatWasHandedInIsNotCosigned() {
    serverTakes(TestBoard.Mood.REFUSES);
    kept(deposit(ballot(0)));
    held.tend();

    assertThat(vouches()).as("before closing time").isTrue();
    now = CLOSES;
    assertThat(vouches()).isFalse();
    board.close(CLOSES + 10);
    now = CLOSES + 20;
    assertThat(vouches()).as("over `close`").isFalse();
    held.tend();
    assertThat(vouches()).isFalse();
  }

  @Test
  void itBringsToTheServerWhatTheBodyDidNotAndThenVouches() {
    kept(deposit(ballot(0), ballot(1)));
    now = CLOSES;
    assertThat(vouches()).isFalse();

    held.tend();

    assertThat(board.sent).containsExactly("deposit");
    assertThat(vouches()).isTrue();
    board.close(CLOSES + 10);
    assertThat(vouches()).isTrue();
  }

  @Test
  void ballotsAreLookedForAndNotTheAct() {
    Bytes one = ballot(0);
    Bytes two = ballot(1);
    serverTakes(TestBoard.Mood.REFUSES);
    kept(deposit(one, two));
    held.tend();
    now = CLOSES;
    assertThat(vouches()).isFalse();
    // one came by itself, the other through another body
    election.add(one);
    assertThat(vouches()).isFalse();
    serverTakes(TestBoard.Mood.TAKES);
    election.add(deposit(coalition.body("north"), two));

    assertThat(vouches()).isTrue();
  }

  @Test
  void whatStandsBeyondTheCheckpointIsMissingUnderIt() {
    kept(deposit(ballot(0)));
    Tree before = election.tree();
    now = CLOSES;
    held.tend();

    var request =
        new WitnessRule.Request(0, List.of(), election.note(before, before.size(), Map.of()));
    assertThat(witness.add(request)).isEqualTo(new Witness.Withheld(1));
    assertThat(vouches()).isTrue();
  }

  @Test
  void junkHoldsNothingBack() {
    byte[] broken = ballot(0).toArray();
    broken[broken.length - 1] ^= 1;
    Bytes late = ballot(1);
    serverTakes(TestBoard.Mood.REFUSES);
    kept(deposit(Bytes.of(broken), Bytes.utf8("no ballot")));
    kept(deposit(new Coalition.Voter().ballot(coalition, CHOICES)));
    // the second link of a chain whose first nobody has
    ballot(3);
    kept(deposit(ballot(3)));
    kept(deposit(late));
    held.tend();
    now = CLOSES;
    assertThat(vouches()).isFalse();
    // another ballot of that key stands now: the handed one can never be valid
    election.add(other(1));

    assertThat(vouches()).isTrue();
  }

  private Bytes other(int voter) {
    var one = election.voters.get(voter);
    Bytes seed = Entropy.system().bytes(32);
    return veche.ballot.Seal.sign(
        veche.ballot.Seal.body(coalition.paper(), CHOICES, one.vk, 0, Bytes.zero(32), seed),
        one.secret);
  }

  @Test
  void whatComesAfterItVouchedForTheEndHoldsNothingBack() {
    now = CLOSES;
    assertThat(vouches()).isTrue();

    assertThat(refused(deposit(ballot(0)))).isEqualTo(Code.WRONG_PHASE);
    board.close(CLOSES + 10);
    assertThat(refused(deposit(ballot(1)))).isEqualTo(Code.WRONG_PHASE);
    assertThat(vouches()).isTrue();
  }

  @Test
  void aWitnessThatNeverVouchesWaitsForHandingsOnlySoLong() {
    now = CLOSES + Held.GRACE + 1;

    assertThat(refused(deposit(ballot(0)))).isEqualTo(Code.WRONG_PHASE);
  }

  @Test
  void onlyBodiesHandInAndOnlyDeposits() {
    Bytes ballot = ballot(0);
    SigningKey forged = Coalition.key("west", veche.crypto.Vkey.ED25519);
    Act unsigned = new Deposit(List.of(ballot)).act(coalition.record().eid().orElseThrow());

    assertThat(refused(deposit(coalition.registrar(), ballot))).isEqualTo(Code.BAD_SIGNATURE);
    assertThat(refused(deposit(forged, ballot))).isEqualTo(Code.BAD_SIGNATURE);
    assertThat(refused(unsigned.encode())).isEqualTo(Code.BAD_SIGNATURE);
    assertThat(refused(Bytes.utf8("junk"))).isEqualTo(Code.MALFORMED);
    assertThat(refused(ballot)).isEqualTo(Code.MALFORMED);
    assertThat(refused(Bytes.zero(70_000))).isEqualTo(Code.TOO_LARGE);
    now = CLOSES;
    assertThat(vouches()).isTrue();
  }

  @Test
  void whatWasHandedInOutlivesTheWitness() {
    serverTakes(TestBoard.Mood.REFUSES);
    kept(deposit(ballot(0)));
    held.close();
    start();
    now = CLOSES;

    assertThat(vouches()).isFalse();
    serverTakes(TestBoard.Mood.TAKES);
    held.tend();
    assertThat(vouches()).isTrue();
  }

  @Test
  void theDoorKeepsADepositAndHoldsACheckpointBack() throws Exception {
    serverTakes(TestBoard.Mood.REFUSES);
    try (WitnessDoor door = new WitnessDoor(witness, "127.0.0.1:0")) {
      assertThat(post(door, "add-deposit", deposit(ballot(0)))).isEqualTo(200);
      assertThat(post(door, "add-deposit", Bytes.utf8("junk"))).isEqualTo(400);
      assertThat(said(door, "add-deposit", Bytes.utf8("junk")).body())
          .matches("malformed: .{5,}\n");
      now = CLOSES;
      Tree tree = election.tree();
      var note = election.note(tree, tree.size(), Map.of());
      String text = new WitnessRule.Request(0, List.of(), note).text();
      assertThat(post(door, "add-checkpoint", Bytes.utf8(text))).isEqualTo(503);
      serverTakes(TestBoard.Mood.SILENT);
      assertThat(post(door, "add-checkpoint", Bytes.utf8(text))).isEqualTo(503);
    }
  }

  private static int post(WitnessDoor door, String path, Bytes body)
      throws IOException, InterruptedException {
    return said(door, path, body).statusCode();
  }

  private static HttpResponse<String> said(WitnessDoor door, String path, Bytes body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + door.port() + "/" + path);
    var publisher = HttpRequest.BodyPublishers.ofByteArray(body.toArray());
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri).POST(publisher).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aDepositThatCameAsAFileIsFoundInTheInbox() throws IOException {
    Home home = new Home(folder, "".toCharArray());
    Bytes deposit = deposit(ballot(0));
    home.deliver(deposit);

    assertThat(home.inbox()).hasSize(1);
    kept(Bytes.of(Files.readAllBytes(home.inbox().getFirst())));
    try (Stream<Path> left = Files.list(folder.resolve("inbox"))) {
      assertThat(left).hasSize(1);
    }
  }
}
