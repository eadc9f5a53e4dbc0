package veche.election;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// record §8 Pattern risk: how many rankings a ranked contest allows, beside how many voters are
/// expected. Where there are more rankings than voters, a ranking that nobody else would think of
/// can be agreed on and looked for in the published list (attacks.md row 35). The bodies sign the
/// line; nothing but the capacity of protocol §4 refuses.
public final class PatternRisk {
  private PatternRisk() {}

  /// One line for each ranked contest; empty without one.
  static String of(List<Contest> contests, long turnout) {
    List<String> out = new ArrayList<>();
    for (Contest contest : contests) {
      if (contest.kind() != Style.Kind.RANKED) continue;
      BigInteger rankings = contest.ranking().total();
      BigInteger voters = BigInteger.valueOf(Math.max(1, turnout));
      String word = rankings.compareTo(voters) > 0 ? "can mark a voter" : "hides in the crowd";
      out.add(
          contest.id()
              + ": 2^"
              + log2(rankings)
              + " rankings, 2^"
              + log2(voters)
              + " voters, a ranking "
              + word);
    }
    return String.join("\n", out);
  }

  /// Rounded down to one decimal, in whole numbers: 10·log2(n) = log2(n^10).
  static String log2(BigInteger n) {
    int tenths = n.pow(10).bitLength() - 1;
    return tenths / 10 + "." + tenths % 10;
  }
}
