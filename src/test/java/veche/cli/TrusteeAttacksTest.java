package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.LyingServer;
import veche.crypto.Entropy;
import veche.crypto.Hpke;
import veche.crypto.SigningKey;
import veche.record.Act;
import veche.record.ElectionFixture;
import veche.trustee.Ceremony;
import veche.wire.Bytes;
import veche.wire.Enc;

/// attacks.md rows 21 and 47 against the trustee's program as it is run, by a server that holds the
/// log's key, and where it is said, the witnesses' keys too.
class TrusteeAttacksTest {
  private static final List<Integer> SEAT = List.of(1, 0, 0);
  private static final List<Integer> PLATFORMS = List.of(1, 0);
  private static final long CLOSES = ElectionFixture.CLOSES;

  @TempDir private Path folder;

  private final ElectionFixture election = new ElectionFixture();
  private final Coalition coalition = election.coalition;
  private final LyingServer server = new LyingServer(election);

  @AfterEach
  void stop() {
    server.close();
  }

  private Program trustee(int index) {
    return new Program(folder.resolve("t" + index), coalition.holder(index), coalition);
  }

  private Program.Ran work(Program trustee, String until) {
    return trustee.run(server.url(), "trustee", "work", "--until", until, "--wait", "0");
  }

  // ---- row 21

  /// Trustee 1 has answered for the list of four ballots. Log and witnesses conspire: whatever the
  /// server shows now is signed and cosigned as it should be, before closing time and after.
  private Program answered() {
    election.opened(5).voted().closed();
    Program trustee = trustee(1);
    trustee.keepShare(coalition.share(1).encoding());
    ElectionFixture first = election.sibling();
    server.show(first);
    work(trustee, "counted");
    assertThat(server.sent()).containsExactly("decrypt", "decrypt");
    return trustee;
  }

  private ElectionFixture closedWith(List<Bytes> ballots) {
    ElectionFixture other = election.sibling();
    Bytes close = other.leaves.removeLast();
    other.leaves.removeIf(leaf -> election.leaves.indexOf(leaf) > coalition.record().openIndex());
    other.leaves.addAll(ballots);
    other.stages.tailMap(coalition.record().openIndex() + 2).clear();
    other.stage(CLOSES + 10);
    other.leaves.add(close);
    return other.stage(CLOSES + 20);
  }

  private List<Bytes> ballots() {
    int open = (int) coalition.record().openIndex();
    return List.copyOf(election.leaves.subList(open + 1, election.leaves.size() - 1));
  }

  @Test
  void attack21_aTrusteeThatAnsweredForOneListAnswersForNoOther() {
    Program trustee = answered();
    List<Bytes> all = ballots();
    List<Bytes> fewer = all.subList(0, all.size() - 2);
    List<Bytes> more = new ArrayList<>(all);
    more.add(election.voters.get(4).ballot(coalition, List.of(SEAT, PLATFORMS)));

    for (List<Bytes> list : List.of(fewer, more)) {
      server.show(closedWith(list));
      Program.Ran ran = work(trustee, "counted");

      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err()).contains("contest 0: this trustee has answered for another list");
      assertThat(server.sent()).isEmpty();
    }
  }

  /// Guards the one above: the same folder says the same again, and one that remembers nothing
  /// answers for the other list, because nothing else about it is wrong.
  @Test
  void theSameListIsAnsweredForAgainAndOnlyTheMemoryStandsAgainstAnother() {
    Program trustee = answered();
    server.show(closedWith(ballots()));
    work(trustee, "counted");
    assertThat(server.sent()).containsExactly("decrypt", "decrypt");

    Program forgetful = new Program(folder.resolve("new"), coalition.holder(1), coalition);
    forgetful.keepShare(coalition.share(1).encoding());
    server.show(closedWith(ballots().subList(0, 3)));
    work(forgetful, "counted");
    assertThat(server.sent()).containsExactly("decrypt", "decrypt");
  }

  /// The list is the right one, and beside it lies a cosigned checkpoint of another closing: the
  /// proof that there are two histories.
  @Test
  void attack21_aSecondClosingCheckpointStopsTheTrustee() {
    election.opened(5).voted().closed();
    Program trustee = trustee(1);
    trustee.keepShare(coalition.share(1).encoding());
    List<Bytes> all = ballots();
    ElectionFixture other = closedWith(all.subList(0, all.size() - 1));
    long size = other.leaves.size();
    Bytes note = other.files().get("stage/" + size);
    server.door(
        "stage/index", x -> LyingServer.say(x, 200, (size + "\n" + (size + 1) + "\n").getBytes()));
    server.door("stage/" + size, x -> LyingServer.say(x, 200, note.toArray()));

    Program.Ran ran = work(trustee, "counted");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("fork: two roots of size " + size);
    assertThat(server.sent()).isEmpty();

    server.door("stage/index", null);
    server.door("stage/" + size, null);
    work(trustee, "counted");
    assertThat(server.sent()).containsExactly("decrypt", "decrypt");
  }

  /// The witnesses saw the log before the closing time and never after it.
  @Test
  void attack21_aCloseThatNoQuorumSawInTimeOpensNothing() {
    election.opened(4).votedOnce().stage(CLOSES - 10).close();
    election.stage(election.leaves.size(), CLOSES + 20, "north");
    Program trustee = trustee(1);
    trustee.keepShare(coalition.share(1).encoding());

    Program.Ran ran = work(trustee, "counted");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(server.sent()).isEmpty();

    election.stage(election.leaves.size(), CLOSES + 20, "north", "east");
    ran = work(trustee, "counted");
    assertThat(ran.err()).contains("does not open");
    assertThat(server.sent()).isEmpty();
  }

  // ---- row 47

  /// Two histories of one ceremony, of trustees 1 and 2 (their real programs) and 3 (who conspires
  /// with the server). They differ in what 3 sealed for 1: a wrong share in `bad`, the right one in
  /// `good`.
  private final class Forked {
    final Program one = trustee(1);
    final Program two = trustee(2);
    final ElectionFixture good;
    final ElectionFixture bad;

    Forked() {
      election.draft();
      work(one, "ready");
      work(two, "ready");
      assertThat(server.sent()).containsExactly("dkg-commit", "dkg-commit");
      Bytes dctx = coalition.record().keys().context();
      Ceremony.Secrets own = Ceremony.begin(dctx, 3, Coalition.T, Entropy.system());
      add(election, "dkg-commit", own.commit().enc(), coalition.holder(3));
      election.stage(ElectionFixture.OPENS - 4_000);
      work(one, "ready");
      work(two, "ready");
      assertThat(server.sent()).containsExactly("dkg-reveal", "dkg-reveal");

      List<Ceremony.Commit> commits = new ArrayList<>();
      for (Bytes leaf : election.leaves.subList(1, 4)) {
        commits.add(Ceremony.Commit.read(Act.parse(leaf).payload()));
      }
      Ceremony.Reveal honest = Ceremony.reveal(dctx, 3, own, commits, Entropy.system());
      Ceremony.Reveal other = Ceremony.reveal(dctx, 3, own, commits, Entropy.system());
      Map<Integer, Hpke.Sealed> shares = new HashMap<>(honest.shares());
      // sealed for trustee 2, so that 1 cannot open it
      shares.put(1, other.shares().get(2));
      good = election.sibling();
      bad = election.sibling();
      add(good, "dkg-reveal", honest.enc(), coalition.holder(3));
      add(
          bad,
          "dkg-reveal",
          new Ceremony.Reveal(honest.commitments(), honest.pop(), shares).enc(),
          coalition.holder(3));
    }

    Program.Ran run(Program trustee, ElectionFixture story) {
      server.show(story);
      return work(trustee, "ready");
    }

    void cosign(ElectionFixture story, String... witnesses) {
      story.stage(story.leaves.size(), ElectionFixture.OPENS - 3_000, witnesses);
    }
  }

  private void add(ElectionFixture story, String type, Enc payload, SigningKey key) {
    long serial = story.leaves.stream().filter(leaf -> Act.parse(leaf).type().equals(type)).count();
    Act act = Act.unsigned(type, coalition.record().id(), serial, payload);
    story.leaves.add(coalition.sign(act, key).encode());
  }

  private void complain(ElectionFixture story, int accuser) {
    add(story, "dkg-complaint", Enc.list(Enc.uint(3)), coalition.holder(accuser));
  }

  @Test
  void attack47_twoForksShownToTwoTrusteesGetNoSecret() {
    Forked f = new Forked();

    f.run(f.one, f.bad);
    assertThat(server.sent()).containsExactly("dkg-complaint");
    f.run(f.two, f.good);
    assertThat(server.sent()).containsExactly("dkg-confirm");

    // the witnesses stand on the other fork: one of three is no quorum
    f.cosign(f.bad, "north");
    for (int i = 0; i < 2; i++) {
      Program.Ran ran = f.run(f.one, f.bad);
      assertThat(ran.code()).isEqualTo(2);
      assertThat(server.sent()).isEmpty();
    }
    // who complained never confirms, however good the other fork looks
    Program.Ran ran = f.run(f.one, f.good);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(server.sent()).isEmpty();
    assertThat(f.one.home().lines("memory")).noneMatch(line -> line.startsWith("confirmed"));
    // and what 3 might say in its name is not signed by it
    complain(f.good, 3);
    f.run(f.two, f.good);
    assertThat(server.sent()).isEmpty();
  }

  /// protocol §5 step 3: the secret of a ceremony that is void decides who was at fault.
  @Test
  void anOwedOpeningIsSentOnceAQuorumCosignedTheComplaint() {
    Forked f = new Forked();
    f.run(f.one, f.bad);
    assertThat(server.sent()).containsExactly("dkg-complaint");
    f.run(f.one, f.bad);
    assertThat(server.sent()).as("not cosigned").isEmpty();

    f.cosign(f.bad, "north", "west");
    Program.Ran ran = f.run(f.one, f.bad);

    assertThat(server.sent()).containsExactly("dkg-opening");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(f.run(f.two, f.bad).code()).as("void for the others too").isEqualTo(1);
    // attack 47: what was opened is of no use on the other fork
    f.run(f.one, f.good);
    assertThat(server.sent()).isEmpty();
  }

  @Test
  void attack47_whoConfirmedNeverComplainsAndNeverOpens() {
    Forked f = new Forked();
    f.run(f.one, f.good);
    assertThat(server.sent()).containsExactly("dkg-confirm");

    Program.Ran ran = f.run(f.one, f.bad);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("confirmed the ceremony it would now complain about");
    assertThat(server.sent()).isEmpty();

    // a complaint with its own signature, made by a copy of its key, and cosigned by everybody
    complain(f.bad, 1);
    f.cosign(f.bad, "north", "east", "west");
    ran = f.run(f.one, f.bad);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(server.sent()).isEmpty();
  }
}
