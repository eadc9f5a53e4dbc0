package veche.ballot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import veche.crypto.Entropy;
import veche.crypto.Equations;
import veche.crypto.Point;
import veche.election.Code;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;

/// protocol §6 Valid record: the part that needs no other record. The reason published is the first
/// in the order of §15 line 24. Immutable; any thread may use it.
///
/// @param roll whether an encoded voting key stands on the roll
public record BallotCheck(Bytes eid, Point key, List<Style> styles, Predicate<Bytes> roll) {
  public BallotCheck {
    styles = List.copyOf(styles);
  }

  private record Prepared(Ballot ballot, List<Answer> answers) {}

  /// The batched form over many ballots; a failing batch is split until the plain form names the
  /// culprit. One result per ballot, empty where nothing is wrong.
  public List<Optional<Refused>> check(List<Ballot> ballots, Entropy weights) {
    List<Optional<Refused>> out = new ArrayList<>(Collections.nCopies(ballots.size(), null));
    List<Integer> open = new ArrayList<>();
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < ballots.size(); i++) {
      Ballot ballot = ballots.get(i);
      Optional<Refused> early = cheap(ballot);
      if (early.isPresent()) {
        out.set(i, early);
        continue;
      }
      Optional<List<Answer>> answers = ballot.answers(styles);
      if (answers.isEmpty()) {
        out.set(i, no(Code.WRONG_CONTESTS, "answers: not one per contest in its form"));
        continue;
      }
      open.add(i);
      prepared.add(new Prepared(ballot, answers.get()));
    }
    decide(prepared, open, weights, out);
    return out;
  }

  /// The plain form, which defines validity.
  public Optional<Refused> checkPlainly(Ballot ballot) {
    Optional<Refused> early = cheap(ballot);
    if (early.isPresent()) return early;
    Optional<List<Answer>> answers = ballot.answers(styles);
    if (answers.isEmpty()) {
      return no(Code.WRONG_CONTESTS, "answers: not one per contest in its form");
    }
    return plain(new Prepared(ballot, answers.get()));
  }

  /// record §8 Doors: whom it is for, whether its key may vote and whether that key signed it; no
  /// proof is looked at.
  public Optional<Refused> signed(Ballot ballot) {
    Optional<Refused> early = cheap(ballot);
    if (early.isPresent()) return early;
    Equations equations = new Equations();
    signature(ballot, equations);
    return equations.holdPlainly()
        ? Optional.empty()
        : no(Code.BAD_SIGNATURE, "the signature is not by the ballot's key");
  }

  private Optional<Refused> cheap(Ballot ballot) {
    if (!ballot.leafEid().equals(eid) || !ballot.eid().equals(eid)) {
      return no(Code.WRONG_CONTEXT, "eid: another election");
    }
    if (!roll.test(ballot.vk().encoding())) {
      return no(Code.NOT_ON_ROLL, "vk: not on the roll");
    }
    return Optional.empty();
  }

  private void decide(
      List<Prepared> batch, List<Integer> at, Entropy weights, List<Optional<Refused>> out) {
    if (batch.isEmpty()) return;
    Equations equations = new Equations();
    boolean shaped = true;
    for (Prepared one : batch) {
      shaped &= proofs(one, equations);
      signature(one.ballot, equations);
    }
    if (shaped && equations.holdBatched(weights)) {
      for (int i : at) out.set(i, Optional.empty());
    } else if (batch.size() == 1) {
      out.set(at.getFirst(), plain(batch.getFirst()));
    } else {
      int half = batch.size() / 2;
      decide(batch.subList(0, half), at.subList(0, half), weights, out);
      decide(batch.subList(half, batch.size()), at.subList(half, at.size()), weights, out);
    }
  }

  private Optional<Refused> plain(Prepared one) {
    for (int k = 0; k < styles.size(); k++) {
      Equations equations = new Equations();
      boolean shaped = one.answers.get(k).addTo(equations, context(one.ballot), k, styles.get(k));
      if (!shaped || !equations.holdPlainly()) {
        return no(Code.BAD_PROOF, "contest " + k + ": a proof does not hold");
      }
    }
    Equations equations = new Equations();
    signature(one.ballot, equations);
    if (!equations.holdPlainly()) {
      return no(Code.BAD_SIGNATURE, "the signature is not by the ballot's key");
    }
    return Optional.empty();
  }

  private boolean proofs(Prepared one, Equations equations) {
    boolean shaped = true;
    for (int k = 0; k < styles.size(); k++) {
      shaped &= one.answers.get(k).addTo(equations, context(one.ballot), k, styles.get(k));
    }
    return shaped;
  }

  private Answer.Context context(Ballot ballot) {
    return new Answer.Context(ballot.context(), key);
  }

  private static void signature(Ballot ballot, Equations equations) {
    ballot.signature().addTo(equations, Seal.TAG, ballot.vk(), Ballot.signedDigest(ballot.body()));
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
