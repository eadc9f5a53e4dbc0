package veche.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import veche.wire.Bytes;

/// The door to PostgreSQL: one pool, transactions, the schema. Every failure carries the name of
/// the operation, since those of the driver come without a stack trace.
public final class Db implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// log §3.6: what a server that acknowledges ballots cannot do without.
  private static final Map<String, List<String>> UNSAFE =
      Map.of(
          "fsync", List.of("off"),
          "full_page_writes", List.of("off"),
          "synchronous_commit", List.of("off"),
          "data_checksums", List.of("off"),
          "data_sync_retry", List.of("on"));

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final Pool pool;

  private Db(Vertx vertx, PgConnectOptions options, Pool pool) {
    this.vertx = vertx;
    this.options = options;
    this.pool = pool;
  }

  /// Refuses unsafe settings by name, brings the schema up to date and connects. Blocks: for
  /// start-up, not for an event loop.
  ///
  /// @param uri `postgresql://user:password@host:port/database`
  public static Db open(Vertx vertx, String uri, int connections) {
    PgConnectOptions options = PgConnectOptions.fromUri(uri).setCachePreparedStatements(true);
    // a server that stops in a transaction must not keep the others from the log's head
    options.addProperty(
        "idle_in_transaction_session_timeout", Integer.toString(Baton.SILENCE_MILLIS));
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(connections))
            .connectingTo(options)
            .using(vertx)
            .build();
    Db db = new Db(vertx, options, pool);
    try {
      db.refuseUnsafeSettings();
      migrate(options);
      return db;
    } catch (RuntimeException e) {
      db.close();
      throw e;
    }
  }

  private void refuseUnsafeSettings() {
    Map<String, String> unsafe = new TreeMap<>();
    for (Row row :
        now(query("read settings", "select name, setting from pg_settings", Tuple.tuple()))) {
      String name = row.getString("name");
      String setting = row.getString("setting");
      if (UNSAFE.getOrDefault(name, List.of()).contains(setting)) unsafe.put(name, setting);
    }
    if (!unsafe.isEmpty()) {
      throw new StoreException("the database could forget what it acknowledged: " + unsafe);
    }
  }

  private static void migrate(PgConnectOptions options) {
    String url =
        "jdbc:postgresql://"
            + options.getHost()
            + ":"
            + options.getPort()
            + "/"
            + options.getDatabase();
    try {
      Flyway.configure()
          .dataSource(url, options.getUser(), options.getPassword())
          .locations("classpath:db/migration")
          .load()
          .migrate();
    } catch (RuntimeException e) {
      throw new StoreException("migrate", e);
    }
  }

  /// What decides which of several servers gives places.
  public Baton baton() {
    return new Baton(vertx, options);
  }

  public Future<RowSet<Row>> query(String operation, String sql, Tuple arguments) {
    return query(pool, operation, sql, arguments);
  }

  static Future<RowSet<Row>> query(
      SqlClient client, String operation, String sql, Tuple arguments) {
    return client.preparedQuery(sql).execute(arguments).recover(e -> failed(operation, e));
  }

  /// Commits when `work` succeeds, rolls back when it fails.
  public <T> Future<T> inTransaction(String operation, Function<SqlConnection, Future<T>> work) {
    return pool.withTransaction(work).recover(e -> failed(operation, e));
  }

  private static <T> Future<T> failed(String operation, Throwable cause) {
    return Future.failedFuture(
        cause instanceof StoreException ? cause : new StoreException(operation, cause));
  }

  /// Waits for an answer of the database: on threads of one's own, never on an event loop.
  public static <T> T now(Future<T> answer) {
    try {
      return answer.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new StoreException("no answer from the database", e);
    }
  }

  static Buffer buffer(Bytes bytes) {
    return Buffer.buffer(bytes.unsafeArray());
  }

  static Bytes bytes(Row row, String column) {
    return Bytes.wrap(row.getBuffer(column).getBytes());
  }

  static <T> List<T> rows(RowSet<Row> rows, Function<Row, T> each) {
    List<T> out = new ArrayList<>(rows.size());
    for (Row row : rows) out.add(each.apply(row));
    return List.copyOf(out);
  }

  @Override
  public void close() {
    now(pool.close());
  }
}
