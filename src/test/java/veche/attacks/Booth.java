package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import veche.ballot.Ballot;
import veche.ballot.BallotCheck;
import veche.ballot.Chain;
import veche.ballot.Seal;
import veche.crypto.ElGamal;
import veche.crypto.Embedding;
import veche.crypto.Entropy;
import veche.crypto.OrProof;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// A small election and two voters, and an attacker's own tools: provers that use whatever
/// randomness they are told, written against the specification and not with `ballot.Seal`.
public final class Booth {
  static final long SEED = 20261123;
  static final Bytes FIRST = Bytes.zero(32);

  final Entropy dice = new Random(SEED)::nextBytes;
  final Bytes eid;
  final Scalar secret = dice.scalar();
  final Point key;
  final Scalar alice = dice.scalar();
  final Scalar bob = dice.scalar();
  final List<Style> styles;
  final List<List<Integer>> choices;
  final Seal.Paper paper;
  final Set<Bytes> roll = Set.of(vk(alice).encoding(), vk(bob).encoding());
  final BallotCheck check;

  Booth() {
    eid = dice.bytes(32);
    key = Point.base(secret);
    styles =
        List.of(
            new Style(Style.Kind.APPROVAL, 3, 1, 2),
            new Style(Style.Kind.APPROVAL, 3, 1, 2),
            new Style(Style.Kind.APPROVAL, 2, 0, 2),
            new Style(Style.Kind.RANKED, 3, 0, 3));
    choices = List.of(List.of(1, 0, 1), List.of(0, 1, 0), List.of(1, 1), List.of(2, 0));
    paper = new Seal.Paper(eid, key, styles);
    check = new BallotCheck(eid, key, styles, roll::contains);
  }

  /// The same tools in somebody's election.
  public Booth(Seal.Paper paper, List<List<Integer>> choices) {
    this.paper = paper;
    this.choices = choices;
    eid = paper.eid();
    key = paper.key();
    styles = paper.styles();
    check = new BallotCheck(eid, key, styles, roll::contains);
  }

  static Point vk(Scalar secret) {
    return Point.base(secret);
  }

  Bytes body(Scalar voter) {
    return body(voter, 0, FIRST);
  }

  Bytes body(Scalar voter, long seq, Bytes prev) {
    return Seal.body(paper, choices, vk(voter), seq, prev, dice.bytes(32));
  }

  /// What an honest check and the fold say of a leaf, in this order; the plain and the batched form
  /// must agree on the way.
  String verdict(Chain chain, Bytes leaf) {
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return "malformed";
    }
    Optional<Refused> plain = check.checkPlainly(ballot);
    assertThat(check.check(List.of(ballot), Entropy.system()).getFirst()).isEqualTo(plain);
    return plain
        .or(() -> chain.admit(chain.valid(), ballot))
        .map(refused -> refused.code().id())
        .orElse("accepted");
  }

  String verdict(Bytes leaf) {
    return verdict(new Chain(styles), leaf);
  }

  // ---- an attacker's pen

  /// Signs any bytes as a body, whatever they hold.
  Bytes signAnything(Bytes body, Scalar voter) {
    Schnorr sig = Schnorr.sign("ballot-sig", voter, vk(voter), digest(body));
    return leaf(body, sig.t().encoding(), sig.z().encoding());
  }

  static Bytes digest(Bytes body) {
    return Transcript.th("ballot-body", Enc.bytes(body));
  }

  /// A leaf around any 33 and 32 bytes in the places of T and z.
  Bytes leaf(Bytes body, Bytes t, Bytes z) {
    Bytes good =
        Enc.list(
                Enc.text("ballot"),
                Enc.uint(1),
                Enc.bytes(eid),
                Enc.bytes(body),
                Enc.of(Point.GENERATOR),
                Enc.of(Scalar.ONE))
            .encode();
    // T, the type of z and z stand at the end
    return good.slice(0, good.length() - 33 - 1 - 32)
        .concat(t)
        .concat(Bytes.fromHex("05"))
        .concat(z);
  }

  Bytes bctx(Point vk, long seq, Bytes prev) {
    return bctx(eid, vk, seq, prev);
  }

  static Bytes bctx(Bytes eid, Point vk, long seq, Bytes prev) {
    return Transcript.th("ballot-ctx", Enc.bytes(eid), Enc.of(vk), Enc.uint(seq), Enc.bytes(prev));
  }

  static Bytes body(Bytes eid, Point vk, long seq, Bytes prev, List<Enc> answers) {
    return Enc.list(
            Enc.text("veche/1/ballot"),
            Enc.bytes(eid),
            Enc.of(vk),
            Enc.uint(seq),
            Enc.bytes(prev),
            Enc.list(answers))
        .encode();
  }

  Bytes body(Point vk, long seq, Bytes prev, List<Enc> answers) {
    return body(eid, vk, seq, prev, answers);
  }

  /// The answers of a body as their ENC values.
  static List<Enc> answers(Bytes body) {
    return items(items(Enc.parse(body, Point::decode)).get(5));
  }

  static List<Enc> items(Enc list) {
    Enc.Fields f = list.fields("list");
    List<Enc> out = new ArrayList<>();
    while (f.remaining() > 0) out.add(f.any("item"));
    return out;
  }

  static <T> List<T> with(List<T> list, int at, T item) {
    List<T> out = new ArrayList<>(list);
    out.set(at, item);
    return out;
  }

  static List<Enc> exchanged(List<Enc> list, int i, int j) {
    return with(with(list, i, list.get(j)), j, list.get(i));
  }

  /// A complete approval answer for these marks under exactly this randomness.
  Enc approval(Bytes bctx, int k, List<Integer> marks, List<Scalar> r) {
    List<ElGamal> pairs = new ArrayList<>();
    for (int j = 0; j < marks.size(); j++) {
      pairs.add(ElGamal.encrypt(key, Point.base(Scalar.of(marks.get(j))), r.get(j)));
    }
    List<Enc> flat = new ArrayList<>();
    for (ElGamal pair : pairs) flat.addAll(List.of(pair.first(), pair.second()));
    Bytes actx =
        Transcript.th("approval-ctx", Enc.bytes(bctx), Enc.uint(k), Enc.of(key), Enc.list(flat));
    List<Enc> proofs = new ArrayList<>();
    for (int j = 0; j < marks.size(); j++) {
      int option = j;
      proofs.add(
          OrProof.prove(
                  key,
                  pairs.get(j),
                  r.get(j),
                  marks.get(j),
                  0,
                  1,
                  randomNonces(),
                  first -> Transcript.hs("or01", Enc.bytes(actx), Enc.uint(option), first))
              .enc());
    }
    return Enc.list(
        Enc.uint(k),
        Enc.text("approval"),
        Enc.list(flat),
        Enc.list(proofs),
        range(actx, styles.get(k), pairs, marks, r));
  }

  private Enc range(
      Bytes actx, Style style, List<ElGamal> pairs, List<Integer> marks, List<Scalar> r) {
    if (!style.limited()) return Enc.list();
    ElGamal sum = pairs.stream().reduce(ElGamal.NONE, ElGamal::plus);
    Scalar total = r.stream().reduce(Scalar.ZERO, Scalar::plus);
    int marked = marks.stream().mapToInt(Integer::intValue).sum();
    return OrProof.prove(
            key,
            sum,
            total,
            marked,
            style.lo(),
            style.hi(),
            randomNonces(),
            first ->
                Transcript.hs(
                    "or-range", Enc.bytes(actx), Enc.uint(style.lo()), Enc.uint(style.hi()), first))
        .enc();
  }

  private OrProof.Nonces randomNonces() {
    Scalar w = dice.scalar();
    List<Scalar> c = new ArrayList<>();
    List<Scalar> z = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      c.add(dice.scalar());
      z.add(dice.scalar());
    }
    return new OrProof.Nonces() {
      @Override
      public Scalar w() {
        return w;
      }

      @Override
      public Scalar c(int value) {
        return c.get(value);
      }

      @Override
      public Scalar z(int value) {
        return z.get(value);
      }
    };
  }

  /// A complete ranked answer for a code under exactly this randomness.
  Enc ranked(Bytes bctx, int k, long code, Scalar r) {
    ElGamal pair = ElGamal.encrypt(key, Embedding.embed(java.math.BigInteger.valueOf(code)), r);
    Scalar w = dice.scalar();
    Point t = Point.base(w);
    Scalar c =
        Transcript.hs(
            "ranked-pok",
            Enc.bytes(bctx),
            Enc.uint(k),
            Enc.of(key),
            pair.first(),
            pair.second(),
            Enc.of(t));
    return Enc.list(
        Enc.uint(k),
        Enc.text("ranked"),
        pair.first(),
        pair.second(),
        Enc.of(t),
        Enc.of(w.plus(c.times(r))));
  }

  List<Scalar> scalars(int n) {
    List<Scalar> out = new ArrayList<>();
    for (int i = 0; i < n; i++) out.add(dice.scalar());
    return out;
  }

  /// A whole ballot of this voter made with the attacker's provers.
  public Bytes forged(Scalar voter, List<List<Scalar>> r) {
    Bytes bctx = bctx(vk(voter), 0, FIRST);
    List<Enc> answers = new ArrayList<>();
    for (int k = 0; k < styles.size(); k++) {
      answers.add(
          styles.get(k).kind() == Style.Kind.APPROVAL
              ? approval(bctx, k, choices.get(k), r.get(k))
              : ranked(bctx, k, 7, r.get(k).getFirst()));
    }
    return body(vk(voter), 0, FIRST, answers);
  }

  public List<List<Scalar>> randomness() {
    return styles.stream()
        .map(style -> scalars(style.kind() == Style.Kind.APPROVAL ? style.options() : 1))
        .toList();
  }
}
