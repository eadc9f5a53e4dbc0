package veche.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Payment;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Tiebreak;

/// counting §5: a count told in sentences, from its minutes alone, in Russian, English or
/// Ukrainian. The numbers in them are the minutes' numbers: whole ones and those with a few
/// decimals exactly, others to six places behind a `≈`.
public final class Minutes {
  private static final int PLACES = 6;
  private static final int GROUPS = 12;
  private static final int LONGEST = 15;

  private Minutes() {}

  /// One sentence.
  ///
  /// @param stage position in the tally's stages
  /// @param key of the sentence in `minutes-*.properties`
  /// @param numbers in the order in which the sentence has them
  public record Sentence(int stage, String key, List<Fraction> numbers, String text) {
    public Sentence {
      numbers = List.copyOf(numbers);
    }
  }

  /// @param names of the options
  /// @param blank ballots without a mark
  /// @param language `ru`, `uk`; anything else is English
  public static List<Sentence> of(Tally tally, List<String> names, long blank, String language) {
    return new Teller(tally, names, Words.minutes(language)).tell(blank);
  }

  /// As it stands in a sentence.
  public static String number(Fraction value) {
    for (int places = 0; places <= 9; places++) {
      String text = value.decimal(places);
      if (Fraction.parse(text).equals(value)) return text;
    }
    return "≈" + value.decimal(PLACES);
  }

  /// As [#number], but a fraction of a few digits is told exactly.
  public static String exact(Fraction value) {
    String text = number(value);
    String whole = value.toString();
    return text.startsWith("≈") && whole.length() <= LONGEST ? whole : text;
  }

  private record Exact(Fraction value) {}

  private static final class Teller {
    private final Tally tally;
    private final List<String> names;
    private final Words words;
    private final List<Sentence> out = new ArrayList<>();
    private int stage;
    private int tie;
    private Fraction lost = Fraction.ZERO;

    Teller(Tally tally, List<String> names, Words words) {
      this.tally = tally;
      this.names = names;
      this.words = words;
    }

    List<Sentence> tell(long blank) {
      if (tally.comparison().isPresent() && tally.stages().isEmpty()) {
        compared(tally.comparison().get());
        return out;
      }
      for (stage = 0; stage < tally.stages().size(); stage++) {
        Stage s = tally.stages().get(stage);
        if (stage == 0 && s.kind() != Stage.Kind.FIRST) tally.comparison().ifPresent(this::pairs);
        ties(s);
        switch (s.kind()) {
          case FIRST -> {
            first(s, stage == 0 ? blank : 0);
            tally.comparison().ifPresent(this::pairs);
          }
          case ELECT -> elect(s);
          case SURPLUS -> surplus(s);
          case EXCLUDE -> exclude(s);
          case TRANSFER -> transfer(s);
          case ITERATE -> iterate(s);
          case END -> {
            if (tally.winners().isEmpty()) say("end-nobody");
            else say("end", list(tally.winners()));
          }
        }
        if (s.lost().signum() > 0 && !s.lost().equals(lost)) say("lost", s.lost());
        lost = s.lost();
      }
      return out;
    }

    /// Rules without stages: the comparisons, then what the rule made of them.
    private void compared(Comparison found) {
      int n = found.ballots().size();
      pairs(found);
      for (Comparison.KeptOut k : found.keptOut()) {
        Fraction votes = Fraction.of(k.votes());
        Fraction against = Fraction.of(k.against());
        if (k.votes() < k.quorum()) {
          say("short-of-quorum", k.option(), k.by(), votes, Fraction.of(k.quorum()));
        } else {
          say("not-over-default", k.option(), k.by(), votes, against, k.majority());
        }
      }
      for (Comparison.Majority m : found.majorities()) {
        Fraction up = Fraction.of(m.votes());
        Fraction down = Fraction.of(m.against());
        if (m.closes().isEmpty()) say("locked", m.winner(), m.loser(), up, down);
        else say("passed-over", m.winner(), m.loser(), up, down, chain(m.closes().get()));
      }
      for (Comparison.Path path : found.paths())
        say("path", chain(path.through()), path.strength());
      if (found.scores().size() == n) {
        for (int o = 0; o < n; o++) say("points", o, found.scores().get(o));
      } else if (found.scores().size() == 1) {
        say("agreement", found.scores().getFirst());
      }
      for (Tiebreak next : tally.ties()) {
        say("tie-lot", list(next.between()), names.get(next.chosen()));
      }
      if (tally.winners().isEmpty()) say("end-nobody");
      else say("end", list(tally.winners()));
    }

    private void pairs(Comparison found) {
      int n = found.ballots().size();
      for (int a = 0; a < n; a++) {
        for (int b = a + 1; b < n; b++) {
          long up = found.ballots().get(a).get(b);
          long down = found.ballots().get(b).get(a);
          if (up == 0 && down == 0) continue;
          if (up == down) say("equal-pair", a, b, Fraction.of(up));
          else if (up > down) say("beats", a, b, Fraction.of(up), Fraction.of(down));
          else say("beats", b, a, Fraction.of(down), Fraction.of(up));
        }
      }
    }

    private String chain(List<Integer> options) {
      return options.stream().map(names::get).collect(Collectors.joining(" > "));
    }

    private void first(Stage s, long blank) {
      Fraction ended = s.exhaustedInAll();
      say("count", s.standing().plus(ended));
      if (blank > 0) say("blank", Fraction.of(blank));
      Map<Integer, Fraction> votes = new TreeMap<>();
      for (int o = 0; o < s.votes().size(); o++) {
        if (s.votes().get(o).isPresent()) votes.put(o, s.votes().get(o).get());
      }
      say("first", votes);
      if (ended.signum() > 0) say("first-ended", ended);
      s.quota().ifPresent(quota -> say("quota", quota));
    }

    private void elect(Stage s) {
      int option = s.options().getFirst();
      Fraction votes = votes(s, option);
      Fraction quota = s.quota().orElse(Fraction.ZERO);
      switch (s.reason()) {
        case "tie" -> say("elect-tie", option, votes, words.text("by-lot"));
        case "remaining" -> say("elect-remaining", option);
        case "quotient" -> say("elect-quotient", option, keep(s, option), quota);
        case "score", "load", "price", "support" -> say("elect-" + s.reason(), option, votes);
        case "majority" -> say("elect-majority", option, votes);
        case "condorcet" -> say("elect-condorcet", option);
        default -> say("elect-quota", option, votes, quota);
      }
      paid(s);
    }

    /// Groups that had and paid the same are told as one; of many, those that pay most.
    private void paid(Stage s) {
      List<Payment> all = Payment.sums(s.paid());
      String key = s.reason().equals("load") ? "bears" : "pays";
      boolean many = all.size() > GROUPS;
      for (Payment one : many ? all.subList(0, GROUPS - 1) : all) {
        Fraction after =
            key.equals("bears") ? one.before().plus(one.paid()) : one.before().minus(one.paid());
        say(
            key,
            Fraction.of(one.ballots()),
            new Exact(one.paid()),
            new Exact(one.before()),
            new Exact(after));
      }
      if (!many) return;
      List<Payment> rest = all.subList(GROUPS - 1, all.size());
      Fraction ballots = Fraction.of(rest.stream().mapToLong(Payment::ballots).sum());
      Fraction together =
          rest.stream().map(Payment::together).reduce(Fraction.ZERO, Fraction::plus);
      say(key + "-rest", ballots, new Exact(together));
    }

    private void surplus(Stage s) {
      Stage before = tally.stages().get(stage - 1);
      for (int option : s.options()) {
        Fraction had = votes(before, option);
        Fraction surplus = had.minus(votes(s, option));
        if (surplus.signum() == 0) {
          say("surplus-none", option, had);
          continue;
        }
        Map<Integer, Fraction> alone = s.options().size() == 1 ? some(s.moved()) : Map.of();
        if (alone.isEmpty()) say("surplus-all", option, had, surplus);
        else say("surplus", option, had, surplus, alone);
        values(s, option);
      }
      if (s.options().size() > 1 && !some(s.moved()).isEmpty()) say("transfer", some(s.moved()));
      if (s.ended().signum() > 0) say("surplus-ended", s.ended());
    }

    private void values(Stage s, int option) {
      new TreeMap<>(s.values().getOrDefault(option, Map.of()))
          .forEach(
              (was, is) -> {
                if (!was.equals(is)) say("values", was, is);
              });
    }

    private void exclude(Stage s) {
      for (int option : s.options()) {
        Fraction votes = votes(s, option);
        switch (s.reason()) {
          case "quotient" -> say("exclude-quotient", option, keep(s, option));
          case "rest" -> say("exclude-rest", option);
          case "smith" -> say("exclude-smith", option);
          case "fewest-unguarded" ->
              say("exclude-fewest-unguarded", option, votes, list(stay(s, votes)));
          default -> say("exclude-" + s.reason(), option, votes);
        }
      }
    }

    private List<Integer> stay(Stage s, Fraction votes) {
      List<Integer> all = new ArrayList<>();
      for (int o = 0; o < s.votes().size(); o++) {
        Optional<Fraction> has = s.votes().get(o);
        boolean open = !s.elected().contains(o) && !s.excluded().contains(o);
        if (open && has.isPresent() && has.get().compareTo(votes) <= 0) all.add(o);
      }
      return all;
    }

    private void transfer(Stage s) {
      switch (s.reason()) {
        case "continue" -> say("transfer-continue");
        case "contribution" ->
            say(
                "transfer-contribution",
                s.options().getFirst(),
                Fraction.ONE.over(keep(s, s.options().getFirst())));
        default -> {
          // a rule that shares votes out has nothing to pass on here
          if (!s.keep().isEmpty()) return;
          moved(s);
          if (s.ended().signum() > 0 && !s.moved().isEmpty()) say("transfer-ended", s.ended());
        }
      }
    }

    private void moved(Stage s) {
      if (some(s.moved()).isEmpty()) say("transfer-none");
      else say("transfer", some(s.moved()));
    }

    private static Map<Integer, Fraction> some(Map<Integer, Fraction> shares) {
      Map<Integer, Fraction> out = new TreeMap<>(shares);
      out.values().removeIf(share -> share.signum() == 0);
      return out;
    }

    private void iterate(Stage s) {
      Fraction quota = s.quota().orElse(Fraction.ZERO);
      if (s.keep().isEmpty()) say("iterate-plain", quota);
      else say("iterate", s.keep(), quota);
    }

    /// A tie is told before the step that it decided.
    private void ties(Stage s) {
      if (tie >= tally.ties().size()) return;
      Tiebreak next = tally.ties().get(tie);
      boolean here =
          switch (next.purpose()) {
            case ELECT -> s.kind() == Stage.Kind.ELECT;
            case SURPLUS -> s.kind() == Stage.Kind.SURPLUS;
            case EXCLUDE -> s.kind() == Stage.Kind.EXCLUDE || s.reason().equals("tie");
          };
      if (!here || !s.options().contains(next.chosen()) && !s.reason().equals("tie")) return;
      tie++;
      String between = list(next.between());
      switch (next.method()) {
        case EARLIER ->
            say("tie-earlier", between, names.get(next.chosen()), Fraction.of(next.stage() + 1L));
        case LOT -> say("tie-lot", between, names.get(next.chosen()));
      }
    }

    private static Fraction votes(Stage s, int option) {
      return s.votes().get(option).orElse(Fraction.ZERO);
    }

    private static Fraction keep(Stage s, int option) {
      return s.keep().getOrDefault(option, Fraction.ZERO);
    }

    private String list(List<Integer> options) {
      return options.isEmpty()
          ? words.text("none")
          : options.stream().map(names::get).collect(Collectors.joining(", "));
    }

    private void say(String key, Object... values) {
      List<Fraction> numbers = new ArrayList<>();
      Object[] texts = new Object[values.length];
      for (int i = 0; i < values.length; i++) {
        texts[i] =
            switch (values[i]) {
              case Fraction number -> {
                numbers.add(number);
                yield number(number);
              }
              case Exact one -> {
                numbers.add(one.value());
                yield exact(one.value());
              }
              case Integer option -> names.get(option);
              case Map<?, ?> shares -> {
                List<String> each = new ArrayList<>();
                new TreeMap<>(shares)
                    .forEach(
                        (option, number) -> {
                          numbers.add((Fraction) number);
                          each.add(
                              words.text(
                                  "share", names.get((Integer) option), number((Fraction) number)));
                        });
                yield each.isEmpty() ? words.text("none") : String.join(", ", each);
              }
              default -> values[i];
            };
      }
      out.add(new Sentence(stage, key, numbers, words.text(key, texts)));
    }
  }
}
