package veche.http;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import veche.crypto.Entropy;
import veche.crypto.Vkey;

/// A server as a process of its own that says when it has come to a step, and then waits for its
/// end. It exists among the tests only.
final class FaultyServer {
  static final String READY = "ready";
  static final String REACHED = "reached";

  private FaultyServer() {}

  /// It begins when a line comes on the standard input, so that it can be made ready beforehand.
  ///
  /// @param args host, data folder, page, hosted key, database, step
  public static void main(String[] args) throws IOException {
    Faults.Step where = Faults.Step.valueOf(args[5]);
    Faults faults =
        new Faults() {
          @Override
          public void before(Step step) {
            if (step == where) standStill();
          }

          @Override
          public void after(Step step) {}
        };
    Settings settings =
        new Settings(
            args[0], "127.0.0.1", 0, 0, Path.of(args[1]), List.of(Vkey.parse(args[3])), false);
    say("loaded");
    if (System.in.read() < 0) return;
    Service service =
        Service.start(
            settings,
            Optional.of(args[4]),
            Path.of(args[2]),
            Entropy.system(),
            InstantSource.system(),
            faults);
    say(READY + " " + service.server().port());
    // whoever started it has gone: nobody would end it
    while (System.in.read() >= 0) LockSupport.parkNanos(1);
    Runtime.getRuntime().halt(0);
  }

  private static void standStill() {
    say(REACHED);
    while (true) LockSupport.park();
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
