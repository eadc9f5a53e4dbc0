package veche.http;

import java.util.List;
import java.util.Locale;

/// log §3.5: others hold what a log of this server signed and this database does not have. A server
/// that went on would sign a second history, so it does not start.
public final class Rollback extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public enum Kind {
    /// More leaves were signed than are here: the database is an earlier state of itself.
    OLDER_DATABASE,
    /// Other leaves were signed than are here.
    FORKED_LOG;

    /// The stable word.
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// One checkpoint that is not of this database's log.
  ///
  /// @param who shows it: a witness's name or a mirror
  /// @param seen its size
  /// @param here the leaves that this database has
  public record Sighting(Kind kind, String slug, String who, long seen, long here) {
    @Override
    public String toString() {
      return "%s: %s: %s shows %d leaves that this log signed, the database has %d"
          .formatted(kind.id(), slug, who, seen, here);
    }
  }

  private final transient List<Sighting> sightings;

  Rollback(List<Sighting> sightings) {
    super(String.join("; ", sightings.stream().map(Sighting::toString).toList()));
    this.sightings = List.copyOf(sightings);
  }

  public List<Sighting> sightings() {
    return sightings;
  }
}
