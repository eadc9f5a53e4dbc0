package veche.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 A growing tree in memory: every complete node of every level, so that any root, proof or
/// tile of any earlier size is at hand. Any thread; what was asked in one call is of one moment.
public final class Tree {
  private final List<Level> levels = new ArrayList<>();
  private final IntFunction<ByteBuffer> memory;

  public Tree() {
    this(ByteBuffer::allocate);
  }

  /// @param memory where the hashes lie: gives a buffer of the asked number of bytes, to be kept
  public Tree(IntFunction<ByteBuffer> memory) {
    this.memory = memory;
    levels.add(new Level());
  }

  public synchronized long size() {
    return levels.getFirst().count;
  }

  /// Takes the hash of a leaf and returns its index.
  public synchronized long append(Bytes leafHash) {
    if (leafHash.length() != Merkle.HASH) {
      throw new Malformed("leaf hash of " + leafHash.length() + " bytes");
    }
    long index = size();
    levels.getFirst().add(leafHash, memory);
    for (int i = 0; levels.get(i).count % 2 == 0; i++) {
      Level below = levels.get(i);
      if (i + 1 == levels.size()) levels.add(new Level());
      Bytes node = Merkle.node(below.get(below.count - 2), below.get(below.count - 1));
      levels.get(i + 1).add(node, memory);
    }
    return index;
  }

  /// A copy that grows by itself: what a batch would lead to, before it is committed.
  public synchronized Tree copy() {
    Tree copy = new Tree();
    copy.levels.clear();
    for (Level level : levels) copy.levels.add(level.copy());
    return copy;
  }

  public synchronized Bytes leaf(long index) {
    within(index, size());
    return levels.getFirst().get(index);
  }

  public Bytes root() {
    return root(size());
  }

  public synchronized Bytes root(long size) {
    within(size, size() + 1);
    return size == 0 ? Merkle.emptyRoot() : range(0, size);
  }

  public synchronized List<Bytes> inclusion(long index, long size) {
    within(size, size() + 1);
    within(index, size);
    List<Bytes> proof = new ArrayList<>();
    path(index, 0, size, proof);
    return proof;
  }

  public synchronized List<Bytes> consistency(long oldSize, long size) {
    within(size, size() + 1);
    within(oldSize, size + 1);
    List<Bytes> proof = new ArrayList<>();
    if (oldSize > 0 && oldSize < size) subproof(oldSize, 0, size, true, proof);
    return proof;
  }

  /// The hashes of tile `n` of a tile level, `width` of them: nodes of tree level 8·`level`.
  public synchronized Bytes tile(int level, long n, int width) {
    if (level < 0 || width < 1 || width > Tile.WIDTH) throw new Malformed("no such tile");
    long from = Math.multiplyExact(n, Tile.WIDTH);
    int height = level * Tile.HEIGHT;
    if (n < 0 || height >= levels.size() || from + width > levels.get(height).count) {
      throw new Malformed("no such tile");
    }
    return levels.get(height).run(from, width);
  }

  /// RFC 6962 §2.1.1 PATH over leaves [from, from+size), from the leaf upwards.
  private void path(long index, long from, long size, List<Bytes> proof) {
    if (size == 1) return;
    long k = split(size);
    if (index < k) {
      path(index, from, k, proof);
      proof.add(range(from + k, size - k));
    } else {
      path(index - k, from + k, size - k, proof);
      proof.add(range(from, k));
    }
  }

  /// RFC 6962 §2.1.2 SUBPROOF; `whole` while the old tree is the very tree at hand.
  private void subproof(long old, long from, long size, boolean whole, List<Bytes> proof) {
    if (old == size) {
      if (!whole) proof.add(range(from, size));
      return;
    }
    long k = split(size);
    if (old <= k) {
      subproof(old, from, k, whole, proof);
      proof.add(range(from + k, size - k));
    } else {
      subproof(old - k, from + k, size - k, false, proof);
      proof.add(range(from, k));
    }
  }

  /// The hash over leaves [from, from+size): a stored node if complete; `from` is always aligned.
  private Bytes range(long from, long size) {
    if (Long.bitCount(size) == 1) {
      int height = Long.numberOfTrailingZeros(size);
      return levels.get(height).get(from >> height);
    }
    long k = split(size);
    return Merkle.node(range(from, k), range(from + k, size - k));
  }

  /// The largest power of two below `size`.
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  private static void within(long value, long end) {
    if (value < 0 || value >= end) throw new Malformed("outside the tree: " + value);
  }

  /// The hashes of one level, a tile's worth in each buffer.
  private static final class Level {
    private final List<ByteBuffer> tiles = new ArrayList<>();
    private long count;

    void add(Bytes hash, IntFunction<ByteBuffer> memory) {
      int at = (int) (count % Tile.WIDTH);
      if (at == 0) tiles.add(memory.apply(Tile.WIDTH * Merkle.HASH));
      tiles.getLast().put(at * Merkle.HASH, hash.unsafeArray());
      count++;
    }

    Bytes get(long index) {
      return run(index, 1);
    }

    /// Not beyond the tile in which it begins.
    Bytes run(long from, int length) {
      byte[] out = new byte[length * Merkle.HASH];
      tiles.get((int) (from / Tile.WIDTH)).get((int) (from % Tile.WIDTH) * Merkle.HASH, out);
      return Bytes.wrap(out);
    }

    Level copy() {
      Level copy = new Level();
      for (ByteBuffer tile : tiles) {
        copy.tiles.add(ByteBuffer.allocate(tile.capacity()).put(0, tile, 0, tile.capacity()));
      }
      copy.count = count;
      return copy;
    }
  }
}
