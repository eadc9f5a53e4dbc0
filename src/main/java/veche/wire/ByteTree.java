package veche.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// protocol §10 Byte tree: Verificatum's encoding, a leaf `01‖u32 length‖data` or a node `00‖u32
/// count‖children`. Trees are written into a sink and read from a cursor piece by piece, so that a
/// list of 200,000 rows never stands as objects.
///
/// Reading is strict (protocol §15 line 30): the reader says which node or leaf comes next and
/// refuses any other, and [Reader#end] refuses what follows.
public final class ByteTree {
  private static final byte NODE = 0;
  private static final byte LEAF = 1;

  /// Bytes before the data of a leaf or the children of a node.
  public static final int HEAD = 5;

  private ByteTree() {}

  /// Takes a tree as it is written: a digest, a buffer, a file.
  @FunctionalInterface
  public interface Sink {
    void write(byte[] from, int offset, int length);
  }

  /// Begins a node: exactly `children` trees must follow.
  public static void node(Sink sink, int children) {
    sink.write(head(NODE, children), 0, HEAD);
  }

  public static void leaf(Sink sink, byte[] data) {
    sink.write(head(LEAF, data.length), 0, HEAD);
    sink.write(data, 0, data.length);
  }

  public static void leaf(Sink sink, String ascii) {
    leaf(sink, ascii.getBytes(StandardCharsets.US_ASCII));
  }

  public static void leaf(Sink sink, int value) {
    leaf(sink, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  private static byte[] head(byte kind, int count) {
    return ByteBuffer.allocate(HEAD).put(kind).putInt(count).array();
  }

  /// A cursor over one tree. Not thread-safe.
  public static final class Reader {
    private final String what;
    private final ByteBuffer in;

    /// @param what the file's name, for refusals
    public Reader(String what, Bytes tree) {
      this.what = what;
      this.in = ByteBuffer.wrap(tree.unsafeArray()).asReadOnlyBuffer();
    }

    /// Enters a node, which must have exactly this many children.
    public Reader node(int children) {
      if (head(NODE, "a node") != children) {
        throw wrong("expected a node of " + children + " children");
      }
      return this;
    }

    /// Enters a node and tells how many children it has, at most `most`.
    public int nodeUpTo(int most) {
      int children = head(NODE, "a node");
      if (children < 0 || children > most) throw wrong("a node of " + children + " children");
      return children;
    }

    /// Copies the data of a leaf, which must fill `length` bytes of `out` from `offset` on.
    public void leaf(byte[] out, int offset, int length) {
      if (head(LEAF, "a leaf") != length) throw wrong("expected a leaf of " + length + " bytes");
      if (in.remaining() < length) throw wrong("ends within a leaf");
      in.get(out, offset, length);
    }

    /// Nothing may follow.
    public void end() {
      if (in.hasRemaining()) throw wrong(in.remaining() + " bytes after the tree");
    }

    private int head(byte kind, String expected) {
      if (in.remaining() < HEAD) throw wrong("ends before " + expected);
      if (in.get() != kind) throw wrong("expected " + expected);
      return in.getInt();
    }

    /// A refusal that says where in the tree.
    public Malformed wrong(String why) {
      return new Malformed(what + ": " + why + " (byte " + in.position() + ")");
    }
  }
}
