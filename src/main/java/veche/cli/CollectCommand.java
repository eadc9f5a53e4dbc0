package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.SigningKey;
import veche.election.Refused;
import veche.log.Policy;
import veche.record.Phase;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §6 Second door: how a body takes ballots, through its own address or as files.
final class CollectCommand {
  private static final PrintStream OUT = System.out;

  /// Near the end a ballot is brought at once: there may be no second window.
  private static final long NEAR = 60;

  private CollectCommand() {}

  /// What both ways share.
  abstract static class Collecting implements Callable<Integer> {
    @Mixin Options options;
    @Mixin Options.Election election;

    @Option(
        names = "--witness",
        paramLabel = "URL",
        description =
            "кому передать то, чего не взял сервер; и те, что названы в определении"
                + " / who is handed what the server does not take; besides those the draft names")
    List<String> witnesses = List.of();

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description =
            "и класть туда файлами / and put it there as files, for those who have no door")
    @Nullable Path out;

    @Override
    public Integer call() throws Exception {
      try (Home.Hold hold = options.home().lock()) {
        SigningKey key = options.home().key();
        Follower follower = election.follower();
        if (follower.catchUp().phase() == Phase.DRAFTING) throw new Malformed("no definition yet");
        List<Collector.Hand> hands = hands(follower.record().policy());
        try (Collector collector =
            new Collector(follower, options.home(), key, InstantSource.system())) {
          return collect(collector, hands);
        }
      }
    }

    abstract int collect(Collector collector, List<Collector.Hand> hands) throws Exception;

    private List<Collector.Hand> hands(Policy policy) {
      Set<String> urls = new java.util.LinkedHashSet<>(witnesses);
      for (Policy.Witness witness : policy.witnesses().values()) {
        if (witness.url() != null) urls.add(witness.url());
      }
      List<Collector.Hand> out = new ArrayList<>();
      for (String url : urls) out.add(once(toDoor(new Remote(url))));
      if (this.out != null) out.add(once(toFolder(this.out)));
      return out;
    }

    private interface Try {
      boolean give(Bytes deposit);
    }

    private static Collector.Hand once(Try given) {
      Set<Bytes> done = new HashSet<>();
      return deposit -> {
        if (!done.contains(deposit.sha256()) && given.give(deposit)) done.add(deposit.sha256());
      };
    }

    private Try toDoor(Remote witness) {
      return deposit -> {
        try {
          witness.post("add-deposit", deposit);
          OUT.println(options.words().text("role.handed", witness.base()));
          return true;
        } catch (Remote.Unreachable | Remote.Refusal e) {
          System.err.println(witness.base() + ": " + e.getMessage());
          return false;
        }
      };
    }

    private static Try toFolder(Path folder) {
      return deposit -> {
        try {
          Files.createDirectories(folder);
          Files.write(
              folder.resolve("deposit-" + deposit.sha256().hex().substring(0, 16)),
              deposit.toArray());
          return true;
        } catch (IOException e) {
          System.err.println(folder.getFileName() + ": " + e.getMessage());
          return false;
        }
      };
    }

    void say(Collector.Count count) {
      OUT.println(
          options
              .words()
              .text(
                  "role.collected",
                  count.taken(),
                  count.standing(),
                  count.waiting(),
                  count.lost()));
    }
  }

  @Command(
      name = "collect",
      description = "принимать бюллетени и вносить их / take ballots and deposit them")
  static final class Collect extends Collecting {
    @Option(
        names = "--listen",
        required = true,
        paramLabel = "HOST:PORT",
        description = "где принимать; TLS — дело прокси / where to take them; TLS is a proxy's")
    private String listen;

    @Option(
        names = "--window",
        description = "секунд между внесениями / seconds between deposits (30)")
    private long window = 30;

    @Override
    int collect(Collector collector, List<Collector.Hand> hands) throws InterruptedException {
      try (CollectDoor door = new CollectDoor(collector, listen)) {
        OUT.println(options.words().text("role.listening", listen, String.valueOf(door.port())));
        Collector.Count said = collector.bring(hands);
        say(said);
        while (!collector.isOver()) {
          pause(collector);
          Collector.Count count = collector.bring(hands);
          if (!count.equals(said)) say(count);
          said = count;
        }
        return said.lost() > 0 ? 1 : 0;
      }
    }

    private void pause(Collector collector) throws InterruptedException {
      long end = System.nanoTime() + window * 1_000_000_000;
      do {
        Thread.sleep(1_000);
      } while (collector.left() > NEAR && System.nanoTime() < end);
    }
  }

  @Command(
      name = "deposit",
      description = "внести бюллетени из файлов / deposit ballots that came as files")
  static final class Deposits extends Collecting {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "бюллетени / ballots")
    private List<Path> files;

    @Option(
        names = "--wait",
        description = "сколько секунд пробовать / seconds to keep trying (60)")
    private long wait = 60;

    @Override
    int collect(Collector collector, List<Collector.Hand> hands) throws Exception {
      int refused = 0;
      for (Path file : files) {
        switch (collector.take(Bytes.of(Files.readAllBytes(file)))) {
          case Collector.Held(String word) -> {
            Files.writeString(file.resolveSibling(file.getFileName() + ".taken"), word);
            OUT.println(options.words().text("role.taken", file.getFileName()));
          }
          case Collector.No(Refused why) -> {
            refused++;
            System.err.println(file.getFileName() + ": " + options.words().refusal(why));
          }
        }
      }
      long end = System.nanoTime() + wait * 1_000_000_000;
      Collector.Count count = collector.bring(hands);
      while (count.waiting() > 0 && !collector.isOver() && System.nanoTime() < end) {
        Thread.sleep(1_000);
        count = collector.bring(hands);
      }
      say(count);
      return refused > 0 || count.waiting() > 0 ? 2 : 0;
    }
  }
}
