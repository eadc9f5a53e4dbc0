package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.LyingServer;
import veche.crypto.Entropy;
import veche.record.ElectionFixture;
import veche.record.Lots;
import veche.record.Phase;
import veche.record.Trust;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §8a: a trustee reveals when all have committed; for one that never commits it waits five
/// minutes, by a clock that the test turns.
class TrusteeLotTest {
  private final ElectionFixture election = new ElectionFixture().draft().keys().roll(2);
  private final Coalition coalition = election.coalition;
  private final LyingServer server = new LyingServer(election);

  @TempDir private Path folder;

  private long now = 1_000;
  private Follower follower;
  private Home home;
  private TrusteeCommand.Trustee trustee;

  @BeforeEach
  void commits() {
    home = new Program(folder, coalition.holder(1), coalition).home();
    follower =
        new Follower(new Remote(server.url()), Trust.parse(election.trust()), Entropy.system());
    trustee = new TrusteeCommand.Trustee(home, follower, Entropy.system(), () -> now);
    follower.catchUp();
    assertThat(act()).contains("lot-commit");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// What it does next, done.
  private Optional<String> act() {
    Optional<TrusteeCommand.Trustee.Duty> due = trustee.next(Phase.READY);
    due.ifPresent(duty -> Submission.send(follower, home.key(), duty.content()));
    follower.catchUp();
    return due.map(TrusteeCommand.Trustee.Duty::name);
  }

  private void commit(int other) {
    // the coalition's own fold has not seen what went to the server
    coalition
        .record()
        .fold(election.leaves.subList((int) coalition.record().size(), election.leaves.size()));
    Bytes commitment = Lots.commitment(coalition.draft().cid(), other, Entropy.system().bytes(32));
    Enc payload = Enc.list(Enc.bytes(commitment));
    election.add(coalition.act("lot-commit", payload, coalition.holder(other)).encode());
    election.stage(ElectionFixture.OPENS - 100);
    follower.catchUp();
  }

  @Test
  void whoNeverCommitsIsWaitedForFiveMinutesAndNoLonger() {
    commit(2);
    assertThat(act()).isEmpty();
    now += TrusteeCommand.Trustee.LOT_PATIENCE.toNanos();
    assertThat(TrusteeCommand.Trustee.LOT_PATIENCE).hasMinutes(5);
    assertThat(act()).isEmpty();
    now++;
    assertThat(act()).contains("lot-reveal");
    assertThat(trustee.done(Phase.READY)).isTrue();
  }

  /// The time is counted from when enough for a draw have committed, not from the start.
  @Test
  void fewerThanTAreWaitedForWithoutEnd() {
    now += 10 * TrusteeCommand.Trustee.LOT_PATIENCE.toNanos();
    assertThat(act()).isEmpty();
    now += 10 * TrusteeCommand.Trustee.LOT_PATIENCE.toNanos();
    commit(2);
    assertThat(act()).isEmpty();
  }

  @Test
  void whenAllHaveCommittedNobodyWaits() {
    commit(2);
    commit(3);
    assertThat(act()).contains("lot-reveal");
  }
}
