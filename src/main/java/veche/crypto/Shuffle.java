package veche.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import veche.wire.ByteTree;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §9: the claim that one list is another one with its rows permuted and encrypted anew,
/// proved as Terelius and Wikström do ("Proofs of Restricted Shuffles", AFRICACRYPT 2010; VMN's
/// PoSBasicTW; Haenni, Locher, Koenig and Dubuis, FC 2017).
///
/// @param transcript of the contest, which knows election and contest
/// @param key the election key
public record Shuffle(VmnTranscript transcript, Point key, Ciphertexts input, Ciphertexts output) {

  /// Fewest rows: nothing is hidden among fewer.
  public static final int LEAST = 2;

  public Shuffle {
    if (input.size() < LEAST) throw new Malformed("mix: expected at least two rows");
    if (output.size() != input.size() || output.width() != input.width()) {
      throw new Malformed("mix: expected as many rows and columns as went in");
    }
    if (key.isIdentity()) throw new Malformed("mix: the key is the identity");
  }

  /// The three files of a proof, as bytes of their byte trees.
  public record Proof(Bytes permutationCommitment, Bytes commitment, Bytes reply) {}

  /// How many rows of work mixing and proving tell their listener for each row of a list; a check
  /// tells one.
  public static int work(int width) {
    return 4 + 3 * width;
  }

  /// Why a proof is refused (protocol §15 line 30): files of another form, or equations that do not
  /// hold, by their names A, B1.., C, D, F1...
  public sealed interface Wrong {
    record Form(String why) implements Wrong {}

    record Equations(List<String> failing) implements Wrong {
      public Equations {
        failing = List.copyOf(failing);
      }
    }

    /// For people and logs; long lists are cut.
    default String text() {
      return switch (this) {
        case Form(String why) -> why;
        case Equations(List<String> failing) -> {
          int shown = Math.min(failing.size(), MOST_NAMED);
          String more = shown < failing.size() ? " and " + (failing.size() - shown) + " more" : "";
          yield "equations that do not hold: "
              + String.join(", ", failing.subList(0, shown))
              + more;
        }
      };
    }
  }

  private static final int MOST_NAMED = 10;

  /// Empty when the proof holds. The batched form accepts; where it does not, the plain form
  /// decides and names the equations (protocol decision 2).
  ///
  /// @param weights from the system; empty to judge by the plain form alone
  /// @param progress is told one row for each row of the list
  public Optional<Wrong> wrong(Proof proof, Optional<Entropy> weights, IntConsumer progress) {
    Read read;
    try {
      read = read(proof);
    } catch (Malformed e) {
      return Optional.of(new Wrong.Form(e.getMessage()));
    }
    ShuffleVerifier verifier = new ShuffleVerifier(this, read, progress);
    if (weights.isPresent() && verifier.holds(weights.get())) return Optional.empty();
    List<String> failing = verifier.failing();
    return failing.isEmpty() ? Optional.empty() : Optional.of(new Wrong.Equations(failing));
  }

  /// What stands in the three files.
  record Read(
      Points u,
      Points b,
      Point a1,
      Points b1,
      Point c1,
      Point d1,
      List<ElGamal> f1,
      BigInteger ka,
      Scalars kb,
      BigInteger kc,
      BigInteger kd,
      Scalars ke,
      List<BigInteger> kf,
      Bytes commitment) {}

  /// protocol §15 line 30.
  Read read(Proof proof) {
    int n = input.size();
    int width = input.width();
    ByteTree.Reader in =
        new ByteTree.Reader("PermutationCommitment", proof.permutationCommitment());
    Points u = Points.read(in, n);
    in.end();
    in = new ByteTree.Reader("PoSCommitment", proof.commitment()).node(6);
    Points b = Points.read(in, n);
    Point a1 = Points.readOne(in);
    Points b1 = Points.read(in, n);
    Point c1 = Points.readOne(in);
    Point d1 = Points.readOne(in);
    List<ElGamal> f1 = Ciphertexts.readRow(in, width);
    in.end();
    in = new ByteTree.Reader("PoSReply", proof.reply()).node(6);
    BigInteger ka = Scalars.readOne(in);
    Scalars kb = Scalars.read(in, n);
    BigInteger kc = Scalars.readOne(in);
    BigInteger kd = Scalars.readOne(in);
    Scalars ke = Scalars.read(in, n);
    if (width > 1) in.node(width);
    List<BigInteger> kf = new ArrayList<>();
    for (int k = 0; k < width; k++) kf.add(Scalars.readOne(in));
    in.end();
    return new Read(u, b, a1, b1, c1, d1, f1, ka, kb, kc, kd, ke, kf, proof.commitment());
  }
}
