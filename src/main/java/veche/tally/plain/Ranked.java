package veche.tally.plain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.Tiebreak;

/// Options in groups of equal scores, and the seats of the best, the lot choosing inside a group.
final class Ranked {
  private Ranked() {}

  static <S extends Comparable<S>> Tally by(String rule, Terms terms, Function<Integer, S> score) {
    TreeMap<S, List<Integer>> groups = new TreeMap<>(Comparator.reverseOrder());
    for (int o : terms.standing()) {
      groups.computeIfAbsent(score.apply(o), k -> new ArrayList<>()).add(o);
    }
    List<Integer> winners = new ArrayList<>();
    List<Tiebreak> ties = new ArrayList<>();
    for (List<Integer> group : groups.values()) {
      List<Integer> left = new ArrayList<>(group);
      while (!left.isEmpty() && winners.size() < terms.seats()) {
        int chosen = left.getFirst();
        if (left.size() > terms.seats() - winners.size()) {
          chosen = terms.lot().stream().filter(left::contains).findFirst().orElseThrow();
          ties.add(new Tiebreak(left, Tiebreak.Purpose.ELECT, Tiebreak.Method.LOT, -1, chosen));
        }
        left.remove((Integer) chosen);
        winners.add(chosen);
      }
    }
    return Tally.elected(rule, terms.seats(), winners, ties)
        .ranked(groups.values().stream().map(List::copyOf).toList());
  }
}
