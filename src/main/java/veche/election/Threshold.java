package veche.election;

import java.util.Set;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §4: an inequality an option must meet. It holds when the counted ballots reach `quorum`
/// and approvals·q ≥ p·base (`strict`: >), in integers.
///
/// @param base `votes` (counted ballots) or `eligible` (size of the roll)
public record Threshold(String base, long p, long q, boolean strict, long quorum) {
  private static final Set<String> BASES = Set.of("votes", "eligible");
  private static final long LIMIT = 1_000_000;

  public Threshold {
    if (!BASES.contains(base)) throw new Malformed("base: expected one of votes, eligible");
    if (q < 1 || q > LIMIT) throw new Malformed("q: expected 1 to " + LIMIT);
    if (p < 0 || p > q) throw new Malformed("p: expected 0 to q");
    if (quorum < 0) throw new Malformed("quorum: expected 0 or more");
  }

  Enc enc() {
    return Enc.list(
        Enc.text(base), Enc.uint(p), Enc.uint(q), Enc.uint(strict ? 1 : 0), Enc.uint(quorum));
  }

  static Threshold read(Enc.Fields list) {
    Enc.Fields f = list.list("threshold");
    Threshold out =
        new Threshold(f.text("base"), f.uint("p"), f.uint("q"), f.flag("strict"), f.uint("quorum"));
    f.end();
    return out;
  }
}
