package veche.cli;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import veche.crypto.Entropy;
import veche.record.Trust;
import veche.view.Words;
import veche.wire.Malformed;

/// The options that role programs share.
final class Options {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "папка роли: ключ и память / this role's folder: its key and memory")
  private @Nullable Path state;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "файл с парольной фразой; без него спросит / a file with the passphrase; else asks")
  private @Nullable Path passphraseFile;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  private @Nullable Home home;

  Home home() {
    if (state == null) throw new Malformed("--state: expected a folder");
    if (home == null) home = new Home(state, passphrase());
    return home;
  }

  String language() {
    return language;
  }

  Words words() {
    return Words.in(language);
  }

  private char[] passphrase() {
    if (passphraseFile != null) {
      try {
        return Files.readString(passphraseFile).strip().toCharArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Console console = System.console();
    if (console == null) {
      throw new Malformed("no terminal to ask for the passphrase: use --passphrase-file");
    }
    return console.readPassword("%s: ", words().text("role.passphrase"));
  }

  /// Where an election is, and what is taken as given about it.
  static final class Election {
    @Option(
        names = "--election",
        required = true,
        paramLabel = "URL",
        description = "адрес выборов, http(s)://…/e/<имя> / the election's address")
    private String url;

    @Option(
        names = "--trust",
        required = true,
        paramLabel = "FILE",
        description = "доверенный файл, полученный от людей / the trust file, got from people")
    private Path trust;

    Follower follower() {
      try {
        return new Follower(
            new Remote(url), Trust.parse(Files.readString(trust)), Entropy.system());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
