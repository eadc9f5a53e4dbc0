package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.tally.endorse.Counts;
import veche.tally.endorse.Endorsement;
import veche.tally.endorse.Endorsement.Bodies;
import veche.tally.endorse.Endorsement.Need;
import veche.tally.endorse.Endorsement.Quorum;
import veche.tally.endorse.Endorsement.Threshold;
import veche.view.Json;
import veche.wire.Malformed;

/// `yes-no-counts`: the answers of each constituency or body, and the words in which an endorsement
/// is asked for:
///
/// - a test: `yes > no`, `yes >= 2/3 of yes+no`, `yes > 50% of valid` (`yes+no`, `valid`, `cast`,
///   `eligible`);
/// - a quorum: `1/2 of eligible`, counted in `cast` ballots or, as `1/2 of eligible in valid`;
/// - bodies: a test, and `in` `all`, `more than half`, `at least half` or `at least 3`; without a
///   test `yes > no`.
public final class YesNo {
  private static final Pattern TEST =
      Pattern.compile(
          "yes\\s*(>=|>|≥)\\s*(?:(no)|(\\d{1,9}(?:/\\d{1,9}|%)?)\\s*of\\s*"
              + "(yes\\s*\\+\\s*no|votes|valid|cast|issued|eligible))");
  private static final Pattern QUORUM =
      Pattern.compile(
          "(\\d{1,9}(?:/\\d{1,9}|%)?)\\s*of\\s*eligible(?:\\s*in\\s*(yes\\s*\\+\\s*no|valid|cast))?");
  private static final Pattern NEED =
      Pattern.compile(
          "(?:in\\s+)?(?:(all)|(more than half)|(at least half)|(?:at least )?(\\d{1,6}))");

  private YesNo() {}

  public static List<Counts> read(String text) {
    JsonNode all = Json.read(text).path("constituencies");
    List<Counts> out = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      JsonNode one = all.get(i);
      String at = "constituencies[" + i + "]";
      out.add(
          new Counts(
              one.path("name").asText(),
              number(one, at, "eligible"),
              number(one, at, "issued"),
              number(one, at, "yes"),
              number(one, at, "no"),
              number(one, at, "abstain"),
              number(one, at, "invalid")));
    }
    if (out.isEmpty()) throw new Malformed("constituencies: expected at least one");
    return out;
  }

  private static long number(JsonNode one, String at, String field) {
    JsonNode value = one.path(field);
    if (value.isMissingNode() && !field.equals("yes") && !field.equals("no")) {
      if (field.equals("abstain") || field.equals("invalid")) return 0;
      long issued =
          one.path("yes").asLong()
              + one.path("no").asLong()
              + one.path("abstain").asLong()
              + one.path("invalid").asLong();
      return field.equals("issued") ? issued : one.path("issued").asLong(issued);
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw new Malformed(at + "." + field + ": expected a whole number, 0 or more");
    }
    return value.asLong();
  }

  /// @param bodies empty where they are not asked
  public static Endorsement endorsement(
      String overall, Optional<String> quorum, Optional<String> bodies) {
    return new Endorsement(
        threshold(overall), quorum.map(YesNo::quorum), bodies.map(YesNo::bodies));
  }

  /// The verdict with every inequality.
  public static ObjectNode json(Endorsement.Verdict verdict) {
    ObjectNode out = Json.object();
    out.put("carried", verdict.carried());
    out.put("yes", String.valueOf(verdict.all().yes()));
    out.put("no", String.valueOf(verdict.all().no()));
    out.put("bodiesFor", String.valueOf(verdict.bodiesFor()));
    out.put("bodiesNeeded", String.valueOf(verdict.bodiesNeeded()));
    ArrayNode tests = out.putArray("tests");
    for (Endorsement.Inequality test : verdict.tests()) {
      ObjectNode one = tests.addObject();
      one.put("of", test.of());
      one.put("kind", test.kind().name().toLowerCase(Locale.ROOT));
      one.put("inequality", test.toString());
      one.put("holds", test.holds());
    }
    return out;
  }

  private static Threshold threshold(String text) {
    Matcher m = TEST.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new Malformed(
          "expected \"yes > no\" or \"yes >= 2/3 of yes+no\" (valid, cast, eligible), found \""
              + text
              + "\"");
    }
    boolean strict = m.group(1).equals(">");
    if (m.group(2) != null) return new Threshold(Counts.Base.YES_NO, 1, 2, strict);
    long[] share = share(m.group(3));
    return new Threshold(base(m.group(4)), share[0], share[1], strict);
  }

  private static long[] share(String text) {
    int slash = text.indexOf('/');
    if (slash >= 0) {
      return new long[] {
        Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1))
      };
    }
    if (text.endsWith("%")) {
      return new long[] {Long.parseLong(text.substring(0, text.length() - 1)), 100};
    }
    throw new Malformed("expected a share like 2/3 or 60%, found " + text);
  }

  private static Counts.Base base(String text) {
    return switch (text.replaceAll("\\s", "")) {
      case "yes+no" -> Counts.Base.YES_NO;
      case "votes", "valid" -> Counts.Base.VALID;
      case "cast", "issued" -> Counts.Base.CAST;
      default -> Counts.Base.ELIGIBLE;
    };
  }

  private static Quorum quorum(String text) {
    Matcher m = QUORUM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new Malformed("quorum: expected \"1/2 of eligible\", found \"" + text + "\"");
    }
    long[] share = share(m.group(1));
    return new Quorum(m.group(2) == null ? Counts.Base.CAST : base(m.group(2)), share[0], share[1]);
  }

  private static Bodies bodies(String text) {
    String all = text.strip();
    Threshold each = Threshold.MAJORITY;
    int in = all.indexOf(" in ");
    String need = all;
    if (all.startsWith("yes") && in > 0) {
      each = threshold(all.substring(0, in));
      need = all.substring(in + 4);
    }
    Matcher m = NEED.matcher(need.strip().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new Malformed(
          "bodies: expected \"all\", \"more than half\", \"at least half\" or \"at least 3\", found"
              + " \""
              + text
              + "\"");
    }
    Need needed =
        m.group(1) != null
            ? new Need.All()
            : m.group(2) != null
                ? new Need.MoreThanHalf()
                : m.group(3) != null
                    ? new Need.AtLeastHalf()
                    : new Need.AtLeast(Long.parseLong(m.group(4)));
    return new Bodies(each, Optional.empty(), List.of(), needed);
  }
}
