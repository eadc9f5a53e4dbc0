package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import veche.wire.Bytes;

class LotTest {
  private static final Bytes SEED = Lot.seed(List.of(Bytes.zero(32), Bytes.utf8("r").sha256()));
  private static final List<String> IDS = List.of("anna", "boris", "vera", "galina", "dmitry");

  @org.junit.jupiter.api.Test
  void everyRevealMovesTheSeed() {
    assertThat(Lot.seed(List.of(Bytes.utf8("r").sha256(), Bytes.zero(32)))).isNotEqualTo(SEED);
    assertThat(Lot.seed(List.of(Bytes.zero(32)))).isNotEqualTo(SEED);
  }

  @org.junit.jupiter.api.Test
  void everyOptionIsDrawnOnce() {
    assertThat(Lot.order(SEED, 0, IDS)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @org.junit.jupiter.api.Test
  void theDrawBelongsToTheOptionAndNotToItsPlace() {
    List<String> drawn = Lot.order(SEED, 0, IDS).stream().map(IDS::get).toList();

    assertThat(Lot.order(SEED, 0, IDS.reversed()).stream().map(IDS.reversed()::get))
        .containsExactlyElementsOf(drawn);
  }

  @org.junit.jupiter.api.Test
  void contestsAreDrawnApart() {
    assertThat(IntStream.range(0, 9).mapToObj(contest -> Lot.order(SEED, contest, IDS)).distinct())
        .hasSizeGreaterThan(1);
  }
}
