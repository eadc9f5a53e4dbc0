package veche.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.record.Trust;

/// protocol §6 Second door: the program of a body that takes ballots, here in the test's process,
/// depositing when it is told to.
public final class TakingBody implements AutoCloseable {
  private final Collector collector;
  private final CollectDoor door;

  /// @param url the election's address
  public TakingBody(Path folder, String url, Coalition coalition, SigningKey key) {
    Trust trust = Trust.parse(Trust.of(coalition.draft()));
    Follower follower = new Follower(new Remote(url), trust, Entropy.system());
    follower.catchUp();
    Home home = new Home(folder, "".toCharArray());
    collector = new Collector(follower, home, key, InstantSource.system());
    door = new CollectDoor(collector, "127.0.0.1:0");
  }

  /// Where it takes them, as its people would tell it.
  public String address() {
    return "http://127.0.0.1:" + door.port();
  }

  /// Deposits what it holds.
  public void bring() {
    collector.bring(List.of());
  }

  @Override
  public void close() {
    door.close();
    collector.close();
  }
}
