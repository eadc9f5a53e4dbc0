package veche.record;

import java.util.ArrayList;
import java.util.List;

/// log §8: one of the verifier's checks and what it came to. What each claims, when it is required
/// and what it would mean if it failed stands in checks §1.
///
/// @param why what was found, in English; the claims in people's languages are in `view`
/// @param leaf the leaf concerned, or -1
public record Check(String id, Status status, String why, long leaf) {
  public enum Status {
    PASS,
    FAIL,
    /// The record has nothing for it; `why` is the reason.
    NOT_APPLICABLE,
    /// Needed and not done: the verdict is incomplete.
    NOT_CHECKED;

    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /// All of them, in the order in which they are made and shown.
  public static final List<String> IDS = ids();

  private static List<String> ids() {
    List<String> out = new ArrayList<>();
    add(out, "LOG", 13);
    add(out, "ROL", 8);
    add(out, "SET", 10);
    add(out, "BAL", 10);
    add(out, "MIX", 7);
    add(out, "DEC", 6);
    add(out, "TAL", 9);
    add(out, "CER", 9);
    return List.copyOf(out);
  }

  private static void add(List<String> out, String group, int count) {
    for (int i = 1; i <= count; i++) out.add("%s-%02d".formatted(group, i));
  }

  public Check {
    if (!IDS.contains(id)) throw new IllegalArgumentException("no check " + id);
  }

  /// What a check said, before it has its id.
  record Said(Status status, String why, long leaf) {
    static Said pass(String why) {
      return new Said(Status.PASS, why, -1);
    }

    static Said fail(String why) {
      return new Said(Status.FAIL, why, -1);
    }

    static Said fail(String why, long leaf) {
      return new Said(Status.FAIL, why, leaf);
    }

    static Said notApplicable(String why) {
      return new Said(Status.NOT_APPLICABLE, why, -1);
    }

    static Said notChecked(String why) {
      return new Said(Status.NOT_CHECKED, why, -1);
    }
  }
}
