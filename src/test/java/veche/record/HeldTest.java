package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.ballot.Seal;
import veche.crypto.Entropy;
import veche.wire.Bytes;

/// checks §1: what an observer holds beside the bundle is compared with it. Each of ROL-08, BAL-09
/// and TAL-09 passes with the truth and is the first to fail with anything else.
class HeldTest {
  private static final ElectionFixture GOOD = ElectionFixture.goodRanked();
  private static final List<List<Integer>> CHOICES =
      List.of(List.of(1, 0, 0), List.of(1, 0), List.of(2, 0));

  private static Verifier.Report with(
      ElectionFixture election,
      List<String> challenges,
      Optional<Verifier.RollList> roll,
      Optional<String> votes) {
    Verifier.Given g = MemoryBundle.given(new MemoryBundle(election.files()), election.trust());
    return Verifier.verify(
        new Verifier.Given(
            g.bundle(),
            g.trust(),
            new Verifier.Held(List.of(), challenges, roll, votes, Optional.empty()),
            false,
            g.now(),
            g.weights()),
        (done, of) -> {});
  }

  private static void first(Verifier.Report report, String id, String why) {
    assertThat(report.firstFailure()).map(Check::id).contains(id);
    assertThat(report.check(id).why()).contains(why);
    assertThat(report.exit()).isEqualTo(1);
  }

  private static void passes(Verifier.Report report, String id) {
    assertThat(report.exit()).isZero();
    assertThat(report.check(id).status()).isEqualTo(Check.Status.PASS);
  }

  // ---- ROL-08

  private static Verifier.Report listed(Set<String> names) {
    return with(
        GOOD, List.of(), Optional.of(new Verifier.RollList(names, Bytes::hex)), Optional.empty());
  }

  @Test
  void theRollIsComparedWithTheKeysPeopleKnow() {
    Set<String> all =
        GOOD.voters.stream().map(v -> v.vk.encoding().hex()).collect(Collectors.toSet());
    passes(listed(all), "ROL-08");
    Set<String> less = new HashSet<>(all);
    less.remove(all.iterator().next());
    first(listed(less), "ROL-08", "not on the roll: 0, and the other way round: 1");
    Set<String> more = new HashSet<>(all);
    more.add(new Coalition.Voter().vk.encoding().hex());
    first(listed(more), "ROL-08", "not on the roll: 1, and the other way round: 0");
  }

  // ---- TAL-09

  private static Verifier.Report exported(String table) {
    return with(GOOD, List.of(), Optional.empty(), Optional.of(table));
  }

  @Test
  void aTableOfOpenedBallotsIsComparedLineByLine() {
    String table = Opened.rows(GOOD.coalition.record(), List.of(2));
    passes(exported(table), "TAL-09");
    List<String> lines = new ArrayList<>(table.lines().toList());
    java.util.Collections.swap(lines, 1, 2);
    first(exported(String.join("\n", lines) + "\n"), "TAL-09", "differs from line");
    first(exported(table.replaceFirst("valid", "spoilt")), "TAL-09", "differs from line");
    first(exported(table + lines.getLast() + "\n"), "TAL-09", "differs from line 7");
    first(exported("nonsense"), "TAL-09", "differs from line 1");
  }

  // ---- BAL-09

  private static String challenge(Bytes body, Bytes seed, Coalition.Voter voter, String origin) {
    return String.join(
        "\n",
        "veche.challenge/v1",
        origin,
        "ballot " + Seal.ballotId(body).base32(),
        "key " + voter.vk.encoding().hex(),
        "place 0 " + Bytes.zero(32).hex(),
        "seed " + seed.hex(),
        "marks 0 100",
        "marks 1 10",
        "ranks 2 2,0",
        "");
  }

  private static Verifier.Report challenged(ElectionFixture election, String text) {
    return with(election, List.of(text), Optional.empty(), Optional.empty());
  }

  @Test
  void aChallengedBallotMustHoldWhatWasShownAndBeInNobodysBox() {
    ElectionFixture open = ElectionFixture.ranked().opened(2);
    Coalition.Voter voter = open.voters.getFirst();
    Bytes seed = Entropy.system().bytes(32);
    Seal.Paper paper = open.coalition.paper();
    Bytes body = Seal.body(paper, CHOICES, voter.vk, 0, Bytes.zero(32), seed);
    String shown = challenge(body, seed, voter, ElectionFixture.ORIGIN);
    passes(challenged(open, "\n  " + shown.replace("\n", "  \n") + "\n"), "BAL-09");

    Bytes other =
        Seal.body(
            paper,
            List.of(List.of(0, 1, 0), List.of(1, 0), List.of(2, 0)),
            voter.vk,
            0,
            Bytes.zero(32),
            seed);
    String lie = challenge(other, seed, voter, ElectionFixture.ORIGIN);
    first(challenged(open, lie), "BAL-09", "had sealed something else");
    String foreign = challenge(body, seed, voter, "host.example/e/zzzzzzzzzz");
    first(challenged(open, foreign), "BAL-09", "of another election");
    for (String bad :
        List.of(
            "poem",
            shown.replace("marks 1 10\n", ""),
            shown.replace("marks 1 10", "marks 1 101"),
            shown.replace("ranks 2 2,0", "ranks 2 2,2"),
            shown.replace("ranks 2 2,0", "ranks 2 9"),
            shown.replace("marks 0 100", "ranks 0 1"))) {
      first(challenged(open, bad), "BAL-09", "challenged ballot 1: ");
    }

    open.add(Seal.sign(body, voter.secret));
    assertThat(open.coalition.record().ignored()).isEmpty();
    first(challenged(open, shown), "BAL-09", "was cast all the same");
  }
}
