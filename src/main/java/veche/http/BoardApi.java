package veche.http;

import static veche.http.Doors.answer;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.election.Code;
import veche.log.Tile;
import veche.store.Board;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// doors §1: the log as a static tree, and what is proved about it. Anybody may read it from
/// anywhere, other people's pages included.
final class BoardApi {
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String NOW = "no-cache";

  private final Doors doors;
  private final Sequencer sequencer;

  BoardApi(Doors doors, Sequencer sequencer) {
    this.doors = doors;
    this.sequencer = sequencer;
  }

  private Ledger ledger(RoutingContext ctx, String caching) {
    HttpServerResponse response = ctx.response();
    response.putHeader("access-control-allow-origin", "*");
    response.putHeader("cross-origin-resource-policy", "cross-origin");
    response.putHeader("cache-control", caching);
    return doors.ledger(ctx);
  }

  void checkpoint(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    note(ctx, ledger.shown().checkpoints().newest());
  }

  void candidate(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    answer(ctx, sequencer.ask(ledger::candidate), note -> note(ctx, note));
  }

  private static void note(RoutingContext ctx, String note) {
    if (note.isEmpty()) throw new Refusal(Code.NOT_FOUND, "the log is empty");
    Doors.text(ctx, note);
  }

  void cosigned(RoutingContext ctx) {
    Doors.text(ctx, vouched(ledger(ctx, NOW)).text());
  }

  private static Checkpoints.Vouched vouched(Ledger ledger) {
    return ledger
        .shown()
        .checkpoints()
        .cosigned()
        .orElseThrow(() -> new Refusal(Code.QUORUM_MISSING, "no checkpoint has a quorum yet"));
  }

  void stages(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    Doors.text(ctx, Bundle.stageIndex(ledger.shown().checkpoints().stages().keySet()));
  }

  void stage(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    String note = ledger.shown().checkpoints().stages().get(Doors.number(ctx.pathParam("size")));
    if (note == null) throw new Refusal(Code.NOT_FOUND, "not a stage");
    Doors.text(ctx, note);
  }

  void tile(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, FOREVER);
    String path = ctx.normalizedPath();
    Tile tile;
    try {
      tile = Tile.parse(path.substring(path.indexOf("/tile/") + 1));
    } catch (Malformed e) {
      throw new Refusal(Code.NOT_FOUND, e.getMessage());
    }
    answer(ctx, ledger.tile(tile), bytes -> Doors.bytes(ctx, bytes));
  }

  void blob(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, FOREVER);
    Bytes digest = Doors.digest(ctx.pathParam("digest"));
    answer(
        ctx,
        ledger.board().blob(ledger.slug(), digest),
        found -> Doors.bytes(ctx, found.orElseThrow(BoardApi::nothing)));
  }

  private static Refusal nothing() {
    return new Refusal(Code.NOT_FOUND, "nothing with this digest");
  }

  /// log §4 (b): a receipt that independent observers stand behind.
  void receipt(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    Optional<Ledger.Place> found = ledger.place(Doors.digest(ctx.pathParam("digest")));
    Ledger.Place place = found.orElseThrow(BoardApi::nothing);
    Checkpoints.Vouched vouched = vouched(ledger);
    if (vouched.size() <= place.index()) {
      throw new Refusal(Code.QUORUM_MISSING, "the witnesses have not come so far yet");
    }
    Doors.text(ctx, ledger.receipt(place, vouched.text()));
  }

  void consistency(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    long from = Doors.number(ctx.pathParam("old"));
    long to = Doors.number(ctx.pathParam("new"));
    List<Bytes> proof = ledger.consistency(from, to);
    StringBuilder out = new StringBuilder();
    for (Bytes hash : proof) out.append(hash.base64()).append('\n');
    Doors.text(ctx, out.toString());
  }

  void bundle(RoutingContext ctx) {
    Ledger ledger = ledger(ctx, NOW);
    Ledger.Shown shown = ledger.shown();
    if (shown.size() == 0) throw new Refusal(Code.NOT_FOUND, "the log is empty");
    Board board = ledger.board();
    answer(
        ctx,
        board.blobs(ledger.slug()),
        blobs -> {
          ctx.response()
              .putHeader("content-type", "application/zip")
              .putHeader(
                  "content-disposition", "attachment; filename=\"" + ledger.slug() + ".zip\"")
              .setChunked(true);
          Bundle bundle = new Bundle(ledger, shown, blobs.stream().map(Map.Entry::getKey).toList());
          bundle.stream(ctx.response());
        });
  }
}
