package veche.tally;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §8a: an order of options that nobody could choose.
public final class Lot {
  private Lot() {}

  /// @param reveals what the trustees revealed, in the order of the trustees
  public static Bytes seed(List<Bytes> reveals) {
    return Transcript.th("lot", Enc.list(reveals, Enc::bytes));
  }

  /// Positions of the options, the lowest rank first.
  public static List<Integer> order(Bytes seed, int contest, List<String> optionIds) {
    List<Bytes> ranks = optionIds.stream().map(option -> rank(seed, contest, option)).toList();
    return IntStream.range(0, ranks.size())
        .boxed()
        .sorted(Comparator.comparing(ranks::get))
        .toList();
  }

  private static Bytes rank(Bytes seed, int contest, String option) {
    return Transcript.th("lot-rank", Enc.bytes(seed), Enc.uint(contest), Enc.text(option));
  }
}
