package veche.wire;

/// Bytes, text or numbers that are not what the specification says they must be. A reader of input
/// turns it into a refusal with the code `malformed`; it never means a bug in the program.
public final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;

  public Malformed(String message) {
    super(message);
    this.what = message;
  }

  @Override
  public String getMessage() {
    return what;
  }
}
