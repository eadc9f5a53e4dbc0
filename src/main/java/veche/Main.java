package veche;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Stands on the roof and sees everything: it knows the commands and where their settings come
/// from.
@Command(
    name = "veche",
    mixinStandardHelpOptions = true,
    subcommands = Serve.class,
    version = "veche 0.1.0",
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
    System.exit(new CommandLine(new Main()).execute(args));
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
