package veche.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Policy;
import veche.log.Tree;
import veche.record.Admission;
import veche.record.Deposit;
import veche.record.Entry;
import veche.record.Phase;
import veche.record.Record;
import veche.store.Board;
import veche.wire.Bytes;
import veche.wire.Slots;

/// record §6: a log as far as this server has read it: what follows from its leaves, the tree over
/// them, and where each of them lies. The sequencer's thread changes it; any thread may look up
/// places and read the tree.
final class Fold {
  final Record record;

  /// Where acts lie, by digest. The sequencer's thread only.
  final Map<Bytes, Long> acts = new HashMap<>();

  /// Leaves that began a stage.
  final List<Long> starts = new ArrayList<>();

  /// Leaves that may be asked for, by their hash in the tree.
  private final Slots places;

  /// Ballots inside deposits, which are no leaves of their own.
  private final Map<Bytes, Long> inside = new HashMap<>();

  Fold(Record record) {
    this.record = record;
    places = new Slots(index -> hash(record.tree().leaf(index)));
  }

  private static long hash(Bytes leafHash) {
    return Slots.hash(leafHash.unsafeArray(), 0, leafHash.length());
  }

  long size() {
    return inTree(Tree::size);
  }

  Optional<Policy> policy() {
    return record.drafted() ? Optional.of(record.policy()) : Optional.empty();
  }

  /// Takes leaves of the log as they stand in the database. They were proved before they were
  /// admitted; the proofs are not checked a second time.
  void extend(List<Board.Leaf> leaves) {
    // points are most of the work, and know no order
    List<Entry> entries = leaves.parallelStream().map(leaf -> Entry.again(leaf.bytes())).toList();
    for (int i = 0; i < leaves.size(); i++) {
      Board.Leaf leaf = leaves.get(i);
      Entry entry = entries.get(i);
      Phase before = record.phase();
      long index =
          switch (record.admit(entry)) {
            case Admission.Admitted(long at) -> at;
            case Admission.No(Refused why) ->
                throw new IllegalStateException("leaf " + size() + " is refused now: " + why);
          };
      place(leaf.hash(), index);
      for (Bytes ballot : inside(index)) place(ballot, index);
      if (entry instanceof Entry.Acted acted) acts.put(acted.act().digest(), index);
      if (record.phase() != before) starts.add(index);
    }
  }

  /// Leaf hashes of the ballots that became valid inside the leaf at this index.
  List<Bytes> inside(long index) {
    Deposit.Logged deposit = record.deposits().get(index);
    return deposit == null ? List.of() : deposit.taken();
  }

  /// Makes the leaf known to whoever sends it again; not before it is durable.
  void place(Bytes hash, long index) {
    boolean leaf = record.tree().leaf(index).equals(hash);
    synchronized (places) {
      if (leaf) places.add(hash(hash), index);
      else inside.put(hash, index);
    }
  }

  Optional<Long> place(Bytes hash) {
    if (hash.length() != Merkle.HASH) return Optional.empty();
    synchronized (places) {
      Long within = inside.get(hash);
      if (within != null) return Optional.of(within);
      long index = places.find(hash(hash), at -> record.tree().leaf(at).equals(hash));
      return index < 0 ? Optional.empty() : Optional.of(index);
    }
  }

  /// The tree that the record grows: what is not durable yet lies beyond what readers are shown.
  <T> T inTree(Function<Tree, T> read) {
    return read.apply(record.tree());
  }
}
