package veche.election;

/// A refusal: its code and, for the one who reads it, what was found where. Never holds a secret.
public record Refused(Code code, String detail) {
  @Override
  public String toString() {
    return code.id() + ": " + detail;
  }
}
