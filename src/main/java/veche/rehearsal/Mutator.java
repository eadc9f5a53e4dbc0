package veche.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// Changes encodings: as bytes, where most of what comes out is no encoding any more, and as trees,
/// where all of it is.
public record Mutator(Random random) {
  /// A bit, a byte, a cut or something more, anywhere.
  public Bytes bytes(Bytes encoding) {
    if (encoding.length() == 0) return some(1);
    byte[] b = encoding.toArray();
    int at = random.nextInt(b.length);
    return switch (random.nextInt(5)) {
      case 0 -> {
        b[at] ^= (byte) (1 << random.nextInt(8));
        yield Bytes.wrap(b);
      }
      case 1 -> {
        b[at] = (byte) random.nextInt(256);
        yield Bytes.wrap(b);
      }
      case 2 -> encoding.slice(0, at);
      case 3 -> encoding.concat(some(1 + random.nextInt(40)));
      default ->
          encoding
              .slice(0, at)
              .concat(some(1 + random.nextInt(3)))
              .concat(encoding.slice(at + random.nextInt(2), b.length));
    };
  }

  private Bytes some(int length) {
    byte[] out = new byte[length];
    random.nextBytes(out);
    return Bytes.wrap(out);
  }

  /// One place of the tree is changed: an item is exchanged with another, left out, repeated,
  /// replaced by another of its kind, or an atom is.
  public Enc tree(Enc value) {
    return change(value, random.nextInt(size(value)));
  }

  private static int size(Enc value) {
    if (!(value instanceof Enc.Seq(List<Enc> items))) return 1;
    int size = 1;
    for (Enc item : items) size += size(item);
    return size;
  }

  private Enc change(Enc value, int at) {
    if (at == 0) return replaced(value);
    List<Enc> items = new ArrayList<>();
    Enc.Fields f = value.fields("list");
    while (f.remaining() > 0) items.add(f.any("item"));
    int left = at - 1;
    for (int i = 0; i < items.size(); i++) {
      int size = size(items.get(i));
      if (left < size) {
        items.set(i, change(items.get(i), left));
        break;
      }
      left -= size;
    }
    return new Enc.Seq(items);
  }

  private Enc replaced(Enc value) {
    return switch (value) {
      case Enc.Octets(Bytes b) -> new Enc.Octets(octets(b));
      case Enc.Text(String t) ->
          new Enc.Text(
              switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> t + "\n";
                case 2 -> t.repeat(2);
                default -> t.isEmpty() ? "x" : t.substring(1);
              });
      case Enc.Uint(long u) ->
          new Enc.Uint(
              switch (random.nextInt(5)) {
                case 0 -> u + 1;
                case 1 -> u - 1;
                case 2 -> random.nextLong();
                case 3 -> Integer.MAX_VALUE + 1L;
                default -> Long.MAX_VALUE;
              });
      case Enc.Elem(Point p) -> Enc.of(random.nextBoolean() ? p.negate() : p.plus(p));
      case Enc.Elem(Scalar z) ->
          Enc.of(
              switch (random.nextInt(3)) {
                case 0 -> Scalar.ZERO;
                case 1 -> z.negate();
                default -> z.plus(Scalar.ONE);
              });
      case Enc.Elem other -> throw new AssertionError("no such element: " + other);
      case Enc.Seq(List<Enc> items) -> new Enc.Seq(list(items));
    };
  }

  /// Bytes are often an encoding in their turn: then that tree is changed as well as these bytes.
  private Bytes octets(Bytes b) {
    if (b.length() == 0) return some(1);
    if (random.nextInt(4) == 0) return bytes(b);
    try {
      return tree(Enc.parse(b, Point::decode)).encode();
    } catch (Malformed e) {
      return bytes(b);
    }
  }

  private List<Enc> list(List<Enc> items) {
    List<Enc> out = new ArrayList<>(items);
    if (out.isEmpty()) return List.of(Enc.uint(0));
    int i = random.nextInt(out.size());
    int j = random.nextInt(out.size());
    switch (random.nextInt(4)) {
      case 0 -> {
        out.set(i, items.get(j));
        out.set(j, items.get(i));
      }
      case 1 -> out.remove(i);
      case 2 -> out.add(j, items.get(i));
      default -> out.set(i, items.get(j));
    }
    return out;
  }
}
