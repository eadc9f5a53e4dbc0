package veche.http;

/// log §3: whether this server gives places now or follows the one that does.
final class Role {
  private volatile boolean keeper;
  private volatile boolean deposed;

  boolean keeper() {
    return keeper;
  }

  void keep(boolean now) {
    keeper = now;
    deposed = false;
  }

  /// The database says that another server has taken over.
  void depose() {
    keeper = false;
    deposed = true;
  }

  boolean deposed() {
    return deposed;
  }

  @Override
  public String toString() {
    return keeper ? "keeper" : "follower";
  }
}
