package veche.wire;

/// A point or a scalar of the group, as far as bytes are concerned: its kind and its one encoding.
/// What makes it valid is known a floor higher (`crypto`).
public interface Element {
  enum Kind {
    POINT(4, 33),
    SCALAR(5, 32);

    final int type;
    final int length;

    Kind(int type, int length) {
      this.type = type;
      this.length = length;
    }
  }

  Kind kind();

  Bytes encoding();

  /// protocol §1: turns the bytes of an element into a value, or throws [Malformed].
  @FunctionalInterface
  interface Decoder {
    Element decode(Kind kind, Bytes encoding);
  }
}
