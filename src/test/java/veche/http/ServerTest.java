package veche.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.crypto.Work;
import veche.http.Client.Reply;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Deposit;
import veche.roll.Enrolment;
import veche.wire.Bytes;
import veche.wire.Enc;

/// The doors, from outside, with a real PostgreSQL behind them.
class ServerTest {
  private static final String HOST = "votes.example";
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(1, 1));

  /// Enrolments to one election that cost nothing here.
  private static final int CALM = 8;

  private static final AtomicLong SHIFT = new AtomicLong();
  private static final InstantSource CLOCK = () -> Instant.now().plusSeconds(SHIFT.get());
  private static final long START = Instant.now().getEpochSecond();
  private static final Coalition COALITION = new Coalition();

  @TempDir private static Path data;
  @TempDir private static Path web;
  private static Service service;
  private static Client client;

  /// An election that stays open for the tests that need one.
  private static Coalition open;

  private static String openSlug;
  private static Vkey openLog;
  private static List<Coalition.Voter> voters;
  private static int next;
  private static int names;

  @BeforeAll
  static void start() throws IOException {
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(web.resolve(page + ".html"), "<!doctype html><title>" + page + "</title>");
    }
    Files.createDirectories(web.resolve("test"));
    Files.writeString(web.resolve("test/secret.js"), "not served");
    Files.writeString(web.resolve("veche.css"), "body {}");
    restart();
    open = new Coalition();
    voters = Stream.generate(Coalition.Voter::new).limit(40).toList();
    openLog = draw(open, now() - 10, now() + 3_600);
    openSlug = open.draft().slug();
    open.openFor(client.door(openSlug), voters);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static void restart() {
    if (service != null) service.close();
    Settings settings =
        new Settings(
            HOST,
            "127.0.0.1",
            0,
            0,
            data,
            List.of(COALITION.body("north").vkey()),
            false,
            Optional.empty(),
            List.of(),
            CALM);
    service = Service.start(settings, Optional.empty(), web, Entropy.system(), CLOCK);
    client = new Client("http://127.0.0.1:" + service.server().port());
  }

  private static long now() {
    return CLOCK.instant().getEpochSecond();
  }

  private static Bytes note(String body, SigningKey key) {
    return Bytes.utf8(new Note(body, List.of(key.signLine(body))).text());
  }

  /// Reserves a name and draws the coalition's draft for it; the hosted key signs the request.
  private static Vkey draw(Coalition coalition, long opensAt, long closesAt) {
    // the time makes requests differ
    String body = "veche.host/v1\n" + HOST + "\n" + (START + names++) + "\n";
    var reply = client.post("/elections", note(body, COALITION.body("north"))).json();
    coalition.adopt("north", COALITION.body("north"));
    coalition.draw(
        reply.get("slug").asText(),
        reply.get("origin").asText(),
        reply.get("log").asText(),
        opensAt,
        closesAt);
    return Vkey.parse(reply.get("log").asText());
  }

  private static Coalition.Voter voter() {
    return voters.get(next++ % voters.size());
  }

  private static String path(String rest) {
    return "/e/" + openSlug + "/" + rest;
  }

  private static Reply cast(Bytes leaf) {
    return client.post(path("ballots"), leaf);
  }

  // ---- names and drafts

  @Test
  void aNameIsGivenToHostedBodiesOnlyAndOnce() {
    String body = "veche.host/v1\n" + HOST + "\n" + (START - 60) + "\n";
    Bytes asked = note(body, COALITION.body("north"));
    Reply first = client.post("/elections", asked);

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().get("slug").asText()).matches("[a-z2-7]{10}");
    assertThat(client.post("/elections", asked).text()).isEqualTo(first.text());

    assertThat(client.post("/elections", note(body, COALITION.body("east"))).code())
        .isEqualTo("unknown-key");
    String other = body.replace(HOST, "elsewhere.example");
    assertThat(client.post("/elections", note(other, COALITION.body("north"))).code())
        .isEqualTo("wrong-context");
    String old = "veche.host/v1\n" + HOST + "\n" + (now() - 301) + "\n";
    assertThat(client.post("/elections", note(old, COALITION.body("north"))).code())
        .isEqualTo("conflict");
    String forged = Bytes.wrap(asked.toArray()).utf8().replace(HOST, "elsewhere.example");
    assertThat(client.post("/elections", Bytes.utf8(forged)).code()).isEqualTo("bad-signature");
  }

  @Test
  void aDraftCollectsSignaturesAndMakesTheElection() {
    Coalition coalition = new Coalition();
    Vkey log = draw(coalition, now() + 100, now() + 200);
    String slug = coalition.draft().slug();
    Act one = coalition.draftAct(coalition.body("north"));
    Act other = coalition.draftAct(coalition.body("west"));

    Reply waits = client.act(slug, one, List.of());
    assertThat(waits.status()).isEqualTo(202);
    assertThat(waits.json().toString()).isEqualTo("{\"have\":[\"north\"],\"need\":2}");
    assertThat(client.act(slug, one, List.of()).text()).isEqualTo(waits.text());
    var pending = client.get("/e/" + slug + "/acts/pending").json().get(0);
    assertThat(pending.get("type").asText()).isEqualTo("draft");
    assertThat(pending.get("digest").asText()).isEqualTo(one.digest().hex());
    assertThat(Bytes.fromBase64(pending.get("act").asText())).isEqualTo(one.encode());
    assertThat(client.get("/e/" + slug + "/election.json").code()).isEqualTo("unknown-election");

    // a stranger's junk among the signatures is refused by name and stops nothing
    Act junk =
        new Act(one.type(), one.id(), one.serial(), one.payload(), List.of("not a signature"));
    assertThat(client.act(slug, junk, List.of()).code()).isEqualTo("malformed");

    Reply logged = client.act(slug, other, List.of());
    assertThat(logged.status()).isEqualTo(200);
    Bytes leaf = one.with(other.signatures()).encode();
    Receipt.parse(logged.text()).verify(Merkle.leafHash(leaf), log);
    assertThat(client.act(slug, one, List.of()).text()).isEqualTo(logged.text());
    assertThat(client.get("/e/" + slug + "/acts/pending").text()).isEqualTo("[]");
    assertThat(client.get("/e/" + slug + "/election.json").json().get("phase").asText())
        .isEqualTo("keys");
    assertThat(client.get("/elections.json").text()).contains("\"" + slug + "\"");
  }

  @Test
  void aDraftOfStrangersOrForAnotherLogIsRefused() {
    Coalition coalition = new Coalition();
    draw(coalition, now() + 100, now() + 200);
    String slug = coalition.draft().slug();
    coalition.adopt("north", Coalition.key("north", Vkey.ED25519));
    var given = coalition.draft();
    coalition.draw(given.slug(), given.origin(), given.log(), given.opensAt(), given.closesAt());
    Act foreign = coalition.draftAct(coalition.body("north"), coalition.body("east"));
    assertThat(client.act(slug, foreign, List.of()).code()).isEqualTo("unknown-key");

    coalition.adopt("north", COALITION.body("north"));
    String otherKey = Coalition.key(given.origin(), Vkey.ED25519).vkey().toString();
    coalition.draw(given.slug(), given.origin(), otherKey, given.opensAt(), given.closesAt());
    Act other = coalition.draftAct(coalition.body("north"), coalition.body("east"));
    assertThat(client.act(slug, other, List.of()).code()).isEqualTo("wrong-context");
  }

  @Test
  void actsAreRefusedByName() {
    Coalition c = open;
    SigningKey north = c.body("north");
    Enc reason = Enc.list(Enc.text("a reason"), Enc.uint(0));
    Act good = c.act("object", reason, north);

    assertThat(client.post(path("acts"), Bytes.utf8("garbage")).code()).isEqualTo("malformed");
    assertThat(client.post(path("acts"), Bytes.EMPTY).code()).isEqualTo("malformed");
    Bytes whole = Enc.list(Enc.bytes(good.encode()), Enc.list()).encode();
    assertThat(client.post(path("acts"), whole.slice(0, whole.length() - 1)).code())
        .isEqualTo("malformed");
    assertThat(client.post("/e/aaaaaaaaaa/acts", whole).code()).isEqualTo("unknown-election");
    assertThat(client.act(openSlug, good, List.of(Bytes.utf8("unasked"))).code())
        .isEqualTo("malformed");
    assertThat(client.act(openSlug, c.act("object", reason), List.of()).code())
        .isEqualTo("too-few-signatures");
    SigningKey stranger = Coalition.key("south", Vkey.ED25519);
    assertThat(client.act(openSlug, c.act("object", reason, stranger), List.of()).code())
        .isEqualTo("unknown-key");
    SigningKey impostor = Coalition.key("north", Vkey.ED25519);
    assertThat(client.act(openSlug, c.act("object", reason, impostor), List.of()).code())
        .isEqualTo("bad-signature");
    Act stale = c.sign(Act.unsigned("object", good.id(), good.serial() + 1, reason), north);
    assertThat(client.act(openSlug, stale, List.of()).code()).isEqualTo("stale-serial");
    Act elsewhere = c.sign(Act.unsigned("object", Bytes.zero(32), good.serial(), reason), north);
    assertThat(client.act(openSlug, elsewhere, List.of()).code()).isEqualTo("wrong-context");
    assertThat(client.act(openSlug, c.act("extend", reason, north), List.of()).code())
        .isEqualTo("unsupported");
    Act early = c.closeAct(north, c.body("east"));
    assertThat(client.act(openSlug, early, List.of()).code()).isEqualTo("wrong-phase");
    assertThat(client.post(path("acts"), Bytes.zero((100 << 20) + 1)).code())
        .isEqualTo("too-large");
    Bytes ballot = voter().body(c, CHOICES);
    assertThat(client.post(path("acts"), ballot).code()).isEqualTo("malformed");
  }

  // ---- ballots

  @Test
  void aBallotIsAnsweredWithAReceiptThatHolds() {
    Bytes leaf = voter().ballot(open, CHOICES);
    Reply reply = cast(leaf);

    assertThat(reply.status()).isEqualTo(200);
    Receipt receipt = Receipt.parse(reply.text());
    receipt.verify(Merkle.leafHash(leaf), openLog);
    var view = client.get(path("leaf/" + receipt.index() + ".json")).json();
    assertThat(view.get("type").asText()).isEqualTo("ballot");
  }

  @Test
  void theSameBallotAgainIsAnsweredWithTheSameReceipt() {
    Bytes leaf = voter().ballot(open, CHOICES);
    String first = cast(leaf).text();
    cast(voter().ballot(open, CHOICES));

    assertThat(cast(leaf).text()).isEqualTo(first);
  }

  @Test
  void ofTwoBallotsOfOneKeyInOneBatchOneIsIn() {
    Coalition.Voter voter = voter();
    Bytes one = veche.ballot.Seal.sign(voter.body(open, CHOICES), voter.secret);
    Bytes other = veche.ballot.Seal.sign(voter.body(open, CHOICES), voter.secret);

    var both =
        Stream.of(one, other).map(leaf -> CompletableFuture.supplyAsync(() -> cast(leaf))).toList();

    assertThat(both.stream().map(CompletableFuture::join).map(Reply::code))
        .containsExactlyInAnyOrder("", "stale-chain");
  }

  @Test
  void aBallotSentTwiceAtOnceTakesOnePlace() {
    Bytes leaf = voter().ballot(open, CHOICES);

    var both =
        Stream.of(leaf, leaf).map(l -> CompletableFuture.supplyAsync(() -> cast(l))).toList();

    var receipts = both.stream().map(CompletableFuture::join).map(Reply::text).toList();
    assertThat(receipts.get(0)).isEqualTo(receipts.get(1)).startsWith("c2sp.org/tlog-proof@v1");
  }

  private static Act deposit(String body, Bytes... ballots) {
    Act act = new Deposit(List.of(ballots)).act(open.record().eid().orElseThrow());
    return open.sign(act, open.body(body));
  }

  @Test
  void aDepositedBallotHasAReceiptUnderItsOwnHash() {
    Bytes first = voter().ballot(open, CHOICES);
    Bytes second = voter().ballot(open, CHOICES);
    Act act = deposit("west", first, second);
    Bytes hash = Merkle.leafHash(act.encode());

    Reply reply = client.act(openSlug, act, List.of());

    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(Receipt.parse(reply.text()).verify(hash, openLog).size()).isPositive();
    assertThat(client.act(openSlug, act, List.of()).text()).isEqualTo(reply.text());
    // whoever sends the ballot itself learns where it stands
    Receipt receipt = Receipt.parse(cast(second).text());
    assertThat(Deposit.inside(receipt)).contains(Merkle.leafHash(second));
    assertThat(receipt.verify(hash, openLog).size()).isPositive();
    assertThat(receipt.index()).isEqualTo(Receipt.parse(reply.text()).index());
    var view = client.get(path("leaf/" + receipt.index() + ".json")).json();
    assertThat(view.get("ballots")).hasSize(2);
    assertThat(view.at("/ballots/1/leafHash").asText()).isEqualTo(Merkle.leafHash(second).hex());
  }

  @Test
  void depositsAreRefusedByNameAndLeaveOnlyACounter() {
    Bytes ballot = voter().ballot(open, CHOICES);
    Bytes other = voter().ballot(open, CHOICES);
    Act good = deposit("west", ballot);
    Act unsigned = new Deposit(List.of(ballot)).act(open.record().eid().orElseThrow());
    String before = client.get(path("checkpoint")).text();

    assertThat(client.act(openSlug, deposit("west", flipped(other)), List.of()).code())
        .isEqualTo("conflict");
    assertThat(client.act(openSlug, unsigned, List.of()).code()).isEqualTo("too-few-signatures");
    assertThat(client.act(openSlug, open.sign(unsigned, open.registrar()), List.of()).code())
        .isEqualTo("unknown-key");
    Act forged = unsigned.with(deposit("west", other).signatures());
    assertThat(client.act(openSlug, forged, List.of()).code()).isEqualTo("bad-signature");
    assertThat(client.get(path("checkpoint")).text()).isEqualTo(before);
    assertThat(client.act(openSlug, good, List.of()).status()).isEqualTo(200);
    // the same ballots by another body: its act brings nothing new, and it is told where they stand
    assertThat(client.act(openSlug, deposit("east", ballot), List.of()).status()).isEqualTo(200);
    assertThat(client.act(openSlug, deposit("east", ballot, flipped(other)), List.of()).code())
        .isEqualTo("conflict");
  }

  private static Bytes flipped(Bytes leaf) {
    byte[] out = leaf.toArray();
    out[out.length - 1] ^= 1;
    return Bytes.of(out);
  }

  @Test
  void manyBallotsAtOnceAllGetTheirPlaces() {
    List<Bytes> leaves = new ArrayList<>();
    for (int i = 0; i < 20; i++) leaves.add(voter().ballot(open, CHOICES));

    var replies = leaves.stream().map(l -> CompletableFuture.supplyAsync(() -> cast(l))).toList();

    Set<Long> places = new java.util.HashSet<>();
    for (int i = 0; i < leaves.size(); i++) {
      Receipt receipt = Receipt.parse(replies.get(i).join().text());
      receipt.verify(Merkle.leafHash(leaves.get(i)), openLog);
      places.add(receipt.index());
    }
    assertThat(places).hasSize(leaves.size());
  }

  @Test
  void ballotsAreRefusedByNameAndLeaveOnlyACounter() {
    long size = size();
    Coalition.Voter voter = voter();
    Bytes body = voter.body(open, CHOICES);
    Bytes leaf = veche.ballot.Seal.sign(body, voter.secret);
    long counted = refused("malformed");

    assertThat(cast(Bytes.EMPTY).code()).isEqualTo("malformed");
    assertThat(cast(Bytes.utf8("garbage")).code()).isEqualTo("malformed");
    assertThat(cast(leaf.slice(0, leaf.length() - 1)).code()).isEqualTo("malformed");
    assertThat(cast(leaf.concat(Bytes.zero(1))).code()).isEqualTo("malformed");
    assertThat(refused("malformed")).isEqualTo(counted + 4);
    assertThat(cast(Bytes.zero(65_536)).code()).isEqualTo("too-large");
    assertThat(cast(Bytes.zero(70_000)).code()).isEqualTo("too-large");
    assertThat(client.post("/e/aaaaaaaaaa/ballots", leaf).code()).isEqualTo("unknown-election");

    Coalition.Voter stranger = new Coalition.Voter();
    assertThat(cast(stranger.ballot(open, CHOICES)).code()).isEqualTo("not-on-roll");
    byte[] bent = leaf.toArray();
    bent[bent.length - 1] ^= 1;
    assertThat(cast(Bytes.wrap(bent)).code()).isEqualTo("bad-signature");
    Act act = open.act("object", Enc.list(Enc.text("r"), Enc.uint(0)), open.body("north"));
    assertThat(cast(act.encode()).code()).isEqualTo("malformed");

    assertThat(size()).isEqualTo(size);
    assertThat(cast(leaf).status()).isEqualTo(200);
  }

  @Test
  void oneKeyCannotFillTheLog() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    for (int i = 0; i < Limits.BALLOTS_OF_ONE_KEY; i++) {
      assertThat(client.post(door, voter.ballot(coalition, CHOICES)).status()).isEqualTo(200);
    }

    assertThat(client.post(door, voter.ballot(coalition, CHOICES)).code())
        .isEqualTo("rate-limited");
  }

  private static long proved() {
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
    Matcher line =
        Pattern.compile("veche_proved_ballots_total ([0-9]+)")
            .matcher(inspection.get("/metrics").text());
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(1));
  }

  /// attacks.md row 45: junk costs a signature check, and one key's holder a bounded number of
  /// proofs.
  @Test
  void attack45_junkIsTurnedAwayBeforeItsProofsAndOneKeyGetsOnlySoMany() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    long before = proved();

    Bytes good = veche.ballot.Seal.sign(voter.body(coalition, CHOICES), voter.secret);
    for (int i = 0; i < 50; i++) {
      byte[] bent = good.toArray();
      bent[bent.length - 1 - i % 30] ^= 1;
      assertThat(client.post(door, Bytes.wrap(bent)).code()).isIn("bad-signature", "malformed");
    }
    Coalition.Voter stranger = new Coalition.Voter();
    assertThat(client.post(door, stranger.ballot(coalition, CHOICES)).code())
        .isEqualTo("not-on-roll");
    assertThat(proved()).isEqualTo(before);

    // the key's own holder signs what cannot be proved
    int looked = 0;
    for (int i = 0; i < Limits.PROOFS_OF_ONE_KEY + 20; i++) {
      byte[] body = voter.body(coalition, CHOICES).toArray();
      body[body.length - 24] ^= 1;
      String code =
          client.post(door, veche.ballot.Seal.sign(Bytes.wrap(body), voter.secret)).code();
      assertThat(code).isEqualTo(i < Limits.PROOFS_OF_ONE_KEY ? "bad-proof" : "rate-limited");
      if (code.equals("bad-proof")) looked++;
    }
    assertThat(looked).isEqualTo(Limits.PROOFS_OF_ONE_KEY);
    assertThat(proved()).isEqualTo(before + Limits.PROOFS_OF_ONE_KEY);
  }

  /// attacks.md row 55: whoever has a voter's old ballots can send them for ever; the voter still
  /// votes.
  @Test
  void attack55_aFloodOfOldBallotsLeavesTheVoterAllTheirBallots() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    Bytes neverLogged = veche.ballot.Seal.sign(voter.body(coalition, CHOICES), voter.secret);
    Bytes first = voter.ballot(coalition, CHOICES);
    String receipt = client.post(door, first).text();
    long before = proved();

    for (int i = 0; i < 100; i++) {
      assertThat(client.post(door, neverLogged).code()).isEqualTo("stale-chain");
      assertThat(client.post(door, first).text()).isEqualTo(receipt);
    }

    assertThat(proved()).isEqualTo(before);
    for (int i = 1; i < Limits.BALLOTS_OF_ONE_KEY; i++) {
      assertThat(client.post(door, voter.ballot(coalition, CHOICES)).status()).isEqualTo(200);
    }
  }

  /// attacks.md row 55: a ballot of the future, held back on its way, is worth nothing before its
  /// turn and takes nothing from its key's share.
  @Test
  void attack55_aFloodOfBallotsAheadOfTheirTurnLeavesTheVoterTheirs() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String door = "/e/" + coalition.draft().slug() + "/ballots";
    Bytes first = voter.ballot(coalition, CHOICES);
    Bytes second = voter.ballot(coalition, CHOICES);
    long before = proved();

    for (int i = 0; i < Limits.PROOFS_OF_ONE_KEY + 10; i++) {
      assertThat(client.post(door, second).code()).isEqualTo("stale-chain");
    }

    assertThat(proved()).isEqualTo(before);
    assertThat(client.post(door, first).status()).isEqualTo(200);
    assertThat(client.post(door, second).status()).isEqualTo(200);
  }

  /// Whoever catches a ballot on its way and throws it at other elections' doors does not get the
  /// voter their refusals.
  @Test
  void aBallotAtAnotherElectionsDoorSaysNothingAboutItsOwn() {
    List<Coalition.Voter> who = Stream.generate(Coalition.Voter::new).limit(10).toList();
    Coalition coalition = opened(who, 3_600);
    String own = "/e/" + coalition.draft().slug() + "/ballots";
    for (Coalition.Voter voter : who) {
      Bytes leaf = voter.ballot(coalition, CHOICES);
      List<CompletableFuture<Reply>> thrown = new ArrayList<>();
      for (int j = 0; j < 4; j++) {
        thrown.add(CompletableFuture.supplyAsync(() -> cast(leaf)));
      }
      assertThat(client.post(own, leaf).status()).isEqualTo(200);
      for (var one : thrown) assertThat(one.join().code()).isEqualTo("wrong-context");
    }
  }

  private static long size() {
    return client.get(path("election.json")).json().get("size").asLong();
  }

  private static long refused(String code) {
    var refused = client.get(path("election.json")).json().get("counts").get("refused");
    return refused.path(code).asLong();
  }

  /// Another open election with these voters.
  private static Coalition opened(List<Coalition.Voter> who, long seconds) {
    Coalition coalition = new Coalition();
    draw(coalition, now() - 10, now() + seconds);
    coalition.openFor(client.door(coalition.draft().slug()), who);
    return coalition;
  }

  // ---- enrolment

  @Test
  void anEnrolmentIsPulledByItsRegistrarOnly() {
    Coalition coalition = new Coalition();
    draw(coalition, now() + 100, now() + 200);
    String slug = coalition.draft().slug();
    coalition.sendDraft(client.door(slug));
    Coalition.Voter voter = new Coalition.Voter();
    Enrolment enrolment = coalition.enrolment(voter);
    String door = "/e/" + slug + "/enrolments";

    assertThat(client.post(door, enrolment.enc().encode()).code()).isEqualTo("wrong-phase");
    coalition.makeKeys(client.door(slug));
    assertThat(client.post(door, enrolment.enc().encode()).status()).isEqualTo(202);
    assertThat(client.post(door, enrolment.enc().encode()).status()).isEqualTo(202);
    assertThat(client.post(door, Bytes.utf8("garbage")).code()).isEqualTo("malformed");
    Enrolment unproved =
        new Enrolment(
            enrolment.codeId(),
            new Coalition.Voter().vk,
            enrolment.t(),
            enrolment.z(),
            enrolment.mac());
    assertThat(client.post(door, unproved.enc().encode()).code()).isEqualTo("bad-proof");

    Reply pulled = pull(coalition, 0, coalition.registrar());
    assertThat(pulled.status()).isEqualTo(200);
    var found =
        Enc.parse(Bytes.wrap(pulled.raw().body()), veche.crypto.Point::decode).fields("pulled");
    assertThat(Enrolment.Numbered.read(found)).isEqualTo(new Enrolment.Numbered(1, enrolment));
    assertThat(found.remaining()).isZero();
    assertThat(Bytes.wrap(pull(coalition, 1, coalition.registrar()).raw().body()))
        .isEqualTo(Enc.list().encode());
    assertThat(pull(coalition, 0, coalition.body("north")).code()).isEqualTo("unknown-key");

    Bytes codeId = enrolment.codeId();
    for (int i = 0; i < 2; i++) {
      Coalition.Voter other = new Coalition.Voter();
      assertThat(client.post(door, withCode(coalition.enrolment(other), codeId)).status())
          .isEqualTo(202);
    }
    assertThat(
            client.post(door, withCode(coalition.enrolment(new Coalition.Voter()), codeId)).code())
        .isEqualTo("rate-limited");
  }

  /// doors §8: past what is calm a stranger pays, the role programs' client by itself.
  @Test
  void aBusyDoorAsksStrangersForWorkAndVotersForNone() {
    Coalition coalition = new Coalition();
    draw(coalition, now() + 100, now() + 200);
    String slug = coalition.draft().slug();
    coalition.sendDraft(client.door(slug));
    coalition.makeKeys(client.door(slug));
    String door = "/e/" + slug + "/enrolments";
    // a few more than are free, paid for: the bucket leaks meanwhile
    String base = "http://127.0.0.1:" + service.server().port() + "/e/" + slug;
    var remote = new veche.cli.Remote(base);
    for (int i = 0; i < CALM + 5; i++) {
      Bytes junk = Bytes.utf8("flood " + i);
      assertThatThrownBy(() -> remote.post("enrolments", junk)).hasMessageContaining("malformed");
    }
    Bytes body = coalition.enrolment(new Coalition.Voter()).enc().encode();
    Reply asked = client.post(door, body);

    assertThat(asked.status()).isEqualTo(429);
    assertThat(asked.code()).isEqualTo("work-needed");
    assertThat(asked.raw().headers().firstValue("retry-after")).contains("600");
    String challenge = asked.json().at("/work/challenge").asText();
    int bits = asked.json().at("/work/bits").asInt();
    assertThat(bits).isEqualTo(Toll.FIRST);
    long counter = Work.solve(Work.seed(challenge, body), bits, () -> true);
    client.with("veche-work", challenge + " " + counter);
    assertThat(client.post(door, body).status()).isEqualTo(202);
    assertThat(client.post(door, body).json().path("detail").asText()).contains("paid already");
    client.with();

    Bytes other = coalition.enrolment(new Coalition.Voter()).enc().encode();
    assertThat(remote.post("enrolments", other).status()).isEqualTo(202);
    assertThat(cast(voter().ballot(open, CHOICES)).status()).isEqualTo(200);
  }

  private static Bytes withCode(Enrolment e, Bytes codeId) {
    return new Enrolment(codeId, e.vk(), e.t(), e.z(), e.mac()).enc().encode();
  }

  private static Reply pull(Coalition coalition, long cursor, SigningKey key) {
    String body =
        "veche.pull/v1\n" + coalition.draft().origin() + "\n" + cursor + "\n" + now() + "\n";
    return client.post("/e/" + coalition.draft().slug() + "/enrolments/pull", note(body, key));
  }

  // ---- witnesses

  private static Reply cosign(Coalition coalition, Note checkpoint, String... witnesses) {
    Note note = checkpoint;
    for (String witness : witnesses) {
      Checkpoint seen = Checkpoint.parse(checkpoint.body());
      note = note.with(Cosignature.line(coalition.witness(witness), seen, now()));
    }
    return client.post("/e/" + coalition.draft().slug() + "/cosignatures", Bytes.utf8(note.text()));
  }

  @Test
  void aReceiptIsUpgradedOnceTheQuorumSawItsLeaf() {
    Coalition coalition = opened(List.of(new Coalition.Voter(), new Coalition.Voter()), 3_600);
    String base = "/e/" + coalition.draft().slug() + "/";
    Note candidate = Note.parse(client.get(base + "candidate").text());
    long size = Checkpoint.parse(candidate.body()).size();
    Bytes open = Bytes.wrap(client.get(base + "tile/entries/000.p/" + size).raw().body());
    Bytes last = Tile.entries(open, (int) size).getLast();
    String receipt = base + "receipt/" + Merkle.leafHash(last).hex();

    assertThat(client.get(receipt).code()).isEqualTo("quorum-missing");
    assertThat(client.get(base + "cosigned").code()).isEqualTo("quorum-missing");
    assertThat(cosign(coalition, candidate, "north").status()).isEqualTo(200);
    assertThat(client.get(receipt).code()).isEqualTo("quorum-missing");
    assertThat(cosign(coalition, candidate, "west").status()).isEqualTo(200);

    Receipt upgraded = Receipt.parse(client.get(receipt).text());
    var proven = upgraded.verify(Merkle.leafHash(last), coalition.record().policy());
    assertThat(proven.quorum()).isTrue();
    assertThat(client.get(base + "cosigned").text()).isEqualTo(upgraded.checkpoint().text());
    assertThat(client.get(base + "stage/" + size).text()).isEqualTo(upgraded.checkpoint().text());
    assertThat(client.get(base + "stage/index").text().lines()).contains("1", "" + size);
    assertThat(client.get(base + "election.json").json().get("cosigned").get("size").asLong())
        .isEqualTo(size);
    assertThat(client.get(base + "receipt/" + Bytes.zero(32).hex()).code()).isEqualTo("not-found");
  }

  @Test
  void cosignaturesAreRefusedByName() {
    Note candidate = Note.parse(client.get(path("candidate")).text());

    assertThat(client.post(path("cosignatures"), Bytes.utf8("garbage")).code())
        .isEqualTo("malformed");
    assertThat(cosign(open, candidate).code()).isEqualTo("unknown-key");
    Coalition strangers = new Coalition();
    strangers.draw("aaaaaaaaaa", "x.example/e/aaaaaaaaaa", openLog.toString(), 1, 2);
    Note foreign =
        candidate.with(
            Cosignature.line(
                Coalition.key("north/witness", Vkey.COSIGNATURE),
                Checkpoint.parse(candidate.body()),
                now()));
    // another key of the same name has another id: the line is not that witness's
    assertThat(client.post(path("cosignatures"), Bytes.utf8(foreign.text())).code())
        .isEqualTo("unknown-key");
    Note bent =
        candidate.with(
            Cosignature.line(
                open.witness("north"),
                new Checkpoint(open.draft().origin(), 1, Bytes.zero(32)),
                5));
    assertThat(client.post(path("cosignatures"), Bytes.utf8(bent.text())).code())
        .isEqualTo("bad-signature");
  }

  /// log §3.5: a database that was put back to an earlier state must not sign a second history.
  @Test
  void aLogThatForgotWhatItSignedTakesNothingMore() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String slug = coalition.draft().slug();
    var later = new Checkpoint(coalition.draft().origin(), 1_000, Bytes.zero(32));

    Note unsigned =
        new Note(later.body(), List.of(Cosignature.line(coalition.witness("north"), later, now())));
    assertThat(client.post("/e/" + slug + "/cosignatures", Bytes.utf8(unsigned.text())).code())
        .isEqualTo("conflict");
    assertThat(client.post("/e/" + slug + "/ballots", voter.ballot(coalition, CHOICES)).status())
        .isEqualTo(200);

    assertThat(cosign(coalition, later.sign(logKey(slug, later.origin())), "north").code())
        .isEqualTo("conflict");
    assertThat(client.post("/e/" + slug + "/ballots", voter.ballot(coalition, CHOICES)).status())
        .isEqualTo(503);
    assertThat(client.get("/e/" + slug + "/checkpoint").status()).isEqualTo(200);
  }

  /// log §3.2: what another server's epoch has fenced off is not in the log; whoever gets the baton
  /// reads the log again before it keeps it.
  @Test
  void aServerWhoseLogWasTakenOverWritesOnlyAfterItTookTheLogBack() throws Exception {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String slug = coalition.draft().slug();
    service.rows("update log set epoch = epoch + 100 where slug = '" + slug + "' returning slug");
    Bytes leaf = voter.ballot(coalition, CHOICES);

    for (int i = 0; i < 600; i++) {
      if (client.post("/e/" + slug + "/ballots", leaf).status() == 200) break;
      Thread.sleep(100);
    }

    assertThat(client.post("/e/" + slug + "/ballots", leaf).status()).isEqualTo(200);
    assertThat(service.rows("select (epoch > 100)::text from log where slug = '" + slug + "'"))
        .containsExactly("true");
    assertThat(service.rows("select count(*)::text from leaf where slug = '" + slug + "'"))
        .containsExactly(Long.toString(coalition.record().size() + 1));
  }

  /// A commit that failed is asked of the database, never assumed.
  @Test
  void afterAFailedCommitTheSameBallotGetsItsPlace() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String slug = coalition.draft().slug();
    Bytes leaf = voter.ballot(coalition, CHOICES);
    String hash = Merkle.leafHash(leaf).hex();
    service.rows(
        "alter table leaf add constraint planted check (encode(hash, 'hex') <> '" + hash + "')");

    assertThat(client.post("/e/" + slug + "/ballots", leaf).status()).isEqualTo(503);
    service.rows("alter table leaf drop constraint planted");
    Reply again = client.post("/e/" + slug + "/ballots", leaf);

    assertThat(again.status()).isEqualTo(200);
    Receipt receipt = Receipt.parse(again.text());
    receipt.verify(Merkle.leafHash(leaf), Vkey.parse(coalition.draft().log()));
    assertThat(receipt.index()).isEqualTo(coalition.record().size());
  }

  private static SigningKey logKey(String slug, String origin) {
    try {
      String seed = Files.readString(data.resolve("logs").resolve(slug + ".key")).strip();
      return new SigningKey(origin, Vkey.ED25519, Bytes.fromHex(seed));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aWitnessNeedNotRepeatTheLogsSignature() {
    Checkpoint seen = Checkpoint.parse(Note.parse(client.get(path("candidate")).text()).body());
    String line = Cosignature.line(open.witness("west"), seen, now());
    Note note = new Note(seen.body(), List.of(line));

    assertThat(client.post(path("cosignatures"), Bytes.utf8(note.text())).status()).isEqualTo(200);
    assertThat(client.get(path("candidate")).text()).contains(line);
  }

  @Test
  void aCandidateStaysUntilItIsVouchedForOrOld() {
    Coalition.Voter voter = new Coalition.Voter();
    Coalition coalition = opened(List.of(voter, new Coalition.Voter()), 3_600);
    String base = "/e/" + coalition.draft().slug() + "/";
    String first = client.get(base + "candidate").text();
    client.post(base + "ballots", voter.ballot(coalition, CHOICES));

    assertThat(client.get(base + "candidate").text()).isEqualTo(first);
    assertThat(client.get(base + "checkpoint").text()).isNotEqualTo(first);
    cosign(coalition, Note.parse(first), "north", "east");
    assertThat(client.get(base + "candidate").text())
        .isEqualTo(client.get(base + "checkpoint").text());
  }

  // ---- reading

  @Test
  void theStaticTreeAndTheBundleAreTheSameBytes() throws IOException {
    Map<String, Bytes> zip = new TreeMap<>();
    List<String> names = new ArrayList<>();
    byte[] bundle = client.get(path("bundle.zip")).raw().body();
    try (var in = new ZipInputStream(new ByteArrayInputStream(bundle))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        names.add(e.getName());
        zip.put(e.getName(), Bytes.wrap(in.readAllBytes()));
      }
    }

    assertThat(names).isSorted();
    assertThat(names).contains("checkpoint", "stage/index", "tile/0/000.p/" + size());
    zip.forEach(
        (name, bytes) ->
            assertThat(Bytes.wrap(client.get(path(name)).raw().body())).as(name).isEqualTo(bytes));
    long size = Checkpoint.parse(Note.parse(zip.get("checkpoint").utf8()).body()).size();
    List<Bytes> leaves = Tile.entries(zip.get("tile/entries/000.p/" + size), Math.toIntExact(size));
    var tree = new veche.log.Tree();
    leaves.forEach(leaf -> tree.append(Merkle.leafHash(leaf)));
    assertThat(Checkpoint.verified(Note.parse(zip.get("checkpoint").utf8()), openLog).root())
        .isEqualTo(tree.root());
    assertThat(client.get(path("bundle.zip")).raw().body()).isEqualTo(bundle);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String nothing :
        List.of(
            "tile/0/001",
            "tile/0/000.p/255",
            "tile/0/000.p/0",
            "tile/entries/999",
            "blob/" + Bytes.zero(32).hex(),
            "blob/xyz",
            "leaf/99999.json",
            "leaf/-1.json",
            "stage/3",
            "consistency/2/99999",
            "consistency/x/2",
            "nothing")) {
      assertThat(client.get(path(nothing)).status()).as(nothing).isEqualTo(404);
    }
    assertThat(client.get("/e/aaaaaaaaaa/checkpoint").code()).isEqualTo("unknown-election");
    assertThat(client.get(path("result.json")).status()).isEqualTo(404);
    assertThat(client.get(path("result.json")).code()).isEqualTo("wrong-phase");
    assertThat(client.get("/demo.json").code()).isEqualTo("not-found");
    assertThat(client.get(path("ballots")).status()).isEqualTo(405);
    assertThat(client.get("/metrics").status()).isEqualTo(404);
  }

  @Test
  void oneStateIsProvedToContinueAnother() {
    long size = size();
    List<Bytes> proof =
        client.get(path("consistency/5/" + size)).text().lines().map(Bytes::fromBase64).toList();
    var tree = new veche.log.Tree();
    Bytes entries = Bytes.wrap(client.get(path("tile/entries/000.p/" + size)).raw().body());
    Tile.entries(entries, Math.toIntExact(size)).forEach(l -> tree.append(Merkle.leafHash(l)));

    assertThat(Merkle.verifyConsistency(5, tree.root(5), size, tree.root(), proof)).isTrue();
  }

  /// doors §7: this server has no TLS.
  private static final String BOOTH = "connect-src 'self' https: http:;";

  /// Every door the router knows, with an election's name and with nonsense, and what no door is.
  @Test
  void everyAnswerCarriesThePolicyOfThePage() {
    Set<String> asked = new TreeSet<>(Set.of("GET /nothing", "POST /"));
    for (String route : service.server().routes()) {
      asked.add(route.replace("*", "x"));
      asked.add(route.replaceFirst("\\*", openSlug).replace("*", "0"));
    }
    assertThat(asked).hasSizeGreaterThan(50);
    Set<Integer> statuses = new TreeSet<>();
    for (String one : asked) {
      String address = one.substring(one.indexOf(' ') + 1);
      Reply reply =
          one.startsWith("GET ")
              ? client.get(address)
              : client.post(address, Bytes.utf8("garbage"));
      statuses.add(reply.status());
      carriesThePolicy(one, reply, address.endsWith("/vote"));
      assertThat(reply.raw().headers().firstValue("content-security-policy").orElse(""))
          .as(one)
          .endsWith(
              address.endsWith("/verify")
                  ? "; trusted-types veche-worker"
                  : "; trusted-types 'none'");
    }
    Reply large = client.post(path("ballots"), Bytes.zero((int) Limits.BALLOT + 1));
    statuses.add(large.status());
    carriesThePolicy("too large", large, false);

    assertThat(statuses).contains(200, 400, 404, 405, 409, 413);
  }

  private static void carriesThePolicy(String what, Reply reply, boolean booth) {
    var headers = reply.raw().headers();
    assertThat(headers.firstValue("content-security-policy").orElse(""))
        .as(what)
        .contains(
            "default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'")
        .contains(booth ? BOOTH : "connect-src 'self';");
    assertThat(headers.firstValue("cross-origin-opener-policy")).as(what).contains("same-origin");
    assertThat(headers.firstValue("cross-origin-embedder-policy"))
        .as(what)
        .contains("require-corp");
    assertThat(headers.firstValue("cross-origin-resource-policy")).as(what).isPresent();
    assertThat(headers.firstValue("x-content-type-options")).as(what).contains("nosniff");
    assertThat(headers.firstValue("referrer-policy")).as(what).contains("no-referrer");
    assertThat(headers.firstValue("permissions-policy")).as(what).isPresent();
    assertThat(headers.firstValue("set-cookie")).as(what).isEmpty();
    if (reply.status() >= 400) {
      // an address of the page is answered with the page, which says what is wrong
      assertThat(headers.firstValue("content-type").orElse(""))
          .as(what)
          .containsAnyOf("application/problem+json", "text/html");
    }
  }

  @Test
  void thePageIsServedAndNothingBesideIt() {
    assertThat(client.get("/").text()).contains("index");
    assertThat(client.get("/e/" + openSlug).text()).contains("election");
    assertThat(client.get(path("vote")).text()).contains("vote");
    assertThat(client.get("/e/aaaaaaaaaa/vote").status()).isEqualTo(404);
    assertThat(client.get("/web/veche.css").text()).isEqualTo("body {}");
    for (String hidden :
        List.of(
            "/web/test/secret.js",
            "/web/../pom.xml",
            "/web/%2e%2e/pom.xml",
            "/web/",
            "/web",
            "/web?a=b")) {
      assertThat(client.get(hidden).status()).as(hidden).isEqualTo(404);
    }
  }

  @Test
  void whatCannotBeReadAsHttpIsRefusedAndNotAFailureOfTheServer() throws IOException {
    long failures = failures();
    for (String address : List.of("/%zz", "/e/%4", "/e/x/leaf/%", "/?a=%zz")) {
      String reply = raw("GET " + address + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(reply).as(address).startsWith("HTTP/1.1 400").contains("\"malformed\"");
      assertThat(reply).containsIgnoringCase("content-security-policy: default-src 'none'");
    }
    String post = "POST " + path("ballots") + " HTTP/1.1\r\nHost: x\r\n";
    assertThat(raw(post + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\nx"))
        .doesNotContain(" 500");
    assertThat(raw(post + "Content-Length: 500\r\n\r\nshort")).doesNotContain(" 500");
    assertThat(failures()).isEqualTo(failures);
  }

  /// What the server says until it ends the connection.
  private static String raw(String request) throws IOException {
    try (var socket = new java.net.Socket("127.0.0.1", service.server().port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      if (!request.contains("Connection: close")) socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long failures() {
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
    Matcher found =
        Pattern.compile("(?m)^veche_failures_total (\\d+)$")
            .matcher(inspection.get("/metrics").text());
    assertThat(found.find()).isTrue();
    return Long.parseLong(found.group(1));
  }

  @Test
  void thePageComesSmallToThoseWhoTakeIt() throws IOException {
    client.with("accept-encoding", "gzip");
    Reply small = client.get("/web/veche.css");
    client.with();

    assertThat(small.raw().headers().firstValue("content-encoding")).contains("gzip");
    var content = new GZIPInputStream(new ByteArrayInputStream(small.raw().body()));
    assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("body {}");
    client.with("if-none-match", client.get("/").raw().headers().firstValue("etag").orElseThrow());
    assertThat(client.get("/").status()).isEqualTo(304);
    client.with();
  }

  @Test
  void healthAndNumbersAreOnADoorOfTheirOwn() {
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
    cast(Bytes.utf8("garbage"));

    assertThat(inspection.get("/health").text()).isEqualTo("ok\nkeeper\n");
    assertThat(inspection.get("/metrics").text())
        .contains("veche_leaves_total ", "veche_refused_total{code=\"malformed\"} ");
  }

  @Test
  void aServerThatKeepsTheLogsIsReady() {
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());

    assertThat(inspection.get("/ready").text()).isEqualTo("ready\nkeeper\n");
    assertThat(client.get("/ready").status()).isEqualTo(404);
  }

  /// log §10 V16: every number says what it is, and no label could name anybody.
  @Test
  void theNumbersAreReadLineByLineAndTheirOnlyLabelIsARefusalsCode() {
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());
    cast(Bytes.utf8("garbage"));
    Set<String> codes = new TreeSet<>();
    for (var code : veche.election.Code.values()) codes.add(code.id());
    Set<String> helped = new TreeSet<>();
    Set<String> typed = new TreeSet<>();
    Pattern sample = Pattern.compile("(veche_[a-z_]+)(?:\\{code=\"([a-z-]+)\"})? [0-9]+");
    for (String line : inspection.get("/metrics").text().split("\n")) {
      if (line.matches("# HELP veche_[a-z_]+ [A-Z].+\\.")) {
        assertThat(helped.add(line.split(" ")[2])).as(line).isTrue();
      } else if (line.matches("# TYPE veche_[a-z_]+ (counter|gauge)")) {
        assertThat(typed.add(line.split(" ")[2])).as(line).isTrue();
        assertThat(line.endsWith(" counter")).isEqualTo(line.contains("_total "));
      } else {
        Matcher found = sample.matcher(line);
        assertThat(found.matches()).as(line).isTrue();
        assertThat(helped).contains(found.group(1));
        assertThat(typed).contains(found.group(1));
        if (found.group(2) != null) assertThat(codes).contains(found.group(2));
      }
    }
    assertThat(helped).hasSizeGreaterThan(8).isEqualTo(typed);
  }

  @Test
  void anotherMethodIsToldInTheReadersLanguage() {
    client.with("accept-language", "ru");
    var told = client.post("/elections.json", Bytes.utf8("x"));
    client.with();

    assertThat(told.status()).isEqualTo(405);
    assertThat(told.json().path("type").asText()).isEqualTo("/doors#method");
    assertThat(told.json().path("title").asText())
        .isEqualTo(veche.view.Words.RUSSIAN.text("trouble.method"));
    assertThat(told.json().has("code")).isFalse();
  }

  // ---- the whole way, and starting again

  @Test
  void anElectionIsCountedAndARestartKeepsEverything() {
    List<Coalition.Voter> who = List.of(new Coalition.Voter(), new Coalition.Voter());
    Coalition coalition = opened(who, 3_600);
    String base = "/e/" + coalition.draft().slug() + "/";
    List<String> receipts = new ArrayList<>();
    List<Bytes> leaves = new ArrayList<>();
    for (Coalition.Voter voter : who) {
      leaves.add(voter.ballot(coalition, CHOICES));
      receipts.add(client.post(base + "ballots", leaves.getLast()).text());
      coalition.fold(leaves.getLast());
    }
    cosign(coalition, Note.parse(client.get(base + "candidate").text()), "north", "east");
    Act one = coalition.act("final", Enc.list(), coalition.body("north"));
    assertThat(client.act(coalition.draft().slug(), one, List.of()).code())
        .isEqualTo("wrong-phase");
    Bytes seen = Bytes.utf8(client.get(base + "stage/index").text());

    SHIFT.addAndGet(3_700);
    try {
      Coalition.Voter late = who.getFirst();
      assertThat(client.post(base + "ballots", late.ballot(coalition, CHOICES)).code())
          .isEqualTo("wrong-phase");
      cosign(coalition, Note.parse(client.get(base + "candidate").text()), "north", "east");
      Act half = coalition.closeAct(coalition.body("west"));
      assertThat(client.act(coalition.draft().slug(), half, List.of()).status()).isEqualTo(202);

      restart();

      assertThat(client.get(base + "acts/pending").json()).hasSize(1);
      for (int i = 0; i < leaves.size(); i++) {
        assertThat(client.post(base + "ballots", leaves.get(i)).text()).isEqualTo(receipts.get(i));
      }
      assertThat(client.get(base + "stage/index").text()).isEqualTo(seen.utf8());
      Act rest = coalition.closeAct(coalition.body("east"));
      assertThat(client.act(coalition.draft().slug(), rest, List.of()).status()).isEqualTo(200);
      coalition.fold(half.with(rest.signatures()).encode());
      coalition.decrypt(client.door(coalition.draft().slug()));

      var result = client.get(base + "result.json").json();
      assertThat(result.get("result").asText())
          .isEqualTo(coalition.record().result().orElseThrow().digest().hex());
      assertThat(result.at("/contests/0/totals/vera").asInt()).isEqualTo(2);
      assertThat(result.at("/contests/0/winners/0").asText()).isEqualTo("vera");
    } finally {
      SHIFT.addAndGet(-3_700);
    }
  }

  /// A dump of the database and the folders beside it name nobody and sign nothing.
  @Test
  void theLogsKeyIsNotInTheDatabase() throws IOException {
    Path key = data.resolve("logs").resolve(openSlug + ".key");

    assertThat(Files.readString(key)).hasSize(65);
    assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
  }

  // ---- the chapter of the doors, and what is left of those who came

  private static final Pattern ROW = Pattern.compile("^\\| ((?:`[^`]+`(?:, )?)+)");
  private static final Pattern ADDRESS = Pattern.compile("`([^`]+)`");

  /// log §10 V4: what is not in the chapter does not exist.
  @Test
  void theServerHasTheDoorsOfTheChapterAndNoOther() throws IOException {
    assertThat(service.server().routes()).containsExactlyInAnyOrderElementsOf(chapter());
  }

  /// The description for programs names the same doors, statuses that are answered and every code.
  @Test
  void theDescriptionForProgramsIsThatOfTheServer() throws IOException {
    var description = veche.view.Json.read(Files.readString(Path.of("web/openapi.json")));
    Set<String> described = new TreeSet<>();
    description
        .path("paths")
        .fields()
        .forEachRemaining(
            path -> {
              for (String method : List.of("get", "post")) {
                var door = path.getValue().path(method);
                if (door.isMissingNode()) continue;
                described.add(
                    method.toUpperCase(java.util.Locale.ROOT)
                        + " "
                        + path.getKey().replaceAll("\\{[a-z]+}", "*"));
                assertThat(door.path("summary").asText()).isNotBlank();
                assertThat(door.path("requestBody").isMissingNode())
                    .isEqualTo(method.equals("get"));
                door.path("responses")
                    .fieldNames()
                    .forEachRemaining(
                        status ->
                            assertThat(status)
                                .isIn(
                                    "200", "202", "400", "403", "404", "409", "413", "422", "429",
                                    "503"));
              }
            });
    assertThat(described).containsExactlyInAnyOrderElementsOf(service.server().routes());
    Set<String> codes = new TreeSet<>();
    description
        .at("/components/schemas/problem/properties/code/enum")
        .forEach(code -> codes.add(code.asText()));
    assertThat(codes)
        .containsExactlyInAnyOrderElementsOf(
            java.util.Arrays.stream(veche.election.Code.values())
                .map(veche.election.Code::id)
                .toList());
  }

  @Test
  void aRefusalSpeaksTheReadersLanguage() {
    client.with("accept-language", "ru-RU,ru;q=0.9,en;q=0.8");
    var russian = client.get("/e/aaaaaaaaaa/checkpoint").json();
    client.with();

    assertThat(russian.path("type").asText()).isEqualTo("/doors#unknown-election");
    assertThat(russian.path("title").asText())
        .isEqualTo(veche.view.Words.RUSSIAN.refusal(veche.election.Code.UNKNOWN_ELECTION));
    assertThat(client.get("/e/aaaaaaaaaa/checkpoint").json().path("title").asText())
        .isEqualTo(veche.view.Words.ENGLISH.refusal(veche.election.Code.UNKNOWN_ELECTION));
  }

  /// `METHOD /address` with `*` for what varies.
  private static Set<String> chapter() throws IOException {
    Set<String> out = new TreeSet<>();
    String method = "GET";
    for (String line : Files.readAllLines(Path.of("src/spec/doors.md"))) {
      if (line.startsWith("| POST |")) method = "POST";
      Matcher row = ROW.matcher(line);
      if (!row.find()) continue;
      Matcher address = ADDRESS.matcher(row.group(1));
      while (address.find()) out.add(method + " " + full(address.group(1)));
    }
    out.add("GET /openapi.json");
    for (String page :
        new String[] {
          "/", "/doors", "/verify", "/e/*", "/e/*/vote", "/e/*/check", "/e/*/result", "/e/*/verify"
        }) {
      out.add("GET " + page);
    }
    out.add("GET /web/*");
    return out;
  }

  private static String full(String address) {
    String path = address.startsWith("/") ? address : "/e/*/" + address;
    return path.startsWith("/e/*/tile/")
        ? "/e/*/tile/*"
        : path.replaceAll("<[^>]+>(\\.json)?", "*");
  }

  /// log §10 V14-V16: neither the database nor the numbers nor the diagnostics know who came.
  @Test
  void nothingAVisitorBringsAlongIsKept() throws IOException {
    PrintStream before = System.err;
    var diagnostics = new ByteArrayOutputStream();
    System.setErr(new PrintStream(diagnostics, true, StandardCharsets.UTF_8));
    try {
      client.with("x-forwarded-for", "canary-203.0.113.7", "user-agent", "canary-agent");
      Bytes leaf = voter().ballot(open, CHOICES);
      assertThat(client.post(path("ballots?from=canary-query"), leaf).status()).isEqualTo(200);
      client.post(path("ballots"), Bytes.utf8("canary-body"));
      client.get(path("canary-path"));
    } finally {
      client.with();
      System.setErr(before);
    }
    Client inspection = new Client("http://127.0.0.1:" + service.server().inspectPort());

    assertThat(diagnostics.toString(StandardCharsets.UTF_8)).doesNotContain("canary", "127.0.0.1");
    assertThat(inspection.get("/metrics").text()).doesNotContain("canary", "127.0.0.1");
    assertThat(dump()).doesNotContain("canary", Bytes.utf8("canary").hex(), "127.0.0.1");
  }

  /// Every row of every table of ours, as text.
  private static String dump() {
    StringBuilder out = new StringBuilder();
    for (String table :
        service.rows(
            "select table_name from information_schema.tables where table_schema = 'public'")) {
      if (table.startsWith("flyway")) continue;
      service.rows("select t::text from " + table + " t").forEach(out::append);
    }
    assertThat(out).contains(openSlug, Bytes.utf8("ballot").hex());
    return out.toString();
  }
}
