package veche.ballot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import veche.crypto.ElGamal;
import veche.crypto.Equations;
import veche.crypto.OrProof;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Transcript;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6 Approval answer: one ciphertext of 0 or 1 per option with its proof, and, where the
/// contest limits the number of marks, a proof over their sum.
public record ApprovalAnswer(
    List<ElGamal> ciphertexts, List<OrProof> proofs, Optional<OrProof> range) implements Answer {

  public ApprovalAnswer {
    ciphertexts = List.copyOf(ciphertexts);
    proofs = List.copyOf(proofs);
  }

  static ApprovalAnswer seal(
      Answer.Context context, int contest, Style style, List<Integer> marks, Nonces nonces) {
    Point key = context.key();
    List<ElGamal> ciphertexts = new ArrayList<>();
    Scalar total = Scalar.ZERO;
    int marked = 0;
    for (int j = 0; j < marks.size(); j++) {
      Scalar r = nonces.nonzero("approval-r", contest, j);
      int v = marks.get(j);
      ciphertexts.add(ElGamal.encrypt(key, Point.base(Scalar.of(v)), r));
      total = total.plus(r);
      marked += v;
    }
    Bytes actx = context(context, contest, ciphertexts);
    List<OrProof> proofs = new ArrayList<>();
    for (int j = 0; j < marks.size(); j++) {
      int option = j;
      proofs.add(
          OrProof.prove(
              key,
              ciphertexts.get(j),
              nonces.of("approval-r", contest, j),
              marks.get(j),
              0,
              1,
              new OrProof.Nonces() {
                @Override
                public Scalar w() {
                  return nonces.of("or01-w", contest, option);
                }

                @Override
                public Scalar c(int value) {
                  return nonces.of("or01-c", contest, option);
                }

                @Override
                public Scalar z(int value) {
                  return nonces.of("or01-z", contest, option);
                }
              },
              markChallenge(actx, j)));
    }
    Optional<OrProof> range = Optional.empty();
    if (style.limited()) {
      ElGamal sum = sum(ciphertexts);
      if (sum.hasIdentity()) throw new Seal.AnotherSeed();
      range =
          Optional.of(
              OrProof.prove(
                  key,
                  sum,
                  total,
                  marked,
                  style.lo(),
                  style.hi(),
                  new OrProof.Nonces() {
                    @Override
                    public Scalar w() {
                      return nonces.of("or-range-w", contest, 0);
                    }

                    @Override
                    public Scalar c(int value) {
                      return nonces.of("or-range-c", contest, value);
                    }

                    @Override
                    public Scalar z(int value) {
                      return nonces.of("or-range-z", contest, value);
                    }
                  },
                  rangeChallenge(actx, style)));
    }
    return new ApprovalAnswer(ciphertexts, proofs, range);
  }

  private static Bytes context(Answer.Context context, int contest, List<ElGamal> ciphertexts) {
    return Transcript.th(
        "approval-ctx",
        Enc.bytes(context.bctx()),
        Enc.uint(contest),
        Enc.of(context.key()),
        pairs(ciphertexts));
  }

  private static Function<Enc, Scalar> markChallenge(Bytes actx, int option) {
    return first -> Transcript.hs("or01", Enc.bytes(actx), Enc.uint(option), first);
  }

  private static Function<Enc, Scalar> rangeChallenge(Bytes actx, Style style) {
    return first ->
        Transcript.hs(
            "or-range", Enc.bytes(actx), Enc.uint(style.lo()), Enc.uint(style.hi()), first);
  }

  private static Enc pairs(List<ElGamal> ciphertexts) {
    List<Enc> out = new ArrayList<>();
    for (ElGamal c : ciphertexts) {
      out.add(c.first());
      out.add(c.second());
    }
    return Enc.list(out);
  }

  private static ElGamal sum(List<ElGamal> ciphertexts) {
    return new ElGamal(
        Point.sum(ciphertexts.stream().map(ElGamal::a).toList()),
        Point.sum(ciphertexts.stream().map(ElGamal::b).toList()));
  }

  @Override
  public boolean addTo(Equations equations, Answer.Context context, int contest, Style style) {
    Bytes actx = context(context, contest, ciphertexts);
    for (int j = 0; j < ciphertexts.size(); j++) {
      proofs.get(j).addTo(equations, context.key(), ciphertexts.get(j), 0, markChallenge(actx, j));
    }
    if (range.isPresent()) {
      ElGamal sum = sum(ciphertexts);
      if (sum.hasIdentity()) return false;
      range.get().addTo(equations, context.key(), sum, style.lo(), rangeChallenge(actx, style));
    }
    return true;
  }

  @Override
  public Enc enc(int contest) {
    return Enc.list(
        Enc.uint(contest),
        Enc.text(Style.Kind.APPROVAL.id()),
        pairs(ciphertexts),
        Enc.list(proofs, OrProof::enc),
        range.map(OrProof::enc).orElseGet(Enc::list));
  }

  static ApprovalAnswer read(Enc.Fields f, Style style) {
    Enc.Fields pairs = f.list("ciphertexts");
    List<ElGamal> ciphertexts = new ArrayList<>();
    for (int j = 0; j < style.options(); j++) {
      ciphertexts.add(
          new ElGamal(pairs.element("A", Point.class), pairs.element("B", Point.class)));
    }
    pairs.end();
    List<OrProof> proofs = f.list("proofs", g -> OrProof.read(g.list("proof"), 2));
    if (proofs.size() != style.options()) throw new Malformed("answer: number of proofs");
    Enc.Fields limit = f.list("range");
    Optional<OrProof> range = Optional.empty();
    if (style.limited()) {
      range = Optional.of(OrProof.read(limit, style.hi() - style.lo() + 1));
    } else {
      limit.end();
    }
    f.end();
    return new ApprovalAnswer(ciphertexts, proofs, range);
  }
}
