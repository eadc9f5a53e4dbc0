package veche.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: what the server asks of others, which may be slow, gone or hostile: plain http or https,
/// no redirects, an answer of bounded size within a bounded time.
final class Fetch implements AutoCloseable {
  private static final int LARGEST_ANSWER = 64 << 10;

  record Reply(int status, String body) {}

  /// Why there is no answer that can be used; tried again later.
  static final class Trouble extends Exception {
    private static final long serialVersionUID = 1L;

    Trouble(String what) {
      super(what);
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  static URI address(String prefix, String path) throws Trouble {
    try {
      URI uri = URI.create(prefix + (prefix.endsWith("/") ? "" : "/") + path);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean plain = uri.getUserInfo() == null && uri.getQuery() == null;
      if (web && plain && uri.getHost() != null && uri.getFragment() == null) return uri;
    } catch (IllegalArgumentException e) {
      throw new Trouble("no address to send to");
    }
    throw new Trouble("no address to send to");
  }

  /// Where a witness shows the checkpoint of a log that it cosigned last.
  static URI kept(String prefix, String origin) throws Trouble {
    return address(prefix, Bytes.utf8(origin).sha256().hex() + "/checkpoint");
  }

  /// The whole answer within a bound of time and of bytes.
  Reply send(HttpRequest.Builder request, Duration patience) throws Trouble {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request.timeout(patience).build(), head -> new Bounded());
    try {
      HttpResponse<String> reply = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(reply.statusCode(), reply.body());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new Trouble(cause == null ? "no answer" : cause.getClass().getSimpleName());
    } catch (TimeoutException e) {
      throw new Trouble("no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Trouble("interrupted");
    } finally {
      answer.cancel(true);
    }
  }

  /// A body of a few lines, and an end of the connection for anything longer.
  private static final class Bounded implements HttpResponse.BodySubscriber<String> {
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final List<ByteBuffer> parts = new ArrayList<>();
    private Flow.@Nullable Subscription subscription;
    private int length;

    @Override
    public CompletionStage<String> getBody() {
      return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        length += buffer.remaining();
        parts.add(buffer);
      }
      if (length > LARGEST_ANSWER && subscription != null) {
        subscription.cancel();
        parts.clear();
        whole.completeExceptionally(new Malformed("an answer too long"));
      }
    }

    @Override
    public void onError(Throwable cause) {
      whole.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      ByteBuffer all = ByteBuffer.allocate(length);
      parts.forEach(all::put);
      try {
        whole.complete(Bytes.wrap(all.array()).utf8());
      } catch (Malformed e) {
        whole.completeExceptionally(e);
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
