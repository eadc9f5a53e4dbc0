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
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import veche.wire.Bytes;

/// web §4, doors §4: the page as it was reviewed, read once at the start, so that what is served
/// cannot change under a running election and no request reaches the file system.
public final class Pages {
  /// @param gzipped the same content, smaller; the page must open over a slow line
  record Page(Buffer content, Buffer gzipped, String type, String tag) {}

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8",
          "md", "text/plain; charset=utf-8",
          "png", "image/png",
          "ico", "image/x-icon");

  private final Map<String, Page> files;

  private Pages(Map<String, Page> files) {
    this.files = files;
  }

  /// @param web the project's `web` folder; what serves only its builders stays out
  public static Pages load(Path web) {
    Map<String, Page> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(web)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = web.relativize(file).toString().replace('\\', '/');
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type != null && served(path)) files.put(path, page(file, type));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the page cannot be read from " + web, e);
    }
    return new Pages(files);
  }

  private static boolean served(String path) {
    return !(path.startsWith(".")
        || path.startsWith("test/")
        || path.startsWith("node_modules/")
        || path.startsWith("package")
        || path.equals("tsconfig.json"));
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
