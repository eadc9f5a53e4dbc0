package veche.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.council.Certificate;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.tally.Outcome;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §12: what bodies do with a certificate that stands: annul a whole contest, give mandates
/// to those it elects and take them back. Nothing here changes what was opened or counted.
public final class Aftermath {
  private static final int LONGEST = 2_000;

  private final Draft draft;
  private final List<Outcome> outcomes;
  private final Bytes certificate;
  private final TreeMap<Integer, Record.Statement> annulled = new TreeMap<>();
  private final List<Mandate> mandates = new ArrayList<>();

  /// Somebody elected, and by whose word.
  ///
  /// @param index of the leaf that gave it
  /// @param contest position in the draft; `option` position in the contest
  /// @param revoked why it was taken back
  public record Mandate(
      long index, int contest, int option, Set<String> signers, Optional<String> revoked) {
    public Mandate {
      signers = Set.copyOf(signers);
    }
  }

  Aftermath(Draft draft, List<Outcome> outcomes, String certificate) {
    this.draft = draft;
    this.outcomes = outcomes;
    this.certificate = Certificate.digest(certificate);
  }

  Optional<Refused> annul(long index, Enc payload, Set<String> signers) {
    Enc.Fields f = payload.fields("annul");
    int contest = f.uint("contest", draft.contests().size() - 1);
    String grounds = f.text("grounds");
    f.end();
    Optional<Refused> wordless = worded("annul: grounds", grounds);
    if (wordless.isPresent()) return wordless;
    if (annulled.containsKey(contest)) {
      return no(Code.CONFLICT, "annul: contest " + contest + " is annulled");
    }
    annulled.put(contest, new Record.Statement(index, grounds, Set.copyOf(signers)));
    return Optional.empty();
  }

  Optional<Refused> give(long index, Enc payload, Set<String> signers) {
    Enc.Fields f = payload.fields("mandate");
    int contest = f.uint("contest", draft.contests().size() - 1);
    int option = f.uint("option", draft.contests().get(contest).options().size() - 1);
    Bytes over = f.bytes("certificate", 32);
    f.end();
    if (!over.equals(certificate)) {
      return no(Code.WRONG_CONTEXT, "mandate: another certificate than the one that stands");
    }
    if (!outcomes.get(contest).winners().contains(option)) {
      return no(Code.CONFLICT, "mandate: option " + option + " is not elected");
    }
    if (annulled.containsKey(contest)) {
      return no(Code.CONFLICT, "mandate: contest " + contest + " is annulled");
    }
    if (held(contest, option) >= 0) return no(Code.CONFLICT, "mandate: it is given already");
    mandates.add(new Mandate(index, contest, option, signers, Optional.empty()));
    return Optional.empty();
  }

  Optional<Refused> revoke(Enc payload) {
    Enc.Fields f = payload.fields("revoke-mandate");
    int contest = f.uint("contest", draft.contests().size() - 1);
    int option = f.uint("option", draft.contests().get(contest).options().size() - 1);
    String reason = f.text("reason");
    f.end();
    Optional<Refused> wordless = worded("revoke-mandate: reason", reason);
    if (wordless.isPresent()) return wordless;
    int at = held(contest, option);
    if (at < 0) return no(Code.CONFLICT, "revoke-mandate: there is no such mandate");
    Mandate m = mandates.get(at);
    mandates.set(at, new Mandate(m.index, contest, option, m.signers, Optional.of(reason)));
    return Optional.empty();
  }

  private int held(int contest, int option) {
    for (int i = 0; i < mandates.size(); i++) {
      Mandate m = mandates.get(i);
      if (m.contest == contest && m.option == option && m.revoked.isEmpty()) return i;
    }
    return -1;
  }

  private static Optional<Refused> worded(String field, String text) {
    return text.isBlank() || text.length() > LONGEST
        ? no(Code.MALFORMED, field + ": expected 1 to " + LONGEST + " characters")
        : Optional.empty();
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }

  /// By contest: why it was annulled.
  public Map<Integer, Record.Statement> annulled() {
    return Collections.unmodifiableMap(annulled);
  }

  /// In the order in which they were given, those taken back among them.
  public List<Mandate> mandates() {
    return List.copyOf(mandates);
  }
}
