package veche.view.ballots;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import veche.tally.Lot;
import veche.tally.Paper;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Rules;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// counting §6: one sheet of ballots under one rule, everything fixed: the way to a tally that the
/// command, the cases and a recount share.
///
/// @param options for the ballot policy and the rule, RCTab's names among them
/// @param tieOrder names, of equal ones the earlier first; the rest follow in the sheet's order
/// @param tieSeed of record §8's lot; takes the place of an order
/// @param withdrawn names
public record Counting(
    String rule,
    int seats,
    Map<String, String> options,
    List<String> tieOrder,
    Optional<Bytes> tieSeed,
    List<String> withdrawn) {

  private static final Set<String> POLICY =
      Set.of(
          "overvoteRule",
          "maxSkippedRanksAllowed",
          "maxRankingsAllowed",
          "exhaustOnDuplicateCandidate");

  /// Of a configuration, but without meaning for a rule.
  private static final Set<String> IDLE = Set.of("randomSeed", "numberOfWinners");

  /// In these an order of ties says who stays; ours says who is chosen, there to be excluded.
  private static final Set<String> STAYING =
      Set.of(
          "irv",
          "sequential-irv",
          "bottoms-up",
          "bottoms-up-percentage",
          "stv-fractional",
          "stv-dynamic-quota");

  public Counting {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    tieOrder = List.copyOf(tieOrder);
    withdrawn = List.copyOf(withdrawn);
  }

  /// What was counted and what came of it.
  public record Counted(Sheet sheet, Terms terms, Profile profile, Tally tally) {
    /// The counted ballots in BLT, in the profile's order.
    public String blt() {
      if (sheet.marks() > 1) throw new Malformed("blt: the format has no scores");
      List<Paper> papers = new ArrayList<>();
      for (int b = 0; b < profile.size(); b++) {
        List<Paper.Place> places = new ArrayList<>();
        for (List<Integer> rank : profile.ranks(b)) places.add(new Paper.Place(rank, false));
        papers.add(new Paper(profile.weight(b), places));
      }
      return Blt.write(sheet.title(), sheet.names(), terms.seats(), terms.withdrawn(), papers);
    }
  }

  public Counted count(Sheet sheet) {
    return count(sheet, sheet.profile(policy()));
  }

  /// @param profile the sheet's ballots as the policy reads them
  public Counted count(Sheet sheet, Profile profile) {
    Rule how =
        Rules.of(rule)
            .orElseThrow(
                () ->
                    new Malformed(
                        "rule: no rule is named "
                            + rule
                            + "; there are "
                            + Rules.byName().keySet()));
    Terms terms = terms(sheet);
    return new Counted(sheet, terms, profile, how.count(terms, profile));
  }

  public Policy policy() {
    return Policy.of(options);
  }

  public Terms terms(Sheet sheet) {
    Set<Integer> out = new HashSet<>(sheet.withdrawn());
    for (String name : withdrawn) out.add(option(sheet, name));
    int n = sheet.names().size();
    List<Integer> lot = new ArrayList<>();
    if (tieSeed.isPresent()) {
      lot.addAll(Lot.order(tieSeed.get(), 0, sheet.names()));
    } else {
      for (String name : tieOrder) {
        int option = option(sheet, name);
        if (lot.contains(option)) throw new Malformed("tie order: \"" + name + "\" stands twice");
        lot.add(option);
      }
      for (int o : sheet.tieOrder()) if (!lot.contains(o)) lot.add(o);
      IntStream.range(0, n).filter(o -> !lot.contains(o)).forEach(lot::add);
      if (STAYING.contains(rule)) Collections.reverse(lot);
    }
    return new Terms(n, seats, out, lot, parameters(sheet));
  }

  private Map<String, String> parameters(Sheet sheet) {
    Map<String, String> p = new LinkedHashMap<>(options);
    p.keySet().removeAll(POLICY);
    String mode = p.remove("winnerElectionMode");
    if (mode == null) return p;
    p.keySet().removeAll(IDLE);
    p.values().removeIf(String::isEmpty);
    rename(p, "decimalPlacesForVoteArithmetic", "decimalPlaces");
    rename(p, "stopTabulationEarlyAfterRound", "stopAfterRound");
    rename(p, "multiSeatBottomsUpPercentageThreshold", "percentage");
    if (mode.equals("multiWinnerAllowOnlyOneWinnerPerRound")) p.put("onePerRound", "true");
    if (sheet.writeIns() >= 0) p.put("writeIns", String.valueOf(sheet.writeIns()));
    return p;
  }

  private static void rename(Map<String, String> p, String from, String to) {
    String value = p.remove(from);
    if (value != null) p.put(to, value);
  }

  static int option(Sheet sheet, String name) {
    int at = sheet.names().indexOf(name);
    if (at < 0) throw new Malformed("no option is named \"" + name + "\"");
    return at;
  }
}
