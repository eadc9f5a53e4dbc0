package veche.http;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import veche.crypto.Point;

/// How much of everything: sizes of bodies, lengths of queues, ballots of one key. In memory only
/// and never by address.
final class Limits {
  static final long BALLOT = 64 << 10;

  /// A mix of 200,000 ballots with its proof.
  static final long ACT = 100 << 20;

  static final long SMALL = 64 << 10;

  /// Bodies of acts that are held in memory at once, whoever sends them.
  static final long ACTS_AT_ONCE = 128 << 20;

  static final int REQUESTS_PER_CODE = 3;
  static final int RESERVED = 64;
  static final int PENDING = 64;
  static final int PENDING_DRAFTS = 4;
  static final int PULLED = 1_000;

  /// A person changes their mind a few times; more often than this it is a program.
  static final int BALLOTS_OF_ONE_KEY = 20;

  /// One a second. A deposit holds a leaf's worth of ballots, so this is more than a body is sent.
  static final int DEPOSITS_OF_ONE_BODY = 600;

  /// Ballots of one key whose proofs are looked at in the same time, right or wrong: what its
  /// holder can make this server compute.
  static final int PROOFS_OF_ONE_KEY = 30;

  static final long WINDOW = 600;

  private final InstantSource clock;
  private Counts ballots = new Counts();
  private final Map<String, Integer> deposits = new HashMap<>();
  private long window;
  private Counts proofs = new Counts();
  private long proofWindow;

  private final AtomicLong held = new AtomicLong();

  Limits(InstantSource clock) {
    this.clock = clock;
  }

  /// Enough for every voter to ask three times, and for a village that was not expected.
  static long enrolments(long expectedTurnout) {
    return Math.min(1_000_000, 10_000 + 3 * Math.min(expectedTurnout, 1_000_000));
  }

  /// Takes room for a body of this length; [#give] gives it back.
  boolean take(long length) {
    if (held.addAndGet(length) <= ACTS_AT_ONCE) return true;
    held.addAndGet(-length);
    return false;
  }

  void give(long length) {
    held.addAndGet(-length);
  }

  /// Whether the key has cast as much as it may for now. Only what became a leaf counts, so that
  /// nobody can use up another's share (record §8).
  synchronized boolean spent(Point key) {
    roll();
    return ballots.of(key) >= BALLOTS_OF_ONE_KEY;
  }

  synchronized void cast(Point key) {
    roll();
    ballots.add(key);
  }

  /// Counts a deposit that its body did sign, before its ballots are proved; false when they are
  /// too many for now. Nobody else can use up a body's share.
  synchronized boolean deposit(String log, String body) {
    roll();
    return deposits.merge(log + " " + body, 1, Integer::sum) <= DEPOSITS_OF_ONE_BODY;
  }

  /// Whether this key's next ballot is worth its proofs, and counts it. Asked only of what the key
  /// signed and what is not behind its chain: nobody else can use it up. Any thread.
  synchronized boolean mayProve(Point key) {
    long now = clock.instant().getEpochSecond() / WINDOW;
    if (now != proofWindow) proofs = new Counts();
    proofWindow = now;
    return proofs.add(key) <= PROOFS_OF_ONE_KEY;
  }

  private synchronized void roll() {
    long now = clock.instant().getEpochSecond() / WINDOW;
    if (now != window) {
      ballots = new Counts();
      deposits.clear();
    }
    window = now;
  }
}
