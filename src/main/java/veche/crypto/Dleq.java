package veche.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §11: one batched Chaum-Pedersen proof that every factor D_i = [x]A_i for the x behind a
/// public share (RFC 9497 §2.2 with a stronger transcript: all factors and both first messages are
/// hashed, attacks.md row 2).
public record Dleq(Point t, Point u, Scalar z) {
  /// On every core.
  public static List<Point> factors(Scalar share, List<ElGamal> list) {
    return IntStream.range(0, list.size())
        .parallel()
        .mapToObj(i -> list.get(i).a().timesSecret(share))
        .toList();
  }

  /// @param factors what [#factors] gives
  /// @param w fresh, uniform and never used for anything else
  public static Dleq prove(
      Bytes xctx,
      int index,
      Scalar share,
      Point publicShare,
      List<ElGamal> list,
      List<Point> factors,
      Scalar w) {
    Statement s = new Statement(xctx, index, publicShare, list, factors);
    Point t = Point.base(w);
    Point u = s.inputs().timesSecret(w);
    return new Dleq(t, u, w.plus(s.challenge(t, u).times(share)));
  }

  public boolean verifies(
      Bytes xctx, int index, Point publicShare, List<ElGamal> list, List<Point> factors) {
    if (factors.size() != list.size() || factors.isEmpty()) return false;
    Statement s = new Statement(xctx, index, publicShare, list, factors);
    Point m = s.inputs();
    Scalar c = s.challenge(t, u);
    return Point.base(z).equals(t.plus(publicShare.times(c)))
        && m.times(z).equals(u.plus(s.outputs().times(c)));
  }

  /// The weights d_i depend on every factor, so no factor can be chosen after them.
  private static final class Statement {
    private final Bytes xctx;
    private final int index;
    private final Point share;
    private final Bytes fd;
    private final List<Point> inputs;
    private final List<Point> factors;
    private final List<Scalar> weights = new ArrayList<>();

    Statement(Bytes xctx, int index, Point share, List<ElGamal> list, List<Point> factors) {
      this.xctx = xctx;
      this.index = index;
      this.share = share;
      this.inputs = list.stream().map(ElGamal::a).toList();
      this.factors = factors;
      this.fd = Transcript.th("dec-factors", Enc.elements(factors));
      for (int i = 0; i < factors.size(); i++) {
        weights.add(
            Transcript.hs(
                "dec-batch",
                Enc.bytes(xctx),
                Enc.uint(index),
                Enc.of(share),
                Enc.bytes(fd),
                Enc.uint(i)));
      }
    }

    Point inputs() {
      return Msm.sum(inputs, weights);
    }

    Point outputs() {
      return Msm.sum(factors, weights);
    }

    Scalar challenge(Point t, Point u) {
      return Transcript.hs(
          "dec",
          Enc.bytes(xctx),
          Enc.uint(index),
          Enc.of(share),
          Enc.bytes(fd),
          Enc.of(t),
          Enc.of(u));
    }
  }

  /// The factors as a blob: ENC list of points, none of them the identity.
  public static Bytes blob(List<Point> factors) {
    return Enc.elements(factors).encode();
  }

  public static List<Point> readBlob(Bytes blob) {
    Enc value = Enc.parse(blob, Point::decode);
    Enc.Fields f = value.fields("factors");
    List<Point> out = new ArrayList<>();
    while (f.remaining() > 0) out.add(f.element("factor", Point.class));
    if (out.isEmpty()) throw new Malformed("factors: expected at least one");
    return List.copyOf(out);
  }
}
