package veche.tally.endorse;

import veche.wire.Malformed;

/// counting §3: what one electorate answered to a question.
///
/// @param name of the body or constituency
/// @param eligible who could vote
/// @param issued ballots cast, whatever stands on them: yes, no, abstentions and invalid ones
public record Counts(
    String name, long eligible, long issued, long yes, long no, long abstain, long invalid) {
  public Counts {
    if (yes < 0 || no < 0 || abstain < 0 || invalid < 0) {
      throw new Malformed(name + ": counts are 0 or more");
    }
    long all = Math.addExact(Math.addExact(yes, no), Math.addExact(abstain, invalid));
    if (issued != all) {
      throw new Malformed(name + ": issued is " + issued + ", and its parts are " + all);
    }
    if (eligible < issued) {
      throw new Malformed(name + ": " + issued + " ballots of " + eligible + " who could vote");
    }
  }

  public Counts plus(Counts other, String together) {
    return new Counts(
        together,
        Math.addExact(eligible, other.eligible),
        Math.addExact(issued, other.issued),
        Math.addExact(yes, other.yes),
        Math.addExact(no, other.no),
        Math.addExact(abstain, other.abstain),
        Math.addExact(invalid, other.invalid));
  }

  /// What a share is a share of.
  public enum Base {
    /// Yes and no.
    YES_NO,
    /// Yes, no and abstentions.
    VALID,
    /// All ballots cast, invalid ones among them.
    CAST,
    /// All who could vote.
    ELIGIBLE
  }

  public long of(Base base) {
    return switch (base) {
      case YES_NO -> yes + no;
      case VALID -> yes + no + abstain;
      case CAST -> issued;
      case ELIGIBLE -> eligible;
    };
  }
}
