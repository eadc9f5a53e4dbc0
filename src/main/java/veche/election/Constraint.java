package veche.election;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import veche.wire.Malformed;

/// counting §7: how many seats a group of options takes at least and at most, as the draft says it:
/// `women: at least 30% of anna, boris` or `alpha: at least 1, at most 2 of body alpha`.
///
/// @param name what people call the group
/// @param members positions of its options, ascending
/// @param least seats it takes at least, 0 or more
/// @param most seats it takes at most, not below `least`
public record Constraint(String name, List<Integer> members, int least, int most) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*([^:]{1,100}?)\\s*:\\s*(?:at least (\\d{1,3}%?))?\\s*,?\\s*(?:at most (\\d{1,3}%?))?"
              + "\\s+of\\s+(body\\s+)?(.+?)\\s*");

  public Constraint {
    members = List.copyOf(members);
    if (members.isEmpty()) throw new Malformed(name + ": the group has no options");
    if (least < 0 || least > most) {
      throw new Malformed(
          name + ": at least " + least + " and at most " + most + " exclude one another");
    }
  }

  /// A share of the seats is rounded towards what it demands: at least 30 % of 9 seats are 3, at
  /// most 30 % are 2.
  ///
  /// @param ids the options' ids
  /// @param bodies the body that put each option forward, or an empty text
  public static Constraint read(String text, List<String> ids, List<String> bodies, int seats) {
    Matcher m = FORM.matcher(text);
    if (!m.matches() || m.group(2) == null && m.group(3) == null) {
      throw new Malformed(
          "expected \"name: at least 1, at most 30% of id, id\" or \"... of body id\", found \""
              + text
              + "\"");
    }
    String name = m.group(1);
    Set<Integer> members = new LinkedHashSet<>();
    if (m.group(4) != null) {
      String body = m.group(5);
      IntStream.range(0, ids.size()).filter(o -> bodies.get(o).equals(body)).forEach(members::add);
      if (members.isEmpty()) throw new Malformed(name + ": no option was put forward by " + body);
    } else {
      for (String id : m.group(5).split("\\s*,\\s*")) {
        int option = ids.indexOf(id);
        if (option < 0) throw new Malformed(name + ": no such option " + id);
        if (!members.add(option)) throw new Malformed(name + ": " + id + " stands twice");
      }
    }
    int least = m.group(2) == null ? 0 : seats(name, m.group(2), seats, true);
    int most = m.group(3) == null ? seats : seats(name, m.group(3), seats, false);
    return new Constraint(name, members.stream().sorted().toList(), least, most);
  }

  private static int seats(String name, String bound, int seats, boolean up) {
    if (!bound.endsWith("%")) return Integer.parseInt(bound);
    int percent = Integer.parseInt(bound.substring(0, bound.length() - 1));
    if (percent > 100) throw new Malformed(name + ": " + bound + " is more than all seats");
    int product = percent * seats;
    return up ? (product + 99) / 100 : product / 100;
  }

  /// Why no set of so many options can satisfy all of these, or that they cannot be judged because
  /// an option stands in two groups; nothing when one can.
  ///
  /// @param options how many options stand in all
  public static List<String> mistakes(List<Constraint> all, int options, int seats) {
    List<String> out = new ArrayList<>();
    Set<Integer> placed = new LinkedHashSet<>();
    int least = 0;
    int most = 0;
    for (Constraint one : all) {
      for (int option : one.members) {
        if (!placed.add(option)) {
          out.add(one.name + ": an option stands in two groups; groups must not overlap");
          break;
        }
      }
      if (one.least > one.members.size()) {
        out.add(
            String.format(
                Locale.ROOT,
                "%s: at least %d of %d options",
                one.name,
                one.least,
                one.members.size()));
      }
      least += one.least;
      most += Math.min(one.most, one.members.size());
    }
    most += options - placed.size();
    if (!out.isEmpty()) return out;
    if (least > seats) {
      out.add("the groups demand " + least + " seats together, and there are " + seats);
    }
    if (most < seats) {
      out.add("the groups allow " + most + " seats together, and there are " + seats);
    }
    return out;
  }
}
