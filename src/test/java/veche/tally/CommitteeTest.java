package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.wire.Malformed;

/// Proportionality by looking at every group of voters, and what no rule may depend on.
class CommitteeTest {
  /// Extended justified representation (Aziz, Brill, Conitzer, Elkind, Freeman and Walsh 2017): of
  /// l quotas of voters who approve l options together, one approves l members.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "approval-pav",
        "approval-equal-shares",
        "approval-equal-shares-with-av-completion",
        "approval-equal-shares-with-increment-completion"
      })
  void everyCohesiveGroupHasItsMembers(String rule) {
    Random random = new Random(1);
    int groups = 0;
    for (int round = 0; round < 60; round++) {
      int options = 3 + random.nextInt(4);
      int seats = 1 + random.nextInt(options - 1);
      Profile profile = approvals(random, options);
      Tally tally = Rules.of(rule).orElseThrow().count(Terms.of(options, seats), profile);
      for (List<Integer> committee : tally.committees().orElse(List.of(tally.winners()))) {
        groups += ejr(profile, options, seats, Set.copyOf(committee));
      }
    }
    assertThat(groups).as("groups that had a claim").isGreaterThan(100);
  }

  private static int ejr(Profile profile, int options, int seats, Set<Integer> committee) {
    int claims = 0;
    for (int common = 1; common < 1 << options; common++) {
      int l = Integer.bitCount(common);
      if (l > seats) continue;
      // the largest group that is less content than its claim
      long unhappy = 0;
      long all = 0;
      for (int b = 0; b < profile.size(); b++) {
        Set<Integer> approved = approved(profile, b);
        if (!contains(approved, common)) continue;
        all += profile.weight(b);
        if (approved.stream().filter(committee::contains).count() < l) {
          unhappy += profile.weight(b);
        }
      }
      if (all * seats >= l * profile.total()) claims++;
      assertThat(unhappy * seats)
          .as("%s, options %s, committee %s", profile.total(), common, committee)
          .isLessThan(l * profile.total());
    }
    return claims;
  }

  private static boolean contains(Set<Integer> approved, int mask) {
    for (int o = 0; mask >> o != 0; o++) {
      if ((mask >> o & 1) == 1 && !approved.contains(o)) return false;
    }
    return true;
  }

  private static Set<Integer> approved(Profile profile, int ballot) {
    Set<Integer> out = new HashSet<>();
    profile.ranks(ballot).forEach(out::addAll);
    return out;
  }

  /// Droop's proportionality for solid coalitions (Woodall 1994): k quotas of voters who prefer the
  /// same options to all others elect k of them, or all.
  @ParameterizedTest
  @ValueSource(strings = {"scottish-stv", "wigm", "meek", "meek-prf", "warren", "wigm-prf"})
  void everySolidCoalitionHasItsMembers(String rule) {
    Random random = new Random(2);
    int coalitions = 0;
    for (int round = 0; round < 80; round++) {
      int options = 3 + random.nextInt(3);
      int seats = 1 + random.nextInt(options - 1);
      Profile profile = Profiles.drawn(random, options);
      Set<Integer> winners =
          Set.copyOf(
              Rules.of(rule).orElseThrow().count(Terms.of(options, seats), profile).winners());
      long quota = profile.marked() / (seats + 1) + 1;
      for (int set = 1; set < 1 << options; set++) {
        int size = Integer.bitCount(set);
        long voters = 0;
        for (int b = 0; b < profile.size(); b++) {
          List<List<Integer>> ranks = profile.ranks(b);
          if (ranks.size() < size) continue;
          int first = 0;
          for (List<Integer> rank : ranks.subList(0, size)) first |= 1 << rank.getFirst();
          if (first == set) voters += profile.weight(b);
        }
        long claim = Math.min(voters / quota, size);
        if (claim == 0) continue;
        coalitions++;
        int members = set;
        long have = winners.stream().filter(o -> (members >> o & 1) == 1).count();
        assertThat(have).as("%s round %d set %d", rule, round, set).isGreaterThanOrEqualTo(claim);
      }
    }
    assertThat(coalitions).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "approval-av",
        "approval-sav",
        "approval-seqpav",
        "approval-revseqpav",
        "approval-cc",
        "approval-seqphragmen",
        "approval-equal-shares",
        "approval-monroe",
        "approval-lexminimaxav",
        "approval-maximin-support",
        "approval-leximaxphragmen",
        "approval-phragmen-enestroem",
        "approval-consensus-rule",
        "approval-eph"
      })
  void neitherTheOrderOfBallotsNorTheirSplittingNorNamesMatter(String rule) {
    Random random = new Random(3);
    for (int round = 0; round < 25; round++) {
      int options = 3 + random.nextInt(3);
      int seats = 1 + random.nextInt(options - 1);
      Profile profile = approvals(random, options);
      Terms terms = Terms.of(options, seats);
      Set<Set<Integer>> one = outcomes(rule, terms, profile);
      Profile.Builder split = new Profile.Builder(options);
      List<Integer> to = new ArrayList<>();
      for (int o = 0; o < options; o++) to.add(o);
      java.util.Collections.shuffle(to, random);
      Profile.Builder renamed = new Profile.Builder(options);
      for (int b = profile.size() - 1; b >= 0; b--) {
        for (long w = 0; w < profile.weight(b); w++) split.add(1, profile.ranks(b));
        renamed.add(
            profile.weight(b),
            profile.ranks(b).stream().map(r -> r.stream().map(to::get).toList()).toList());
      }
      assertThat(outcomes(rule, terms, split.build())).isEqualTo(one);
      Set<Set<Integer>> moved = new HashSet<>();
      for (Set<Integer> committee : one) {
        Set<Integer> other = new HashSet<>();
        committee.forEach(o -> other.add(to.get(o)));
        moved.add(other);
      }
      assertThat(outcomes(rule, terms, renamed.build())).isEqualTo(moved);
      Tally resolute = Rules.of(rule).orElseThrow().count(terms, profile);
      assertThat(one)
          .as("the lot's outcome is one of all")
          .contains(Set.copyOf(resolute.winners()));
    }
  }

  @Test
  void aSearchThatWouldNeverEndIsRefusedWithItsBound() {
    Profile.Builder one = new Profile.Builder(40);
    one.add(1, List.of(List.of(0, 1)));
    assertThatThrownBy(
            () -> Rules.of("approval-pav").orElseThrow().count(Terms.of(40, 20), one.build()))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("2000000");
  }

  private static Set<Set<Integer>> outcomes(String rule, Terms terms, Profile profile) {
    Set<Set<Integer>> out = new HashSet<>();
    Rules.of(rule)
        .orElseThrow()
        .count(terms, profile)
        .committees()
        .orElseThrow()
        .forEach(c -> out.add(Set.copyOf(c)));
    return out;
  }

  private static Profile approvals(Random random, int options) {
    Profile.Builder out = new Profile.Builder(options);
    int ballots = 3 + random.nextInt(7);
    for (int b = 0; b < ballots; b++) {
      List<Integer> approved = new ArrayList<>();
      for (int o = 0; o < options; o++) if (random.nextInt(5) < 2) approved.add(o);
      out.add(1 + random.nextInt(2), approved.isEmpty() ? List.of() : List.of(approved));
    }
    return out.build();
  }
}
