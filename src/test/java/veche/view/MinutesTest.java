package veche.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import veche.election.Constraint;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Profiles;
import veche.tally.Rules;
import veche.tally.Stage;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.tally.stv.Follow;

class MinutesTest {
  private static final List<String> NAMES =
      List.of("Анна", "Boris", "Хлоя", "Dmitri", "Єва", "Фёдор", "Гліб");

  /// Every number in every sentence is found again by following each ballot, one by one.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "scottish-stv",
        "wigm",
        "wigm-prf",
        "minneapolis-stv",
        "stv-fractional",
        "irv",
        "sequential-irv",
        "bottoms-up",
        "meek-prf",
        "meek"
      })
  void everyNumberIsOneThatTheBallotsGive(String rule) {
    Random random = new Random(17);
    Set<String> told = new HashSet<>();
    for (int round = 0; round < 40; round++) {
      int options = 3 + random.nextInt(4);
      int seats = rule.equals("irv") ? 1 : 1 + random.nextInt(options - 1);
      Terms terms = Terms.of(options, seats);
      boolean constrained =
          round % 4 == 0 && seats > 1 && (rule.equals("scottish-stv") || rule.startsWith("meek"));
      if (constrained) {
        terms =
            terms.under(
                List.of(
                    new Constraint("few", List.of(0, 1), 0, 1),
                    new Constraint("some", List.of(2), 1, 1)));
      }
      Profile profile = Profiles.drawn(random, options);
      Tally tally;
      try {
        tally = Rules.of(rule).orElseThrow().count(terms, profile);
      } catch (veche.wire.Malformed impossibleGroups) {
        continue;
      }
      Ballots ballots = new Ballots(terms, tally, profile);
      for (Minutes.Sentence s : Minutes.of(tally, NAMES, 2, "en")) {
        told.add(s.key());
        List<Fraction> expected = ballots.numbers(s);
        if (expected != null) {
          assertThat(s.numbers()).as("%s: %s", rule, s.text()).isEqualTo(expected);
        }
      }
    }
    assertThat(told).contains("count", "first", "quota", "end");
    assertThat(told.stream().anyMatch(key -> key.startsWith("exclude-"))).isTrue();
  }

  /// Of rules that compare, too, every number is counted again from the ballots.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "schulze",
        "ranked-pairs",
        "minimax",
        "copeland",
        "kemeny-young",
        "debian",
        "condorcet-winner",
        "smith-set",
        "schwartz-set",
        "smith-irv",
        "benham",
        "tideman-alternative"
      })
  void everyNumberOfAComparisonIsOneThatTheBallotsGive(String rule) {
    Random random = new Random(29);
    Set<String> told = new HashSet<>();
    for (int round = 0; round < 40; round++) {
      int options = 3 + random.nextInt(4);
      Profile profile = Profiles.drawn(random, options);
      Terms terms = Terms.of(options, 1);
      if (rule.equals("debian")) terms = terms.with("quorum", "20").with("majority", "5/4");
      Tally tally = Rules.of(rule).orElseThrow().count(terms, profile);
      for (Minutes.Sentence s : Minutes.of(tally, NAMES, 0, "en")) {
        told.add(s.key());
        List<Fraction> expected = compared(s, tally, profile);
        if (expected != null) assertThat(s.numbers()).as(s.text()).isEqualTo(expected);
      }
    }
    assertThat(told).contains("beats", "equal-pair");
    switch (rule) {
      case "schulze" -> assertThat(told).contains("path");
      case "ranked-pairs" -> assertThat(told).contains("locked", "passed-over");
      case "minimax", "copeland" -> assertThat(told).contains("points");
      case "kemeny-young" -> assertThat(told).contains("agreement");
      case "debian" -> assertThat(told).contains("short-of-quorum", "not-over-default", "path");
      default -> {}
    }
  }

  /// Null for a sentence that says nothing of pairs.
  private static @org.jspecify.annotations.Nullable List<Fraction> compared(
      Minutes.Sentence s, Tally tally, Profile profile) {
    List<String> said = said(s);
    return switch (s.key()) {
      case "beats", "locked", "passed-over" -> {
        long up = prefer(profile, said.get(0), said.get(1));
        long down = prefer(profile, said.get(1), said.get(0));
        assertThat(up).isGreaterThan(down);
        yield List.of(Fraction.of(up), Fraction.of(down));
      }
      case "equal-pair" -> {
        long up = prefer(profile, said.get(0), said.get(1));
        assertThat(prefer(profile, said.get(1), said.get(0))).isEqualTo(up);
        yield List.of(Fraction.of(up));
      }
      case "path" -> {
        String[] through = said.get(0).split(" > ");
        yield List.of(
            Fraction.of(
                IntStream.range(1, through.length)
                    .mapToLong(i -> prefer(profile, through[i - 1], through[i]))
                    .min()
                    .orElseThrow()));
      }
      case "short-of-quorum" ->
          List.of(Fraction.of(prefer(profile, said.get(0), said.get(1))), Fraction.of(20));
      case "not-over-default" ->
          List.of(
              Fraction.of(prefer(profile, said.get(0), said.get(1))),
              Fraction.of(prefer(profile, said.get(1), said.get(0))),
              Fraction.of(5, 4));
      case "points" -> {
        int options = tally.comparison().orElseThrow().ballots().size();
        LongStream.Builder wins = LongStream.builder();
        long worst = 0;
        for (String other : NAMES.subList(0, options)) {
          long up = prefer(profile, said.get(0), other);
          long down = prefer(profile, other, said.get(0));
          wins.add(Long.signum(up - down));
          if (down > up) worst = Math.max(worst, down);
        }
        yield List.of(Fraction.of(tally.rule().equals("minimax") ? -worst : wins.build().sum()));
      }
      case "agreement" -> {
        List<Integer> order = tally.ranking().orElseThrow().stream().map(List::getFirst).toList();
        long sum = 0;
        for (int i = 0; i < order.size(); i++) {
          for (int j = i + 1; j < order.size(); j++) {
            sum += prefer(profile, NAMES.get(order.get(i)), NAMES.get(order.get(j)));
          }
        }
        yield List.of(Fraction.of(sum));
      }
      default -> null;
    };
  }

  /// What stands in the places of the English sentence.
  private static List<String> said(Minutes.Sentence s) {
    String raw = Words.minutes("en").raw(s.key());
    StringBuilder regex = new StringBuilder();
    List<Integer> places = new ArrayList<>();
    Matcher place = Pattern.compile("\\{(\\d)}").matcher(raw);
    int from = 0;
    while (place.find()) {
      regex.append(Pattern.quote(raw.substring(from, place.start()))).append("(.*)");
      places.add(Integer.parseInt(place.group(1)));
      from = place.end();
    }
    Matcher text = Pattern.compile(regex + Pattern.quote(raw.substring(from))).matcher(s.text());
    assertThat(text.matches()).as(s.text()).isTrue();
    List<String> out = new ArrayList<>(Collections.nCopies(10, ""));
    for (int i = 0; i < places.size(); i++) out.set(places.get(i), text.group(i + 1));
    return out;
  }

  private static long prefer(Profile profile, String one, String other) {
    long sum = 0;
    for (int b = 0; b < profile.size(); b++) {
      if (rank(profile.ranks(b), one) < rank(profile.ranks(b), other)) sum += profile.weight(b);
    }
    return sum;
  }

  private static int rank(List<List<Integer>> ranks, String name) {
    int option = NAMES.indexOf(name);
    return (int) ranks.stream().takeWhile(r -> !r.contains(option)).count();
  }

  @Test
  void theThreeLanguagesSayTheSameNumbersInTheSameSentences() {
    Random random = new Random(23);
    for (String rule :
        List.of(
            "scottish-stv",
            "irv",
            "meek",
            "qpq",
            "bottoms-up",
            "schulze",
            "ranked-pairs",
            "kemeny-young",
            "debian",
            "tideman-alternative",
            "baldwin",
            "nanson",
            "black",
            "ranked-robin",
            "coombs")) {
      Profile profile = Profiles.drawn(random, 6);
      Tally tally =
          Rules.of(rule).orElseThrow().count(Terms.of(6, rule.equals("irv") ? 1 : 3), profile);
      List<Minutes.Sentence> english = Minutes.of(tally, NAMES, 1, "en");
      for (String language : List.of("ru", "uk")) {
        List<Minutes.Sentence> other = Minutes.of(tally, NAMES, 1, language);
        assertThat(other).hasSameSizeAs(english);
        for (int i = 0; i < other.size(); i++) {
          assertThat(other.get(i).key()).isEqualTo(english.get(i).key());
          assertThat(other.get(i).numbers()).isEqualTo(english.get(i).numbers());
          assertThat(other.get(i).text()).isNotEqualTo(english.get(i).text());
          String text = other.get(i).text();
          assertThat(other.get(i).numbers())
              .allSatisfy(n -> assertThat(text).contains(Minutes.number(n)));
          assertThat(text).doesNotContain("{");
        }
      }
    }
  }

  @Test
  void theLanguagesHaveTheSameSentences() {
    Words english = Words.minutes("en");
    for (String language : List.of("ru", "uk")) {
      Words other = Words.minutes(language);
      assertThat(other.keys()).isEqualTo(english.keys());
      for (String key : english.keys()) {
        for (int i = 0; i < 5; i++) {
          assertThat(other.raw(key).contains("{" + i + "}"))
              .as("%s %s {%d}", language, key, i)
              .isEqualTo(english.raw(key).contains("{" + i + "}"));
        }
      }
    }
  }

  @Test
  void aNumberThatDecimalsCannotSayIsMarked() {
    assertThat(Minutes.number(Fraction.of(12))).isEqualTo("12");
    assertThat(Minutes.number(Fraction.parse("0.27777"))).isEqualTo("0.27777");
    assertThat(Minutes.number(Fraction.of(1, 3))).isEqualTo("≈0.333333");
  }

  /// What the ballots say, followed one by one.
  private static final class Ballots {
    private final Tally tally;
    private final Fraction[][] held;
    private final Fraction[] ended;
    private final long marked;

    Ballots(Terms terms, Tally tally, Profile profile) {
      this.tally = tally;
      marked = profile.marked();
      int stages = tally.stages().size();
      held = new Fraction[stages][terms.options()];
      ended = new Fraction[stages];
      Arrays.fill(ended, Fraction.ZERO);
      for (Fraction[] stage : held) Arrays.fill(stage, Fraction.ZERO);
      for (int b = 0; b < profile.size(); b++) {
        List<Follow.Step> steps = Follow.ballot(terms, tally, profile.ranks(b), profile.end(b));
        long papers = profile.weight(b);
        for (int stage = 0, next = 0; stage < stages; stage++) {
          if (next < steps.size() && steps.get(next).stage() == stage) next++;
          Follow.Step now = steps.get(Math.max(0, next - 1));
          Fraction[] row = held[stage];
          now.held().forEach((o, v) -> row[o] = row[o].plus(v.times(papers)));
          ended[stage] = ended[stage].plus(now.ended().times(papers));
        }
      }
    }

    /// Null for a sentence whose numbers are not sums of ballots.
    @org.jspecify.annotations.Nullable
    List<Fraction> numbers(Minutes.Sentence s) {
      Stage stage = tally.stages().get(s.stage());
      int option = stage.options().isEmpty() ? -1 : stage.options().getFirst();
      boolean sharing = tally.rule().startsWith("meek");
      Fraction quota = stage.quota().orElse(Fraction.ZERO);
      return switch (s.key()) {
        case "count" -> tally.rule().equals("sequential-irv") ? null : List.of(of(marked));
        case "first" ->
            IntStream.range(0, held[s.stage()].length)
                .filter(o -> stage.votes().get(o).isPresent())
                .mapToObj(o -> held[s.stage()][o])
                .toList();
        case "quota" ->
            switch (tally.rule()) {
              case "scottish-stv", "minneapolis-stv" ->
                  List.of(of(marked / (tally.seats() + 1) + 1));
              case "wigm" -> List.of(Fraction.of(marked, tally.seats() + 1));
              case "irv" -> List.of(of(sum(s.stage()).floor().longValueExact() / 2 + 1));
              default -> null;
            };
        case "elect-remaining" -> List.of();
        case "surplus-none", "surplus-all" -> null;
        case "elect-quota" -> List.of(held[s.stage()][option], quota);
        case "exclude-fewest",
            "exclude-fewest-unguarded",
            "exclude-doomed",
            "exclude-sure",
            "exclude-batch" ->
            // after the seats are filled a rule that shares votes out shares no more
            sharing && s.key().equals("exclude-doomed") ? null : List.of(held[s.stage()][option]);
        case "surplus" -> {
          if (stage.options().size() > 1) yield null;
          List<Fraction> out = new ArrayList<>();
          Fraction had = held[s.stage() - 1][option];
          out.add(had);
          out.add(had.minus(quota));
          out.addAll(gains(s.stage()).values());
          yield out;
        }
        case "transfer" -> List.copyOf(gains(s.stage()).values());
        case "transfer-ended" -> List.of(ended[s.stage()].minus(ended[s.stage() - 1]));
        case "surplus-ended" ->
            stage.options().size() > 1
                ? null
                : List.of(ended[s.stage()].minus(ended[s.stage() - 1]));
        default -> null;
      };
    }

    private Fraction sum(int stage) {
      return Arrays.stream(held[stage]).reduce(Fraction.ZERO, Fraction::plus);
    }

    private Map<Integer, Fraction> gains(int stage) {
      Map<Integer, Fraction> out = new TreeMap<>();
      for (int o = 0; o < held[stage].length; o++) {
        Fraction more = held[stage][o].minus(held[stage - 1][o]);
        if (more.signum() > 0) out.put(o, more);
      }
      return out;
    }

    private static Fraction of(long whole) {
      return Fraction.of(whole);
    }
  }
}
