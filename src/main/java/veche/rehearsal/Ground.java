package veche.rehearsal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.crypto.Ed25519;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Sharing;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.election.Texts;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Entry;
import veche.record.Lots;
import veche.record.Record;
import veche.roll.Enrolment;
import veche.roll.Invitation;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.trustee.Ceremony;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Enc;

/// An election for measurements and attacks, opened at a server's doors within seconds by one
/// process that holds every key in memory. It shows nothing about the coalition: [Coalition] does.
final class Ground {
  static final List<String> BODIES = List.of("north", "east", "west");
  private static final int T = 2;

  /// A voter of the roll and the chain of what they cast.
  static final class Person {
    final Scalar secret;
    final Point vk;
    final Invitation invitation;
    private long seq;
    private Bytes prev = Bytes.zero(32);

    Person(Entropy entropy) {
      secret = entropy.scalar();
      vk = Point.base(secret);
      invitation = Invitation.draw(entropy);
    }
  }

  private final Entropy entropy;
  private final Remote server;
  private final List<SigningKey> bodies = new ArrayList<>();
  private final List<SigningKey> trustees = new ArrayList<>();
  private final List<SigningKey> witnesses = new ArrayList<>();
  private final SigningKey registrar;
  private final Map<Bytes, Bytes> blobs = new HashMap<>();
  private final Draft draft;
  private final Remote remote;
  private final Record record;

  /// Reserves a name with the hosted key, which becomes the first body's, and logs the draft.
  ///
  /// @param host the server's name in the origins of its logs
  Ground(Remote server, String host, SigningKey hosted, Entropy entropy, long closesAt) {
    this(server, host, hosted, entropy, closesAt, List.of("vera", "boris", "olga"));
  }

  Ground(
      Remote server,
      String host,
      SigningKey hosted,
      Entropy entropy,
      long closesAt,
      List<String> options) {
    this.entropy = entropy;
    this.server = server;
    for (String body : BODIES) {
      bodies.add(body.equals(BODIES.getFirst()) ? hosted : key(body, Vkey.ED25519));
      trustees.add(key(body + "/trustee", Vkey.ED25519));
      witnesses.add(key(body + "/witness", Vkey.COSIGNATURE));
    }
    registrar = key("north/registrar", Vkey.ED25519);
    var given = Json.read(server.post("elections", request(host, hosted, now())).body().utf8());
    draft =
        draft(
            given.path("slug").asText(),
            given.path("origin").asText(),
            given.path("log").asText(),
            closesAt,
            options);
    remote = new Remote(server.base() + "/e/" + draft.slug());
    record = new Record(draft.origin(), digest -> Optional.ofNullable(blobs.get(digest)), entropy);
    send(act("draft", draft.enc(), two()));
  }

  static SigningKey key(String name, int type, Entropy entropy) {
    return new SigningKey(name, type, entropy.bytes(32));
  }

  private SigningKey key(String name, int type) {
    return key(name, type, entropy);
  }

  static long now() {
    return System.currentTimeMillis() / 1000;
  }

  static Bytes note(String body, SigningKey key) {
    return Bytes.utf8(new Note(body, List.of(key.signLine(body))).text());
  }

  /// doors §3 `/elections`.
  static Bytes request(String host, SigningKey hosted, long time) {
    return note("veche.host/v1\n" + host + "\n" + time + "\n", hosted);
  }

  private static Texts texts(String text) {
    return Texts.of("en", text);
  }

  private static Contest contest(String id, String rule, int seats, int hi, List<String> options) {
    return new Contest(
        id,
        Style.Kind.APPROVAL,
        texts("Question " + id),
        options.stream()
            .map(o -> new Contest.Option(o, texts("Option " + o), texts(""), ""))
            .toList(),
        0,
        hi,
        true,
        rule,
        Map.of(),
        seats,
        List.of(),
        List.of(),
        "drawn-order",
        "all");
  }

  private Draft draft(String slug, String origin, String log, long closesAt, List<String> options) {
    Map<String, Integer> rules = new LinkedHashMap<>();
    Draft.RULES.forEach(rule -> rules.put(rule, 2));
    List<Draft.Trustee> holders = new ArrayList<>();
    StringBuilder policy = new StringBuilder("log " + log + "\n");
    for (int i = 0; i < BODIES.size(); i++) {
      String id = BODIES.get(i);
      holders.add(new Draft.Trustee(id, i + 1, trustee(id).vkey().toString()));
      policy.append("witness " + id + " " + witness(id).vkey() + "\n");
    }
    policy.append("group all 2 " + String.join(" ", BODIES) + "\nquorum all\n");
    return new Draft(
        slug,
        origin,
        log,
        Draft.Kind.TRAINING,
        List.of("en"),
        texts("A trial"),
        texts("Nothing depends on it."),
        BODIES.stream()
            .map(id -> new Draft.Body(id, texts("Body " + id), body(id).vkey().toString(), ""))
            .toList(),
        rules,
        holders,
        T,
        2,
        List.of(new Draft.Registrar("north", registrar.vkey().toString())),
        "simple",
        policy.toString(),
        List.of(),
        List.of(contest("seat", "approval", 1, 2, options)),
        1_000,
        "",
        2,
        now() - 60,
        closesAt,
        closesAt,
        0,
        0,
        "");
  }

  // ---- who and where

  Draft draft() {
    return draft;
  }

  Record record() {
    return record;
  }

  Remote remote() {
    return remote;
  }

  Remote server() {
    return server;
  }

  SigningKey body(String id) {
    return bodies.get(BODIES.indexOf(id));
  }

  SigningKey trustee(String id) {
    return trustees.get(BODIES.indexOf(id));
  }

  SigningKey witness(String id) {
    return witnesses.get(BODIES.indexOf(id));
  }

  SigningKey registrar() {
    return registrar;
  }

  private SigningKey[] two() {
    return new SigningKey[] {body("north"), body("east")};
  }

  // ---- acts

  /// The next act of this type, signed by each of `signers`.
  Act act(String type, Enc payload, SigningKey... signers) {
    Bytes id = record.drafted() ? record.id() : draft.cid();
    long serial = record.drafted() ? record.nextSerial(type) : 0;
    return sign(Act.unsigned(type, id, serial, payload), signers);
  }

  Act sign(Act act, SigningKey... signers) {
    String body = act.noteBody(draft.origin());
    return act.with(List.of(signers).stream().map(s -> s.signLine(body)).toList());
  }

  /// doors §3 `acts`.
  static Bytes posted(Act act, List<Bytes> objects) {
    return Enc.list(Enc.bytes(act.encode()), Enc.list(objects, Enc::bytes)).encode();
  }

  private void send(Act act, Bytes... with) {
    List<Bytes> all = List.of(with);
    for (Bytes object : all) blobs.put(object.sha256(), object);
    remote.post("acts", posted(act, all));
    fold(act.encode());
  }

  /// Folds a leaf that the server took.
  void fold(Bytes leaf) {
    if (!(record.admit(Entry.parse(leaf)) instanceof Admission.Admitted)) {
      throw new IllegalStateException("the own fold refuses what the server took");
    }
  }

  /// The key ceremony: afterwards voters may enrol.
  void makeKeys() {
    Bytes dctx = record.keys().context();
    int n = BODIES.size();
    List<Ceremony.Secrets> secrets = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      secrets.add(Ceremony.begin(dctx, i, T, entropy));
      send(act("dkg-commit", secrets.get(i - 1).commit().enc(), holder(i)));
    }
    List<Ceremony.Commit> commits = secrets.stream().map(Ceremony.Secrets::commit).toList();
    List<Ceremony.Reveal> reveals = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      reveals.add(Ceremony.reveal(dctx, i, secrets.get(i - 1), commits, entropy));
      send(act("dkg-reveal", reveals.get(i - 1).enc(), holder(i)));
    }
    for (int j = 1; j <= n; j++) {
      Scalar share = share(dctx, j, secrets.get(j - 1), reveals);
      send(
          act(
              "dkg-confirm",
              Ceremony.confirm(dctx, j, share, record.keys().transcript(), entropy).enc(),
              holder(j)));
    }
  }

  private SigningKey holder(int index) {
    return trustees.get(index - 1);
  }

  private static Scalar share(
      Bytes dctx, int j, Ceremony.Secrets own, List<Ceremony.Reveal> reveals) {
    List<Scalar> parts = new ArrayList<>();
    for (int i = 1; i <= reveals.size(); i++) {
      parts.add(
          i == j
              ? Sharing.evaluate(own.coefficients(), j)
              : Ceremony.share(dctx, i, j, reveals.get(i - 1), own.ek()).orElseThrow());
    }
    return Ceremony.secretShare(parts);
  }

  Enrolment enrolment(Person person) {
    return person.invitation.enrol(draft.slug(), draft.cid(), 0, person.secret);
  }

  /// Freezes the roll, draws the lot, releases a page of one file and opens.
  void openFor(List<Person> people) {
    List<RollRow> rows =
        people.stream()
            .map(
                p -> {
                  byte[] entry = RollRow.signedBytes(draft.cid(), p.vk).toArray();
                  return enrolment(p).row(0, Ed25519.sign(registrar.seed(), entry));
                })
            .toList();
    Bytes blob = Roll.merge(List.of(rows)).blob();
    Enc frozen = Enc.list(Enc.uint(rows.size()), Enc.bytes(blob.sha256()));
    send(act("roll-freeze", frozen, registrar), blob);
    List<Bytes> values = new ArrayList<>();
    for (int j = 1; j <= T; j++) {
      values.add(entropy.bytes(32));
      Bytes commitment = Lots.commitment(draft.cid(), j, values.get(j - 1));
      send(act("lot-commit", Enc.list(Enc.bytes(commitment)), holder(j)));
    }
    for (int j = 1; j <= T; j++) {
      send(act("lot-reveal", Enc.list(Enc.bytes(values.get(j - 1))), holder(j)));
    }
    Enc page = Enc.list(Enc.text("page.js"), Enc.bytes(Bytes.utf8("page").sha256()));
    send(act("web-release", Enc.list(Enc.list(page), Enc.text("")), two()));
    send(act("open", record.manifestToOpen().orElseThrow().enc(), two()));
  }

  // ---- ballots

  Seal.Paper paper() {
    return new Seal.Paper(
        record.eid().orElseThrow(), record.manifest().orElseThrow().key(), draft.styles());
  }

  /// A ballot body that would be this person's next.
  Bytes body(Person person, List<List<Integer>> choices) {
    return Seal.body(paper(), choices, person.vk, person.seq, person.prev, entropy.bytes(32));
  }

  /// The next ballot of a person, who counts it as cast.
  Bytes ballot(Person person, List<List<Integer>> choices) {
    Bytes body = body(person, choices);
    person.seq++;
    person.prev = Seal.ballotId(body);
    return Seal.sign(body, person.secret);
  }
}
