package veche.tally;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.wire.Malformed;

/// record §4: a ranked contest of an election: its rule, with the parameters, seats and constraints
/// of the definition, over the opened rankings.
public final class RankedCount {
  private RankedCount() {}

  /// The ballots that the rule counts: valid ones, blank ones among them.
  public static Profile profile(Contest contest, List<Vote> votes) {
    Profile.Builder out = new Profile.Builder(contest.options().size());
    for (Vote vote : votes) {
      if (vote.status() != Vote.Status.VALID) continue;
      out.add(1, vote.ranking().stream().map(List::of).toList());
    }
    return out.build();
  }

  /// @param index the contest's position in the draft
  /// @param votes of all counted ballots
  /// @param lotOrder option positions, the lot's first one first
  public static Outcome count(
      Contest contest, int index, List<Vote> votes, List<Integer> lotOrder) {
    Profile profile = profile(contest, votes);
    Tally tally = rule(contest).count(terms(contest, lotOrder), profile);
    return new Outcome(
        index,
        votes.size(),
        firstPreferences(profile),
        tally.winners(),
        List.of(),
        ties(contest, tally, lotOrder),
        Optional.of(
            new Outcome.Ranked(
                spoilt(votes, Vote.Status.INVALID_ENCODING),
                spoilt(votes, Vote.Status.INVALID_CODE),
                profile.total() - profile.marked(),
                profile.digest(),
                tally)));
  }

  private static long spoilt(List<Vote> votes, Vote.Status how) {
    return votes.stream().filter(v -> v.status() == how).count();
  }

  private static Rule rule(Contest contest) {
    if (!Contest.RANKED_RULES.contains(contest.rule())) {
      throw new Malformed("rule: " + contest.rule() + " is for no ranked contest");
    }
    return Rules.of(contest.rule()).orElseThrow();
  }

  private static Terms terms(Contest contest, List<Integer> lotOrder) {
    return new Terms(
        contest.options().size(),
        contest.seats(),
        Set.of(),
        lotOrder,
        contest.parameters(),
        contest.groups(),
        Set.of());
  }

  private static List<Long> firstPreferences(Profile profile) {
    long[] out = new long[profile.options()];
    for (int b = 0; b < profile.size(); b++) {
      if (!profile.isEmpty(b)) out[profile.option(profile.start(b))] += profile.weight(b);
    }
    return java.util.Arrays.stream(out).boxed().toList();
  }

  private static List<Tie> ties(Contest contest, Tally tally, List<Integer> lotOrder) {
    List<Tie> out = new ArrayList<>();
    for (Tiebreak tie : tally.ties()) {
      if (tie.method() != Tiebreak.Method.LOT) continue;
      List<Integer> order = lotOrder.stream().filter(tie.between()::contains).toList();
      Tie found = new Tie(tie.between(), order, contest.lot());
      if (!out.contains(found)) out.add(found);
    }
    return out;
  }

  /// Whether the rules of the ranked contests know the parameters and constraints they are given:
  /// each is asked to count one blank ballot and one full one, since a definition that cannot be
  /// counted must not be signed.
  public static List<Draft.Flaw> flaws(Draft draft) {
    List<Draft.Flaw> out = new ArrayList<>();
    for (int k = 0; k < draft.contests().size(); k++) {
      Contest contest = draft.contests().get(k);
      if (contest.kind() != Style.Kind.RANKED) continue;
      List<Integer> all = IntStream.range(0, contest.options().size()).boxed().toList();
      List<Vote> votes =
          List.of(
              new Vote(Vote.Status.VALID, List.of()),
              new Vote(Vote.Status.VALID, all.subList(0, contest.hi())));
      try {
        int elects = rule(contest).count(terms(contest, all), profile(contest, votes)).seats();
        if (elects != contest.seats()) {
          String at = "contests[" + k + "].seats";
          out.add(new Draft.Flaw(at, "expected " + elects + ": so many this rule elects"));
        }
      } catch (Malformed e) {
        out.add(new Draft.Flaw("contests[" + k + "].parameters", e.getMessage()));
      }
    }
    return out;
  }
}
