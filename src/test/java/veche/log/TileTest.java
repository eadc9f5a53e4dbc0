package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import veche.wire.Bytes;
import veche.wire.Malformed;

class TileTest {
  @Test
  void everyTileHasOnePath() throws IOException {
    var judged = 0;
    for (var line : Files.readAllLines(Path.of("src/spec/vectors/log/tiles.txt"))) {
      if (line.startsWith("#")) continue;
      var words = line.split(" ");
      if (words[0].equals("path")) {
        var tile =
            new Tile(
                Integer.parseInt(words[2]), Long.parseLong(words[3]), Integer.parseInt(words[4]));
        assertThat(tile.path()).isEqualTo(words[1]);
        assertThat(Tile.parse(words[1])).isEqualTo(tile);
      } else {
        assertThatThrownBy(() -> Tile.parse(words[1])).as(line).isInstanceOf(Malformed.class);
      }
      judged++;
    }
    assertThat(judged).isEqualTo(28);
  }

  @Test
  void aTreeOfSeventyThousandLeavesHasTheTilesThatTheSpecificationCounts() {
    var tiles = Tile.of(70_000);
    assertThat(tiles.stream().filter(t -> t.level() == 0 && t.isFull())).hasSize(273);
    assertThat(tiles.stream().filter(t -> t.level() == Tile.ENTRIES && t.isFull())).hasSize(273);
    assertThat(tiles.stream().filter(t -> !t.isFull()))
        .containsExactly(
            new Tile(Tile.ENTRIES, 273, 112),
            new Tile(0, 273, 112),
            new Tile(1, 1, 17),
            new Tile(2, 0, 1));
    assertThat(tiles).hasSize(274 + 274 + 2 + 1).allMatch(tile -> tile.within(70_000));
    assertThat(new Tile(0, 273, 113).within(70_000)).isFalse();
    assertThat(new Tile(2, 0, 2).within(70_000)).isFalse();
    assertThat(new Tile(63, 0, 1).within(Long.MAX_VALUE)).isFalse();
    assertThat(Tile.paths(0)).isEmpty();
    assertThat(Tile.paths(256)).containsExactly("tile/entries/000", "tile/0/000", "tile/1/000.p/1");
  }

  @Test
  void theHashesInTilesLeadToTheRoot() {
    var tree = new Tree();
    for (int i = 0; i < 70_000; i++) tree.append(Bytes.utf8("leaf " + i).sha256());
    for (var tile : Tile.of(70_000)) {
      if (tile.level() == Tile.ENTRIES) continue;
      var hashes = tree.tile(tile.level(), tile.n(), tile.width());
      assertThat(hashes.length()).isEqualTo(32 * tile.width());
      if (tile.isFull()) {
        var small = new Tree();
        for (int i = 0; i < 256; i++) small.append(hashes.slice(32 * i, 32 * i + 32));
        var above = tree.tile(tile.level() + 1, tile.n() / 256, (int) (tile.n() % 256) + 1);
        assertThat(small.root()).isEqualTo(above.slice(above.length() - 32, above.length()));
      }
    }
    assertThat(tree.tile(0, 0, 1)).isEqualTo(tree.leaf(0));
  }

  @Test
  void aBundleOfEntriesIsReadBackWhole() {
    var leaves = List.of(Bytes.EMPTY, Bytes.utf8("one"), Bytes.zero(Tile.MAX_LEAF));
    var bundle = Tile.entries(leaves);
    assertThat(bundle.slice(0, 7).hex()).isEqualTo("000000036f6e65");
    assertThat(Tile.entries(bundle, 3)).isEqualTo(leaves);
    for (int width : List.of(2, 4)) {
      assertThatThrownBy(() -> Tile.entries(bundle, width)).isInstanceOf(Malformed.class);
    }
    assertThatThrownBy(() -> Tile.entries(bundle.slice(0, bundle.length() - 1), 3))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Tile.entries(List.of(Bytes.zero(Tile.MAX_LEAF + 1))))
        .isInstanceOf(Malformed.class);
  }
}
