package veche.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import veche.wire.ByteTree;
import veche.wire.Bytes;

/// protocol §9 Prove: permutes a list, encrypts it anew and proves it. Work goes to every core; the
/// secrets of a mix are drawn once and forgotten with the object.
public final class ShuffleProver {
  private static final BigInteger Q = Scalar.ORDER;
  private static final int PIECE = 8_192;

  private ShuffleProver() {}

  /// The output list and its proof.
  public record Mixed(Ciphertexts output, Shuffle.Proof proof) {}

  /// Everything secret of one mix. Rows count from 0; output i is input `order[i]`.
  ///
  /// @param s by output row and column
  /// @param r by input row; `b`, `beta`, `epsilon` by output row; `phi` by column
  record Secrets(
      int[] order,
      List<Scalars> s,
      Scalars r,
      Scalars b,
      BigInteger alpha,
      Scalars beta,
      BigInteger gamma,
      BigInteger delta,
      Scalars epsilon,
      List<BigInteger> phi) {

    static Secrets draw(int n, int width, Entropy entropy) {
      List<Scalars> s = new ArrayList<>();
      List<BigInteger> phi = new ArrayList<>();
      for (int k = 0; k < width; k++) {
        s.add(Scalars.draw(n, entropy));
        phi.add(entropy.scalar().value());
      }
      return new Secrets(
          order(n, entropy),
          s,
          Scalars.draw(n, entropy),
          Scalars.draw(n, entropy),
          entropy.scalar().value(),
          Scalars.draw(n, entropy),
          entropy.scalar().value(),
          entropy.scalar().value(),
          Scalars.draw(n, entropy),
          phi);
    }

    /// Fisher and Yates with unbiased draws.
    private static int[] order(int n, Entropy entropy) {
      int[] out = IntStream.range(0, n).toArray();
      for (int i = n - 1; i > 0; i--) {
        int j = below(i + 1, entropy);
        int kept = out[i];
        out[i] = out[j];
        out[j] = kept;
      }
      return out;
    }

    private static int below(int bound, Entropy entropy) {
      long limit = (1L << 32) / bound * bound;
      while (true) {
        long draw = new BigInteger(1, entropy.bytes(4).unsafeArray()).longValue();
        if (draw < limit) return (int) (draw % bound);
      }
    }
  }

  /// @param entropy the system's
  /// @param progress is told [Shuffle#work] rows for each row of the list
  public static Mixed mix(
      VmnTranscript transcript,
      Point key,
      Ciphertexts input,
      Entropy entropy,
      IntConsumer progress) {
    Secrets secrets = Secrets.draw(input.size(), input.width(), entropy);
    return mix(transcript, key, input, secrets, progress);
  }

  static Mixed mix(
      VmnTranscript transcript,
      Point key,
      Ciphertexts input,
      Secrets secret,
      IntConsumer progress) {
    int n = input.size();
    int width = input.width();
    FixedBase g = FixedBase.generator();
    FixedBase y = new FixedBase(key);
    Points h = transcript.generators(n);
    FixedBase h1 = new FixedBase(h.at(0));

    Ciphertexts permuted = input.permuted(secret.order);
    List<Points> a = new ArrayList<>();
    List<Points> b = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      Scalars s = secret.s.get(k);
      a.add(again(permuted.a().get(k), g, s, progress));
      b.add(again(permuted.b().get(k), y, s, progress));
    }
    Ciphertexts output = new Ciphertexts(a, b);

    int[] place = new int[n];
    for (int i = 0; i < n; i++) place[secret.order[i]] = i;
    Points u = Points.make(n, j -> g.times(secret.r.at(j)).add(h.at(place[j]).at()), progress);
    Sheaf permutationCommitment = new Sheaf(n * 81 + 5);
    u.write(permutationCommitment);

    Bytes seed = transcript.seed(h, u, key, input, output);
    Chain chain = new Chain(secret, seed);
    Points bs =
        Points.make(n, i -> g.times(chain.d.at(i)).add(h1.times(chain.product.at(i))), progress);
    Points b1 =
        Points.make(
            n,
            i -> {
              BigInteger epsilon = secret.epsilon.at(i);
              BigInteger before = i == 0 ? BigInteger.ZERO : chain.d.at(i - 1);
              BigInteger product = i == 0 ? BigInteger.ONE : chain.product.at(i - 1);
              return g.times(secret.beta.at(i).add(epsilon.multiply(before)))
                  .add(h1.times(epsilon.multiply(product)));
            },
            progress);
    Point a1 = Point.of(g.times(secret.alpha)).plus(sum(h, secret.epsilon, progress));
    Point c1 = Point.of(g.times(secret.gamma));
    Point d1 = Point.of(g.times(secret.delta));
    List<ElGamal> f1 = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      BigInteger minus = secret.phi.get(k).negate();
      f1.add(
          new ElGamal(
              Point.of(g.times(minus)).plus(sum(a.get(k), secret.epsilon, progress)),
              Point.of(y.times(minus)).plus(sum(b.get(k), secret.epsilon, rows -> {}))));
    }
    Sheaf commitment = new Sheaf(n * 162 + 1024);
    ByteTree.node(commitment, 6);
    bs.write(commitment);
    Points.write(commitment, a1);
    b1.write(commitment);
    Points.write(commitment, c1);
    Points.write(commitment, d1);
    Ciphertexts.writeRow(commitment, f1);

    Bytes first = commitment.bytes();
    Bytes reply = reply(secret, chain, seed, transcript.challenge(seed, first));
    return new Mixed(output, new Shuffle.Proof(permutationCommitment.bytes(), first, reply));
  }

  /// Adds fresh encryptions of the identity.
  private static Points again(Points column, FixedBase base, Scalars s, IntConsumer progress) {
    return Points.make(column.size(), i -> base.times(s.at(i)).add(column.at(i).at()), progress);
  }

  private static Point sum(Points points, Scalars scalars, IntConsumer progress) {
    int n = points.size();
    return IntStream.range(0, (n + PIECE - 1) / PIECE)
        .parallel()
        .mapToObj(
            piece -> {
              List<Point> p = new ArrayList<>();
              List<Scalar> k = new ArrayList<>();
              for (int i = piece * PIECE; i < Math.min(n, (piece + 1) * PIECE); i++) {
                p.add(points.at(i));
                k.add(new Scalar(scalars.at(i)));
              }
              progress.accept(p.size());
              return Msm.sum(p, k);
            })
        .reduce(Point.IDENTITY, Point::plus);
  }

  /// d_i and Πe' up to i: the discrete logarithms of B_i to G and to h_1, which only the prover
  /// knows and which spare it a chain of multiplications.
  private static final class Chain {
    private final Scalars d;
    private final Scalars product;

    Chain(Secrets secret, Bytes seed) {
      int n = secret.order.length;
      d = new Scalars(n);
      product = new Scalars(n);
      BigInteger sum = BigInteger.ZERO;
      BigInteger all = BigInteger.ONE;
      for (int i = 0; i < n; i++) {
        BigInteger e = VmnTranscript.weight(seed, secret.order[i]);
        sum = e.multiply(sum).add(secret.b.at(i)).mod(Q);
        all = all.multiply(e).mod(Q);
        d.set(i, sum);
        product.set(i, all);
      }
    }
  }

  private static Bytes reply(Secrets secret, Chain chain, Bytes seed, BigInteger v) {
    int n = secret.order.length;
    int width = secret.s.size();
    Scalars kb = new Scalars(n);
    Scalars ke = new Scalars(n);
    BigInteger re = BigInteger.ZERO;
    BigInteger r = BigInteger.ZERO;
    BigInteger[] es = new BigInteger[width];
    java.util.Arrays.fill(es, BigInteger.ZERO);
    for (int i = 0; i < n; i++) {
      int j = secret.order[i];
      BigInteger e = VmnTranscript.weight(seed, j);
      re = secret.r.at(j).multiply(e).add(re).mod(Q);
      r = r.add(secret.r.at(j));
      kb.set(i, v.multiply(secret.b.at(i)).add(secret.beta.at(i)).mod(Q));
      ke.set(i, v.multiply(e).add(secret.epsilon.at(i)).mod(Q));
      for (int k = 0; k < width; k++) {
        es[k] = e.multiply(secret.s.get(k).at(i)).add(es[k]).mod(Q);
      }
    }
    Sheaf out = new Sheaf(n * 76 + 256);
    ByteTree.node(out, 6);
    Scalars.write(out, v.multiply(re).add(secret.alpha).mod(Q));
    kb.write(out);
    Scalars.write(out, v.multiply(r).add(secret.gamma).mod(Q));
    Scalars.write(out, v.multiply(chain.d.at(n - 1)).add(secret.delta).mod(Q));
    ke.write(out);
    if (width > 1) ByteTree.node(out, width);
    for (int k = 0; k < width; k++) {
      Scalars.write(out, v.multiply(es[k]).add(secret.phi.get(k)).mod(Q));
    }
    return out.bytes();
  }
}
