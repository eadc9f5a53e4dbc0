package veche.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import veche.ballot.Ballot;
import veche.election.Code;
import veche.election.Refused;
import veche.record.Record;

/// record §7: ballots that queue up are proved together, since one equation over many costs far
/// less than many equations.
final class Prover {
  private static final int MOST = 64;
  private static final int WAITING = 4_096;

  private record Waiting(Record record, Ballot ballot, Promise<Optional<Refused>> answer) {}

  private final Workers workers;
  private final Metrics metrics;
  private final Faults faults;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private int busy;

  Prover(Workers workers, Metrics metrics, Faults faults) {
    this.workers = workers;
    this.metrics = metrics;
    this.faults = faults;
  }

  Future<Optional<Refused>> prove(Record record, Ballot ballot) {
    Promise<Optional<Refused>> promise = Promise.promise();
    boolean start;
    synchronized (queue) {
      if (queue.size() >= WAITING) {
        return Future.failedFuture(
            new Refusal(Code.RATE_LIMITED, "too many ballots wait for their proofs"));
      }
      queue.add(new Waiting(record, ballot, promise));
      start = busy < workers.threads();
      if (start) busy++;
    }
    if (start) drain();
    return promise.future();
  }

  private void drain() {
    workers
        .run(
            () -> {
              for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) prove(batch);
              return true;
            })
        .onFailure(e -> refuseAll());
  }

  /// The next ballots of one record; an empty answer ends the worker's turn.
  private List<Waiting> take() {
    synchronized (queue) {
      List<Waiting> out = new ArrayList<>();
      for (Iterator<Waiting> i = queue.iterator(); i.hasNext() && out.size() < MOST; ) {
        Waiting w = i.next();
        if (out.isEmpty() || w.record == out.getFirst().record) {
          out.add(w);
          i.remove();
        }
      }
      if (out.isEmpty()) busy--;
      return out;
    }
  }

  private void prove(List<Waiting> batch) {
    metrics.proved(batch.size());
    try {
      faults.before(Faults.Step.PROVE);
      List<Optional<Refused>> found =
          batch.getFirst().record.prove(batch.stream().map(Waiting::ballot).toList());
      faults.after(Faults.Step.PROVE);
      for (int i = 0; i < batch.size(); i++) batch.get(i).answer.complete(found.get(i));
    } catch (RuntimeException e) {
      for (Waiting w : batch) w.answer.tryFail(e);
    }
  }

  /// The pool would not take the worker's turn.
  private void refuseAll() {
    List<Waiting> left;
    synchronized (queue) {
      busy--;
      left = busy == 0 ? List.copyOf(queue) : List.of();
      if (busy == 0) queue.clear();
    }
    for (Waiting w : left) {
      w.answer.tryFail(new Refusal(Code.RATE_LIMITED, "the server has all it can do"));
    }
  }
}
