package veche.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.log.Checkpoint;
import veche.log.Tile;
import veche.record.Blobs;
import veche.record.Duty;
import veche.record.Entry;
import veche.record.Record;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record: reads an election's log from a server and folds it itself, down to the last proof. What
/// a role program knows, it knows from here. One thread.
final class Follower implements Blobs {
  private static final int WIDTH = 256;

  private final Remote remote;
  private final Trust trust;
  private final Bytes cid;
  private final String origin;
  private final Record record;
  private final Map<Bytes, Bytes> blobs = new HashMap<>();
  private final Map<String, Long> last = new HashMap<>();

  /// @param trust says which log and which draft are meant; the server does not
  Follower(Remote remote, Trust trust, Entropy entropy) {
    this.remote = remote;
    this.trust = trust;
    String slug = remote.slug();
    this.cid =
        trust
            .election(slug)
            .orElseThrow(() -> new Malformed("the trust file names no election " + slug));
    if (trust.policy().logs().size() != 1) throw new Malformed("expected one log in the policy");
    this.origin = trust.policy().logs().getFirst().name();
    this.record = new Record(origin, this, entropy);
  }

  Record record() {
    return record;
  }

  Remote remote() {
    return remote;
  }

  /// Folds what is new up to the checkpoint the server signed last; a log that is not the one that
  /// was folded before is refused with both sizes.
  Record catchUp() {
    Note note = Note.parse(remote.get("checkpoint"));
    Checkpoint checkpoint = Checkpoint.verified(note, trust.policy().logs().getFirst());
    if (!checkpoint.origin().equals(origin)) {
      throw new Malformed("checkpoint of another log: " + checkpoint.origin());
    }
    long size = checkpoint.size();
    if (size < record.size()) {
      // an older answer from a cache is no fork, as long as it is an older state of this log
      if (!record.tree().root(size).equals(checkpoint.root())) throw fork(size);
      return record;
    }
    while (record.size() < size) {
      long from = record.size();
      long bundle = from / WIDTH;
      int width = (int) Math.min(WIDTH, size - bundle * WIDTH);
      Tile tile = new Tile(Tile.ENTRIES, bundle, width);
      List<Bytes> leaves = Tile.entries(remote.get(tile.path()), width);
      List<Bytes> fresh = leaves.subList((int) (from - bundle * WIDTH), width);
      record.fold(fresh);
      note(from, fresh);
    }
    if (!record.tree().root(size).equals(checkpoint.root())) throw fork(size);
    if (record.drafted() && !record.draft().cid().equals(cid)) {
      throw new Malformed("the log holds another draft than the trust file");
    }
    return record;
  }

  private static Malformed fork(long size) {
    return new Malformed("fork: the server signed two histories of size " + size);
  }

  private void note(long from, List<Bytes> leaves) {
    for (int i = 0; i < leaves.size(); i++) {
      boolean ignored = record.ignored().containsKey(from + i);
      String type = Entry.type(leaves.get(i)).orElse("");
      if (!ignored && !type.equals("ballot")) last.put(type, from + i);
    }
  }

  /// Index of the newest leaf of this type, or -1.
  long lastIndex(String type) {
    return last.getOrDefault(type, -1L);
  }

  /// The size of the newest checkpoint under a quorum of the draft's witnesses, checked here; 0 if
  /// there is none.
  long cosignedSize() {
    if (!record.drafted()) return 0;
    Note note;
    try {
      note = Note.parse(remote.get("cosigned"));
    } catch (Remote.Refusal e) {
      if (e.code().equals("quorum-missing")) return 0;
      throw e;
    }
    Checkpoint claimed = Checkpoint.verified(note, trust.policy().logs().getFirst());
    if (claimed.size() > record.size()) catchUp();
    Checkpoint checkpoint = Duty.checkpoint(record, note);
    return Duty.quorumSince(record, note, 0) ? checkpoint.size() : 0;
  }

  /// Whether the newest cosigned checkpoint carries a quorum made at or after this time.
  boolean cosignedSince(long time) {
    Note note;
    try {
      note = Note.parse(remote.get("cosigned"));
    } catch (Remote.Refusal e) {
      if (e.code().equals("quorum-missing")) return false;
      throw e;
    }
    if (Checkpoint.verified(note, trust.policy().logs().getFirst()).size() > record.size()) {
      catchUp();
    }
    Duty.checkpoint(record, note);
    return Duty.quorumSince(record, note, time);
  }

  /// The checkpoints the server kept for the stages, with their cosignatures.
  List<Note> stages() {
    List<Note> out = new ArrayList<>();
    for (String size : remote.get("stage/index").utf8().lines().toList()) {
      if (!size.matches("[1-9][0-9]{0,17}")) throw new Malformed("stage/index: " + size.length());
      Note note = Note.parse(remote.get("stage/" + size));
      if (Checkpoint.verified(note, trust.policy().logs().getFirst()).size() > record.size()) {
        catchUp();
      }
      out.add(note);
    }
    return out;
  }

  @Override
  public Optional<Bytes> get(Bytes sha256) {
    Bytes known = blobs.get(sha256);
    if (known != null) return Optional.of(known);
    Bytes blob;
    try {
      blob = remote.get("blob/" + sha256.hex());
    } catch (Remote.Refusal e) {
      if (e.code().equals("not-found")) return Optional.empty();
      throw e;
    }
    if (!blob.sha256().equals(sha256)) return Optional.empty();
    blobs.put(sha256, blob);
    return Optional.of(blob);
  }
}
