package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.ballot.Ballot;
import veche.ballot.BallotCheck;
import veche.ballot.Seal;
import veche.crypto.Ciphertexts;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Embedding;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Shuffle;
import veche.crypto.ShuffleProver;
import veche.crypto.VmnTranscript;
import veche.election.Style;
import veche.trustee.Decrypt;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §9 to §11, `veche bench mix`: what mixing, opening and checking cost for each
/// ciphertext, in time that passes and in time of processors, and how much memory it took. The
/// lists are made first and are not measured; each part runs once on a short list before.
@Command(
    name = "mix",
    mixinStandardHelpOptions = true,
    description = {
      "Перемешивание и вскрытие: цена одного шифротекста.",
      "Mixing and opening: the price of one ciphertext."
    })
public final class BenchMix implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final int WARM = 500;
  private static final int BALLOTS = 2_000;
  private static final int OPTIONS = 30;

  @Option(
      names = "--n",
      paramLabel = "N",
      split = ",",
      description = "шифротекстов; можно несколько через запятую / ciphertexts, several by commas")
  private List<Integer> sizes = List.of(1_000, 10_000);

  @Option(names = "--json", description = "в JSON / as JSON")
  private boolean json;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  private final Entropy entropy = Entropy.system();
  private final Scalar secret = entropy.scalar();
  private final Point key = Point.base(secret);

  @Override
  public Integer call() {
    if (sizes.isEmpty() || sizes.stream().anyMatch(n -> n < 2 || n > Ciphertexts.MOST)) {
      throw new Malformed("--n: expected 2 to " + Ciphertexts.MOST);
    }
    Words words = Words.in(language);
    run(WARM);
    ArrayNode all = Json.array();
    for (int n : sizes) {
      ObjectNode one = run(n);
      all.add(one);
      if (!json) {
        OUT.println(words.text("bench.mix.size", n, one.path("heap_mb").asLong()));
        for (String part : List.of("mix_prove", "verify_mix", "share", "verify_share", "ballot")) {
          OUT.println(
              words.text(
                  "bench.mix." + part.replace('_', '-'),
                  one.path(part + "_us").asDouble(),
                  one.path(part + "_wall_us").asDouble()));
        }
      }
    }
    if (json) OUT.println(Json.pretty(Json.object().set("runs", all)));
    return 0;
  }

  ObjectNode run(int n) {
    Ciphertexts input = list(n);
    Bytes eid = entropy.bytes(32);
    VmnTranscript transcript = VmnTranscript.of(eid, 0);
    List<Ballot> ballots = ballots(Math.min(n, BALLOTS));
    forget();
    ObjectNode out = Json.object().put("n", n);
    ShuffleProver.Mixed mixed =
        timed(
            out, "mix_prove", n, () -> ShuffleProver.mix(transcript, key, input, entropy, r -> {}));
    // a verifier derives the generators and reads the list itself
    VmnTranscript fresh = VmnTranscript.of(eid, 0);
    Bytes tree = mixed.output().tree();
    boolean holds =
        timed(
            out,
            "verify_mix",
            n,
            () -> {
              Ciphertexts output = Ciphertexts.read("list", tree, n, 1);
              return new Shuffle(fresh, key, input, output)
                  .wrong(mixed.proof(), Optional.of(entropy), r -> {})
                  .isEmpty();
            });
    if (!holds) throw new IllegalStateException("an honest mix does not hold");
    List<ElGamal> rows = mixed.output().rows();
    Bytes context = Decrypt.context(eid, 0, "ranked", mixed.output().digest());
    record Contribution(List<Point> factors, Dleq proof) {}
    Contribution mine =
        timed(
            out,
            "share",
            n,
            () -> {
              List<Point> factors = Dleq.factors(secret, rows);
              return new Contribution(
                  factors, Decrypt.prove(context, 1, secret, rows, factors, entropy));
            });
    boolean right =
        timed(
            out,
            "verify_share",
            n,
            () -> Decrypt.check(context, 1, key, rows, mine.factors, mine.proof).isEmpty());
    if (!right) throw new IllegalStateException("an honest share does not hold");
    BallotCheck check =
        new BallotCheck(
            Bytes.zero(32),
            key,
            List.of(new Style(Style.Kind.RANKED, OPTIONS, 0, OPTIONS)),
            k -> true);
    boolean all =
        timed(
            out,
            "ballot",
            ballots.size(),
            () -> check.check(ballots, entropy).stream().allMatch(Optional::isEmpty));
    if (!all) throw new IllegalStateException("an honest ballot is refused");
    return out.put("heap_mb", peak() >> 20);
  }

  private <T> T timed(ObjectNode out, String part, int n, Supplier<T> work) {
    long cpu = cpu();
    long wall = System.nanoTime();
    T result = work.get();
    wall = System.nanoTime() - wall;
    cpu = cpu() - cpu;
    out.put(part + "_us", Math.round(cpu / 100.0 / n) / 10.0);
    out.put(part + "_wall_us", Math.round(wall / 100.0 / n) / 10.0);
    return result;
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void forget() {
    System.gc();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) pool.resetPeakUsage();
  }

  /// Most that the heap's parts held, garbage included.
  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  private Ciphertexts list(int n) {
    List<Scalar> r = new ArrayList<>(n);
    for (int i = 0; i < n; i++) r.add(entropy.scalar());
    return Ciphertexts.of(
        IntStream.range(0, n)
            .parallel()
            .mapToObj(i -> ElGamal.encrypt(key, Embedding.embed(BigInteger.valueOf(i)), r.get(i)))
            .toList());
  }

  private List<Ballot> ballots(int n) {
    Style style = new Style(Style.Kind.RANKED, OPTIONS, 0, OPTIONS);
    Seal.Paper paper = new Seal.Paper(Bytes.zero(32), key, List.of(style));
    List<Integer> ranking = IntStream.range(0, OPTIONS).boxed().toList();
    List<Ballot> out = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      Scalar voter = entropy.scalar();
      Bytes body =
          Seal.body(
              paper, List.of(ranking), Point.base(voter), 0, Bytes.zero(32), entropy.bytes(32));
      out.add(Ballot.parse(Seal.sign(body, voter)));
    }
    return out;
  }
}
