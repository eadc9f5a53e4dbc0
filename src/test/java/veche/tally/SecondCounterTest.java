package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.view.Json;
import veche.view.ballots.Case;

/// counting §6: this engine and the page's second counter (`web/veche/tally`) count the same 10,000
/// small profiles, stage by stage; both are held to the digests of one file.
class SecondCounterTest {
  private static final Path FILE = Path.of("src/spec/vectors/tally/second-counter.json");
  private static final Path CASES = Path.of(System.getProperty("veche.cases", "../shared/cases"));

  /// Distinct ballots: the second counter is plain, not fast.
  private static final int MOST = 2_000;

  private static final List<String> RULES =
      List.of("irv", "scottish-stv", "meek-prf", "schulze", "approval-seqpav", "approval-av");

  /// Marsaglia's xorshift of 32 bits, so that two languages draw the same profiles.
  private static final class Drawn {
    private int x;

    Drawn(int seed) {
      x = seed;
    }

    int next(int n) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return Integer.remainderUnsigned(x, n);
    }
  }

  private record Drawing(Terms terms, Profile ranked, Profile approvals) {}

  private static Drawing drawing(Drawn next) {
    int options = 2 + next.next(5);
    int seats = 1 + next.next(options - 1);
    int count = 1 + next.next(12);
    Profile.Builder ranked = new Profile.Builder(options);
    Profile.Builder approvals = new Profile.Builder(options);
    for (int b = 0; b < count; b++) {
      int weight = 1 + next.next(5);
      List<Integer> order = order(next, options, next.next(options + 1));
      ranked.add(weight, order.stream().map(List::of).toList());
      approvals.add(weight, order.isEmpty() ? List.of() : List.of(order));
    }
    List<Integer> lot = order(next, options, options);
    return new Drawing(
        new Terms(options, seats, Set.of(), lot, Map.of()), ranked.build(), approvals.build());
  }

  private static List<Integer> order(Drawn next, int options, int length) {
    List<Integer> all = new ArrayList<>();
    for (int o = 0; o < options; o++) all.add(o);
    for (int i = 0; i < length; i++) {
      java.util.Collections.swap(all, i, i + next.next(options - i));
    }
    return all.subList(0, length);
  }

  private static String text(Tally tally) {
    StringBuilder out = new StringBuilder();
    for (Stage s : tally.stages()) {
      out.append(s.kind()).append(' ').append(list(s.options(), ",")).append(" | ");
      out.append(
          s.votes().stream()
              .map(v -> v.map(Fraction::toString).orElse("-"))
              .collect(Collectors.joining(" ")));
      out.append(" | ").append(s.exhaustedInAll()).append(" | ").append(list(s.elected(), ","));
      out.append(" | ").append(list(s.excluded(), ",")).append('\n');
    }
    tally
        .ranking()
        .ifPresent(
            groups ->
                out.append(groups.stream().map(g -> list(g, "=")).collect(Collectors.joining(">")))
                    .append('\n'));
    return out.append("winners ").append(list(tally.winners(), ",")).append('\n').toString();
  }

  private static String list(List<Integer> options, String between) {
    return options.stream().map(String::valueOf).collect(Collectors.joining(between));
  }

  private static ObjectNode counted(int seed, int block, int blocks)
      throws NoSuchAlgorithmException {
    Drawn next = new Drawn(seed);
    Map<String, MessageDigest> hashes = new LinkedHashMap<>();
    ObjectNode out = Json.object();
    out.put("seed", seed);
    out.put("block", block);
    ObjectNode rules = out.putObject("rules");
    ObjectNode example = out.putObject("example");
    for (String rule : RULES) {
      hashes.put(rule, MessageDigest.getInstance("SHA-256"));
      rules.putArray(rule);
    }
    for (int i = 0; i < block * blocks; i++) {
      Drawing drawing = drawing(next);
      for (String rule : RULES) {
        Terms terms = rule.equals("irv") ? drawing.terms.seats(1) : drawing.terms;
        Profile profile = rule.startsWith("approval") ? drawing.approvals : drawing.ranked;
        String told = text(Rules.of(rule).orElseThrow().count(terms, profile));
        if (i == 0) example.put(rule, told);
        hashes.get(rule).update(told.getBytes(StandardCharsets.UTF_8));
        if ((i + 1) % block == 0) {
          String hex = HexFormat.of().formatHex(hashes.get(rule).digest());
          ((ArrayNode) rules.get(rule)).add(hex);
        }
      }
    }
    return out;
  }

  @Test
  void bothCountersGiveTheSameStagesOnTenThousandSmallProfiles()
      throws IOException, NoSuchAlgorithmException {
    JsonNode file = Json.read(Files.readString(FILE));
    int blocks = file.path("rules").path("irv").size();
    assertThat(blocks * file.path("block").asInt()).isEqualTo(10_000);
    ObjectNode mine = counted(file.path("seed").asInt(), file.path("block").asInt(), blocks);
    assertThat(Json.pretty(mine)).isEqualTo(Json.pretty(file));
  }

  private record Asked(String name, String line, String told) {}

  @Test
  void bothCountersGiveTheSameStagesOnTheCasesOfOtherPrograms(@TempDir Path folder)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(CASES)) {
      System.err.println("SecondCounterTest: no cases at " + CASES + ": nothing was compared");
      Assumptions.abort("no cases at " + CASES);
    }
    Optional<Path> node = node();
    if (node.isEmpty()) {
      assertThat(System.getenv("CI")).as("node on the PATH").isNotEqualTo("true");
      System.err.println("SecondCounterTest: no node on the PATH: nothing was compared");
      Assumptions.abort("no node");
    }
    List<Asked> asked = asked();
    assertThat(asked.stream().map(a -> a.name.replaceFirst(".* ", ""))).containsAll(RULES);
    List<String> ranked = RULES.stream().filter(r -> !r.startsWith("approval")).toList();
    for (String format : List.of("blt", "cvr-csv", "cdf", "genericCsv")) {
      assertThat(asked.stream().filter(a -> a.name.contains(" " + format + " ")))
          .as(format)
          .hasSizeGreaterThanOrEqualTo(ranked.size());
    }
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Files.write(in, asked.stream().map(Asked::line).toList());
    Process counter =
        new ProcessBuilder(node.get().toString(), "web/test/support/second-counter.js")
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(counter.waitFor()).isZero();
    List<String> answers = Files.readAllLines(out);
    assertThat(answers).hasSameSizeAs(asked);
    for (int i = 0; i < asked.size(); i++) {
      assertThat(Json.read(answers.get(i)).asText())
          .as(asked.get(i).name)
          .isEqualTo(asked.get(i).told);
    }
  }

  private static Optional<Path> node() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(f -> Path.of(f, "node"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Every file of ballots, of whatever format, as its case's ballot policy reads it; those without
  /// equal ranks under each rule that can count them. What the second counter has no word for
  /// (withdrawals, parameters) is left out on both sides.
  private static List<Asked> asked() throws IOException {
    List<Path> cases;
    try (Stream<Path> all = Files.list(CASES)) {
      cases = all.filter(d -> Files.isRegularFile(d.resolve("expected.json"))).sorted().toList();
    }
    List<Asked> out = new ArrayList<>();
    for (Path one : cases) {
      JsonNode expected = Json.read(Files.readString(one.resolve("expected.json")));
      String format = expected.path("format").asText();
      if (format.equals("yes-no-counts") || format.equals("score-csv")) continue;
      boolean approvals = format.equals("blt-approval");
      Profile profile =
          canonical(new Case(one, expected, expected.path("expect").get(0)).profile());
      if (!approvals && profile.hasEqualRanks() || profile.size() > MOST) continue;
      int options = profile.options();
      Terms terms = Terms.of(options, Math.min(options, expected.path("seats").asInt(1)));
      for (String rule : RULES) {
        if (rule.startsWith("approval") != approvals) continue;
        Terms those = rule.equals("irv") ? terms.seats(1) : terms;
        String told = text(Rules.of(rule).orElseThrow().count(those, profile));
        String name = one.getFileName() + " " + format + " " + rule;
        out.add(new Asked(name, line(rule, those, profile), told));
      }
    }
    return out;
  }

  /// What the digest is of: why a ballot says no more is not among it.
  private static Profile canonical(Profile profile) {
    Profile.Builder out = new Profile.Builder(profile.options());
    for (int b = 0; b < profile.size(); b++) out.add(profile.weight(b), profile.ranks(b));
    return out.build();
  }

  private static String line(String rule, Terms terms, Profile profile) {
    ObjectNode out = Json.object();
    out.put("rule", rule);
    out.put("options", terms.options());
    out.put("seats", terms.seats());
    ArrayNode lot = out.putArray("lot");
    terms.lot().forEach(lot::add);
    ArrayNode ballots = out.putArray("ballots");
    for (int b = 0; b < profile.size(); b++) {
      ArrayNode ballot = ballots.addArray();
      ballot.add(String.valueOf(profile.weight(b)));
      ArrayNode ranks = ballot.addArray();
      profile.ranks(b).forEach(rank -> rank.forEach(ranks::add));
    }
    return out.toString();
  }
}
