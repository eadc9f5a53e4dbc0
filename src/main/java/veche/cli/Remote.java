package veche.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import veche.crypto.Work;
import veche.record.Bundle;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// doors: the one HTTP client of the role programs. Nothing it brings is believed; callers check.
public final class Remote {
  // what is no file of a bundle is a note, a list of pending acts or of enrolments, or a view
  private static final int LARGEST_VIEW = 16 << 20;
  // a load that rises while the work is done asks again, a little more each time
  private static final int MOST_WORK = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  // long enough for the largest roll through Tor
  private static final Duration WHOLE_ANSWER = Duration.ofMinutes(20);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final String base;
  private final Duration wholeAnswer;

  /// A refusal as the server told it.
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient Optional<Asked> work;

    Refusal(String code, String detail, Optional<Asked> work) {
      super(code + ": " + detail);
      this.code = code;
      this.work = work;
    }

    public String code() {
      return code;
    }
  }

  /// The server could not be reached or did not answer as a Veche server does.
  public static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreachable(String message) {
      super(message);
    }
  }

  /// Work that a busy door asks for (doors §8).
  private record Asked(String challenge, int bits) {}

  public record Reply(int status, Bytes body) {}

  /// @param base an election's address, or a server's, without a slash at the end
  public Remote(String base) {
    this(base, WHOLE_ANSWER);
  }

  /// @param wholeAnswer how long an answer may trickle in
  Remote(String base, Duration wholeAnswer) {
    this.wholeAnswer = wholeAnswer;
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    URI uri = URI.create(this.base);
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new Malformed("address: expected http://… or https://…, not " + base);
    }
  }

  public String base() {
    return base;
  }

  /// The name of an election in its address.
  public String slug() {
    return base.substring(base.lastIndexOf('/') + 1);
  }

  /// Reads no more than what a file of this name can be.
  public Bytes get(String path) {
    return get(path, Bundle.cap(path).orElse(LARGEST_VIEW));
  }

  /// The same, refusing to read more than `cap` bytes.
  public Bytes get(String path, int cap) {
    return send(HttpRequest.newBuilder(URI.create(base + "/" + path)).GET(), path, cap).body();
  }

  /// Does the work that a busy door asks for, and sends it again.
  public Reply post(String path, Bytes body) {
    Optional<String> paid = Optional.empty();
    for (int again = 0; ; again++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(base + "/" + path))
              .header("content-type", "application/octet-stream")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body.toArray()));
      paid.ifPresent(work -> request.header("veche-work", work));
      try {
        return send(request, path, LARGEST_VIEW);
      } catch (Refusal refused) {
        if (refused.work.isEmpty() || again == MOST_WORK) throw refused;
        Asked asked = refused.work.get();
        Bytes seed = Work.seed(asked.challenge, body);
        long counter = Work.solve(seed, asked.bits, () -> !Thread.currentThread().isInterrupted());
        if (counter < 0) throw new Unreachable("interrupted");
        paid = Optional.of(asked.challenge + " " + counter);
      }
    }
  }

  private Reply send(HttpRequest.Builder request, String path, int cap) {
    try {
      HttpResponse<InputStream> response =
          http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        CompletableFuture<Void> end = endAfter(wholeAnswer, in);
        byte[] body = in.readNBytes(cap + 1);
        if (!end.cancel(false)) throw new Unreachable(path + " takes longer than it may");
        if (body.length > cap) throw new Unreachable(path + " is larger than it can be");
        if (response.statusCode() / 100 == 2) {
          return new Reply(response.statusCode(), Bytes.wrap(body));
        }
        throw refusal(response.statusCode(), Bytes.wrap(body));
      }
    } catch (IOException e) {
      // the client wraps what broke down in this program, like memory that ran out: that is no
      // silent server, and asking again would not help
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof Error broken) throw broken;
      }
      throw new Unreachable(base + ": " + e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unreachable("interrupted");
    }
  }

  /// A server that never ends its answer must not hold a role program for ever.
  private static CompletableFuture<Void> endAfter(Duration time, InputStream in) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            in.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static Optional<Asked> asked(JsonNode problem) {
    String challenge = problem.at("/work/challenge").asText();
    int bits = problem.at("/work/bits").asInt(-1);
    boolean possible = challenge.matches("[0-9a-f.]{1,200}") && bits >= 0 && bits <= Work.MOST;
    return possible ? Optional.of(new Asked(challenge, bits)) : Optional.empty();
  }

  private static RuntimeException refusal(int status, Bytes body) {
    try {
      JsonNode problem = Json.read(body.utf8());
      if (problem.hasNonNull("code")) {
        return new Refusal(
            problem.get("code").asText(), problem.path("detail").asText(), asked(problem));
      }
    } catch (Malformed e) {
      return new Unreachable("status " + status + " without a problem document");
    }
    return new Unreachable("status " + status);
  }
}
