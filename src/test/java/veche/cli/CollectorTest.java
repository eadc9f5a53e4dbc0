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
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.ballot.Ballot;
import veche.council.Taken;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.log.Merkle;
import veche.record.Act;
import veche.record.Deposit;
import veche.record.ElectionFixture;
import veche.record.Record;
import veche.record.Trust;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §6 Second door: a body that takes ballots, against servers good and bad.
class CollectorTest {
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(1, 1));
  private static final long TIME = ElectionFixture.OPENS + 1_000;

  @TempDir private Path folder;

  private final TestBoard board = new TestBoard();
  private final Coalition coalition = board.election.coalition;
  private final SigningKey west = coalition.body("west");
  private final List<Bytes> handed = new ArrayList<>();
  private long now = TIME;
  private Collector collector;

  @BeforeEach
  void start() {
    Trust trust = Trust.parse(board.election.trust());
    Follower follower = new Follower(board.remote(), trust, Entropy.system());
    follower.catchUp();
    collector = collector(follower, west);
  }

  private Collector collector(Follower follower, SigningKey key) {
    Home home = new Home(folder, "".toCharArray());
    return new Collector(follower, home, key, () -> Instant.ofEpochSecond(now));
  }

  @AfterEach
  void stop() {
    collector.close();
    board.close();
  }

  /// As after kill -9: nothing is said, nothing is saved, the folder is what it is.
  private void again() {
    Trust trust = Trust.parse(board.election.trust());
    Follower follower = new Follower(board.remote(), trust, Entropy.system());
    follower.catchUp();
    collector = collector(follower, west);
  }

  private Bytes ballot(int voter) {
    return board.election.voters.get(voter).ballot(coalition, CHOICES);
  }

  private String word(Bytes leaf) {
    return switch (collector.take(leaf)) {
      case Collector.Held(String word) -> word;
      case Collector.No(var why) -> throw new AssertionError(why.toString());
    };
  }

  private String refusal(Bytes leaf) {
    return switch (collector.take(leaf)) {
      case Collector.Held held -> "";
      case Collector.No(var why) -> why.code().id();
    };
  }

  private Collector.Count bring() {
    return collector.bring(List.of(handed::add));
  }

  private Record record() {
    return coalition.record();
  }

  @Test
  void aTakenBallotIsSignedForAndDeposited() {
    Bytes leaf = ballot(0);

    String word = word(leaf);

    Taken taken = Taken.verified(Note.parse(Bytes.utf8(word)), west.vkey());
    assertThat(taken).isEqualTo(new Taken(ElectionFixture.ORIGIN, Merkle.leafHash(leaf), TIME));
    now += 5;
    assertThat(word(leaf)).isEqualTo(word);
    assertThat(bring()).isEqualTo(new Collector.Count(1, 1, 0, 0));
    assertThat(record().chain().place(Ballot.parse(leaf).ballotId())).isPresent();
    assertThat(record().deposits().values())
        .extracting(Deposit.Logged::body)
        .containsExactly("west");
    assertThat(handed).isEmpty();
    assertThat(bring()).isEqualTo(new Collector.Count(1, 1, 0, 0));
    assertThat(board.sent).containsExactly("deposit");
  }

  @Test
  void whatIsNoValidBallotIsNotTakenAndLeavesNoTrace() throws IOException {
    Bytes good = ballot(0);
    byte[] broken = good.toArray();
    broken[broken.length - 1] ^= 1;

    assertThat(refusal(Bytes.of(broken))).isEqualTo("bad-signature");
    assertThat(refusal(Bytes.utf8("junk"))).isEqualTo("malformed");
    assertThat(refusal(new Coalition.Voter().ballot(coalition, CHOICES))).isEqualTo("not-on-roll");
    assertThat(refusal(Bytes.zero(70_000))).isEqualTo("too-large");
    ballot(1);
    assertThat(refusal(ballot(1))).isEqualTo("stale-chain");
    now = ElectionFixture.CLOSES;
    assertThat(refusal(good)).isEqualTo("wrong-phase");

    assertThat(Files.readString(folder.resolve("taken-" + ElectionFixture.SLUG))).isEmpty();
    assertThat(bring()).isEqualTo(new Collector.Count(0, 0, 0, 0));
  }

  @Test
  void ballotsOfOneKeyFollowOneAnotherHereAndInTheLog() {
    Bytes first = ballot(0);
    Bytes second = ballot(0);
    Bytes third = ballot(0);
    board.mood = TestBoard.Mood.REFUSES;
    word(first);
    word(second);
    assertThat(bring()).isEqualTo(new Collector.Count(2, 0, 2, 0));
    board.mood = TestBoard.Mood.TAKES;
    bring();
    word(third);
    assertThat(bring()).isEqualTo(new Collector.Count(3, 3, 0, 0));
    assertThat(record().chain().valid()).isEqualTo(3);
  }

  @Test
  void whileTheServerRefusesOrIsSilentBallotsAreTakenAndHandedOnOnceEach() {
    for (TestBoard.Mood mood : List.of(TestBoard.Mood.REFUSES, TestBoard.Mood.SILENT)) {
      board.mood = mood;
      word(ballot(mood.ordinal()));
      bring();
      assertThat(bring().waiting()).isPositive();
    }

    List<Bytes> deposits = handed.stream().distinct().toList();
    assertThat(deposits).hasSize(2);
    board.mood = TestBoard.Mood.TAKES;
    assertThat(bring()).isEqualTo(new Collector.Count(2, 2, 0, 0));
    assertThat(record().deposits()).hasSize(2);
  }

  @Test
  void killedAtAnyMomentItLosesNoBallotItSignedFor() throws IOException {
    Bytes first = ballot(0);
    Bytes second = ballot(1);
    board.mood = TestBoard.Mood.SILENT;
    String word = word(first);
    word(second);
    // the kill cut a line short for which nobody had a word
    Path file = folder.resolve("taken-" + ElectionFixture.SLUG);
    Files.writeString(file, TIME + " BgAAAAYC", StandardOpenOption.APPEND);
    board.mood = TestBoard.Mood.TAKES;

    again();

    assertThat(word(first)).isEqualTo(word);
    word(ballot(2));
    assertThat(bring()).isEqualTo(new Collector.Count(3, 3, 0, 0));
    again();
    assertThat(bring()).isEqualTo(new Collector.Count(3, 3, 0, 0));
    assertThat(board.sent).containsExactly("deposit");
  }

  @Test
  void whatTheVoterReplacedElsewhereIsNotBrought() {
    Bytes here = ballot(0);
    board.mood = TestBoard.Mood.REFUSES;
    word(here);
    bring();
    board.mood = TestBoard.Mood.TAKES;
    // another device of the same voter, which knew nothing of it
    Bytes other = veche.ballot.Seal.sign(other(0), board.election.voters.get(0).secret);
    board.election.add(other);

    assertThat(bring()).isEqualTo(new Collector.Count(1, 0, 0, 1));
    assertThat(record().deposits()).isEmpty();
  }

  private Bytes other(int voter) {
    var one = board.election.voters.get(voter);
    Bytes seed = Entropy.system().bytes(32);
    return veche.ballot.Seal.body(coalition.paper(), CHOICES, one.vk, 0, Bytes.zero(32), seed);
  }

  @Test
  void whenVotingIsOverItSaysWhatWasLost() {
    board.election.votedOnce();
    word(ballot(3));
    board.close(ElectionFixture.CLOSES + 10);

    assertThat(bring()).isEqualTo(new Collector.Count(1, 0, 0, 1));
    assertThat(collector.isOver()).isTrue();
  }

  @Test
  void aStrangerTakesNothing() {
    SigningKey stranger = Coalition.key("west", Vkey.ED25519);
    Trust trust = Trust.parse(board.election.trust());
    Follower follower = new Follower(board.remote(), trust, Entropy.system());
    follower.catchUp();

    assertThatThrownBy(() -> collector(follower, stranger)).isInstanceOf(Malformed.class);
  }

  // ---- the door

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anyPageMaySendABallotToTheDoor() {
    Bytes leaf = ballot(0);
    try (CollectDoor door = new CollectDoor(collector, "127.0.0.1:0")) {
      String base = "http://127.0.0.1:" + door.port();
      URI ballots = URI.create(base + "/e/" + ElectionFixture.SLUG + "/ballots");
      var body = HttpRequest.BodyPublishers.ofByteArray(leaf.toArray());
      var preflight = HttpRequest.BodyPublishers.noBody();

      var asked = send(HttpRequest.newBuilder(ballots).method("OPTIONS", preflight));
      assertThat(asked.statusCode()).isEqualTo(204);
      assertThat(asked.headers().firstValue("access-control-allow-origin")).contains("*");
      assertThat(asked.headers().firstValue("access-control-allow-headers"))
          .contains("content-type");
      var taken = send(HttpRequest.newBuilder(ballots).POST(body));
      assertThat(taken.statusCode()).isEqualTo(200);
      assertThat(taken.headers().firstValue("access-control-allow-origin")).contains("*");
      Taken.verified(Note.parse(Bytes.utf8(taken.body())), west.vkey());
      var junk = send(HttpRequest.newBuilder(ballots).POST(preflight));
      assertThat(junk.statusCode()).isEqualTo(400);
      assertThat(junk.body()).contains("\"code\":\"malformed\"");
      var method = send(HttpRequest.newBuilder(ballots).header("accept-language", "ru").GET());
      assertThat(method.statusCode()).isEqualTo(405);
      assertThat(method.body()).contains("/doors#method", Words.RUSSIAN.text("trouble.method"));
      var nothing = send(HttpRequest.newBuilder(URI.create(base)).GET());
      assertThat(nothing.statusCode()).isEqualTo(404);
      assertThat(nothing.body())
          .contains("/doors#not-found", Words.ENGLISH.refusal(Code.NOT_FOUND));
    }
    assertThat(bring()).isEqualTo(new Collector.Count(1, 1, 0, 0));
  }

  @Test
  void theActInAHandingIsOneThatAnybodyMayBring() {
    board.mood = TestBoard.Mood.REFUSES;
    word(ballot(0));
    bring();
    Act act = Act.parse(handed.getFirst());

    assertThat(act.serial()).isZero();
    assertThat(record().depositor(act)).isInstanceOf(veche.record.Roster.Signed.By.class);
  }
}
