package veche.cli;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import veche.ballot.Ballot;
import veche.council.Taken;
import veche.crypto.SigningKey;
import veche.election.Code;
import veche.election.Refused;
import veche.log.Merkle;
import veche.record.Act;
import veche.record.Deposit;
import veche.record.Phase;
import veche.record.Record;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6 Second door: what a body has taken, and how it gets into the log. A ballot is on
/// this body's disk before its sender holds the body's word for it; from then on it is brought to
/// the server and to the witnesses until it stands or can no longer become valid.
final class Collector implements AutoCloseable {
  /// What a deposit of one ballot has room for.
  static final int LARGEST = 64_000;

  private static final int OF_ONE_KEY = 20;
  private static final long RATE_WINDOW = 600;

  /// What came of a ballot.
  sealed interface Answer {}

  /// @param word the body's countersignature
  record Held(String word) implements Answer {}

  record No(Refused why) implements Answer {}

  /// How the ballots stand that this body took.
  ///
  /// @param lost taken, not in the log, and now never to be: another ballot of the key stands
  ///   instead, or voting is over
  record Count(int taken, int standing, int waiting, int lost) {}

  private record Own(Bytes leaf, Ballot ballot, Bytes hash, long time) {}

  private final Follower follower;
  private final SigningKey key;
  private final InstantSource clock;
  private final Journal journal;
  private final ReentrantLock turn = new ReentrantLock();
  private final Map<Bytes, Own> taken = new LinkedHashMap<>();
  private final Map<Bytes, Own> waiting = new LinkedHashMap<>();
  private final Map<Act, List<Bytes>> outbox = new LinkedHashMap<>();
  private final Map<Bytes, Integer> ofKey = new HashMap<>();
  private long window;

  /// @param follower has read the log once
  Collector(Follower follower, Home home, SigningKey key, InstantSource clock) {
    this.follower = follower;
    this.key = key;
    this.clock = clock;
    Record record = follower.record();
    boolean member =
        record.draft().bodies().stream().anyMatch(b -> b.vkey().equals(key.vkey().toString()));
    if (!member) throw new Malformed("this key is of no body of the election");
    journal = home.journal("taken-" + record.draft().slug());
    for (String line : journal.lines()) {
      String[] words = line.split(" ", -1);
      if (words.length != 2) throw new Malformed("taken: a line that this program did not write");
      own(Bytes.fromBase64(words[1]), Long.parseLong(words[0]));
    }
  }

  private Own own(Bytes leaf, long time) {
    Own own = new Own(leaf, Ballot.parse(leaf), Merkle.leafHash(leaf), time);
    taken.put(own.hash, own);
    waiting.put(own.hash, own);
    return own;
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Record record() {
    return follower.record();
  }

  String slug() {
    return record().draft().slug();
  }

  // ---- taking

  Answer take(Bytes leaf) {
    if (leaf.length() > LARGEST) return no(Code.TOO_LARGE, "a ballot: " + LARGEST + " bytes");
    Bytes hash = Merkle.leafHash(leaf);
    Optional<Answer> known = locked(() -> known(hash));
    if (known.isPresent()) return known.get();
    if (now() >= record().draft().closesAt()) return no(Code.WRONG_PHASE, "voting has ended");
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return no(Code.MALFORMED, String.valueOf(e.getMessage()));
    }
    if (!record().phase().opened()) lookAgain();
    Optional<Refused> wrong = record().prove(List.of(ballot)).getFirst();
    if (wrong.isPresent()) return new No(wrong.get());
    // what it follows may have been logged since this program looked
    if (locked(() -> chained(ballot)).isPresent()) lookAgain();
    return locked(() -> known(hash).orElseGet(() -> admit(leaf, ballot)));
  }

  private Optional<Answer> known(Bytes hash) {
    return Optional.ofNullable(taken.get(hash)).map(own -> new Held(word(own)));
  }

  private String word(Own own) {
    return new Taken(record().origin(), own.hash, own.time).sign(key).text();
  }

  private Answer admit(Bytes leaf, Ballot ballot) {
    if (record().phase() != Phase.VOTING) return no(Code.WRONG_PHASE, record().phase().id());
    Optional<Refused> wrong = chained(ballot);
    if (wrong.isPresent()) return new No(wrong.get());
    if (spent(ballot)) return no(Code.RATE_LIMITED, "this key has cast many ballots");
    long time = now();
    journal.append(time + " " + leaf.base64());
    return new Held(word(own(leaf, time)));
  }

  /// Whether it follows the newest of this key's that the log or this body holds.
  private Optional<Refused> chained(Ballot ballot) {
    if (record().chain().place(ballot.ballotId()).isPresent()) return Optional.empty();
    Optional<Refused> wrong = record().chain().refuses(ballot);
    if (wrong.isPresent() && wrong.get().code() != Code.STALE_CHAIN) return wrong;
    Own last = null;
    for (Own own : waiting.values()) {
      if (own.ballot.vk().equals(ballot.vk()) && alive(own)) last = own;
    }
    if (last == null) return wrong;
    boolean follows =
        ballot.seq() == last.ballot.seq() + 1 && ballot.prev().equals(last.ballot.ballotId());
    return follows
        ? Optional.empty()
        : Optional.of(new Refused(Code.STALE_CHAIN, "does not follow what was taken before"));
  }

  private boolean spent(Ballot ballot) {
    long current = now() / RATE_WINDOW;
    if (current != window) ofKey.clear();
    window = current;
    return ofKey.merge(ballot.vk().encoding(), 1, Integer::sum) > OF_ONE_KEY;
  }

  private static Answer no(Code code, String detail) {
    return new No(new Refused(code, detail));
  }

  // ---- depositing

  /// Reads the log on; a server that does not answer now will later, and one that lies is named.
  private void lookAgain() {
    try {
      // whoever brings a ballot must not wait for a server that hangs
      follower.remote().get("checkpoint");
      locked(follower::catchUp);
    } catch (Malformed e) {
      System.err.println(e.getMessage());
    } catch (Remote.Unreachable | Remote.Refusal e) {
      // the next look may find it
    }
  }

  /// Whether this ballot is valid now or would be after others that wait here.
  private boolean alive(Own own) {
    if (record().phase() != Phase.VOTING) return false;
    Optional<Refused> wrong = record().chain().refuses(own.ballot);
    if (wrong.isEmpty()) return true;
    if (wrong.get().code() != Code.STALE_CHAIN) return false;
    return waiting.values().stream()
        .anyMatch(
            before ->
                before.ballot.vk().equals(own.ballot.vk())
                    && before.ballot.seq() + 1 == own.ballot.seq()
                    && before.ballot.ballotId().equals(own.ballot.prev())
                    && alive(before));
  }

  /// Brings what does not stand yet.
  ///
  /// @param witnesses each is handed what the server did not take
  Count bring(List<Hand> witnesses) {
    lookAgain();
    for (Act act : locked(this::due)) {
      if (logged(act)) {
        locked(() -> outbox.remove(act));
      } else {
        for (Hand hand : witnesses) hand.give(act.encode());
      }
    }
    lookAgain();
    return locked(this::count);
  }

  /// Somebody who is handed deposits.
  interface Hand {
    void give(Bytes deposit);
  }

  /// A deposit is signed once and brought as it is until it stands or has nothing new to say.
  private List<Act> due() {
    waiting.values().removeIf(own -> standing(own) || voted() && !alive(own));
    outbox.values().removeIf(hashes -> hashes.stream().noneMatch(waiting::containsKey));
    List<Bytes> fresh = new ArrayList<>();
    for (Own own : waiting.values()) {
      boolean packed = outbox.values().stream().anyMatch(hashes -> hashes.contains(own.hash));
      if (!packed && alive(own)) fresh.add(own.leaf);
    }
    for (Deposit deposit : Deposit.of(fresh)) {
      Act act = deposit.act(record().id());
      List<Bytes> hashes = deposit.leaves().stream().map(Merkle::leafHash).toList();
      outbox.put(act.with(List.of(key.signLine(act.noteBody(record().origin())))), hashes);
    }
    return List.copyOf(outbox.keySet());
  }

  private boolean standing(Own own) {
    return voted() && record().chain().place(own.ballot.ballotId()).isPresent();
  }

  private boolean voted() {
    return record().eid().isPresent();
  }

  private boolean logged(Act act) {
    try {
      Bytes body = Enc.list(Enc.bytes(act.encode()), Enc.list()).encode();
      return follower.remote().post("acts", body).status() == 200;
    } catch (Remote.Refusal | Remote.Unreachable e) {
      return false;
    }
  }

  private Count count() {
    waiting.values().removeIf(this::standing);
    int standing = (int) taken.values().stream().filter(this::standing).count();
    int alive = (int) waiting.values().stream().filter(this::alive).count();
    return new Count(taken.size(), standing, alive, taken.size() - standing - alive);
  }

  /// Whether nothing can be deposited any more.
  boolean isOver() {
    return record().phase().closed();
  }

  /// Seconds until voting ends by this clock.
  long left() {
    return record().draft().closesAt() - now();
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    turn.lock();
    try {
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {
    journal.close();
  }
}
