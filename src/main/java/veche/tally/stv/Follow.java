package veche.tally.stv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// counting §5: where the vote of one ballot lay after each stage, told from the minutes of the
/// count and the ballot alone. All ballots of a profile followed so and added up give the minutes'
/// totals again.
public final class Follow {
  private static final Set<String> SHARING = Set.of("meek", "warren", "meek-prf");
  private static final Set<String> UNTOLD = Set.of("qpq");

  private Follow() {}

  /// @param stage position in the tally's stages
  /// @param held what each option holds of this ballot's vote, by option
  /// @param ended what no option holds any more
  public record Step(int stage, Map<Integer, Fraction> held, Fraction ended) {
    public Step {
      held = java.util.Collections.unmodifiableMap(new TreeMap<>(held));
    }
  }

  /// Steps of the stages in which something moved, the first distribution among them.
  ///
  /// @param ranks as it was counted, best first
  /// @param ended why its list says no more
  public static List<Step> ballot(
      Terms terms, Tally tally, List<List<Integer>> ranks, Profile.End ended) {
    if (UNTOLD.contains(tally.rule()) || tally.stages().isEmpty()) {
      throw new Malformed(tally.rule() + ": this rule does not pass votes on");
    }
    Profile.Builder one = new Profile.Builder(terms.options());
    one.add(1, ranks, ended);
    Profile profile = one.build().without(terms.withdrawn());
    return SHARING.contains(tally.rule())
        ? shared(terms, tally, profile)
        : moved(tally, profile.size() == 0 ? List.of() : profile.ranks(0));
  }

  private static List<Step> moved(Tally tally, List<List<Integer>> ranks) {
    List<Step> out = new ArrayList<>();
    Optional<Integer> holder = Optional.empty();
    Fraction value = Fraction.ONE;
    int at = 0;
    for (int i = 0; i < tally.stages().size(); i++) {
      Stage stage = tally.stages().get(i);
      boolean first = stage.kind() == Stage.Kind.FIRST;
      if (first) {
        at = 0;
        value = Fraction.ONE;
      } else if (holder.isEmpty() || !stage.values().containsKey(holder.get())) {
        continue;
      } else {
        value = Objects.requireNonNull(stage.values().get(holder.get()).get(value));
      }
      holder = Optional.empty();
      // the last surplus of RCTab's form goes to nobody
      boolean closed =
          tally.rule().equals("stv-fractional")
              && stage.kind() == Stage.Kind.SURPLUS
              && stage.elected().size() >= tally.seats();
      if (closed) at = ranks.size();
      while (at < ranks.size() && holder.isEmpty()) {
        List<Integer> open = ranks.get(at).stream().filter(o -> stands(stage, o)).toList();
        if (open.size() > 1) at = ranks.size();
        else if (open.isEmpty()) at++;
        else holder = Optional.of(open.getFirst());
      }
      out.add(
          new Step(
              i,
              holder.isEmpty() ? Map.of() : Map.of(holder.get(), value),
              holder.isEmpty() ? value : Fraction.ZERO));
    }
    return out;
  }

  private static boolean stands(Stage stage, int option) {
    return stage.votes().get(option).isPresent()
        && !stage.elected().contains(option)
        && !stage.excluded().contains(option);
  }

  private static List<Step> shared(Terms terms, Tally tally, Profile profile) {
    List<Step> out = new ArrayList<>();
    for (int i = 0; i < tally.stages().size(); i++) {
      Stage stage = tally.stages().get(i);
      // nothing is shared out any more once the seats are filled
      if (stage.reason().equals("rest") || stage.kind() == Stage.Kind.END) continue;
      Fraction[] keep = new Fraction[terms.options()];
      for (int o = 0; o < keep.length; o++) {
        boolean out0 = stage.excluded().contains(o) && !stage.options().contains(o);
        keep[o] =
            stage.votes().get(o).isEmpty() || out0
                ? Fraction.ZERO
                : stage.keep().getOrDefault(o, Fraction.ONE);
      }
      Fraction[] held = new Fraction[terms.options()];
      Arrays.fill(held, Fraction.ZERO);
      Fraction rest = share(terms, tally.rule(), profile, keep, held);
      Map<Integer, Fraction> some = new TreeMap<>();
      for (int o = 0; o < held.length; o++) if (held[o].signum() > 0) some.put(o, held[o]);
      Step step = new Step(i, some, rest);
      boolean news =
          out.isEmpty()
              || !out.getLast().held().equals(step.held())
              || !out.getLast().ended().equals(rest);
      if (news) out.add(step);
    }
    return out;
  }

  private static Fraction share(
      Terms terms, String rule, Profile profile, Fraction[] keep, Fraction[] held) {
    if (profile.size() == 0 || profile.isEmpty(0)) return Fraction.ONE;
    return rule.equals("meek-prf") && !profile.hasEqualRanks()
        ? MeekPrf.share(profile, keep, held)
        : Meek.sharing(rule, terms, profile).share(keep, held);
  }
}
