package veche.rehearsal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// log §12: what breaks a running server, drawn from a seed. Every kind comes once before any comes
/// again. When a blow is over, the first server and the database are at work and nothing else is.
final class Nemesis {
  /// A way to break what is running.
  enum Blow {
    KILL_SERVER,
    KILL_DATABASE,
    STOP_SERVER,
    SECOND_SERVER,
    DISK_FULL;

    String key() {
      return "torture." + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Rack rack;
  private final Crowd crowd;
  private final Random random;
  private final Duration stop;
  private final List<Blow> drawn = new ArrayList<>();
  private long restarts;

  /// @param stop how long a server that is stopped stands still
  Nemesis(Rack rack, Crowd crowd, Random random, Duration stop) {
    this.rack = rack;
    this.crowd = crowd;
    this.random = random;
    this.stop = stop;
  }

  /// How often a server or a database that should have lived had to be started again.
  long restarts() {
    return restarts;
  }

  Blow draw() {
    if (drawn.isEmpty()) {
      drawn.addAll(Arrays.asList(Blow.values()));
      if (!rack.ownsDisk()) drawn.remove(Blow.DISK_FULL);
      Collections.shuffle(drawn, random);
    }
    return drawn.removeLast();
  }

  void strike(Blow blow) {
    Coalition.pause(300 + random.nextInt(900));
    switch (blow) {
      case KILL_SERVER -> killServer();
      case KILL_DATABASE -> killDatabase();
      case STOP_SERVER -> stopServer();
      case SECOND_SERVER -> secondServer();
      case DISK_FULL -> fillDisk();
    }
    if (!rack.databaseIsAlive()) {
      restarts++;
      rack.startDatabase();
    }
    if (!rack.first().isAlive()) rack.first().start();
  }

  private void killServer() {
    rack.first().kill();
    if (random.nextInt(4) == 0) killDatabase();
    rack.first().start();
  }

  private void killDatabase() {
    rack.killDatabase();
    Coalition.pause(random.nextInt(500));
    rack.startDatabase();
  }

  private void stopServer() {
    rack.first().stop();
    Coalition.pause(stop.toMillis());
    rack.first().go();
  }

  /// Two servers on one database; then one is killed, or sleeps through the other's rule.
  private void secondServer() {
    int how = random.nextInt(3);
    if (how == 2) rack.first().stop();
    rack.second().start();
    Coalition.pause(500 + random.nextInt(1_000));
    switch (how) {
      case 0 -> rack.first().kill();
      case 1 -> rack.second().kill();
      default -> {
        rack.first().go();
        Coalition.pause(1_000);
      }
    }
    if (!crowd.answered(10)) restarts++;
    rack.second().kill();
    if (!crowd.answered(2)) rack.first().kill();
  }

  private void fillDisk() {
    rack.fillDisk();
    Coalition.pause(1_500 + random.nextInt(1_500));
    rack.clearDisk();
  }
}
