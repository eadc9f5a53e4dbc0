package veche.ballot;

import java.util.List;
import veche.crypto.ElGamal;
import veche.crypto.Equations;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.election.Style;
import veche.wire.Enc;

/// protocol §6 Ranked answer: one ciphertext of the embedded code of a ranking, with a proof that
/// its maker knows the randomness (Bernhard, Pereira and Warinschi: NM-CPA).
public record RankedAnswer(ElGamal ciphertext, Schnorr proof) implements Answer {
  @Override
  public List<ElGamal> ciphertexts() {
    return List.of(ciphertext);
  }

  static RankedAnswer seal(Answer.Context context, int contest, Point message, Nonces nonces) {
    Scalar r = nonces.nonzero("ranked-r", contest, 0);
    Scalar w = nonces.of("ranked-w", contest, 0);
    ElGamal ciphertext = ElGamal.encrypt(context.key(), message, r);
    if (ciphertext.hasIdentity()) throw new Seal.AnotherSeed();
    Point t = Point.base(w);
    return new RankedAnswer(
        ciphertext, Schnorr.answer(w, t, challenge(context, contest, ciphertext, t), r));
  }

  private static Scalar challenge(
      Answer.Context context, int contest, ElGamal ciphertext, Point t) {
    return Transcript.hs(
        "ranked-pok",
        Enc.bytes(context.bctx()),
        Enc.uint(contest),
        Enc.of(context.key()),
        ciphertext.first(),
        ciphertext.second(),
        Enc.of(t));
  }

  @Override
  public boolean addTo(Equations equations, Answer.Context context, int contest, Style style) {
    proof.addTo(equations, ciphertext.a(), challenge(context, contest, ciphertext, proof.t()));
    return true;
  }

  @Override
  public Enc enc(int contest) {
    return Enc.list(
        Enc.uint(contest),
        Enc.text(Style.Kind.RANKED.id()),
        ciphertext.first(),
        ciphertext.second(),
        Enc.of(proof.t()),
        Enc.of(proof.z()));
  }

  static RankedAnswer read(Enc.Fields f) {
    RankedAnswer out =
        new RankedAnswer(
            new ElGamal(f.element("A", Point.class), f.element("B", Point.class)),
            new Schnorr(f.element("T", Point.class), f.element("z", Scalar.class)));
    f.end();
    return out;
  }
}
