package veche.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/// web §4, log §10 V3: what every answer of this server carries, so that a page runs nothing but
/// the files beside it and nobody frames it.
final class Headers implements Handler<RoutingContext> {
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final String OWN = "connect-src 'self'";
  private static final String NO_TYPES = "trusted-types 'none'";

  private final boolean https;

  Headers(boolean https) {
    this.https = https;
  }

  /// doors §7: the booth alone may speak to others, to bring a sealed ballot to a body's door whose
  /// address a person was told.
  void booth(RoutingContext ctx) {
    String others = https ? " https:" : " https: http:";
    ctx.response().putHeader("content-security-policy", POLICY.replace(OWN, OWN + others));
    ctx.next();
  }

  /// doors §4: the verifier's page alone may start a program of its own beside itself, and names
  /// which.
  void verifier(RoutingContext ctx) {
    ctx.response()
        .putHeader(
            "content-security-policy", POLICY.replace(NO_TYPES, "trusted-types veche-worker"));
    ctx.next();
  }

  @Override
  public void handle(RoutingContext ctx) {
    put(ctx.response());
    ctx.next();
  }

  void put(HttpServerResponse response) {
    MultiMap headers = response.headers();
    headers.set("content-security-policy", POLICY);
    headers.set("cross-origin-opener-policy", "same-origin");
    headers.set("cross-origin-embedder-policy", "require-corp");
    headers.set("cross-origin-resource-policy", "same-origin");
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    headers.set(
        "permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if (https) headers.set("strict-transport-security", "max-age=31536000");
  }
}
