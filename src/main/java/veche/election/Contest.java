package veche.election;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §4: one question on the ballot paper.
///
/// @param lo fewest options a ballot may mark or rank, `hi` most
/// @param rule of an approval contest `approval` (seats go to the most approved) or `endorse` (each
///   option for itself), of a ranked one one of [#RANKED_RULES]
/// @param lot how ties and the order of options are drawn: `drawn-order` or `trustee-seed`
/// @param roll `all`, or the body whose roll votes in this contest
public record Contest(
    String id,
    Style.Kind kind,
    Texts titles,
    List<Option> options,
    int lo,
    int hi,
    boolean blank,
    String rule,
    Map<String, String> parameters,
    int seats,
    List<String> constraints,
    List<Threshold> thresholds,
    String lot,
    String roll) {

  /// Rules of ranked contests (counting §1); those that compare or count rankings and elect `seats`
  /// of the options.
  public static final Set<String> RANKED_RULES =
      Set.of(
          "scottish-stv",
          "wigm",
          "wigm-prf",
          "cfer-wigm",
          "minneapolis-stv",
          "meek",
          "warren",
          "meek-prf",
          "qpq",
          "irv",
          "sequential-irv",
          "bottoms-up",
          "stv-fractional",
          "stv-dynamic-quota",
          "plurality",
          "bucklin",
          "coombs",
          "schulze",
          "ranked-pairs",
          "minimax",
          "copeland",
          "kemeny-young",
          "smith-irv",
          "benham",
          "tideman-alternative",
          "baldwin",
          "nanson",
          "black",
          "ranked-robin");

  private static final Set<String> LOTS = Set.of("drawn-order", "trustee-seed");
  static final int MOST_OPTIONS = 500;

  /// record §4: something a voter may mark.
  ///
  /// @param body the member body that put it forward, or empty
  public record Option(String id, Texts names, Texts texts, String body) {
    public Option {
      Draft.checkId(id);
    }

    Enc enc() {
      return Enc.list(Enc.text(id), names.enc(), texts.enc(), Enc.text(body));
    }

    static Option read(Enc.Fields list) {
      Enc.Fields f = list.list("option");
      Option out =
          new Option(f.text("id"), Texts.read(f, "names"), Texts.read(f, "texts"), f.text("body"));
      f.end();
      return out;
    }
  }

  public Contest {
    Draft.checkId(id);
    options = List.copyOf(options);
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    constraints = List.copyOf(constraints);
    thresholds = List.copyOf(thresholds);
    if (options.isEmpty() || options.size() > MOST_OPTIONS) {
      throw new Malformed("options: expected 1 to " + MOST_OPTIONS);
    }
    if (lo < 0 || lo > hi || hi > options.size()) {
      throw new Malformed("lo, hi: expected 0 <= lo <= hi <= number of options");
    }
    if (!LOTS.contains(lot)) throw new Malformed("lot: expected one of drawn-order, trustee-seed");
  }

  /// The same contest with ties decided by another lot, as happens where too few revealed (record
  /// §8a).
  public Contest tiesBy(String other) {
    return other.equals(lot)
        ? this
        : new Contest(
            id,
            kind,
            titles,
            options,
            lo,
            hi,
            blank,
            rule,
            parameters,
            seats,
            constraints,
            thresholds,
            other,
            roll);
  }

  public Style style() {
    return new Style(kind, options.size(), lo, hi);
  }

  /// protocol §4: the rankings this contest allows, and their numbers; refuses what is no ranked
  /// contest or allows more than a ciphertext can hold.
  public Ranking ranking() {
    if (kind != Style.Kind.RANKED) throw new Malformed("contest " + id + " is not ranked");
    return new Ranking(options.size(), lo, hi);
  }

  public List<String> optionIds() {
    return options.stream().map(Option::id).toList();
  }

  /// counting §7: one of the constraints, read; refuses one that has not the form of that chapter.
  public Constraint constraint(int index) {
    return Constraint.read(
        constraints.get(index), optionIds(), options.stream().map(Option::body).toList(), seats);
  }

  /// All of them.
  public List<Constraint> groups() {
    return java.util.stream.IntStream.range(0, constraints.size())
        .mapToObj(this::constraint)
        .toList();
  }

  Enc enc() {
    return Enc.list(
        Enc.text(id),
        Enc.text(kind.id()),
        titles.enc(),
        Enc.list(options, Option::enc),
        Enc.uint(lo),
        Enc.uint(hi),
        Enc.uint(blank ? 1 : 0),
        Enc.text(rule),
        Enc.list(
            parameters.entrySet(), e -> Enc.list(Enc.text(e.getKey()), Enc.text(e.getValue()))),
        Enc.uint(seats),
        Enc.list(constraints, Enc::text),
        Enc.list(thresholds, Threshold::enc),
        Enc.text(lot),
        Enc.text(roll));
  }

  static Contest read(Enc.Fields list) {
    Enc.Fields f = list.list("contest");
    String id = f.text("id");
    Style.Kind kind = Style.Kind.of(f.text("kind"));
    Texts titles = Texts.read(f, "titles");
    List<Option> options = f.list("options", Option::read);
    int lo = f.uint("lo", MOST_OPTIONS);
    int hi = f.uint("hi", MOST_OPTIONS);
    boolean blank = f.flag("blank");
    String rule = f.text("rule");
    Map<String, String> parameters = new LinkedHashMap<>();
    Enc.Fields pairs = f.list("parameters");
    while (pairs.remaining() > 0) {
      Enc.Fields pair = pairs.list("parameter");
      if (parameters.put(pair.text("key"), pair.text("value")) != null) {
        throw new Malformed("parameters: a key stands twice");
      }
      pair.end();
    }
    int seats = f.uint("seats", MOST_OPTIONS);
    List<String> constraints = f.list("constraints", g -> g.text("constraint"));
    List<Threshold> thresholds = f.list("thresholds", Threshold::read);
    Contest out =
        new Contest(
            id,
            kind,
            titles,
            options,
            lo,
            hi,
            blank,
            rule,
            parameters,
            seats,
            constraints,
            thresholds,
            f.text("lot"),
            f.text("roll"));
    f.end();
    return out;
  }
}
