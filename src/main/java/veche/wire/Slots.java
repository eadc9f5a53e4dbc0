package veche.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/// A hash table that holds no keys: it remembers under a hash the number of a row kept elsewhere,
/// and whoever asks says whether a row is the one meant. Eight bytes a slot, of which at most three
/// quarters are taken; nothing is ever removed. Not for several threads at once.
public final class Slots {
  private static final int ROW_BITS = 40;
  private static final long ROW = (1L << ROW_BITS) - 1;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// Differs from process to process, so that nobody can choose bytes which fall on one place; only
  /// speed depends on it.
  private static final long SEED =
      mix(System.nanoTime() ^ ((long) System.identityHashCode(new Object()) << 32));

  private final LongUnaryOperator hashOfRow;
  private long[] table = new long[64];
  private int taken;

  /// @param hashOfRow the hash under which a row was added, asked when the table grows
  public Slots(LongUnaryOperator hashOfRow) {
    this.hashOfRow = hashOfRow;
  }

  public static long hash(byte[] bytes, int from, int length) {
    long hash = SEED ^ length;
    int at = from;
    int end = from + length;
    for (; at + 8 <= end; at += 8) hash = mix(hash ^ (long) WORD.get(bytes, at));
    long rest = 0;
    for (; at < end; at++) rest = rest << 8 | bytes[at] & 0xff;
    return mix(hash ^ rest);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /// The row that was added under this hash and is meant, or -1.
  public long find(long hash, LongPredicate meant) {
    long mark = hash >>> ROW_BITS;
    int mask = table.length - 1;
    for (int at = (int) hash & mask; table[at] != 0; at = at + 1 & mask) {
      long row = (table[at] & ROW) - 1;
      if (table[at] >>> ROW_BITS == mark && meant.test(row)) return row;
    }
    return -1;
  }

  public void add(long hash, long row) {
    if (row < 0 || row >= ROW) throw new IllegalArgumentException("row " + row);
    if (taken >= table.length / 4 * 3) grow();
    put(hash, row);
    taken++;
  }

  /// Another row stands for what `old` stood for; both have this hash.
  public void replace(long hash, long old, long row) {
    int mask = table.length - 1;
    for (int at = (int) hash & mask; table[at] != 0; at = at + 1 & mask) {
      if ((table[at] & ROW) - 1 == old) {
        table[at] = slot(hash, row);
        return;
      }
    }
    throw new IllegalStateException("no row " + old);
  }

  public LongStream rows() {
    return LongStream.of(table).filter(slot -> slot != 0).map(slot -> (slot & ROW) - 1);
  }

  public int size() {
    return taken;
  }

  private static long slot(long hash, long row) {
    return hash >>> ROW_BITS << ROW_BITS | row + 1;
  }

  private void put(long hash, long row) {
    int mask = table.length - 1;
    int at = (int) hash & mask;
    while (table[at] != 0) at = at + 1 & mask;
    table[at] = slot(hash, row);
  }

  private void grow() {
    long[] before = table;
    table = new long[Math.multiplyExact(before.length, 2)];
    for (long slot : before) {
      if (slot != 0) put(hashOfRow.applyAsLong((slot & ROW) - 1), (slot & ROW) - 1);
    }
  }
}
