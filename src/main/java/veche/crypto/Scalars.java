package veche.crypto;

import java.math.BigInteger;
import veche.wire.ByteTree;

/// A long list of scalars as 32 bytes each. As a byte tree (protocol §10) a scalar is a leaf of 33
/// bytes.
final class Scalars {
  private static final int ITEM = 32;
  private final byte[] slab;

  Scalars(int size) {
    slab = new byte[Math.multiplyExact(size, ITEM)];
  }

  /// Uniform ones in [1, q-1].
  static Scalars draw(int size, Entropy entropy) {
    Scalars out = new Scalars(size);
    for (int i = 0; i < size; i++) out.set(i, entropy.scalar().value());
    return out;
  }

  int size() {
    return slab.length / ITEM;
  }

  BigInteger at(int index) {
    return new BigInteger(1, slab, index * ITEM, ITEM);
  }

  /// Different threads may set different ones.
  void set(int index, BigInteger value) {
    byte[] raw = value.toByteArray();
    int from = raw.length > ITEM ? 1 : 0;
    int length = raw.length - from;
    int at = index * ITEM;
    java.util.Arrays.fill(slab, at, at + ITEM - length, (byte) 0);
    System.arraycopy(raw, from, slab, at + ITEM - length, length);
  }

  void write(ByteTree.Sink sink) {
    ByteTree.node(sink, size());
    for (int i = 0; i < size(); i++) write(sink, at(i));
  }

  static void write(ByteTree.Sink sink, BigInteger scalar) {
    byte[] leaf = new byte[Points.LEAF];
    byte[] raw = scalar.toByteArray();
    System.arraycopy(raw, 0, leaf, leaf.length - raw.length, raw.length);
    ByteTree.leaf(sink, leaf);
  }

  static Scalars read(ByteTree.Reader in, int size) {
    in.node(size);
    Scalars out = new Scalars(size);
    for (int i = 0; i < size; i++) out.set(i, readOne(in));
    return out;
  }

  static BigInteger readOne(ByteTree.Reader in) {
    byte[] leaf = new byte[Points.LEAF];
    in.leaf(leaf, 0, leaf.length);
    BigInteger out = new BigInteger(1, leaf);
    if (out.compareTo(Scalar.ORDER) >= 0) throw in.wrong("a scalar that is not below q");
    return out;
  }
}
