package veche.tally;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.wire.Malformed;

/// counting §3 BallotPolicy: how a marked paper becomes a list that a rule counts. Part of the rule
/// and fixed before the poll.
///
/// @param overvote what two marks at one place mean
/// @param skips how many empty places in a row are passed over; above it the list ends there
/// @param ranks places that are read at all
/// @param duplicatesEnd whether an option that stands again ends the list; otherwise the place
///   counts for nothing
public record Policy(Overvote overvote, int skips, int ranks, boolean duplicatesEnd) {
  public enum Overvote {
    /// Equal ranks: the rule knows what to do.
    EQUAL,
    /// The list ends before it.
    EXHAUST,
    /// The place counts for nothing.
    SKIP,
    /// The list ends there if more than one of the options still stands when it is reached.
    EXHAUST_IF_MULTIPLE
  }

  public static final int ALL = Integer.MAX_VALUE;

  /// Equal ranks count as equal, gaps mean nothing.
  public static final Policy PLAIN = new Policy(Overvote.EQUAL, ALL, ALL, false);

  /// counting §4.10 to §4.12 in the words of RCTab's configuration.
  public static Policy of(Map<String, String> options) {
    Overvote overvote =
        switch (options.getOrDefault("overvoteRule", "equal")) {
          case "equal" -> Overvote.EQUAL;
          case "exhaustImmediately" -> Overvote.EXHAUST;
          case "alwaysSkipToNextRank" -> Overvote.SKIP;
          case "exhaustIfMultipleContinuing" -> Overvote.EXHAUST_IF_MULTIPLE;
          case String other ->
              throw new Malformed(
                  "overvoteRule: expected exhaustImmediately, alwaysSkipToNextRank or"
                      + " exhaustIfMultipleContinuing, found "
                      + other);
        };
    return new Policy(
        overvote,
        limit(options, "maxSkippedRanksAllowed", "unlimited"),
        limit(options, "maxRankingsAllowed", "max"),
        options.getOrDefault("exhaustOnDuplicateCandidate", "false").equals("true"));
  }

  private static int limit(Map<String, String> options, String name, String none) {
    String value = options.getOrDefault(name, none);
    if (value.equals(none)) return ALL;
    if (!value.matches("[0-9]{1,6}")) {
      throw new Malformed(name + ": expected a whole number or " + none + ", found " + value);
    }
    return Integer.parseInt(value);
  }

  /// Adds a paper to a profile as this policy reads it.
  public void add(Profile.Builder to, Paper paper) {
    if (plain(to, paper)) return;
    List<List<Integer>> ranks = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    Profile.End end = Profile.End.SHORT;
    int empty = 0;
    List<Paper.Place> places = paper.places();
    int stop = Math.min(places.size(), ranks());
    if (places.stream().allMatch(Paper.Place::isEmpty)) end = Profile.End.BLANK;
    for (int i = 0; i < stop; i++) {
      Paper.Place place = places.get(i);
      if (place.isEmpty()) {
        empty++;
        continue;
      }
      if (empty > skips) {
        end = Profile.End.SKIPPED;
        break;
      }
      empty = 0;
      boolean over = place.unknown() || place.options().size() > 1;
      if (over && overvote == Overvote.EXHAUST
          || place.unknown() && overvote == Overvote.EXHAUST_IF_MULTIPLE) {
        end = Profile.End.OVERVOTE;
        break;
      }
      if (duplicatesEnd && place.options().stream().anyMatch(seen::contains)) {
        end = Profile.End.DUPLICATE;
        break;
      }
      if (over && (overvote == Overvote.SKIP || place.unknown())) continue;
      List<Integer> fresh =
          place.options().stream().distinct().filter(o -> !seen.contains(o)).toList();
      seen.addAll(fresh);
      if (!fresh.isEmpty()) ranks.add(fresh);
    }
    to.add(paper.weight(), ranks, end);
  }

  /// The usual paper, one option at each place and none twice, reads the same under every policy.
  private boolean plain(Profile.Builder to, Paper paper) {
    List<Paper.Place> places = paper.places();
    int n = places.size();
    if (n == 0 || n > ranks()) return false;
    short[] marks = new short[n];
    for (int i = 0; i < n; i++) {
      Paper.Place place = places.get(i);
      if (place.unknown() || place.options().size() != 1) return false;
      int option = place.options().getFirst();
      if (option > Short.MAX_VALUE) return false;
      marks[i] = (short) option;
      for (int j = 0; j < i; j++) if (marks[j] == option) return false;
    }
    to.add(paper.weight(), marks, n, Profile.End.SHORT);
    return true;
  }
}
