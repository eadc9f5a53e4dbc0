package veche.tally.endorse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import veche.wire.Malformed;

/// counting §3: whether a platform is endorsed: by all who voted, and, where the rules say so, in
/// the bodies one by one. Every test is an inequality of whole numbers; a share exactly at a strict
/// threshold does not reach it, and a body without a single ballot of the base is not for.
///
/// @param overall the test of all electorates together
/// @param quorum of all together, if there is one
/// @param bodies what the bodies must say, if they are asked
public record Endorsement(Threshold overall, Optional<Quorum> quorum, Optional<Bodies> bodies) {

  /// yes · q ≥ p · base, or > where strict.
  public record Threshold(Counts.Base base, long p, long q, boolean strict) {
    public static final Threshold MAJORITY = new Threshold(Counts.Base.YES_NO, 1, 2, true);

    public Threshold {
      if (p < 0 || q < 1 || p > q) throw new Malformed("threshold: expected 0 <= p <= q, q >= 1");
    }

    Inequality test(Counts counts) {
      long of = counts.of(base);
      return new Inequality(
          counts.name(),
          Inequality.Kind.THRESHOLD,
          Math.multiplyExact(counts.yes(), q),
          Math.multiplyExact(p, of),
          strict,
          of > 0);
    }
  }

  /// Ballots of a base · q ≥ p · eligible.
  public record Quorum(Counts.Base base, long p, long q) {
    public Quorum {
      if (p < 0 || q < 1 || p > q) throw new Malformed("quorum: expected 0 <= p <= q, q >= 1");
    }

    Inequality test(Counts counts) {
      return new Inequality(
          counts.name(),
          Inequality.Kind.QUORUM,
          Math.multiplyExact(counts.of(base), q),
          Math.multiplyExact(p, counts.eligible()),
          false,
          true);
    }
  }

  /// What is asked of the bodies.
  ///
  /// @param each the test of one body
  /// @param quorum of one body; without it the body is not for
  /// @param votes how many votes each body has, in the order of the counts; empty for one each
  /// @param need how many of these votes are needed
  public record Bodies(Threshold each, Optional<Quorum> quorum, List<Long> votes, Need need) {
    public Bodies {
      votes = List.copyOf(votes);
      if (votes.stream().anyMatch(v -> v < 0)) throw new Malformed("votes: expected 0 or more");
    }
  }

  /// How many of the bodies' votes are needed.
  public sealed interface Need {
    record All() implements Need {}

    record MoreThanHalf() implements Need {}

    record AtLeastHalf() implements Need {}

    record AtLeast(long votes) implements Need {}

    default long of(long all) {
      return switch (this) {
        case All a -> all;
        case MoreThanHalf m -> all / 2 + 1;
        case AtLeastHalf h -> (all + 1) / 2;
        case AtLeast k -> k.votes;
      };
    }
  }

  /// One test with its numbers.
  ///
  /// @param of the body, or the name of all together
  /// @param anybody false when there was nobody to be a majority of
  public record Inequality(
      String of, Kind kind, long left, long right, boolean strict, boolean anybody) {
    public enum Kind {
      THRESHOLD,
      QUORUM,
      BODIES
    }

    public boolean holds() {
      return anybody && (strict ? left > right : left >= right);
    }

    /// `1931775 · 2 > 1 · 2732106` computed out: `3863550 > 2732106`.
    @Override
    public String toString() {
      return left + (strict ? " > " : " ≥ ") + right;
    }
  }

  /// What came of it.
  ///
  /// @param tests all of them: overall first, then body by body, then the bodies together
  /// @param bodiesFor votes of the bodies that are for; `bodiesNeeded` of them are needed; both 0
  ///   where no body was asked
  public record Verdict(
      boolean carried, List<Inequality> tests, long bodiesFor, long bodiesNeeded, Counts all) {
    public Verdict {
      tests = List.copyOf(tests);
    }
  }

  public Verdict judge(List<Counts> counts) {
    if (counts.isEmpty()) throw new Malformed("counts: expected at least one electorate");
    Counts all = counts.getFirst();
    for (Counts more : counts.subList(1, counts.size())) all = all.plus(more, "");
    all =
        new Counts(
            "", all.eligible(), all.issued(), all.yes(), all.no(), all.abstain(), all.invalid());
    List<Inequality> tests = new ArrayList<>(List.of(overall.test(all)));
    if (quorum.isPresent()) tests.add(quorum.get().test(all));
    boolean carried = tests.stream().allMatch(Inequality::holds);
    if (bodies.isEmpty()) return new Verdict(carried, tests, 0, 0, all);
    Bodies asked = bodies.get();
    if (!asked.votes.isEmpty() && asked.votes.size() != counts.size()) {
      throw new Malformed("votes: expected one number for each of " + counts.size() + " bodies");
    }
    long votesFor = 0;
    long votesInAll = 0;
    for (int i = 0; i < counts.size(); i++) {
      long votes = asked.votes.isEmpty() ? 1 : asked.votes.get(i);
      List<Inequality> own = new ArrayList<>(List.of(asked.each.test(counts.get(i))));
      if (asked.quorum.isPresent()) own.add(asked.quorum.get().test(counts.get(i)));
      tests.addAll(own);
      votesInAll = Math.addExact(votesInAll, votes);
      if (own.stream().allMatch(Inequality::holds)) votesFor += votes;
    }
    long needed = asked.need.of(votesInAll);
    Inequality together = new Inequality("", Inequality.Kind.BODIES, votesFor, needed, false, true);
    tests.add(together);
    return new Verdict(carried && together.holds(), tests, votesFor, needed, all);
  }
}
