package veche;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import veche.crypto.Vkey;
import veche.http.Settings;
import veche.wire.Malformed;

/// operation §1: one setting, four places: the flag wins over the environment, the environment over
/// the file, the file over the default. All mistakes are gathered and told at once.
final class Config {
  /// Every setting: its key in the file and as a flag, its name in the environment, and what holds
  /// without it.
  enum Key {
    DATA("data", "VECHE_DATA", "veche-data"),
    DATABASE("database", "VECHE_PG_URI", ""),
    DATABASE_FILE("database-file", "VECHE_PG_URI_FILE", ""),
    BIND("bind", "VECHE_HOST", "127.0.0.1"),
    PORT("port", "VECHE_PORT", "8080"),
    INSPECT_PORT("inspect-port", "VECHE_INSPECT_PORT", "8089"),
    PUBLIC_URL("public-url", "VECHE_PUBLIC_URL", ""),
    HOSTS("hosts", "VECHE_HOSTS", ""),
    WEB("web", "VECHE_WEB", ""),
    TLS_KEY("tls-key", "VECHE_TLS_KEY", ""),
    TLS_CERT("tls-cert", "VECHE_TLS_CERT", ""),
    MIRRORS("mirrors", "VECHE_MIRRORS", ""),
    CALM("calm", "VECHE_CALM", Integer.toString(Settings.CALM)),
    LOG("log", "VECHE_LOG", Logs.TEXT);

    final String id;
    final String variable;
    final String fallback;

    Key(String id, String variable, String fallback) {
      this.id = id;
      this.variable = variable;
      this.fallback = fallback;
    }
  }

  /// What was set wrongly.
  ///
  /// @param where the flag, the variable or the line of the file
  record Mistake(String where, String expected, String found) {}

  private record Found(String value, String where) {}

  private final Map<Key, Found> found = new TreeMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  /// @param flags of the command line, absent ones left out
  Config(Map<Key, String> flags, Map<String, String> environment, Optional<Path> file) {
    Properties inFile = file.map(this::read).orElseGet(Properties::new);
    Set<String> known = new TreeSet<>();
    for (Key key : Key.values()) {
      known.add(key.id);
      String flag = flags.get(key);
      String variable = environment.getOrDefault(key.variable, "");
      String line = inFile.getProperty(key.id, "").strip();
      if (flag != null) {
        found.put(key, new Found(flag, "--" + key.id));
      } else if (!variable.isEmpty()) {
        found.put(key, new Found(variable, key.variable));
      } else if (!line.isEmpty()) {
        found.put(key, new Found(line, file.orElseThrow() + ": " + key.id));
      } else {
        found.put(key, new Found(key.fallback, ""));
      }
    }
    for (String name : new TreeSet<>(inFile.stringPropertyNames())) {
      if (!known.contains(name)) {
        mistakes.add(new Mistake(file.orElseThrow() + ": " + name, "one of " + known, name));
      }
    }
  }

  private Properties read(Path file) {
    Properties out = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      out.load(in);
    } catch (IOException | IllegalArgumentException e) {
      mistakes.add(
          new Mistake(
              "--config", "a readable file of lines `key = value`", e.getClass().getSimpleName()));
    }
    return out;
  }

  List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }

  private Found at(Key key) {
    Found here = found.get(key);
    if (here == null) throw new IllegalStateException(key.id);
    return here;
  }

  boolean given(Key key) {
    return !at(key).value.isEmpty();
  }

  String text(Key key) {
    return at(key).value;
  }

  /// Where a value comes from: a flag, a variable, a file's line; empty for a default.
  String where(Key key) {
    return at(key).where;
  }

  /// The value as `read` makes it; a mistake is noted and `otherwise` given.
  <T> T as(Key key, String expected, T otherwise, Function<String, T> read) {
    String value = at(key).value;
    try {
      return read.apply(value);
    } catch (IllegalArgumentException e) {
      mistake(key, expected, value);
      return otherwise;
    }
  }

  String oneOf(Key key, List<String> values) {
    return as(
        key,
        "one of " + String.join(", ", values),
        values.getFirst(),
        value -> {
          if (!values.contains(value)) throw new IllegalArgumentException(value);
          return value;
        });
  }

  private void mistake(Key key, String expected, String value) {
    String where = at(key).where.isEmpty() ? key.id : at(key).where;
    mistakes.add(new Mistake(where, expected, value));
  }

  int port(Key key) {
    return as(
        key,
        "a port from 0 to 65535",
        0,
        value -> {
          if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException(value);
          }
          return Integer.parseInt(value);
        });
  }

  int count(Key key) {
    return as(
        key,
        "a whole number up to 1000000",
        0,
        value -> {
          if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) > 1_000_000) {
            throw new IllegalArgumentException(value);
          }
          return Integer.parseInt(value);
        });
  }

  /// A file that can be read, or none.
  Optional<Path> file(Key key) {
    if (!given(key)) return Optional.empty();
    return as(
        key,
        "a file that can be read",
        Optional.empty(),
        value -> {
          Path path = Path.of(value);
          if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IllegalArgumentException(value);
          }
          return Optional.of(path);
        });
  }

  /// A PEM file whose first block is called like this.
  Optional<Path> pem(Key key, String block) {
    Optional<Path> file = file(key);
    if (file.isEmpty()) return file;
    try {
      if (Files.readString(file.get()).contains("-----BEGIN " + block)) return file;
    } catch (IOException e) {
      // told below like any other file that holds no such block
    }
    mistake(key, "a PEM file with -----BEGIN " + block, "none in it");
    return Optional.empty();
  }

  /// The folder of the page.
  Path folder(Key key, Path otherwise) {
    if (!given(key)) return otherwise;
    return as(
        key,
        "a folder",
        otherwise,
        value -> {
          if (!Files.isDirectory(Path.of(value))) throw new IllegalArgumentException(value);
          return Path.of(value);
        });
  }

  Optional<URI> url(Key key) {
    if (!given(key)) return Optional.empty();
    return as(
        key,
        "an address like https://votes.example.org",
        Optional.empty(),
        value -> {
          URI uri = URI.create(value);
          boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
          String path = uri.getRawPath();
          if (!web || uri.getRawAuthority() == null || path != null && path.length() > 1) {
            throw new IllegalArgumentException(value);
          }
          return Optional.of(uri);
        });
  }

  /// Where copies of the logs lie: addresses and folders, in words.
  List<String> mirrors(Key key) {
    if (!given(key)) return List.of();
    return as(
        key,
        "addresses or folders of mirrors, parted by spaces",
        List.of(),
        value -> {
          List<String> out = List.of(value.strip().split("\\s+"));
          for (String each : out) {
            boolean web = each.startsWith("http://") || each.startsWith("https://");
            if (web ? URI.create(each).getHost() == null : !Files.isDirectory(Path.of(each))) {
              throw new IllegalArgumentException(value);
            }
          }
          return out;
        });
  }

  /// The external database, from the setting or from a file that holds nothing else (a systemd
  /// credential, a container's secret).
  Optional<String> database() {
    Optional<Path> file = file(Key.DATABASE_FILE);
    if (given(Key.DATABASE) && given(Key.DATABASE_FILE)) {
      mistake(Key.DATABASE_FILE, "either database or database-file", "both");
    }
    if (file.isPresent()) {
      try {
        return database(Key.DATABASE_FILE, Files.readString(file.get()).strip());
      } catch (IOException e) {
        mistake(Key.DATABASE_FILE, "a file that can be read", e.getClass().getSimpleName());
        return Optional.empty();
      }
    }
    return given(Key.DATABASE) ? database(Key.DATABASE, at(Key.DATABASE).value) : Optional.empty();
  }

  private Optional<String> database(Key key, String uri) {
    if (uri.matches("postgres(ql)?://[^\\s]+@[^\\s/]+/[^\\s/]+")) return Optional.of(uri);
    // the address holds a password, so it is not shown
    mistake(key, "postgresql://user:password@host:port/database", "something else");
    return Optional.empty();
  }

  List<Vkey> keys(Key key) {
    List<Vkey> out = new ArrayList<>();
    Optional<Path> file = file(key);
    if (file.isEmpty()) return out;
    try {
      for (String line : Files.readAllLines(file.get())) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) continue;
        try {
          out.add(Vkey.parse(text));
        } catch (Malformed e) {
          mistake(key, "a public key on every line", text);
        }
      }
    } catch (IOException e) {
      mistake(key, "a file that can be read", e.getClass().getSimpleName());
    }
    return out;
  }

  /// An address without its password.
  static String masked(String uri) {
    return uri.replaceAll("(//[^:/@]*):[^@]*@", "$1:***@");
  }
}
