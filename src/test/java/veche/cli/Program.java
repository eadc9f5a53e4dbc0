package veche.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.KeyFile;
import veche.crypto.SigningKey;
import veche.record.Trust;
import veche.wire.Bytes;

/// A role's program with a folder of its own, run as its owner would run it: a command line, an
/// exit code, and what it prints.
public final class Program {
  private static final String PASSPHRASE = "a test's passphrase";

  private final Path folder;
  private final Coalition coalition;

  /// @param out what it printed, and `err` what it complained of
  public record Ran(int code, String out, String err) {}

  /// @param key the role's key, as `init` would have left it
  public Program(Path folder, SigningKey key, Coalition coalition) {
    this.folder = folder;
    this.coalition = coalition;
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("passphrase"), PASSPHRASE);
      Files.writeString(folder.resolve("trust.txt"), Trust.of(coalition.draft()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    home().write("vkey", key.vkey() + "\n");
    home().keepSecret("key", KeyFile.Kind.ED25519, key.seed(), Entropy.system());
  }

  Home home() {
    return new Home(folder, PASSPHRASE.toCharArray());
  }

  Path folder() {
    return folder;
  }

  /// The share that a ceremony left in this trustee's folder.
  void keepShare(Bytes share) {
    String cid = coalition.draft().cid().hex();
    home().keepSecret("share-" + cid, KeyFile.Kind.P256, share, Entropy.system());
  }

  /// @param command the command's words and options, without those that every role needs
  public synchronized Ran run(String url, String... command) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(
        List.of(
            "--state",
            folder.toString(),
            "--passphrase-file",
            folder.resolve("passphrase").toString(),
            "--election",
            url,
            "--trust",
            folder.resolve("trust.txt").toString(),
            "--lang",
            "en"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Veche.run(new CommandLine(new Veche()), args.toArray(String[]::new));
      return new Ran(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }
}
