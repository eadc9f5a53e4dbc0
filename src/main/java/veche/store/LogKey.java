package veche.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
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

  /// On the disk before the name is given out: a log whose key is lost can never be closed.
  public static void write(Path data, String slug, SigningKey key) {
    Path file = file(data, slug);
    try {
      Files.createDirectories(
          file.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(file, how, mode)) {
        channel.write(ByteBuffer.wrap(Bytes.utf8(key.seed().hex() + "\n").toArray()));
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log's key cannot be kept", e);
    }
  }

  /// Of a name that nobody was given.
  public static void delete(Path data, String slug) {
    try {
      Files.delete(file(data, slug));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
