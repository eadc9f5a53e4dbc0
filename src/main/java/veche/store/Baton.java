package veche.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// log §3.2: what the servers of one database hand to each other: an advisory lock of one session.
/// The session ends, and the lock with it, when its holder falls silent for a few seconds, whether
/// it was killed, stopped or cut off. A holder that does not know it yet is fenced by the epoch.
public final class Baton implements AutoCloseable {
  /// How long PostgreSQL waits for a silent holder; it is heard several times in it.
  static final int SILENCE_MILLIS = 4_000;

  /// How long a holder waits for PostgreSQL: it gives up before another may begin.
  private static final int PATIENCE_MILLIS = 3_000;

  private static final String TAKE =
      "select pg_try_advisory_lock(hashtextextended('veche keeper', 0)) as held";

  private final Vertx vertx;
  private final PgConnectOptions options;
  private volatile @Nullable PgConnection connection;
  private volatile boolean held;

  Baton(Vertx vertx, PgConnectOptions options) {
    this.vertx = vertx;
    this.options =
        new PgConnectOptions(options)
            .addProperty("idle_session_timeout", Integer.toString(SILENCE_MILLIS))
            .addProperty("tcp_keepalives_idle", "1")
            .addProperty("tcp_keepalives_interval", "1")
            .addProperty("tcp_keepalives_count", "2");
  }

  public boolean held() {
    return held;
  }

  /// Says that this server is alive, or tries to get the baton if it has not got it. One call at a
  /// time, several a second.
  public Future<Boolean> beat() {
    PgConnection mine = connection;
    Future<Boolean> answer =
        (mine == null ? connect() : Future.succeededFuture(mine))
            .compose(c -> held ? alive(c) : take(c))
            .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    return answer.onFailure(e -> drop()).otherwise(false);
  }

  private Future<PgConnection> connect() {
    return PgConnection.connect(vertx, options)
        .onSuccess(
            c -> {
              connection = c;
              c.closeHandler(closed -> lost(c));
            });
  }

  private static Future<Boolean> alive(PgConnection c) {
    return c.preparedQuery("select 1").execute(Tuple.tuple()).map(true);
  }

  private Future<Boolean> take(PgConnection c) {
    return c.preparedQuery(TAKE)
        .execute(Tuple.tuple())
        .map(rows -> rows.iterator().next().getBoolean("held"))
        .onSuccess(got -> held = got && connection == c);
  }

  private void lost(PgConnection c) {
    if (connection != c) return;
    connection = null;
    held = false;
  }

  /// Lets the baton go, whoever has it in the end.
  public void drop() {
    PgConnection c = connection;
    connection = null;
    held = false;
    if (c != null) c.close();
  }

  @Override
  public void close() {
    drop();
  }
}
