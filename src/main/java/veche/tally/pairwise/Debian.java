package veche.tally.pairwise;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import veche.tally.Comparison;
import veche.tally.Fraction;
import veche.tally.Profile;
import veche.tally.Rule;
import veche.tally.Tally;
import veche.tally.Terms;
import veche.wire.Malformed;

/// Debian's standard resolution procedure (Debian Constitution, appendix A.5): Schulze's method
/// with winning votes among the options that a default option ("none of these") does not keep out.
/// An option stays only if at least `quorum` ballots prefer it to the default option, and if those
/// are more than `majority` times those that prefer the default option.
///
/// Options: `default` (position of the default option, from 0; the last one by default), `quorum`
/// (default 0), `majority` (a fraction, default 1), `unranked`.
public final class Debian implements Rule {
  @Override
  public Tally count(Terms terms, Profile profile) {
    terms.only("debian", Set.of("default", "quorum", "majority", "unranked", "strength"));
    Matrix all = Matrix.of(terms, profile);
    int none = terms.number("default", terms.options() - 1, terms.options() - 1);
    if (!all.standing.contains(none)) throw new Malformed("default: this option does not stand");
    int quorum = terms.number("quorum", 0, 999_999_999);
    Fraction majority = Fraction.parse(terms.parameter("majority", "1"));
    if (majority.signum() <= 0) throw new Malformed("majority: expected more than 0");
    Set<Integer> out = new HashSet<>();
    List<Comparison.KeptOut> kept = new ArrayList<>();
    for (int option : all.standing) {
      if (option == none) continue;
      long over = all.prefer(option, none);
      boolean enough = over >= quorum;
      Fraction needed = majority.times(all.prefer(none, option));
      if (enough && Fraction.of(over).compareTo(needed) > 0) continue;
      out.add(option);
      kept.add(
          new Comparison.KeptOut(option, none, over, all.prefer(none, option), quorum, majority));
    }
    Terms fewer = terms.withdrawing(out);
    Tally tally = Schulze.count("debian", Matrix.of(fewer, profile), fewer);
    // the default option wins as "nobody", and whoever stands behind it is not elected
    List<Integer> elected = new ArrayList<>();
    for (int option : tally.winners()) {
      if (option == none) break;
      elected.add(option);
    }
    return Tally.elected("debian", terms.seats(), elected, tally.ties())
        .ranked(tally.ranking().orElseThrow())
        .comparing(
            all.comparison().keepingOut(kept).withPaths(tally.comparison().orElseThrow().paths()));
  }
}
