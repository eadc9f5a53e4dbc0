package veche.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.election.Texts;
import veche.election.Threshold;
import veche.log.Policy;
import veche.record.Record;
import veche.wire.Malformed;

/// record §4: a draft as people edit it. Every mistake is named with its line, column and path, not
/// only the first; the server's name for the election may be left out and is filled in.
public final class DefinitionJson {
  private DefinitionJson() {}

  /// What came of a file: a draft when it could be formed, and all that is wrong with it.
  public record Reading(Optional<Draft> draft, List<Problem> problems) {
    public Reading {
      problems = List.copyOf(problems);
    }

    public boolean acceptable() {
      return draft.isPresent() && problems.isEmpty();
    }
  }

  /// @param naming what the server drew, if it was asked already
  public static Reading read(String text, Optional<Naming> naming) {
    List<Problem> problems = new ArrayList<>();
    Optional<Located> file = Located.parse(text, problems);
    if (file.isEmpty()) return new Reading(Optional.empty(), problems);
    if (!(file.get() instanceof Located.Obj root)) {
      problems.add(file.get().at().problem("expected an object"));
      return new Reading(Optional.empty(), problems);
    }
    Optional<Draft> draft = new Reader(problems).draft(root, naming).map(DefinitionJson::assessed);
    draft.ifPresent(formed -> problems.addAll(flaws(formed, root.places())));
    problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    return new Reading(draft, problems);
  }

  private static Draft assessed(Draft draft) {
    if (!draft.patternRisk().isEmpty()) return draft;
    try {
      return draft.assessed();
    } catch (Malformed e) {
      // more rankings than a ciphertext holds: its own flaw says so
      return draft;
    }
  }

  /// A flaw of something left out stands at the nearest part that is there.
  private static List<Problem> flaws(Draft draft, Map<String, Located.At> places) {
    List<Draft.Flaw> flaws = new ArrayList<>(Record.flaws(draft));
    try {
      if (Policy.parse(draft.witnessPolicy()).quorum(Set.of())) {
        throw new Malformed("expected a quorum that needs witnesses");
      }
    } catch (Malformed e) {
      flaws.add(new Draft.Flaw("witnessPolicy", String.valueOf(e.getMessage())));
    }
    return flaws.stream()
        .map(
            flaw -> {
              String path = flaw.path();
              while (!places.containsKey(path)) {
                path =
                    path.substring(
                        0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
              }
              Located.At at = places.get(path);
              return new Problem(at.line(), at.column(), flaw.path(), flaw.message());
            })
        .toList();
  }

  public static String write(Draft draft) {
    ObjectNode out = Json.object();
    out.put("slug", draft.slug()).put("origin", draft.origin()).put("log", draft.log());
    out.put("kind", draft.kind().id());
    draft.languages().forEach(out.putArray("languages")::add);
    out.set("title", Json.texts(draft.title()));
    out.set("text", Json.texts(draft.text()));
    each(out, "bodies", draft.bodies(), DefinitionJson::write);
    ObjectNode rules = out.putObject("rules");
    draft.rules().forEach(rules::put);
    each(
        out,
        "trustees",
        draft.trustees(),
        (node, trustee) ->
            node.put("body", trustee.body())
                .put("index", trustee.index())
                .put("vkey", trustee.vkey()));
    out.put("t", draft.t()).put("lambda", draft.lambda());
    each(
        out,
        "registrars",
        draft.registrars(),
        (node, registrar) -> node.put("body", registrar.body()).put("vkey", registrar.vkey()));
    out.put("rollMode", draft.rollMode()).put("witnessPolicy", draft.witnessPolicy());
    draft.mirrors().forEach(out.putArray("mirrors")::add);
    each(out, "contests", draft.contests(), DefinitionJson::write);
    out.put("expectedTurnout", draft.expectedTurnout());
    out.put("patternRisk", draft.patternRisk()).put("minCount", draft.minCount());
    out.put("opensAt", time(draft.opensAt())).put("closesAt", time(draft.closesAt()));
    out.put("mixDeadline", time(draft.mixDeadline()));
    out.put("disputeDays", draft.disputeDays()).put("answerDays", draft.answerDays());
    out.put("extension", draft.extension());
    return Json.pretty(out);
  }

  private interface Writer<T> {
    void write(ObjectNode node, T value);
  }

  private static <T> void each(ObjectNode out, String field, List<T> values, Writer<T> writer) {
    ArrayNode array = out.putArray(field);
    for (T value : values) writer.write(array.addObject(), value);
  }

  private static void write(ObjectNode out, Draft.Body body) {
    out.put("id", body.id());
    out.set("names", Json.texts(body.names()));
    out.put("vkey", body.vkey()).put("contact", body.contact());
  }

  private static void write(ObjectNode out, Contest contest) {
    out.put("id", contest.id()).put("kind", contest.kind().id());
    out.set("titles", Json.texts(contest.titles()));
    each(
        out,
        "options",
        contest.options(),
        (node, option) -> {
          node.put("id", option.id());
          node.set("names", Json.texts(option.names()));
          node.set("texts", Json.texts(option.texts()));
          node.put("body", option.body());
        });
    out.put("lo", contest.lo()).put("hi", contest.hi()).put("blank", contest.blank());
    out.put("rule", contest.rule());
    ObjectNode parameters = out.putObject("parameters");
    contest.parameters().forEach(parameters::put);
    out.put("seats", contest.seats());
    contest.constraints().forEach(out.putArray("constraints")::add);
    each(
        out,
        "thresholds",
        contest.thresholds(),
        (node, threshold) ->
            node.put("base", threshold.base())
                .put("p", threshold.p())
                .put("q", threshold.q())
                .put("strict", threshold.strict())
                .put("quorum", threshold.quorum()));
    out.put("lot", contest.lot()).put("roll", contest.roll());
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }

  /// Reads the parts, noting every mistake; nothing is formed from a part that has one.
  private static final class Reader {
    private static final long MOST = Integer.MAX_VALUE;
    private static final Pattern TIME =
        Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    private static final Pattern FIELD = Pattern.compile("([a-zA-Z]+)(, [a-zA-Z]+)*: ");

    private final List<Problem> problems;
    private List<String> languages = List.of();

    private Reader(List<Problem> problems) {
      this.problems = problems;
    }

    Optional<Draft> draft(Located.Obj root, Optional<Naming> naming) {
      Fields f = new Fields(root, false);
      languages = f.list("languages", this::text);
      return f.form(
          () ->
              new Draft(
                  f.named("slug", naming.map(Naming::slug)),
                  f.named("origin", naming.map(Naming::origin)),
                  f.named("log", naming.map(Naming::log)),
                  f.oneOf("kind", Draft.Kind.values(), Draft.Kind::id),
                  languages,
                  f.texts("title"),
                  f.texts("text"),
                  f.objects("bodies", this::body),
                  rules(f.object("rules")),
                  f.objects("trustees", this::trustee),
                  (int) f.whole("t", 1_000),
                  (int) f.whole("lambda", 1_000),
                  f.objects("registrars", this::registrar),
                  f.text("rollMode"),
                  f.text("witnessPolicy"),
                  f.listOrNone("mirrors", this::text),
                  f.objects("contests", this::contest),
                  f.whole("expectedTurnout", MOST),
                  f.textOr("patternRisk", ""),
                  f.whole("minCount", MOST),
                  f.time("opensAt"),
                  f.time("closesAt"),
                  f.time("mixDeadline"),
                  (int) f.whole("disputeDays", 3_650),
                  (int) f.whole("answerDays", 3_650),
                  f.textOr("extension", "")));
    }

    private Optional<Draft.Body> body(Fields f) {
      return f.form(
          () -> new Draft.Body(f.text("id"), f.texts("names"), f.vkey(), f.textOr("contact", "")));
    }

    private Optional<Draft.Trustee> trustee(Fields f) {
      return f.form(
          () -> new Draft.Trustee(f.text("body"), (int) f.whole("index", 1_000), f.vkey()));
    }

    private Optional<Draft.Registrar> registrar(Fields f) {
      return f.form(() -> new Draft.Registrar(f.text("body"), f.vkey()));
    }

    /// In the order of the specification, so that the file's order is not part of the draft.
    private Map<String, Integer> rules(Fields f) {
      Map<String, Integer> out = new LinkedHashMap<>();
      for (String act : Draft.RULES) out.put(act, (int) f.whole(act, 1_000));
      f.end();
      return out;
    }

    private Optional<Contest> contest(Fields f) {
      return f.form(
          () ->
              new Contest(
                  f.text("id"),
                  f.oneOf("kind", Style.Kind.values(), Style.Kind::id),
                  f.texts("titles"),
                  f.objects("options", this::option),
                  (int) f.whole("lo", 500),
                  (int) f.whole("hi", 500),
                  f.flag("blank"),
                  f.text("rule"),
                  f.pairs("parameters"),
                  (int) f.whole("seats", 500),
                  f.listOrNone("constraints", this::text),
                  f.has("thresholds") ? f.objects("thresholds", this::threshold) : List.of(),
                  f.text("lot"),
                  f.text("roll")));
    }

    private Optional<Contest.Option> option(Fields f) {
      return f.form(
          () ->
              new Contest.Option(
                  f.text("id"),
                  f.texts("names"),
                  f.has("texts") ? f.texts("texts") : empty(),
                  f.textOr("body", "")));
    }

    private Optional<Threshold> threshold(Fields f) {
      return f.form(
          () ->
              new Threshold(
                  f.text("base"),
                  f.whole("p", MOST),
                  f.whole("q", MOST),
                  f.flag("strict"),
                  f.whole("quorum", MOST)));
    }

    private Texts empty() {
      Map<String, String> out = new LinkedHashMap<>();
      for (String language : languages) out.put(language, "");
      return new Texts(out);
    }

    private String text(Located value) {
      if (value instanceof Located.Text(var at, String text)) return text;
      problems.add(value.at().problem("expected a text"));
      return "";
    }

    private Optional<Located.Obj> asObject(Located value) {
      if (value instanceof Located.Obj object) return Optional.of(object);
      problem(value, "expected an object");
      return Optional.empty();
    }

    private void problem(Located at, String message) {
      problems.add(at.at().problem(message));
    }

    /// The fields of one object; whatever is not taken by the end is unknown.
    private final class Fields {
      private final Located.Obj object;
      private final boolean silent;
      private final int before = problems.size();
      private final Set<String> taken = new HashSet<>();

      Fields(Located.Obj object, boolean silent) {
        this.object = object;
        this.silent = silent;
      }

      boolean has(String name) {
        return object.fields().containsKey(name);
      }

      <T> T take(String name, T otherwise, Function<Located, T> read) {
        taken.add(name);
        Located value = object.fields().get(name);
        if (value == null && silent) return otherwise;
        if (value == null) {
          String path = object.at().path();
          problems.add(
              new Problem(
                  object.at().line(),
                  object.at().column(),
                  path.isEmpty() ? name : path + "." + name,
                  "is missing"));
          return otherwise;
        }
        return read.apply(value);
      }

      String text(String name) {
        return take(name, "", Reader.this::text);
      }

      String textOr(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
      }

      String named(String name, Optional<String> given) {
        taken.add(name);
        if (given.isEmpty()) return text(name);
        String value = textOr(name, given.get());
        if (!value.equals(given.get())) {
          Located at = object.fields().getOrDefault(name, object);
          problem(at, "expected " + given.get() + ", as the server named it");
        }
        return value;
      }

      String vkey() {
        return take(
            "vkey",
            "",
            value -> {
              String vkey = Reader.this.text(value);
              if (value instanceof Located.Text) checkKey(value, vkey);
              return vkey;
            });
      }

      private void checkKey(Located at, String vkey) {
        try {
          if (Vkey.parse(vkey).type() != Vkey.ED25519)
            problem(at, "expected a verifier key (type 1, Ed25519)");
        } catch (Malformed e) {
          problem(at, "expected a verifier key (" + e.getMessage() + ")");
        }
      }

      long whole(String name, long most) {
        return take(
            name,
            0L,
            value -> {
              if (value instanceof Located.Whole(var at, String digits)
                  && digits.matches("[0-9]{1,15}")
                  && Long.parseLong(digits) <= most) {
                return Long.parseLong(digits);
              }
              problem(value, "expected a whole number from 0 to " + most);
              return 0L;
            });
      }

      boolean flag(String name) {
        return take(
            name,
            false,
            value -> {
              if (value instanceof Located.Flag(var at, boolean flag)) return flag;
              problem(value, "expected true or false");
              return false;
            });
      }

      long time(String name) {
        return take(
            name,
            0L,
            value -> {
              if (value instanceof Located.Text(var at, String text)
                  && TIME.matcher(text).matches()) {
                try {
                  long seconds = Instant.parse(text).getEpochSecond();
                  if (seconds >= 0) return seconds;
                } catch (DateTimeException e) {
                  // no such day or hour: said below
                }
              }
              problem(value, "expected a time as 2026-11-23T08:00:00Z");
              return 0L;
            });
      }

      <T> T oneOf(String name, T[] values, Function<T, String> id) {
        return take(
            name,
            values[0],
            value -> {
              for (T one : values) {
                if (value instanceof Located.Text(var at, String text)
                    && text.equals(id.apply(one))) {
                  return one;
                }
              }
              problem(value, "expected one of " + List.of(values).stream().map(id).toList());
              return values[0];
            });
      }

      /// In the order of the draft's languages, whatever the order in the file.
      Texts texts(String name) {
        Fields f = object(name);
        Map<String, String> out = new LinkedHashMap<>();
        for (String language : languages) out.put(language, f.text(language));
        f.end();
        return new Texts(out);
      }

      Map<String, String> pairs(String name) {
        if (!has(name)) return Map.of();
        Fields f = object(name);
        Map<String, String> out = new LinkedHashMap<>();
        for (String key : f.object.fields().keySet().stream().sorted().toList()) {
          out.put(key, f.text(key));
        }
        return out;
      }

      /// The fields of an object; where there is none, that is said once and they are all empty.
      Fields object(String name) {
        Located.Obj none = new Located.Obj(object.at(), Map.of(), Map.of());
        Located.Obj found = take(name, none, value -> asObject(value).orElse(none));
        return new Fields(found, found == none);
      }

      <T> List<T> list(String name, Function<Located, T> read) {
        return take(
            name,
            List.of(),
            value -> {
              if (value instanceof Located.Arr(var at, List<Located> items)) {
                return items.stream().map(read).toList();
              }
              problem(value, "expected a list");
              return List.of();
            });
      }

      <T> List<T> listOrNone(String name, Function<Located, T> read) {
        return has(name) ? list(name, read) : List.of();
      }

      <T> List<T> objects(String name, Function<Fields, Optional<T>> read) {
        List<Optional<T>> all =
            list(name, value -> asObject(value).map(o -> new Fields(o, false)).flatMap(read));
        return all.stream().flatMap(Optional::stream).toList();
      }

      /// Forms a value of the fields that `make` takes, unless one of them has a mistake.
      <T> Optional<T> form(Supplier<T> make) {
        Optional<T> out;
        try {
          out = Optional.of(make.get());
        } catch (Malformed e) {
          out = Optional.empty();
          if (problems.size() == before) refused(String.valueOf(e.getMessage()));
        }
        end();
        return problems.size() == before ? out : Optional.empty();
      }

      /// A value's own refusal names its field first: `lo, hi: expected …`.
      private void refused(String message) {
        Matcher field = FIELD.matcher(message);
        Located at = field.lookingAt() ? object.fields().get(field.group(1)) : null;
        if (at == null) {
          problem(object, message);
        } else {
          problem(at, message.substring(message.indexOf(": ") + 2));
        }
      }

      void end() {
        object
            .keys()
            .forEach(
                (name, at) -> {
                  if (!taken.contains(name)) problems.add(at.problem("there is no such field"));
                });
      }
    }
  }
}
