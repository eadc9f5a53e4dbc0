package veche.tally;

/// One way of counting. A pure function: the same terms and profile give the same tally, whatever
/// the clock, the locale or the order in which ballots came.
public interface Rule {
  /// Refuses with [veche.wire.Malformed] what it cannot count: equal ranks where it knows none,
  /// parameters it does not know, sizes above its stated bound.
  Tally count(Terms terms, Profile profile);
}
