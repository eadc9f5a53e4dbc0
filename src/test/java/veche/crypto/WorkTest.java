package veche.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import veche.wire.Bytes;

/// doors §8; the page's test has the same known answer.
class WorkTest {
  private static final Bytes SEED = Work.seed("1.12.ab", Bytes.utf8("body"));

  @Test
  void theKnownAnswerIsFoundAndChecked() {
    long counter = Work.solve(SEED, 12, () -> true);

    assertThat(SEED.hex())
        .isEqualTo("ba0ba73ed934b11ef7a01be6cef599c2d04860f6bebe7d72d09355e899ea76c6");
    assertThat(counter).isEqualTo(3_869);
    assertThat(Work.zeros(SEED, counter)).isGreaterThanOrEqualTo(12);
    assertThat(Work.zeros(SEED, counter - 1)).isLessThan(12);
  }

  @Test
  void workThatIsTakenBackEnds() {
    assertThat(Work.solve(SEED, Work.MOST, () -> false)).isEqualTo(-1);
  }
}
