package veche.rehearsal;

import java.util.ArrayList;
import java.util.List;
import veche.ballot.Ballot;
import veche.ballot.Seal;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.record.Entry;
import veche.wire.Bytes;
import veche.wire.Enc;

/// Ballots as they are behind the check of their proofs: each of a key of its own and with
/// ciphertexts of its own, right in form and length. One ballot lends all of them its proofs, which
/// nobody looks at any more: making a million would take hours.
final class Stock {
  private static final Bytes FIRST = Bytes.zero(32);

  private final Seal.Paper paper;
  private final Ballot pattern;
  private final Enc.Seq body;
  private final Point step;
  private Point point;

  Stock(Seal.Paper paper, Entropy entropy) {
    this.paper = paper;
    Scalar secret = entropy.scalar();
    List<List<Integer>> blank =
        paper.styles().stream()
            .map(style -> java.util.Collections.nCopies(style.options(), 0))
            .toList();
    Bytes sealed = Seal.body(paper, blank, Point.base(secret), 0, FIRST, entropy.bytes(32));
    pattern = Ballot.parse(Seal.sign(sealed, secret));
    body = (Enc.Seq) Enc.parse(sealed, Point::decode);
    step = Point.base(entropy.scalar());
    point = Point.base(entropy.scalar());
  }

  List<Entry.Cast> next(int count) {
    List<Entry.Cast> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) out.add(next());
    return out;
  }

  private Entry.Cast next() {
    Point vk = fresh();
    List<Enc> answers = pattern.answers().stream().map(this::reencrypted).toList();
    List<Enc> items = new ArrayList<>(body.items());
    items.set(2, Enc.of(vk));
    items.set(5, Enc.list(answers));
    Bytes bytes = Enc.list(items).encode();
    Ballot ballot =
        new Ballot(paper.eid(), bytes, paper.eid(), vk, 0, FIRST, answers, pattern.signature());
    return new Entry.Cast(ballot, ballot.leaf());
  }

  /// protocol §6: the ciphertexts are the third item of an answer.
  private Enc reencrypted(Enc answer) {
    List<Enc> items = new ArrayList<>(((Enc.Seq) answer).items());
    int points = ((Enc.Seq) items.get(2)).items().size();
    List<Enc> pairs = new ArrayList<>(points);
    for (int i = 0; i < points; i++) pairs.add(Enc.of(fresh()));
    items.set(2, Enc.list(pairs));
    return Enc.list(items);
  }

  private Point fresh() {
    point = point.plus(step);
    return point;
  }
}
