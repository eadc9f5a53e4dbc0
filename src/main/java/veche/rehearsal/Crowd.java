package veche.rehearsal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import veche.ballot.Seal;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// The clients of `veche torture`: each casts one ballot after the other, sends the very same bytes
/// again until it has a receipt that holds, and now and then asks twice.
final class Crowd implements AutoCloseable {
  /// Ballots of one client between two looks at it; one key may cast twenty in ten minutes.
  private static final int AT_A_TIME = 6;

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int THINKING_MILLIS = 2_000;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(3))
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final List<String> doors;
  private final Promises promises;
  private final Vkey log;
  private final Seal.Paper paper;
  private final List<Client> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong tries = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();
  private volatile boolean open;
  private volatile boolean over;

  /// @param doors addresses of the election on every server that may answer
  Crowd(
      List<String> doors,
      Promises promises,
      Seal.Paper paper,
      List<List<Voter>> voters,
      Random whims) {
    this.doors = List.copyOf(doors);
    this.promises = promises;
    this.log = promises.log();
    this.paper = paper;
    for (List<Voter> own : voters) clients.add(new Client(own, new Random(whims.nextLong())));
    for (Client client : clients) threads.add(Thread.ofPlatform().daemon().start(client));
    threads.add(Thread.ofPlatform().daemon().start(this::watch));
  }

  long tries() {
    return tries.get();
  }

  long repeated() {
    return asked.get();
  }

  void open() {
    allow();
    open = true;
  }

  /// Everybody finishes what they began and waits.
  ///
  /// @return how many did not get their receipt in time
  long pause(long seconds) {
    open = false;
    return await(client -> client.idle.get(), seconds);
  }

  /// Waits until each client was answered once more.
  long awaitReceipts(long seconds) {
    allow();
    List<Long> before = clients.stream().map(c -> c.receipts.get()).toList();
    return await(client -> client.receipts.get() > before.get(clients.indexOf(client)), seconds);
  }

  /// A server that is slow to start must not let the crowd use up what its keys may cast.
  private void allow() {
    for (Client client : clients) client.allowed = client.receipts.get() + AT_A_TIME;
  }

  /// Whether anybody gets a receipt within this time.
  boolean answered(long seconds) {
    allow();
    long before = promises.acknowledgements();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      if (promises.acknowledgements() > before) return true;
      Coalition.pause(50);
    }
    return false;
  }

  private interface Condition {
    boolean of(Client client);
  }

  private long await(Condition condition, long seconds) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (true) {
      long missing = clients.stream().filter(c -> !condition.of(c)).count();
      if (missing == 0 || System.nanoTime() > end) return missing;
      Coalition.pause(20);
    }
  }

  private final class Client implements Runnable {
    private final List<Voter> own;
    private final Random whims;
    private final Voter.@Nullable Sealed[] begun;
    private final AtomicBoolean idle = new AtomicBoolean(true);
    private final AtomicLong receipts = new AtomicLong();
    private volatile long allowed;
    private int key;
    private int door;

    Client(List<Voter> own, Random whims) {
      this.own = own;
      this.whims = whims;
      this.begun = new Voter.Sealed[own.size()];
      door = whims.nextInt(doors.size());
    }

    @Override
    public void run() {
      while (!over) {
        if (!open || receipts.get() >= allowed) {
          sleep(10);
          continue;
        }
        idle.set(false);
        cast();
        idle.set(true);
        sleep(whims.nextInt(THINKING_MILLIS));
      }
    }

    private void cast() {
      Voter voter = own.get(key);
      Voter.Sealed before = begun[key];
      Voter.Sealed sealed = before != null ? before : voter.seal(paper, choices());
      begun[key] = sealed;
      Bytes leaf = voter.sign(sealed);
      Bytes hash = Merkle.leafHash(leaf);
      while (!over) {
        Reply reply = post(doors.get(door), leaf);
        tries.incrementAndGet();
        if (reply.status == 200) {
          if (!acknowledge(hash, reply.body)) return;
          begun[key] = null;
          voter.logged(sealed);
          receipts.incrementAndGet();
          if (whims.nextInt(10) == 0) askAgain(hash, leaf);
          return;
        }
        if (reply.limited()) {
          key = (key + 1) % own.size();
          return;
        }
        if (reply.status >= 400 && reply.status < 500) {
          promises.refused(hash.hex() + " " + reply.body);
          return;
        }
        door = (door + 1) % doors.size();
        sleep(50 + whims.nextInt(200));
      }
    }

    private List<List<Integer>> choices() {
      int options = paper.styles().getFirst().options();
      int chosen = whims.nextInt(options);
      return List.of(
          IntStream.range(0, options).mapToObj(option -> option == chosen ? 1 : 0).toList());
    }

    private boolean acknowledge(Bytes hash, String text) {
      try {
        Receipt receipt = Receipt.parse(text);
        promises.acknowledge(hash, receipt.index(), receipt.verify(hash, log));
        return true;
      } catch (Malformed e) {
        promises.refused(hash.hex() + " has a receipt that does not hold: " + e.getMessage());
        return false;
      }
    }

    private void askAgain(Bytes hash, Bytes leaf) {
      Reply reply = post(doors.get(door), leaf);
      if (reply.status != 200) return;
      asked.incrementAndGet();
      acknowledge(hash, reply.body);
    }
  }

  private record Reply(int status, String body) {
    boolean limited() {
      try {
        return status == 429 || Json.read(body).path("code").asText().equals("rate-limited");
      } catch (Malformed e) {
        return false;
      }
    }
  }

  private Reply post(String door, Bytes leaf) {
    return send(
        HttpRequest.newBuilder(URI.create(door + "/ballots"))
            .header("content-type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(leaf.toArray())));
  }

  private Reply send(HttpRequest.Builder request) {
    try {
      var reply =
          http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(reply.statusCode(), reply.body());
    } catch (IOException e) {
      return new Reply(0, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply(0, "");
    }
  }

  /// Somebody who only looks: what any server shows must be a prefix of what will be.
  private void watch() {
    while (!over) {
      for (String door : doors) {
        Reply reply = send(HttpRequest.newBuilder(URI.create(door + "/checkpoint")).GET());
        if (reply.status != 200) continue;
        try {
          promises.saw(Checkpoint.verified(Note.parse(reply.body), log));
        } catch (Malformed e) {
          promises.refused("a checkpoint that does not hold: " + e.getMessage());
        }
      }
      sleep(100);
    }
  }

  private static void sleep(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) thread.interrupt();
    http.shutdownNow();
  }
}
