package veche.ballot;

import java.util.List;
import java.util.Set;
import veche.crypto.ElGamal;
import veche.crypto.Equations;
import veche.crypto.Point;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6: what a ballot says to one contest, encrypted and proved well-formed.
public sealed interface Answer permits ApprovalAnswer, RankedAnswer {
  /// In option order; one for a ranking.
  List<ElGamal> ciphertexts();

  Enc enc(int contest);

  /// Adds every equation the proofs claim; false when the answer is bad-proof by its shape already.
  boolean addTo(Equations equations, Context context, int contest, Style style);

  /// protocol §15 line 17: what all proofs of one ballot are bound to.
  record Context(Bytes bctx, Point key) {}

  /// protocol §15 line 25: any deviation is refused as wrong-contests by the caller.
  static Answer read(Enc.Fields list, int contest, Style style) {
    Enc.Fields f = list.list("answer");
    if (f.uint("contest") != contest) throw new Malformed("answer: another contest");
    f.text("kind", Set.of(style.kind().id()));
    return switch (style.kind()) {
      case APPROVAL -> ApprovalAnswer.read(f, style);
      case RANKED -> RankedAnswer.read(f);
    };
  }
}
