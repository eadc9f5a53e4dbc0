package veche.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import veche.record.WebRelease;
import veche.wire.Bytes;

/// web §4, doors §4: the page as it was reviewed, read once at the start, so that what is served
/// cannot change under a running election and no request reaches the file system.
public final class Pages {
  /// @param gzipped the same content, smaller; the page must open over a slow line
  record Page(Buffer content, Buffer gzipped, String type, String tag) {}

  /// Of what needs no other, like licences.
  private static final String PLAIN = "text/plain; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon");

  private final Map<String, Page> files;

  private Pages(Map<String, Page> files) {
    this.files = files;
  }

  /// @param web the project's `web` folder; what is served is what a release names
  public static Pages load(Path web) {
    Map<String, Page> files = new TreeMap<>();
    try {
      for (Map.Entry<String, Path> file : WebRelease.pages(web).entrySet()) {
        String name = file.getKey();
        String ending = name.substring(name.lastIndexOf('.') + 1);
        files.put(name, page(file.getValue(), TYPES.getOrDefault(ending, PLAIN)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the page cannot be read from " + web, e);
    }
    return new Pages(files);
  }

  private static Page page(Path file, String type) throws IOException {
    Bytes content = Bytes.wrap(Files.readAllBytes(file));
    String tag = '"' + content.sha256().hex() + '"';
    return new Page(Buffer.buffer(content.unsafeArray()), gzip(content), type, tag);
  }

  private static Buffer gzip(Bytes content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content.unsafeArray());
    }
    return Buffer.buffer(out.toByteArray());
  }

  /// @param path relative to `/web/`
  Optional<Page> get(String path) {
    return Optional.ofNullable(files.get(path));
  }
}
