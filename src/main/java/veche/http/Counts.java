package veche.http;

import veche.crypto.Point;
import veche.wire.Bytes;
import veche.wire.Slots;

/// How often each key came, in eight bytes a place: 56 bits of a hash and a count that stops at
/// 255. Two keys may share a place once in many elections; then they share a limit for some
/// minutes. Not for several threads at once.
final class Counts {
  private static final int MOST = 0xff;

  private long[] table = new long[64];
  private int taken;

  int of(Point key) {
    return (int) (table[place(mark(key))] & MOST);
  }

  /// @return how often it came, this time included
  int add(Point key) {
    if (taken >= table.length / 4 * 3) grow();
    long mark = mark(key);
    int at = place(mark);
    if (table[at] == 0) {
      table[at] = mark;
      taken++;
    }
    if ((table[at] & MOST) < MOST) table[at]++;
    return (int) (table[at] & MOST);
  }

  private static long mark(Point key) {
    Bytes encoding = key.encoding();
    return Slots.hash(encoding.unsafeArray(), 0, encoding.length()) & ~(long) MOST;
  }

  /// Where this mark stands or would stand.
  private int place(long mark) {
    int mask = table.length - 1;
    int at = (int) (mark >>> 8) & mask;
    while (table[at] != 0 && (table[at] & ~(long) MOST) != mark) at = at + 1 & mask;
    return at;
  }

  private void grow() {
    long[] before = table;
    table = new long[Math.multiplyExact(before.length, 2)];
    for (long one : before) {
      if (one != 0) table[place(one & ~(long) MOST)] = one;
    }
  }
}
