package veche.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.ballot.Ballot;
import veche.ballot.Chain;
import veche.council.Taken;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §5: what a receipt, or a body's word, is worth against a log, decided by rule: whoever
/// applies it to the same files comes to the same verdict.
public final class Dispute {
  private final Bundle bundle;
  private final Record record;
  private final Trust trust;

  /// @param record of this bundle, folded
  public Dispute(Bundle bundle, Record record, Trust trust) {
    this.bundle = bundle;
    this.record = record;
    this.trust = trust;
  }

  public enum Verdict {
    /// The ballot is in the log and counts.
    COUNTED,
    /// It is in the log; a later one of the same key counts instead.
    REPLACED,
    /// It is in the log and does not count, for a reason of the rules.
    IGNORED,
    /// What is promised is a leaf of the log that is no ballot.
    LOGGED,
    /// The log signed another history than the receipt's.
    FORKED,
    /// The log ended without what it had promised.
    DROPPED,
    /// The body promised a ballot to a log that was closed without it and would have taken it.
    NOT_DEPOSITED,
    /// The body promised a ballot that the log could not have taken; nobody is at fault.
    LAPSED,
    /// Whether the log could have taken it is told by the ballot alone, which was not given.
    NEEDS_BALLOT,
    /// The log at hand is not long enough to tell.
    NOT_YET,
    /// Nobody of this election made this promise.
    NO_PROMISE;

    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /// 0 the promise was kept, or nobody could have kept it, 1 it was broken, 2 it cannot be told
    /// yet, 3 it is none.
    public int exit() {
      return switch (this) {
        case COUNTED, REPLACED, IGNORED, LOGGED, LAPSED -> 0;
        case FORKED, DROPPED, NOT_DEPOSITED -> 1;
        case NOT_YET, NEEDS_BALLOT -> 2;
        case NO_PROMISE -> 3;
      };
    }
  }

  /// @param by who made the promise
  /// @param leaf where it stands, or -1
  /// @param detail a reason, another leaf or a size, as the verdict has it
  public record Decision(Verdict verdict, String by, long leaf, String detail) {}

  /// @param text of a `.tlog-proof` or of a `.taken` file
  /// @param ballot the leaf that a `.taken` file speaks of, where its holder gives it
  public Decision decide(String text, Optional<Bytes> ballot) {
    try {
      return text.startsWith("veche.taken/")
          ? taken(Note.parse(text), ballot)
          : receipt(Receipt.parse(text));
    } catch (Malformed e) {
      return new Decision(Verdict.NO_PROMISE, "", -1, String.valueOf(e.getMessage()));
    }
  }

  private Decision receipt(Receipt receipt) {
    String origin = Checkpoint.parse(receipt.checkpoint().body()).origin();
    Vkey log =
        trust.policy().logs().stream()
            .filter(key -> key.name().equals(origin) && key.name().equals(record.origin()))
            .findFirst()
            .orElseThrow(() -> new Malformed("a receipt of the log " + origin));
    Checkpoint of = Checkpoint.verified(receipt.checkpoint(), log);
    if (of.size() > record.size()) {
      boolean ended = record.phase() == Phase.FINAL;
      return new Decision(
          ended ? Verdict.DROPPED : Verdict.NOT_YET, log.name(), receipt.index(), "" + of.size());
    }
    if (!record.tree().root(of.size()).equals(of.root())) {
      return new Decision(Verdict.FORKED, log.name(), receipt.index(), "" + of.size());
    }
    if (receipt.index() >= of.size()) throw new Malformed("a receipt for no leaf of its tree");
    Bytes hash = record.tree().leaf(receipt.index());
    if (!Merkle.verifyInclusion(of.root(), of.size(), receipt.index(), hash, receipt.proof())) {
      throw new Malformed("a receipt whose path leads elsewhere");
    }
    Bytes leaf = leaf(receipt.index());
    Optional<Bytes> inside = Deposit.inside(receipt);
    if (inside.isEmpty()) return fate(log.name(), receipt.index(), leaf);
    Deposit.Logged deposit = record.deposits().get(receipt.index());
    for (Bytes one : deposit == null ? List.<Bytes>of() : deposit.leaves()) {
      if (Merkle.leafHash(one).equals(inside.get())) return fate(log.name(), receipt.index(), one);
    }
    throw new Malformed("a receipt for a ballot that its deposit does not hold");
  }

  private Decision taken(Note note, Optional<Bytes> ballot) {
    for (Map.Entry<String, Vkey> body : trust.bodies().entrySet()) {
      if (note.verifiedBy(List.of(body.getValue())).isEmpty()) continue;
      Taken taken = Taken.verified(note, body.getValue());
      if (!taken.origin().equals(record.origin())) {
        throw new Malformed("a word about the log " + taken.origin());
      }
      return sought(body.getKey(), taken, ballot);
    }
    throw new Malformed("a word that no body of the trust file signed");
  }

  private Decision sought(String body, Taken taken, Optional<Bytes> ballot) {
    for (long i = 0; i < record.size(); i++) {
      if (record.tree().leaf(i).equals(taken.leafHash())) return fate(body, i, leaf(i));
    }
    for (Map.Entry<Long, Deposit.Logged> one : record.deposits().entrySet()) {
      for (Bytes leaf : one.getValue().leaves()) {
        if (Merkle.leafHash(leaf).equals(taken.leafHash())) return fate(body, one.getKey(), leaf);
      }
    }
    boolean late = record.drafted() && taken.time() >= record.draft().closesAt();
    if (late) throw new Malformed("a word given after the vote had ended");
    String time = String.valueOf(taken.time());
    if (record.closeIndex() < 0) return new Decision(Verdict.NOT_YET, body, -1, time);
    if (ballot.isEmpty()) return new Decision(Verdict.NEEDS_BALLOT, body, -1, time);
    if (!Merkle.leafHash(ballot.get()).equals(taken.leafHash())) {
      throw new Malformed("another ballot than the word is about");
    }
    return couldNot(ballot.get())
        .map(why -> new Decision(Verdict.LAPSED, body, -1, why))
        .orElseGet(() -> new Decision(Verdict.NOT_DEPOSITED, body, -1, time));
  }

  /// protocol §6, log §5: why the closed log could not have taken this ballot. Whoever casts
  /// another ballot after a body took one makes the first unusable, and no body can be blamed for
  /// that.
  private Optional<String> couldNot(Bytes leaf) {
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return Optional.of("malformed");
    }
    return record
        .prove(List.of(ballot))
        .getFirst()
        .or(() -> record.chain().refuses(ballot))
        .map(refused -> refused.code().id());
  }

  /// What became of a leaf that is in the log.
  private Decision fate(String by, long index, Bytes leaf) {
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return new Decision(Verdict.LOGGED, by, index, Entry.type(leaf).orElse("?"));
    }
    Optional<Long> place =
        record.openIndex() < 0 ? Optional.empty() : record.chain().place(ballot.ballotId());
    if (place.isEmpty()) {
      String why =
          Optional.ofNullable(record.ignored().get(index))
              .or(() -> inside(index, leaf))
              .map(refused -> refused.code().id())
              .orElse("?");
      return new Decision(Verdict.IGNORED, by, index, why);
    }
    Bytes vk = ballot.vk().encoding();
    for (Chain.Counted counted : record.chain().counted()) {
      if (!counted.vk().equals(vk)) continue;
      boolean same = counted.ballotId().equals(ballot.ballotId());
      return new Decision(
          same ? Verdict.COUNTED : Verdict.REPLACED, by, index, String.valueOf(counted.index()));
    }
    throw new IllegalStateException("a valid ballot of a key without a counted one");
  }

  private Optional<Refused> inside(long index, Bytes leaf) {
    Deposit.Logged deposit = record.deposits().get(index);
    if (deposit == null) return Optional.empty();
    int at = deposit.leaves().indexOf(leaf);
    return at >= 0 && deposit.fates().get(at) instanceof Deposit.Fate.Ignored(Refused why)
        ? Optional.of(why)
        : Optional.empty();
  }

  private Bytes leaf(long index) {
    long n = index / Tile.WIDTH;
    int width = (int) Math.min(Tile.WIDTH, record.size() - n * Tile.WIDTH);
    String path = new Tile(Tile.ENTRIES, n, width).path();
    Bytes entries = bundle.bytes(path).orElseThrow(() -> new Bundle.Unusable(path + " is missing"));
    return Tile.entries(entries, width).get((int) (index - n * Tile.WIDTH));
  }
}
