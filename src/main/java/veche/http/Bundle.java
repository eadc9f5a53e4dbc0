package veche.http;

import static veche.store.Db.now;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.election.Code;
import veche.log.Tile;
import veche.store.StoreException;
import veche.wire.Bytes;

/// record §8: the static tree of a log in one file: stored, sorted, with fixed times, so that two
/// downloads of one state are equal to the byte. One entry is in memory at a time.
final class Bundle {
  private static final Logger LOG = LoggerFactory.getLogger(Bundle.class);
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int CHUNK = 64 << 10;

  /// Whole logs are read for each of them: a few at once are enough.
  private static final Semaphore TURNS = new Semaphore(4);

  private final SortedMap<String, Supplier<Bytes>> entries = new TreeMap<>();

  Bundle(Ledger ledger, Ledger.Shown shown, List<Bytes> blobs) {
    Checkpoints.Shown checkpoints = shown.checkpoints();
    entries.put("checkpoint", () -> Bytes.utf8(checkpoints.newest()));
    entries.put("stage/index", () -> Bytes.utf8(stageIndex(checkpoints.stages().keySet())));
    checkpoints
        .stages()
        .forEach((size, note) -> entries.put("stage/" + size, () -> Bytes.utf8(note)));
    for (Tile tile : Tile.of(shown.size())) {
      entries.put(tile.path(), () -> now(ledger.tile(tile)));
    }
    for (Bytes digest : blobs) {
      entries.put(
          "blob/" + digest.hex(),
          () -> now(ledger.board().blob(ledger.slug(), digest)).orElseThrow());
    }
  }

  static String stageIndex(Collection<Long> sizes) {
    StringBuilder out = new StringBuilder();
    for (long size : sizes) out.append(size).append('\n');
    return out.toString();
  }

  /// Writes on a thread of its own, no faster than the other end reads.
  void stream(HttpServerResponse response) {
    if (!TURNS.tryAcquire()) {
      throw new Refusal(Code.RATE_LIMITED, "too many bundles are being read");
    }
    Thread.ofVirtual()
        .name("bundle")
        .start(
            () -> {
              try {
                write(new Body(response));
                now(response.end());
              } catch (IOException | StoreException e) {
                LOG.debug("a bundle was not read to its end");
                response.reset();
              } finally {
                TURNS.release();
              }
            });
  }

  private void write(OutputStream body) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(body);
    zip.setMethod(ZipOutputStream.STORED);
    for (var each : entries.entrySet()) {
      byte[] content = each.getValue().get().unsafeArray();
      CRC32 crc = new CRC32();
      crc.update(content);
      ZipEntry entry = new ZipEntry(each.getKey());
      entry.setTimeLocal(TIME);
      entry.setSize(content.length);
      entry.setCompressedSize(content.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
    }
    zip.finish();
    body.flush();
  }

  private static final class Body extends OutputStream {
    private final HttpServerResponse response;
    private Buffer chunk = Buffer.buffer();

    Body(HttpServerResponse response) {
      this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      chunk.appendBytes(bytes, from, length);
      if (chunk.length() >= CHUNK) flush();
    }

    @Override
    public void flush() throws IOException {
      if (chunk.length() == 0) return;
      Buffer full = chunk;
      chunk = Buffer.buffer();
      try {
        now(response.write(full));
      } catch (RuntimeException e) {
        throw new IOException("the other end is gone", e);
      }
    }
  }
}
