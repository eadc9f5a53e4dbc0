package veche.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;

/// doors §3 `/elections`: where a log's key lies, in a file of its own and never in the database: a
/// dump of the database signs nothing.
public final class LogKey {
  private LogKey() {}

  /// @param data the server's folder
  public static Path file(Path data, String slug) {
    return data.resolve("logs").resolve(slug + ".key");
  }

  /// Empty if this server does not hold the key.
  public static Optional<SigningKey> read(Path data, String slug, String origin) {
    try {
      Bytes seed = Bytes.fromHex(Files.readString(file(data, slug)).strip());
      return Optional.of(new SigningKey(origin, Vkey.ED25519, seed));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
