package veche.http;

import veche.election.Code;
import veche.election.Refused;

/// Carries a refusal through futures to the one place that answers it.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refused why;

  Refusal(Refused why) {
    super(why.toString(), null, false, false);
    this.why = why;
  }

  Refusal(Code code, String detail) {
    this(new Refused(code, detail));
  }

  Refused why() {
    return why;
  }
}
