package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.wire.Rows;

class ScratchTest {
  private static final int WIDTH = 400;

  @TempDir private Path folder;

  private static void holds(Scratch scratch) {
    Rows rows = new Rows(WIDTH, scratch);
    ByteBuffer row = ByteBuffer.allocate(WIDTH);
    for (int i = 0; i < 10_000; i++) rows.add(row.putLong(WIDTH - 8, i).array());
    for (int i = 0; i < 10_000; i++) assertThat(rows.number(i, WIDTH - 8)).isEqualTo(i);
  }

  @Test
  void rowsLieInFilesThatNobodyFinds() throws IOException {
    holds(new Scratch(folder.resolve("scratch")));

    try (Stream<Path> left = Files.list(folder.resolve("scratch"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void withoutADiskRowsLieOnTheHeap() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    holds(new Scratch(file));
  }
}
