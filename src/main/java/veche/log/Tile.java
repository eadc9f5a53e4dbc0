package veche.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 A tile (C2SP tlog-tiles): `tile/<L>/<N>[.p/<W>]` holds up to 256 hashes of a level,
/// `tile/entries/<N>[.p/<W>]` the leaves under tile N of level 0. `level` is `ENTRIES` for those.
public record Tile(int level, long n, int width) {
  public static final int HEIGHT = 8;
  public static final int WIDTH = 1 << HEIGHT;
  public static final int ENTRIES = -1;

  /// A leaf's length is written in 16 bits.
  public static final int MAX_LEAF = 0xffff;

  private static final int MAX_LEVEL = 63;
  private static final Pattern PATH =
      Pattern.compile(
          "tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  public Tile {
    if (level < ENTRIES || level > MAX_LEVEL || n < 0 || width < 1 || width > WIDTH) {
      throw new Malformed("no such tile");
    }
  }

  /// Exactly the spelling that `path` gives; a full tile never has a width.
  public static Tile parse(String path) {
    Matcher m = PATH.matcher(path);
    if (path.length() > 64 || !m.matches()) throw new Malformed("tile path");
    long n = 0;
    try {
      for (String part : m.group(2).split("/", -1)) {
        int digits = Integer.parseInt(part.substring(part.length() - 3));
        n = Math.addExact(Math.multiplyExact(n, 1000L), digits);
      }
    } catch (ArithmeticException e) {
      throw new Malformed("tile number");
    }
    int level = m.group(1).equals("entries") ? ENTRIES : Integer.parseInt(m.group(1));
    int width = m.group(3) == null ? WIDTH : Integer.parseInt(m.group(3));
    Tile tile = new Tile(level, n, width);
    if (!tile.path().equals(path)) throw new Malformed("tile path that is not canonical");
    return tile;
  }

  public String path() {
    StringBuilder number = new StringBuilder("%03d".formatted(n % 1000));
    for (long rest = n / 1000; rest > 0; rest /= 1000) {
      number.insert(0, "x%03d/".formatted(rest % 1000));
    }
    String kind = level == ENTRIES ? "entries" : Integer.toString(level);
    return "tile/" + kind + "/" + number + (width == WIDTH ? "" : ".p/" + width);
  }

  public boolean isFull() {
    return width == WIDTH;
  }

  /// Index of the first leaf (or node of its level) in this tile.
  public long first() {
    return Math.multiplyExact(n, WIDTH);
  }

  /// Whether a tree of `size` leaves has all that this tile holds.
  public boolean within(long size) {
    long count = level == ENTRIES ? size : HEIGHT * level > 62 ? 0 : size >> (HEIGHT * level);
    return n <= count / WIDTH && first() + width <= count;
  }

  /// Every tile that a tree of `size` leaves consists of: entries, then levels from the leaves up.
  public static List<Tile> of(long size) {
    List<Tile> tiles = new ArrayList<>();
    add(tiles, ENTRIES, size);
    long count = size;
    for (int level = 0; count > 0; level++) {
      add(tiles, level, count);
      count >>= HEIGHT;
    }
    return tiles;
  }

  private static void add(List<Tile> tiles, int level, long count) {
    for (long n = 0; n < count / WIDTH; n++) tiles.add(new Tile(level, n, WIDTH));
    int rest = (int) (count % WIDTH);
    if (rest > 0) tiles.add(new Tile(level, count / WIDTH, rest));
  }

  /// The paths of `of`, in order.
  public static List<String> paths(long size) {
    return of(size).stream().map(Tile::path).toList();
  }

  /// Each leaf after its length in 16 bits.
  public static Bytes entries(List<Bytes> leaves) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Bytes leaf : leaves) {
      if (leaf.length() > MAX_LEAF) throw new Malformed("leaf of " + leaf.length() + " bytes");
      out.write(leaf.length() >> 8);
      out.write(leaf.length());
      out.writeBytes(leaf.unsafeArray());
    }
    return Bytes.wrap(out.toByteArray());
  }

  /// Reads exactly `width` leaves and nothing after them.
  public static List<Bytes> entries(Bytes bundle, int width) {
    List<Bytes> leaves = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < width; i++) {
      if (bundle.length() - at < 2) throw new Malformed("entries: truncated");
      int length = bundle.at(at) << 8 | bundle.at(at + 1);
      at += 2;
      if (bundle.length() - at < length) throw new Malformed("entries: truncated");
      leaves.add(bundle.slice(at, at + length));
      at += length;
    }
    if (at != bundle.length()) throw new Malformed("entries: bytes too many");
    return leaves;
  }
}
