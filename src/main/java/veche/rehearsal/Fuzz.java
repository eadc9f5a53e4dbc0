package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Schnorr;
import veche.crypto.SigningKey;
import veche.crypto.Transcript;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.record.Act;
import veche.roll.Enrolment;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// Mutated requests at every door of a real server, over HTTP, while an election is open: ballots,
/// acts, enrolments and notes with a wrong bit, a cut, another tree, a foreign key, signed again;
/// addresses, methods and headers that nobody sends; bytes that are no HTTP. None may be accepted,
/// none may make the server fail, and when all have passed it holds no more than before.
final class Fuzz {
  private static final int THREADS = 6;
  private static final int GOODS_A_PHASE = 8;
  private static final int SOURCES = 12;
  private static final int SLOW_LINES = 16;
  private static final int SHOWN = 20;
  private static final int SETTLE_SECONDS = 90;

  /// More living bytes than this at the end, beyond those at the start, are a leak: what a server
  /// learns in a run (leaves, counters) is far less.
  private static final long HEAP_SLACK = 24L << 20;

  private static final long HANDLES_SLACK = 8;

  private final Bytes seed;
  private final int requests;
  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder wrongs = new LongAdder();
  private final AtomicInteger next = new AtomicInteger();

  /// What became of a run.
  record Report(boolean well, ObjectNode json) {}

  /// @param door by which the answers are counted
  /// @param ragged sent on a line of its own, since nobody knows where the request ends
  /// @param fine statuses below 500 that are right
  private record Shot(String door, byte[] bytes, boolean head, boolean ragged, IntPredicate fine) {}

  Fuzz(Bytes seed, int requests) {
    this.seed = seed;
    this.requests = requests;
  }

  // ---- a run

  Report run(Path folder, Path web, Consumer<String> progress) throws Exception {
    Entropy entropy = Entropy.system();
    SigningKey hosted = Ground.key("north", Vkey.ED25519, entropy);
    try (Victim victim = Victim.start(folder, web, hosted.vkey())) {
      Material material = new Material(victim, hosted, entropy);
      long size = size(material.voting);
      int warm = Math.max(1, requests / 10);
      long begun = System.nanoTime();
      size += shoot(victim, material, warm);
      Victim.Vitals start = settled(victim, null);
      progress.accept("start  " + start);
      size += shoot(victim, material, requests / 2);
      Victim.Vitals middle = settled(victim, start);
      progress.accept("middle " + middle);
      size += shoot(victim, material, requests);
      double seconds = (System.nanoTime() - begun) / 1e9;
      Victim.Vitals end = settled(victim, start);
      progress.accept("end    " + end);
      if (size(material.voting) != size) {
        wrong("the log holds " + size(material.voting) + " leaves, not " + size);
      }
      if (size(material.enrolling) != material.enrollingSize) wrong("an act was logged");
      material.last();
      if (!victim.alive()) wrong("the server ended");
      for (String line : victim.trouble()) wrong("printed: " + line);
      if (start.heap() >= 0 && end.heap() > start.heap() + HEAP_SLACK) wrong("the heap grew");
      if (end.handles() > start.handles() + HANDLES_SLACK) wrong("handles are held");
      return report(start, middle, end, seconds);
    }
  }

  private Report report(
      Victim.Vitals start, Victim.Vitals middle, Victim.Vitals end, double seconds) {
    ObjectNode out = Json.object();
    out.put("seed", seed.hex());
    out.put("requests", requests);
    out.put("seconds", Math.round(seconds));
    ObjectNode doors = out.putObject("answers");
    new TreeMap<>(answers).forEach((what, n) -> doors.put(what, n.sum()));
    out.put("start", start.toString());
    out.put("middle", middle.toString());
    out.put("end", end.toString());
    out.put("wrong_count", wrongs.sum());
    wrong.forEach(out.putArray("wrong")::add);
    return new Report(wrongs.sum() == 0, out);
  }

  private void wrong(String what) {
    wrongs.increment();
    if (wrongs.sum() > SHOWN) return;
    wrong.add(what);
    System.err.println(what);
  }

  private static long size(Ground ground) {
    return Checkpoint.parse(Note.parse(ground.remote().get("checkpoint")).body()).size();
  }

  /// Waits until the lines that were closed are closed on the other side too.
  private static Victim.Vitals settled(Victim victim, Victim.@Nullable Vitals start)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLE_SECONDS * 1_000_000_000L;
    Victim.Vitals before = victim.vitals();
    while (true) {
      Coalition.pause(500);
      Victim.Vitals now = victim.vitals();
      boolean still = now.handles() == before.handles();
      boolean level = start == null || now.handles() <= start.handles() + HANDLES_SLACK;
      if ((still && level) || System.nanoTime() > end) return now;
      before = now;
    }
  }

  /// Sends the requests up to this number, and good ballots among them.
  ///
  /// @return how many leaves it added
  private long shoot(Victim victim, Material material, int until) throws Exception {
    int from = next.get();
    List<SlowLine> slow = new ArrayList<>();
    for (int i = 0; i < SLOW_LINES; i++) slow.add(new SlowLine(victim.port(), material.slow(i)));
    long added = 0;
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < THREADS; c++) {
        all.add(
            pool.submit(
                () -> {
                  aim(victim, material, until);
                  return null;
                }));
      }
      for (int i = 0; i < GOODS_A_PHASE; i++) {
        while (next.get() < from + (long) (until - from) * i / GOODS_A_PHASE) {
          Coalition.pause(20);
          for (SlowLine line : slow) line.drip();
        }
        material.good();
        added++;
      }
      for (Future<?> one : all) one.get();
    }
    for (SlowLine line : slow) line.close();
    return added;
  }

  private void aim(Victim victim, Material material, int until) throws IOException {
    Line line = new Line(victim.port());
    try {
      for (int n = next.getAndIncrement(); n < until; n = next.getAndIncrement()) {
        Shot shot = material.shot(n);
        if (shot.ragged) {
          tear(victim, shot, n);
          continue;
        }
        Line.Reply reply;
        try {
          line.send(shot.bytes);
          reply = line.read(shot.head);
        } catch (SocketTimeoutException e) {
          wrong(n + " " + shot.door + ": no answer");
          reply = new Line.Reply(-1, new byte[0], false);
        } catch (IOException e) {
          count(shot.door, "cut");
          reply = new Line.Reply(0, new byte[0], false);
        }
        if (reply.status() > 0) judge(shot, n, reply.status());
        if (!reply.open()) {
          line.close();
          line = new Line(victim.port());
        }
      }
      next.decrementAndGet();
    } finally {
      line.close();
    }
  }

  private void count(String door, String what) {
    answers.computeIfAbsent(door + " " + what, k -> new LongAdder()).increment();
  }

  private void judge(Shot shot, int number, int status) {
    count(shot.door, Integer.toString(status));
    // 501 and 505 say that this is another HTTP than the server's
    boolean failed = status >= 500 && status != 501 && status != 505;
    if (failed || !shot.fine.test(status)) {
      byte[] head = java.util.Arrays.copyOf(shot.bytes, Math.min(300, shot.bytes.length));
      String text = new String(head, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
      wrong(number + " " + shot.door + ": " + status + ": " + text);
    }
  }

  /// A line that is torn: half of them at once, half when the server has said what it has to say.
  private void tear(Victim victim, Shot shot, int number) {
    try (Line line = new Line(victim.port())) {
      line.send(shot.bytes);
      if (number % 2 == 0) {
        count(shot.door, "torn");
        return;
      }
      line.hangUp();
      while (true) judge(shot, number, line.read(shot.head).status());
    } catch (SocketTimeoutException e) {
      wrong(number + " " + shot.door + ": neither an answer nor an end");
    } catch (IOException | NumberFormatException e) {
      count(shot.door, "cut");
    }
  }

  /// A body that comes byte by byte and never ends.
  private static final class SlowLine {
    private final Line line;
    private final byte[] bytes;
    private int sent;

    SlowLine(int port, byte[] bytes) throws IOException {
      line = new Line(port);
      this.bytes = bytes;
    }

    void drip() {
      try {
        if (sent < bytes.length) line.send(new byte[] {bytes[sent++]});
      } catch (IOException e) {
        sent = bytes.length; // the server had enough of it
      }
    }

    void close() throws IOException {
      line.close();
    }
  }

  // ---- what is sent

  /// What is right before it is changed.
  private final class Material {
    private final Victim victim;
    private final SigningKey hosted;
    final Ground voting;
    final Ground enrolling;
    final long enrollingSize;
    private final List<Ground.Person> sources = new ArrayList<>();
    private final List<Bytes> bodies = new ArrayList<>();
    private final List<Bytes> ballots = new ArrayList<>();
    private final List<Bytes> cast = new ArrayList<>();
    private final List<Ground.Person> goods = new ArrayList<>();
    private final List<Bytes> acts = new ArrayList<>();
    private final Set<Bytes> loggedActs = new HashSet<>();
    private final Set<Bytes> waitingActs = new HashSet<>();
    private final List<Bytes> enrolments = new ArrayList<>();
    private final List<Bytes> pulls = new ArrayList<>();
    private final List<Bytes> requests = new ArrayList<>();
    private final List<Bytes> cosignatures = new ArrayList<>();
    private final Ground.Person stranger;
    private final Vkey log;
    private final String slug;
    private int good;

    Material(Victim victim, SigningKey hosted, Entropy entropy) {
      this.victim = victim;
      this.hosted = hosted;
      Remote server = new Remote("http://" + victim.host());
      long closes = Ground.now() + 7 * 86_400;
      voting = new Ground(server, victim.host(), hosted, entropy, closes);
      voting.makeKeys();
      // another key of the same hosted body would be another body
      enrolling = ground(server, entropy, closes);
      enrolling.makeKeys();
      for (int i = 0; i < SOURCES; i++) sources.add(new Ground.Person(entropy));
      for (int i = 0; i < 3 * GOODS_A_PHASE + 2; i++) goods.add(new Ground.Person(entropy));
      List<Ground.Person> roll = new ArrayList<>(sources);
      roll.addAll(goods);
      voting.openFor(roll);
      slug = voting.draft().slug();
      log = Vkey.parse(voting.draft().log());
      stranger = new Ground.Person(entropy);
      for (int i = 0; i < SOURCES; i++) {
        Ground.Person person = sources.get(i);
        if (i < 4) {
          Bytes leaf = voting.ballot(person, choice(i));
          voting.remote().post("ballots", leaf);
          cast.add(leaf);
        }
        bodies.add(voting.body(person, choice(i)));
        ballots.add(Seal.sign(bodies.get(i), person.secret));
      }
      gatherActs();
      for (int i = 0; i < 4; i++) {
        enrolments.add(enrolling.enrolment(new Ground.Person(entropy)).enc().encode());
        String pull =
            "veche.pull/v1\n" + enrolling.draft().origin() + "\n" + i + "\n" + Ground.now() + "\n";
        pulls.add(Ground.note(pull, enrolling.registrar()));
        requests.add(Ground.request(victim.host(), hosted, Ground.now() - i));
      }
      Note candidate = Note.parse(voting.remote().get("candidate"));
      Checkpoint seen = Checkpoint.parse(candidate.body());
      for (String body : Ground.BODIES) {
        String line = Cosignature.line(voting.witness(body), seen, Ground.now());
        cosignatures.add(Bytes.utf8(candidate.with(line).text()));
      }
      enrollingSize = size(enrolling);
    }

    private Ground ground(Remote server, Entropy entropy, long closes) {
      // a request of another time is another request
      Coalition.pause(1_100);
      return new Ground(server, victim.host(), hosted, entropy, closes);
    }

    private static List<List<Integer>> choice(int i) {
      return List.of(List.of(i % 2, i / 2 % 2, 0));
    }

    private void gatherActs() {
      int size = (int) size(voting);
      Bytes entries = voting.remote().get(new Tile(Tile.ENTRIES, 0, size).path());
      for (Bytes leaf : Tile.entries(entries, size)) {
        try {
          Act act = Act.parse(leaf);
          loggedActs.add(act.digest());
          acts.add(Enc.list(Enc.bytes(leaf), Enc.list()).encode());
        } catch (Malformed e) {
          continue; // a ballot
        }
      }
      for (Act act : List.of(early(), alone(), stale(), foreign())) {
        acts.add(Ground.posted(act, List.of()));
      }
    }

    private Act early() {
      Enc payload = Enc.list(Enc.uint(voting.draft().closesAt()));
      return voting.act("close", payload, voting.body("north"), voting.body("east"));
    }

    /// One signature of the two that it needs: it waits, and nobody ever gives the other.
    private Act alone() {
      Enc payload = Enc.list(Enc.text("Too few came."));
      Act act = voting.act("no-result", payload, voting.body("north"));
      waitingActs.add(act.digest());
      return act;
    }

    private Act stale() {
      Enc payload = Enc.list(Enc.text("Why?"), Enc.uint(0));
      Act next = voting.act("object", payload);
      Act act = Act.unsigned("object", next.id(), next.serial() + 7, payload);
      return voting.sign(act, voting.body("west"));
    }

    private Act foreign() {
      Enc payload = Enc.list(Enc.text("Why?"), Enc.uint(0));
      return voting.act("object", payload, enrolling.body("east"));
    }

    // ---- good ones

    /// A good ballot, which must get its receipt whatever else is going on.
    void good() {
      Bytes leaf = voting.ballot(goods.get(good), choice(good));
      good++;
      try {
        Receipt.parse(voting.remote().post("ballots", leaf).body().utf8())
            .verify(Merkle.leafHash(leaf), log);
      } catch (Remote.Refusal | Remote.Unreachable | Malformed e) {
        wrong("a good ballot: " + e.getMessage());
      }
    }

    /// At the end every door still does what it is for.
    void last() {
      good();
      Enc payload = Enc.list(Enc.text("Why?"), Enc.uint(0));
      Act act = voting.act("object", payload, voting.body("west"));
      try {
        voting.remote().post("acts", Ground.posted(act, List.of()));
        // mutants that were signed again may have used up the requests of the codes they came from
        Enrolment fresh = enrolling.enrolment(new Ground.Person(Entropy.system()));
        enrolling.remote().post("enrolments", fresh.enc().encode());
        String pull =
            "veche.pull/v1\n" + enrolling.draft().origin() + "\n0\n" + Ground.now() + "\n";
        enrolling.remote().post("enrolments/pull", Ground.note(pull, enrolling.registrar()));
        voting.server().get("elections.json");
      } catch (Remote.Refusal | Remote.Unreachable e) {
        wrong("at the end: " + e.getMessage());
      }
    }

    byte[] slow(int i) {
      // a long run sends even this to its end
      Bytes never = ballots.get(i % 8).concat(Bytes.zero(1));
      return posted("/e/" + slug + "/" + (i % 2 == 0 ? "ballots" : "acts"), never);
    }

    // ---- bad ones

    Shot shot(int number) {
      byte[] eight = Transcript.th("fuzz", Enc.bytes(seed), Enc.uint(number)).toArray();
      Random random = new Random(java.nio.ByteBuffer.wrap(eight).getLong());
      Mutator mutator = new Mutator(random);
      int kind = random.nextInt(100);
      if (kind < 35) return ballot(random, mutator);
      if (kind < 55) return act(random, mutator);
      if (kind < 62) return enrolment(random, mutator);
      if (kind < 66) return note(random, mutator, "pulls", pull(), pulls);
      if (kind < 70) return note(random, mutator, "reserve", "/elections", requests);
      if (kind < 74) return cosignature(random, mutator);
      if (kind < 88) return address(random);
      return ragged(random, mutator);
    }

    private String pull() {
      return "/e/" + enrolling.draft().slug() + "/enrolments/pull";
    }

    private static <T> T one(Random random, List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    private static Bytes changed(Random random, Mutator mutator, Bytes right) {
      if (random.nextInt(3) > 0) return mutator.bytes(right);
      try {
        return mutator.tree(Enc.parse(right, Point::decode)).encode();
      } catch (Malformed e) {
        return mutator.bytes(right);
      }
    }

    private Shot ballot(Random random, Mutator mutator) {
      String path = "/e/" + slug + "/ballots";
      int i = random.nextInt(SOURCES);
      Bytes leaf =
          switch (random.nextInt(20)) {
            case 0, 1 -> resigned(random, mutator, i);
            case 2 -> foreign(random, i);
            case 3 -> one(random, cast);
            case 4 -> Fuzz.tree(random, 0).encode();
            case 5 -> one(random, acts);
            case 6 -> huge(random, 66_000);
            default -> changed(random, mutator, ballots.get(i));
          };
      boolean known = cast.contains(leaf);
      if (ballots.contains(leaf)) leaf = leaf.concat(Bytes.zero(1));
      if (random.nextInt(30) == 0) path = "/e/" + enrolling.draft().slug() + "/ballots";
      boolean right = known && path.contains(slug);
      return orderly(random, "ballots", path, leaf, s -> right ? s == 200 : s >= 400);
    }

    /// A changed body that a voter of the roll signs as it is.
    private Bytes resigned(Random random, Mutator mutator, int i) {
      Bytes other = changed(random, mutator, bodies.get(i));
      Ground.Person person = sources.get(i);
      Bytes digest = Transcript.th("ballot-body", Enc.bytes(other));
      return leaf(other, Schnorr.sign("ballot-sig", person.secret, person.vk, digest));
    }

    private Bytes leaf(Bytes body, Schnorr signature) {
      return Enc.list(
              Enc.text("ballot"),
              Enc.uint(1),
              Enc.bytes(voting.paper().eid()),
              Enc.bytes(body),
              Enc.of(signature.t()),
              Enc.of(signature.z()))
          .encode();
    }

    /// A right ballot of somebody who is not on the roll, or another's body under one's own key.
    private Bytes foreign(Random random, int i) {
      if (random.nextBoolean()) {
        return Seal.sign(voting.body(stranger, choice(i)), stranger.secret);
      }
      Ground.Person thief = sources.get((i + 1) % SOURCES);
      Bytes digest = Transcript.th("ballot-body", Enc.bytes(bodies.get(i)));
      return leaf(bodies.get(i), Schnorr.sign("ballot-sig", thief.secret, thief.vk, digest));
    }

    private Shot act(Random random, Mutator mutator) {
      String path = "/e/" + slug + "/acts";
      Bytes body =
          switch (random.nextInt(20)) {
            case 0, 1 -> Ground.posted(resignedAct(random, mutator), List.of());
            case 2 -> one(random, acts);
            case 3 -> Fuzz.tree(random, 0).encode();
            case 4 -> one(random, ballots);
            case 5 -> Enc.list(Enc.bytes(one(random, ballots)), Enc.list()).encode();
            case 6 -> withBlobs(random, one(random, acts));
            case 7 -> random.nextInt(400) == 0 ? huge(random, (100 << 20) + 1) : Bytes.EMPTY;
            default -> changed(random, mutator, one(random, acts));
          };
      if (random.nextInt(30) == 0) path = "/e/" + enrolling.draft().slug() + "/acts";
      Bytes digest = digest(body);
      boolean logged = loggedActs.contains(digest) && path.contains(slug);
      boolean waits = waitingActs.contains(digest) && path.contains(slug);
      return orderly(
          random, "acts", path, body, s -> s >= 400 || (logged && s == 200) || (waits && s == 202));
    }

    /// What the posted act says, whoever signed it; nothing for what is no act.
    private Bytes digest(Bytes posted) {
      try {
        return Act.parse(Enc.parse(posted, Point::decode).fields("acts").bytes("act")).digest();
      } catch (Malformed e) {
        return Bytes.EMPTY;
      }
    }

    private Bytes withBlobs(Random random, Bytes posted) {
      List<Bytes> blobs = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) blobs.add(huge(random, random.nextInt(5_000)));
      try {
        Bytes act = Enc.parse(posted, Point::decode).fields("acts").bytes("act");
        return Enc.list(Enc.bytes(act), Enc.list(blobs, Enc::bytes)).encode();
      } catch (Malformed e) {
        return posted;
      }
    }

    /// Another content, rightly signed, of types that have no place in an open vote.
    private Act resignedAct(Random random, Mutator mutator) {
      Bytes posted = one(random, acts);
      Act act;
      try {
        act = Act.parse(Enc.parse(posted, Point::decode).fields("acts").bytes("act"));
      } catch (Malformed e) {
        return early();
      }
      Act other = Act.unsigned(act.type(), act.id(), act.serial(), mutator.tree(act.payload()));
      return switch (act.type()) {
        case "object", "no-result", "web-release" -> voting.sign(other, enrolling.body("west"));
        case "roll-freeze" -> voting.sign(other, voting.registrar());
        case "draft", "open", "close" ->
            voting.sign(other, voting.body("north"), voting.body("east"));
        default -> voting.sign(other, voting.trustee(one(random, Ground.BODIES)));
      };
    }

    private Shot enrolment(Random random, Mutator mutator) {
      String path = "/e/" + (random.nextInt(10) == 0 ? slug : enrolling.draft().slug());
      Bytes body =
          switch (random.nextInt(10)) {
            case 0 -> one(random, enrolments);
            case 1 -> Fuzz.tree(random, 0).encode();
            case 2 -> huge(random, 66_000);
            default -> changed(random, mutator, one(random, enrolments));
          };
      // the registrar alone can tell a made-up code: a proof that holds is taken to the desk
      return orderly(random, "enrolments", path + "/enrolments", body, s -> s >= 400 || s == 202);
    }

    private Shot note(Random random, Mutator mutator, String door, String path, List<Bytes> right) {
      Bytes sent = one(random, right);
      Bytes body =
          switch (random.nextInt(10)) {
            case 0 -> sent;
            case 1 ->
                Ground.note(
                    Bytes.wrap(sent.toArray()).utf8().split("\n\n")[0] + "\n",
                    enrolling.body("east"));
            case 2 -> huge(random, 66_000);
            default -> mutator.bytes(sent);
          };
      boolean same = right.contains(body);
      return orderly(random, door, path, body, s -> s >= 400 || (same && s == 200));
    }

    private Shot cosignature(Random random, Mutator mutator) {
      Bytes body =
          random.nextInt(10) == 0
              ? one(random, cosignatures)
              : mutator.bytes(one(random, cosignatures));
      // a witness's line that holds is taken, whatever stands beside it
      return orderly(random, "cosignatures", "/e/" + slug + "/cosignatures", body, s -> true);
    }

    private Bytes huge(Random random, int length) {
      byte[] out = new byte[length];
      random.nextBytes(out);
      return Bytes.wrap(out);
    }

    /// A whole request, its body in one piece or in chunks.
    private Shot orderly(Random random, String door, String path, Bytes body, IntPredicate fine) {
      byte[] bytes = random.nextInt(8) == 0 ? chunked(random, path, body) : posted(path, body);
      return new Shot(door, bytes, false, false, fine);
    }

    private byte[] posted(String path, Bytes body) {
      var out = new ByteArrayOutputStream();
      out.writeBytes(
          ascii(
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: "
                  + victim.host()
                  + "\r\nContent-Length: "
                  + body.length()
                  + "\r\nContent-Type: application/octet-stream\r\n\r\n"));
      out.writeBytes(body.toArray());
      return out.toByteArray();
    }

    private byte[] chunked(Random random, String path, Bytes body) {
      var out = new ByteArrayOutputStream();
      out.writeBytes(
          ascii(
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: "
                  + victim.host()
                  + "\r\nTransfer-Encoding: chunked\r\n\r\n"));
      for (int at = 0; at < body.length(); ) {
        int length = Math.min(body.length() - at, 1 + random.nextInt(2_000));
        out.writeBytes(ascii(Integer.toHexString(length) + "\r\n"));
        out.writeBytes(body.slice(at, at + length).toArray());
        out.writeBytes(ascii("\r\n"));
        at += length;
      }
      out.writeBytes(ascii("0\r\n\r\n"));
      return out.toByteArray();
    }

    private static final List<String> PATHS =
        List.of(
            "/",
            "/e/SLUG",
            "/e/SLUG/vote",
            "/e/SLUG/check",
            "/e/SLUG/verify",
            "/verify",
            "/e/SLUG/result",
            "/web/index.html",
            "/web/vendor/uqr/index.js",
            "/elections.json",
            "/demo.json",
            "/e/SLUG/election.json",
            "/e/SLUG/result.json",
            "/e/SLUG/leaf/3.json",
            "/e/SLUG/checkpoint",
            "/e/SLUG/candidate",
            "/e/SLUG/cosigned",
            "/e/SLUG/stage/index",
            "/e/SLUG/stage/1",
            "/e/SLUG/tile/0/000.p/9",
            "/e/SLUG/tile/entries/000.p/9",
            "/e/SLUG/blob/HASH",
            "/e/SLUG/receipt/HASH",
            "/e/SLUG/consistency/3/9",
            "/e/SLUG/bundle.zip",
            "/e/SLUG/acts/pending",
            "/e/SLUG/ballots",
            "/e/SLUG/acts",
            "/e/SLUG/enrolments",
            "/e/SLUG/enrolments/pull",
            "/e/SLUG/cosignatures",
            "/elections");

    private static final List<String> PIECES =
        List.of(
            "..",
            "%2e%2e",
            "%2E%2E%2fetc",
            "%00",
            "%ff%fe",
            "%zz",
            "%",
            "-1",
            "0",
            "00",
            "1e9",
            "18446744073709551616",
            "999999999999999999",
            "x".repeat(1_500),
            ";a=b",
            "?a=b",
            "#x",
            "%0d%0aX:%20y",
            "\\",
            "//",
            "'",
            "%27%20or%201=1",
            "*",
            "~",
            "000.p/0",
            "000.p/256",
            "x999/999",
            "entries",
            "{}",
            "index",
            "1.json",
            "-3.json",
            "f".repeat(64));

    private static final List<String> METHODS =
        List.of("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO", "get", "PRI");

    private static final List<String> HEADERS =
        List.of(
            "If-None-Match: \"x\"",
            "Range: bytes=0-",
            "Range: bytes=9-1,5-",
            "Accept-Encoding: gzip",
            "Accept-Encoding: \u00ff,;q=",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Type: application/x-www-form-urlencoded",
            "X-Forwarded-For: 10.0.0.1",
            "X-HTTP-Method-Override: DELETE",
            "Cookie: a=b",
            "Origin: null",
            "Accept: */*;q=x",
            "If-Modified-Since: never",
            "Connection: close",
            "X-Long: " + "y".repeat(5_000),
            "Authorization: Basic Og==",
            "Te: trailers",
            "Expect: nothing",
            "Cache-Control: x");

    /// Addresses that nobody asks for, with methods and headers that nobody sends.
    private Shot address(Random random) {
      String path = one(random, PATHS);
      path = path.replace("SLUG", random.nextInt(9) == 0 ? "aaaaaaaaaa" : slug);
      path = path.replace("HASH", Merkle.leafHash(one(random, cast)).hex());
      for (int i = random.nextInt(3); i > 0; i--) {
        int at = random.nextInt(path.length());
        path =
            switch (random.nextInt(3)) {
              case 0 -> path.substring(0, at) + one(random, PIECES) + path.substring(at);
              case 1 -> path.replaceFirst("/[^/]*$", "/" + quoted(one(random, PIECES)));
              default -> path.substring(0, at) + path.substring(Math.min(path.length(), at + 1));
            };
        if (path.isEmpty()) path = "/";
      }
      String method = random.nextInt(4) > 0 ? "GET" : one(random, METHODS);
      StringBuilder out = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      if (random.nextInt(20) > 0) out.append("Host: ").append(victim.host()).append("\r\n");
      for (int i = random.nextInt(3); i > 0; i--) out.append(one(random, HEADERS)).append("\r\n");
      if (!method.equals("GET")) out.append("Content-Length: 0\r\n");
      byte[] bytes = ascii(out + "\r\n");
      return new Shot("addresses", bytes, method.equals("HEAD"), false, s -> s >= 200);
    }

    private static String quoted(String piece) {
      return java.util.regex.Matcher.quoteReplacement(piece);
    }

    /// Bytes that are no HTTP, or HTTP that does not say where it ends.
    private Shot ragged(Random random, Mutator mutator) {
      Bytes bad = mutator.bytes(ballots.get(random.nextInt(SOURCES)).slice(0, 200));
      String post = "POST /e/" + slug + (random.nextBoolean() ? "/ballots" : "/acts");
      String head = post + " HTTP/1.1\r\nHost: x\r\n";
      byte[] bytes =
          switch (random.nextInt(16)) {
            case 0 -> huge(random, 1 + random.nextInt(4_000)).toArray();
            case 1 -> ascii(head + "Content-Length: 33554432\r\n\r\nshort");
            case 2 -> ascii(head + "Content-Length: -5\r\n\r\nx");
            case 3 -> ascii(head + "Content-Length: 99999999999999999999\r\n\r\nx");
            case 4 -> ascii(head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nxxxx");
            case 5 ->
                ascii(
                    head
                        + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            case 6 -> ascii(head + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\nx");
            case 7 -> ascii(head + "Transfer-Encoding: chunked, x\r\n\r\nzz\r\n");
            case 8 -> ascii("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n");
            case 9 -> ascii("GET / HTTP/1.1\r\nX: " + "b".repeat(20_000) + "\r\n\r\n");
            case 10 -> ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004");
            case 11 ->
                ascii(
                    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n\u0081\u00ff");
            case 12 -> ascii("CONNECT x:443 HTTP/1.1\r\n\r\n\u0016\u0003\u0001");
            case 13 ->
                ascii("GET /elections.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20) + "\u0000\r\n");
            case 14 -> ascii(head + "Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n");
            default -> {
              Bytes whole = Bytes.wrap(posted("/e/" + slug + "/ballots", bad));
              for (int i = random.nextInt(5); i >= 0; i--) whole = mutator.bytes(whole);
              yield whole.toArray();
            }
          };
      return new Shot("ragged", bytes, false, true, s -> true);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Any value of the encoding.
  private static Enc tree(Random random, int depth) {
    return switch (random.nextInt(depth > 12 ? 3 : 5)) {
      case 0 -> Enc.uint(random.nextLong() >>> 1);
      case 1 -> {
        byte[] out = new byte[random.nextInt(70)];
        random.nextBytes(out);
        yield Enc.bytes(Bytes.wrap(out));
      }
      case 2 -> Enc.text(random.nextBoolean() ? "ballot" : "x".repeat(random.nextInt(40)));
      default -> {
        List<Enc> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) items.add(tree(random, depth + 1));
        yield Enc.list(items);
      }
    };
  }
}
