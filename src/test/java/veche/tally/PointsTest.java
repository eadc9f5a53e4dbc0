package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import veche.view.Minutes;

class PointsTest {
  private static Tally count(String rule, Profile profile, int options) {
    return Rules.of(rule).orElseThrow().count(Terms.of(options, 1), profile);
  }

  private static Profile profile(int options, Object... lines) {
    Profile.Builder out = new Profile.Builder(options);
    for (int i = 0; i < lines.length; i += 2) {
      out.add(
          (Integer) lines[i],
          ((String) lines[i + 1]).chars().mapToObj(c -> List.of(c - 'a')).toList());
    }
    return out.build();
  }

  /// The capital of Tennessee: Memphis, Nashville, Chattanooga, Knoxville; Nashville beats all.
  @ParameterizedTest
  @ValueSource(strings = {"baldwin", "nanson", "black", "ranked-robin"})
  void nashvilleIsTheCapital(String rule) {
    Profile profile = profile(4, 42, "abcd", 26, "bcda", 15, "cdba", 17, "dcba");
    assertThat(count(rule, profile, 4).winners()).containsExactly(1);
  }

  @Test
  void nansonLeavesAtOnceAllBelowTheAverageOut() {
    Profile profile = profile(4, 42, "abcd", 26, "bcda", 15, "cdba", 17, "dcba");
    List<Stage> nanson = count("nanson", profile, 4).stages();
    assertThat(nanson.getFirst().options()).containsExactly(0, 3);
    List<Stage> baldwin = count("baldwin", profile, 4).stages();
    assertThat(baldwin.getFirst().options()).containsExactly(3);
  }

  /// With a circle (a over b 7:4, b over c 9:2, c over a 6:5) Black's rule looks at the points.
  @ParameterizedTest
  @CsvSource({"black, 1", "ranked-robin, 1", "baldwin, 0", "nanson, 0"})
  void inACircleTheRulesMayDiffer(String rule, int winner) {
    Profile profile = profile(3, 5, "abc", 4, "bca", 2, "cab");
    assertThat(count(rule, profile, 3).winners()).containsExactly(winner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"baldwin", "nanson", "black", "ranked-robin"})
  void everyRuleIsTheOneThatPlainBordaPointsGive(String rule) {
    Random random = new Random(7);
    for (int round = 0; round < 150; round++) {
      Profile profile = Profiles.drawn(random, 5);
      Tally tally = count(rule, profile, 5);
      assertThat(tally.winners()).as("%s %s", rule, round).containsExactly(plain(rule, profile));
      assertThat(Minutes.of(tally, List.of("A", "B", "C", "D", "E"), 0, "ru")).isNotEmpty();
    }
  }

  /// Counted once more from Borda's points of each ballot, twice them so that all are whole.
  private static int plain(String rule, Profile profile) {
    List<Integer> left = new ArrayList<>(List.of(0, 1, 2, 3, 4));
    if (rule.equals("black") || rule.equals("ranked-robin")) {
      List<Integer> top = new ArrayList<>();
      long most = -1;
      for (int a : left) {
        long halves = 0;
        for (int b : left) {
          long two = borda(profile, a, List.of(a, b)) - borda(profile, b, List.of(a, b));
          if (a != b) halves += 1 + Long.signum(two);
        }
        if (halves > most) top.clear();
        if (halves >= most) top.add(a);
        most = Math.max(most, halves);
      }
      boolean beatsAll = most == 8;
      if (beatsAll) return top.getFirst();
      List<Integer> among = rule.equals("black") ? left : top;
      int best = among.getFirst();
      for (int o : among) {
        if (borda(profile, o, among) > borda(profile, best, among)) best = o;
      }
      return best;
    }
    while (left.size() > 1) {
      List<Integer> now = List.copyOf(left);
      long sum = now.stream().mapToLong(o -> borda(profile, o, now)).sum();
      long least = now.stream().mapToLong(o -> borda(profile, o, now)).min().orElseThrow();
      if (rule.equals("nanson")) {
        left.removeIf(o -> borda(profile, o, now) * now.size() < sum);
        if (left.size() == now.size()) break;
      } else {
        left.remove(
            (Integer) now.stream().filter(o -> borda(profile, o, now) == least).findFirst().get());
      }
    }
    return left.getFirst();
  }

  /// Twice the Borda points of an option among some: two for each one below, one for each level.
  private static long borda(Profile profile, int option, List<Integer> among) {
    long out = 0;
    for (int b = 0; b < profile.size(); b++) {
      List<Integer> order = profile.ranks(b).stream().flatMap(List::stream).toList();
      int own = order.contains(option) ? order.indexOf(option) : 99;
      for (int other : among) {
        if (other == option) continue;
        int at = order.contains(other) ? order.indexOf(other) : 99;
        out += profile.weight(b) * (own < at ? 2 : own == at ? 1 : 0);
      }
    }
    return out;
  }
}
