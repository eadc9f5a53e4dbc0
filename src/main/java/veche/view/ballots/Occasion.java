package veche.view.ballots;

/// counting §5: what ballots do not say and the reports of others have: what was elected, where,
/// when and who reports it. Empty where it is not known.
///
/// @param date as it was written; a report that must have a date asks for `2024-11-05`
/// @param issuer who answers for the report
public record Occasion(
    String contest, String jurisdiction, String office, String date, String issuer) {
  public static final Occasion UNKNOWN = new Occasion("", "", "", "", "");

  /// This one, where `other` says nothing.
  public Occasion under(Occasion other) {
    return new Occasion(
        first(other.contest, contest),
        first(other.jurisdiction, jurisdiction),
        first(other.office, office),
        first(other.date, date),
        first(other.issuer, issuer));
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }
}
