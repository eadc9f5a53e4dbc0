package veche.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/// protocol §1 ENC: the one encoding of what is hashed, signed, sent and stored. Typed,
/// length-prefixed and injective: two values have the same bytes only if they are the same value.
public sealed interface Enc {
  /// protocol §15 line 35: nesting is refused beyond this depth before anything is allocated.
  int MAX_DEPTH = 16;

  record Octets(Bytes value) implements Enc {}

  /// A writer brings text to NFC; a reader keeps what it was given, since NFC depends on the
  /// Unicode version (protocol §15 line 3).
  record Text(String value) implements Enc {}

  /// 0..2^64-1, held in the 64 bits of a long.
  record Uint(long value) implements Enc {}

  record Elem(Element value) implements Enc {}

  record Seq(List<Enc> items) implements Enc {
    public Seq {
      items = List.copyOf(items);
    }
  }

  static Enc bytes(Bytes value) {
    return new Octets(value);
  }

  static Enc text(String value) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new Malformed("text with a lone surrogate");
    }
    return new Text(Normalizer.normalize(value, Normalizer.Form.NFC));
  }

  static Enc uint(long value) {
    if (value < 0) throw new Malformed("uint " + value);
    return new Uint(value);
  }

  static Enc of(Element value) {
    return new Elem(value);
  }

  static Enc list(Enc... items) {
    return new Seq(Arrays.asList(items));
  }

  static Enc list(Collection<? extends Enc> items) {
    return new Seq(List.copyOf(items));
  }

  /// The type byte of a point.
  byte POINT = 4;

  /// How a list of `count` items begins, for hashing one item by item.
  static byte[] listHead(int count) {
    return java.nio.ByteBuffer.allocate(5).put((byte) 6).putInt(count).array();
  }

  static <T> Enc list(Collection<T> items, Function<? super T, Enc> each) {
    return new Seq(items.stream().map(each).toList());
  }

  static Enc elements(Collection<? extends Element> items) {
    return list(items, Enc::of);
  }

  default Bytes encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    write(out, this, 1);
    return Bytes.wrap(out.toByteArray());
  }

  /// Reads exactly one value and nothing after it; `decoder` judges points and scalars on the way.
  static Enc parse(Bytes input, Element.Decoder decoder) {
    Reader reader = new Reader(ByteBuffer.wrap(input.unsafeArray()), decoder);
    Enc value = reader.value(1);
    if (reader.in.hasRemaining()) {
      throw new Malformed("trailing bytes at offset " + reader.in.position());
    }
    return value;
  }

  /// The items of a list, to be taken in order; `what` names it in refusals.
  default Fields fields(String what) {
    if (this instanceof Seq(List<Enc> items)) return new Fields(what, items);
    throw new Malformed(what + ": expected a list");
  }

  private static void write(ByteArrayOutputStream out, Enc value, int depth) {
    switch (value) {
      case Octets(Bytes b) -> {
        head(out, 1, b.length());
        out.writeBytes(b.unsafeArray());
      }
      case Text(String t) -> {
        byte[] utf8 = t.getBytes(StandardCharsets.UTF_8);
        head(out, 2, utf8.length);
        out.writeBytes(utf8);
      }
      case Uint(long u) -> {
        out.write(3);
        out.writeBytes(ByteBuffer.allocate(8).putLong(u).array());
      }
      case Elem(Element e) -> {
        out.write(e.kind().type);
        out.writeBytes(e.encoding().unsafeArray());
      }
      case Seq(List<Enc> items) -> {
        if (depth > MAX_DEPTH) throw new Malformed("nested deeper than " + MAX_DEPTH);
        head(out, 6, items.size());
        for (Enc item : items) write(out, item, depth + 1);
      }
    }
  }

  private static void head(ByteArrayOutputStream out, int type, int count) {
    out.write(type);
    out.writeBytes(ByteBuffer.allocate(4).putInt(count).array());
  }

  /// Takes the items of one list in order, naming the field in every refusal.
  final class Fields {
    private final String what;
    private final List<Enc> items;
    private int next;

    private Fields(String what, List<Enc> items) {
      this.what = what;
      this.items = items;
    }

    private Enc take(String field) {
      if (next == items.size()) throw new Malformed(what + ": " + field + " is missing");
      return items.get(next++);
    }

    private Malformed expected(String field, String type) {
      return new Malformed(what + ": " + field + ": expected " + type);
    }

    public int remaining() {
      return items.size() - next;
    }

    public Enc any(String field) {
      return take(field);
    }

    public Bytes bytes(String field) {
      if (take(field) instanceof Octets(Bytes b)) return b;
      throw expected(field, "bytes");
    }

    public Bytes bytes(String field, int length) {
      Bytes b = bytes(field);
      if (b.length() != length) throw expected(field, length + " bytes");
      return b;
    }

    public String text(String field) {
      if (take(field) instanceof Text(String t)) return t;
      throw expected(field, "text");
    }

    /// A text that must be one of `allowed`.
    public String text(String field, Set<String> allowed) {
      String t = text(field);
      if (!allowed.contains(t)) throw expected(field, "one of " + allowed);
      return t;
    }

    public long uint(String field) {
      if (take(field) instanceof Uint(long u)) return u;
      throw expected(field, "uint");
    }

    /// A uint no greater than `max`, so that it can be used as a count or an index.
    public int uint(String field, int max) {
      long u = uint(field);
      if (u < 0 || u > max) throw expected(field, "uint up to " + max);
      return (int) u;
    }

    public boolean flag(String field) {
      return uint(field, 1) == 1;
    }

    public <E extends Element> E element(String field, Class<E> type) {
      if (take(field) instanceof Elem(Element e) && type.isInstance(e)) return type.cast(e);
      throw expected(field, type.getSimpleName().toLowerCase(Locale.ROOT));
    }

    public Fields list(String field) {
      if (take(field) instanceof Seq(List<Enc> sub)) return new Fields(what + "." + field, sub);
      throw expected(field, "list");
    }

    /// Reads every item of a list field with `each`.
    public <T> List<T> list(String field, Function<Fields, T> each) {
      Fields sub = list(field);
      List<T> out = new ArrayList<>(sub.items.size());
      while (sub.remaining() > 0) out.add(each.apply(sub));
      return List.copyOf(out);
    }

    /// A closed list ends here: anything more is refused.
    public void end() {
      if (remaining() > 0) throw new Malformed(what + ": " + remaining() + " items too many");
    }
  }

  /// One pass over the input; counts and lengths are checked before anything is allocated.
  final class Reader {
    private final ByteBuffer in;
    private final Element.Decoder decoder;

    private Reader(ByteBuffer in, Element.Decoder decoder) {
      this.in = in;
      this.decoder = decoder;
    }

    private Enc value(int depth) {
      need(1);
      int at = in.position();
      int type = in.get();
      return switch (type) {
        case 1 -> new Octets(Bytes.wrap(run(count(1))));
        case 2 -> new Text(utf8(run(count(1))));
        case 3 -> {
          need(8);
          yield new Uint(in.getLong());
        }
        case 4 -> element(Element.Kind.POINT);
        case 5 -> element(Element.Kind.SCALAR);
        case 6 -> {
          if (depth > MAX_DEPTH) throw new Malformed("nested deeper than " + MAX_DEPTH);
          // the smallest item is an empty list or run: five bytes
          int count = count(5);
          List<Enc> items = new ArrayList<>(count);
          for (int i = 0; i < count; i++) items.add(value(depth + 1));
          yield new Seq(items);
        }
        default -> throw new Malformed("unknown type " + type + " at offset " + at);
      };
    }

    private Enc element(Element.Kind kind) {
      need(kind.length);
      return new Elem(decoder.decode(kind, Bytes.wrap(run(kind.length))));
    }

    private int count(int smallest) {
      need(4);
      long count = in.getInt() & 0xffffffffL;
      if (count * smallest > in.remaining()) {
        throw new Malformed("truncated at offset " + in.position());
      }
      return (int) count;
    }

    private byte[] run(int length) {
      byte[] out = new byte[length];
      in.get(out);
      return out;
    }

    private void need(int length) {
      if (in.remaining() < length) throw new Malformed("truncated at offset " + in.position());
    }

    private static String utf8(byte[] bytes) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes))
            .toString();
      } catch (CharacterCodingException e) {
        throw new Malformed("text that is not UTF-8");
      }
    }
  }
}
