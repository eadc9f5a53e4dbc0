package veche.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.math.ec.ECFieldElement;
import veche.wire.ByteTree;
import veche.wire.Bytes;

/// protocol §10: what a mix hashes, exactly as Verificatum's mix-net 3.1.0 does, so that its own
/// verifier accepts our mixes (Wikström, "How to Implement a Stand-alone Verifier for the
/// Verificatum Mix-Net", VMNV).
///
/// One object stands for the mixes of one contest: version, sizes, curve, election and contest are
/// all in ρ, so a proof for another of them is another statement (attacks.md rows 4, 5), and the
/// commitment's generators come from ρ alone and are read from nowhere (row 3).
public final class VmnTranscript {
  /// The version whose transcript this is; vmnv refuses another.
  public static final String VERSION = "3.1.0";

  static final int STATISTICAL_DISTANCE = 100;
  static final int BITS = 256;

  /// Verificatum's name of P-256: class, and its parameters as a byte tree in hex.
  public static final String GROUP =
      "ECqPGroup(P-256)::00000000020100000020636f6d2e766572696669636174756d2e61726974686d2e4543"
          + "715047726f75700100000005502d323536";

  private static final String HASH = "SHA-256";

  /// 256 bits of a coordinate and the 100 of statistical distance, in bytes.
  private static final int DRAW = 45;

  private final Bytes rho;
  private Points generators = Points.of(List.of());
  private final Stream stream;

  private VmnTranscript(Bytes rho) {
    this.rho = rho;
    Bytes seed =
        oracle(d -> d.update(rho.unsafeArray()), sink -> ByteTree.leaf(sink, "generators"));
    stream = new Stream(seed);
  }

  /// @param sid session, "V1" and the election's id in lower-case hex
  /// @param auxsid "c" and the contest's position
  public static VmnTranscript of(String sid, String auxsid) {
    MessageDigest digest = Bytes.sha256Digest();
    ByteTree.Sink sink = digest::update;
    ByteTree.node(sink, 8);
    ByteTree.leaf(sink, VERSION);
    ByteTree.leaf(sink, sid + "." + auxsid);
    ByteTree.leaf(sink, STATISTICAL_DISTANCE);
    ByteTree.leaf(sink, BITS);
    ByteTree.leaf(sink, BITS);
    ByteTree.leaf(sink, HASH);
    ByteTree.leaf(sink, GROUP);
    ByteTree.leaf(sink, HASH);
    return new VmnTranscript(Bytes.wrap(digest.digest()));
  }

  /// The mixes of an election's contest.
  public static VmnTranscript of(Bytes eid, int contest) {
    return of(sid(eid), auxsid(contest));
  }

  public static String sid(Bytes eid) {
    return "V1" + eid.hex();
  }

  public static String auxsid(int contest) {
    return "c" + contest;
  }

  public Bytes rho() {
    return rho;
  }

  /// PRG(s): SHA-256 of the seed and a counter.
  private static byte[] block(Bytes seed, int counter) {
    return Bytes.sha256(
        seed.unsafeArray(), ByteBuffer.allocate(Integer.BYTES).putInt(counter).array());
  }

  /// RO(256, ρ ‖ tree).
  private static Bytes oracle(Consumer<MessageDigest> before, Consumer<ByteTree.Sink> tree) {
    MessageDigest digest = Bytes.sha256Digest();
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(BITS).array());
    before.accept(digest);
    tree.accept(digest::update);
    return Bytes.wrap(block(Bytes.wrap(digest.digest()), 0));
  }

  private static final class Stream {
    private final Bytes seed;
    private byte[] block = {};
    private int used;
    private int counter;

    Stream(Bytes seed) {
      this.seed = seed;
    }

    byte[] next(int length) {
      byte[] out = new byte[length];
      for (int i = 0; i < length; i++) {
        if (used == block.length) {
          block = VmnTranscript.block(seed, counter++);
          used = 0;
        }
        out[i] = block[used++];
      }
      return out;
    }
  }

  /// The first h_1..h_n of the contest's generators, of which nobody knows a relation. Those that
  /// stand already are not computed again.
  public synchronized Points generators(int n) {
    if (generators.size() < n) {
      List<Point> all = new ArrayList<>(n);
      all.addAll(generators.all());
      while (all.size() < n) all.add(draw());
      generators = Points.of(all);
    }
    return generators.first(n);
  }

  private Point draw() {
    while (true) {
      byte[] raw = stream.next(DRAW);
      raw[0] &= 0x0f;
      BigInteger x = new BigInteger(1, raw).mod(Point.PRIME);
      ECFieldElement fx = Point.CURVE.fromBigInteger(x);
      ECFieldElement right =
          fx.square().add(Point.CURVE.getA()).multiply(fx).add(Point.CURVE.getB());
      ECFieldElement root = right.isZero() ? null : right.sqrt();
      if (root == null) continue;
      BigInteger y = root.toBigInteger();
      return Point.affine(x, y.min(Point.PRIME.subtract(y)));
    }
  }

  /// What the weights e_i come from: everything that stands before them.
  Bytes seed(Points h, Points u, Point key, Ciphertexts input, Ciphertexts output) {
    int width = input.width();
    return oracle(
        d -> d.update(rho.unsafeArray()),
        sink -> {
          ByteTree.node(sink, 6);
          Points.write(sink, Point.GENERATOR);
          h.write(sink);
          u.write(sink);
          ByteTree.node(sink, 2);
          for (Point half : List.of(Point.GENERATOR, key)) {
            if (width > 1) ByteTree.node(sink, width);
            for (int k = 0; k < width; k++) Points.write(sink, half);
          }
          input.write(sink);
          output.write(sink);
        });
  }

  /// e_i, an integer of 256 bits: the i-th block, so as many as there are rows (attacks.md row 8).
  static BigInteger weight(Bytes seed, int row) {
    return new BigInteger(1, block(seed, row));
  }

  /// v, from the seed and the file of first messages.
  BigInteger challenge(Bytes seed, Bytes commitment) {
    Bytes v =
        oracle(
            d -> d.update(rho.unsafeArray()),
            sink -> {
              ByteTree.node(sink, 2);
              ByteTree.leaf(sink, seed.unsafeArray());
              sink.write(commitment.unsafeArray(), 0, commitment.length());
            });
    return new BigInteger(1, v.unsafeArray()).mod(Scalar.ORDER);
  }
}
