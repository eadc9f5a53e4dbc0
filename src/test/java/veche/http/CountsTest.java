package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.crypto.Point;
import veche.crypto.Scalar;

class CountsTest {
  @Test
  void eachKeyIsCountedByItself() {
    Counts counts = new Counts();
    List<Point> keys = new ArrayList<>();
    Point key = Point.GENERATOR;
    for (int i = 0; i < 500; i++, key = key.plus(Point.GENERATOR)) keys.add(key);

    for (int i = 0; i < keys.size(); i++) {
      for (int n = 1; n <= i % 5; n++) assertThat(counts.add(keys.get(i))).isEqualTo(n);
    }
    for (int i = 0; i < keys.size(); i++) assertThat(counts.of(keys.get(i))).isEqualTo(i % 5);
  }

  @Test
  void aCountEndsWhereItsPlaceEnds() {
    Counts counts = new Counts();
    Point key = Point.base(Scalar.of(7));
    for (int i = 0; i < 300; i++) counts.add(key);

    assertThat(counts.of(key)).isEqualTo(255);
    assertThat(counts.of(key.negate())).isZero();
  }
}
