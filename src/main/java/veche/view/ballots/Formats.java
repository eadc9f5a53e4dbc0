package veche.view.ballots;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import veche.tally.Paper;
import veche.wire.Malformed;

/// counting §5: the formats of ballot files by name. A file that cannot be read is refused with the
/// line and what was expected there.
public final class Formats {
  private static final long LARGEST = 4L << 30;

  /// Of what is held as a whole; BLT and NIST's formats are read piece by piece.
  private static final long LARGEST_TEXT = 1L << 29;

  private static final int HIGHEST_SCORE = 5;

  private interface Reader {
    Sheet read(Path file) throws IOException;
  }

  private static final Map<String, Reader> ALL =
      new TreeMap<>(
          Map.of(
              "cvr-csv", file -> Cvr.read(text(file), List.of()),
              "score-csv", file -> Tables.scores(text(file), HIGHEST_SCORE),
              "rank-table-csv", file -> Tables.ranks(text(file)),
              "abif", file -> Abif.read(text(file)),
              "abif-scores", file -> Abif.scores(text(file), HIGHEST_SCORE),
              "cdf-json", Formats::cdf,
              "cdf-xml", Formats::cdf,
              "preflib", file -> Preflib.read(text(file))));

  private Formats() {}

  public static Sheet read(String format, Path file) throws IOException {
    Reader reader = ALL.get(format);
    if (reader == null) {
      throw new Malformed(
          "format: expected one of " + ALL.keySet() + ", blt, blt-approval, rctab, yes-no-counts");
    }
    if (!Files.isRegularFile(file)) throw new Malformed(file + ": no such file");
    if (Files.size(file) > LARGEST) throw new Malformed(file + ": larger than " + LARGEST);
    try {
      return reader.read(file);
    } catch (Malformed e) {
      throw new Malformed(file.getFileName() + ": " + e.getMessage());
    }
  }

  /// A BLT file ballot by ballot.
  public static Sheet blt(Path file, boolean approvals, IntFunction<Consumer<Paper>> taking)
      throws IOException {
    try {
      return Blt.stream(file, approvals, taking);
    } catch (Malformed e) {
      throw new Malformed(file.getFileName() + ": " + e.getMessage());
    }
  }

  private static Sheet cdf(Path file) throws IOException {
    return Cdf.read(file, "");
  }

  public static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST_TEXT) {
      throw new Malformed(file.getFileName() + ": expected at most " + LARGEST_TEXT + " bytes");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Malformed("expected UTF-8");
    }
  }
}
