package veche.http;

/// Another server gives places now; the entry is to be handed on to it.
final class NotKeeper extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotKeeper() {
    super("another server keeps this log", null, false, false);
  }
}
