package veche.attacks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.wire.Bytes;

/// Finds where the points and scalars of an encoding stand, so that each can be replaced by bytes
/// no honest writer produces.
record Slots(Bytes encoding, List<Integer> points, List<Integer> scalars) {
  static final Scalar ORDER_LESS_ONE = Scalar.ONE.negate();

  /// The field prime p of P-256 (protocol §1).
  static final String PRIME = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

  static final String ORDER = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  static final String GENERATOR_X =
      "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  static final String GENERATOR_Y =
      "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

  static Slots of(Bytes encoding) {
    Slots out = new Slots(encoding, new ArrayList<>(), new ArrayList<>());
    ByteBuffer in = ByteBuffer.wrap(encoding.toArray());
    while (in.hasRemaining()) out.item(in);
    return out;
  }

  private void item(ByteBuffer in) {
    int type = in.get();
    switch (type) {
      case 1, 2 -> {
        int length = in.getInt();
        in.position(in.position() + length);
      }
      case 3 -> in.getLong();
      case 4 -> points.add(skip(in, 33));
      case 5 -> scalars.add(skip(in, 32));
      case 6 -> {
        int count = in.getInt();
        for (int i = 0; i < count; i++) item(in);
      }
      default -> throw new AssertionError("no ENC of type " + type);
    }
  }

  private static int skip(ByteBuffer in, int length) {
    int at = in.position();
    in.position(at + length);
    return at;
  }

  Bytes with(int at, Bytes replacement) {
    return encoding
        .slice(0, at)
        .concat(replacement)
        .concat(encoding.slice(at + replacement.length(), encoding.length()));
  }

  /// The same encoding with the point at this slot moved by G; empty where that is the identity.
  Optional<Bytes> moved(int at) {
    Point point = Point.decode(encoding.slice(at, at + 33)).plus(Point.GENERATOR);
    return point.isIdentity() ? Optional.empty() : Optional.of(with(at, point.encoding()));
  }

  /// The same encoding with one more in the scalar at this slot.
  Bytes raised(int at) {
    return with(at, Scalar.decode(encoding.slice(at, at + 32)).plus(Scalar.ONE).encoding());
  }

  /// 33 bytes each, none of them the encoding of a point (attacks.md rows 11 to 14).
  static List<Bytes> notPoints() {
    List<String> out = new ArrayList<>();
    for (String prefix : List.of("00", "01", "04", "05", "06", "07", "ff")) {
      out.add(prefix + GENERATOR_X);
    }
    for (String sign : List.of("02", "03")) {
      out.add(sign + PRIME);
      // 5 is the x of a point, and p + 5 still fits into 32 bytes
      out.add(sign + "ffffffff00000001000000000000000000000001000000000000000000000004");
      out.add(sign + "ff".repeat(32));
      // x = 1 has no y on this curve: the twist
      out.add(sign + "00".repeat(31) + "01");
    }
    out.add("00".repeat(33));
    out.add("ff".repeat(33));
    return out.stream().map(Bytes::fromHex).toList();
  }

  /// 32 bytes each, none below q.
  static List<Bytes> notScalars() {
    return List.of(
        Bytes.fromHex(ORDER),
        Bytes.fromHex(ORDER.substring(0, 63) + "2"),
        Bytes.fromHex(ORDER.substring(0, 48) + "ffffffffffffffff"),
        Bytes.fromHex("ff".repeat(32)));
  }
}
