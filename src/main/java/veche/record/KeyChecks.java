package veche.record;

import static veche.record.Check.Said.fail;
import static veche.record.Check.Said.notApplicable;
import static veche.record.Check.Said.notChecked;
import static veche.record.Check.Said.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Transcript;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.trustee.Ceremony;
import veche.wire.Bytes;
import veche.wire.Enc;

/// checks §1 SET: the definition is the one people agreed on, and nobody alone holds its key.
final class KeyChecks {
  private static final Set<String> RULES = Set.of("approval", "endorse");

  private final Reading reading;
  private final Record record;

  private KeyChecks(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  static void make(Reading reading, Verifier.Findings out) {
    KeyChecks checks = new KeyChecks(reading);
    out.on("SET-01", () -> checks.on("SET-01", checks::definition));
    out.on("SET-02", () -> checks.on("SET-02", checks::agreed));
    out.on("SET-03", () -> checks.keyed("SET-03", checks::group));
    out.on("SET-04", () -> checks.keyed("SET-04", checks::possession));
    out.on("SET-05", () -> checks.keyed("SET-05", checks::transcript));
    out.on("SET-06", () -> checks.keyed("SET-06", checks::combined));
    out.on("SET-07", () -> checks.on("SET-07", checks::threshold));
    out.on("SET-08", () -> checks.on("SET-08", checks::drawn));
    out.on("SET-09", () -> notApplicable("no leaf type carries a rehearsal's result"));
    out.on("SET-10", () -> checks.on("SET-10", checks::bound));
  }

  private Check.Said on(String id, Supplier<Check.Said> check) {
    Optional<Reading.Seen> bad = reading.against(id);
    if (bad.isPresent()) return reading.refused(bad.get());
    if (!record.drafted()) {
      boolean told = reading.against("SET-02").or(() -> reading.against("SET-07")).isPresent();
      return id.equals("SET-01") && !told
          ? fail("the first leaf is no definition", 0)
          : notChecked("no definition stands");
    }
    return check.get();
  }

  private Check.Said keyed(String id, Supplier<Check.Said> check) {
    return on(
        id,
        () -> {
          if (record.phase() == Phase.VOID) {
            return id.equals("SET-05")
                ? fail("a trustee complained: the ceremony is void")
                : notApplicable("the ceremony is void");
          }
          if (!record.keys().complete()) return notApplicable("the key is not made yet");
          return check.get();
        });
  }

  private Check.Said definition() {
    Draft draft = record.draft();
    List<Draft.Flaw> flaws = Record.flaws(draft);
    if (!flaws.isEmpty()) return fail(flaws.getFirst().path() + ": " + flaws.getFirst().message());
    for (var contest : draft.contests()) {
      boolean known =
          RULES.contains(contest.rule()) || Contest.RANKED_RULES.contains(contest.rule());
      if (!known) return fail("no rule " + contest.rule());
    }
    if (reading.trust().isEmpty()) return notChecked("no trust file: any definition would do");
    Optional<Bytes> cid = reading.trust().get().election(draft.slug());
    if (cid.isEmpty()) return notChecked("the trust file names no election " + draft.slug());
    return cid.get().equals(record.cid())
        ? pass("definition " + record.cid())
        : fail("another definition than that of the trust file", 0);
  }

  private Check.Said agreed() {
    Draft draft = record.draft();
    Act act = RollChecks.act(reading.stand("draft").getFirst());
    if (reading.trust().isEmpty()) return notChecked("no trust file: the bodies' keys are unknown");
    Map<String, Vkey> bodies = reading.trust().get().bodies();
    for (Draft.Body body : draft.bodies()) {
      Vkey key = bodies.get(body.id());
      if (key == null) return notChecked("the trust file has no key of " + body.id());
      if (!key.toString().equals(body.vkey())) {
        return fail("the key of " + body.id() + " is not the one of the trust file", 0);
      }
    }
    int signed = signers(act, bodies).size();
    return signed >= draft.needed("define")
        ? pass(signed + " of " + draft.bodies().size() + " bodies signed")
        : fail(signed + " bodies signed, " + draft.needed("define") + " are needed", 0);
  }

  /// Which keys of these have signed an act.
  private Set<String> signers(Act act, Map<String, Vkey> keys) {
    Set<String> out = new HashSet<>();
    String body = act.noteBody(record.origin());
    for (String line : act.signatures()) {
      Vkey key = keys.get(Note.signer(line));
      if (key != null && Note.verifies(body, line, key)) out.add(key.name());
    }
    return out;
  }

  private Check.Said group() {
    List<Point> points = new ArrayList<>(record.keys().shares());
    points.add(record.keys().key());
    if (points.stream().anyMatch(Point::isIdentity)) return fail("a key is the identity");
    return pass("P-256 and its base point are in the program; every point read lies on it");
  }

  private List<Ceremony.Commit> commits() {
    return IntStream.rangeClosed(1, n())
        .mapToObj(i -> record.keys().commitOf(i).orElseThrow())
        .toList();
  }

  private List<Ceremony.Reveal> reveals() {
    return IntStream.rangeClosed(1, n())
        .mapToObj(i -> record.keys().revealOf(i).orElseThrow())
        .toList();
  }

  private int n() {
    return record.draft().trustees().size();
  }

  private Bytes context() {
    return Ceremony.context(
        record.cid(),
        n(),
        record.draft().t(),
        record.roster().trustees().stream().map(Vkey::key).toList());
  }

  private Check.Said possession() {
    Set<String> holders = new HashSet<>();
    Bytes dctx = context();
    for (Draft.Trustee trustee : record.draft().trustees()) {
      int i = trustee.index();
      if (!holders.add(trustee.body()) || !holders.add(trustee.vkey())) {
        return fail("two trustees are one: " + trustee.body());
      }
      var wrong =
          Ceremony.checkReveal(
              dctx, n(), record.draft().t(), i, commits().get(i - 1), reveals().get(i - 1));
      if (wrong.isPresent()) return fail("trustee " + i + ": " + wrong.get().detail());
      var confirm = record.keys().confirmOf(i).orElseThrow();
      wrong = Ceremony.checkConfirm(dctx, i, Ceremony.shareKey(reveals(), i), confirm);
      if (wrong.isPresent()) return fail("trustee " + i + ": " + wrong.get().detail());
    }
    return pass(n() + " trustees, each proved its part and its share");
  }

  private Check.Said transcript() {
    Bytes transcript = Ceremony.transcript(context(), commits(), reveals());
    for (int i = 1; i <= n(); i++) {
      if (!record.keys().confirmOf(i).orElseThrow().transcript().equals(transcript)) {
        return fail("trustee " + i + " confirmed another ceremony");
      }
    }
    if (!record.keys().complaints().isEmpty()) return fail("a complaint stands");
    return pass("all confirmed one transcript, nobody complained");
  }

  private Check.Said combined() {
    Point key = Ceremony.key(reveals());
    List<Point> shares =
        IntStream.rangeClosed(1, n()).mapToObj(j -> Ceremony.shareKey(reveals(), j)).toList();
    if (!Ceremony.consistent(key, shares, record.draft().t())) {
      return fail("two sets of shares do not give one key");
    }
    Optional<Manifest> manifest = record.manifest();
    if (manifest.isPresent()
        && (!manifest.get().key().equals(key) || !manifest.get().shares().equals(shares))) {
      return fail("the manifest states another key than the trustees made", record.openIndex());
    }
    return pass(
        "the key is the sum of all parts, and any " + record.draft().t() + " shares give it");
  }

  private Check.Said threshold() {
    int t = record.draft().t();
    if (2 * t <= n() || t >= n()) return fail("t = " + t + " of n = " + n());
    Map<String, Integer> held = new HashMap<>();
    for (Draft.Trustee trustee : record.draft().trustees()) {
      if (held.merge(trustee.body(), 1, Integer::sum) >= t) {
        return fail(trustee.body() + " alone holds " + t + " shares");
      }
    }
    return pass(t + " of " + n() + " trustees, of distinct bodies");
  }

  private Check.Said drawn() {
    TreeMap<Integer, List<Bytes>> commits = committed(reading);
    TreeMap<Integer, Bytes> reveals = revealed(reading, false);
    if (record.openIndex() < 0) return notApplicable("the order is not drawn before `open`");
    Optional<Integer> liar = liar(record, commits, reveals, 0);
    if (liar.isPresent()) {
      return fail("trustee " + liar.get() + " revealed what it had not committed to");
    }
    if (reveals.size() < record.draft().t()) return fail("fewer reveals than t");
    for (int k = 0; k < record.draft().contests().size(); k++) {
      if (!order(reading, k).equals(record.optionOrder(k))) return fail("contest " + k + ": order");
    }
    Set<Integer> silent = new HashSet<>(commits.keySet());
    silent.removeAll(reveals.keySet());
    return pass(
        reveals.size()
            + " trustees drew the order"
            + (silent.isEmpty() ? "" : "; committed but did not reveal: " + silent));
  }

  /// Who revealed what it had not committed to, if anybody did.
  ///
  /// @param which of the values committed to
  static Optional<Integer> liar(
      Record record, Map<Integer, List<Bytes>> commits, Map<Integer, Bytes> reveals, int which) {
    for (Map.Entry<Integer, Bytes> one : reveals.entrySet()) {
      Bytes commit =
          Transcript.th(
              "lot-commit",
              Enc.bytes(record.cid()),
              Enc.uint(one.getKey()),
              Enc.bytes(one.getValue()));
      List<Bytes> own = commits.getOrDefault(one.getKey(), List.of());
      if (own.size() <= which || !own.get(which).equals(commit)) return Optional.of(one.getKey());
    }
    return Optional.empty();
  }

  static TreeMap<Integer, List<Bytes>> committed(Reading reading) {
    TreeMap<Integer, List<Bytes>> out = new TreeMap<>();
    for (Reading.Seen seen : reading.stand("lot-commit")) {
      Act act = RollChecks.act(seen);
      Enc.Fields f = act.payload().fields("lot-commit");
      List<Bytes> values = new ArrayList<>();
      while (f.remaining() > 0) values.add(f.bytes("commit", 32));
      out.put(trustee(reading, act), values);
    }
    return out;
  }

  /// @param late what was revealed after `close`, else what was revealed before `open`
  static TreeMap<Integer, Bytes> revealed(Reading reading, boolean late) {
    TreeMap<Integer, Bytes> out = new TreeMap<>();
    long open = reading.record().openIndex();
    for (Reading.Seen seen : reading.stand("lot-reveal")) {
      if (late != (open >= 0 && seen.index() > open)) continue;
      Act act = RollChecks.act(seen);
      out.put(trustee(reading, act), act.payload().fields("lot-reveal").bytes("value", 32));
    }
    return out;
  }

  private static int trustee(Reading reading, Act act) {
    String signer = Note.signer(act.signatures().getFirst());
    List<String> names = reading.record().roster().trustees().stream().map(Vkey::name).toList();
    return names.indexOf(signer) + 1;
  }

  /// record §8a, once more: option positions by their rank under the seed of all reveals before
  /// `open`.
  static List<Integer> order(Reading reading, int contest) {
    return order(reading, contest, revealed(reading, false));
  }

  /// record §8a, once more: the order in which the contest's ties are decided.
  static List<Integer> ties(Reading reading, int contest) {
    return order(reading, contest, revealed(reading, late(reading, contest)));
  }

  /// Whether what was revealed after `close` decides the contest's ties.
  static boolean late(Reading reading, int contest) {
    Draft draft = reading.record().draft();
    return draft.contests().get(contest).lot().equals("trustee-seed")
        && revealed(reading, true).size() >= draft.t();
  }

  private static List<Integer> order(Reading reading, int contest, TreeMap<Integer, Bytes> values) {
    Bytes seed = Transcript.th("lot", Enc.list(values.values(), Enc::bytes));
    List<String> ids = reading.record().draft().contests().get(contest).optionIds();
    TreeMap<Bytes, Integer> ranks = new TreeMap<>(Comparator.naturalOrder());
    for (int j = 0; j < ids.size(); j++) {
      ranks.put(
          Transcript.th("lot-rank", Enc.bytes(seed), Enc.uint(contest), Enc.text(ids.get(j))), j);
    }
    return List.copyOf(ranks.values());
  }

  private Check.Said bound() {
    Bytes eid = record.eid().orElse(Bytes.EMPTY);
    for (Reading.Seen seen : reading.acts()) {
      Act act = seen.act();
      if (act == null || !seen.stands()) continue;
      boolean before = record.openIndex() < 0 || seen.index() <= record.openIndex();
      if (!act.id().equals(before ? record.cid() : eid)) {
        return fail("an act of another election", seen.index());
      }
    }
    Optional<Manifest> manifest = record.manifest();
    if (manifest.isPresent() && !manifest.get().draftDigest().equals(record.cid())) {
      return fail("the manifest is of another definition", record.openIndex());
    }
    return pass("every later leaf carries the definition's digest or the manifest's");
  }
}
