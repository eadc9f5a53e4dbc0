package veche.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.cli.Veche;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.view.Json;

/// Whole elections through the real server, database and role programs.
class ElectionIT {
  private static final Path WEB = Path.of("web").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void aRehearsalEndsWithARecordThatVerifies() throws Exception {
    int code =
        new picocli.CommandLine(new Rehearse())
            .execute(
                "--out", folder.resolve("rehearsal").toString(),
                "--voters", "12",
                "--web", WEB.toString(),
                "--seed", "5a".repeat(32));

    assertThat(code).as(read(folder.resolve("rehearsal/verify.txt"))).isZero();
    JsonNode summary = Json.read(read(folder.resolve("rehearsal/summary.json")));
    assertThat(summary.path("totals_equal").asBoolean()).isTrue();
    assertThat(summary.path("verification_exit").asInt(-1)).isZero();
  }

  private static String read(Path file) throws Exception {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /// The words: killed at any point of key generation or opening, a trustee starts again
  /// without harm; t−1 shares open nothing; n−t missing trustees still give a result.
  @Test
  void trusteesThatAreKilledAndOneThatNeverComesBackStillGiveTheResult() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Coalition coalition = new Coalition(folder.resolve("roles"), Entropy.system(), s -> {})) {
      long setup = coalition.makeKeys();
      List<Vkey> hosted =
          Coalition.BODIES.stream().map(b -> Vkey.parse(coalition.vkey(b, "body"))).toList();
      try (Stage stage = Stage.start(folder.resolve("server"), WEB, 0, hosted, Entropy.system())) {
        // the nemesis takes its time, too
        Coalition.Question question = Demo.question().lasting(setup + 60);
        coalition.define(stage.address(), stage.host(), question);
        coalition.watch(0.3);
        kill(coalition, Coalition.BODIES, "ready", random, 10);
        List<Roles.Job> trustees = all(coalition, "ready");
        coalition.awaitPhase(List.of("enrolling", "ready"), 120);
        Remote remote = new Remote(coalition.election());
        List<Voter> voters = new ArrayList<>();
        for (String link : coalition.invite(3)) {
          Voter voter = new Voter(Entropy.system());
          voter.enrol(remote, coalition.cid(), link);
          voters.add(voter);
        }
        coalition.freeze(WEB);
        for (Roles.Job job : trustees) Roles.await(job, 120);
        coalition.openVote();
        Seal.Paper paper = Rehearse.paper(remote, question);
        Vkey log = coalition.trusted().policy().logs().getFirst();
        for (Voter voter : voters) {
          voter.cast(
              remote,
              log,
              voter.seal(
                  paper, List.of(List.of(1, 0, 0, 0, 0, 1), List.of(1, 1, 0), List.of(2, 0, 4))));
        }
        coalition.closeVote(600);

        // one mix of two: nothing can be opened
        Roles.Job alone = coalition.trustee(Coalition.BODIES.get(0), "counted");
        awaitMixes(remote, 1);
        assertThat(phase(remote)).isEqualTo("closed");
        assertThat(resultIsRefused(remote)).isTrue();

        // the second is killed on the way, the third never comes, whose lot is waited for
        coalition.skip(3, "does not answer");
        kill(coalition, Coalition.BODIES.subList(1, 2), "counted", random, 3);
        Roles.await(coalition.trustee(Coalition.BODIES.get(1), "counted"), 120);
        Roles.await(alone, 120);
        JsonNode result = Json.read(remote.get("result.json").utf8());
        assertThat(result.at("/contests/0/totals/anna").asInt()).as("seed " + seed).isEqualTo(3);
        assertThat(result.at("/contests/0/totals/boris").asInt()).isZero();
        assertThat(result.at("/contests/1/totals/prisoners").asInt()).isEqualTo(3);
        assertThat(result.at("/contests/2/totals/kira").asInt()).isEqualTo(3);
        assertThat(result.at("/contests/2/winners/0").asText()).isEqualTo("kira");
        assertThat(result.at("/contests/2/count/stages").size()).isPositive();
        coalition.certify();
        assertThat(phase(remote)).isEqualTo("final");
      }
    }
  }

  private static List<Roles.Job> all(Coalition coalition, String until) {
    return Coalition.BODIES.stream().map(body -> coalition.trustee(body, until)).toList();
  }

  /// Starts trustees and kills them at moments nobody chose.
  private static void kill(
      Coalition coalition, List<String> bodies, String until, Random random, int times)
      throws InterruptedException {
    for (int i = 0; i < times; i++) {
      List<Roles.Job> jobs = bodies.stream().map(b -> coalition.trustee(b, until)).toList();
      Thread.sleep(500 + random.nextInt(2_500));
      for (Roles.Job job : jobs) {
        job.process().destroyForcibly();
        job.process().waitFor();
        assertThat(job.process().exitValue()).isIn(137, 0);
      }
    }
  }

  private static String phase(Remote remote) {
    return Json.read(remote.get("election.json").utf8()).path("phase").asText();
  }

  private static boolean resultIsRefused(Remote remote) {
    try {
      remote.get("result.json");
      return false;
    } catch (Remote.Refusal e) {
      return e.code().equals("wrong-phase");
    }
  }

  private static void awaitMixes(Remote remote, int mixes) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      JsonNode now = Json.read(remote.get("election.json").utf8());
      if (now.at("/mixes/0/by").size() >= mixes) return;
      Thread.sleep(100);
    }
    throw new AssertionError("no mix came");
  }

  @Test
  void aRoleProgramSaysInOneSentenceWhatItCannotDo() {
    int code =
        Veche.run(
            new picocli.CommandLine(new Veche()),
            new String[] {
              "body",
              "open",
              "--state",
              folder.toString(),
              "--election",
              "ftp://x/e/y",
              "--trust",
              folder.resolve("none").toString()
            });

    assertThat(code).isEqualTo(2);
  }
}
