package veche.store;

import static veche.store.Db.now;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tile;
import veche.record.Blobs;
import veche.record.Bundle;
import veche.record.Record;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §3.5: brings a log whose database is older than what others saw of it forward from a mirror.
/// The mirror is believed nothing: the log's own key signed what it shows, the trust file names the
/// election, and the fold admits and proves every leaf. Nothing is signed anew, and nothing is
/// written unless everything holds.
public final class Restore {
  /// Why nothing was written.
  public enum Why {
    UNREADABLE,
    NOT_OUR_LOG,
    OTHER_ELECTION,
    SHORTER,
    INCONSISTENT,
    REFUSED_LEAF;

    /// The stable word.
    public String id() {
      return "mirror-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// What came of it.
  public sealed interface Outcome {
    /// Leaves `from` up to `to` were added; none if they are equal.
    record Brought(String slug, long from, long to) implements Outcome {}

    record No(Why why, String detail) implements Outcome {}
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Why why;

    Refused(Why why, String detail) {
      super(detail);
      this.why = why;
    }
  }

  private final Board board;
  private final Bundle mirror;
  private final Trust trust;
  private final SigningKey key;
  private final String slug;
  private final Entropy entropy;

  /// Objects that the database lacks.
  private final Map<Bytes, Bytes> objects = new HashMap<>();

  /// @param key the log's, from this server's own disk
  public Restore(Db db, Bundle mirror, Trust trust, SigningKey key, Entropy entropy) {
    this.board = new Board(db);
    this.mirror = mirror;
    this.trust = trust;
    this.key = key;
    this.slug = key.name().substring(key.name().lastIndexOf('/') + 1);
    this.entropy = entropy;
  }

  /// The log that the mirror says it is of; only a hint for which key to take.
  public static Optional<String> slug(Bundle mirror) {
    try {
      return mirror
          .bytes("checkpoint")
          .map(note -> Checkpoint.parse(Note.parse(note).body()).origin())
          .map(origin -> origin.substring(origin.lastIndexOf('/') + 1));
    } catch (Malformed | Bundle.Unusable e) {
      return Optional.empty();
    }
  }

  public Outcome run() {
    try {
      return bring();
    } catch (Refused e) {
      return new Outcome.No(e.why, String.valueOf(e.getMessage()));
    } catch (Bundle.Unusable | Malformed e) {
      return new Outcome.No(Why.UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private Outcome bring() {
    if (!trust.policy().logs().contains(key.vkey())) {
      throw new Refused(Why.NOT_OUR_LOG, "the trust file does not name this log's key");
    }
    Note note = note("checkpoint");
    Checkpoint newest = ours(note);
    Optional<Board.Log> log =
        now(board.logs()).stream().filter(l -> l.slug().equals(slug)).findFirst();
    if (log.isPresent() && !log.get().vkey().equals(key.vkey().toString())) {
      throw new Refused(Why.NOT_OUR_LOG, "the database knows another key of " + slug);
    }
    long known = log.map(Board.Log::size).orElse(0L);
    if (newest.size() < known) {
      throw new Refused(
          Why.SHORTER, "the mirror has " + newest.size() + " leaves, the database " + known);
    }
    Record record = new Record(key.name(), (Blobs) this::object, entropy);
    List<Board.Leaf> fresh = fold(record, newest.size(), known);
    if (!record.tree().root().equals(newest.root())) {
      throw new Refused(Why.INCONSISTENT, "its leaves are not those of its checkpoint");
    }
    if (!record.ignored().isEmpty()) {
      var first = record.ignored().entrySet().iterator().next();
      throw new Refused(
          Why.REFUSED_LEAF, "leaf " + first.getKey() + ": " + first.getValue().code().id());
    }
    if (!record.drafted() || !trust.election(slug).equals(Optional.of(record.cid()))) {
      throw new Refused(Why.OTHER_ELECTION, "not the draft that the trust file names");
    }
    if (fresh.isEmpty()) return new Outcome.Brought(slug, known, known);
    Signed signed = new Signed(record);
    signed.add(note, newest);
    for (String line : stages()) {
      Note stage = note("stage/" + line);
      Checkpoint checkpoint = ours(stage);
      signed.add(stage, checkpoint);
      signed.kept.add(checkpoint.size());
    }
    now(board.found(slug, key.name(), key.vkey().toString()));
    now(
        board.recover(
            new Board.Recovered(
                slug,
                now(board.take(slug)),
                known,
                fresh,
                objects,
                signed.notes,
                signed.kept,
                signed.cosignatures)));
    return new Outcome.Brought(slug, known, newest.size());
  }

  /// The mirror's checkpoints that hold against the tree that was folded, as the log signed them.
  private static final class Signed {
    final Map<Long, String> notes = new TreeMap<>();
    final Set<Long> kept = new HashSet<>();
    final List<Board.Cosignature> cosignatures = new ArrayList<>();
    private final Record record;

    Signed(Record record) {
      this.record = record;
    }

    void add(Note note, Checkpoint checkpoint) {
      long size = checkpoint.size();
      if (size > record.size() || !record.tree().root(size).equals(checkpoint.root())) {
        throw new Refused(Why.INCONSISTENT, "two histories of size " + size + " were signed");
      }
      Vkey log = Vkey.parse(record.draft().log());
      List<String> own = note.lines().stream().filter(l -> Note.names(l, log)).toList();
      notes.put(size, new Note(note.body(), own.subList(0, 1)).text());
      for (String line : note.lines()) {
        for (Vkey witness : record.policy().witnessKeys()) {
          Cosignature.verify(line, witness, note.body())
              .ifPresent(
                  time ->
                      cosignatures.add(new Board.Cosignature(size, witness.name(), time, line)));
        }
      }
    }
  }

  private Note note(String path) {
    return Note.parse(
        mirror
            .bytes(path)
            .orElseThrow(() -> new Refused(Why.UNREADABLE, "the mirror has no " + path)));
  }

  private Checkpoint ours(Note note) {
    if (note.verifiedBy(List.of(key.vkey())).isEmpty()) {
      throw new Refused(Why.NOT_OUR_LOG, "this log's key did not sign the mirror's checkpoint");
    }
    Checkpoint checkpoint = Checkpoint.verified(note, key.vkey());
    if (checkpoint.size() > Bundle.MOST_LEAVES) {
      throw new Refused(Why.UNREADABLE, "more leaves than can be read");
    }
    return checkpoint;
  }

  private List<String> stages() {
    return mirror
        .bytes("stage/index")
        .map(index -> index.utf8().lines().filter(l -> l.matches("[1-9][0-9]{0,17}")).toList())
        .orElse(List.of());
  }

  /// Folds the mirror's leaves and holds the first `known` against the database.
  private List<Board.Leaf> fold(Record record, long size, long known) {
    List<Board.Leaf> fresh = new ArrayList<>();
    while (record.size() < size) {
      long from = record.size();
      int width = (int) Math.min(Tile.WIDTH, size - from);
      String path = new Tile(Tile.ENTRIES, from / Tile.WIDTH, width).path();
      Bytes tile =
          mirror
              .bytes(path)
              .orElseThrow(() -> new Refused(Why.UNREADABLE, "the mirror has no " + path));
      List<Bytes> leaves = Tile.entries(tile, width);
      List<Board.Leaf> had = now(board.leaves(slug, from, width));
      for (int i = 0; i < width; i++) {
        long index = from + i;
        if (index >= known) {
          fresh.add(new Board.Leaf(Merkle.leafHash(leaves.get(i)), leaves.get(i)));
        } else if (!had.get(i).bytes().equals(leaves.get(i))) {
          throw new Refused(Why.INCONSISTENT, "leaf " + index + " is another one here");
        }
      }
      record.fold(leaves);
    }
    return fresh;
  }

  private Optional<Bytes> object(Bytes sha256) {
    Optional<Bytes> found = now(board.blob(slug, sha256));
    if (found.isPresent()) return found;
    Optional<Bytes> brought = mirror.get(sha256);
    brought.ifPresent(bytes -> objects.put(sha256, bytes));
    return brought;
  }
}
