package veche.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import veche.crypto.SigningKey;
import veche.record.Act;
import veche.record.Record;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §2: signs an act and brings it to the server until it stands in the log, waits for other
/// signatures or is refused.
final class Submission {
  private static final int TRIES = 20;
  private static final long PAUSE_MILLIS = 150;

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
        return Optional.of(post(follower.remote(), act, record.origin(), key, c.blobs));
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

  static Outcome post(Remote remote, Act act, String origin, SigningKey key, List<Bytes> blobs) {
    Act signed = act.with(List.of(key.signLine(act.noteBody(origin))));
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
