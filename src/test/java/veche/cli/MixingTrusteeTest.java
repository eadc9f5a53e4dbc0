package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.LyingServer;
import veche.crypto.Point;
import veche.record.Act;
import veche.record.ElectionFixture;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §6a, §8: the trustee's program as it mixes, before a server that loses what it is sent or
/// shows another list.
class MixingTrusteeTest {
  private static final long CLOSES = ElectionFixture.CLOSES;

  @TempDir private Path folder;

  private final ElectionFixture election =
      ElectionFixture.ranked().opened(5).ranked("01234", "210", "", "34", "10").closed();
  private final Coalition coalition = election.coalition;
  private final LyingServer server = new LyingServer(election.sibling());

  @AfterEach
  void stop() {
    server.close();
  }

  private Program trustee(int index) {
    Program out = new Program(folder.resolve("t" + index), coalition.holder(index), coalition);
    out.keepShare(coalition.share(index).encoding());
    return out;
  }

  private Program.Ran work(Program trustee) {
    return trustee.run(server.url(), "trustee", "work", "--until", "counted", "--wait", "0");
  }

  private static Mix.Statement statement(Bytes leaf) {
    return Mix.Payload.read(Act.parse(leaf).payload()).statement();
  }

  @Test
  void aTrusteeMixesWhenItIsItsTurnAndWaitsOtherwise() {
    Program second = trustee(2);
    assertThat(work(second).err()).contains("phase closed");
    assertThat(server.sent()).isEmpty();

    work(trustee(1));
    assertThat(server.sent()).containsExactly("mix");
    work(second);
    assertThat(server.sent()).containsExactly("mix", "decrypt", "decrypt", "decrypt");

    // what they were drawn from is gone, and nobody can find the permutations any more
    for (String home : List.of("t1", "t2")) {
      assertThat(folder.resolve(home).toFile().list())
          .as(home)
          .noneMatch(name -> name.startsWith("mix-"))
          .anyMatch(name -> name.startsWith("share-"));
    }
  }

  /// A list of tens of thousands takes the server longer to check than a connection lasts.
  @Test
  void aMixThatIsNotAnsweredIsLookedForInTheLog() {
    server.door("acts", x -> server.keepSilently(x, "acts"));

    Program.Ran ran = work(trustee(1));

    assertThat(server.sent()).containsExactly("mix");
    // it goes on to wait for the second one
    assertThat(ran.err()).contains("phase closed").doesNotContain("does not answer");
  }

  @Test
  void aMixThatNeverReachedTheLogIsMadeAgainToTheByte() {
    List<Bytes> lost = new ArrayList<>();
    server.door(
        "acts",
        x -> {
          Bytes body = Bytes.wrap(x.getRequestBody().readAllBytes());
          lost.add(Enc.parse(body, Point::decode).fields("acts").bytes("act"));
          LyingServer.refuse(x, "not-found");
        });
    Program trustee = trustee(1);
    assertThat(work(trustee).code()).isEqualTo(2);
    assertThat(work(trustee).code()).isEqualTo(2);

    assertThat(lost).hasSize(2);
    assertThat(lost.get(1)).isEqualTo(lost.get(0));
    assertThat(statement(lost.getFirst()).place()).isEqualTo(1);
  }

  /// attacks.md rows 10, 21: once a list of the contest is mixed no other one is.
  @Test
  void attack21_aTrusteeThatMixedOneListMixesNoOther() {
    Program trustee = trustee(1);
    work(trustee);
    assertThat(server.sent()).containsExactly("mix");
    ElectionFixture fewer = election.sibling();
    Bytes close = fewer.leaves.removeLast();
    fewer.leaves.removeLast();
    fewer.stages.tailMap(coalition.record().openIndex() + 2).clear();
    fewer.stage(CLOSES + 10);
    fewer.leaves.add(close);
    server.show(fewer.stage(CLOSES + 20));

    Program.Ran ran = work(trustee);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("contest 2: this trustee has answered for another list");
    assertThat(server.sent()).isEmpty();
  }

  @Test
  void nothingIsMixedBeforeAQuorumSawTheCloseInTime() {
    ElectionFixture unseen = election.sibling();
    unseen.stages.tailMap(coalition.record().openIndex() + 2).clear();
    server.show(unseen.stage(CLOSES - 10));

    Program.Ran ran = work(trustee(1));

    assertThat(ran.err()).contains("does not mix");
    assertThat(server.sent()).isEmpty();
  }
}
