package veche;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import veche.ballot.Seal;
import veche.crypto.Dleq;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.election.Texts;
import veche.election.Threshold;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Entry;
import veche.record.Lots;
import veche.record.Mixes;
import veche.record.Record;
import veche.roll.Enrolment;
import veche.roll.Invitation;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.trustee.Ceremony;
import veche.trustee.Decrypt;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;

/// Three bodies that hold a small election among themselves: `north`, `east` and `west`, each
/// trustee and witness, `north` the registrar. It folds what it sends, and sends it wherever it is
/// told.
public final class Coalition {
  public static final List<String> BODIES = List.of("north", "east", "west");
  public static final int T = 2;

  /// The one file of the page that `prepare` releases, `page.js`.
  public static final Bytes PAGE = Bytes.utf8("export const page = 1;\n");

  /// Where acts go: the doors of a server, or nowhere.
  public interface Door {
    void act(Act act, List<Bytes> blobs);
  }

  /// A voter with a key on the roll, and the chain of what they cast.
  public static final class Voter {
    public final Scalar secret = Entropy.system().scalar();
    public final Point vk = Point.base(secret);
    public final Invitation invitation = Invitation.draw(Entropy.system());
    private long seq;
    private Bytes prev = Bytes.zero(32);

    /// The next ballot of this voter; casting it is up to the caller.
    public Bytes ballot(Coalition coalition, List<List<Integer>> choices) {
      Bytes body = body(coalition, choices);
      seq++;
      prev = Seal.ballotId(body);
      return Seal.sign(body, secret);
    }

    public Bytes body(Coalition coalition, List<List<Integer>> choices) {
      return Seal.body(coalition.paper(), choices, vk, seq, prev, Entropy.system().bytes(32));
    }
  }

  private final Map<String, SigningKey> bodies = new LinkedHashMap<>();
  private final Map<String, SigningKey> trustees = new LinkedHashMap<>();
  private final Map<String, SigningKey> witnesses = new LinkedHashMap<>();
  private final SigningKey registrar = key("north/registrar", Vkey.ED25519);
  private final List<Scalar> shares = new ArrayList<>();
  private final List<Ceremony.Secrets> secrets = new ArrayList<>();
  private final List<Ceremony.Reveal> reveals = new ArrayList<>();
  private final Map<Bytes, Bytes> blobs = new HashMap<>();
  private final Map<String, String> addresses = new HashMap<>();
  private String naming = "Option ";
  private boolean ranked;
  private int lateDrawers;
  private boolean cancels;
  private final List<Bytes> lateValues = new ArrayList<>();
  private Draft draft;
  private Record record;
  private List<String> mirrors = List.of();

  public Coalition() {
    for (String body : BODIES) {
      bodies.put(body, key(body, Vkey.ED25519));
      trustees.put(body, key(body + "/trustee", Vkey.ED25519));
      witnesses.put(body, key(body + "/witness", Vkey.COSIGNATURE));
    }
  }

  public static SigningKey key(String name, int type) {
    return new SigningKey(name, type, Entropy.system().bytes(32));
  }

  /// Gives a body another key before the draft is drawn.
  public void adopt(String id, SigningKey key) {
    bodies.put(id, key);
  }

  /// Gives a witness an address before the draft is drawn.
  public void listens(String id, String url) {
    addresses.put(id, url);
  }

  /// Names addresses of bodies in the draft before it is drawn.
  public void mirrors(String... urls) {
    mirrors = List.of(urls);
  }

  public SigningKey body(String id) {
    return bodies.get(id);
  }

  public SigningKey trustee(String id) {
    return trustees.get(id);
  }

  public SigningKey witness(String id) {
    return witnesses.get(id);
  }

  public SigningKey registrar() {
    return registrar;
  }

  public Record record() {
    return record;
  }

  public Draft draft() {
    return draft;
  }

  /// What the names of options begin with, in place of `Option `.
  public void nameOptions(String beginning) {
    naming = beginning;
  }

  private static Texts texts(String text) {
    return Texts.of("en", text);
  }

  /// A third contest in the draft: two seats by ranking five options.
  public void ranks() {
    ranked = true;
  }

  /// The first contest decides its ties by what so many trustees reveal after `close`.
  public void drawsLate(int trustees) {
    lateDrawers = trustees;
  }

  private static Contest board() {
    return new Contest(
        "board",
        Style.Kind.RANKED,
        texts("Question board"),
        List.of("anna", "gleb", "daria", "ivan", "maria").stream()
            .map(o -> new Contest.Option(o, texts("Option " + o), texts(""), ""))
            .toList(),
        0,
        5,
        true,
        "scottish-stv",
        Map.of(),
        2,
        List.of(),
        List.of(),
        "drawn-order",
        "all");
  }

  private List<Contest> contests() {
    List<Contest> out = new ArrayList<>();
    Contest seat = contest("seat", "approval", 1, 2, List.of(), "vera", "boris", "olga");
    out.add(lateDrawers > 0 ? seat.tiesBy(Lots.TRUSTEE_SEED) : seat);
    List<Threshold> half = List.of(new Threshold("votes", 1, 2, true, 0));
    out.add(contest("platforms", "endorse", 0, 2, half, "green", "blue"));
    if (ranked) out.add(board());
    return out;
  }

  /// Two contests: one seat by approval, and two platforms to endorse; see [#ranks].
  public Draft draw(String slug, String origin, String log, long opensAt, long closesAt) {
    Map<String, Integer> rules = new LinkedHashMap<>();
    Draft.RULES.forEach(rule -> rules.put(rule, 2));
    List<Draft.Trustee> holders = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      holders.add(
          new Draft.Trustee(BODIES.get(i), i + 1, trustees.get(BODIES.get(i)).vkey().toString()));
    }
    draft =
        new Draft(
                slug,
                origin,
                log,
                Draft.Kind.TRAINING,
                List.of("en"),
                texts("A trial"),
                texts("Nothing depends on it."),
                BODIES.stream()
                    .map(
                        id ->
                            new Draft.Body(
                                id, texts("Body " + id), bodies.get(id).vkey().toString(), ""))
                    .toList(),
                rules,
                holders,
                T,
                2,
                List.of(new Draft.Registrar("north", registrar.vkey().toString())),
                "simple",
                policy(log),
                mirrors,
                contests(),
                10,
                "",
                2,
                opensAt,
                closesAt,
                closesAt,
                0,
                0,
                "")
            .assessed();
    record = new Record(origin, sha256 -> Optional.ofNullable(blobs.get(sha256)), weights());
    return draft;
  }

  private static Entropy weights() {
    return Entropy.system();
  }

  private String policy(String log) {
    StringBuilder out = new StringBuilder("log " + log + "\n");
    witnesses.forEach(
        (id, key) -> {
          String at = addresses.containsKey(id) ? " " + addresses.get(id) : "";
          out.append("witness " + id + " " + key.vkey() + at + "\n");
        });
    return out + "group all 2 north east west\nquorum all\n";
  }

  private Contest contest(
      String id, String rule, int seats, int hi, List<Threshold> thresholds, String... options) {
    return new Contest(
        id,
        Style.Kind.APPROVAL,
        texts("Question " + id),
        List.of(options).stream()
            .map(o -> new Contest.Option(o, texts(naming + o), texts(""), ""))
            .toList(),
        0,
        hi,
        true,
        rule,
        Map.of(),
        seats,
        List.of(),
        thresholds,
        "drawn-order",
        "all");
  }

  // ---- acts

  /// The next act of this type, signed by each of `signers`.
  public Act act(String type, Enc payload, SigningKey... signers) {
    Bytes id = record.drafted() ? record.id() : draft.cid();
    long serial = record.drafted() ? record.nextSerial(type) : 0;
    return sign(Act.unsigned(type, id, serial, payload), signers);
  }

  public Act sign(Act act, SigningKey... signers) {
    String body = act.noteBody(draft.origin());
    return act.with(List.of(signers).stream().map(s -> s.signLine(body)).toList());
  }

  /// Sends an act and folds it.
  public void send(Door door, Act act, Bytes... objects) {
    for (Bytes object : objects) blobs.put(object.sha256(), object);
    door.act(act, List.of(objects));
    fold(act.encode());
  }

  /// Puts an object within reach of the coalition's own fold.
  public void know(Bytes object) {
    blobs.put(object.sha256(), object);
  }

  /// Folds a leaf that reached the log by another way.
  public void fold(Bytes leaf) {
    if (!(record.admit(Entry.parse(leaf)) instanceof Admission.Admitted)) {
      throw new IllegalStateException("the coalition's own fold refuses " + Entry.parse(leaf));
    }
  }

  private SigningKey[] two() {
    return new SigningKey[] {bodies.get("north"), bodies.get("east")};
  }

  public Act draftAct(SigningKey... signers) {
    return act("draft", draft.enc(), signers);
  }

  public void sendDraft(Door door) {
    send(door, draftAct(two()));
  }

  /// The key ceremony, from commits to confirmations.
  public void makeKeys(Door door) {
    commitAndReveal(door);
    confirm(door);
  }

  /// The key ceremony before anyone confirms.
  public void commitAndReveal(Door door) {
    Bytes dctx = record.keys().context();
    int n = BODIES.size();
    for (int i = 1; i <= n; i++) {
      secrets.add(Ceremony.begin(dctx, i, T, i == n && cancels ? inverse() : Entropy.system()));
      send(door, act("dkg-commit", secrets.get(i - 1).commit().enc(), holder(i)));
    }
    List<Ceremony.Commit> commits = secrets.stream().map(Ceremony.Secrets::commit).toList();
    for (int i = 1; i <= n; i++) {
      reveals.add(Ceremony.reveal(dctx, i, secrets.get(i - 1), commits, Entropy.system()));
      Act act = act("dkg-reveal", reveals.get(i - 1).enc(), holder(i));
      if (i < n || !cancels) send(door, act);
      else {
        door.act(act, List.of());
        record.fold(List.of(act.encode()));
      }
    }
  }

  /// The trustees act in concert: the last one takes back what the others gave.
  public void cancels() {
    cancels = true;
  }

  /// Draws what cancels the parts drawn so far, and then as the system does.
  private Entropy inverse() {
    Scalar sum = Scalar.ZERO;
    for (Ceremony.Secrets one : secrets) sum = sum.plus(one.coefficients().getFirst());
    Scalar first = Scalar.ZERO.minus(sum);
    AtomicBoolean drawn = new AtomicBoolean();
    return out -> {
      if (drawn.getAndSet(true)) Entropy.system().fill(out);
      else System.arraycopy(first.encoding().toArray(), 0, out, 0, out.length);
    };
  }

  private void confirm(Door door) {
    Bytes dctx = record.keys().context();
    for (int j = 1; j <= BODIES.size(); j++) {
      shares.add(share(dctx, j, secrets.get(j - 1), reveals));
      Ceremony.Confirm confirm =
          Ceremony.confirm(
              dctx, j, shares.get(j - 1), record.keys().transcript(), Entropy.system());
      send(door, act("dkg-confirm", confirm.enc(), holder(j)));
    }
  }

  private static Scalar share(
      Bytes dctx, int j, Ceremony.Secrets own, List<Ceremony.Reveal> reveals) {
    List<Scalar> parts = new ArrayList<>();
    for (int i = 1; i <= reveals.size(); i++) {
      parts.add(
          i == j
              ? veche.crypto.Sharing.evaluate(own.coefficients(), j)
              : Ceremony.share(dctx, i, j, reveals.get(i - 1), own.ek()).orElseThrow());
    }
    return Ceremony.secretShare(parts);
  }

  /// The key share of a trustee, from 1.
  public Scalar share(int index) {
    return shares.get(index - 1);
  }

  /// The acts' key of a trustee, from 1.
  public SigningKey holder(int index) {
    return trustees.get(BODIES.get(index - 1));
  }

  public Enrolment enrolment(Voter voter) {
    return voter.invitation.enrol(draft.slug(), draft.cid(), 0, voter.secret);
  }

  private Bytes signed(Point vk) {
    byte[] entry = RollRow.signedBytes(draft.cid(), vk).toArray();
    return veche.crypto.Ed25519.sign(registrar.seed(), entry);
  }

  /// The rows that the registrar signs for these voters.
  public List<RollRow> rows(List<Voter> voters) {
    return voters.stream().map(v -> enrolment(v).row(0, signed(v.vk))).toList();
  }

  public void freeze(Door door, List<Voter> voters) {
    List<RollRow> rows = rows(voters);
    Bytes blob = Roll.merge(List.of(rows)).blob();
    send(
        door,
        act("roll-freeze", Enc.list(Enc.uint(rows.size()), Enc.bytes(blob.sha256())), registrar),
        blob);
  }

  /// The lot and the page's files; then `open` can follow.
  public void prepare(Door door) {
    List<Bytes> values = new ArrayList<>();
    int drawers = Math.max(T, lateDrawers);
    for (int j = 1; j <= drawers; j++) {
      values.add(Entropy.system().bytes(32));
      lateValues.add(Entropy.system().bytes(32));
      List<Bytes> both = List.of(values.get(j - 1), lateValues.get(j - 1));
      Enc payload = Lots.payload(draft.cid(), j, lateDrawers > 0 ? both : both.subList(0, 1));
      send(door, act("lot-commit", payload, holder(j)));
    }
    for (int j = 1; j <= drawers; j++) {
      send(door, act("lot-reveal", Enc.list(Enc.bytes(values.get(j - 1))), holder(j)));
    }
    Enc page = Enc.list(Enc.text("page.js"), Enc.bytes(PAGE.sha256()));
    send(door, act("web-release", Enc.list(Enc.list(page), Enc.text("")), two()));
  }

  public Act openAct(SigningKey... signers) {
    return act("open", record.manifestToOpen().orElseThrow().enc(), signers);
  }

  public void open(Door door) {
    send(door, openAct(two()));
  }

  public Act closeAct(SigningKey... signers) {
    return act("close", Enc.list(Enc.uint(draft.closesAt())), signers);
  }

  public void close(Door door) {
    send(door, closeAct(two()));
  }

  /// The mix of one trustee of a ranked contest, whether or not it is its turn.
  public Mix.Made mixed(int k, int place) {
    Mixes mixes = record.mixes().orElseThrow();
    return Mix.make(
        mixes.transcript(k),
        record.eid().orElseThrow(),
        k,
        place,
        record.manifest().orElseThrow().key(),
        mixes.last(k).orElseThrow(),
        Entropy.system(),
        rows -> {});
  }

  /// Mixes of one trustee of every ranked contest.
  public void mix(Door door, int j) {
    Mixes mixes = record.mixes().orElseThrow();
    for (int k : mixes.contests()) {
      Mix.Made made = mixed(k, mixes.done(k).size() + 1);
      send(door, act("mix", made.payload().enc(), holder(j)), made.blobs().toArray(Bytes[]::new));
    }
  }

  /// What a trustee reveals after `close`.
  public Act lateReveal(int j) {
    return act("lot-reveal", Enc.list(Enc.bytes(lateValues.get(j - 1))), holder(j));
  }

  /// Contributions of the first t trustees to every contest.
  public void decrypt(Door door) {
    for (int j = 1; j <= T; j++) decrypt(door, j);
  }

  /// Contributions of one trustee to every contest.
  public void decrypt(Door door, int j) {
    for (int k = 0; k < draft.contests().size(); k++) {
      var openings = record.openings().orElseThrow();
      Scalar share = shares.get(j - 1);
      var list = openings.list(k);
      Bytes factors = Dleq.blob(Dleq.factors(share, list));
      Dleq proof =
          Decrypt.prove(
              openings.context(k), j, share, list, Dleq.factors(share, list), Entropy.system());
      Enc payload =
          new Decrypt.Payload(
                  k, openings.kind(k), "main", openings.digest(k), factors.sha256(), proof)
              .enc();
      send(door, act("decrypt", payload, holder(j)), factors);
    }
  }

  /// Everything up to an open election with these voters.
  public void openFor(Door door, List<Voter> voters) {
    sendDraft(door);
    makeKeys(door);
    freeze(door, voters);
    prepare(door);
    open(door);
  }

  public Seal.Paper paper() {
    return new Seal.Paper(
        record.eid().orElseThrow(), record.manifest().orElseThrow().key(), draft.styles());
  }
}
