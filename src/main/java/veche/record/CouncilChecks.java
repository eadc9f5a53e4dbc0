package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.notChecked;
import static veche.record.Check.Said.pass;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import veche.council.Certificate;
import veche.council.Dissent;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.log.Cosignature;

/// checks §1 CER: enough equal bodies certified this very result, and whoever disagrees is heard.
final class CouncilChecks {
  private static final long DAY = 86_400;

  private final Reading reading;
  private final Record record;

  private CouncilChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    CouncilChecks checks = new CouncilChecks(reading);
    out.on("CER-01", () -> checks.on("CER-01", checks::binds));
    out.on("CER-02", () -> checks.on("CER-02", checks::signed));
    out.on("CER-03", () -> checks.on("CER-03", checks::keys));
    out.on("CER-04", () -> checks.on("CER-04", checks::window));
    out.on("CER-05", () -> checks.on("CER-05", checks::objections));
    out.on("CER-06", () -> checks.on("CER-06", checks::dissents));
    out.on("CER-07", () -> checks.always("CER-07", checks::countersigned));
    out.on("CER-08", () -> checks.on("CER-08", checks::annulment));
    out.on("CER-09", () -> checks.on("CER-09", checks::mandates));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    return always(
        id,
        () -> record.certificate().isEmpty() ? notApplicable("no certificate yet") : check.get());
  }

  private Check.Said always(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    return bad.isPresent() ? reading.refused(bad.get()) : check.get();
  }

  private Reading.Seen leaf() {
    return reading.stand("certificate").getFirst();
  }

  private Certificate certificate() {
    return Certificate.parse(record.certificate().orElseThrow().text());
  }

  private Check.Said binds() {
    Certificate c = certificate();
    var result = record.result().orElseThrow();
    boolean binds =
        c.cid().equals(record.cid())
            && c.eid().equals(record.eid().orElseThrow())
            && c.origin().equals(record.origin())
            && c.size() == record.closeIndex() + 1
            && c.root().equals(record.tree().root(record.closeIndex() + 1))
            && c.result().equals(result.digest());
    return binds
        ? pass("binds definition, manifest, log at close and result; software " + c.software())
        : fail("the certificate is of another election or another log", leaf().index());
  }

  /// The roster in force is the draft's: this log has no act that changes it.
  private Map<String, Vkey> roster() {
    Map<String, Vkey> out = new HashMap<>();
    for (Draft.Body body : record.draft().bodies()) out.put(body.id(), Vkey.parse(body.vkey()));
    return out;
  }

  private Set<String> signers(Map<String, Vkey> keys) {
    Act act = RollChecks.act(leaf());
    String body = act.noteBody(record.origin());
    Set<String> out = new HashSet<>();
    for (String line : act.signatures()) {
      Vkey key = keys.get(Note.signer(line));
      if (key != null && Note.verifies(body, line, key)) out.add(key.name());
    }
    return out;
  }

  private Check.Said signed() {
    int needed = record.draft().needed("certify");
    Set<String> signers = signers(roster());
    if (reading.trust().isPresent()) {
      Trust trust = reading.trust().get();
      if (trust.bodies().isEmpty()) return notChecked("the trust file names no body");
      signers.retainAll(signers(trust.bodies()));
      needed = Math.max(needed, trust.certify());
    }
    if (signers.size() < needed) {
      return fail(
          "signed by " + new TreeSet<>(signers) + ", " + needed + " bodies are needed",
          leaf().index());
    }
    if (reading.trust().isEmpty()) return notChecked("no trust file: the bodies' keys are unknown");
    String verdict = certificate().verdict().id();
    return pass("verdict " + verdict + ", signed by " + new TreeSet<>(signers));
  }

  private Check.Said keys() {
    int lines = RollChecks.act(leaf()).signatures().size();
    return signers(roster()).size() == lines
        ? pass("every key is in force: this log rotates and revokes none")
        : fail("a signature by a key that is not in force", leaf().index());
  }

  private Check.Said window() {
    long end = record.draft().closesAt() + DAY * record.draft().disputeDays();
    for (Reading.Kept one : reading.kept()) {
      if (one.checkpoint().size() <= leaf().index()) continue;
      for (Cosignature.Cosigned c : reading.cosigned(one)) {
        if (c.time() < end) {
          return fail(c.name() + " saw the certificate before the window's end", leaf().index());
        }
      }
    }
    return pass(record.draft().disputeDays() + " days for disputes");
  }

  private Check.Said objections() {
    return pass(record.objections().size() + " objections, all in the log");
  }

  private Check.Said dissents() {
    Set<String> against = new TreeSet<>();
    for (Record.Statement one : record.dissents()) {
      Dissent dissent = Dissent.parse(one.text());
      if (dissent.certificate().equals(certificate().digest())) against.add(dissent.body());
    }
    Set<String> silent = new TreeSet<>(roster().keySet());
    silent.removeAll(signers(roster()));
    silent.removeAll(against);
    return pass("dissenting: " + against + "; not signed: " + silent);
  }

  private Check.Said countersigned() {
    List<Countersigned> said = record.countersigned();
    if (said.isEmpty()) return notApplicable("no observer has put a statement into the log");
    for (Countersigned one : said) {
      if (!record.tree().root(one.size()).equals(one.root())) {
        return fail("a statement of an observer over another log");
      }
    }
    long bad = said.stream().filter(one -> one.failed() > 0).count();
    return pass(
        said.size() + " statements of observers over this log; found something wrong: " + bad);
  }

  private Aftermath aftermath() {
    return record.aftermath().orElseThrow();
  }

  private Check.Said annulment() {
    if (!aftermath().annulled().isEmpty()) {
      Map.Entry<Integer, Record.Statement> first =
          aftermath().annulled().entrySet().iterator().next();
      return fail(
          "contest " + first.getKey() + " is annulled: " + first.getValue().text(),
          first.getValue().index());
    }
    return pass("not annulled; verdict " + certificate().verdict().id());
  }

  private Check.Said mandates() {
    List<Aftermath.Mandate> given = aftermath().mandates();
    if (given.isEmpty()) return notApplicable("no mandate in the log");
    for (Aftermath.Mandate one : given) {
      if (!record.outcomes().get(one.contest()).winners().contains(one.option())) {
        return fail("a mandate for somebody who is not elected", one.index());
      }
    }
    long revoked = given.stream().filter(one -> one.revoked().isPresent()).count();
    return pass(given.size() + " mandates, each of somebody elected; taken back: " + revoked);
  }
}
