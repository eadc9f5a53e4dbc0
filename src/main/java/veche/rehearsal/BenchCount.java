package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.tally.Rules;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.view.Json;
import veche.view.Words;
import veche.view.ballots.Blt;
import veche.wire.Malformed;

/// counting §2 `veche bench count`: how long each rule takes over synthetic ballots, after warm-up,
/// and how long a file of them takes from its first byte to the result. The ballots are the same
/// for the same numbers: a strong few and a long tail of options, about five and a half of them
/// ranked on each, in an order of their own.
@Command(
    name = "count",
    mixinStandardHelpOptions = true,
    description = {
      "Подсчёт: сколько времени берёт каждое правило.",
      "Counting: how long each rule takes."
    })
public final class BenchCount implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final int LONGEST = 12;

  @Option(names = "--ballots", paramLabel = "N", description = "бюллетеней / ballots")
  private int ballots = 1_000_000;

  @Option(names = "--options", paramLabel = "N", description = "вариантов / options")
  private int options = 20;

  @Option(names = "--rounds", paramLabel = "N", description = "повторов / repetitions")
  private int rounds = 3;

  @Option(
      names = "--stream",
      paramLabel = "N",
      description = "и файл из стольких бюллетеней / and a file of so many ballots")
  private int stream;

  @Option(names = "--json", description = "в JSON / as JSON")
  private boolean json;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  private final List<ObjectNode> lines = new ArrayList<>();

  private record Run(String label, String rule, int seats, Map<String, String> parameters) {}

  @Override
  public Integer call() throws IOException {
    if (ballots < 1 || options < 2 || options > 500 || rounds < 1 || stream < 0) {
      throw new Malformed("expected --ballots and --rounds from 1, --options from 2 to 500");
    }
    Words words = Words.in(language);
    Profile ranked = ranked(ballots, options, 1);
    say(words.text("bench.count.profile", ballots, options, ranked.size()));
    int seats = Math.min(5, options - 1);
    List<Run> runs =
        List.of(
            new Run("irv", "irv", 1, Map.of()),
            new Run("scottish-stv", "scottish-stv", seats, Map.of()),
            new Run("meek-prf", "meek-prf", seats, Map.of()),
            new Run("schulze", "schulze", 1, Map.of()),
            new Run("ranked-pairs", "ranked-pairs", 1, Map.of()));
    for (Run run : runs) time(words, run, ranked, options);
    int many = Math.max(options, 30);
    Profile approvals = approvals(ballots, many);
    time(
        words,
        new Run("approval-seqphragmen", "approval-seqphragmen", 9, Map.of()),
        approvals,
        many);
    time(words, new Run("approval-seqpav", "approval-seqpav", 9, Map.of()), approvals, many);
    if (stream > 0) file(words);
    if (json) {
      ObjectNode out = Json.object();
      ArrayNode all = out.putArray("runs");
      lines.forEach(all::add);
      OUT.println(Json.pretty(out));
    }
    return 0;
  }

  private void time(Words words, Run run, Profile profile, int n) {
    Terms terms =
        new Terms(n, run.seats, java.util.Set.of(), Terms.of(n, run.seats).lot(), run.parameters);
    List<Long> took = new ArrayList<>();
    Tally tally = Rules.of(run.rule).orElseThrow().count(terms, profile);
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      Tally again = Rules.of(run.rule).orElseThrow().count(terms, profile);
      took.add(System.nanoTime() - begin);
      if (!again.winners().equals(tally.winners())) throw new IllegalStateException("two results");
    }
    took.sort(null);
    String median = seconds(took.get(took.size() / 2));
    String best = seconds(took.getFirst());
    System.gc();
    Runtime memory = Runtime.getRuntime();
    long heap = (memory.totalMemory() - memory.freeMemory()) >> 20;
    say(
        words.text(
            "bench.count.rule", run.label, run.seats, best, median, tally.stages().size(), heap));
    ObjectNode one = Json.object();
    one.put("rule", run.label);
    one.put("seats", run.seats);
    one.put("best", best);
    one.put("median", median);
    one.put("stages", tally.stages().size());
    one.put("heapMiB", heap);
    lines.add(one);
  }

  private void file(Words words) throws IOException {
    Path path = Files.createTempFile("veche-bench", ".blt");
    try {
      write(path);
      long begin = System.nanoTime();
      List<Profile.Builder> builder = new ArrayList<>();
      Blt.stream(
          path,
          false,
          n -> {
            Profile.Builder to = new Profile.Builder(n);
            builder.add(to);
            return paper -> Policy.PLAIN.add(to, paper);
          });
      Profile profile = builder.getFirst().build();
      long read = System.nanoTime() - begin;
      Tally tally = Rules.of("irv").orElseThrow().count(Terms.of(options, 1), profile);
      long all = System.nanoTime() - begin;
      long bytes = Files.size(path);
      say(
          words.text(
              "bench.count.stream",
              stream,
              bytes >> 20,
              seconds(read),
              seconds(all),
              profile.size(),
              Runtime.getRuntime().maxMemory() >> 20));
      ObjectNode one = Json.object();
      one.put("stream", stream);
      one.put("read", seconds(read));
      one.put("readAndIrv", seconds(all));
      one.put("winner", tally.winners().getFirst());
      lines.add(one);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  private void write(Path path) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(path, StandardCharsets.US_ASCII)) {
      out.write(options + " 1\n");
      SplittableRandom random = new SplittableRandom(2);
      short[] marks = new short[options];
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < stream; i++) {
        int n = ballot(random, marks, options);
        line.setLength(0);
        line.append("1");
        for (int j = 0; j < n; j++) line.append(' ').append(marks[j] + 1);
        out.append(line.append(" 0\n"));
      }
      out.write("0\n");
      for (int i = 1; i <= options; i++) out.write("\"Option " + i + "\"\n");
      out.write("\"Synthetic\"\n");
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
  }

  private void say(String text) {
    if (!json) OUT.println(text);
  }

  static Profile ranked(int ballots, int options, long seed) {
    Profile.Builder out = new Profile.Builder(options);
    SplittableRandom random = new SplittableRandom(seed);
    short[] marks = new short[options];
    for (int i = 0; i < ballots; i++) {
      out.add(1, marks, ballot(random, marks, options), Profile.End.SHORT);
    }
    return out.build();
  }

  /// Options are drawn one after another, the first ones more often, until the length of the
  /// ballot.
  private static int ballot(SplittableRandom random, short[] marks, int options) {
    int n = Math.min(options, 1 + random.nextInt(Math.min(options, LONGEST) - 1) * 9 / 10);
    long taken = 0;
    boolean[] wide = options > 63 ? new boolean[options] : new boolean[0];
    for (int j = 0; j < n; ) {
      double u = random.nextDouble();
      int option = (int) (options * u * u);
      boolean seen = wide.length > 0 ? wide[option] : (taken >> option & 1) == 1;
      if (seen) continue;
      if (wide.length > 0) wide[option] = true;
      else taken |= 1L << option;
      marks[j++] = (short) option;
    }
    return n;
  }

  private static Profile approvals(int ballots, int options) {
    Profile.Builder out = new Profile.Builder(options);
    SplittableRandom random = new SplittableRandom(3);
    short[] marks = new short[options];
    for (int i = 0; i < ballots; i++) {
      int n = ballot(random, marks, options);
      java.util.Arrays.sort(marks, 0, n);
      for (int j = 1; j < n; j++) marks[j] = (short) ~marks[j];
      out.add(1, marks, n, Profile.End.SHORT);
      for (int j = 1; j < n; j++) marks[j] = (short) ~marks[j];
    }
    return out.build();
  }
}
