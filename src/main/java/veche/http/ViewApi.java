package veche.http;

import static veche.http.Doors.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import veche.election.Code;
import veche.election.Contest;
import veche.record.Phase;
import veche.record.Record;
import veche.tally.Outcome;
import veche.tally.RankedCount;
import veche.tally.Vote;
import veche.view.Json;
import veche.view.RecordJson;
import veche.view.ballots.RankedResult;
import veche.wire.Bytes;

/// doors §2, §4: what people and scripts read, and the page itself.
final class ViewApi {
  private final Doors doors;
  private final Ledgers ledgers;
  private final Sequencer sequencer;
  private final Workers workers;
  private final Pages pages;
  private final Map<Ledger, Cached> cache = new ConcurrentHashMap<>();
  private volatile @Nullable String demonstration;

  private record Cached(Ledger.Shown shown, Map<String, Long> refused, String json) {}

  ViewApi(Doors doors, Ledgers ledgers, Sequencer sequencer, Workers workers, Pages pages) {
    this.doors = doors;
    this.ledgers = ledgers;
    this.sequencer = sequencer;
    this.workers = workers;
    this.pages = pages;
  }

  void demonstrate(String slug, List<String> keys) {
    var out = Json.object().put("election", slug);
    keys.forEach(out.putArray("keys")::add);
    demonstration = Json.write(out);
  }

  void demonstration(RoutingContext ctx) {
    String json = demonstration;
    if (json == null) throw new Refusal(Code.NOT_FOUND, "this is no demonstration");
    Doors.json(ctx, json);
  }

  void elections(RoutingContext ctx) {
    answer(ctx, sequencer.ask(this::elections), json -> Doors.json(ctx, json));
  }

  private String elections() {
    ArrayNode out = Json.array();
    for (Ledger ledger : ledgers.all()) {
      Ledger.Shown shown = ledger.shown();
      if (shown.draft().isPresent()) out.add(RecordJson.summary(shown.record()));
    }
    return Json.write(out);
  }

  void election(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    if (ledger.shown().draft().isEmpty()) {
      throw new Refusal(Code.UNKNOWN_ELECTION, "its draft has not come yet");
    }
    Cached cached = cache.get(ledger);
    Future<String> json =
        cached != null && cached.equals(new Cached(ledger.shown(), refused(ledger), cached.json))
            ? Future.succeededFuture(cached.json)
            : sequencer.ask(() -> election(ledger));
    answer(ctx, json, text -> Doors.json(ctx, text));
  }

  private static Map<String, Long> refused(Ledger ledger) {
    return ledger.refusals().all();
  }

  private String election(Ledger ledger) {
    Ledger.Shown shown = ledger.shown();
    Map<String, Long> refused = refused(ledger);
    Optional<RecordJson.Cosigned> cosigned =
        shown
            .checkpoints()
            .cosigned()
            .map(v -> new RecordJson.Cosigned(v.size(), v.time(), v.names()));
    String json = Json.write(RecordJson.election(shown.record(), refused, cosigned));
    cache.put(ledger, new Cached(shown, refused, json));
    return json;
  }

  void result(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Phase phase = ledger.shown().phase();
    Future<String> json =
        sequencer.ask(
            () ->
                RecordJson.result(ledger.shown().record())
                    .map(found -> RankedResult.into(found, ledger.shown().record()))
                    .map(Json::write)
                    .orElseThrow(() -> new Uncounted(phase)));
    answer(ctx, json, text -> Doors.json(ctx, text));
  }

  /// doors §2: what was opened of a ranked contest, to be counted again.
  void profile(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    String id = ctx.pathParam("contest");
    Future<Bytes> found =
        sequencer
            .ask(() -> ledger.shown().record())
            .compose(record -> workers.run(() -> profile(record, id)));
    answer(ctx, found, bytes -> Doors.bytes(ctx, bytes));
  }

  private static Bytes profile(Record record, String id) {
    if (record.result().isEmpty()) throw new Uncounted(record.phase());
    for (Outcome outcome : record.outcomes()) {
      Contest contest = record.draft().contests().get(outcome.contest());
      if (!contest.id().equals(id) || outcome.ranked().isEmpty()) continue;
      List<Vote> votes = record.openings().orElseThrow().votes(outcome.contest()).orElseThrow();
      return RankedCount.profile(contest, votes).enc().encode();
    }
    throw new Refusal(Code.NOT_FOUND, "no ranked contest of that name");
  }

  /// doors §2: the one refusal whose status differs, since the address is not there yet.
  static final class Uncounted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Uncounted(Phase phase) {
      super("the election is in phase " + phase.id(), null, false, false);
    }
  }

  void leaf(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    String name = ctx.pathParam("leaf");
    if (!name.endsWith(".json")) throw new Refusal(Code.NOT_FOUND, "expected <n>.json");
    long index = Doors.number(name.substring(0, name.length() - ".json".length()));
    Future<String> json =
        ledger
            .leaf(index)
            .map(found -> found.orElseThrow(() -> new Refusal(Code.NOT_FOUND, "no such leaf")))
            .compose(leaf -> workers.run(() -> Json.write(RecordJson.leaf(index, leaf))));
    answer(ctx, json, text -> Doors.json(ctx, text));
  }

  void page(RoutingContext ctx, String file) {
    Pages.Page page =
        pages.get(file).orElseThrow(() -> new Refusal(Code.NOT_FOUND, "no such file"));
    String accepted = ctx.request().getHeader("accept-encoding");
    boolean small = accepted != null && accepted.contains("gzip");
    String tag = small ? page.tag().replaceFirst("\"$", "-gzip\"") : page.tag();
    var response = ctx.response();
    response.putHeader("etag", tag).putHeader("cache-control", "no-cache");
    response.putHeader("vary", "accept-encoding");
    if (tag.equals(ctx.request().getHeader("if-none-match"))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader("content-type", page.type());
    if (small) response.putHeader("content-encoding", "gzip");
    response.end(small ? page.gzipped() : page.content());
  }

  void electionPage(RoutingContext ctx, String file) {
    if (ledgers.get(ctx.pathParam("slug")).isEmpty()) ctx.response().setStatusCode(404);
    page(ctx, file);
  }

  void file(RoutingContext ctx) {
    // the route takes `/web` itself too, with whatever query
    String path = ctx.normalizedPath();
    page(ctx, path.startsWith("/web/") ? path.substring("/web/".length()) : "");
  }
}
