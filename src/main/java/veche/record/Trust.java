package veche.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.log.Policy;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §8 Trust file: what an observer or a role program takes as given, got from people and
/// never from the server. tlog-policy text plus lines `election <slug> <sha256 of draft>`, `body
/// <id> <vkey>` and `rule certify <k>`; any other line is refused with its number.
///
/// @param elections slug → cid
/// @param certify how many bodies must certify, 0 if the file does not say
public record Trust(
    Policy policy, Map<String, Bytes> elections, Map<String, Vkey> bodies, int certify) {
  public Trust {
    elections = Map.copyOf(elections);
    bodies = Map.copyOf(bodies);
  }

  public static Trust parse(String text) {
    StringBuilder policy = new StringBuilder();
    Map<String, Bytes> elections = new LinkedHashMap<>();
    Map<String, Vkey> bodies = new LinkedHashMap<>();
    int certify = 0;
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String[] words = lines[i].strip().split("\\s+");
      try {
        switch (words[0]) {
          case "election" -> {
            Bytes cid = Bytes.fromHex(words[words.length - 1]);
            if (words.length != 3 || cid.length() != 32 || elections.put(words[1], cid) != null) {
              throw new Malformed("expected election <slug> <sha256 of draft>, once each");
            }
          }
          case "body" -> {
            if (words.length != 3 || bodies.put(words[1], Vkey.parse(words[2])) != null) {
              throw new Malformed("expected body <id> <vkey>, once each");
            }
          }
          case "rule" -> {
            if (words.length != 3 || !words[1].equals("certify") || certify != 0) {
              throw new Malformed("expected rule certify <k>, once");
            }
            certify = number(words[2]);
          }
          default -> policy.append(lines[i]);
        }
      } catch (Malformed e) {
        throw new Malformed("trust file line " + (i + 1) + ": " + e.getMessage());
      }
      // the policy keeps every line's place, so that its own refusals name the right one
      if (i < lines.length - 1) policy.append('\n');
    }
    return new Trust(Policy.parse(policy.toString()), elections, bodies, certify);
  }

  private static int number(String digits) {
    if (!digits.matches("[1-9][0-9]{0,3}")) throw new Malformed("expected a number");
    return Integer.parseInt(digits);
  }

  /// The trust file of one election, from a draft its writer has checked.
  public static String of(Draft draft) {
    StringBuilder out = new StringBuilder();
    boolean named =
        Policy.parse(draft.witnessPolicy()).logs().stream()
            .anyMatch(log -> log.toString().equals(draft.log()));
    // a policy may name its log; a second line for it would spoil the file
    if (!named) out.append("log ").append(draft.log()).append('\n');
    out.append(draft.witnessPolicy().strip()).append('\n');
    out.append("election ").append(draft.slug()).append(' ').append(draft.cid()).append('\n');
    for (Draft.Body body : draft.bodies()) {
      out.append("body ").append(body.id()).append(' ').append(body.vkey()).append('\n');
    }
    return out.append("rule certify ").append(draft.needed("certify")).append('\n').toString();
  }

  public Optional<Bytes> election(String slug) {
    return Optional.ofNullable(elections.get(slug));
  }
}
