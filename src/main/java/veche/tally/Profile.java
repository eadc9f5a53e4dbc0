package veche.tally;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// counting §3: what is counted: the distinct effective ballots with how often each was cast, in an
/// order that no input can change. A ballot is a list of ranks, each with one option or several
/// equal ones; approvals are one rank of equal options.
///
/// Packed for a million ballots: all ranks lie in one array, so that a pass over them is a pass
/// over memory. Never changes; may be read by any thread.
public final class Profile {
  /// Why a ballot's list says no more: what it is called when nothing is left to transfer it to.
  public enum End {
    /// The voter listed no more.
    SHORT,
    /// Two options at one place, and the policy ends the ballot there.
    OVERVOTE,
    /// More empty places in a row than the policy allows.
    SKIPPED,
    /// The same option again, and the policy ends the ballot there.
    DUPLICATE,
    /// No mark at all: it took part, and counts for nothing.
    BLANK
  }

  private static final End[] ENDS = End.values();

  private final int options;

  /// Marks of ballot b: [start[b], start[b+1]). A mark is an option, or ~option when it stands at
  /// the same rank as the mark before it.
  private final int[] start;

  private final short[] marks;
  private final long[] weight;
  private final byte[] end;
  private final boolean equalRanks;
  private final long total;

  Profile(int options, int[] start, short[] marks, long[] weight, byte[] end) {
    this.options = options;
    this.start = start;
    this.marks = marks;
    this.weight = weight;
    this.end = end;
    boolean equal = false;
    for (short mark : marks) equal |= mark < 0;
    equalRanks = equal;
    long sum = 0;
    for (long w : weight) sum = Math.addExact(sum, w);
    total = sum;
  }

  public int options() {
    return options;
  }

  /// Distinct ballots.
  public int size() {
    return weight.length;
  }

  /// Ballots, those with no mark among them.
  public long total() {
    return total;
  }

  public long weight(int ballot) {
    return weight[ballot];
  }

  public End end(int ballot) {
    return ENDS[end[ballot]];
  }

  public int start(int ballot) {
    return start[ballot];
  }

  public int stop(int ballot) {
    return start[ballot + 1];
  }

  /// The option at a place between [#start] and [#stop].
  public int option(int place) {
    short mark = marks[place];
    return mark < 0 ? ~mark : mark;
  }

  /// Whether the mark at this place stands at the same rank as the one before it.
  public boolean equal(int place) {
    return marks[place] < 0;
  }

  public boolean hasEqualRanks() {
    return equalRanks;
  }

  public boolean isEmpty(int ballot) {
    return start[ballot] == start[ballot + 1];
  }

  /// Ballots with at least one mark.
  public long marked() {
    long sum = 0;
    for (int b = 0; b < weight.length; b++) if (!isEmpty(b)) sum += weight[b];
    return sum;
  }

  /// The ranks of one ballot, each a list of options ascending.
  public List<List<Integer>> ranks(int ballot) {
    List<List<Integer>> out = new ArrayList<>();
    for (int i = start[ballot]; i < start[ballot + 1]; i++) {
      if (!equal(i)) out.add(new ArrayList<>());
      out.getLast().add(option(i));
    }
    return out;
  }

  /// For rules that have no use for them.
  public Profile withoutEqualRanks(String rule) {
    if (equalRanks) throw new Malformed(rule + ": a ballot ranks options equally");
    return this;
  }

  /// The profile as if some options had never stood: they are taken off and the ballots close up.
  public Profile without(java.util.Set<Integer> gone) {
    if (gone.isEmpty()) return this;
    Builder out = new Builder(options);
    for (int b = 0; b < weight.length; b++) {
      List<List<Integer>> left = new ArrayList<>();
      for (List<Integer> rank : ranks(b)) {
        List<Integer> kept = rank.stream().filter(o -> !gone.contains(o)).toList();
        if (!kept.isEmpty()) left.add(kept);
      }
      // only options that do not stand: as if it had been left blank
      out.add(weight[b], left, left.isEmpty() && !isEmpty(b) ? End.BLANK : end(b));
    }
    return out.build();
  }

  /// TH("profile", list of list[uint weight, list of ranks]) in the canonical order; a rank is a
  /// uint, or a list of uints where several options share it.
  public Bytes digest() {
    return Transcript.th("profile", enc());
  }

  /// Whose digest that is.
  public Enc enc() {
    List<Enc> all = new ArrayList<>(weight.length);
    for (int b = 0; b < weight.length; b++) {
      List<Enc> cells = new ArrayList<>();
      for (List<Integer> rank : ranks(b)) {
        cells.add(rank.size() == 1 ? Enc.uint(rank.getFirst()) : Enc.list(rank, o -> Enc.uint(o)));
      }
      all.add(Enc.list(Enc.uint(weight[b]), Enc.list(cells, cell -> cell)));
    }
    return Enc.list(all, ballot -> ballot);
  }

  /// Gathers ballots in any order; equal ones become one. Not for several threads.
  public static final class Builder {
    private static final int MOST = 1 << 30;
    private final int options;
    private short[] marks = new short[1 << 12];
    private int used;
    private int[] from = new int[1 << 10];
    private int[] length = new int[1 << 10];
    private long[] weight = new long[1 << 10];
    private byte[] end = new byte[1 << 10];
    private int count;
    private int[] table = new int[1 << 11];

    public Builder(int options) {
      if (options < 1 || options > Short.MAX_VALUE) {
        throw new Malformed("options: expected 1 to " + Short.MAX_VALUE);
      }
      this.options = options;
    }

    public void add(long times, List<List<Integer>> ranks) {
      add(times, ranks, ranks.isEmpty() ? End.BLANK : End.SHORT);
    }

    /// @param ranks options by rank, best first; no option twice
    public void add(long times, List<List<Integer>> ranks, End why) {
      int n = 0;
      for (List<Integer> rank : ranks) n += rank.size();
      short[] packed = new short[n];
      int at = 0;
      for (List<Integer> rank : ranks) {
        List<Integer> sorted = rank.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
          int option = sorted.get(i);
          packed[at++] = (short) (i == 0 ? option : ~option);
        }
      }
      add(times, packed, n, why);
    }

    /// @param packed options in order, ~option for one that shares the rank of the one before it;
    ///   equal ones ascending
    public void add(long times, short[] packed, int n, End why) {
      if (times < 0) throw new Malformed("weight: expected 0 or more");
      if (times == 0) return;
      for (int i = 0; i < n; i++) {
        int option = packed[i] < 0 ? ~packed[i] : packed[i];
        if (option >= options) throw new Malformed("option: expected 0 to " + (options - 1));
        for (int j = 0; j < i; j++) {
          if ((packed[j] < 0 ? ~packed[j] : packed[j]) == option) {
            throw new Malformed("ballot: option " + option + " stands twice");
          }
        }
      }
      int slot = find(packed, n, (byte) why.ordinal());
      if (table[slot] != 0) {
        int b = table[slot] - 1;
        weight[b] = Math.addExact(weight[b], times);
        return;
      }
      if (used > MOST - n) throw new Malformed("profile: more marks than this program can hold");
      if (used + n > marks.length)
        marks = Arrays.copyOf(marks, Math.max(marks.length * 2, used + n));
      if (count == weight.length) grow();
      System.arraycopy(packed, 0, marks, used, n);
      from[count] = used;
      length[count] = n;
      weight[count] = times;
      end[count] = (byte) why.ordinal();
      used += n;
      table[slot] = ++count;
      if (count * 2 > table.length) rehash();
    }

    private void grow() {
      int more = count * 2;
      from = Arrays.copyOf(from, more);
      length = Arrays.copyOf(length, more);
      weight = Arrays.copyOf(weight, more);
      end = Arrays.copyOf(end, more);
    }

    private int find(short[] packed, int n, byte why) {
      int slot = hash(packed, 0, n, why) & table.length - 1;
      while (table[slot] != 0) {
        int b = table[slot] - 1;
        if (end[b] == why
            && length[b] == n
            && Arrays.equals(marks, from[b], from[b] + n, packed, 0, n)) {
          return slot;
        }
        slot = slot + 1 & table.length - 1;
      }
      return slot;
    }

    private static int hash(short[] values, int from, int n, byte why) {
      int h = why + 1;
      for (int i = from; i < from + n; i++) h = h * 0x9E3779B1 + values[i];
      h ^= h >>> 15;
      h *= 0x85EBCA6B;
      return h ^ h >>> 13;
    }

    private void rehash() {
      table = new int[table.length * 2];
      for (int b = 0; b < count; b++) {
        int slot = hash(marks, from[b], length[b], end[b]) & table.length - 1;
        while (table[slot] != 0) slot = slot + 1 & table.length - 1;
        table[slot] = b + 1;
      }
    }

    public Profile build() {
      int[] order = Sorting.by(keys(), count, this::compare);
      int[] start = new int[count + 1];
      short[] sorted = new short[used];
      long[] weights = new long[count];
      byte[] ends = new byte[count];
      int at = 0;
      for (int i = 0; i < count; i++) {
        int b = order[i];
        start[i] = at;
        System.arraycopy(marks, from[b], sorted, at, length[b]);
        at += length[b];
        weights[i] = weight[b];
        ends[i] = end[b];
      }
      start[count] = at;
      return new Profile(options, start, sorted, weights, ends);
    }

    /// The beginning of the canonical order as numbers, so that most comparisons touch no ballot:
    /// the length, then as many marks as fit.
    private long[] keys() {
      int width = 64 - Long.numberOfLeadingZeros(2L * options - 1);
      int fit = 48 / width;
      long[] out = new long[count];
      for (int b = 0; b < count; b++) {
        long key = length[b];
        for (int i = 0; i < fit; i++) {
          short x = i < length[b] ? marks[from[b] + i] : 0;
          key = key << width | (x < 0 ? ~x * 2L + 1 : x * 2L);
        }
        out[b] = key;
      }
      return out;
    }

    private int compare(int a, int b) {
      if (length[a] != length[b]) return Integer.compare(length[a], length[b]);
      for (int i = 0; i < length[a]; i++) {
        short x = marks[from[a] + i];
        short y = marks[from[b] + i];
        if (x != y) {
          int byOption = Integer.compare(x < 0 ? ~x : x, y < 0 ? ~y : y);
          return byOption != 0 ? byOption : Short.compare(y, x);
        }
      }
      return Byte.compare(end[a], end[b]);
    }
  }

  private static final class Sorting {
    private interface Compare {
      int of(int a, int b);
    }

    /// A merge sort of the numbers below n by their keys, then by comparison, without an object for
    /// each. Keys move along, so that memory is read in order.
    static int[] by(long[] keys, int n, Compare compare) {
      int[] from = new int[n];
      for (int i = 0; i < n; i++) from[i] = i;
      int[] to = new int[n];
      long[] fromKeys = keys;
      long[] toKeys = new long[n];
      for (int width = 1; width < n; width *= 2) {
        for (int low = 0; low < n; low += 2 * width) {
          int middle = Math.min(low + width, n);
          int high = Math.min(low + 2 * width, n);
          int i = low;
          int j = middle;
          for (int k = low; k < high; k++) {
            boolean left = j >= high;
            if (!left && i < middle) {
              long x = fromKeys[i];
              long y = fromKeys[j];
              left = x != y ? x < y : compare.of(from[i], from[j]) <= 0;
            }
            int taken = left ? i++ : j++;
            to[k] = from[taken];
            toKeys[k] = fromKeys[taken];
          }
        }
        int[] swap = from;
        from = to;
        to = swap;
        long[] swapKeys = fromKeys;
        fromKeys = toKeys;
        toKeys = swapKeys;
      }
      return from;
    }
  }
}
