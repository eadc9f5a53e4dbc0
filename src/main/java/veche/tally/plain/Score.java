package veche.tally.plain;

import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// Score voting (W. D. Smith, "Range voting", 2000): the highest sum of scores; whom a ballot does
/// not score has 0 from it. The profile is that of [Star].
public final class Score implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("score", Set.of());
    int n = terms.options();
    if (profile.options() % n != 0 || profile.options() < 2 * n) {
      throw new Malformed("score: expected scores");
    }
    int each = profile.options() / n;
    long[] sum = new long[n];
    for (int b = 0; b < profile.size(); b++) {
      for (int i = profile.start(b); i < profile.stop(b); i++) {
        int mark = profile.option(i);
        long papers = Math.multiplyExact(profile.weight(b), (long) (mark % each));
        sum[mark / each] = Math.addExact(sum[mark / each], papers);
      }
    }
    return Ranked.by("score", terms, o -> sum[o]);
  }
}
