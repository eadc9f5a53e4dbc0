package veche.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Tile;
import veche.log.Tree;
import veche.wire.Bytes;

/// log §12: what was promised to clients, kept outside of what is tortured, and what the log says
/// to it. An acknowledgement counts when its line is on the disk.
final class Promises implements AutoCloseable {
  /// Where a leaf stands, as its receipt says.
  private record Place(long index, long size, Bytes root) {}

  /// What can be wrong with a log.
  enum Wrong {
    LOST,
    DUPLICATED,
    FORK,
    REFUSED
  }

  /// Reads a file of the log's static tree.
  interface Source {
    Bytes get(String path);
  }

  private final Vkey log;
  private final FileChannel file;
  private final Map<Bytes, Place> acknowledged = new LinkedHashMap<>();
  private final Map<Long, Bytes> roots = new TreeMap<>();
  private final List<String> waiting = new ArrayList<>();
  private final Map<Bytes, Long> places = new HashMap<>();
  private final Map<Wrong, Long> wrongs = new TreeMap<>();
  private final List<String> sentences = new ArrayList<>();
  private final Tree tree = new Tree();
  private long written;
  private long durable;

  Promises(Path path, Vkey log) {
    this.log = log;
    try {
      file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Remembers a receipt that the client has verified; returns when it is on the disk.
  void acknowledge(Bytes leafHash, long index, Checkpoint checkpoint) {
    long mine;
    synchronized (this) {
      saw(checkpoint);
      Place place = new Place(index, checkpoint.size(), checkpoint.root());
      Place before = acknowledged.putIfAbsent(leafHash, place);
      if (before != null) {
        if (before.index != index) {
          wrong(Wrong.DUPLICATED, leafHash.hex() + " at " + before.index + " and at " + index);
        }
        return;
      }
      waiting.add(
          leafHash.hex()
              + " "
              + index
              + " "
              + checkpoint.size()
              + " "
              + checkpoint.root().base64()
              + "\n");
      mine = ++written;
    }
    flush(mine);
  }

  /// One write for all that came meanwhile.
  private void flush(long mine) {
    synchronized (file) {
      if (durable >= mine) return;
      List<String> lines;
      long all;
      synchronized (this) {
        lines = List.copyOf(waiting);
        waiting.clear();
        all = written;
      }
      try {
        ByteBuffer bytes = ByteBuffer.wrap(Bytes.utf8(String.join("", lines)).toArray());
        while (bytes.hasRemaining()) file.write(bytes);
        file.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      durable = all;
    }
  }

  /// A checkpoint that somebody was shown.
  synchronized void saw(Checkpoint checkpoint) {
    Bytes before = roots.putIfAbsent(checkpoint.size(), checkpoint.root());
    if (before != null && !before.equals(checkpoint.root())) {
      wrong(Wrong.FORK, "two roots were signed for size " + checkpoint.size());
    }
  }

  synchronized void refused(String what) {
    wrong(Wrong.REFUSED, what);
  }

  private void wrong(Wrong kind, String sentence) {
    wrongs.merge(kind, 1L, Long::sum);
    if (sentences.size() < 100) sentences.add(kind + ": " + sentence);
  }

  synchronized long acknowledgements() {
    return acknowledged.size();
  }

  synchronized long count(Wrong kind) {
    return wrongs.getOrDefault(kind, 0L);
  }

  synchronized boolean kept() {
    return wrongs.isEmpty();
  }

  synchronized List<String> sentences() {
    return List.copyOf(sentences);
  }

  /// Leaves that the last check read.
  long size() {
    return tree.size();
  }

  /// Reads what the log grew by and holds it against every promise made before it was asked.
  void check(Source source) {
    Map<Bytes, Place> promised;
    Map<Long, Bytes> seen;
    synchronized (this) {
      promised = new LinkedHashMap<>(acknowledged);
      seen = new TreeMap<>(roots);
    }
    Checkpoint newest = Checkpoint.verified(Note.parse(source.get("checkpoint")), log);
    saw(newest);
    if (newest.size() < tree.size()) {
      lost("the log shrank from " + tree.size() + " to " + newest.size());
      return;
    }
    while (tree.size() < newest.size()) {
      long bundle = tree.size() / Tile.WIDTH;
      int width = (int) Math.min(Tile.WIDTH, newest.size() - bundle * Tile.WIDTH);
      Tile tile = new Tile(Tile.ENTRIES, bundle, width);
      List<Bytes> leaves = Tile.entries(source.get(tile.path()), width);
      for (Bytes leaf : leaves.subList((int) (tree.size() - bundle * Tile.WIDTH), width)) {
        append(Merkle.leafHash(leaf));
      }
    }
    seen.put(newest.size(), newest.root());
    seen.forEach(this::compare);
    promised.forEach(this::compare);
  }

  private void append(Bytes leaf) {
    long index = tree.append(leaf);
    Long before = places.putIfAbsent(leaf, index);
    if (before == null) return;
    synchronized (this) {
      wrong(Wrong.DUPLICATED, leaf.hex() + " at " + before + " and at " + index);
    }
  }

  private void compare(long size, Bytes root) {
    if (size > tree.size()) {
      lost("a checkpoint of " + size + " was seen, the log has " + tree.size());
    } else if (!tree.root(size).equals(root)) {
      synchronized (this) {
        wrong(Wrong.FORK, "the checkpoint of " + size + " is no prefix of the log");
      }
    }
  }

  private void compare(Bytes leaf, Place place) {
    Long found = places.get(leaf);
    if (found == null || found != place.index) {
      lost(leaf.hex() + " was promised " + place.index + " and is at " + found);
    }
  }

  private synchronized void lost(String sentence) {
    wrong(Wrong.LOST, sentence);
  }

  Vkey log() {
    return log;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
