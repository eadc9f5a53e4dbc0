package veche.ballot;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import veche.crypto.Point;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// doors §6: what a booth revealed of a ballot that its voter challenged, so that anybody can look
/// whether the device had sealed what it showed (attacks.md row 37).
///
/// @param ballotId what the voter noted before choosing, in Base32
/// @param seq place in the key's chain; `prev` what it followed
/// @param answers per contest, in the draft's order: marks, or option positions in order
public record Challenge(
    String origin,
    String ballotId,
    Point vk,
    long seq,
    Bytes prev,
    Bytes seed,
    List<List<Integer>> answers) {
  private static final String FORM = "veche.challenge/v1";
  private static final Pattern BALLOT = Pattern.compile("ballot ([A-Z2-7]{52})");
  private static final Pattern KEY = Pattern.compile("key ([0-9a-f]{66})");
  private static final Pattern PLACE = Pattern.compile("place (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})");
  private static final Pattern SEED = Pattern.compile("seed ([0-9a-f]{64})");
  private static final Pattern MARKS = Pattern.compile("marks (0|[1-9][0-9]{0,3}) ([01]{1,500})");
  private static final Pattern RANKS =
      Pattern.compile("ranks (0|[1-9][0-9]{0,3}) (-|[0-9]{1,3}(?:,[0-9]{1,3}){0,49})");

  public Challenge {
    answers = answers.stream().map(List::copyOf).toList();
  }

  /// Blanks and empty lines at the ends do not matter: people paste it.
  public static Challenge parse(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.size() < 7 || !lines.get(0).equals(FORM)) {
      throw new Malformed("challenge: expected " + FORM + " and at least one answer");
    }
    Matcher ballot = line(BALLOT, lines.get(2));
    Matcher key = line(KEY, lines.get(3));
    Matcher place = line(PLACE, lines.get(4));
    Matcher seed = line(SEED, lines.get(5));
    List<List<Integer>> answers = new ArrayList<>();
    for (String line : lines.subList(6, lines.size())) {
      Matcher answer = line(line.startsWith("ranks") ? RANKS : MARKS, line);
      if (!answer.group(1).equals(String.valueOf(answers.size()))) {
        throw new Malformed("challenge: expected an answer to contest " + answers.size());
      }
      answers.add(line.startsWith("ranks") ? ranks(answer.group(2)) : marks(answer.group(2)));
    }
    return new Challenge(
        lines.get(1),
        ballot.group(1),
        Point.decode(Bytes.fromHex(key.group(1))),
        Long.parseLong(place.group(1)),
        Bytes.fromHex(place.group(2)),
        Bytes.fromHex(seed.group(1)),
        answers);
  }

  private static Matcher line(Pattern shape, String line) {
    Matcher found = shape.matcher(line);
    if (!found.matches()) {
      throw new Malformed("challenge: expected a line of the form " + shape.pattern());
    }
    return found;
  }

  private static List<Integer> marks(String bits) {
    return bits.chars().mapToObj(bit -> bit - '0').toList();
  }

  private static List<Integer> ranks(String order) {
    if (order.equals("-")) return List.of();
    return List.of(order.split(",")).stream().map(Integer::valueOf).toList();
  }

  /// The body that these choices and this seed give; throws [Malformed] where the choices are none
  /// of this paper.
  public Bytes body(Seal.Paper paper) {
    if (answers.size() != paper.styles().size()) {
      throw new Malformed("challenge: expected " + paper.styles().size() + " answers");
    }
    for (int k = 0; k < answers.size(); k++) {
      Style style = paper.styles().get(k);
      boolean fits =
          style.kind() == Style.Kind.RANKED
              ? answers.get(k).stream().allMatch(option -> option < style.options())
              : answers.get(k).size() == style.options();
      if (!fits) throw new Malformed("challenge: the answer to contest " + k + " does not fit");
    }
    return Seal.body(paper, answers, vk, seq, prev, seed);
  }

  /// Whether the device had sealed exactly what it showed.
  public boolean opens(Seal.Paper paper) {
    return Seal.ballotId(body(paper)).base32().equals(ballotId);
  }
}
