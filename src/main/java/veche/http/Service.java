package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import veche.crypto.Entropy;
import veche.store.Db;
import veche.store.Embedded;

/// A server with all it stands on: a database of its own or somebody's, and the reactor. Closing it
/// ends them in the order in which they may end.
public final class Service implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  private final @Nullable Embedded embedded;
  private final Vertx vertx;
  private final Db db;
  private final Server server;
  private boolean closed;

  private Service(@Nullable Embedded embedded, Vertx vertx, Db db, Server server) {
    this.embedded = embedded;
    this.vertx = vertx;
    this.db = db;
    this.server = server;
  }

  /// @param database `postgresql://user:password@host/database`, or empty for one of its own under
  ///   the data folder
  /// @param web the folder with the page
  public static Service start(
      Settings settings,
      Optional<String> database,
      Path web,
      Entropy entropy,
      InstantSource clock) {
    return start(settings, database, web, entropy, clock, Faults.NONE);
  }

  static Service start(
      Settings settings,
      Optional<String> database,
      Path web,
      Entropy entropy,
      InstantSource clock,
      Faults faults) {
    Pages pages = Pages.load(web);
    Embedded embedded =
        database.isPresent() ? null : Embedded.start(settings.data().resolve("db"), entropy);
    Vertx vertx = Vertx.vertx(new VertxOptions());
    Db db = null;
    try {
      String uri = embedded == null ? database.orElseThrow() : embedded.uri();
      db = Db.open(vertx, uri, CONNECTIONS);
      Server server = new Server(vertx, settings, db, pages, entropy, clock, faults);
      if (embedded != null) embedded.watch();
      return new Service(embedded, vertx, db, server);
    } catch (RuntimeException e) {
      if (db != null) db.close();
      now(vertx.close());
      if (embedded != null) embedded.close();
      throw e;
    }
  }

  public Server server() {
    return server;
  }

  /// The first column of what a query gives, for the test that looks for traces.
  List<String> rows(String sql) {
    List<String> out = new ArrayList<>();
    for (Row row : now(db.query("read", sql, Tuple.tuple()))) out.add(row.getString(0));
    return out;
  }

  /// May be called twice: by whoever started it and by the end of the process.
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    server.close();
    db.close();
    now(vertx.close());
    if (embedded != null) embedded.close();
  }
}
