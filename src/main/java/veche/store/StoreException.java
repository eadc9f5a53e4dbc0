package veche.store;

/// The database failed in the named operation; whether it took effect may be unknown.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String operation, Throwable cause) {
    super(operation + ": " + cause.getMessage(), cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
