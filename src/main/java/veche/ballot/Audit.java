package veche.ballot;

import java.util.List;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §7: what a challenged client must reveal, and the check by a second device that the
/// body it showed is exactly the one these choices and this seed give (attacks.md row 37).
public record Audit(Bytes seed, List<List<Integer>> choices) {
  public Audit {
    choices = choices.stream().map(List::copyOf).toList();
  }

  /// Whether `body` is, to the byte, what an honest client seals from this seed and these choices.
  public boolean explains(Bytes body, Seal.Paper paper) {
    try {
      Ballot shown = Ballot.body(paper.eid(), body, NO_SIGNATURE);
      return Seal.body(paper, choices, shown.vk(), shown.seq(), shown.prev(), seed).equals(body);
    } catch (Malformed e) {
      return false;
    }
  }

  private static final veche.crypto.Schnorr NO_SIGNATURE =
      new veche.crypto.Schnorr(veche.crypto.Point.GENERATOR, veche.crypto.Scalar.ZERO);
}
