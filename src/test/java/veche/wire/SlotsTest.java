package veche.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final int WIDTH = 33;

  private final Rows rows = new Rows(WIDTH, ByteBuffer::allocate);
  private final Slots slots = new Slots(row -> hash(rows.read(row, 0, WIDTH)));

  private static long hash(byte[] key) {
    return Slots.hash(key, 0, key.length);
  }

  private long find(byte[] key) {
    return slots.find(hash(key), row -> rows.same(row, 0, key, 0, WIDTH));
  }

  @Test
  void whatWasAddedIsFoundAndNothingElse() {
    Random random = new Random(7);
    Map<Bytes, Long> all = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] key = new byte[WIDTH];
      random.nextBytes(key);
      assertThat(find(key)).isEqualTo(-1);
      long row = rows.add(key);
      slots.add(hash(key), row);
      all.put(Bytes.of(key), row);
    }

    all.forEach((key, row) -> assertThat(find(key.toArray())).isEqualTo(row));
    assertThat(slots.size()).isEqualTo(all.size());
    assertThat(slots.rows().sorted().toArray()).hasSize(all.size()).startsWith(0L, 1L, 2L);
    byte[] other = Bytes.zero(WIDTH).toArray();
    assertThat(find(other)).isEqualTo(-1);
  }

  @Test
  void rowsUnderOneHashAreToldApart() {
    Slots all = new Slots(row -> 42);
    for (long row = 0; row < 200; row++) all.add(42, row);

    for (long row = 0; row < 200; row++) {
      long wanted = row;
      assertThat(all.find(42, r -> r == wanted)).isEqualTo(row);
    }
    assertThat(all.find(42, r -> false)).isEqualTo(-1);
  }

  @Test
  void anotherRowTakesThePlaceOfTheOneThatStood() {
    Slots all = new Slots(row -> 42);
    all.add(42, 1);
    all.add(42, 2);
    all.replace(42, 1, 7);

    assertThat(all.rows().sorted().toArray()).containsExactly(2, 7);
    assertThatThrownBy(() -> all.replace(42, 1, 8)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rowsAreReadAsTheyWereAddedAndHaveOneWidth() {
    ByteBuffer row = ByteBuffer.allocate(WIDTH);
    for (int i = 0; i < 1_000; i++) rows.add(row.putLong(5, i).array());

    assertThat(rows.count()).isEqualTo(1_000);
    assertThat(rows.number(0, 5)).isZero();
    assertThat(rows.number(777, 5)).isEqualTo(777);
    assertThat(rows.same(777, 5, row.putLong(5, 777).array(), 5, 8)).isTrue();
    assertThat(rows.same(778, 5, row.array(), 5, 8)).isFalse();
    assertThatThrownBy(() -> rows.add(new byte[WIDTH + 1])).isInstanceOf(Malformed.class);
  }
}
