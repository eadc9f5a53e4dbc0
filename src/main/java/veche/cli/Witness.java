package veche.cli;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.WitnessRule;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: the one memory and the one key of a witness, whichever way checkpoints come to it.
/// Deciding and storing are one step, and what it signed is on its disk before anyone gets it, so
/// that it never vouches for two histories, not even when it is killed.
final class Witness {
  private final Home home;
  private final SigningKey key;
  private final Map<String, Vkey> logs = new HashMap<>();
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private final Map<String, Held> deposits = new ConcurrentHashMap<>();

  /// What a submission led to.
  sealed interface Outcome {}

  /// @param line the cosignature, which may now be given away
  record Cosigned(Checkpoint checkpoint, String line) implements Outcome {}

  /// @param size of the tree that this witness keeps
  record Refused(WitnessRule.Reason reason, long size) implements Outcome {}

  /// @param missing how many deposits that were handed in are not in the log (log §5)
  record Withheld(int missing) implements Outcome {}

  /// @param logs those it vouches for, one key for each origin
  Witness(Home home, SigningKey key, Collection<Vkey> logs, InstantSource clock) {
    this.home = home;
    this.key = key;
    this.clock = clock;
    for (Vkey log : logs) {
      Vkey before = this.logs.putIfAbsent(log.name(), log);
      if (before != null && !before.equals(log)) {
        throw new Malformed("two keys of one log: " + log.name());
      }
    }
  }

  private static String memory(Bytes origin) {
    return "seen-" + origin.hex();
  }

  private static String evidence(Bytes origin) {
    return "fork-" + origin.hex();
  }

  private static Bytes mark(String origin) {
    return Bytes.utf8(origin).sha256();
  }

  /// The largest tree of a log that this witness cosigned.
  WitnessRule.State state(String origin) {
    return kept(mark(origin))
        .map(note -> Checkpoint.parse(note.body()))
        .map(c -> new WitnessRule.State(c.size(), c.root()))
        .orElse(WitnessRule.State.NONE);
  }

  /// The checkpoint it cosigned last, with its cosignature.
  ///
  /// @param origin SHA-256 of the origin
  Optional<Note> kept(Bytes origin) {
    return home.read(memory(origin)).map(Note::parse);
  }

  /// Whether two histories of this log were signed; it vouches for neither any more.
  boolean isForked(String origin) {
    return home.read(evidence(mark(origin))).isPresent();
  }

  /// A checkpoint that its log signed beside another history: kept, and the log is given up.
  void forked(String origin, Note checkpoint) {
    turn.lock();
    try {
      Bytes mark = mark(origin);
      if (home.read(evidence(mark)).isEmpty()) home.write(evidence(mark), checkpoint.text());
    } finally {
      turn.unlock();
    }
  }

  /// What bodies hand in about a log is minded from now on.
  void mind(Held held) {
    deposits.put(held.origin(), held);
  }

  /// Hands a deposit to the log it belongs to.
  Held.Answer hand(Bytes deposit) {
    Held.Answer answer =
        new Held.Not(
            new veche.election.Refused(Code.UNKNOWN_ELECTION, "this witness reads no election"));
    for (Held held : deposits.values()) {
      answer = held.hand(deposit, this);
      boolean another = answer instanceof Held.Not(var why) && why.code() == Code.BAD_SIGNATURE;
      if (!another) return answer;
    }
    return answer;
  }

  /// Decides something together with whether this witness has cosigned the log at or after a time;
  /// while it decides, nothing is cosigned.
  <T> T before(String origin, long time, Function<Boolean, T> decision) {
    turn.lock();
    try {
      return decision.apply(lastTime(origin).filter(t -> t >= time).isPresent());
    } finally {
      turn.unlock();
    }
  }

  private Optional<Long> lastTime(String origin) {
    Optional<Note> note = kept(mark(origin));
    if (note.isEmpty()) return Optional.empty();
    return note.get().lines().stream()
        .filter(line -> Note.names(line, key.vkey()))
        .findFirst()
        .flatMap(line -> Cosignature.verify(line, key.vkey(), note.get().body()));
  }

  Outcome add(WitnessRule.Request request) {
    ahead(request);
    turn.lock();
    try {
      return decide(request);
    } finally {
      turn.unlock();
    }
  }

  /// What takes a network is done before anything waits for it.
  private void ahead(WitnessRule.Request request) {
    String body = request.checkpoint().body();
    Held held = deposits.get(body.substring(0, body.indexOf('\n')));
    if (held != null && isCheckpoint(body)) held.look(Checkpoint.parse(body).size());
  }

  private static boolean isCheckpoint(String body) {
    try {
      return Checkpoint.parse(body).size() >= 0;
    } catch (Malformed e) {
      return false;
    }
  }

  private Outcome decide(WitnessRule.Request request) {
    String body = request.checkpoint().body();
    String origin = body.substring(0, body.indexOf('\n'));
    Optional<Vkey> log = Optional.ofNullable(logs.get(origin));
    WitnessRule.State state = log.isPresent() ? state(origin) : WitnessRule.State.NONE;
    return switch (WitnessRule.decide(state, request, log)) {
      case WitnessRule.Refuse(WitnessRule.Reason reason) -> {
        if (reason == WitnessRule.Reason.ANOTHER_ROOT) forked(origin, request.checkpoint());
        yield new Refused(reason, state.size());
      }
      case WitnessRule.Accept(Checkpoint checkpoint) -> {
        if (isForked(origin)) {
          yield new Refused(WitnessRule.Reason.ANOTHER_ROOT, state.size());
        }
        Held held = deposits.get(origin);
        long now = clock.instant().getEpochSecond();
        int missing = held == null ? 0 : held.missing(checkpoint.size(), now);
        if (missing > 0) yield new Withheld(missing);
        yield cosign(checkpoint, request.checkpoint(), log.orElseThrow(), now);
      }
    };
  }

  /// Remembers first; the line is the caller's to send.
  private Cosigned cosign(Checkpoint checkpoint, Note submitted, Vkey log, long now) {
    String line = Cosignature.line(key, checkpoint, now);
    String signed =
        submitted.lines().stream().filter(l -> Note.names(l, log)).findFirst().orElseThrow();
    String memory = checkpoint.body() + "\n" + signed + "\n" + line + "\n";
    home.write(memory(mark(checkpoint.origin())), memory);
    return new Cosigned(checkpoint, line);
  }
}
