package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.crypto.Entropy;

/// What the verifier says of records with which nothing is wrong.
class VerifierTest {
  private static final ElectionFixture GOOD = ElectionFixture.good();

  @TempDir Path folder;

  @Test
  void aGoodElectionPassesFromAFolderAndFromAZipWithAllSeventyTwoChecks() {
    Path tree = ElectionFixture.folder(folder.resolve("tree"), GOOD.files());
    Path zip = ElectionFixture.zip(folder.resolve("bundle.zip"), GOOD.files());
    try (Bundle a = Bundle.open(tree);
        Bundle b = Bundle.open(zip)) {
      Verifier.Report fromFolder = MemoryBundle.verify(a, GOOD.trust());
      Verifier.Report fromZip = MemoryBundle.verify(b, GOOD.trust());

      assertThat(fromFolder.firstFailure()).isEmpty();
      assertThat(fromFolder.exit()).isZero();
      assertThat(fromZip.checks()).isEqualTo(fromFolder.checks());
      assertThat(fromFolder.checks()).extracting(Check::id).isEqualTo(Check.IDS).hasSize(72);
      assertThat(fromFolder.checks()).allSatisfy(c -> assertThat(c.why()).isNotBlank());
    }
  }

  /// Those that this kind of election requires; the others have nothing to look at.
  @Test
  void everyCheckThatAFinishedApprovalElectionRequiresIsReallyMade() {
    List<String> nothing =
        Check.IDS.stream()
            .filter(id -> GOOD_REPORT.check(id).status() == Check.Status.NOT_APPLICABLE)
            .toList();

    assertThat(nothing)
        .containsExactly(
            "LOG-13", "ROL-05", "ROL-07", "ROL-08", "SET-09", "BAL-09", "MIX-01", "MIX-02",
            "MIX-03", "MIX-04", "MIX-05", "MIX-06", "MIX-07", "TAL-06", "TAL-09", "CER-07",
            "CER-09");
    assertThat(GOOD_REPORT.count(Check.Status.PASS)).isEqualTo(72 - nothing.size());
  }

  private static final Verifier.Report GOOD_REPORT = MemoryBundle.verify(GOOD);

  @Test
  void thePlainFormSaysTheSame() {
    Verifier.Given g = MemoryBundle.given(new MemoryBundle(GOOD.files()), GOOD.trust());
    Verifier.Given plain =
        new Verifier.Given(g.bundle(), g.trust(), g.held(), true, g.now(), Entropy.system());

    Verifier.Report report = Verifier.verify(plain, (done, of) -> {});

    assertThat(report.exit()).isZero();
    assertThat(report.check("BAL-02").why()).contains("each equation by itself");
  }

  @Test
  void withoutATrustFileTheVerdictIsIncompleteHoweverGreen() {
    Verifier.Report report = MemoryBundle.verify(new MemoryBundle(GOOD.files()), "");

    assertThat(report.exit()).isEqualTo(2);
    assertThat(
            report.checks().stream()
                .filter(c -> c.status() == Check.Status.NOT_CHECKED)
                .map(Check::id))
        .containsExactly("LOG-03", "SET-01", "SET-02", "CER-02");
  }

  @Test
  void aTrustFileWithoutThisElectionOrItsBodiesIsIncomplete() {
    String trust = GOOD.trust();
    String other = trust.replaceAll("election .*\n", "").replaceAll("body east .*\n", "");

    Verifier.Report report = MemoryBundle.verify(new MemoryBundle(GOOD.files()), other);

    assertThat(report.check("SET-01").status()).isEqualTo(Check.Status.NOT_CHECKED);
    assertThat(report.check("SET-02").status()).isEqualTo(Check.Status.NOT_CHECKED);
    assertThat(report.exit()).isEqualTo(1); // only north's word is left, two are needed
  }

  @Test
  void anElectionUnderWayPassesWithWhatItHasSoFar() {
    ElectionFixture early = new ElectionFixture().draft();
    assertThat(MemoryBundle.verify(early).exit()).isZero();
    early.keys().roll(2).prepare().open();
    Verifier.Report report = MemoryBundle.verify(early);

    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.exit()).isZero();
    assertThat(report.phase()).isEqualTo("voting");
    assertThat(report.check("LOG-06").status()).isEqualTo(Check.Status.NOT_APPLICABLE);
  }

  @Test
  void thePageFilesAreComparedWithTheReleaseWhenTheyAreGiven() {
    Verifier.Given g = MemoryBundle.given(new MemoryBundle(GOOD.files()), GOOD.trust());
    Verifier.Given served =
        new Verifier.Given(
            g.bundle(),
            g.trust(),
            new Verifier.Held(
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Map.of("page.js", Coalition.PAGE.sha256()))),
            false,
            g.now(),
            Entropy.system());

    assertThat(Verifier.verify(served, (done, of) -> {}).exit()).isZero();
  }
}
