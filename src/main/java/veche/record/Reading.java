package veche.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Policy;
import veche.log.Tile;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §8: a bundle read once from the first leaf to the last and folded on the way. The checks ask
/// it; it judges nothing but whether it could be read.
final class Reading {
  private static final int MOST_ACTS = 200_000;

  private final Verifier.Given given;
  private final Note head;
  private final Checkpoint checkpoint;
  private final List<Kept> kept = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();
  private final List<Seen> acts = new ArrayList<>();
  private final TreeSet<Long> strange = new TreeSet<>();

  /// Ballots from before `open`.
  private final List<Bytes> early = new ArrayList<>();

  private final Record record;
  private @Nullable Box box;
  private @Nullable Blame blame;

  /// A checkpoint of the bundle.
  record Kept(String path, Note note, Checkpoint checkpoint) {}

  /// A leaf that is no ballot.
  ///
  /// @param act null where the leaf is none
  /// @param refused why the rules refuse it
  record Seen(long index, @Nullable Act act, String type, Optional<Refused> refused) {
    boolean stands() {
      return refused.isEmpty();
    }
  }

  Reading(Verifier.Given given, Verifier.Progress progress) {
    this.given = given;
    Bundle bundle = given.bundle();
    Bytes note =
        bundle
            .bytes("checkpoint")
            .orElseThrow(() -> new Bundle.Unusable("no checkpoint: this is no bundle of a log"));
    try {
      head = Note.parse(note);
      checkpoint = Checkpoint.parse(head.body());
    } catch (Malformed e) {
      throw new Bundle.Unusable("checkpoint: " + e.getMessage());
    }
    if (checkpoint.size() == 0) throw new Bundle.Unusable("the log is empty");
    if (checkpoint.size() > Bundle.MOST_LEAVES) {
      throw new Bundle.Unusable("the log claims more leaves than this program reads");
    }
    record =
        given.plain()
            ? Record.plainly(checkpoint.origin(), bundle)
            : new Record(checkpoint.origin(), bundle, given.weights());
    stages(bundle);
    leaves(bundle, progress);
  }

  private void stages(Bundle bundle) {
    kept.add(new Kept("checkpoint", head, checkpoint));
    Optional<Bytes> index = bundle.bytes("stage/index");
    if (index.isEmpty()) {
      unread.add("stage/index is missing");
      return;
    }
    long before = 0;
    String text = index.get().utf8();
    if (!text.isEmpty() && !text.endsWith("\n")) unread.add("stage/index does not end");
    List<String> sizes = new ArrayList<>(List.of(text.split("\n", -1)));
    if (sizes.getLast().isEmpty()) sizes.removeLast();
    for (String size : sizes) {
      if (!size.matches("[1-9][0-9]{0,17}") || Long.parseLong(size) <= before) {
        unread.add("stage/index is not an ascending list of sizes");
        return;
      }
      before = Long.parseLong(size);
      String path = "stage/" + size;
      try {
        Optional<Bytes> stage = bundle.bytes(path);
        if (stage.isEmpty()) {
          unread.add(path + " is missing");
          continue;
        }
        Note note = Note.parse(stage.get());
        Checkpoint of = Checkpoint.parse(note.body());
        if (of.size() != before) unread.add(path + " is of another size");
        kept.add(new Kept(path, note, of));
      } catch (Malformed e) {
        unread.add(path + ": " + e.getMessage());
      }
    }
  }

  private void leaves(Bundle bundle, Verifier.Progress progress) {
    long size = checkpoint.size();
    for (long n = 0; n * Tile.WIDTH < size; n++) {
      int width = (int) Math.min(Tile.WIDTH, size - n * Tile.WIDTH);
      String path = new Tile(Tile.ENTRIES, n, width).path();
      Optional<Bytes> entries = bundle.bytes(path);
      List<Bytes> leaves;
      try {
        if (entries.isEmpty()) {
          unread.add(path + " is missing");
          return;
        }
        leaves = Tile.entries(entries.get(), width);
      } catch (Malformed e) {
        unread.add(path + ": " + e.getMessage());
        return;
      }
      long first = record.size();
      record.fold(leaves);
      for (int i = 0; i < width; i++) see(first + i, leaves.get(i));
      progress.at(first + width, size);
    }
  }

  private void see(long index, Bytes leaf) {
    Optional<Refused> refused = Optional.ofNullable(record.ignored().get(index));
    boolean malformed = refused.filter(why -> why.code() == Code.MALFORMED).isPresent();
    if (malformed && Box.hasStrangePoints(leaf)) {
      strange.add(index);
      return;
    }
    String type = Entry.type(leaf).orElse("");
    if (type.equals("ballot")) {
      boolean voting =
          record.openIndex() >= 0
              && index > record.openIndex()
              && (record.closeIndex() < 0 || index < record.closeIndex());
      if (voting) box().take(index, leaf, refused);
      else if (record.openIndex() >= 0) box().outside(leaf);
      else if (early.size() < Box.MOST_SPARES) early.add(leaf);
      return;
    }
    if (acts.size() == MOST_ACTS) throw new Bundle.Unusable("more acts than an election has");
    Act act = null;
    try {
      act = Act.parse(leaf);
    } catch (Malformed e) {
      // the fold has the reason
    }
    acts.add(new Seen(index, act, type, refused));
    if (type.equals(Deposit.TYPE) && act != null) deposit(index, act, refused);
  }

  private void deposit(long index, Act act, Optional<Refused> refused) {
    if (refused.isEmpty()) {
      box().deposit(index, need(record.deposits().get(index)));
    } else if (refused.get().code() == Code.CONFLICT) {
      box().empty(index, Deposit.read(act.payload()));
    }
  }

  private static <T> T need(@Nullable T value) {
    if (value == null) throw new IllegalStateException("the fold forgot a deposit");
    return value;
  }

  private Box box() {
    if (box == null) {
      box = new Box(record.draft(), record.manifest().orElseThrow(), record.roll().orElseThrow());
      early.forEach(box::outside);
    }
    return box;
  }

  // ---- what was read

  Verifier.Given given() {
    return given;
  }

  Bundle bundle() {
    return given.bundle();
  }

  Optional<Trust> trust() {
    return given.trust();
  }

  Record record() {
    return record;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  List<Kept> kept() {
    return kept;
  }

  List<String> unread() {
    return unread;
  }

  /// Whether every leaf up to the checkpoint was folded.
  boolean whole() {
    return record.size() == checkpoint.size();
  }

  List<Seen> acts() {
    return acts;
  }

  /// Leaves that are ballots but for points that are none.
  SortedSet<Long> strange() {
    return strange;
  }

  /// Acts of this type that the rules admitted.
  List<Seen> stand(String type) {
    return acts.stream().filter(a -> a.stands() && a.type().equals(type)).toList();
  }

  Optional<Box> boxOf() {
    return record.openIndex() < 0 ? Optional.empty() : Optional.of(box());
  }

  /// The log's key: of the trust file; without one, what the log says of itself.
  Optional<Vkey> logKey() {
    if (trust().isPresent()) {
      return trust().get().policy().logs().stream()
          .filter(key -> key.name().equals(checkpoint.origin()))
          .findFirst();
    }
    return record.drafted() ? Optional.of(Vkey.parse(record.draft().log())) : Optional.empty();
  }

  /// Whose word is enough: of the trust file, else as the definition says.
  Optional<Policy> policy() {
    if (trust().isPresent()) return Optional.of(trust().get().policy());
    return record.drafted() ? Optional.of(record.policy()) : Optional.empty();
  }

  /// Witnesses of the trust file and of the definition.
  List<Vkey> witnesses() {
    List<Vkey> out = new ArrayList<>();
    policy().ifPresent(p -> out.addAll(p.witnessKeys()));
    if (record.drafted()) {
      for (Vkey key : record.policy().witnessKeys()) if (!out.contains(key)) out.add(key);
    }
    return out;
  }

  /// Whether a checkpoint of the bundle is of this very log: its root and its signature fit.
  boolean holds(Kept one) {
    try {
      Checkpoint.verified(one.note(), logKey().orElseThrow());
      return one.checkpoint().size() <= record.size()
          && record.tree().root(one.checkpoint().size()).equals(one.checkpoint().root());
    } catch (Malformed | java.util.NoSuchElementException e) {
      return false;
    }
  }

  /// Every cosignature of a witness on a checkpoint; none where one of them does not verify.
  List<Cosignature.Cosigned> cosigned(Kept one) {
    try {
      return Cosignature.all(one.note(), witnesses());
    } catch (Malformed e) {
      return List.of();
    }
  }

  /// Whether the quorum stands on it with times not before this one.
  boolean quorum(Kept one, long notBefore) {
    if (policy().isEmpty() || !holds(one)) return false;
    Map<String, Long> latest = new LinkedHashMap<>();
    for (Cosignature.Cosigned c : cosigned(one)) latest.merge(c.name(), c.time(), Math::max);
    return policy().get().quorum(latest, notBefore);
  }

  // ---- whose check a refused act fails

  /// The first refused act that speaks against a check.
  Optional<Seen> against(String check) {
    return acts.stream().filter(a -> !a.stands() && check.equals(blame().check(a))).findFirst();
  }

  /// What it says there.
  Check.Said refused(Seen seen) {
    return blame().said(seen);
  }

  private Blame blame() {
    if (blame == null) blame = new Blame(this);
    return blame;
  }
}
