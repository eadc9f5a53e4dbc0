package veche.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tile;
import veche.log.Tree;
import veche.log.WitnessRule;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §5: an observer's program; with `--witness` it vouches for what it saw. It pulls, so it
/// needs no open port and works through Tor. What it has signed is on its disk before anyone gets
/// it, and it never signs two histories.
@Command(
    name = "observe",
    description = "программа наблюдателя / an observer's program",
    subcommands = ObserveCommand.Init.class)
public final class ObserveCommand implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final int WIDTH = 256;

  @Mixin private Options options;

  @Option(
      names = "--election",
      paramLabel = "URL",
      description = "адрес выборов / the election's address")
  private @Nullable String url;

  @Option(names = "--trust", paramLabel = "FILE", description = "доверенный файл / the trust file")
  private @Nullable Path trustFile;

  @Option(names = "--witness", description = "заверять увиденное / cosign what was seen")
  private boolean witness;

  @Option(names = "--interval", description = "секунд между взглядами / seconds between looks")
  private double interval = 5;

  @Option(names = "--rounds", description = "сколько раз; 0 — без конца / how often; 0 = forever")
  private long rounds = 0;

  @Command(name = "init", description = "создать ключ свидетеля / make a witness's key")
  static final class Init extends RoleKey {
    Init() {
      super("/witness", Vkey.COSIGNATURE);
    }
  }

  @Override
  public Integer call() throws Exception {
    if (url == null || trustFile == null) {
      throw new Malformed("expected --election and --trust");
    }
    Remote remote = new Remote(url);
    Trust trust = Trust.parse(Files.readString(trustFile));
    Vkey log = trust.policy().logs().getFirst();
    Witness eyes = new Witness(options.home(), remote, log);
    if (witness) options.home().lock();
    Optional<SigningKey> key = witness ? Optional.of(options.home().key()) : Optional.empty();
    for (long round = 0; rounds == 0 || round < rounds; round++) {
      try {
        Checkpoint seen = eyes.look();
        if (key.isPresent()) eyes.cosign(key.get(), seen, System.currentTimeMillis() / 1000);
      } catch (Witness.Fork e) {
        // the one thing a witness exists for: it says so and vouches for nothing more
        System.err.println(e.getMessage());
        return 1;
      } catch (Malformed e) {
        System.err.println(e.getMessage());
      } catch (Remote.Unreachable e) {
        System.err.println(
            options.words().text("role.unreachable", String.valueOf(e.getMessage())));
      } catch (Remote.Refusal e) {
        // before the draft is logged there is nothing to look at
        if (!e.code().equals("unknown-election") && !e.code().equals("not-found")) {
          System.err.println(e.getMessage());
        }
      }
      Thread.sleep((long) (interval * 1000));
    }
    return 0;
  }

  /// What a witness knows: the whole tree, read entry by entry, and the largest one it vouched for.
  static final class Witness {
    private final Home home;
    private final Remote remote;
    private final Vkey log;
    private Tree tree = new Tree();
    private final String file;

    Witness(Home home, Remote remote, Vkey log) {
      this.home = home;
      this.remote = remote;
      this.log = log;
      this.file = "seen-" + remote.slug();
    }

    /// Two signed histories of one log.
    static final class Fork extends RuntimeException {
      private static final long serialVersionUID = 1L;

      Fork(String what) {
        super("fork: " + what);
      }
    }

    private static Fork fork(Checkpoint checkpoint) {
      return new Fork("another root of size " + checkpoint.size());
    }

    private WitnessRule.State state() {
      List<String> lines = home.lines(file);
      if (lines.isEmpty()) return WitnessRule.State.NONE;
      return new WitnessRule.State(Long.parseLong(lines.get(0)), Bytes.fromHex(lines.get(1)));
    }

    /// Reads up to the server's newest checkpoint and refuses any that is not the old one, longer.
    Checkpoint look() {
      Note note = Note.parse(remote.get("candidate"));
      Checkpoint checkpoint = Checkpoint.verified(note, log);
      if (checkpoint.size() < tree.size()) {
        if (!tree.root(checkpoint.size()).equals(checkpoint.root())) throw fork(checkpoint);
        return checkpoint;
      }
      // read into a copy: entries that do not give the signed root are not believed
      Tree next = tree.copy();
      while (next.size() < checkpoint.size()) {
        long from = next.size();
        long bundle = from / WIDTH;
        int width = (int) Math.min(WIDTH, checkpoint.size() - bundle * WIDTH);
        Tile tile = new Tile(Tile.ENTRIES, bundle, width);
        List<Bytes> leaves = Tile.entries(remote.get(tile.path()), width);
        for (Bytes leaf : leaves.subList((int) (from - bundle * WIDTH), width)) {
          next.append(Merkle.leafHash(leaf));
        }
      }
      if (!next.root(checkpoint.size()).equals(checkpoint.root())) {
        if (next.size() == tree.size()) throw fork(checkpoint);
        throw new Malformed("the entries do not give the signed root of " + checkpoint.size());
      }
      tree = next;
      WitnessRule.State state = state();
      if (state.size() > checkpoint.size()) {
        // an older state of the same log: nothing new to say
        return checkpoint;
      }
      WitnessRule.Request request =
          new WitnessRule.Request(
              state.size(), tree.consistency(state.size(), checkpoint.size()), note);
      switch (WitnessRule.decide(state, request, Optional.of(log))) {
        case WitnessRule.Refuse(WitnessRule.Reason reason) ->
            throw new Fork(reason + " at size " + checkpoint.size());
        case WitnessRule.Accept accepted -> {
          return checkpoint;
        }
      }
    }

    /// Remembers first, signs second, sends third.
    void cosign(SigningKey key, Checkpoint checkpoint, long time) {
      if (state().size() > checkpoint.size()) return;
      home.write(file, checkpoint.size() + "\n" + checkpoint.root().hex() + "\n");
      String note = checkpoint.body() + "\n" + Cosignature.line(key, checkpoint, time) + "\n";
      remote.post("cosignatures", Bytes.utf8(note));
    }
  }
}
