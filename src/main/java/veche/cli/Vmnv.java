package veche.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// protocol §13: Verificatum's verifier, run and judged. It ends with 0 on proofs that it found
/// wrong, and says so only when asked to speak, so its exit code alone decides nothing (attacks.md
/// row 6).
final class Vmnv {
  private static final String HOLDS = "Verify proof of shuffle... done.";
  private static final String WRONG = "-->";

  private Vmnv() {}

  /// @param why what decided, in English
  record Verdict(boolean accepted, String why) {}

  static Optional<Path> onPath() {
    String path = System.getenv("PATH");
    if (path == null) return Optional.empty();
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder).resolve("vmnv"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// @param folder with `protInfo.xml` and `nizkp`
  static Verdict run(Path program, Path folder, String auxsid, int width, int mixes)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "-shuffle", "-v", "-auxsid", auxsid));
    if (width > 1) command.addAll(List.of("-width", String.valueOf(width)));
    command.addAll(List.of("protInfo.xml", "nizkp"));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return judge(process.waitFor(), said, mixes);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted"));
    }
  }

  /// Exit code 0, exactly as many proofs as there are mixes, and no complaint.
  static Verdict judge(int exit, String said, int mixes) {
    if (exit != 0) return new Verdict(false, "exit code " + exit);
    Optional<String> complaint =
        said.lines().map(String::strip).filter(line -> line.startsWith(WRONG)).findFirst();
    if (complaint.isPresent()) return new Verdict(false, complaint.get());
    long proofs = said.lines().filter(line -> line.contains(HOLDS)).count();
    if (proofs != mixes) {
      return new Verdict(false, proofs + " proofs hold, of " + mixes);
    }
    return new Verdict(true, proofs + " proofs hold");
  }
}
