package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.record.Trust;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §12 `veche torture`: an election whose clients vote while its server and its database are
/// killed, stopped, doubled and starved. After every round each acknowledged ballot must be at its
/// place, none twice, and every checkpoint anybody saw a prefix of the log. Exit code 0 only then.
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    description = {
      "Мучает сервер и базу, пока люди голосуют, и сверяет каждое обещание.",
      "Torments the server and the database while people vote, and checks every promise."
    })
public final class Torture implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final int KEYS = 3;
  private static final long RECOVERY = 90;
  private static final long MOST_SECONDS_OF_A_ROUND = 120;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "куда записать / where to write")
  private Path out = Path.of("");

  @Option(names = "--rounds", description = "сколько раундов / how many rounds")
  private int rounds = 5;

  @Option(
      names = "--fuzz",
      description = "вместо раундов испорченные запросы / mutated requests instead of rounds")
  private boolean fuzz;

  @Option(names = "--requests", description = "сколько их, с --fuzz / how many, with --fuzz")
  private int requests = 200_000;

  @Option(names = "--clients", description = "сколько клиентов / how many clients")
  private int clients = 64;

  @Option(
      names = "--stop-seconds",
      description = "как долго сервер стоит / how long the server is stopped")
  private int stopSeconds = 10;

  @Option(names = "--seed", paramLabel = "HEX", description = "повторить удары / repeat the blows")
  private @Nullable String seed;

  @Option(
      names = "--quick",
      description =
          "одна программа держит все ключи, без наблюдателей / one program holds every key, no"
              + " witnesses")
  private boolean quick;

  @Option(
      names = "--web",
      defaultValue = "${sys:veche.web:-web}",
      description = "папка страницы / the page")
  private Path web = Path.of("web");

  @Option(names = "--lang", description = "ru | en")
  private String language = Locale.getDefault().getLanguage();

  private final Map<Nemesis.Blow, Integer> blows = new EnumMap<>(Nemesis.Blow.class);
  private double slowest;

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || clients < 1 || stopSeconds < 1) {
      throw new Malformed("--rounds, --clients, --stop-seconds: expected 1 or more");
    }
    if (Files.exists(out) && !isEmpty(out)) {
      throw new Malformed(out + ": expected an empty folder or none");
    }
    Path folder = out.toAbsolutePath();
    Files.createDirectories(folder);
    Bytes drawn = seed == null ? Entropy.system().bytes(32) : Bytes.fromHex(seed);
    if (drawn.length() != 32) throw new Malformed("--seed: expected 64 hex digits");
    Words words = Words.in(language);
    OUT.println(words.text("rehearse.seed", drawn.hex()));
    if (fuzz) return fuzz(words, drawn, folder);
    Random random = new Random(new BigInteger(1, drawn.unsafeArray()).longValue());
    Entropy entropy = Entropy.system();
    return quick ? quick(words, folder, random, drawn) : whole(words, folder, random, drawn);
  }

  /// What is tortured, however it was opened.
  ///
  /// @param trust the trust file's text
  /// @param forks how many witnesses saw two histories
  private record Poll(
      String election,
      String trust,
      Seal.Paper paper,
      List<List<Voter>> voters,
      LongSupplier forks) {}

  private int whole(Words words, Path folder, Random random, Bytes drawn) throws Exception {
    Entropy entropy = Entropy.system();
    try (Coalition coalition =
        new Coalition(
            folder.resolve("roles"),
            entropy,
            step -> OUT.println("· " + words.text("demo." + step)))) {
      long setup = coalition.makeKeys();
      List<String> hosted = Coalition.BODIES.stream().map(b -> coalition.vkey(b, "body")).toList();
      try (Rack rack = rack(words, folder, hosted, entropy)) {
        List<List<Voter>> voters = open(words, coalition, rack, setup);
        Seal.Paper paper = Rehearse.paper(new Remote(coalition.election()), question(0));
        var poll =
            new Poll(
                coalition.election(),
                Files.readString(coalition.trust()),
                paper,
                voters,
                coalition::forks);
        return torment(words, poll, rack, random, drawn);
      }
    }
  }

  /// Without the role programs, whose start takes longer than a few small rounds.
  private int quick(Words words, Path folder, Random random, Bytes drawn) throws Exception {
    Entropy entropy = Entropy.system();
    SigningKey hosted = Ground.key(Ground.BODIES.getFirst(), Vkey.ED25519, entropy);
    try (Rack rack = rack(words, folder, List.of(hosted.vkey().toString()), entropy)) {
      Ground ground =
          new Ground(
              new Remote(rack.first().address()),
              rack.first().host(),
              hosted,
              entropy,
              Ground.now() + seconds(0));
      ground.makeKeys();
      List<Ground.Person> people = new ArrayList<>();
      List<List<Voter>> voters = new ArrayList<>();
      for (int c = 0; c < clients; c++) {
        List<Voter> own = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
          Ground.Person person = new Ground.Person(entropy);
          people.add(person);
          own.add(new Voter(person.secret, entropy));
        }
        voters.add(List.copyOf(own));
      }
      ground.openFor(people);
      String trust = Trust.of(ground.draft());
      String election = ground.remote().base();
      var poll = new Poll(election, trust, ground.paper(), voters, () -> 0);
      return torment(words, poll, rack, random, drawn);
    }
  }

  private Rack rack(Words words, Path folder, List<String> hosted, Entropy entropy) {
    Rack rack = new Rack(folder.resolve("server"), web.toAbsolutePath(), hosted, entropy);
    if (!rack.ownsDisk()) OUT.println(words.text("torture.no-disk"));
    try {
      rack.first().start();
    } catch (RuntimeException e) {
      rack.close();
      throw e;
    }
    return rack;
  }

  private long seconds(long setup) {
    return setup + 600 + rounds * MOST_SECONDS_OF_A_ROUND;
  }

  private int fuzz(Words words, Bytes drawn, Path folder) throws Exception {
    Fuzz.Report report = new Fuzz(drawn, requests).run(folder, web.toAbsolutePath(), OUT::println);
    OUT.println(Json.pretty(report.json()));
    OUT.println(words.text(report.well() ? "fuzz.well" : "fuzz.badly"));
    return report.well() ? 0 : 1;
  }

  private static boolean isEmpty(Path folder) throws java.io.IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  // ---- the election

  private List<List<Voter>> open(Words words, Coalition coalition, Rack rack, long setup) {
    coalition.define(rack.first().address(), rack.first().host(), question(seconds(setup)));
    coalition.makeElectionKey(2);
    coalition.awaitPhase(List.of("enrolling"), 180);
    List<String> links = coalition.invite(clients * KEYS);
    Remote remote = new Remote(coalition.election());
    List<List<Voter>> out = new ArrayList<>();
    for (int c = 0; c < clients; c++) {
      List<Voter> own = new ArrayList<>();
      for (int k = 0; k < KEYS; k++) {
        Voter voter = new Voter(Entropy.system());
        voter.enrol(remote, coalition.cid(), links.get(c * KEYS + k));
        own.add(voter);
      }
      out.add(List.copyOf(own));
    }
    OUT.println("  " + words.text("rehearse.enrolled", links.size(), links.size()));
    coalition.open(web.toAbsolutePath());
    return out;
  }

  /// As small as a ballot gets: the proofs are not what is tortured.
  private Coalition.Question question(long seconds) {
    Contest contest =
        new Contest(
            "one",
            Style.Kind.APPROVAL,
            Coalition.texts("Один вопрос", "One question"),
            List.of(option("yes", "Да", "Yes"), option("no", "Нет", "No")),
            1,
            1,
            false,
            "approval",
            Map.of(),
            1,
            List.of(),
            List.of(),
            "drawn-order",
            "all");
    return new Coalition.Question(
            Draft.Kind.TRAINING,
            Map.of("ru", "Испытание", "en", "A trial"),
            Map.of("ru", "Ничего не решает.", "en", "It decides nothing."),
            List.of(contest),
            (long) clients * KEYS,
            2,
            0,
            0)
        .lasting(seconds);
  }

  private static Contest.Option option(String id, String russian, String english) {
    return new Contest.Option(id, Coalition.texts(russian, english), Coalition.texts("", ""), "");
  }

  // ---- the rounds

  private int torment(Words words, Poll poll, Rack rack, Random random, Bytes drawn)
      throws Exception {
    Remote remote = new Remote(poll.election);
    Vkey log = Trust.parse(poll.trust).policy().logs().getFirst();
    List<String> doors = List.of(poll.election, rack.second().address() + "/e/" + remote.slug());
    long began = System.nanoTime();
    try (Promises promises = new Promises(out.resolve("acknowledged.txt"), log);
        Crowd crowd = new Crowd(doors, promises, poll.paper, poll.voters, random)) {
      Nemesis nemesis = new Nemesis(rack, crowd, random, Duration.ofSeconds(stopSeconds));
      int done = 0;
      long stalled = 0;
      while (done < rounds && promises.kept() && stalled == 0) {
        done++;
        stalled = round(words, done, nemesis, crowd, promises, remote);
      }
      // what is read from a fresh start is what is on the disk
      rack.first().kill();
      rack.first().start();
      promises.check(remote::get);
      long forked = poll.forks.getAsLong();
      for (String sentence : promises.sentences()) OUT.println("  " + sentence);
      boolean well = promises.kept() && stalled == 0 && forked == 0 && done == rounds;
      keep(poll, remote);
      ObjectNode summary = Json.object();
      summary.put("seed", drawn.hex());
      summary.put("rounds", done);
      summary.put("clients", clients);
      summary.put("acknowledged", promises.acknowledgements());
      summary.put("requests", crowd.tries());
      summary.put("asked_twice", crowd.repeated());
      summary.put("leaves", promises.size());
      summary.put("lost", promises.count(Promises.Wrong.LOST));
      summary.put("duplicated", promises.count(Promises.Wrong.DUPLICATED));
      summary.put("forks", promises.count(Promises.Wrong.FORK) + forked);
      summary.put("refused", promises.count(Promises.Wrong.REFUSED));
      summary.put("stalled_clients", stalled);
      summary.put("started_again", nemesis.restarts());
      summary.put("seconds", Math.round((System.nanoTime() - began) / 1e9));
      summary.put("slowest_round_seconds", slowest);
      blows.forEach((blow, n) -> summary.put(blow.key().substring(8), n));
      Files.writeString(out.resolve("summary.json"), Json.pretty(summary) + "\n");
      OUT.println(Json.pretty(summary));
      OUT.println(words.text(well ? "torture.well" : "torture.badly"));
      return well ? 0 : 1;
    }
  }

  /// @return clients that got no receipt after the blow
  private long round(
      Words words, int number, Nemesis nemesis, Crowd crowd, Promises promises, Remote remote) {
    long began = System.nanoTime();
    long before = promises.acknowledgements();
    Nemesis.Blow blow = nemesis.draw();
    crowd.open();
    nemesis.strike(blow);
    long stalled = crowd.awaitReceipts(RECOVERY);
    stalled = Math.max(stalled, crowd.pause(RECOVERY));
    promises.check(remote::get);
    blows.merge(blow, 1, Integer::sum);
    double seconds = Math.round((System.nanoTime() - began) / 1e8) / 10.0;
    slowest = Math.max(slowest, seconds);
    OUT.println(
        words.text(
            "torture.round",
            number,
            rounds,
            words.text(blow.key(), stopSeconds),
            promises.acknowledgements() - before,
            promises.size(),
            seconds));
    return stalled;
  }

  /// The record as the server gives it, for a reader that is not ours.
  private void keep(Poll poll, Remote remote) throws java.io.IOException {
    Path bundle = out.resolve("bundle.zip");
    try (InputStream in = URI.create(remote.base() + "/bundle.zip").toURL().openStream()) {
      Files.copy(in, bundle, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(out.resolve("trust.txt"), poll.trust);
  }
}
