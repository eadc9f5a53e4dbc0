package veche.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import veche.crypto.SigningKey;
import veche.log.Merkle;
import veche.record.Act;
import veche.record.Record;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §2: signs an act and brings it to the server until it stands in the log, waits for other
/// signatures or is refused.
final class Submission {
  private static final int TRIES = 20;
  private static final long PAUSE_MILLIS = 150;

  /// A list of mixed ballots may take the server longer to check than anybody waits for an answer.
  private static final int UNANSWERED = 10;

  private static final Duration IN_THE_LOG_WITHIN = Duration.ofSeconds(60);

  private Submission() {}

  /// What became of it.
  enum Outcome {
    LOGGED,
    WAITING
  }

  /// An act's payload and the blobs it refers to.
  record Content(String type, Enc payload, List<Bytes> blobs) {
    Content(String type, Enc payload) {
      this(type, payload, List.of());
    }
  }

  /// Signs what `content` says of the record as it stands; asked again whenever another act of the
  /// type came first. Empty content means there is nothing left to do.
  static Optional<Outcome> send(
      Follower follower, SigningKey key, Supplier<Optional<Content>> content) {
    for (int i = 0; ; i++) {
      Optional<Content> say = content.get();
      if (say.isEmpty()) return Optional.empty();
      Record record = follower.record();
      Content c = say.get();
      Act act = Act.unsigned(c.type, record.id(), record.nextSerial(c.type), c.payload);
      try {
        return Optional.of(delivered(follower, act, key, c.blobs));
      } catch (Remote.Refusal e) {
        boolean raced =
            e.code().equals("stale-serial")
                || e.code().equals("wrong-context")
                || e.code().equals("wrong-phase");
        if (!raced || i == TRIES) throw e;
        pause();
        follower.catchUp();
      }
    }
  }

  /// Whether a large act came is seen in the log; if it did not, the same bytes are sent again.
  private static Outcome delivered(Follower follower, Act act, SigningKey key, List<Bytes> blobs) {
    Record record = follower.record();
    Act signed = act.with(List.of(key.signLine(act.noteBody(record.origin()))));
    long from = record.size();
    for (int i = 0; ; i++) {
      try {
        return post(follower.remote(), signed, blobs);
      } catch (Remote.Unreachable unanswered) {
        if (blobs.isEmpty() || i == UNANSWERED) throw unanswered;
        if (came(follower, Merkle.leafHash(signed.encode()), from)) return Outcome.LOGGED;
      }
    }
  }

  private static boolean came(Follower follower, Bytes leafHash, long from) {
    long end = System.nanoTime() + IN_THE_LOG_WITHIN.toNanos();
    do {
      pause();
      try {
        follower.catchUp();
      } catch (Remote.Unreachable notYet) {
        // it may be busy with what was sent
        continue;
      }
      Record record = follower.record();
      for (long i = from; i < record.size(); i++) {
        if (record.tree().leaf(i).equals(leafHash)) return true;
      }
    } while (System.nanoTime() < end);
    return false;
  }

  static Outcome post(Remote remote, Act act, String origin, SigningKey key, List<Bytes> blobs) {
    return post(remote, act.with(List.of(key.signLine(act.noteBody(origin)))), blobs);
  }

  private static Outcome post(Remote remote, Act signed, List<Bytes> blobs) {
    Bytes body = Enc.list(Enc.bytes(signed.encode()), Enc.list(blobs, Enc::bytes)).encode();
    Remote.Reply reply = remote.post("acts", body);
    return reply.status() == 202 ? Outcome.WAITING : Outcome.LOGGED;
  }

  static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Remote.Unreachable("interrupted");
    }
  }
}
