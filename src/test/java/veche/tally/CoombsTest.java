package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import veche.view.Minutes;

class CoombsTest {
  private static Tally count(Terms terms, Profile profile) {
    return Rules.of("coombs").orElseThrow().count(terms, profile);
  }

  /// The capital of Tennessee: Memphis is last on 58 ballots, then Nashville is first on 68.
  @Test
  void nashvilleIsTheCapital() {
    Profile.Builder out = new Profile.Builder(4);
    add(out, 42, 0, 1, 2, 3);
    add(out, 26, 1, 2, 3, 0);
    add(out, 15, 2, 3, 1, 0);
    add(out, 17, 3, 2, 1, 0);
    Tally tally = count(Terms.of(4, 1), out.build());

    assertThat(tally.winners()).containsExactly(1);
    assertThat(Minutes.of(tally, List.of("M", "N", "C", "K"), 0, "en"))
        .extracting(Minutes.Sentence::text)
        .contains(
            "M is last on most ballots, 58, and is excluded.",
            "N is first on 68 ballots, more than half of those that still rank somebody: elected.");
  }

  @Test
  void whoeverABallotDoesNotRankIsLastOnItInEqualParts() {
    Profile.Builder out = new Profile.Builder(3);
    add(out, 3, 0);
    add(out, 2, 1, 0, 2);
    add(out, 2, 2, 1, 0);
    Stage first = count(Terms.of(3, 1), out.build()).stages().getFirst();

    assertThat(first.options()).containsExactly(2);
    assertThat(first.votes().stream().map(v -> v.orElseThrow().toString()).toList())
        .containsExactly("2", "3/2", "7/2");
  }

  @Test
  void everyExclusionIsThatOfWhoeverIsLastOnMostBallots() {
    Random random = new Random(3);
    for (int round = 0; round < 150; round++) {
      Profile profile = Profiles.drawn(random, 5);
      boolean stop = random.nextBoolean();
      Terms terms = Terms.of(5, 1).with("majority", stop ? "stop" : "none");
      assertThat(count(terms, profile).winners()).containsExactly(plain(profile, stop));
    }
  }

  /// Counted in sixtieths, so that all is whole.
  private static int plain(Profile profile, boolean stop) {
    List<Integer> left = new ArrayList<>(List.of(0, 1, 2, 3, 4));
    while (left.size() > 1) {
      long[] first = new long[5];
      long[] last = new long[5];
      long all = 0;
      for (int b = 0; b < profile.size(); b++) {
        List<Integer> order =
            new ArrayList<>(profile.ranks(b).stream().map(List::getFirst).toList());
        order.retainAll(left);
        if (order.isEmpty()) continue;
        all += profile.weight(b);
        first[order.getFirst()] += profile.weight(b);
        List<Integer> rest = new ArrayList<>(left);
        rest.removeAll(order);
        if (rest.isEmpty()) rest.add(order.getLast());
        for (int o : rest) last[o] += 60 / rest.size() * profile.weight(b);
      }
      int out = left.getFirst();
      for (int o : left) {
        if (stop && first[o] * 2 > all) return o;
        if (last[o] > last[out]) out = o;
      }
      left.remove((Integer) out);
    }
    return left.getFirst();
  }

  private static void add(Profile.Builder out, int papers, Integer... order) {
    out.add(papers, java.util.Arrays.stream(order).map(List::of).toList());
  }
}
