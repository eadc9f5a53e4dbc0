package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.ballot.Audit;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.SeededEntropy;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.election.Style;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Bundle;
import veche.record.Openings;
import veche.tally.Vote;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// `veche rehearse`: a whole election without a person, through the real server, database, HTTP and
/// role programs on loopback. Invented voters enrol, vote, vote again, challenge; some send
/// garbage. Exit code 0 only if the record verifies and the opened totals are those that were cast.
@Command(
    name = "rehearse",
    mixinStandardHelpOptions = true,
    description = {
      "Целые выборы без людей: от ключей до проверенного результата.",
      "A whole election without people: from the keys to a verified result."
    })
public final class Rehearse implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final int CASTERS = 2;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "куда записать / where to write")
  private Path out = Path.of("");

  @Option(names = "--voters", description = "сколько избирателей / how many voters")
  private int voters = 0;

  @Option(
      names = "--ballots",
      paramLabel = "FILE",
      description = "настоящие бюллетени / real ballots to replay")
  private @Nullable Path ballots;

  @Option(names = "--format", description = "blt | blt-approval | cvr-csv")
  private String format = "blt";

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description = "правило, approval или для порядков / approval, or a rule for rankings")
  private @Nullable String rule;

  @Option(names = "--seats", paramLabel = "N", description = "мест / seats")
  private int seats = 0;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "настройка правила; может повторяться / of the rule; may be repeated")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(names = "--mixes", description = "сколько перемешиваний, 2 или 3 / mixes, 2 or 3")
  private int mixes = 2;

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description = "повторить выбор голосов / repeat the choices")
  private @Nullable String seed;

  @Option(
      names = "--voting-seconds",
      description = "секунд от определения до закрытия / seconds from draft to close")
  private int votingSeconds = 0;

  @Option(
      names = "--web",
      defaultValue = "${sys:veche.web:-web}",
      description = "папка страницы / the page")
  private Path web = Path.of("web");

  @Option(names = "--lang", description = "ru | en")
  private String language = Locale.getDefault().getLanguage();

  private final LongAdder casts = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder challenged = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final Map<String, Object> times = new LinkedHashMap<>();
  private long clock = System.nanoTime();

  /// What every voter will have said last, decided before anything runs.
  private record Plan(Coalition.Question question, List<List<List<Integer>>> finals) {
    Plan lasting(long seconds) {
      return new Plan(question.lasting(seconds), finals);
    }
  }

  @Override
  public Integer call() throws Exception {
    Words words = Words.in(language);
    // two is the fewest for which anything is opened (record §8 minCount); 0 stands for the default
    if (mixes < 2 || mixes > 3) throw new Malformed("--mixes: expected 2 or 3");
    if (voters < 0 || voters == 1) throw new Malformed("--voters: expected 2 or more");
    if (Files.exists(out) && !isEmpty(out)) {
      throw new Malformed(out + ": expected an empty folder or none");
    }
    Files.createDirectories(out);
    Bytes drawn = seed == null ? Entropy.system().bytes(32) : Bytes.fromHex(seed);
    if (drawn.length() != 32) throw new Malformed("--seed: expected 64 hex digits");
    OUT.println(words.text("rehearse.seed", drawn.hex()));
    Random choices = new Random(new java.math.BigInteger(1, drawn.unsafeArray()).longValue());
    Plan plan = ballots == null ? invented(choices) : replayed(choices);
    int n = plan.finals.size();
    OUT.println(words.text("rehearse.voters", n));
    Entropy entropy = Entropy.system();
    try (Coalition coalition =
        new Coalition(
            out.resolve("roles").toAbsolutePath(),
            entropy,
            step -> OUT.println("· " + words.text("demo." + step)))) {
      long setup = coalition.makeKeys();
      long seconds = votingSeconds > 0 ? votingSeconds : setup + n / 8;
      List<Vkey> hosted =
          Coalition.BODIES.stream().map(b -> Vkey.parse(coalition.vkey(b, "body"))).toList();
      try (Stage stage =
          Stage.start(
              out.resolve("server").toAbsolutePath(), web.toAbsolutePath(), 0, hosted, entropy)) {
        return play(words, coalition, stage, plan.lasting(seconds), drawn);
      }
    }
  }

  private int play(Words words, Coalition coalition, Stage stage, Plan plan, Bytes drawn)
      throws Exception {
    int n = plan.finals.size();
    coalition.define(stage.address(), stage.host(), plan.question);
    coalition.makeElectionKey(0.5);
    coalition.awaitPhase(List.of("enrolling"), 180);
    lap("setup");
    List<String> links = coalition.invite(n);
    Remote remote = new Remote(coalition.election());
    List<Voter> people = enrol(words, remote, coalition.cid(), links, drawn);
    coalition.open(web.toAbsolutePath());
    lap("enrolment");
    Seal.Paper paper = paper(remote, plan.question);
    Vkey log = coalition.trusted().policy().logs().getFirst();
    long voting = System.nanoTime();
    vote(words, remote, log, paper, people, plan.finals, drawn);
    double seconds = (System.nanoTime() - voting) / 1e9;
    lap("voting");
    long left = plan.question.closesAt() - System.currentTimeMillis() / 1000;
    if (left < 0) throw new Malformed("voting took longer than planned: use --voting-seconds");
    OUT.println(words.text("rehearse.waiting", left));
    coalition.finish(left + 120 + n / 4);
    lap("closing");
    download(remote, out.resolve("bundle.zip"));
    unpack(out.resolve("bundle.zip"), out.resolve("bundle"));
    Files.copy(coalition.trust(), out.resolve("trust.txt"), StandardCopyOption.REPLACE_EXISTING);
    List<Object> expected = cast(plan);
    List<Object> opened = opened(out.resolve("bundle"), plan);
    long verifying = System.nanoTime();
    int verdict =
        coalition.tool(
            List.of(
                "verify",
                out.resolve("bundle").toAbsolutePath().toString(),
                "--trust",
                out.resolve("trust.txt").toAbsolutePath().toString()),
            3_600,
            out.resolve("verify.txt"));
    double verified = (System.nanoTime() - verifying) / 1e9;
    lap("verification");
    boolean equal = expected.equals(opened);
    ObjectNode summary = Json.object();
    summary.put("seed", drawn.hex());
    summary.put("voters", n);
    summary.put("casts", casts.sum());
    summary.put("challenged", challenged.sum());
    summary.put("retries", retries.sum());
    summary.put("garbage_refused", refusals.sum());
    summary.put("casts_per_second", Math.round(casts.sum() / seconds * 10) / 10.0);
    summary.put("verification_seconds", Math.round(verified * 10) / 10.0);
    summary.put("verification_exit", verdict);
    summary.put("totals_equal", equal);
    summary.put("totals", text(opened));
    if (fileWinners != null) {
      List<String> winners = winners(remote, 0);
      equal &= winners.equals(fileWinners);
      summary.put("winners", winners.toString());
      summary.put("winners_of_file", fileWinners.toString());
    }
    summary.put("bundle_zip_bytes", Files.size(out.resolve("bundle.zip")));
    summary.put("heap_used_mib", heap());
    summary.put("seconds", times.toString());
    Files.writeString(out.resolve("summary.json"), Json.pretty(summary) + "\n");
    OUT.println(Json.pretty(summary));
    OUT.println(
        words.text(equal ? "rehearse.equal" : "rehearse.different", text(expected), text(opened)));
    boolean well = equal && verdict == 0;
    OUT.println(words.text(well ? "rehearse.well" : "rehearse.badly", verdict));
    return well ? 0 : 1;
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }

  private void lap(String what) {
    long now = System.nanoTime();
    times.put(what, Math.round((now - clock) / 1e8) / 10.0);
    clock = now;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  // ---- what will be said

  private Plan invented(Random choices) {
    int n = voters == 0 ? 20 : voters;
    Coalition.Question demo = Demo.question();
    List<List<List<Integer>>> finals = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<List<Integer>> all = new ArrayList<>();
      for (Contest contest : demo.contests()) all.add(answer(contest.style(), choices));
      finals.add(all);
    }
    return new Plan(asking(demo.contests(), n), finals);
  }

  private static List<Integer> answer(Style style, Random choices) {
    int count = style.lo() + choices.nextInt(style.hi() - style.lo() + 1);
    List<Integer> order = new ArrayList<>();
    for (int j = 0; j < style.options(); j++) order.add(j);
    Collections.shuffle(order, choices);
    if (style.kind() == Style.Kind.RANKED) return List.copyOf(order.subList(0, count));
    Integer[] out = new Integer[style.options()];
    Arrays.fill(out, 0);
    for (int j : order.subList(0, count)) out[j] = 1;
    return List.of(out);
  }

  private Plan replayed(Random choices) throws IOException {
    String how = rule != null ? rule : format.equals("blt-approval") ? "approval" : "scottish-stv";
    return how.equals("approval") ? approvals(choices) : rankings(choices, how);
  }

  private @Nullable List<String> fileWinners;

  private Plan rankings(Random choices, String how) throws IOException {
    RankedFile file =
        RankedFile.read(java.util.Objects.requireNonNull(ballots), format, how, seats, options);
    List<List<Integer>> all = new ArrayList<>(file.rankings());
    Collections.shuffle(all, choices);
    int n = voters == 0 ? all.size() : voters;
    if (n > all.size()) throw new Malformed("--voters: the file holds " + all.size() + " ballots");
    if (n == all.size()) {
      List<String> ids = file.contest().optionIds();
      fileWinners = file.counted().winners().stream().map(ids::get).toList();
    }
    return new Plan(
        asking(List.of(file.contest()), n), all.subList(0, n).stream().map(List::of).toList());
  }

  private Plan approvals(Random choices) throws IOException {
    BallotFile file = BallotFile.read(java.util.Objects.requireNonNull(ballots), format);
    List<List<Integer>> all = new ArrayList<>();
    for (BallotFile.Paper one : file.papers()) {
      Integer[] marks = new Integer[file.names().size()];
      Arrays.fill(marks, 0);
      for (int option : one.approved()) marks[option] = 1;
      for (int i = 0; i < one.weight(); i++) all.add(List.of(marks));
    }
    Collections.shuffle(all, choices);
    int n = voters == 0 ? all.size() : voters;
    if (n > all.size()) throw new Malformed("--voters: the file holds " + all.size() + " ballots");
    List<Contest.Option> options = new ArrayList<>();
    for (int j = 0; j < file.names().size(); j++) {
      String name = file.names().get(j);
      options.add(
          new Contest.Option(
              "c" + (j + 1), Coalition.texts(name, name), Coalition.texts("", ""), ""));
    }
    Contest contest =
        new Contest(
            "replay",
            Style.Kind.APPROVAL,
            Coalition.texts("Повтор настоящих бюллетеней", "Replay of real ballots"),
            options,
            0,
            options.size(),
            true,
            "approval",
            Map.of(),
            Math.min(4, options.size()),
            List.of(),
            List.of(),
            "drawn-order",
            "all");
    return new Plan(asking(List.of(contest), n), all.subList(0, n).stream().map(List::of).toList());
  }

  private Coalition.Question asking(List<Contest> contests, int n) {
    Coalition.Question q = Demo.question();
    return new Coalition.Question(
        Draft.Kind.TRAINING, q.title(), q.text(), contests, n, 2, q.opensAt(), q.closesAt(), mixes);
  }

  /// For each contest what was cast: totals of approvals, or how often each ranking was.
  private static List<Object> cast(Plan plan) {
    List<Object> out = new ArrayList<>();
    for (int k = 0; k < plan.question.contests().size(); k++) {
      Contest contest = plan.question.contests().get(k);
      int place = k;
      Stream<List<Integer>> answers = plan.finals.stream().map(choice -> choice.get(place));
      if (contest.kind() == Style.Kind.RANKED) {
        out.add(often(answers));
      } else {
        long[] sums = new long[contest.options().size()];
        answers.forEach(marks -> Arrays.setAll(sums, j -> sums[j] + marks.get(j)));
        out.add(Arrays.stream(sums).boxed().toList());
      }
    }
    return out;
  }

  private static Map<List<Integer>, Long> often(Stream<List<Integer>> rankings) {
    return rankings.collect(Collectors.groupingBy(r -> r, Collectors.counting()));
  }

  /// The same from the log, folded once more.
  private static List<Object> opened(Path folder, Plan plan) {
    try (Bundle bundle = Bundle.open(folder)) {
      Openings openings = Bundle.fold(bundle, Entropy.system()).openings().orElseThrow();
      List<Object> out = new ArrayList<>();
      for (int k = 0; k < plan.question.contests().size(); k++) {
        int contest = k;
        out.add(
            openings
                .votes(contest)
                .<Object>map(votes -> often(votes.stream().map(Vote::ranking)))
                .orElseGet(() -> openings.totals(contest).orElseThrow()));
      }
      return out;
    }
  }

  /// Short enough to be read.
  private static String text(List<Object> contests) {
    return contests.stream()
        .map(
            c ->
                c instanceof Map<?, ?> rankings
                    ? rankings.size() + " different rankings"
                    : c.toString())
        .toList()
        .toString();
  }

  private static List<String> winners(Remote remote, int contest) {
    List<String> out = new ArrayList<>();
    Json.read(remote.get("result.json").utf8())
        .path("contests")
        .path(contest)
        .path("winners")
        .forEach(w -> out.add(w.asText()));
    return out;
  }

  // ---- voters

  private List<Voter> enrol(Words words, Remote remote, Bytes cid, List<String> links, Bytes drawn)
      throws Exception {
    List<Voter> out = new ArrayList<>(Collections.nCopies(links.size(), null));
    each(
        words,
        "rehearse.enrolled",
        links.size(),
        i -> {
          // the keys of a rehearsal are drawn for it alone; only choices repeat with the seed
          Voter voter = new Voter(Entropy.system());
          voter.enrol(remote, cid, links.get(i));
          synchronized (out) {
            out.set(i, voter);
          }
        });
    return out;
  }

  private void vote(
      Words words,
      Remote remote,
      Vkey log,
      Seal.Paper paper,
      List<Voter> people,
      List<List<List<Integer>>> finals,
      Bytes drawn)
      throws Exception {
    each(
        words,
        "rehearse.voted",
        people.size(),
        i -> {
          Random whim = whim(drawn, i);
          Voter voter = people.get(i);
          if (whim.nextInt(20) == 0) {
            Voter.Sealed shown = voter.seal(paper, finals.get(i));
            if (!new Audit(shown.seed(), shown.choices()).explains(shown.body(), paper)) {
              throw new IllegalStateException("an honest ballot does not stand its audit");
            }
            challenged.increment();
          }
          if (whim.nextInt(10) == 0) {
            List<List<Integer>> other =
                paper.styles().stream().map(style -> answer(style, whim)).toList();
            voter.cast(remote, log, voter.seal(paper, other));
            casts.increment();
          }
          Voter.Sealed sealed = voter.seal(paper, finals.get(i));
          Bytes leaf = voter.sign(sealed);
          if (whim.nextInt(50) == 0) garbage(remote, leaf, whim);
          String receipt = voter.cast(remote, log, sealed).text();
          casts.increment();
          if (whim.nextInt(20) == 0) {
            String again = remote.post("ballots", leaf).body().utf8();
            if (!again.equals(receipt))
              throw new IllegalStateException("a retry got another receipt");
            retries.increment();
          }
        });
  }

  private static Random whim(Bytes drawn, int voter) {
    byte[] eight = new SeededEntropy(drawn, "whim " + voter).bytes(8).toArray();
    return new Random(java.nio.ByteBuffer.wrap(eight).getLong());
  }

  /// A ballot with one bit wrong must be refused by name and leave no trace.
  private void garbage(Remote remote, Bytes leaf, Random whim) {
    byte[] bad = leaf.toArray();
    bad[whim.nextInt(bad.length)] ^= (byte) (1 << whim.nextInt(8));
    try {
      remote.post("ballots", Bytes.of(bad));
      throw new IllegalStateException("a ballot with a wrong bit was accepted");
    } catch (Remote.Refusal refused) {
      refusals.increment();
    }
  }

  private interface Task {
    void of(int index) throws Exception;
  }

  private static void each(Words words, String key, int n, Task task) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(CASTERS * 4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < CASTERS * 4; c++) {
        all.add(
            pool.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
                    task.of(i);
                    int count = done.incrementAndGet();
                    if (count % Math.max(1, n / 10) == 0)
                      OUT.println("  " + words.text(key, count, n));
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) one.get();
    }
  }

  // ---- what the log says

  static Seal.Paper paper(Remote remote, Coalition.Question question) {
    var view = Json.read(remote.get("election.json").utf8());
    long open = view.path("openIndex").asLong(-1);
    long size = view.path("size").asLong();
    long bundle = open / 256;
    int width = (int) Math.min(256, size - bundle * 256);
    Bytes entries = remote.get(new Tile(Tile.ENTRIES, bundle, width).path());
    Bytes leaf = Tile.entries(entries, width).get((int) (open % 256));
    Manifest manifest = Manifest.read(Act.parse(leaf).payload());
    return new Seal.Paper(
        manifest.eid(), manifest.key(), question.contests().stream().map(Contest::style).toList());
  }

  private static void download(Remote remote, Path file) {
    try (InputStream in = URI.create(remote.base() + "/bundle.zip").toURL().openStream()) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(Path zip, Path folder) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) throw new Malformed("bundle: " + entry.getName());
        Files.createDirectories(target.resolve("..").normalize());
        Files.copy(in, target);
      }
    }
  }
}
