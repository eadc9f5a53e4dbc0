package veche.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 Policy (C2SP tlog-policy): which logs, which witnesses, which groups of them, and whose
/// word together is enough. Every refusal names the line.
///
/// @param witnesses by the name the policy gives them; their cosignatures bear the key's own name
public record Policy(
    List<Vkey> logs, Map<String, Witness> witnesses, List<Group> groups, String quorum) {
  private static final String NONE = "none";

  public record Witness(String name, Vkey key, @Nullable String url) {}

  public record Group(String name, int needed, List<String> members) {
    public Group {
      members = List.copyOf(members);
    }
  }

  public Policy {
    logs = List.copyOf(logs);
    witnesses = Collections.unmodifiableMap(new LinkedHashMap<>(witnesses));
    groups = List.copyOf(groups);
  }

  public static Policy parse(String text) {
    Parser parser = new Parser();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      try {
        parser.line(lines[i]);
      } catch (Malformed e) {
        throw new Malformed("policy line " + (i + 1) + ": " + e.getMessage());
      }
    }
    if (parser.quorum == null) throw new Malformed("policy: no quorum line");
    return new Policy(parser.logs, parser.witnesses, parser.groups, parser.quorum);
  }

  /// The keys to look for on a checkpoint.
  public List<Vkey> witnessKeys() {
    return witnesses.values().stream().map(Witness::key).toList();
  }

  /// Whether these witnesses, by the names of their keys, are enough.
  public boolean quorum(Set<String> names) {
    if (quorum.equals(NONE)) return true;
    Set<String> met =
        witnesses.values().stream()
            .filter(w -> names.contains(w.key.name()))
            .map(Witness::name)
            .collect(Collectors.toCollection(HashSet::new));
    // a group stands below its members, so one pass settles them all
    for (Group group : groups) {
      if (group.members.stream().filter(met::contains).count() >= group.needed) {
        met.add(group.name);
      }
    }
    return met.contains(quorum);
  }

  /// Whether those cosignatures that are not older than `notBefore` are enough.
  public boolean quorum(Map<String, Long> times, long notBefore) {
    return quorum(
        times.entrySet().stream()
            .filter(cosigned -> cosigned.getValue() >= notBefore)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet()));
  }

  private static final class Parser {
    private final List<Vkey> logs = new ArrayList<>();
    private final Map<String, Witness> witnesses = new LinkedHashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> members = new HashSet<>();
    private final Set<Bytes> logKeys = new HashSet<>();
    private final Set<Bytes> witnessKeys = new HashSet<>();
    private final Set<String> keyNames = new HashSet<>();
    private @Nullable String quorum;

    void line(String line) {
      if (line.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
        throw new Malformed("a control character");
      }
      String[] words = line.replace('\t', ' ').trim().split(" +");
      if (words[0].isEmpty() || words[0].startsWith("#")) return;
      switch (words[0]) {
        case "log" -> {
          count(words, 2, 3);
          logs.add(key(words[1], Vkey.ED25519, logKeys));
        }
        case "witness" -> {
          count(words, 3, 4);
          Vkey key = key(words[2], Vkey.COSIGNATURE, witnessKeys);
          if (!keyNames.add(key.name())) throw new Malformed("two keys named " + key.name());
          define(words[1]);
          String url = words.length > 3 ? words[3] : null;
          witnesses.put(words[1], new Witness(words[1], key, url));
        }
        case "group" -> {
          count(words, 4, Integer.MAX_VALUE);
          group(words[1], words[2], List.of(words).subList(3, words.length));
        }
        case "quorum" -> {
          count(words, 2, 2);
          if (quorum != null) throw new Malformed("a second quorum");
          if (!words[1].equals(NONE)) known(words[1]);
          quorum = words[1];
        }
        default -> throw new Malformed("unknown word " + words[0]);
      }
    }

    private void group(String name, String threshold, List<String> of) {
      for (String member : of) {
        known(member);
        if (!members.add(member)) throw new Malformed(member + " is already a member");
      }
      define(name);
      int needed =
          switch (threshold) {
            case "any" -> 1;
            case "all" -> of.size();
            default -> threshold.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(threshold) : 0;
          };
      if (needed < 1 || needed > of.size()) {
        throw new Malformed("threshold " + threshold + " of " + of.size());
      }
      groups.add(new Group(name, needed, of));
    }

    private static Vkey key(String text, int type, Set<Bytes> seen) {
      Vkey key = Vkey.parse(text);
      if (key.type() != type) throw new Malformed("key of type " + key.type());
      if (!seen.add(key.key())) throw new Malformed("a key listed twice");
      return key;
    }

    private void define(String name) {
      if (name.equals(NONE) || !names.add(name)) throw new Malformed("name taken: " + name);
    }

    private void known(String name) {
      if (!names.contains(name)) throw new Malformed(name + " is not defined above");
    }

    private static void count(String[] words, int least, int most) {
      if (words.length < least || words.length > most) {
        throw new Malformed(words[0] + " with " + (words.length - 1) + " words after it");
      }
    }
  }
}
