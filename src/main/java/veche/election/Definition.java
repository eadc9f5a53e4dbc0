package veche.election;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import veche.wire.Malformed;

/// record §4: the checks a definition must pass before bodies may sign it and a server may log it.
/// They name every flaw, not only the first.
final class Definition {
  static final int LARGEST_BALLOT = 48 * 1024;
  private static final int WIDEST_RANGE = 32;
  private static final int LONGEST_TITLE = 500;
  private static final int LONGEST_TEXT = 5_000;

  private final Draft draft;
  private final List<Draft.Flaw> flaws = new ArrayList<>();

  private Definition(Draft draft) {
    this.draft = draft;
  }

  static List<Draft.Flaw> flaws(Draft draft) {
    Definition check = new Definition(draft);
    check.texts();
    check.bodies();
    check.trustees();
    check.registrars();
    check.contests();
    check.schedule();
    return check.flaws;
  }

  private void demand(boolean holds, String path, String message) {
    if (!holds) flaws.add(new Draft.Flaw(path, message));
  }

  private void texts() {
    demand(!draft.languages().isEmpty(), "languages", "expected at least one language");
    distinct(draft.languages(), Function.identity(), "languages");
    text(draft.title(), "title", LONGEST_TITLE, true);
    text(draft.text(), "text", LONGEST_TEXT, false);
  }

  private void text(Texts texts, String path, int longest, boolean required) {
    demand(
        texts.languages().equals(draft.languages()),
        path,
        "expected a text in each of " + draft.languages() + ", in this order");
    texts
        .byLanguage()
        .forEach(
            (language, value) -> {
              String at = path + "." + language;
              int length = value.codePointCount(0, value.length());
              demand(length <= longest, at, "expected at most " + longest + " characters");
              demand(!required || !value.isBlank(), at, "expected a text");
              demand(
                  value.codePoints().noneMatch(c -> Character.isISOControl(c) && c != '\n'),
                  at,
                  "control characters are not allowed");
            });
  }

  private <T> void distinct(List<T> items, Function<T, String> key, String path) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String k = key.apply(items.get(i));
      demand(seen.add(k), path + "[" + i + "]", "stands twice: " + k);
    }
  }

  private void bodies() {
    List<Draft.Body> bodies = draft.bodies();
    int n = bodies.size();
    demand(n >= 2, "bodies", "expected at least two equal bodies");
    distinct(bodies, Draft.Body::id, "bodies");
    distinct(bodies, Draft.Body::vkey, "bodies");
    for (int i = 0; i < n; i++) {
      Draft.Body body = bodies.get(i);
      String at = "bodies[" + i + "]";
      text(body.names(), at + ".names", LONGEST_TITLE, true);
      demand(
          body.vkey().startsWith(body.id() + "+"),
          at + ".vkey",
          "expected a key named " + body.id());
    }
    demand(
        draft.log().startsWith(draft.origin() + "+"),
        "log",
        "expected a key named " + draft.origin());
    for (String act : Draft.RULES) {
      Integer k = draft.rules().get(act);
      demand(k != null, "rules." + act, "expected a number of signatures");
      demand(
          k == null || (k <= n && 2 * k > n),
          "rules." + act,
          "expected more than half of the bodies and at most " + n);
    }
    for (String act : draft.rules().keySet()) {
      demand(Draft.RULES.contains(act), "rules." + act, "no such rule");
    }
  }

  private void trustees() {
    List<Draft.Trustee> trustees = draft.trustees();
    int n = trustees.size();
    demand(Draft.isThreshold(draft.t(), n), "t", "expected n/2 < t < n, n = " + n);
    demand(
        draft.lambda() >= draft.t() && draft.lambda() <= n,
        "lambda",
        "expected between t and n, the number of trustees");
    distinct(trustees, Draft.Trustee::vkey, "trustees");
    distinct(trustees, Draft.Trustee::body, "trustees");
    for (int i = 0; i < n; i++) {
      Draft.Trustee trustee = trustees.get(i);
      String at = "trustees[" + i + "]";
      demand(trustee.index() == i + 1, at + ".index", "expected the index " + (i + 1));
      demand(draft.body(trustee.body()).isPresent(), at + ".body", "no such body");
      demand(
          key(trustee.vkey(), trustee.body(), "trustee"),
          at + ".vkey",
          "expected a key named <body>/trustee");
    }
  }

  private void registrars() {
    List<Draft.Registrar> registrars = draft.registrars();
    demand(!registrars.isEmpty(), "registrars", "expected at least one registrar");
    distinct(registrars, Draft.Registrar::vkey, "registrars");
    for (int i = 0; i < registrars.size(); i++) {
      Draft.Registrar registrar = registrars.get(i);
      String at = "registrars[" + i + "]";
      demand(draft.body(registrar.body()).isPresent(), at + ".body", "no such body");
      demand(
          key(registrar.vkey(), registrar.body(), "registrar"),
          at + ".vkey",
          "expected a key named <body>/registrar");
    }
    demand(
        draft.rollMode().equals("simple"),
        "rollMode",
        "expected simple: blind issuance is not built yet");
  }

  private static boolean key(String vkey, String body, String role) {
    return vkey.startsWith(body + "/" + role + "+");
  }

  private void contests() {
    List<Contest> contests = draft.contests();
    demand(!contests.isEmpty(), "contests", "expected at least one contest");
    distinct(contests, Contest::id, "contests");
    for (int i = 0; i < contests.size(); i++) contest(contests.get(i), "contests[" + i + "]");
    int largest = largestBallot(draft.styles());
    demand(
        largest <= LARGEST_BALLOT,
        "contests",
        "a ballot would take " + largest + " bytes, more than " + LARGEST_BALLOT);
    if (contests.stream().anyMatch(c -> c.kind() == Style.Kind.RANKED)) {
      demand(draft.minCount() >= 2, "minCount", "expected at least 2 where a contest is ranked");
      demand(draft.expectedTurnout() >= 1, "expectedTurnout", "expected at least 1");
    }
    if (flaws.isEmpty()) {
      String risk = draft.computedPatternRisk();
      demand(
          draft.patternRisk().equals(risk),
          "patternRisk",
          risk.isEmpty() ? "expected empty: no contest is ranked" : "expected: " + risk);
    }
  }

  private void contest(Contest contest, String at) {
    text(contest.titles(), at + ".titles", LONGEST_TITLE, true);
    distinct(contest.options(), Contest.Option::id, at + ".options");
    for (int i = 0; i < contest.options().size(); i++) {
      Contest.Option option = contest.options().get(i);
      String where = at + ".options[" + i + "]";
      text(option.names(), where + ".names", LONGEST_TITLE, true);
      text(option.texts(), where + ".texts", LONGEST_TEXT, false);
      demand(
          option.body().isEmpty() || draft.body(option.body()).isPresent(),
          where + ".body",
          "no such body");
    }
    int m = contest.options().size();
    int lo = contest.lo();
    int hi = contest.hi();
    demand(hi >= 1, at + ".hi", "expected at least 1");
    demand(
        contest.blank() == (lo == 0),
        at + ".blank",
        "a blank answer is possible exactly when lo is 0; make \"none of these\" an option"
            + " instead");
    switch (contest.kind()) {
      case APPROVAL -> approval(contest, at);
      case RANKED -> ranked(contest, at);
    }
    demand(
        contest.roll().equals("all"),
        at + ".roll",
        "expected all: a roll per body is not built yet");
  }

  private void seats(Contest contest, String at) {
    demand(
        contest.seats() >= 1 && contest.seats() <= contest.options().size(),
        at + ".seats",
        "expected between 1 and the number of options");
  }

  private void approval(Contest contest, String at) {
    int m = contest.options().size();
    int lo = contest.lo();
    int hi = contest.hi();
    demand(
        (lo == 0 && hi == m) || hi - lo <= WIDEST_RANGE,
        at + ".hi",
        "expected hi - lo up to " + WIDEST_RANGE + ", or no limit at all");
    switch (contest.rule()) {
      case "approval" -> seats(contest, at);
      case "endorse" -> {
        demand(contest.seats() == 0, at + ".seats", "expected 0: options are endorsed one by one");
        demand(!contest.thresholds().isEmpty(), at + ".thresholds", "expected at least one");
      }
      default -> demand(false, at + ".rule", "expected approval or endorse");
    }
    demand(contest.parameters().isEmpty(), at + ".parameters", "this rule has none");
    if (contest.rule().equals("approval")) constraints(contest, at);
    else demand(contest.constraints().isEmpty(), at + ".constraints", "this rule has none");
  }

  /// Whether the rule knows the parameters and the constraints is asked of the rule itself, when
  /// the draft is folded.
  private void ranked(Contest contest, String at) {
    demand(
        Contest.RANKED_RULES.contains(contest.rule()),
        at + ".rule",
        "expected one of " + Contest.RANKED_RULES.stream().sorted().toList());
    seats(contest, at);
    demand(contest.thresholds().isEmpty(), at + ".thresholds", "a ranked contest has none");
    constraints(contest, at);
    try {
      contest.ranking();
    } catch (Malformed e) {
      demand(false, at + ".hi", "more rankings than a ciphertext holds (216 bits): expected less");
    }
  }

  /// counting §7: groups that can be read, do not overlap and leave somebody to elect.
  private void constraints(Contest contest, String at) {
    demand(
        contest.constraints().isEmpty() || contest.thresholds().isEmpty(),
        at + ".constraints",
        "a contest has constraints or thresholds, not both");
    List<Constraint> read = new ArrayList<>();
    for (int i = 0; i < contest.constraints().size(); i++) {
      try {
        read.add(contest.constraint(i));
      } catch (Malformed e) {
        demand(false, at + ".constraints[" + i + "]", String.valueOf(e.getMessage()));
      }
    }
    if (read.size() < contest.constraints().size()) return;
    for (String mistake : Constraint.mistakes(read, contest.options().size(), contest.seats())) {
      demand(false, at + ".constraints", mistake);
    }
  }

  private void schedule() {
    demand(draft.opensAt() < draft.closesAt(), "closesAt", "expected later than opensAt");
    demand(draft.closesAt() <= draft.mixDeadline(), "mixDeadline", "expected closesAt or later");
    demand(draft.minCount() >= 1, "minCount", "expected at least 1");
    if (draft.kind() == Draft.Kind.REAL) {
      demand(draft.minCount() >= 2, "minCount", "expected at least 2 in a real election");
      demand(draft.disputeDays() >= 1, "disputeDays", "expected at least 1 in a real election");
    }
  }

  /// The size in bytes of the largest ballot leaf these contests allow (protocol §15 lines 19-23).
  static int largestBallot(List<Style> styles) {
    int leaf = 5 + 11 + 9 + 37 + 5 + 34 + 33;
    int body = 5 + 19 + 37 + 34 + 9 + 37 + 5;
    int answers = 0;
    for (Style style : styles) {
      int m = style.options();
      answers +=
          switch (style.kind()) {
            case RANKED -> 5 + 9 + 11 + 3 * 34 + 33;
            case APPROVAL -> {
              int branches = style.hi() - style.lo() + 1;
              int range =
                  style.lo() == 0 && style.hi() == m
                      ? 0
                      : branches * 2 * 34 + (2 * branches - 1) * 33;
              yield 5 + 9 + 13 + 5 + m * 2 * 34 + 5 + m * (5 + 4 * 34 + 3 * 33) + 5 + range;
            }
          };
    }
    return leaf + body + answers;
  }
}
