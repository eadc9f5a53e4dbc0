package veche.crypto;

import java.security.MessageDigest;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import veche.wire.ByteTree;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §8, §9: a list of N rows of `width` ciphertexts each, as it goes into a mix and comes
/// out of it. No component is the identity. Immutable; any thread.
///
/// @param a first components, one list for each column
/// @param b second components
public record Ciphertexts(List<Points> a, List<Points> b) {
  /// Most rows of one list.
  public static final int MOST = 4_000_000;

  public Ciphertexts {
    a = List.copyOf(a);
    b = List.copyOf(b);
    if (a.isEmpty() || a.size() != b.size()) throw new Malformed("list: expected columns");
    int size = a.getFirst().size();
    for (int k = 0; k < a.size(); k++) {
      if (a.get(k).size() != size || b.get(k).size() != size) {
        throw new Malformed("list: columns of different lengths");
      }
    }
  }

  /// A list of width 1.
  public static Ciphertexts of(List<ElGamal> rows) {
    return new Ciphertexts(
        List.of(Points.of(rows.stream().map(ElGamal::a).toList())),
        List.of(Points.of(rows.stream().map(ElGamal::b).toList())));
  }

  public int size() {
    return a.getFirst().size();
  }

  public int width() {
    return a.size();
  }

  public ElGamal at(int row, int column) {
    return new ElGamal(a.get(column).at(row), b.get(column).at(row));
  }

  /// The rows of a list of width 1, made when they are asked for.
  public List<ElGamal> rows() {
    return new AbstractList<>() {
      @Override
      public ElGamal get(int row) {
        return at(row, 0);
      }

      @Override
      public int size() {
        return Ciphertexts.this.size();
      }
    };
  }

  Ciphertexts permuted(int[] order) {
    return new Ciphertexts(
        a.stream().map(p -> p.permuted(order)).toList(),
        b.stream().map(p -> p.permuted(order)).toList());
  }

  /// protocol §15 line 28 ListDigest = TH("ct-list", [A_1, B_1, ..]), for width 1.
  public Bytes digest() {
    MessageDigest digest = Transcript.digest("ct-list");
    digest.update(Enc.listHead(2 * size()));
    byte[] item = new byte[1 + Points.LEAF];
    item[0] = Enc.POINT;
    for (int i = 0; i < size(); i++) {
      a.getFirst().encode(i, item, 1);
      digest.update(item);
      b.getFirst().encode(i, item, 1);
      digest.update(item);
    }
    return Bytes.wrap(digest.digest());
  }

  // ---- byte trees (protocol §10)

  /// The file `Ciphertexts.bt`.
  public Bytes tree() {
    Sheaf out = new Sheaf(2 * width() * (size() * 81 + ByteTree.HEAD) + 32);
    write(out);
    return out.bytes();
  }

  public void write(ByteTree.Sink sink) {
    ByteTree.node(sink, 2);
    for (List<Points> half : List.of(a, b)) {
      if (width() > 1) ByteTree.node(sink, width());
      half.forEach(column -> column.write(sink));
    }
  }

  public static Ciphertexts read(String what, Bytes tree, int size, int width) {
    ByteTree.Reader in = new ByteTree.Reader(what, tree);
    in.node(2);
    List<List<Points>> halves = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      if (width > 1) in.node(width);
      List<Points> columns = new ArrayList<>();
      for (int k = 0; k < width; k++) columns.add(Points.read(in, size));
      halves.add(columns);
    }
    in.end();
    return new Ciphertexts(halves.get(0), halves.get(1));
  }

  /// One row of ciphertexts without the inner node(N).
  static void writeRow(ByteTree.Sink sink, List<ElGamal> row) {
    ByteTree.node(sink, 2);
    for (int half = 0; half < 2; half++) {
      if (row.size() > 1) ByteTree.node(sink, row.size());
      for (ElGamal c : row) Points.write(sink, half == 0 ? c.a() : c.b());
    }
  }

  static List<ElGamal> readRow(ByteTree.Reader in, int width) {
    in.node(2);
    List<List<Point>> halves = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      if (width > 1) in.node(width);
      List<Point> points = new ArrayList<>();
      for (int k = 0; k < width; k++) points.add(Points.readOne(in));
      halves.add(points);
    }
    List<ElGamal> out = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      out.add(new ElGamal(halves.get(0).get(k), halves.get(1).get(k)));
    }
    return out;
  }
}
