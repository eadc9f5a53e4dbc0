package veche.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import veche.election.Code;
import veche.election.Refused;
import veche.view.Json;
import veche.view.Problems;
import veche.view.Words;

/// doors §3: how a refusal leaves this server.
final class Problem {
  private Problem() {}

  static void answer(HttpServerRequest request, int status, Refused refused) {
    if (refused.code() == Code.RATE_LIMITED) request.response().putHeader("retry-after", "60");
    send(request.response(), status, Problems.refused(words(request), status, refused));
  }

  /// doors §8: with the work done at once, without it when it may be calm again.
  static void answer(HttpServerRequest request, Toll.Owed owed) {
    Refused why = new Refused(Code.WORK_NEEDED, String.valueOf(owed.getMessage()));
    request.response().putHeader("retry-after", Long.toString(Limits.WINDOW));
    int status = status(why.code());
    ObjectNode told = Problems.refused(words(request), status, why);
    told.putObject("work").put("challenge", owed.challenge()).put("bits", owed.bits());
    send(request.response(), status, told);
  }

  private static Words words(HttpServerRequest request) {
    return Problems.words(request.getHeader("accept-language"));
  }

  /// Nothing was wrong with what was sent: 503 says when the same bytes may be sent again.
  static void unable(HttpServerRequest request, Problems.Trouble trouble, String detail) {
    if (trouble == Problems.Trouble.UNAVAILABLE) request.response().putHeader("retry-after", "2");
    send(request.response(), trouble.status(), Problems.trouble(words(request), trouble, detail));
  }

  private static void send(HttpServerResponse response, int status, ObjectNode body) {
    if (response.ended() || response.headWritten()) {
      response.reset();
    } else {
      response
          .setStatusCode(status)
          .putHeader("content-type", Problems.TYPE)
          .putHeader("cache-control", "no-store")
          .end(Json.write(body));
    }
  }

  /// doors §3.
  static int status(Code code) {
    return code.status();
  }
}
