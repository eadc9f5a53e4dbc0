package veche.store;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import veche.crypto.Entropy;

/// A real PostgreSQL in a folder that is gone afterwards; every test brings elections of its own.
public final class Postgres implements AutoCloseable {
  public final Path folder;
  public final Embedded embedded;
  public final Vertx vertx;
  public final Db db;

  public Postgres() throws IOException {
    folder = Files.createTempDirectory("veche-store");
    embedded = Embedded.start(folder, Entropy.system());
    vertx = Vertx.vertx();
    db = Db.open(vertx, embedded.uri(), 4);
  }

  @Override
  public void close() throws IOException {
    db.close();
    vertx.close().await();
    embedded.close();
    remove(folder);
  }

  public static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
