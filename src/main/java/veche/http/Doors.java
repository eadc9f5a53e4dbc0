package veche.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import veche.election.Code;
import veche.wire.Bytes;

/// What all doors share: whose election a request is about, what it brings, and how the answer of
/// another thread finds its way back.
final class Doors {
  private static final String LEDGER = "ledger";

  private final Ledgers ledgers;

  Doors(Ledgers ledgers) {
    this.ledgers = ledgers;
  }

  Ledger ledger(RoutingContext ctx) {
    Ledger ledger =
        ledgers
            .get(ctx.pathParam("slug"))
            .orElseThrow(() -> new Refusal(Code.UNKNOWN_ELECTION, "no such name"));
    ctx.put(LEDGER, ledger);
    return ledger;
  }

  /// Counts a refusal where it happened, if it is known where.
  static void count(RoutingContext ctx, Code code) {
    Ledger ledger = ctx.get(LEDGER);
    if (ledger != null) ledger.refusals().count(code);
  }

  static Bytes body(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() == 0) throw new Refusal(Code.MALFORMED, "nothing was sent");
    return Bytes.wrap(body.getBytes());
  }

  /// A number as tlog writes it: one spelling, no sign.
  static long number(String text) {
    if (!text.matches("0|[1-9][0-9]{0,17}")) throw new Refusal(Code.NOT_FOUND, "not a number");
    return Long.parseLong(text);
  }

  static Bytes digest(String hex) {
    if (!hex.matches("[0-9a-f]{64}")) throw new Refusal(Code.NOT_FOUND, "not a SHA-256 in hex");
    return Bytes.fromHex(hex);
  }

  /// Answers on the request's own thread, wherever the result was made.
  static <T> void answer(RoutingContext ctx, Future<T> result, Consumer<T> send) {
    Context here = ctx.vertx().getOrCreateContext();
    result.onComplete(
        done ->
            here.runOnContext(
                go -> {
                  if (ctx.response().ended() || ctx.response().closed()) return;
                  if (done.failed()) {
                    ctx.fail(done.cause());
                    return;
                  }
                  try {
                    send.accept(done.result());
                  } catch (RuntimeException e) {
                    ctx.fail(e);
                  }
                }));
  }

  static void text(RoutingContext ctx, String text) {
    ctx.response().putHeader("content-type", "text/plain; charset=utf-8").end(text);
  }

  static void json(RoutingContext ctx, String json) {
    ctx.response().putHeader("content-type", "application/json").end(json);
  }

  static void bytes(RoutingContext ctx, Bytes bytes) {
    ctx.response()
        .putHeader("content-type", "application/octet-stream")
        .end(Buffer.buffer(bytes.unsafeArray()));
  }
}
