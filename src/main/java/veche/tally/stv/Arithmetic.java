package veche.tally.stv;

import veche.tally.Fraction;
import veche.tally.Terms;
import veche.wire.Malformed;

/// counting §3: how a rule rounds and when two numbers count as equal.
///
/// @param places decimals kept, or −1 for exact
/// @param guard of these the last ones, which do not decide: numbers closer than half a unit before
///   them are equal
/// @param display decimals shown
record Arithmetic(int places, int guard, int display) {
  static Arithmetic fixed(int places) {
    return new Arithmetic(places, 0, places);
  }

  static Arithmetic exact(int display) {
    return new Arithmetic(-1, 0, display);
  }

  static Arithmetic guarded(int precision, int guard) {
    return new Arithmetic(precision + guard, guard, precision);
  }

  /// From the terms: `arithmetic` = `rational`, `guarded` or `fixed`, with `precision`, `guard` and
  /// `display`.
  static Arithmetic of(Terms terms, String otherwise) {
    return switch (terms.parameter("arithmetic", otherwise)) {
      case "rational" -> exact(terms.number("display", 12, 30));
      case "guarded" -> {
        int precision = terms.number("precision", 18, 30);
        yield guarded(precision, terms.number("guard", precision / 2, 30));
      }
      case "fixed" -> fixed(terms.number("precision", 9, 30));
      case String other ->
          throw new Malformed("arithmetic: expected rational, guarded or fixed, found " + other);
    };
  }

  boolean exact() {
    return places < 0 || guard > 0;
  }

  Fraction down(Fraction value) {
    return places < 0 ? value : value.down(places);
  }

  /// Guard digits stand for exactness: with them nothing is rounded up.
  Fraction up(Fraction value) {
    return places < 0 ? value : guard > 0 ? value.down(places) : value.up(places);
  }

  /// One unit of the last place; nothing where numbers are exact.
  Fraction unit() {
    return exact() ? Fraction.ZERO : Fraction.unit(places);
  }

  int compare(Fraction a, Fraction b) {
    if (guard == 0) return a.compareTo(b);
    Fraction apart = a.minus(b);
    Fraction enough = Fraction.unit(places - guard).over(2);
    return apart.compareTo(enough) >= 0 ? 1 : apart.negated().compareTo(enough) >= 0 ? -1 : 0;
  }
}
