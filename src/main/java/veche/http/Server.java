package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;
import veche.election.Code;
import veche.election.Refused;
import veche.store.Board;
import veche.store.Db;
import veche.store.Desk;
import veche.store.Errands;
import veche.store.StoreException;
import veche.view.Problems;
import veche.wire.Malformed;

/// The doors of src/spec/doors.md. Whatever is not listed here does not exist; there is no address
/// that administers anything, no account and no log of who came.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int SAVE_MILLIS = 5_000;
  private static final int IDLE_SECONDS = 60;
  private static final int STOP_SECONDS = 20;

  private final Vertx vertx;
  private final Db db;
  private final Settings settings;
  private final Metrics metrics = new Metrics();
  private final Headers headers;
  private final Limits limits;
  private final Workers workers;
  private final Role role = new Role();
  private final Sequencer sequencer;
  private final Sightings sightings;
  private final Node node;
  private final Courier courier;
  private final Ledgers ledgers;
  private final BoardApi boardApi;
  private final ActsApi actsApi;
  private final VoterApi voterApi;
  private final ViewApi viewApi;
  private final Witnesses witnesses;
  private final Router router;
  private final HttpServer doors;
  private final HttpServer inspection;
  private final long saving;
  private volatile boolean closing;

  /// Reads every log, asks others what they saw of it, then opens the doors. Blocks until they are
  /// open; throws [Rollback] where this server must not sign.
  Server(
      Vertx vertx,
      Settings settings,
      Db db,
      Pages pages,
      Entropy entropy,
      InstantSource clock,
      Faults faults) {
    this.vertx = vertx;
    this.db = db;
    this.settings = settings;
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    headers = new Headers(settings.https());
    limits = new Limits(clock);
    Board board = new Board(db);
    var context =
        new Ledger.Context(
            board,
            new Desk(db),
            entropy,
            clock,
            limits,
            metrics,
            role,
            faults,
            settings.data().resolve("scratch"));
    ledgers = new Ledgers(settings, context);
    workers = new Workers(threads, 4_096);
    sequencer = new Sequencer(entropy);
    sightings = new Sightings(settings.mirrors(), ledgers, sequencer);
    try {
      sightings.ask();
    } catch (RuntimeException e) {
      sightings.close();
      sequencer.close();
      workers.close();
      throw e;
    }
    node = new Node(vertx, db.baton(), board, ledgers, sequencer, role);
    Doors shared = new Doors(ledgers);
    boardApi = new BoardApi(shared, sequencer);
    courier = new Courier(vertx, new Errands(db), board, ledgers, sequencer, entropy);
    var toll = new Toll(entropy, clock, settings.calm(), workers::waiting, workers.room());
    actsApi = new ActsApi(shared, ledgers, workers, sequencer, courier, toll, settings, clock);
    var prover = new Prover(workers, metrics, faults);
    voterApi = new VoterApi(shared, workers, prover, sequencer, courier, limits, toll);
    courier.begin();
    metrics.gauge(
        "veche_solved_challenges",
        "Solved challenges that are remembered until they expire.",
        toll::remembered);
    viewApi = new ViewApi(shared, ledgers, sequencer, workers, pages);
    metrics.gauge("veche_waiting_entries", "Entries that wait for a place.", sequencer::waiting);
    metrics.gauge("veche_waiting_work", "Requests that wait for a worker.", workers::waiting);
    metrics.gauge(
        "veche_handed_entries", "Entries that wait for another server.", courier::waiting);
    metrics.gauge("veche_elections", "Elections of this server.", () -> ledgers.all().size());
    saving = vertx.setPeriodic(SAVE_MILLIS, id -> save());
    router = router();
    doors = listen(settings.bind(), settings.port(), settings.tls(), router);
    inspection = listen("127.0.0.1", settings.inspectPort(), Optional.empty(), inspectionRouter());
    witnesses = new Witnesses(ledgers::all, sequencer, clock, role::keeper);
  }

  private HttpServer listen(String address, int port, Optional<Settings.Tls> tls, Router router) {
    var options =
        new HttpServerOptions()
            .setHost(address)
            .setPort(port)
            .setIdleTimeout(IDLE_SECONDS)
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(2_048)
            .setMaxHeaderSize(8_192);
    tls.ifPresent(
        files ->
            options
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setKeyPath(files.key().toString())
                        .setCertPath(files.chain().toString()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2")));
    return now(
        vertx.createHttpServer(options).requestHandler(request -> enter(request, router)).listen());
  }

  /// The router takes addresses for what they are escaped to be, and fails on others.
  private static final Pattern ADDRESS = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*+");

  private void enter(HttpServerRequest request, Router router) {
    String address = request.uri();
    if (address != null && ADDRESS.matcher(address).matches()) {
      router.handle(request);
      return;
    }
    metrics.request();
    headers.put(request.response());
    refuse(request, new Refused(Code.MALFORMED, "an address that cannot be read"));
  }

  private Router router() {
    Router router = Router.router(vertx);
    router.route().handler(headers);
    router.route().handler(this::counted);
    router.route().failureHandler(this::failed);
    router.errorHandler(404, ctx -> refuse(ctx, Code.NOT_FOUND, "nothing is here"));
    router.errorHandler(
        405, ctx -> Problem.unable(ctx.request(), Problems.Trouble.METHOD, "not with this method"));

    router.get("/").handler(ctx -> viewApi.page(ctx, "index.html"));
    router.get("/doors").handler(ctx -> viewApi.page(ctx, "doors.html"));
    router
        .get("/verify")
        .handler(headers::verifier)
        .handler(ctx -> viewApi.page(ctx, "verify.html"));
    router.get("/openapi.json").handler(ctx -> viewApi.page(ctx, "openapi.json"));
    router.get("/e/:slug").handler(ctx -> viewApi.electionPage(ctx, "election.html"));
    router
        .get("/e/:slug/vote")
        .handler(headers::booth)
        .handler(ctx -> viewApi.electionPage(ctx, "vote.html"));
    router.get("/e/:slug/check").handler(ctx -> viewApi.electionPage(ctx, "check.html"));
    router.get("/e/:slug/result").handler(ctx -> viewApi.electionPage(ctx, "result.html"));
    router
        .get("/e/:slug/verify")
        .handler(headers::verifier)
        .handler(ctx -> viewApi.electionPage(ctx, "verify.html"));
    router.get("/web/*").handler(viewApi::file);

    router.get("/elections.json").handler(viewApi::elections);
    router.get("/demo.json").handler(viewApi::demonstration);
    router.get("/e/:slug/election.json").handler(viewApi::election);
    router.get("/e/:slug/result.json").handler(viewApi::result);
    router.get("/e/:slug/profile/:contest").handler(viewApi::profile);
    router.get("/e/:slug/leaf/:leaf").handler(viewApi::leaf);

    router.get("/e/:slug/checkpoint").handler(boardApi::checkpoint);
    router.get("/e/:slug/candidate").handler(boardApi::candidate);
    router.get("/e/:slug/cosigned").handler(boardApi::cosigned);
    router.get("/e/:slug/stage/index").handler(boardApi::stages);
    router.get("/e/:slug/stage/:size").handler(boardApi::stage);
    router.get("/e/:slug/tile/*").handler(boardApi::tile);
    router.get("/e/:slug/blob/:digest").handler(boardApi::blob);
    router.get("/e/:slug/receipt/:digest").handler(boardApi::receipt);
    router.get("/e/:slug/consistency/:old/:new").handler(boardApi::consistency);
    router.get("/e/:slug/bundle.zip").handler(boardApi::bundle);
    router.get("/e/:slug/acts/pending").handler(actsApi::pending);

    post(router, "/elections", Limits.SMALL, actsApi::reserve);
    post(router, "/e/:slug/ballots", Limits.BALLOT, voterApi::ballot);
    post(router, "/e/:slug/enrolments", Limits.SMALL, voterApi::enrol);
    post(router, "/e/:slug/enrolments/pull", Limits.SMALL, actsApi::pull);
    post(router, "/e/:slug/cosignatures", Limits.SMALL, actsApi::cosign);
    router.post("/e/:slug/acts").handler(this::room);
    post(router, "/e/:slug/acts", Limits.ACT, actsApi::act);
    return router;
  }

  private static void post(
      Router router, String path, long limit, Handler<RoutingContext> handler) {
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(limit))
        .handler(
            ctx -> {
              ctx.response().putHeader("cache-control", "no-store");
              handler.handle(ctx);
            });
  }

  /// Acts may be large and anybody may send one: only so many are read at once.
  private void room(RoutingContext ctx) {
    String declared = ctx.request().getHeader("content-length");
    long length =
        declared != null && declared.matches("[0-9]{1,9}") ? Long.parseLong(declared) : Limits.ACT;
    if (length > Limits.ACT) throw new Refusal(Code.TOO_LARGE, "more than this door takes");
    if (!limits.take(length)) {
      throw new Refusal(Code.RATE_LIMITED, "too many acts are being read");
    }
    ctx.addEndHandler(ended -> limits.give(length));
    ctx.next();
  }

  private void counted(RoutingContext ctx) {
    metrics.request();
    ctx.next();
  }

  /// The one place where refusals and failures become answers.
  private void failed(RoutingContext ctx) {
    Throwable cause = ctx.failure();
    switch (cause) {
      case Refusal refusal -> refuse(ctx, refusal.why());
      case Toll.Owed owed -> {
        Doors.count(ctx, Code.WORK_NEEDED);
        Problem.answer(ctx.request(), owed);
      }
      case Malformed malformed -> refuse(ctx, Code.MALFORMED, malformed.getMessage());
      case ViewApi.Uncounted uncounted ->
          Problem.answer(
              ctx.request(),
              404,
              new Refused(Code.WRONG_PHASE, String.valueOf(uncounted.getMessage())));
      case Unable unable ->
          Problem.unable(
              ctx.request(), Problems.Trouble.UNAVAILABLE, String.valueOf(unable.getMessage()));
      // whoever asked has gone: nobody is there to be answered
      case HttpClosedException gone -> {}
      case StoreException gone -> {
        metrics.failure();
        LOG.error("the database does not answer: {}", trace(gone));
        Problem.unable(
            ctx.request(),
            Problems.Trouble.UNAVAILABLE,
            "the database does not answer; send it again");
      }
      case null, default -> {
        if (ctx.statusCode() == 413) {
          refuse(ctx, Code.TOO_LARGE, "more than this door takes");
        } else if (unread(ctx) || (ctx.statusCode() >= 400 && ctx.statusCode() < 500)) {
          refuse(ctx, Code.MALFORMED, "a request that cannot be read");
        } else {
          metrics.failure();
          // the message could hold what was sent; where it happened cannot
          LOG.error("a door failed: {}", trace(cause));
          Problem.unable(
              ctx.request(), Problems.Trouble.FAILED, "the server failed; nothing was kept");
        }
      }
    }
  }

  /// No door has seen a body that did not come to its end: what failed is the reading of it.
  private static boolean unread(RoutingContext ctx) {
    return ctx.request().method() == HttpMethod.POST && !ctx.request().isEnded();
  }

  private static String trace(@Nullable Throwable cause) {
    if (cause == null) return "without a cause";
    StackTraceElement[] stack = cause.getStackTrace();
    return cause.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
  }

  private void refuse(RoutingContext ctx, Code code, String detail) {
    refuse(ctx, new Refused(code, detail));
  }

  private void refuse(RoutingContext ctx, Refused why) {
    Doors.count(ctx, why.code());
    refuse(ctx.request(), why);
  }

  private static void refuse(HttpServerRequest request, Refused why) {
    Problem.answer(request, Problem.status(why.code()), why);
  }

  private Router inspectionRouter() {
    Router router = Router.router(vertx);
    router.get("/health").handler(this::health);
    router.get("/ready").handler(this::ready);
    router
        .get("/metrics")
        .handler(
            ctx ->
                ctx.response()
                    .putHeader("content-type", "text/plain; version=0.0.4")
                    .end(metrics.text(refused())));
    return router;
  }

  private Map<String, Long> refused() {
    Map<String, Long> out = new TreeMap<>();
    for (Ledger ledger : ledgers.all()) {
      ledger.refusals().all().forEach((code, n) -> out.merge(code, n, Long::sum));
    }
    return out;
  }

  private void health(RoutingContext ctx) {
    db.query("health", "select 1", Tuple.tuple())
        .onSuccess(ok -> ctx.response().end("ok\n" + role + "\n"))
        .onFailure(e -> ctx.response().setStatusCode(503).end("the database does not answer\n"));
  }

  /// operation §1: whether people may be sent here. It lives (`/health`) before it is ready and
  /// while it ends.
  private void ready(RoutingContext ctx) {
    String lacks = closing ? "ending" : node.lacks();
    if (!lacks.isEmpty()) {
      ctx.response().setStatusCode(503).end(lacks + "\n");
      return;
    }
    db.query("ready", "select 1", Tuple.tuple())
        .onSuccess(ok -> ctx.response().end("ready\n" + role + "\n"))
        .onFailure(e -> ctx.response().setStatusCode(503).end("the database does not answer\n"));
  }

  private Future<Void> save() {
    return ledgers
        .saveRefusals()
        .onFailure(e -> LOG.warn("counters were not saved: {}", e.getMessage()));
  }

  /// `METHOD /address` of every door, for the test that holds them to their chapter.
  Set<String> routes() {
    Set<String> out = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      if (route.methods() == null) continue;
      for (HttpMethod method : route.methods()) {
        out.add(method + " " + route.getName().replaceAll(":[a-z]+|(?<=[a-z]/)$", "*"));
      }
    }
    return out;
  }

  public int port() {
    return doors.actualPort();
  }

  public int inspectPort() {
    return inspection.actualPort();
  }

  /// doors §2 `/demo.json`: keys of invented voters, for a demonstration's visitors.
  public void demonstrate(String slug, List<String> keys) {
    viewApi.demonstrate(slug, keys);
  }

  /// The way of ballots whose proofs were checked already, for measurements.
  public Intake intake(String slug) {
    return new Intake(ledgers.get(slug).orElseThrow(), sequencer);
  }

  /// Doors first, then what waits is finished and answered.
  @Override
  public void close() {
    closing = true;
    vertx.cancelTimer(saving);
    witnesses.close();
    sightings.close();
    // nobody new comes in; whoever is inside is still answered, after their commit
    now(doors.shutdown(STOP_SECONDS, TimeUnit.SECONDS));
    courier.rest();
    node.close();
    sequencer.close();
    courier.close();
    node.leave();
    now(inspection.close());
    workers.close();
    now(save());
  }
}
