package veche;

import picocli.CommandLine;
import veche.cli.Veche;
import veche.rehearsal.Bench;
import veche.rehearsal.Demo;
import veche.rehearsal.Rehearse;
import veche.rehearsal.Torture;

/// Stands on the roof and sees everything: adds the commands that need a server to those of the
/// observers' jar.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (Boolean.getBoolean("veche.exitWithParent")) {
      endWithParent();
    }
    CommandLine line =
        new CommandLine(new Veche())
            .addSubcommand(new Demo())
            .addSubcommand(new Serve())
            .addSubcommand(new Restore())
            .addSubcommand(new Rehearse())
            .addSubcommand(new Torture())
            .addSubcommand(new Bench());
    System.exit(Veche.run(line, args));
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
}
