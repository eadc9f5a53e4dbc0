package veche.view.ballots;

import com.fasterxml.jackson.databind.JsonNode;

/// One source of a configuration of RCTab: what its file calls that which is no candidate.
///
/// @param overvoteLabel an overvote whose marks the file does not tell
/// @param writeInLabel undeclared write-ins
record Source(String overvoteLabel, String skippedLabel, String writeInLabel, String delimiter) {
  /// Configurations before version 1.3 have the labels among the rules.
  static Source of(JsonNode source, JsonNode rules) {
    return new Source(
        label(source, rules, "overvoteLabel"),
        label(
            source, rules, source.has("skippedRankLabel") ? "skippedRankLabel" : "undervoteLabel"),
        label(source, rules, "undeclaredWriteInLabel"),
        label(source, rules, "overvoteDelimiter"));
  }

  private static String label(JsonNode source, JsonNode rules, String field) {
    String text = source.path(field).asText().strip();
    return text.isEmpty() ? rules.path(field).asText().strip() : text;
  }

  boolean overvote(String name) {
    return !overvoteLabel.isEmpty() && name.equals(overvoteLabel);
  }

  boolean skipped(String name) {
    return !skippedLabel.isEmpty() && name.equals(skippedLabel);
  }

  boolean writeIn(String name) {
    return !writeInLabel.isEmpty() && name.equals(writeInLabel);
  }

  /// @param name what the file calls the option beside its id; may be empty
  int option(String id, String name, String where, Rctab.Names names) {
    if (writeIn(id) || !name.isEmpty() && writeIn(name)) return names.writeIn();
    return !names.knows(id) && names.knows(name) ? names.of(name, where) : names.of(id, where);
  }
}
