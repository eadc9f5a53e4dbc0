package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.crypto.Entropy;
import veche.record.Trust;
import veche.record.WebRelease;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §3a web-release: `veche web-release`, what the page's hashes are, here, in the log and as
/// a server gives the page out. Exit code 0 if all that was asked for is the same, 1 if a file
/// differs. A server may give others other files: many must look, from many places.
@Command(
    name = "web-release",
    description = {
      "отпечатки файлов страницы и их сверка",
      "the page's hashes, and whether they are the released ones"
    })
public final class WebReleaseCommand implements Callable<Integer> {
  private static final int LARGEST_FILE = 16 << 20;

  /// doors §4: the addresses under an election's that answer a page of their own.
  private static final Map<String, String> ADDRESSES =
      Map.of(
          "",
          "election",
          "/vote",
          "vote",
          "/check",
          "check",
          "/result",
          "result",
          "/verify",
          "verify");

  @Option(
      names = "--web",
      paramLabel = "DIR",
      description = "папка web / the web folder; default: the program's own")
  private @Nullable Path web;

  @Option(
      names = "--program-web",
      hidden = true,
      defaultValue = "${sys:veche.web:-web}",
      description = "где страница программы / where the program's own page is")
  private Path own = Path.of("web");

  @Option(names = "--reason", description = "причина, часть выпуска / the reason, part of it")
  private String reason = "";

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "сравнить с тем, что отдаёт сервер / compare with what a server gives out")
  private @Nullable String server;

  @Option(
      names = "--election",
      paramLabel = "URL",
      description = "сравнить с выпуском в журнале выборов / compare with an election's release")
  private @Nullable String election;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "доверенный файл, с --election / the trust file, with --election")
  private @Nullable Path trust;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws IOException {
    Words words = Words.in(language);
    WebRelease release = election == null ? local() : logged(election);
    release.files().forEach((path, sha256) -> out.println(sha256.hex() + "  " + path));
    out.println(words.text("web.release", release.digest().hex(), release.files().size()));
    boolean same = true;
    if (election != null) {
      if (web != null) same = compare(words, release, web.toString(), local().files());
      String host = election.replaceFirst("/e/[^/]*/?$", "");
      same &= compare(words, release, host, served(host, release.files().keySet(), election));
    }
    if (server != null) {
      same &= compare(words, release, server, served(server, release.files().keySet(), null));
    }
    return same ? 0 : 1;
  }

  private WebRelease local() throws IOException {
    Path folder = web == null ? own : web;
    if (!Files.isDirectory(folder)) throw new Malformed(folder + ": no such folder");
    return WebRelease.read(folder, reason);
  }

  private WebRelease logged(String url) throws IOException {
    if (trust == null) throw new Malformed("--trust: expected with --election");
    var follower =
        new Follower(new Remote(url), Trust.parse(Files.readString(trust)), Entropy.system());
    return follower
        .catchUp()
        .webRelease()
        .orElseThrow(() -> new Malformed("the log holds no web-release yet"));
  }

  private boolean compare(Words words, WebRelease release, String where, Map<String, Bytes> found) {
    Optional<WebRelease.Deviation> first = release.against(found);
    if (first.isEmpty()) {
      out.println(words.text("web.same", where, release.files().size()));
      return true;
    }
    String how = first.get().difference().name().toLowerCase(Locale.ROOT);
    System.err.println(words.text("web." + how, where, first.get().path()));
    return false;
  }

  /// What a server answers for each file, and at the addresses that people open.
  private static Map<String, Bytes> served(
      String host, Collection<String> paths, @Nullable String election) {
    Remote remote = new Remote(host);
    Map<String, Bytes> out = new TreeMap<>();
    for (String path : paths) fetch(remote, "web/" + path, path, out);
    replace(remote, "", "index.html", out);
    if (election != null) {
      String slug = new Remote(election).slug();
      ADDRESSES.forEach(
          (address, page) -> replace(remote, "e/" + slug + address, page + ".html", out));
    }
    return out;
  }

  private static void fetch(Remote remote, String address, String path, Map<String, Bytes> into) {
    try {
      into.put(path, remote.get(escaped(address), LARGEST_FILE).sha256());
    } catch (Remote.Refusal e) {
      if (!e.code().equals("not-found")) throw e;
    }
  }

  /// A file that is right under `/web/` and wrong where it is opened is wrong.
  private static void replace(Remote remote, String address, String path, Map<String, Bytes> into) {
    Bytes before = into.get(path);
    if (before == null) return;
    Map<String, Bytes> opened = new TreeMap<>();
    fetch(remote, address, path, opened);
    Bytes there = opened.getOrDefault(path, Bytes.EMPTY);
    if (!there.equals(before)) into.put(path, there);
  }

  private static String escaped(String path) {
    try {
      return new URI(null, null, "/" + path, null).getRawPath().substring(1);
    } catch (URISyntaxException e) {
      throw new Malformed("a path of the release cannot be asked for: " + path.length());
    }
  }
}
