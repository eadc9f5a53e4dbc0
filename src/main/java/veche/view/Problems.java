package veche.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import veche.election.Refused;

/// doors §3: what a door that speaks HTTP answers where it does not do what was asked (RFC 9457),
/// in the reader's language.
public final class Problems {
  public static final String TYPE = "application/problem+json";

  /// What is no refusal of what was sent, and has no code.
  public enum Trouble {
    METHOD(405),
    FAILED(500),
    UNAVAILABLE(503);

    private final int status;

    Trouble(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Problems() {}

  /// The language that a reader's `Accept-Language` names first, if it is one of ours.
  public static Words words(@Nullable String acceptLanguage) {
    if (acceptLanguage == null) return Words.ENGLISH;
    return Words.in(acceptLanguage.strip().toLowerCase(Locale.ROOT).replaceFirst("[,;].*", ""));
  }

  public static ObjectNode refused(Words words, int status, Refused why) {
    return Json.object()
        .put("type", "/doors#" + why.code().id())
        .put("code", why.code().id())
        .put("status", status)
        .put("title", words.refusal(why.code()))
        .put("detail", why.detail());
  }

  public static ObjectNode trouble(Words words, Trouble trouble, String detail) {
    return Json.object()
        .put("type", "/doors#" + trouble.id())
        .put("status", trouble.status())
        .put("title", words.text("trouble." + trouble.id()))
        .put("detail", detail);
  }
}
