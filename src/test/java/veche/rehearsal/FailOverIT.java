package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.record.Trust;

/// operation §3: two servers on one database. The one that keeps the log is killed, and later the
/// other one stands still: each time the other takes over, and nothing that was acknowledged is
/// lost, doubled or contradicted.
class FailOverIT {
  private static final int CLIENTS = 8;
  private static final int KEYS = 4;
  private static final long WITHIN_MILLIS = 5_000;
  private static final long STANDS_STILL_MILLIS = 8_000;

  @TempDir private Path folder;

  @Test
  void theOtherServerTakesOverAndNothingAcknowledgedIsLost() throws Exception {
    Entropy entropy = Entropy.system();
    SigningKey hosted = Ground.key(Ground.BODIES.getFirst(), Vkey.ED25519, entropy);
    Path web = Path.of("web").toAbsolutePath();
    try (Rack rack =
        new Rack(folder.resolve("server"), web, List.of(hosted.vkey().toString()), entropy)) {
      rack.first().start();
      Remote server = new Remote(rack.first().address());
      Ground ground =
          new Ground(server, rack.first().host(), hosted, entropy, Ground.now() + 3_600);
      ground.makeKeys();
      List<List<Voter>> voters = enrol(ground, entropy);
      Voter probe = voters.removeLast().getFirst();
      Vkey log = Trust.parse(Trust.of(ground.draft())).policy().logs().getFirst();
      String election = ground.remote().base();
      String other = rack.second().address() + "/e/" + ground.remote().slug();
      try (Promises promises = new Promises(folder.resolve("acknowledged.txt"), log);
          Crowd crowd =
              new Crowd(
                  List.of(election, other), promises, ground.paper(), voters, new Random(1))) {
        rack.second().start();
        crowd.open();
        assertThat(crowd.awaitReceipts(60)).isZero();

        rack.first().kill();
        long killed = untilAcknowledged(promises);
        System.err.printf("FailOverIT: %.1f s after the keeper was killed%n", killed / 1e3);
        assertThat(killed).isLessThanOrEqualTo(WITHIN_MILLIS);
        assertThat(crowd.awaitReceipts(60)).isZero();
        promises.check(new Remote(other)::get);

        rack.first().start();
        rack.second().stop();
        long stopped = untilAnswered(election, probe, ground);
        System.err.printf("FailOverIT: %.1f s after the keeper stood still%n", stopped / 1e3);
        assertThat(stopped).isLessThan(30_000);
        Coalition.pause(Math.max(0, STANDS_STILL_MILLIS - stopped));
        long before = promises.acknowledgements();
        rack.second().go();
        // it finds that another keeps the log, and answers again
        assertThat(crowd.awaitReceipts(60)).isZero();
        assertThat(promises.acknowledgements()).isGreaterThan(before);
        assertThat(rack.second().isAlive()).isTrue();

        assertThat(crowd.pause(60)).isZero();
        awaitSameCheckpoint(new Remote(election), new Remote(other));
        promises.check(new Remote(election)::get);
        promises.check(new Remote(other)::get);
        assertThat(promises.sentences()).isEmpty();
        assertThat(promises.kept()).isTrue();
        assertThat(promises.acknowledgements()).isGreaterThan(4L * CLIENTS);
      }
    }
  }

  /// What was on its way from the dead does not count: a fifth of a second is left to it.
  private static long untilAcknowledged(Promises promises) {
    long began = System.nanoTime();
    Coalition.pause(200);
    long before = promises.acknowledgements();
    while (promises.acknowledgements() == before) {
      if (System.nanoTime() - began > 60_000_000_000L) throw new AssertionError("nobody answers");
      Coalition.pause(20);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  /// A voter who asks the server that follows, and no other.
  private static long untilAnswered(String door, Voter voter, Ground ground) throws Exception {
    long began = System.nanoTime();
    Voter.Sealed sealed = voter.seal(ground.paper(), List.of(List.of(1, 0, 0)));
    byte[] leaf = voter.sign(sealed).toArray();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (System.nanoTime() - began < 60_000_000_000L) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(door + "/ballots"))
                .header("content-type", "application/octet-stream")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofByteArray(leaf))
                .build();
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return (System.nanoTime() - began) / 1_000_000;
        }
        Coalition.pause(50);
      }
    }
    throw new AssertionError("nobody answers");
  }

  /// A server that follows shows what it has read so far.
  private static void awaitSameCheckpoint(Remote one, Remote other) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!size(one).equals(size(other))) {
      if (System.nanoTime() > end) throw new AssertionError("two servers show two sizes");
      Coalition.pause(100);
    }
  }

  private static String size(Remote remote) {
    return remote.get("checkpoint").utf8().lines().skip(1).findFirst().orElseThrow();
  }

  private static List<List<Voter>> enrol(Ground ground, Entropy entropy) {
    List<Ground.Person> people = new ArrayList<>();
    List<List<Voter>> out = new ArrayList<>();
    for (int c = 0; c <= CLIENTS; c++) {
      List<Voter> own = new ArrayList<>();
      for (int k = 0; k < KEYS; k++) {
        Ground.Person person = new Ground.Person(entropy);
        people.add(person);
        own.add(new Voter(person.secret, entropy));
      }
      out.add(own);
    }
    ground.openFor(people);
    return out;
  }
}
