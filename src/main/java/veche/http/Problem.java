package veche.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import veche.election.Code;
import veche.election.Refused;
import veche.view.Words;

/// doors: what a refusal looks like from outside (RFC 9457).
final class Problem {
  private Problem() {}

  static void answer(HttpServerRequest request, int status, Refused refused) {
    if (refused.code() == Code.RATE_LIMITED) request.response().putHeader("retry-after", "60");
    send(request.response(), status, told(request, status, refused));
  }

  private static JsonObject told(HttpServerRequest request, int status, Refused refused) {
    return new JsonObject()
        .put("type", "/doors#" + refused.code().id())
        .put("code", refused.code().id())
        .put("status", status)
        .put("title", words(request).refusal(refused.code()))
        .put("detail", refused.detail());
  }

  /// doors §8: with the work done at once, without it when it may be calm again.
  static void answer(HttpServerRequest request, Toll.Owed owed) {
    Refused why = new Refused(Code.WORK_NEEDED, String.valueOf(owed.getMessage()));
    request.response().putHeader("retry-after", Long.toString(Limits.WINDOW));
    send(
        request.response(),
        status(why.code()),
        told(request, status(why.code()), why)
            .put(
                "work",
                new JsonObject().put("challenge", owed.challenge()).put("bits", owed.bits())));
  }

  /// In the reader's language if it is one of ours.
  private static Words words(HttpServerRequest request) {
    String wanted = request.getHeader("accept-language");
    if (wanted == null) return Words.ENGLISH;
    return Words.in(wanted.strip().toLowerCase(Locale.ROOT).replaceFirst("[,;].*", ""));
  }

  /// What is no refusal and has no code.
  enum Trouble {
    METHOD(405),
    FAILED(500),
    UNAVAILABLE(503);

    private final int status;

    Trouble(int status) {
      this.status = status;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Nothing was wrong with what was sent: 503 says when the same bytes may be sent again.
  static void unable(HttpServerRequest request, Trouble trouble, String detail) {
    if (trouble == Trouble.UNAVAILABLE) request.response().putHeader("retry-after", "2");
    send(
        request.response(),
        trouble.status,
        new JsonObject()
            .put("type", "/doors#" + trouble.id())
            .put("status", trouble.status)
            .put("title", words(request).text("trouble." + trouble.id()))
            .put("detail", detail));
  }

  private static void send(HttpServerResponse response, int status, JsonObject body) {
    if (response.ended() || response.headWritten()) {
      response.reset();
    } else {
      response
          .setStatusCode(status)
          .putHeader("content-type", "application/problem+json")
          .putHeader("cache-control", "no-store")
          .end(body.encode());
    }
  }

  /// doors §3.
  static int status(Code code) {
    return code.status();
  }
}
