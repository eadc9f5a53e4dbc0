package veche.trustee;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import veche.crypto.Dlog;
import veche.crypto.ElGamal;
import veche.crypto.Point;
import veche.crypto.Sharing;
import veche.wire.Malformed;

/// protocol §11: opens a list from the valid contributions of any t trustees.
public final class Combine {
  private Combine() {}

  /// M_i = B_i − Σ_{j∈S}[λ_j]D_ji over exactly the given trustees.
  ///
  /// @param factors trustee index → its factors
  public static List<Point> open(
      List<ElGamal> list, SortedMap<Integer, List<Point>> factors, int t, int n) {
    List<Integer> indices = List.copyOf(factors.keySet());
    return IntStream.range(0, list.size())
        .parallel()
        .mapToObj(
            row -> {
              List<Point> d = factors.values().stream().map(f -> f.get(row)).toList();
              return list.get(row).b().minus(Sharing.combine(indices, d, t, n));
            })
        .toList();
  }

  /// protocol §15 line 34: the t smallest indices of those that contributed validly; fewer stop the
  /// opening, with their names.
  public static SortedMap<Integer, List<Point>> chosen(
      SortedMap<Integer, List<Point>> valid, int t) {
    if (valid.size() < t) {
      throw new Malformed("opening: only trustees " + valid.keySet() + " of " + t + " needed");
    }
    SortedMap<Integer, List<Point>> out = new TreeMap<>();
    for (int j : valid.keySet()) {
      if (out.size() == t) break;
      out.put(j, valid.get(j));
    }
    return out;
  }

  /// The t largest indices: a second subset, which must open the same when more than t contributed.
  public static SortedMap<Integer, List<Point>> second(
      SortedMap<Integer, List<Point>> valid, int t) {
    SortedMap<Integer, List<Point>> out = new TreeMap<>(valid);
    while (out.size() > t) out.remove(out.firstKey());
    return out;
  }

  /// The numbers behind opened sums, each within 0..max; a point that is none stops the count and
  /// is never tried again in silence.
  public static List<Long> totals(List<Point> opened, long max) {
    Dlog dlog = new Dlog(max);
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      OptionalLong value = dlog.of(opened.get(i));
      if (value.isEmpty()) throw new Malformed("opening: row " + i + " is no number up to " + max);
      out.add(value.getAsLong());
    }
    return out;
  }
}
