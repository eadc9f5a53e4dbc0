package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import veche.rehearsal.BallotFile.Paper;
import veche.wire.Malformed;

class BallotFileTest {
  @TempDir private Path folder;

  private BallotFile read(String text, String format) throws IOException {
    Path file = folder.resolve("ballots");
    Files.writeString(file, text);
    return BallotFile.read(file, format);
  }

  @Test
  void rankedMarksOfABltFileAreReadAsApprovals() throws IOException {
    BallotFile file =
        read("3 1\n2 3 1 0\n1 1=2 - 3 0\n1 0\n0\n\"A\"\n\"B b\"\n\"C\"\n\"Title\"\n", "blt");

    assertThat(file.names()).containsExactly("A", "B b", "C");
    assertThat(file.papers())
        .containsExactly(
            new Paper(List.of(2, 0), 2), new Paper(List.of(0, 1, 2), 1), new Paper(List.of(), 1));
    assertThat(file.total()).isEqualTo(4);
  }

  @Test
  void aTableOfMarksLeavesOutWhatNamesNoOption() throws IOException {
    BallotFile file =
        read("weight,rank1,rank2\n2,A,\"B, jr\"\n1,*OVERVOTE*,A\n1,A|B,*UWI*\n", "cvr-csv");

    assertThat(file.names()).containsExactly("A", "B, jr", "B");
    assertThat(file.papers())
        .containsExactly(
            new Paper(List.of(0, 1), 2), new Paper(List.of(0), 1), new Paper(List.of(0, 2), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "blt, '', line 1",
    "blt, '2 1\n1 3 0\n0\nA\nB\n', line 2",
    "blt, '2 1\n1 1\n0\nA\nB\n', line 4",
    "blt, '2 1\n1 1 0\n0\nA\n', name of option 2",
    "cvr-csv, 'rank1\nA\n', line 1",
    "cvr-csv, 'weight,rank1\nx,A\n', line 2",
    "cvr-csv, 'weight,rank1\n1,\"A\n', line 2",
    "pdf, '2 1', format",
  })
  void aBrokenFileIsRefusedWithItsLine(String format, String text, String where) {
    assertThatThrownBy(() -> read(text, format))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(where);
  }
}
