package veche.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import veche.wire.Bytes;

/// Lines that only grow, each on the disk before anybody hears of it. What a crash left of a last
/// line was promised to nobody and is cut off.
final class Journal implements AutoCloseable {
  private final FileChannel channel;
  private final List<String> before = new ArrayList<>();

  Journal(Path file) {
    try {
      byte[] had = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int whole = had.length;
      while (whole > 0 && had[whole - 1] != '\n') whole--;
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (whole < had.length) channel.truncate(whole);
      channel.position(whole);
      channel.force(true);
      Bytes.of(java.util.Arrays.copyOf(had, whole)).utf8().lines().forEach(before::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What stood there when it was opened.
  List<String> lines() {
    return List.copyOf(before);
  }

  /// Returns when the line is on the disk; if that fails the line is not there.
  synchronized void append(String line) {
    try {
      long end = channel.position();
      try {
        ByteBuffer bytes = ByteBuffer.wrap(Bytes.utf8(line + "\n").toArray());
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(false);
      } catch (IOException e) {
        channel.truncate(end);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
