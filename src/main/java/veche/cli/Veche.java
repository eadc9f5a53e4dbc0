package veche.cli;

import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import veche.view.Words;
import veche.wire.Malformed;

/// The commands that need no server: what observers, bodies, trustees and registrars run.
@Command(
    name = "veche",
    mixinStandardHelpOptions = true,
    version = Veche.SOFTWARE,
    description = {
      "Голосование, которому не надо верить на слово.",
      "A vote that nobody has to take on trust."
    },
    subcommands = {
      BodyCommand.class,
      TrusteeCommand.class,
      RegistrarCommand.class,
      ObserveCommand.class,
      VerifyCommand.class,
      WebReleaseCommand.class,
      CountCommand.class,
      ConformanceCommand.class,
      ExportCommand.class,
      RecountCommand.class,
      CountersignCommand.class,
      ForkCommand.class,
      DisputeCommand.class,
      ShowCommand.class
    })
public final class Veche implements Runnable {
  public static final String SOFTWARE = "veche 0.1.0";

  public static void main(String[] args) {
    System.exit(run(new CommandLine(new Veche()), args));
  }

  /// Runs a command; a refusal ends with one sentence and exit code 2, an unreachable server with
  /// 3. Anything else is a bug and shows its trace.
  public static int run(CommandLine line, String[] args) {
    return line.setExecutionExceptionHandler(
            (e, command, parsed) -> {
              Words words = Words.in(Locale.getDefault().getLanguage());
              switch (e) {
                case Malformed refused -> System.err.println(refused.getMessage());
                case Remote.Refusal refused -> System.err.println(refused.getMessage());
                case Remote.Unreachable gone -> {
                  System.err.println(
                      words.text("role.unreachable", String.valueOf(gone.getMessage())));
                  return 3;
                }
                case FileSystemException file -> System.err.println(unreadable(words, file));
                case UncheckedIOException io
                    when io.getCause() instanceof FileSystemException file ->
                    System.err.println(unreadable(words, file));
                default -> throw e;
              }
              return 2;
            })
        .execute(args);
  }

  private static String unreadable(Words words, FileSystemException e) {
    return words.text("role.unreadable", String.valueOf(e.getFile()), e.getClass().getSimpleName());
  }

  /// Without a command there is nothing to do but to say which there are.
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
