package veche.tally;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import veche.crypto.Embedding;
import veche.crypto.Point;
import veche.election.Ranking;

/// protocol §11, §15 line 9: what one opened ciphertext of a ranked contest says. A ballot whose
/// point is no canonical embedding, or whose number is no ranking, is spoilt; it could not be seen
/// before.
///
/// @param ranking option positions, best first; empty for a blank ballot and for a spoilt one
public record Vote(Status status, List<Integer> ranking) {
  public enum Status {
    VALID,
    INVALID_ENCODING,
    INVALID_CODE;

    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Vote {
    ranking = List.copyOf(ranking);
  }

  public static Vote of(Point opened, Ranking ranking) {
    Optional<BigInteger> code = Embedding.unembed(opened);
    if (code.isEmpty()) return new Vote(Status.INVALID_ENCODING, List.of());
    return ranking
        .decode(code.get())
        .map(options -> new Vote(Status.VALID, options))
        .orElseGet(() -> new Vote(Status.INVALID_CODE, List.of()));
  }
}
