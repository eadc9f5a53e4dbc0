package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Intake;
import veche.http.Service;
import veche.http.Settings;
import veche.record.Entry;
import veche.store.Db;
import veche.store.Embedded;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §12 `veche bench board`: how fast a log takes leaves whose proofs were checked, beside plain
/// rows in the same database; how long pages and receipts take while proofs are checked; and what
/// the server keeps in memory for each leaf.
@Command(
    name = "board",
    mixinStandardHelpOptions = true,
    description = {
      "Журнал: листья в секунду, задержки под нагрузкой, память на лист.",
      "The log: leaves a second, delays under load, memory a leaf."
    })
public final class BenchBoard implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final String HOST = "bench.localhost";

  /// Options of the contest with which a ballot has just over 2 KB and over 8 KB.
  private static final List<Integer> OPTIONS = List.of(5, 25);

  private static final int STEPS = 10;
  private static final int CHUNK = 5_000;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "куда записать / where to write")
  private Path out = Path.of("");

  @Option(names = "--rounds", description = "сколько раундов / how many rounds")
  private int rounds = 5;

  @Option(
      names = "--round-leaves",
      description = "листьев по 2 КБ за раунд, по 8 КБ вчетверо меньше / leaves of 2 KB a round")
  private int roundLeaves = 20_000;

  @Option(
      names = "--keys",
      description = "сколько голосующих через двери; 0 — никто / voters at the doors; 0 for none")
  private int keys = 128;

  @Option(names = "--ballots", description = "сколько бюллетеней у каждого / ballots of each")
  private int ballots = 16;

  @Option(
      names = "--leaves",
      description = "память после стольких листьев; 0 — нет / memory after so many; 0 for not")
  private int leaves;

  @Option(
      names = "--restart",
      description = "ещё и перезапуск, который читает всё заново / a restart that reads all again")
  private boolean restart;

  @Option(
      names = "--web",
      defaultValue = "${sys:veche.web:-web}",
      description = "папка страницы / the page")
  private Path web = Path.of("web");

  @Option(names = "--json", description = "только JSON / JSON only")
  private boolean json;

  @Option(names = "--lang", description = "ru | en")
  private String language = Locale.getDefault().getLanguage();

  private final Entropy entropy = Entropy.system();
  private Words words = Words.ENGLISH;

  @Override
  public Integer call() throws Exception {
    if (rounds < 0 || roundLeaves < 4 || keys < 0 || ballots < 1 || ballots > 20 || leaves < 0) {
      throw new Malformed("--rounds, --round-leaves, --keys, --ballots, --leaves: out of range");
    }
    if (Files.exists(out) && !isEmpty(out)) {
      throw new Malformed(out + ": expected an empty folder or none");
    }
    words = Words.in(language);
    Path folder = out.toAbsolutePath();
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    ObjectNode summary = Json.object();
    summary.put("processors", Runtime.getRuntime().availableProcessors());
    try (Embedded embedded = Embedded.start(folder.resolve("db"), entropy)) {
      SigningKey hosted = Ground.key("north", Vkey.ED25519, entropy);
      Settings settings =
          new Settings(HOST, "127.0.0.1", 0, 0, data, List.of(hosted.vkey()), false);
      try (Service service = start(settings, embedded)) {
        if (rounds > 0) speeds(service, hosted, embedded.uri(), summary);
        if (keys > 0) doors(service, hosted, summary);
        if (leaves > 0) memory(service, hosted, summary);
      }
      if (restart) restart(settings, embedded, summary);
    } finally {
      delete(folder.resolve("db"));
      delete(data);
    }
    summary.put("load", load());
    Files.writeString(folder.resolve("summary.json"), Json.pretty(summary) + "\n");
    if (json) OUT.println(Json.pretty(summary));
    return 0;
  }

  private Service start(Settings settings, Embedded embedded) {
    return Service.start(
        settings,
        Optional.of(embedded.uri()),
        web.toAbsolutePath(),
        entropy,
        InstantSource.system());
  }

  private void restart(Settings settings, Embedded embedded, ObjectNode summary) {
    long all = (rounds == 0 ? 0 : rounds + 1L) * (roundLeaves + roundLeaves / 4);
    all += (long) keys * ballots + leaves;
    long began = System.nanoTime();
    try (Service service = start(settings, embedded)) {
      double seconds = Math.round((System.nanoTime() - began) / 1e8) / 10.0;
      say("restart", all, seconds, Math.round(all / seconds), load());
      summary.putObject("restart").put("leaves", all).put("seconds", seconds);
    }
  }

  private void say(String key, Object... values) {
    if (!json) OUT.println(words.text("bench." + key, values));
  }

  private static double load() {
    return Math.round(100 * ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())
        / 100.0;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
    }
  }

  private Ground open(Service service, SigningKey hosted, int options, List<Ground.Person> people) {
    Remote server = new Remote("http://127.0.0.1:" + service.server().port());
    List<String> ids = IntStream.range(0, options).mapToObj(i -> "option" + i).toList();
    Ground ground = new Ground(server, HOST, hosted, entropy, Ground.now() + 30 * 86_400, ids);
    ground.makeKeys();
    ground.openFor(people);
    return ground;
  }

  /// Whoever they are: what comes behind the check of proofs is not asked for the roll again.
  private List<Ground.Person> few() {
    return List.of(new Ground.Person(entropy), new Ground.Person(entropy));
  }

  // ---- leaves a second

  private void speeds(Service service, SigningKey hosted, String uri, ObjectNode summary) {
    ArrayNode all = summary.putArray("speeds");
    Vertx vertx = Vertx.vertx();
    try (Db db = Db.open(vertx, uri, 1)) {
      Speeds speeds = new Speeds(db);
      for (int options : OPTIONS) {
        Ground ground = open(service, hosted, options, few());
        Intake intake = service.server().intake(ground.draft().slug());
        int count = options == OPTIONS.getFirst() ? roundLeaves : roundLeaves / 4;
        Speeds.Pair pair =
            speeds.measure(intake, new Stock(ground.paper(), entropy), count, rounds);
        say(
            "speed",
            pair.bytes(),
            Math.round(pair.median()),
            Math.round(pair.plainMedian()),
            Math.round(100 * pair.ratio()) / 100.0,
            rounds,
            load());
        all.add(pair.json());
      }
    } finally {
      Db.now(vertx.close());
    }
  }

  // ---- doors

  private void doors(Service service, SigningKey hosted, ObjectNode summary) throws Exception {
    List<Ground.Person> people =
        Stream.generate(() -> new Ground.Person(entropy)).limit(keys).toList();
    int options = OPTIONS.getFirst();
    Ground ground = open(service, hosted, options, people);
    List<List<Integer>> choice =
        List.of(IntStream.range(0, options).map(i -> i == 0 ? 1 : 0).boxed().toList());
    List<List<Bytes>> chains = new ArrayList<>();
    for (Ground.Person person : people) {
      chains.add(Stream.generate(() -> ground.ballot(person, choice)).limit(ballots).toList());
    }
    DoorLoad.Report report =
        new DoorLoad(service.server().port(), ground.draft().slug(), chains).measure();
    say(
        "doors",
        Math.round(report.fullRate()),
        Math.round(report.pageMedian()),
        Math.round(report.halfRate()),
        Math.round(report.receiptMedian()),
        Math.round(report.receipt99()),
        load());
    summary.set("doors", report.json());
  }

  // ---- memory

  private void memory(Service service, SigningKey hosted, ObjectNode summary) {
    Ground ground = open(service, hosted, OPTIONS.getFirst(), few());
    Intake intake = service.server().intake(ground.draft().slug());
    Stock stock = new Stock(ground.paper(), entropy);
    ObjectNode report = summary.putObject("memory");
    ArrayNode steps = report.putArray("steps");
    int step = Math.max(1, leaves / STEPS);
    long start = heap();
    long first = 0;
    long last = start;
    int taken = 0;
    CompletableFuture<List<Entry.Cast>> next = stock(stock, Math.min(CHUNK, step));
    while (taken < leaves) {
      List<Entry.Cast> chunk = next.join();
      int after = taken + chunk.size();
      int left = Math.min(leaves, (after / step + 1) * step) - after;
      next = stock(stock, Math.min(CHUNK, left));
      Speeds.log(intake, chunk);
      taken = after;
      if (taken % step > 0 && taken < leaves) continue;
      next.join();
      // what waits to be sent is no memory of the server's
      next = CompletableFuture.completedFuture(List.of());
      chunk = List.of();
      last = heap();
      if (first == 0) first = last;
      say("memory", taken, last >> 20, (last - start) / taken);
      steps.addObject().put("leaves", taken).put("heap", last);
      if (taken < leaves) next = stock(stock, Math.min(CHUNK, Math.min(step, leaves - taken)));
    }
    report.put("heap_before", start);
    report.put("bytes_a_leaf", (last - start) / leaves);
    report.put("ciphertexts_a_leaf", OPTIONS.getFirst());
  }

  private static CompletableFuture<List<Entry.Cast>> stock(Stock stock, int count) {
    return CompletableFuture.supplyAsync(() -> stock.next(count));
  }

  private static long heap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
