package veche.election;

import java.util.Locale;
import veche.wire.Malformed;

/// What an answer to one contest must look like (protocol §6): its kind, the number of options and
/// how many of them may be marked.
public record Style(Kind kind, int options, int lo, int hi) {
  public enum Kind {
    APPROVAL,
    RANKED;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Kind of(String id) {
      for (Kind kind : values()) if (kind.id().equals(id)) return kind;
      throw new Malformed("kind: expected approval or ranked");
    }
  }

  public Style {
    if (options < 1 || lo < 0 || lo > hi || hi > options) {
      throw new Malformed("style: expected 0 <= lo <= hi <= options");
    }
  }

  /// protocol §15 line 19: an approval answer without a limit carries no range proof.
  public boolean limited() {
    return lo != 0 || hi != options;
  }
}
