package veche.ballot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6, §15 lines 20-23: a ballot leaf, read as far as its form goes. Whether its answers
/// fit the election and its proofs hold is judged by [BallotCheck].
///
/// @param leafEid the eid of the leaf, `eid` that of the body
/// @param seq 0 for the first ballot of a key (unsigned)
public record Ballot(
    Bytes leafEid,
    Bytes body,
    Bytes eid,
    Point vk,
    long seq,
    Bytes prev,
    List<Enc> answers,
    Schnorr signature) {

  static final String BODY = "veche/1/ballot";
  static final Bytes NO_PREV = Bytes.zero(32);

  public Ballot {
    answers = List.copyOf(answers);
  }

  public static Ballot parse(Bytes leaf) {
    return read(Enc.parse(leaf, Point::decode));
  }

  /// `leaf` as ENC already; anything that is not the list of §15 line 23 is [Malformed].
  public static Ballot read(Enc leaf) {
    Enc.Fields f = leaf.fields("ballot");
    f.text("type", Set.of("ballot"));
    if (f.uint("version") != 1) throw new Malformed("ballot: version: expected 1");
    Bytes leafEid = f.bytes("eid", 32);
    Bytes body = f.bytes("body");
    Schnorr signature = new Schnorr(f.element("T", Point.class), f.element("z", Scalar.class));
    f.end();
    return body(leafEid, body, signature);
  }

  static Ballot body(Bytes leafEid, Bytes body, Schnorr signature) {
    Enc.Fields f = Enc.parse(body, Point::decode).fields("body");
    f.text("type", Set.of(BODY));
    Ballot out =
        new Ballot(
            leafEid,
            body,
            f.bytes("eid", 32),
            f.element("vk", Point.class),
            f.uint("seq"),
            f.bytes("prev", 32),
            all(f.list("answers")),
            signature);
    f.end();
    return out;
  }

  private static List<Enc> all(Enc.Fields list) {
    List<Enc> out = new ArrayList<>();
    while (list.remaining() > 0) out.add(list.any("answer"));
    return out;
  }

  /// protocol §15 line 23: the bytes that are logged.
  public Bytes leaf() {
    return Enc.list(
            Enc.text("ballot"),
            Enc.uint(1),
            Enc.bytes(leafEid),
            Enc.bytes(body),
            Enc.of(signature.t()),
            Enc.of(signature.z()))
        .encode();
  }

  /// protocol §6: what the voter sees before choosing to cast or to check.
  public Bytes ballotId() {
    return ballotId(body);
  }

  static Bytes ballotId(Bytes body) {
    return Transcript.th("ballot-id", Enc.bytes(body));
  }

  static Bytes signedDigest(Bytes body) {
    return Transcript.th("ballot-body", Enc.bytes(body));
  }

  static Bytes context(Bytes eid, Point vk, long seq, Bytes prev) {
    return Transcript.th(
        "ballot-ctx", Enc.bytes(eid), Enc.of(vk), new Enc.Uint(seq), Enc.bytes(prev));
  }

  Bytes context() {
    return context(eid, vk, seq, prev);
  }

  /// The answers as the election wants them; empty when they deviate in any way (wrong-contests).
  Optional<List<Answer>> answers(List<Style> styles) {
    if (answers.size() != styles.size()) return Optional.empty();
    Enc.Fields f = Enc.list(answers).fields("answers");
    List<Answer> out = new ArrayList<>();
    try {
      for (int k = 0; k < styles.size(); k++) out.add(Answer.read(f, k, styles.get(k)));
    } catch (Malformed e) {
      return Optional.empty();
    }
    return Optional.of(out);
  }
}
