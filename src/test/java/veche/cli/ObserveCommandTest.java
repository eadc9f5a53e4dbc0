package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.LyingServer;
import veche.record.ElectionFixture;

/// log §5: a witness's program as it is run. A bad answer is one look lost; a second history ends
/// its word for this log.
class ObserveCommandTest {
  private final ElectionFixture election = new ElectionFixture().draft();
  private final LyingServer server = new LyingServer(election);

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private Program.Ran watch(Program witness, int rounds) {
    return witness.run(
        server.url(),
        "observe",
        "--witness",
        "--interval",
        "0.01",
        "--rounds",
        String.valueOf(rounds));
  }

  private Program witness() {
    return new Program(folder, election.coalition.witness("west"), election.coalition);
  }

  @Test
  void aWitnessSurvivesMalformedAnswersAndVouchesForTheNextGoodOne() {
    List<String> nonsense = List.of("", "\0\1", "no note at all\n", "a\nb\n\n— x y\n");
    AtomicInteger asked = new AtomicInteger();
    byte[] good = election.files().get("checkpoint").toArray();
    server.door(
        "candidate",
        x -> {
          int i = asked.getAndIncrement();
          byte[] bad = i < 4 ? nonsense.get(i).getBytes(StandardCharsets.UTF_8) : good;
          LyingServer.say(x, i == 0 ? 500 : 200, bad);
        });

    Program.Ran ran = watch(witness(), 5);

    assertThat(ran.code()).isZero();
    assertThat(ran.err().lines().count()).isGreaterThanOrEqualTo(4);
    assertThat(server.cosigned()).hasSize(1);
    assertThat(asked.get()).isEqualTo(5);
  }

  /// Entries that do not give the signed root prove nothing about the log: it may be the server's
  /// mistake, and the next look may be right.
  @Test
  void wrongEntriesAreNotVouchedForAndAreNoFork() {
    String tile = "tile/entries/000.p/1";
    ElectionFixture other = new ElectionFixture().draft();
    server.door(tile, x -> LyingServer.say(x, 200, other.files().get(tile).toArray()));
    Program witness = witness();

    Program.Ran ran = watch(witness, 2);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("do not give the signed root");
    assertThat(server.cosigned()).isEmpty();

    server.door(tile, null);
    assertThat(watch(witness, 1).code()).isZero();
    assertThat(server.cosigned()).hasSize(1);
  }

  @Test
  void aWitnessThatSeesTwoHistoriesSaysSoAndVouchesForNeither() {
    Program witness = witness();
    election.keys();
    assertThat(watch(witness, 1).code()).isZero();
    assertThat(server.cosigned()).hasSize(1);

    ElectionFixture fork = election.sibling();
    fork.leaves.set(3, fork.leaves.get(2));
    server.show(fork);
    Program.Ran ran = watch(witness, 50);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("fork");
    assertThat(server.cosigned()).isEmpty();

    // it remembers what it vouched for, also when the other history has grown
    fork.leaves.addAll(fork.leaves.subList(1, 4));
    assertThat(watch(witness, 50).code()).isEqualTo(1);
    assertThat(server.cosigned()).isEmpty();
  }

  private static String complaint(int expected, String... command) {
    var err = new java.io.ByteArrayOutputStream();
    java.io.PrintStream before = System.err;
    System.setErr(new java.io.PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      assertThat(Veche.run(new picocli.CommandLine(new Veche()), command)).isEqualTo(expected);
    } finally {
      System.setErr(before);
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatAnObserverLacksIsSaidInTheReadersLanguage() {
    String trust = witness().folder().resolve("trust.txt").toString();
    for (String language : List.of("ru", "en")) {
      var words = veche.view.Words.in(language);
      assertThat(complaint(2, "observe", "--lang", language))
          .isEqualTo(words.text("role.observe.trust") + "\n");
      assertThat(complaint(2, "observe", "--witness", "--trust", trust, "--lang", language))
          .isEqualTo(words.text("role.observe.election") + "\n");
      String[] deaf = {"observe", "--listen", "127.0.0.1:0", "--trust", trust, "--lang", language};
      assertThat(complaint(2, deaf)).isEqualTo(words.text("role.observe.witness") + "\n");
    }
  }

  @Test
  void aWitnessThatOnlyListensSaysWhatItWaitsFor() {
    Path own = witness().folder();
    var out = new java.io.ByteArrayOutputStream();
    java.io.PrintStream before = System.out;
    System.setOut(new java.io.PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      complaint(
          0,
          "observe",
          "--witness",
          "--listen",
          "127.0.0.1:0",
          "--rounds",
          "1",
          "--interval",
          "0.01",
          "--lang",
          "ru",
          "--trust",
          own.resolve("trust.txt").toString(),
          "--state",
          own.toString(),
          "--passphrase-file",
          own.resolve("passphrase").toString());
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(veche.view.Words.RUSSIAN.text("role.observe.waits"));
  }
}
