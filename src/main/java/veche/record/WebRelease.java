package veche.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a web-release: the page's files with their hashes, as bodies sign them. The server
/// serves these files, `veche web-release` computes them and a verifier compares them: all three
/// take them from here.
///
/// @param files SHA-256 by path, relative to the `web` folder, with `/`
/// @param reason why the page changes, empty before `open`
public record WebRelease(SortedMap<String, Bytes> files, String reason) {
  /// What stands in `web` for those who build and test the page, and is not the page.
  private static final Pattern BUILDERS =
      Pattern.compile(
          "(?:.*/)?\\..*|node_modules/.*|test/.*|package[^/]*\\.json|tsconfig\\.json"
              + "|.*\\.mjs|.*\\.d\\.ts");

  public WebRelease {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    for (Bytes sha256 : files.values()) {
      if (sha256.length() != 32) throw new Malformed("web-release: expected hashes of 32 bytes");
    }
  }

  public static WebRelease of(Enc payload) {
    Enc.Fields f = payload.fields("web-release");
    SortedMap<String, Bytes> files = new TreeMap<>();
    f.list(
        "files",
        g -> {
          Enc.Fields file = g.list("file");
          String path = file.text("path");
          if (!files.isEmpty() && files.lastKey().compareTo(path) >= 0) {
            throw new Malformed("web-release: paths are not ascending");
          }
          files.put(path, file.bytes("sha256", 32));
          file.end();
          return path;
        });
    String reason = f.text("reason");
    f.end();
    return new WebRelease(files, reason);
  }

  /// The page in a folder: every file but those of its builders.
  public static WebRelease read(Path web, String reason) throws IOException {
    SortedMap<String, Bytes> files = new TreeMap<>();
    for (Map.Entry<String, Path> file : pages(web).entrySet()) {
      files.put(file.getKey(), Bytes.wrap(Files.readAllBytes(file.getValue())).sha256());
    }
    return new WebRelease(files, reason);
  }

  /// Where the page's files are, by their path in a release.
  public static SortedMap<String, Path> pages(Path web) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(web)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = web.relativize(file).toString().replace('\\', '/');
        if (!BUILDERS.matcher(path).matches()) files.put(path, file);
      }
    }
    return files;
  }

  public Enc enc() {
    Enc list =
        Enc.list(files.entrySet(), f -> Enc.list(Enc.text(f.getKey()), Enc.bytes(f.getValue())));
    return Enc.list(list, Enc.text(reason));
  }

  /// record §5: what `open` and the certificate name.
  public Bytes digest() {
    return enc().encode().sha256();
  }

  /// How files differ from the released ones.
  public enum Difference {
    CHANGED,
    MISSING,
    UNRELEASED
  }

  /// The first file, by path, that differs.
  public record Deviation(String path, Difference difference) {}

  /// What of `found` is not as released; empty if it is the same files, all and no other.
  public Optional<Deviation> against(Map<String, Bytes> found) {
    SortedMap<String, Deviation> out = new TreeMap<>();
    files.forEach(
        (path, sha256) -> {
          Bytes there = found.get(path);
          if (there == null) out.put(path, new Deviation(path, Difference.MISSING));
          else if (!there.equals(sha256)) out.put(path, new Deviation(path, Difference.CHANGED));
        });
    for (String path : found.keySet()) {
      if (!files.containsKey(path)) out.put(path, new Deviation(path, Difference.UNRELEASED));
    }
    return out.values().stream().findFirst();
  }
}
