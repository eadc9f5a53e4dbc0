package veche;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import veche.cli.BodyCommand;
import veche.cli.ObserveCommand;
import veche.cli.RegistrarCommand;
import veche.cli.TrusteeCommand;
import veche.cli.Veche;
import veche.rehearsal.Demo;
import veche.rehearsal.Rehearse;

/// Stands on the roof and sees everything: it knows the commands and where their settings come
/// from.
@Command(
    name = "veche",
    mixinStandardHelpOptions = true,
    subcommands = {
      Serve.class,
      Demo.class,
      Rehearse.class,
      BodyCommand.class,
      TrusteeCommand.class,
      RegistrarCommand.class,
      ObserveCommand.class
    },
    version = Veche.SOFTWARE,
    description = {
      "Голосование, которому не надо верить на слово.",
      "A vote that nobody has to take on trust."
    })
public final class Main implements Runnable {
  private Main() {}

  public static void main(String[] args) {
    if (Boolean.getBoolean("veche.exitWithParent")) {
      endWithParent();
    }
    System.exit(Veche.run(new CommandLine(new Main()), args));
  }

  /// A build tool that is told to end leaves its children running; this one follows it.
  private static void endWithParent() {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent ->
                Thread.ofPlatform()
                    .daemon()
                    .start(
                        () -> {
                          parent.onExit().join();
                          System.exit(0);
                        }));
  }

  /// Without a command there is nothing to do but to say which there are.
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
