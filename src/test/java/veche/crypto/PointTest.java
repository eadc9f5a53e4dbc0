package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import veche.wire.Bytes;
import veche.wire.Malformed;

class PointTest {
  private static final Point P = Point.base(Scalar.of(12_345));

  @Test
  void aKnownPointCalculatesAsTheDecodedOne() {
    Point known = Point.known(P.encoding());

    assertThat(known.encoding()).isEqualTo(P.encoding());
    assertThat(known.isIdentity()).isFalse();
    assertThat(known).isEqualTo(P).hasSameHashCodeAs(P);
    assertThat(known.plus(Point.GENERATOR)).isEqualTo(Point.base(Scalar.of(12_346)));
    assertThat(Point.known(P.negate().encoding()).plus(P)).isEqualTo(Point.IDENTITY);
    assertThat(Point.known(P.encoding()).x()).isEqualTo(P.x());
  }

  @Test
  void aKnownPointThatIsNoneIsRefusedWhenItIsUsed() {
    byte[] bytes = P.encoding().toArray();
    bytes[0] = 5;
    Point known = Point.known(Bytes.of(bytes));

    assertThatThrownBy(() -> known.plus(P)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Point.known(Bytes.of(bytes).slice(0, 32)))
        .isInstanceOf(Malformed.class);
  }
}
