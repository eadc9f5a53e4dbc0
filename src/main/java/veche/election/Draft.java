package veche.election;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §4: everything about an election that is known before its keys exist; the payload of leaf
/// 0. Times are Unix seconds.
///
/// @param log the log's vkey
/// @param rules act → how many bodies must sign it
/// @param t how many trustees open a list, of `trustees.size()`
/// @param lambda how many mixes a ranked contest needs
/// @param witnessPolicy tlog-policy text
/// @param patternRisk the computed line on recognisable rankings; empty without ranked contests
/// @param minCount fewest counted ballots for which anything is opened
public record Draft(
    String slug,
    String origin,
    String log,
    Kind kind,
    List<String> languages,
    Texts title,
    Texts text,
    List<Body> bodies,
    Map<String, Integer> rules,
    List<Trustee> trustees,
    int t,
    int lambda,
    List<Registrar> registrars,
    String rollMode,
    String witnessPolicy,
    List<String> mirrors,
    List<Contest> contests,
    long expectedTurnout,
    String patternRisk,
    long minCount,
    long opensAt,
    long closesAt,
    long mixDeadline,
    int disputeDays,
    int answerDays,
    String extension) {

  public enum Kind {
    REAL,
    TRAINING;

    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Kind of(String id) {
      for (Kind kind : values()) if (kind.id().equals(id)) return kind;
      throw new Malformed("kind: expected real or training");
    }
  }

  /// record §4: an equal member organisation of the coalition.
  public record Body(String id, Texts names, String vkey, String contact) {
    public Body {
      checkId(id);
    }
  }

  /// protocol §5: a body that holds a share of the election key; indices run from 1.
  public record Trustee(String body, int index, String vkey) {}

  /// record §4: a body that admits voters.
  public record Registrar(String body, String vkey) {}

  /// record §3a: the acts a draft must give a number of signatures for.
  public static final List<String> RULES =
      List.of("define", "open", "amend", "release", "extend", "close", "annul", "certify");

  private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");
  private static final Pattern SLUG = Pattern.compile("[a-z2-7]{10}");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?");
  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

  public Draft {
    languages = List.copyOf(languages);
    bodies = List.copyOf(bodies);
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    trustees = List.copyOf(trustees);
    registrars = List.copyOf(registrars);
    mirrors = List.copyOf(mirrors);
    contests = List.copyOf(contests);
    if (!SLUG.matcher(slug).matches()) throw new Malformed("slug: expected 10 Base32 letters");
    String ending = "/e/" + slug;
    if (!origin.endsWith(ending)
        || !HOST.matcher(origin.substring(0, origin.length() - ending.length())).matches()) {
      throw new Malformed("origin: expected <host>/e/<slug>");
    }
    for (String language : languages) {
      if (!LANGUAGE.matcher(language).matches()) throw new Malformed("languages: " + language);
    }
    if (!Set.of("simple", "blind").contains(rollMode)) {
      throw new Malformed("rollMode: expected simple or blind");
    }
  }

  static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new Malformed("id: expected 1 to 32 of a-z, 0-9 and -, not " + quote(id));
    }
  }

  private static String quote(String text) {
    return '"' + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + '"';
  }

  /// protocol §3: the identity of everything before `open`.
  public Bytes cid() {
    return Transcript.th("ceremony", Enc.bytes(enc().encode()));
  }

  /// protocol §15 line 14: whether t of n trustees is a threshold that may be used.
  public static boolean isThreshold(int t, int n) {
    return 2 * t > n && t < n;
  }

  public List<Style> styles() {
    return contests.stream().map(Contest::style).toList();
  }

  public Optional<Body> body(String id) {
    return bodies.stream().filter(b -> b.id().equals(id)).findFirst();
  }

  /// How many bodies must sign an act under `rule`.
  public int needed(String rule) {
    Integer k = rules.get(rule);
    if (k == null) throw new IllegalArgumentException("no rule " + rule);
    return k;
  }

  public Enc enc() {
    return Enc.list(
        Enc.text(slug),
        Enc.text(origin),
        Enc.text(log),
        Enc.text(kind.id()),
        Enc.list(languages, Enc::text),
        title.enc(),
        text.enc(),
        Enc.list(
            bodies,
            b -> Enc.list(Enc.text(b.id), b.names.enc(), Enc.text(b.vkey), Enc.text(b.contact))),
        Enc.list(rules.entrySet(), e -> Enc.list(Enc.text(e.getKey()), Enc.uint(e.getValue()))),
        Enc.list(trustees, x -> Enc.list(Enc.text(x.body), Enc.uint(x.index), Enc.text(x.vkey))),
        Enc.uint(t),
        Enc.uint(lambda),
        Enc.list(registrars, r -> Enc.list(Enc.text(r.body), Enc.text(r.vkey))),
        Enc.text(rollMode),
        Enc.text(witnessPolicy),
        Enc.list(mirrors, Enc::text),
        Enc.list(contests, Contest::enc),
        Enc.uint(expectedTurnout),
        Enc.text(patternRisk),
        Enc.uint(minCount),
        Enc.uint(opensAt),
        Enc.uint(closesAt),
        Enc.uint(mixDeadline),
        Enc.uint(disputeDays),
        Enc.uint(answerDays),
        Enc.text(extension));
  }

  /// Reads the payload of leaf 0, strictly.
  public static Draft read(Enc payload) {
    Enc.Fields f = payload.fields("draft");
    String slug = f.text("slug");
    String origin = f.text("origin");
    String log = f.text("log");
    Kind kind = Kind.of(f.text("kind"));
    List<String> languages = f.list("languages", g -> g.text("language"));
    Texts title = Texts.read(f, "title");
    Texts text = Texts.read(f, "text");
    List<Body> bodies =
        f.list(
            "bodies",
            g -> {
              Enc.Fields b = g.list("body");
              Body out =
                  new Body(b.text("id"), Texts.read(b, "names"), b.text("vkey"), b.text("contact"));
              b.end();
              return out;
            });
    Map<String, Integer> rules = new LinkedHashMap<>();
    Enc.Fields pairs = f.list("rules");
    while (pairs.remaining() > 0) {
      Enc.Fields pair = pairs.list("rule");
      if (rules.put(pair.text("act"), pair.uint("k", 1_000)) != null) {
        throw new Malformed("rules: an act stands twice");
      }
      pair.end();
    }
    List<Trustee> trustees =
        f.list(
            "trustees",
            g -> {
              Enc.Fields x = g.list("trustee");
              Trustee out = new Trustee(x.text("body"), x.uint("index", 1_000), x.text("vkey"));
              x.end();
              return out;
            });
    int t = f.uint("t", 1_000);
    int lambda = f.uint("lambda", 1_000);
    List<Registrar> registrars =
        f.list(
            "registrars",
            g -> {
              Enc.Fields r = g.list("registrar");
              Registrar out = new Registrar(r.text("body"), r.text("vkey"));
              r.end();
              return out;
            });
    Draft out =
        new Draft(
            slug,
            origin,
            log,
            kind,
            languages,
            title,
            text,
            bodies,
            rules,
            trustees,
            t,
            lambda,
            registrars,
            f.text("rollMode"),
            f.text("witnessPolicy"),
            f.list("mirrors", g -> g.text("mirror")),
            f.list("contests", Contest::read),
            f.uint("expectedTurnout"),
            f.text("patternRisk"),
            f.uint("minCount"),
            f.uint("opensAt"),
            f.uint("closesAt"),
            f.uint("mixDeadline"),
            f.uint("disputeDays", 3_650),
            f.uint("answerDays", 3_650),
            f.text("extension"));
    f.end();
    return out;
  }

  /// record §4: what a definition must meet beyond its form. Empty when the draft is acceptable.
  public List<Flaw> flaws() {
    return new ArrayList<>(Definition.flaws(this));
  }

  /// record §8: what [#patternRisk] must be.
  public String computedPatternRisk() {
    return PatternRisk.of(contests, expectedTurnout);
  }

  /// The same with the line computed, for a definition that was written without it.
  public Draft assessed() {
    return new Draft(
        slug,
        origin,
        log,
        kind,
        languages,
        title,
        text,
        bodies,
        rules,
        trustees,
        t,
        lambda,
        registrars,
        rollMode,
        witnessPolicy,
        mirrors,
        contests,
        expectedTurnout,
        computedPatternRisk(),
        minCount,
        opensAt,
        closesAt,
        mixDeadline,
        disputeDays,
        answerDays,
        extension);
  }

  /// One thing wrong with a definition.
  ///
  /// @param path the field as in the JSON form, like `contests[0].hi`
  public record Flaw(String path, String message) {}
}
