package veche.election;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import veche.wire.Malformed;

/// protocol §4: the bijection between rankings of lo..hi of c options and the numbers below
/// [#total].
public record Ranking(int c, int lo, int hi) {
  public Ranking {
    if (c < 1 || lo < 0 || lo > hi || hi > c) {
      throw new Malformed("ranking: expected 0 <= lo <= hi <= c");
    }
    if (total(c, lo, hi).bitLength() > 216 && !isPowerLimit(total(c, lo, hi))) {
      throw new Malformed("ranking: more than 216 bits");
    }
  }

  private static boolean isPowerLimit(BigInteger total) {
    return total.equals(BigInteger.ONE.shiftLeft(216));
  }

  private static BigInteger total(int c, int lo, int hi) {
    BigInteger sum = BigInteger.ZERO;
    for (int k = lo; k <= hi; k++) sum = sum.add(arrangements(c, k));
    return sum;
  }

  /// P(a, b) = a!/(a−b)!.
  private static BigInteger arrangements(int a, int b) {
    BigInteger out = BigInteger.ONE;
    for (int i = 0; i < b; i++) out = out.multiply(BigInteger.valueOf(a - i));
    return out;
  }

  public BigInteger total() {
    return total(c, lo, hi);
  }

  public BigInteger encode(List<Integer> ranking) {
    int length = ranking.size();
    if (length < lo || length > hi) throw new Malformed("ranking: length " + length);
    BigInteger code = BigInteger.ZERO;
    for (int k = lo; k < length; k++) code = code.add(arrangements(c, k));
    List<Integer> unused = options();
    for (int i = 0; i < length; i++) {
      int digit = unused.indexOf(ranking.get(i));
      if (digit < 0) throw new Malformed("ranking: option " + ranking.get(i) + " at place " + i);
      unused.remove(digit);
      code = code.add(BigInteger.valueOf(digit).multiply(arrangements(c - i - 1, length - i - 1)));
    }
    return code;
  }

  /// Empty (*invalid-code*) for a number at or above [#total].
  public Optional<List<Integer>> decode(BigInteger code) {
    BigInteger rest = code;
    int length = lo;
    while (length <= hi && rest.compareTo(arrangements(c, length)) >= 0) {
      rest = rest.subtract(arrangements(c, length));
      length++;
    }
    if (code.signum() < 0 || length > hi) return Optional.empty();
    List<Integer> unused = options();
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      BigInteger[] parts = rest.divideAndRemainder(arrangements(c - i - 1, length - i - 1));
      out.add(unused.remove(parts[0].intValueExact()));
      rest = parts[1];
    }
    return Optional.of(List.copyOf(out));
  }

  private List<Integer> options() {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < c; i++) out.add(i);
    return out;
  }
}
