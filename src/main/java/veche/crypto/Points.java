package veche.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bouncycastle.math.ec.ECPoint;
import veche.wire.ByteTree;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// A long list of points, none of them the identity, as 64 bytes each: a mix of 200,000 ballots is
/// 1.6 million of them, which as objects would not fit. Immutable; any thread.
///
/// As a byte tree (protocol §10) a point is a node of two leaves of 33 bytes, its coordinates.
public final class Points {
  private static final int FIELD = 32;
  private static final int ITEM = 2 * FIELD;

  /// Rows that are brought to affine form together, which costs one inversion.
  private static final int BATCH = 1_024;

  /// A coordinate or a scalar in a byte tree: one byte more than needed, as Verificatum writes
  /// integers with a sign.
  static final int LEAF = 33;

  private final byte[] slab;

  private Points(byte[] slab) {
    this.slab = slab;
  }

  public static Points of(List<Point> points) {
    return make(points.size(), i -> points.get(i).at(), rows -> {});
  }

  /// Of their encodings (protocol §1), each judged.
  public static Points decode(List<Bytes> encodings) {
    return make(encodings.size(), i -> Point.decode(encodings.get(i)).at(), rows -> {});
  }

  /// Computes all of them on every core.
  ///
  /// @param made is told how many more stand
  static Points make(int size, IntFunction<ECPoint> points, IntConsumer made) {
    byte[] slab = new byte[Math.multiplyExact(size, ITEM)];
    IntStream.range(0, (size + BATCH - 1) / BATCH)
        .parallel()
        .forEach(
            b -> {
              int from = b * BATCH;
              ECPoint[] batch = new ECPoint[Math.min(BATCH, size - from)];
              Arrays.setAll(batch, i -> points.apply(from + i));
              Point.CURVE.normalizeAll(batch);
              for (int i = 0; i < batch.length; i++) put(batch[i], slab, (from + i) * ITEM);
              made.accept(batch.length);
            });
    return new Points(slab);
  }

  private static void put(ECPoint affine, byte[] slab, int at) {
    if (affine.isInfinity()) throw new Malformed("the identity has no encoding");
    affine.getAffineXCoord().encodeTo(slab, at);
    affine.getAffineYCoord().encodeTo(slab, at + FIELD);
  }

  public int size() {
    return slab.length / ITEM;
  }

  public Point at(int index) {
    return Point.affine(coordinate(index * ITEM), coordinate(index * ITEM + FIELD));
  }

  private BigInteger coordinate(int at) {
    return new BigInteger(1, slab, at, FIELD);
  }

  public List<Point> all() {
    List<Point> out = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) out.add(at(i));
    return out;
  }

  Points first(int n) {
    return n == size() ? this : new Points(Arrays.copyOf(slab, n * ITEM));
  }

  /// Each number of a list of this size once.
  Points permuted(int[] order) {
    byte[] out = new byte[slab.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(slab, order[i] * ITEM, out, i * ITEM, ITEM);
    }
    return new Points(out);
  }

  /// Whether two lists hold the same points in the same order.
  @Override
  public boolean equals(Object other) {
    return other instanceof Points p && Arrays.equals(slab, p.slab);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slab);
  }

  // ---- byte trees

  /// node(N) of points.
  void write(ByteTree.Sink sink) {
    ByteTree.node(sink, size());
    for (int i = 0; i < size(); i++) write(sink, i);
  }

  /// The same as a file.
  public Bytes tree() {
    Sheaf out = new Sheaf(size() * 81 + ByteTree.HEAD);
    write(out);
    return out.bytes();
  }

  private void write(ByteTree.Sink sink, int index) {
    byte[] leaf = new byte[LEAF];
    ByteTree.node(sink, 2);
    System.arraycopy(slab, index * ITEM, leaf, 1, FIELD);
    ByteTree.leaf(sink, leaf);
    System.arraycopy(slab, index * ITEM + FIELD, leaf, 1, FIELD);
    ByteTree.leaf(sink, leaf);
  }

  static void write(ByteTree.Sink sink, Point point) {
    of(List.of(point)).write(sink, 0);
  }

  /// node(`size`) of points; refuses what protocol §15 line 30 says.
  static Points read(ByteTree.Reader in, int size) {
    in.node(size);
    byte[] slab = new byte[Math.multiplyExact(size, ITEM)];
    byte[] leaf = new byte[LEAF];
    for (int i = 0; i < size; i++) read(in, leaf, slab, i * ITEM);
    return new Points(slab);
  }

  static Point readOne(ByteTree.Reader in) {
    byte[] slab = new byte[ITEM];
    read(in, new byte[LEAF], slab, 0);
    return new Points(slab).at(0);
  }

  private static void read(ByteTree.Reader in, byte[] leaf, byte[] slab, int at) {
    in.node(2);
    BigInteger x = coordinate(in, leaf, slab, at);
    BigInteger y = coordinate(in, leaf, slab, at + FIELD);
    if (!Point.onCurve(x, y)) throw in.wrong("not a point of the curve");
  }

  private static BigInteger coordinate(ByteTree.Reader in, byte[] leaf, byte[] slab, int at) {
    in.leaf(leaf, 0, LEAF);
    BigInteger out = new BigInteger(1, leaf);
    if (out.compareTo(Point.PRIME) >= 0) throw in.wrong("a coordinate that is not below p");
    System.arraycopy(leaf, 1, slab, at, FIELD);
    return out;
  }

  /// protocol §1: the 33 bytes of one point, for hashes over ENC.
  void encode(int index, byte[] out, int at) {
    out[at] = (byte) (2 + (slab[index * ITEM + ITEM - 1] & 1));
    System.arraycopy(slab, index * ITEM, out, at + 1, FIELD);
  }

  /// The encoding of one point, found without any arithmetic.
  public Bytes encoding(int index) {
    byte[] out = new byte[LEAF];
    encode(index, out, 0);
    return Bytes.wrap(out);
  }
}
