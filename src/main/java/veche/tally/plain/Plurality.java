package veche.tally.plain;

import java.util.Set;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;

/// Most first preferences; with several seats the single non-transferable vote. First preferences
/// for options that withdrew go to the next one on the ballot, which closes up.
public final class Plurality implements Rule {
  @Override
  public Tally count(Terms terms, Profile given) {
    terms.only("plurality", Set.of());
    Profile profile = given.withoutEqualRanks("plurality").without(terms.withdrawn());
    long[] votes = new long[terms.options()];
    for (int b = 0; b < profile.size(); b++) {
      if (!profile.isEmpty(b)) votes[profile.option(profile.start(b))] += profile.weight(b);
    }
    return Ranked.by("plurality", terms, o -> votes[o]);
  }
}
