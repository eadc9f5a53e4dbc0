package veche.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.election.Refused;
import veche.record.Deposit;
import veche.record.Entry;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: an observer's program; with `--witness` it vouches for what it saw. It comes by itself
/// where it is given an election, and lets itself be told where it listens; both ways share one
/// memory.
@Command(
    name = "observe",
    description = "программа наблюдателя / an observer's program",
    subcommands = {ObserveCommand.Init.class, ObserveCommand.Accept.class})
public final class ObserveCommand implements Callable<Integer> {
  @Mixin private Options options;

  @Option(
      names = "--election",
      paramLabel = "URL",
      description = "адрес выборов; можно несколько / an election's address; may be repeated")
  private List<String> urls = List.of();

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "доверенный файл; можно несколько / the trust file; may be repeated")
  private List<Path> trustFiles = List.of();

  @Option(names = "--witness", description = "заверять увиденное / cosign what was seen")
  private boolean witness;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "заверять и то, что присылает сервер / cosign what servers send, too")
  private @Nullable String listen;

  @Option(names = "--interval", description = "секунд между взглядами / seconds between looks")
  private double interval = 5;

  @Option(names = "--rounds", description = "сколько раз; 0 — без конца / how often; 0 = forever")
  private long rounds = 0;

  private final List<Held> deposits = new ArrayList<>();

  @Command(name = "init", description = "создать ключ свидетеля / make a witness's key")
  static final class Init extends RoleKey {
    Init() {
      super("/witness", Vkey.COSIGNATURE);
    }
  }

  @Command(
      name = "accept",
      description =
          "взять внесение, пришедшее файлом / take a deposit that came as a file; the running"
              + " witness judges it at its next look")
  static final class Accept implements Callable<Integer> {
    @Mixin private Options options;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "внесения / deposits")
    private List<Path> files;

    @Override
    public Integer call() throws IOException {
      for (Path file : files) {
        Bytes deposit = Bytes.of(Files.readAllBytes(file));
        if (!(Entry.parse(deposit) instanceof Entry.Acted acted)
            || !acted.act().type().equals(Deposit.TYPE)) {
          throw new Malformed(file.getFileName() + ": no deposit");
        }
        options.home().deliver(deposit);
        System.out.println(options.words().text("role.kept", file.getFileName()));
      }
      return 0;
    }
  }

  @Override
  public Integer call() throws Exception {
    if (trustFiles.isEmpty()) throw needs("trust");
    if (urls.isEmpty() && listen == null) throw needs("election");
    if (listen != null && !witness) throw needs("witness");
    List<Vkey> logs = new ArrayList<>();
    for (Path file : trustFiles) {
      logs.addAll(Trust.parse(Files.readString(file)).policy().logs());
    }
    List<Eyes> eyes = new ArrayList<>();
    for (String url : urls) eyes.add(eyes(new Remote(url), logs));
    if (!witness) return watch(eyes, Optional.empty());
    try (Home.Hold hold = options.home().lock()) {
      return vouch(eyes, logs);
    }
  }

  private Malformed needs(String what) {
    return new Malformed(options.words().text("role.observe." + what));
  }

  private int vouch(List<Eyes> eyes, List<Vkey> logs) throws Exception {
    Witness self = new Witness(options.home(), options.home().key(), logs, InstantSource.system());
    for (String url : urls) mind(self, new Remote(url));
    if (listen == null) return watch(eyes, Optional.of(self));
    try (WitnessDoor door = new WitnessDoor(self, listen)) {
      System.out.println(
          options.words().text("role.listening", listen, String.valueOf(door.port())));
      // it takes what comes, but reads no election itself
      if (urls.isEmpty()) System.out.println(options.words().text("role.observe.waits"));
      return watch(eyes, Optional.of(self));
    }
  }

  /// log §5 Deposits: what bodies hand in about the elections this witness reads.
  private void mind(Witness self, Remote remote) throws IOException {
    for (Path file : trustFiles) {
      Trust trust = Trust.parse(Files.readString(file));
      if (trust.election(remote.slug()).isEmpty()) continue;
      Vkey log = trust.policy().logs().getFirst();
      Held held =
          new Held(options.home(), remote, log, trust, Entropy.system(), InstantSource.system());
      self.mind(held);
      deposits.add(held);
    }
  }

  /// What was handed in as a file, then what was handed in at all, goes to the server.
  private void tend(Witness self) {
    for (Path file : options.home().inbox()) {
      try {
        Held.Answer answer = self.hand(Bytes.of(Files.readAllBytes(file)));
        if (answer instanceof Held.Not(Refused why)) {
          System.err.println(file.getFileName() + ": " + options.words().refusal(why));
        }
        Files.delete(file);
      } catch (IOException | Remote.Unreachable | Remote.Refusal e) {
        System.err.println(file.getFileName() + ": " + e.getMessage());
      }
    }
    for (Held held : deposits) {
      try {
        held.tend();
      } catch (Malformed e) {
        System.err.println(held.origin() + ": " + e.getMessage());
      }
    }
  }

  /// The log of an election: its origin ends with the name in the address (record §1).
  private static Eyes eyes(Remote remote, List<Vkey> logs) {
    return logs.stream()
        .filter(log -> log.name().endsWith("/e/" + remote.slug()))
        .findFirst()
        .map(log -> new Eyes(remote, log))
        .orElseThrow(() -> new Malformed("no trust file names the log of " + remote.base()));
  }

  private int watch(List<Eyes> all, Optional<Witness> self) throws InterruptedException {
    List<Eyes> eyes = new ArrayList<>(all);
    boolean forked = false;
    for (long round = 0; rounds == 0 || round < rounds; round++) {
      self.ifPresent(this::tend);
      for (Eyes each : List.copyOf(eyes)) {
        if (look(each, self)) continue;
        forked = true;
        eyes.remove(each);
      }
      // with nothing left to look at, only one who listens has something to stay for
      if (eyes.isEmpty() && listen == null) break;
      Thread.sleep((long) (interval * 1000));
    }
    return forked ? 1 : 0;
  }

  /// False if it saw two histories: the one thing a witness exists for. It says so and vouches for
  /// nothing more of this log.
  private boolean look(Eyes eyes, Optional<Witness> self) {
    try {
      if (self.isPresent()) {
        int missing = eyes.vouch(self.get());
        if (missing > 0) {
          System.err.println(options.words().text("role.held", eyes.origin(), missing));
        }
      } else {
        eyes.look();
      }
    } catch (Eyes.Fork e) {
      System.err.println(eyes.origin() + ": " + e.getMessage());
      return false;
    } catch (Malformed e) {
      System.err.println(e.getMessage());
    } catch (Remote.Unreachable e) {
      System.err.println(options.words().text("role.unreachable", String.valueOf(e.getMessage())));
    } catch (Remote.Refusal e) {
      // before the draft is logged there is nothing to look at
      if (!e.code().equals("unknown-election") && !e.code().equals("not-found")) {
        System.err.println(e.getMessage());
      }
    }
    return true;
  }
}
