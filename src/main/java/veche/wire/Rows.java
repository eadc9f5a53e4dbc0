package veche.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Rows of one width, one after the other, in whatever memory it is given. Rows are only added; one
/// thread adds, and others may read what was added before they were told of it.
public final class Rows {
  private static final int ROWS_OF_A_CHUNK = 256;

  private final int width;
  private final IntFunction<ByteBuffer> memory;
  private final List<ByteBuffer> chunks = new ArrayList<>();
  private long count;

  /// @param memory gives a buffer of the asked number of bytes, to be kept
  public Rows(int width, IntFunction<ByteBuffer> memory) {
    this.width = width;
    this.memory = memory;
  }

  public long count() {
    return count;
  }

  /// @return the number of the new row
  public long add(byte[] row) {
    if (row.length != width) throw new Malformed("row of " + row.length + " bytes");
    int at = (int) (count % ROWS_OF_A_CHUNK);
    if (at == 0) chunks.add(memory.apply(Math.multiplyExact(width, ROWS_OF_A_CHUNK)));
    chunks.getLast().put(at * width, row);
    return count++;
  }

  public byte[] read(long row, int from, int length) {
    byte[] out = new byte[length];
    chunk(row).get(at(row) + from, out);
    return out;
  }

  public long number(long row, int from) {
    return chunk(row).getLong(at(row) + from);
  }

  /// Whether the row has, from `from` on, the same `length` bytes as `bytes` has there.
  public boolean same(long row, int from, byte[] bytes, int at, int length) {
    ByteBuffer chunk = chunk(row);
    int start = at(row) + from;
    for (int i = 0; i < length; i++) {
      if (chunk.get(start + i) != bytes[at + i]) return false;
    }
    return true;
  }

  private ByteBuffer chunk(long row) {
    return chunks.get((int) (row / ROWS_OF_A_CHUNK));
  }

  private int at(long row) {
    return (int) (row % ROWS_OF_A_CHUNK) * width;
  }
}
