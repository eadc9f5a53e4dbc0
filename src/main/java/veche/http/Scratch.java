package veche.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Memory that the machine may move to its disk: files without a name that end with the process or
/// with the last buffer in them. What lies there follows from the log and is never read back by
/// another process. One thread.
final class Scratch implements IntFunction<ByteBuffer> {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final int SMALLEST = 64 << 10;
  private static final int LARGEST = 16 << 20;

  private final Path folder;
  private ByteBuffer region = ByteBuffer.allocate(0);
  private int next = SMALLEST;

  Scratch(Path folder) {
    this.folder = folder;
  }

  @Override
  public ByteBuffer apply(int bytes) {
    if (region.remaining() < bytes) region = map(Math.max(next, bytes));
    ByteBuffer out = region.slice(region.position(), bytes);
    region.position(region.position() + bytes);
    return out;
  }

  private ByteBuffer map(int bytes) {
    next = Math.min(LARGEST, 2 * next);
    try {
      Files.createDirectories(folder);
      Path file = Files.createTempFile(folder, "fold", ".scratch");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        // a hole in the file would be a fault in the middle of a batch once the disk is full
        ByteBuffer zeros = ByteBuffer.allocate(bytes);
        while (zeros.hasRemaining()) channel.write(zeros);
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
      }
    } catch (IOException e) {
      LOG.warn("no scratch file, the heap is used instead: {}", e.getClass().getName());
      return ByteBuffer.allocate(bytes);
    }
  }
}
