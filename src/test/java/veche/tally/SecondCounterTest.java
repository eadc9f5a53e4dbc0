package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import veche.view.Json;

/// counting §6: this engine and the page's second counter (`web/veche/tally`) count the same 10,000
/// small profiles, stage by stage; both are held to the digests of one file.
class SecondCounterTest {
  private static final Path FILE = Path.of("src/spec/vectors/tally/second-counter.json");
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
}
