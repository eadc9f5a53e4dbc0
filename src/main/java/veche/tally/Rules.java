package veche.tally;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import veche.tally.approval.Balance;
import veche.tally.approval.Consensus;
import veche.tally.approval.Enestroem;
import veche.tally.approval.EqualShares;
import veche.tally.approval.GreedyMonroe;
import veche.tally.approval.Hugo;
import veche.tally.approval.Minimax;
import veche.tally.approval.Monroe;
import veche.tally.approval.Phragmen;
import veche.tally.approval.Separable;
import veche.tally.approval.Thiele;
import veche.tally.pairwise.Condorcet;
import veche.tally.pairwise.Copeland;
import veche.tally.pairwise.Debian;
import veche.tally.pairwise.Kemeny;
import veche.tally.pairwise.Points;
import veche.tally.pairwise.RankedPairs;
import veche.tally.pairwise.Runoffs;
import veche.tally.pairwise.Schulze;
import veche.tally.plain.Bucklin;
import veche.tally.plain.Coombs;
import veche.tally.plain.Plurality;
import veche.tally.plain.Score;
import veche.tally.plain.Star;
import veche.tally.stv.Cfer;
import veche.tally.stv.Fractional;
import veche.tally.stv.Irv;
import veche.tally.stv.Meek;
import veche.tally.stv.MeekPrf;
import veche.tally.stv.Minneapolis;
import veche.tally.stv.Qpq;
import veche.tally.stv.Scottish;
import veche.tally.stv.Wigm;
import veche.tally.stv.WigmPrf;

/// The ways of counting by name (counting §1).
public final class Rules {
  private static final Map<String, Rule> ALL = all();

  private Rules() {}

  private static Map<String, Rule> all() {
    Map<String, Rule> out = new TreeMap<>();
    out.put("scottish-stv", new Scottish());
    out.put("wigm", new Wigm());
    out.put("wigm-prf", new WigmPrf());
    out.put("cfer-wigm", new Cfer());
    out.put("minneapolis-stv", new Minneapolis());
    out.put("meek", Meek.meek());
    out.put("warren", Meek.warren());
    out.put("meek-prf", new MeekPrf());
    out.put("qpq", new Qpq());
    for (String form : List.of("irv", "sequential-irv", "bottoms-up", "bottoms-up-percentage")) {
      out.put(form, new Irv(form));
    }
    out.put("stv-fractional", new Fractional(false));
    out.put("stv-dynamic-quota", new Fractional(true));
    out.put("plurality", new Plurality());
    out.put("coombs", new Coombs());
    out.put("bucklin", new Bucklin());
    out.put("star", new Star());
    out.put("score", new Score());
    out.put("schulze", new Schulze());
    out.put("debian", new Debian());
    out.put("ranked-pairs", new RankedPairs());
    out.put("minimax", new veche.tally.pairwise.Minimax());
    out.put("copeland", new Copeland());
    out.put("kemeny-young", new Kemeny());
    out.put("condorcet-winner", Condorcet.winner());
    out.put("smith-set", Condorcet.smith());
    out.put("schwartz-set", Condorcet.schwartz());
    for (String form : List.of("smith-irv", "benham", "tideman-alternative")) {
      out.put(form, new Runoffs(form));
    }
    for (String form : List.of("baldwin", "nanson", "black", "ranked-robin")) {
      out.put(form, new Points(form));
    }
    out.put("approval-av", Separable.approval());
    out.put("approval-sav", Separable.satisfaction());
    for (String measure : List.of("pav", "slav", "cc", "lexcc", "adams", "geom")) {
      out.put("approval-" + measure, Thiele.best(measure));
    }
    for (String measure : List.of("pav", "slav", "cc", "geom")) {
      out.put("approval-seq" + measure, Thiele.adding(measure));
      out.put("approval-revseq" + measure, Thiele.taking(measure));
    }
    out.put("approval-minimaxav", Minimax.plain());
    out.put("approval-lexminimaxav", Minimax.lexicographic());
    out.put("approval-monroe", new Monroe());
    out.put("approval-greedy-monroe", new GreedyMonroe());
    out.put("approval-seqphragmen", new Phragmen());
    for (String form : List.of("minimaxphragmen", "leximaxphragmen", "maximin-support")) {
      out.put("approval-" + form, new Balance("approval-" + form));
    }
    out.put("approval-phragmen-enestroem", new Enestroem());
    out.put("approval-consensus-rule", new Consensus());
    out.put("approval-eph", new Hugo());
    out.put("approval-equal-shares", EqualShares.withPhragmen());
    out.put("approval-equal-shares-with-av-completion", EqualShares.withApproval());
    out.put("approval-equal-shares-with-increment-completion", EqualShares.withIncrement());
    out.put("approval-equal-shares-without-completion", EqualShares.without());
    return Collections.unmodifiableMap(out);
  }

  public static Optional<Rule> of(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  public static Map<String, Rule> byName() {
    return ALL;
  }
}
