package veche.cli;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import veche.ballot.Ballot;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Deposit;
import veche.record.Entry;
import veche.record.Record;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// log §5 Deposits: what bodies handed to this witness about one log. It brings it to the server
/// itself, and tells by its own fold which ballots of it are valid and not in the log. One that is
/// held back here holds back `close`; nothing else does.
final class Held implements AutoCloseable {
  /// A body that took a ballot in the last second has this long to hand it on.
  static final long GRACE = 300;

  /// Some fifty thousand ballots: where a server takes none of so many, holding more changes
  /// nothing.
  private static final long MOST_OF_ONE_BODY = 256L << 20;

  private final Vkey log;
  private final Remote remote;
  private final Trust trust;
  private final Follower follower;
  private final InstantSource clock;
  private final Journal journal;
  private final ReentrantLock turn = new ReentrantLock();
  private final Map<Bytes, Item> items = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private volatile OptionalLong closesAt = OptionalLong.empty();

  /// What became of a handing.
  sealed interface Answer {}

  /// It is on this witness's disk.
  record Kept() implements Answer {}

  /// It is no deposit of this log's election by one of its bodies, or too much, or too late.
  record Not(Refused why) implements Answer {}

  private static final class Item {
    final Act act;
    final Deposit deposit;
    boolean brought;
    @Nullable List<Ballot> valid;

    Item(Act act, Deposit deposit) {
      this.act = act;
      this.deposit = deposit;
    }
  }

  Held(Home home, Remote remote, Vkey log, Trust trust, Entropy entropy, InstantSource clock) {
    this.log = log;
    this.remote = remote;
    this.trust = trust;
    this.clock = clock;
    follower = new Follower(remote, trust, entropy);
    journal = home.journal("held-" + Bytes.utf8(log.name()).sha256().hex());
    for (String line : journal.lines()) {
      Bytes leaf = Bytes.fromBase64(line);
      Act act = Act.parse(leaf);
      keep(leaf, act, Deposit.read(act.payload()), signer(act));
    }
  }

  String origin() {
    return log.name();
  }

  private void keep(Bytes leaf, Act act, Deposit deposit, String body) {
    items.put(leaf.sha256(), new Item(act, deposit));
    sizes.merge(body, (long) leaf.length(), Long::sum);
  }

  private static String signer(Act act) {
    return Note.signer(act.signatures().getFirst());
  }

  // ---- taking

  /// @param witness whose word on this log decides what comes too late
  Answer hand(Bytes leaf, Witness witness) {
    Act act;
    Deposit deposit;
    try {
      if (leaf.length() > Tile.MAX_LEAF) return no(Code.TOO_LARGE, "a leaf has 65535 bytes");
      if (!(Entry.parse(leaf) instanceof Entry.Acted acted)) return no(Code.MALFORMED, "no act");
      act = acted.act();
      if (!act.type().equals(Deposit.TYPE) || act.serial() != 0) {
        return no(Code.MALFORMED, "no deposit");
      }
      deposit = Deposit.read(act.payload());
      if (act.signatures().size() != 1 || !signed(act)) {
        return no(Code.BAD_SIGNATURE, "not signed by one body of an election known here");
      }
    } catch (Malformed e) {
      return no(Code.MALFORMED, String.valueOf(e.getMessage()));
    }
    long until = closing();
    return witness.before(origin(), until, late -> late ? late() : store(leaf, act, deposit));
  }

  private boolean signed(Act act) {
    String line = act.signatures().getFirst();
    Vkey body = trust.bodies().get(Note.signer(line));
    return body != null && Note.verifies(act.noteBody(origin()), line, body);
  }

  private static Answer no(Code code, String detail) {
    return new Not(new Refused(code, detail));
  }

  private static Answer late() {
    return no(Code.WRONG_PHASE, "this witness has vouched for the log after closing time already");
  }

  private Answer store(Bytes leaf, Act act, Deposit deposit) {
    turn.lock();
    try {
      if (items.containsKey(leaf.sha256())) return new Kept();
      if (now() > closing() + GRACE) return late();
      String body = signer(act);
      if (sizes.getOrDefault(body, 0L) + leaf.length() > MOST_OF_ONE_BODY) {
        return no(Code.RATE_LIMITED, body + " has handed in more than this witness keeps");
      }
      journal.append(leaf.base64());
      keep(leaf, act, deposit, body);
      return new Kept();
    } finally {
      turn.unlock();
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /// When voting ends, by the draft that the trust file means.
  private long closing() {
    if (closesAt.isEmpty()) {
      Tile first = new Tile(Tile.ENTRIES, 0, 1);
      Act act = Act.parse(Tile.entries(remote.get(first.path()), 1).getFirst());
      Draft draft = Draft.read(act.payload());
      if (!trust.election(draft.slug()).equals(Optional.of(draft.cid()))) {
        throw new Malformed("the log holds another draft than the trust file");
      }
      closesAt = OptionalLong.of(draft.closesAt());
    }
    return closesAt.getAsLong();
  }

  // ---- bringing it to the server

  /// Brings what was handed in to the server, and reads on.
  void tend() {
    List<Item> all = locked(() -> List.copyOf(items.values()));
    if (all.isEmpty()) return;
    for (Item item : all) {
      if (item.brought) continue;
      try {
        Bytes body = Enc.list(Enc.bytes(item.act.encode()), Enc.list()).encode();
        item.brought = remote.post("acts", body).status() == 200;
      } catch (Remote.Refusal e) {
        // nothing new in it for the log, or the vote is over: the fold knows what that means
        item.brought = e.code().equals("conflict") || e.code().equals("wrong-phase");
      } catch (Remote.Unreachable e) {
        break;
      }
    }
    read();
  }

  private void read() {
    try {
      // nobody waits for a server that hangs
      remote.get("checkpoint");
      closing();
    } catch (Remote.Refusal | Remote.Unreachable e) {
      return;
    }
    turn.lock();
    try {
      follower.catchUp();
      Record record = follower.record();
      if (record.eid().isEmpty()) return;
      for (Item item : items.values()) {
        if (item.valid != null) continue;
        List<Ballot> valid = new ArrayList<>();
        List<Bytes> leaves = item.deposit.leaves();
        boolean ours = item.act.id().equals(record.eid().get());
        List<Optional<Refused>> found = ours ? record.prove(item.deposit) : List.of();
        for (int i = 0; i < found.size(); i++) {
          if (found.get(i).isEmpty()) valid.add(Ballot.parse(leaves.get(i)));
        }
        item.valid = valid;
      }
    } catch (Remote.Refusal | Remote.Unreachable e) {
      // what cannot be read now stays missing until it can
    } finally {
      turn.unlock();
    }
  }

  // ---- what is missing

  /// Reads on if that could show what seems to be missing.
  void look(long size) {
    if (missing(size, now()) > 0) read();
  }

  /// How many deposits hold a ballot that is valid and not among the first `size` leaves. None
  /// before closing time, when a log may still be behind.
  ///
  /// @param now when the witness would sign
  int missing(long size, long now) {
    turn.lock();
    try {
      if (items.isEmpty()) return 0;
      // a log whose entries cannot be read
      if (closesAt.isEmpty()) return items.size();
      if (now < closesAt.getAsLong()) return 0;
      int missing = 0;
      for (Item item : items.values()) if (lacks(item, size)) missing++;
      return missing;
    } finally {
      turn.unlock();
    }
  }

  private boolean lacks(Item item, long size) {
    if (item.valid == null) return true;
    Record record = follower.record();
    for (Ballot ballot : item.valid) {
      Optional<Long> place = record.chain().place(ballot.ballotId());
      // of a chain only the first link can be missing: the next ones wait for it
      boolean absent =
          place.isPresent() ? place.get() >= size : record.chain().refuses(ballot).isEmpty();
      if (absent) return true;
    }
    return false;
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
