package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Entry;
import veche.record.Phase;
import veche.store.Board;
import veche.store.Desk;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §3.2: one batch on its way into a log: admitted in this order, remembered in one
/// transaction, and only then answered. The sequencer's thread.
final class Commit {
  private static final Logger LOG = LoggerFactory.getLogger(Commit.class);

  private final Ledger ledger;
  private final Ledger.Context context;
  private final Fold fold;
  private final long from;
  private final Phase before;
  private final List<Board.Leaf> leaves = new ArrayList<>();
  private final Map<Bytes, Long> places = new HashMap<>();
  private final Map<Bytes, Bytes> blobs = new HashMap<>();
  private final List<Act> acts = new ArrayList<>();
  private final Map<Promise<Answer>, Ledger.Place> waiters = new LinkedHashMap<>();

  Commit(Ledger ledger, Ledger.Context context) {
    this.ledger = ledger;
    this.context = context;
    fold = ledger.fold();
    from = fold.size();
    before = fold.record.phase();
  }

  /// Answers every waiter. What it throws leaves the fold unlike the log.
  void run(List<Sequencer.Submission> batch) {
    Faults faults = context.faults();
    faults.before(Faults.Step.ADMIT);
    for (Sequencer.Submission s : batch) {
      switch (s.entry()) {
        case Entry.Cast cast -> ballot(cast, s.answer());
        case Entry.Acted acted -> act(acted.act(), s.blobs(), s.answer());
        case Entry.Deposited deposited -> deposit(deposited, s.answer());
      }
    }
    faults.after(Faults.Step.ADMIT);
    if (leaves.isEmpty()) return;
    String note;
    try {
      note = append();
    } catch (RuntimeException e) {
      LOG.error("{}: the commit of {} leaves failed: {}", slug(), leaves.size(), e.toString());
      ledger.failed(e);
      Unable why = new Unable("the commit failed; send it again");
      waiters.keySet().forEach(w -> w.tryFail(why));
      return;
    } finally {
      ledger.staged.clear();
    }
    faults.before(Faults.Step.PUBLISH);
    publish(note);
    faults.after(Faults.Step.PUBLISH);
    faults.before(Faults.Step.ANSWER);
    waiters.forEach((w, at) -> w.tryComplete(new Answer.Logged(ledger.receipt(at, note))));
    faults.after(Faults.Step.ANSWER);
  }

  private String slug() {
    return ledger.slug();
  }

  private void ballot(Entry.Cast cast, Promise<Answer> answer) {
    Bytes hash = Merkle.leafHash(cast.leaf());
    if (known(hash, answer)) return;
    Optional<Refused> early = tooLate();
    if (early.isEmpty() && context.limits().spent(cast.ballot().vk())) {
      early = Optional.of(new Refused(Code.RATE_LIMITED, "this key has cast many ballots"));
    }
    Optional<Refused> refused = early.or(() -> admit(cast, hash, answer));
    if (refused.isPresent()) {
      answer.tryFail(new Refusal(refused.get()));
    } else {
      context.limits().cast(cast.ballot().vk());
    }
  }

  private boolean known(Bytes hash, Promise<Answer> answer) {
    Optional<Long> logged = fold.place(hash);
    Long index = places.get(hash);
    if (logged.isPresent()) {
      answer(ledger.receipt(new Ledger.Place(hash, logged.get())), answer);
    } else if (index != null) {
      waiters.put(answer, new Ledger.Place(hash, index));
    }
    return logged.isPresent() || index != null;
  }

  private boolean knownAct(Bytes digest, Promise<Answer> answer) {
    Long logged = fold.acts.get(digest);
    if (logged == null) return false;
    answer(ledger.receipt(logged), answer);
    return true;
  }

  private static void answer(Future<String> receipt, Promise<Answer> answer) {
    receipt
        .<Answer>map(Answer.Logged::new)
        .onSuccess(answer::tryComplete)
        .onFailure(answer::tryFail);
  }

  private Optional<Refused> admit(Entry entry, Bytes hash, Promise<Answer> answer) {
    return switch (fold.record.admit(entry)) {
      case Admission.No(Refused why) -> Optional.of(why);
      case Admission.Admitted(long index) -> {
        leaves.add(new Board.Leaf(hash, entry.leaf()));
        places.put(hash, index);
        for (Bytes ballot : fold.inside(index)) places.put(ballot, index);
        waiters.put(answer, new Ledger.Place(hash, index));
        yield Optional.empty();
      }
    };
  }

  /// protocol §6: what other doors took. It may come after the closing time, as long as `close` is
  /// not in the log; the witnesses watch that (log §5).
  private void deposit(Entry.Deposited deposited, Promise<Answer> answer) {
    Bytes hash = Merkle.leafHash(deposited.leaf());
    if (known(hash, answer) || knownAct(deposited.act().digest(), answer)) return;
    Optional<Refused> refused = admit(deposited, hash, answer);
    if (refused.isPresent()) {
      answer.tryFail(new Refusal(refused.get()));
      return;
    }
    acts.add(deposited.act());
  }

  /// record §2: equal acts collect signatures until they are enough.
  private void act(Act act, Map<Bytes, Bytes> given, Promise<Answer> answer) {
    Bytes digest = act.digest();
    if (knownAct(digest, answer)) return;
    Desk.Pending waiting = ledger.pending.get(digest);
    Act merged;
    try {
      merged = waiting == null ? act : Ledger.merge(Act.parse(waiting.act()), act);
    } catch (Malformed e) {
      answer.tryFail(new Refusal(Code.MALFORMED, e.getMessage()));
      return;
    }
    Bytes leaf = merged.encode();
    if (leaf.length() > Tile.MAX_LEAF) {
      answer.tryFail(new Refusal(Code.TOO_LARGE, "a leaf has at most 65535 bytes"));
      return;
    }
    Map<Bytes, Bytes> staged = ledger.staged;
    staged.clear();
    if (waiting != null) staged.putAll(waiting.blobs());
    staged.putAll(given);
    Optional<Refused> refused =
        tooEarly(merged)
            .or(() -> admit(new Entry.Acted(merged, leaf), Merkle.leafHash(leaf), answer));
    if (refused.isEmpty()) {
      acts.add(merged);
      blobs.putAll(staged);
    } else if (refused.get().code() == Code.TOO_FEW_SIGNATURES && ledger.need(merged) > 1) {
      wait(merged, answer);
    } else {
      answer.tryFail(new Refusal(refused.get()));
    }
  }

  private void wait(Act act, Promise<Answer> answer) {
    List<String> have = Ledger.signers(act);
    Map<Bytes, Desk.Pending> waiting = ledger.pending;
    Desk.Pending pending = new Desk.Pending(act.digest(), act.encode(), ledger.staged);
    int most = fold.record.phase() == Phase.DRAFTING ? Limits.PENDING_DRAFTS : Limits.PENDING;
    if (have.isEmpty()) {
      answer.tryFail(new Refusal(Code.TOO_FEW_SIGNATURES, act.type() + ": nobody signed"));
    } else if (!waiting.containsKey(act.digest()) && waiting.size() >= most) {
      answer.tryFail(new Refusal(Code.RATE_LIMITED, "too many acts wait for signatures"));
    } else {
      now(context.desk().keep(slug(), pending));
      waiting.put(act.digest(), pending);
      answer.tryComplete(new Answer.Waiting(have, ledger.need(act)));
    }
  }

  private String append() {
    Checkpoint checkpoint =
        fold.inTree(tree -> new Checkpoint(ledger.origin(), tree.size(), tree.root()));
    Faults faults = context.faults();
    faults.before(Faults.Step.SIGN);
    String note = ledger.sign(checkpoint);
    faults.after(Faults.Step.SIGN);
    faults.before(Faults.Step.COMMIT);
    now(
        context
            .board()
            .append(new Board.Batch(slug(), ledger.epoch(), from, leaves, blobs, note, stages())));
    faults.after(Faults.Step.COMMIT);
    return note;
  }

  /// record §6: a stage's own checkpoint, and what witnesses said of the log before `close`.
  private Set<Long> stages() {
    Phase after = fold.record.phase();
    if (after == before) return Set.of();
    return after.closed() && !before.closed() ? Set.of(from, fold.size()) : Set.of(fold.size());
  }

  private void publish(String note) {
    places.forEach(fold::place);
    for (Act act : acts) {
      fold.acts.put(act.digest(), places.getOrDefault(Merkle.leafHash(act.encode()), -1L));
    }
    Phase after = fold.record.phase();
    Checkpoints checkpoints = ledger.checkpoints();
    checkpoints.committed(fold.size(), note, stages(), fold.policy());
    if (after != before) {
      fold.starts.add(fold.size() - 1);
      checkpoints.stage();
    }
    if (after != before && after == Phase.VOTING) {
      now(context.desk().forgetEnrolments(slug()));
    }
    if (!acts.isEmpty()) dropStale();
    ledger.publish();
    context.metrics().committed(leaves.size());
  }

  private void dropStale() {
    for (Desk.Pending waiting : List.copyOf(ledger.pending.values())) {
      Act act = Act.parse(waiting.act());
      if (act.id().equals(fold.record.id()) && act.serial() == fold.record.nextSerial(act.type())) {
        continue;
      }
      ledger.pending.remove(waiting.digest());
      now(context.desk().drop(slug(), waiting.digest()));
    }
  }

  /// record §6: the fold has no clock, the server has.
  private Optional<Refused> tooLate() {
    boolean late = draft().filter(d -> ledger.clock() >= d.closesAt()).isPresent();
    return late ? Optional.of(new Refused(Code.WRONG_PHASE, "voting has ended")) : Optional.empty();
  }

  private Optional<Refused> tooEarly(Act act) {
    Optional<Long> earliest =
        switch (act.type()) {
          case "open" -> draft().map(Draft::opensAt);
          case "close" -> draft().map(Draft::closesAt);
          case "skip" -> draft().map(Draft::mixDeadline);
          default -> Optional.empty();
        };
    return earliest
        .filter(t -> ledger.clock() < t)
        .map(t -> new Refused(Code.WRONG_PHASE, act.type() + ": not before its time"));
  }

  private Optional<Draft> draft() {
    return ledger.shown().draft();
  }
}
