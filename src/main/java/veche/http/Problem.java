package veche.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import veche.election.Code;
import veche.election.Refused;

/// doors: what a refusal looks like from outside (RFC 9457).
final class Problem {
  private static final String TYPE = "/spec/record#9-refusal-codes";

  private Problem() {}

  static void answer(HttpServerResponse response, int status, Refused refused) {
    send(
        response,
        status,
        new JsonObject()
            .put("type", TYPE)
            .put("code", refused.code().id())
            .put("status", status)
            .put("title", title(refused.code()))
            .put("detail", refused.detail()));
  }

  /// The server itself could not answer; nothing was wrong with the request.
  static void unable(HttpServerResponse response, int status, String title) {
    send(
        response,
        status,
        new JsonObject().put("type", "about:blank").put("status", status).put("title", title));
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

  private static String title(Code code) {
    return switch (code) {
      case MALFORMED -> "These bytes are not what the specification says.";
      case TOO_LARGE -> "This is larger than anything this door takes.";
      case UNKNOWN_ELECTION -> "There is no such election here.";
      case NOT_FOUND -> "There is nothing at this address.";
      case WRONG_PHASE -> "The election is not at the stage for this.";
      case NOT_ON_ROLL -> "This voting key is not on the roll.";
      case UNKNOWN_KEY -> "Nobody this election knows has this key.";
      case REVOKED_KEY -> "This key was revoked.";
      case BAD_SIGNATURE -> "A signature does not hold.";
      case BAD_PROOF -> "A proof does not hold.";
      case WRONG_CONTEXT -> "This was made for another election or another stage of it.";
      case WRONG_CONTESTS -> "The ballot does not answer this election's contests.";
      case STALE_CHAIN -> "This key has cast another ballot since.";
      case STALE_SERIAL -> "An act of this kind was logged since.";
      case DUPLICATE_CIPHERTEXT -> "An encrypted choice in it stands in the log already.";
      case TOO_FEW_SIGNATURES -> "More signatures are needed.";
      case RATE_LIMITED -> "Too many at once; try again later.";
      case QUORUM_MISSING -> "The witnesses have not vouched for this yet.";
      case CONFLICT -> "It contradicts what stands.";
      case UNSUPPORTED -> "This server does not know this kind of act.";
    };
  }
}
