package veche.http;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import veche.record.Entry;

/// log §3: the way of a ballot behind the check of its proofs: the sequencer's queue, the fold, the
/// tree, the signed checkpoint, the transaction and the receipt. It is no door: what measures a
/// server calls it inside the server's own process (`veche bench board`).
public final class Intake {
  private final Ledger ledger;
  private final Sequencer sequencer;

  Intake(Ledger ledger, Sequencer sequencer) {
    this.ledger = ledger;
    this.sequencer = sequencer;
  }

  /// @param proved with proofs that were found right
  /// @return the receipt, once the leaf is durable
  public CompletionStage<String> take(Entry.Cast proved) {
    return sequencer
        .append(ledger, proved, Map.of())
        .map(
            answer ->
                switch (answer) {
                  case Answer.Logged(String receipt) -> receipt;
                  case Answer.Waiting w -> throw new IllegalStateException("a ballot never waits");
                  case Answer.Kept k -> throw new IllegalStateException("a ballot has a receipt");
                })
        .toCompletionStage();
  }
}
