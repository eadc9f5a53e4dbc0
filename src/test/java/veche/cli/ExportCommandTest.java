package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.crypto.Ciphertexts;
import veche.crypto.Entropy;
import veche.record.Bundle;
import veche.record.ElectionFixture;
import veche.record.Record;
import veche.wire.Bytes;

/// protocol §13, attacks.md row 6. The verifier itself is not on this machine: what it says and how
/// it ends is played by scripts, as chapter 13 saw it do.
class ExportCommandTest {
  private static final ElectionFixture GOOD = ElectionFixture.goodRanked();

  @TempDir Path folder;

  private Path bundle() {
    return ElectionFixture.folder(folder.resolve("bundle"), GOOD.files());
  }

  private int export(String... more) {
    String[] args = new String[6 + more.length];
    String[] first = {
      "export-verificatum",
      folder.resolve("bundle").toString(),
      "--out",
      folder.resolve("out").toString(),
      "--lang",
      "en"
    };
    System.arraycopy(first, 0, args, 0, 6);
    System.arraycopy(more, 0, args, 6, more.length);
    return Veche.run(new CommandLine(new Veche()), args);
  }

  private Path vmnv(String script) throws IOException {
    Path program = folder.resolve("vmnv-" + Bytes.utf8(script).sha256().hex().substring(0, 8));
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program;
  }

  @Test
  void theFilesOfChapterThirteenAreWritten() throws IOException {
    bundle();

    assertThat(export("--contest", "board")).isZero();

    Path out = folder.resolve("out");
    assertThat(Files.readString(out.resolve("protInfo.xml")))
        .contains("<version>3.1.0</version>")
        .contains("<sid>V1" + GOOD.coalition.record().eid().orElseThrow().hex() + "</sid>")
        .contains("<nopart>3</nopart>")
        .contains("<thres>2</thres>")
        .endsWith("</protocol>");
    assertThat(Files.readString(out.resolve("nizkp/type"))).isEqualTo("shuffling");
    assertThat(Files.readString(out.resolve("nizkp/auxsid"))).isEqualTo("c2");
    assertThat(Files.readString(out.resolve("nizkp/width"))).isEqualTo("1");
    assertThat(Files.readString(out.resolve("nizkp/version"))).isEqualTo("3.1.0");
    assertThat(Files.readString(out.resolve("nizkp/proofs/activethreshold"))).isEqualTo("2");
    assertThat(out.resolve("nizkp/maxciph")).doesNotExist();
    for (String name : new String[] {"PermutationCommitment", "PoSCommitment", "PoSReply"}) {
      assertThat(out.resolve("nizkp/proofs/" + name + "01.bt")).exists();
      assertThat(out.resolve("nizkp/proofs/" + name + "02.bt")).exists();
    }
    assertThat(out.resolve("nizkp/proofs/Ciphertexts01.bt")).exists();
    assertThat(out.resolve("nizkp/proofs/Ciphertexts02.bt")).doesNotExist();
    Bytes input = Bytes.wrap(Files.readAllBytes(out.resolve("nizkp/Ciphertexts.bt")));
    Bytes output = Bytes.wrap(Files.readAllBytes(out.resolve("nizkp/ShuffledCiphertexts.bt")));
    var mixes = GOOD.coalition.record().mixes().orElseThrow();
    assertThat(Ciphertexts.read("in", input, 5, 1)).isEqualTo(mixes.input(2).orElseThrow());
    assertThat(Ciphertexts.read("out", output, 5, 1)).isEqualTo(mixes.last(2).orElseThrow());
    assertThat(Files.readAllBytes(out.resolve("nizkp/FullPublicKey.bt"))).hasSize(5 + 2 * 81);
  }

  @Test
  void attack06_aVerifierIsBelievedOnlyWhenItSaysSoOfEveryMix() throws IOException {
    bundle();
    String holds = "echo 'Verify proof of shuffle... done.'";
    Map<String, Integer> scripts =
        Map.of(
            holds + "; " + holds,
            0,
            "exit 0",
            1,
            holds,
            1,
            holds + "; " + holds + "; " + holds,
            1,
            holds + "; echo '--> Failed to verify proof of shuffle!'; " + holds,
            1,
            holds + "; echo 'Too few proofs are valid'; exit 0",
            1,
            holds + "; " + holds + "; exit 1",
            1,
            "test -f nizkp/proofs/PoSReply02.bt || exit 1; " + holds + "; " + holds,
            0);
    for (Map.Entry<String, Integer> one : scripts.entrySet()) {
      clear();
      assertThat(export("--contest", "3", "--vmnv", vmnv(one.getKey()).toString()))
          .as(one.getKey())
          .isEqualTo(one.getValue());
    }
  }

  private void clear() throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) return;
    try (var all = Files.walk(out)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  @Test
  void whatIsNoRankedContestOrHasLostAFileIsRefusedAndNothingIsWritten() throws IOException {
    bundle();
    assertThat(export("--contest", "seat")).isEqualTo(2);
    assertThat(export("--contest", "nobody")).isEqualTo(2);
    Record record = GOOD.coalition.record();
    Bytes reply = record.mixes().orElseThrow().done(2).get(1).statement().reply();
    Files.delete(folder.resolve("bundle/blob/" + reply.hex()));
    assertThat(export("--contest", "board")).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();

    try (Bundle lost = Bundle.open(folder.resolve("bundle"))) {
      assertThat(Bundle.fold(lost, Entropy.system()).mixes().orElseThrow().done(2)).hasSize(1);
    }
  }
}
