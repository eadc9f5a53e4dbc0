package veche.http;

/// The server cannot answer now, through no fault of the one who asked: 503, and the same bytes may
/// be sent again.
final class Unable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unable(String message) {
    super(message, null, false, false);
  }
}
