package veche.crypto;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import veche.wire.Bytes;

/// protocol §11: the number v in 0..max with [v]G = P, by baby steps and giant steps. One object
/// serves many points with one table of about √max entries.
public final class Dlog {
  private final long max;
  private final long step;
  private final Map<Bytes, Long> baby = new HashMap<>();
  private final Point giant;

  public Dlog(long max) {
    this.max = max;
    this.step = Math.max(1, (long) Math.ceil(Math.sqrt((double) max + 1)));
    Point at = Point.IDENTITY;
    for (long i = 1; i < step; i++) {
      at = at.plus(Point.GENERATOR);
      baby.put(at.encoding(), i);
    }
    giant = Point.base(Scalar.of(step)).negate();
  }

  /// Empty when no number up to `max` fits: the caller stops and publishes, and never tries again
  /// in silence.
  public OptionalLong of(Point point) {
    Point at = point;
    for (long g = 0; g * step <= max; g++) {
      Long low = at.isIdentity() ? Long.valueOf(0) : baby.get(at.encoding());
      if (low != null) {
        long value = g * step + low;
        return value <= max ? OptionalLong.of(value) : OptionalLong.empty();
      }
      at = at.plus(giant);
    }
    return OptionalLong.empty();
  }
}
