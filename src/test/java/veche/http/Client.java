package veche.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import veche.Coalition;
import veche.record.Act;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Enc;

/// What a program on the other side of the doors sees.
public final class Client {
  /// An answer with its body as bytes.
  public record Reply(int status, HttpResponse<byte[]> raw) {
    public String text() {
      return Bytes.wrap(raw.body()).utf8();
    }

    public JsonNode json() {
      return Json.read(text());
    }

    public String code() {
      return status < 400 ? "" : json().path("code").asText();
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private volatile List<String> extra = List.of();

  public Client(String base) {
    this.base = base;
  }

  /// Headers that every later request carries, by name and value; none to send none.
  public void with(String... headers) {
    extra = List.of(headers);
  }

  public Reply get(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  public Reply post(String path, Bytes body) {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("content-type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toArray())));
  }

  private Reply send(HttpRequest.Builder request) {
    for (int i = 0; i < extra.size(); i += 2) request.header(extra.get(i), extra.get(i + 1));
    try {
      var raw = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(raw.statusCode(), raw);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public Reply act(String slug, Act act, List<Bytes> blobs) {
    Bytes body = Enc.list(Enc.bytes(act.encode()), Enc.list(blobs, Enc::bytes)).encode();
    return post("/e/" + slug + "/acts", body);
  }

  /// A door that must take every act.
  public Coalition.Door door(String slug) {
    return (act, blobs) -> {
      Reply reply = act(slug, act, blobs);
      if (reply.status != 200) {
        throw new AssertionError(act.type() + ": " + reply.status + " " + reply.text());
      }
    };
  }
}
