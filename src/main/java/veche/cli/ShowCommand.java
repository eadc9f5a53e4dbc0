package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Bundle;
import veche.record.Trust;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §6: takes an act of a log apart for programs that know nothing of it. Exit codes: 0
/// written, 1 no key of the trust file is on the act, 3 there is no such act.
@Command(
    name = "show",
    exitCodeOnInvalidInput = 3,
    description =
        "выписать акт и его подписи для openssl / write an act and its signatures for openssl")
public final class ShowCommand implements Callable<Integer> {
  private static final int NOBODY = 1;
  private static final int UNUSABLE = 3;

  /// RFC 8410: what stands before the 32 bytes of an Ed25519 key.
  private static final Bytes SPKI = Bytes.fromHex("302a300506032b6570032100");

  @Parameters(
      index = "0",
      paramLabel = "BUNDLE",
      description = "папка, zip или адрес выборов / a folder, a zip or an election's address")
  private String source;

  @Parameters(index = "1", paramLabel = "LEAF", description = "номер записи / the leaf's number")
  private long leaf;

  @Option(
      names = "--trust",
      required = true,
      paramLabel = "FILE",
      description = "файл доверия, полученный от людей / the trust file, got from people")
  private Path trust;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "куда записать / where to write")
  private Path out;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws IOException {
    PrintStream say = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Words words = Words.in(language);
    try (Bundle bundle = Inputs.bundle(source)) {
      Trust trusted = Trust.parse(Files.readString(trust));
      Checkpoint checkpoint = Checkpoint.parse(Note.parse(file(bundle, "checkpoint")).body());
      Act act = Act.parse(entry(bundle, checkpoint.size()));
      String body = act.noteBody(checkpoint.origin());
      Files.createDirectories(out);
      Files.write(out.resolve("signed.bin"), act.signed().toArray());
      Files.writeString(out.resolve("body.txt"), body);
      List<String> names = new ArrayList<>();
      for (String line : act.signatures()) {
        Optional<Vkey> key =
            trusted.bodies().values().stream().filter(k -> Note.names(line, k)).findFirst();
        if (key.isEmpty()) {
          say.println(words.text("show.stranger", Note.signer(line)));
          continue;
        }
        // names may hold slashes: files are numbered
        String name = String.valueOf(names.size() + 1);
        Files.write(out.resolve(name + ".sig"), Note.signature(line).toArray());
        Files.writeString(out.resolve(name + ".pem"), pem(key.get()));
        names.add(key.get().name());
      }
      say.println(words.text("show.act", leaf, act.type(), out));
      for (int i = 0; i < names.size(); i++) {
        say.println(words.text("show.signer", i + 1, names.get(i)));
      }
      return names.isEmpty() ? NOBODY : 0;
    } catch (Bundle.Unusable | Malformed e) {
      say.println(words.text("verify.unusable", String.valueOf(e.getMessage())));
      return UNUSABLE;
    }
  }

  private Bytes entry(Bundle bundle, long size) {
    if (leaf < 0 || leaf >= size) throw new Malformed("a log of " + size + " leaves");
    long n = leaf / Tile.WIDTH;
    int width = (int) Math.min(Tile.WIDTH, size - n * Tile.WIDTH);
    Bytes entries = file(bundle, new Tile(Tile.ENTRIES, n, width).path());
    return Tile.entries(entries, width).get((int) (leaf - n * Tile.WIDTH));
  }

  private static Bytes file(Bundle bundle, String path) {
    return bundle.bytes(path).orElseThrow(() -> new Malformed(path + " is missing"));
  }

  private static String pem(Vkey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + SPKI.concat(key.key()).base64()
        + "\n-----END PUBLIC KEY-----\n";
  }
}
