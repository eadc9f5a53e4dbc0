package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import veche.log.Tile;
import veche.wire.Bytes;

class ElectionFixtureTest {
  @Test
  void theGoodElectionIsFinishedAndItsFilesAreAWholeTree() {
    ElectionFixture good = ElectionFixture.good();

    assertThat(good.coalition.record().phase()).isEqualTo(Phase.FINAL);
    assertThat(good.coalition.record().outcomes().get(0).totals()).containsExactly(3L, 1L, 1L);
    assertThat(good.coalition.record().ignored()).hasSize(1);
    List<String> tiles = Tile.paths(good.leaves.size());
    assertThat(good.files().keySet()).containsAll(tiles).contains("checkpoint", "stage/index");
    for (var file : good.files().entrySet()) {
      if (!file.getKey().startsWith("blob/")) continue;
      assertThat("blob/" + file.getValue().sha256().hex()).isEqualTo(file.getKey());
    }
    assertThat(Trust.parse(good.trust()).election(ElectionFixture.SLUG))
        .contains(good.coalition.draft().cid());
    assertThat(good.files().get("checkpoint")).isNotEqualTo(Bytes.EMPTY);
  }
}
