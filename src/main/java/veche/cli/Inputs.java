package veche.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import veche.record.Bundle;
import veche.wire.Malformed;

/// What observers hand to a command: small texts, and bundles wherever they lie.
final class Inputs {
  private static final long LARGEST_TEXT = 1 << 20;

  private Inputs() {}

  /// A folder, a zip or an election's address.
  static Bundle bundle(String where) {
    return isAddress(where) ? new RemoteBundle(new Remote(where)) : Bundle.open(Path.of(where));
  }

  static boolean isAddress(String where) {
    return where.startsWith("http://") || where.startsWith("https://");
  }

  /// A receipt, a trust file and the like, at most a megabyte.
  static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) throw new Malformed(file + ": no such file");
    if (Files.size(file) > LARGEST_TEXT) throw new Malformed(file + ": too large");
    return Files.readString(file);
  }
}
