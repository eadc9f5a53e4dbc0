package veche.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.view.ballots.Blt;
import veche.view.ballots.Counting;
import veche.view.ballots.Formats;
import veche.view.ballots.Rctab;
import veche.view.ballots.Sheet;
import veche.wire.Malformed;

class BallotFormatsTest {
  @TempDir private Path folder;

  private static final String BLT =
      """
      3 1
      3 1 2 0
      2 2=3 0
      1 3 - 1 0
      0
      "Anna"
      "Борис"
      "Chloe"
      "A title"
      """;
  private static final String CVR = "weight,rank1,rank2\n3,Anna,Boris\n2,Boris|Chloe,\n1,,Anna\n";
  private static final String RANKS = "weight,Anna,Boris,Chloe\n3,1,2,0\n2,,1,1\n";
  private static final String SCORES = "weight,Anna,Boris\n3,5,2\n2,,4\n";
  private static final String ABIF =
      "# a poll\n=B: [Boris Long]\n3: A > B = C\n2: C/5, A/2\n1: [Anna B] > A\n";
  private static final String PREFLIB =
      """
      # TITLE: A poll
      # NUMBER ALTERNATIVES: 3
      # DATA TYPE: toi
      # ALTERNATIVE NAME 1: Anna
      # ALTERNATIVE NAME 2: Boris
      # ALTERNATIVE NAME 3: Chloe
      3: 1,{2,3}
      2: 2
      """;
  private static final String CDF =
      """
      {"@type": "CVR.CastVoteRecordReport",
       "CVR": [{"CurrentSnapshotId": "s1", "CVRSnapshot": [
         {"@id": "s0", "CVRContest": [{"ContestId": "c", "CVRContestSelection": []}]},
         {"@id": "s1", "CVRContest": [{"ContestId": "c", "CVRContestSelection": [
           {"ContestSelectionId": "x2", "SelectionPosition": [{"HasIndication": "yes", "Rank": 1}]},
           {"ContestSelectionId": "x1", "SelectionPosition": [{"HasIndication": "yes", "Rank": 2}]}
         ]}]}]}],
       "Election": [{"Candidate": [{"@id": "a", "Name": "Anna"}, {"@id": "b", "Name": "Boris"}],
         "Contest": [{"@id": "c", "Name": "Mayor", "ContestSelection": [
           {"@id": "x1", "CandidateIds": ["a"]}, {"@id": "x2", "CandidateIds": ["b"]}]}]}]}
      """;
  private static final String CDF_XML =
      """
      <?xml version="1.0"?>
      <r:CastVoteRecordReport xmlns:r="x">
        <r:CVR><r:CurrentSnapshotId>s</r:CurrentSnapshotId><r:CVRSnapshot ObjectId="s"><r:CVRContest>
          <r:ContestId>c</r:ContestId><r:CVRContestSelection>
          <r:ContestSelectionId>x2</r:ContestSelectionId>
          <r:SelectionPosition><r:HasIndication>yes</r:HasIndication><r:Rank>1</r:Rank>
          </r:SelectionPosition></r:CVRContestSelection></r:CVRContest></r:CVRSnapshot></r:CVR>
        <r:Election><r:Candidate ObjectId="a"><r:Name>Anna</r:Name></r:Candidate>
          <r:Candidate ObjectId="b"><r:Name>Boris</r:Name></r:Candidate>
          <r:Contest ObjectId="c"><r:ContestSelection ObjectId="x1"><r:CandidateIds>a</r:CandidateIds>
          </r:ContestSelection><r:ContestSelection ObjectId="x2"><r:CandidateIds>b</r:CandidateIds>
          </r:ContestSelection><r:Name>Mayor</r:Name></r:Contest></r:Election>
      </r:CastVoteRecordReport>
      """;
  private static final Map<String, String> SAMPLES =
      Map.of(
          "blt", BLT,
          "cvr-csv", CVR,
          "rank-table-csv", RANKS,
          "score-csv", SCORES,
          "abif", ABIF,
          "preflib", PREFLIB,
          "cdf-json", CDF,
          "cdf-xml", CDF_XML);

  private Sheet read(String format, String text) throws IOException {
    return read(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private Sheet read(String format, byte[] bytes) throws IOException {
    Path file = folder.resolve("ballots");
    Files.write(file, bytes);
    if (!format.equals("blt")) return Formats.read(format, file);
    java.util.List<veche.tally.Paper> papers = new java.util.ArrayList<>();
    return Formats.blt(file, false, n -> papers::add).with(papers);
  }

  @Test
  void everyFormatGivesItsBallots() throws IOException {
    assertThat(read("blt", BLT).names()).containsExactly("Anna", "Борис", "Chloe");
    Profile blt = read("blt", BLT).profile(Policy.PLAIN);
    assertThat(blt.total()).isEqualTo(6);
    assertThat(read("cvr-csv", CVR).total()).isEqualTo(6);
    assertThat(read("rank-table-csv", RANKS).profile(Policy.PLAIN).hasEqualRanks()).isTrue();
    assertThat(read("score-csv", SCORES).marks()).isEqualTo(6);
    Sheet abif = read("abif", ABIF);
    assertThat(abif.names()).containsExactly("Boris Long", "A", "C", "Anna B");
    Sheet preflib = read("preflib", PREFLIB);
    assertThat(preflib.names()).containsExactly("Anna", "Boris", "Chloe");
    assertThat(preflib.total()).isEqualTo(5);
    for (String cdf : List.of("cdf-json", "cdf-xml")) {
      Sheet sheet = read(cdf, SAMPLES.get(cdf));
      assertThat(sheet.names()).containsExactly("Anna", "Boris");
      assertThat(sheet.profile(Policy.PLAIN).ranks(0).getFirst()).containsExactly(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blt | 3 1;1 4 0;0;a;b;c | line 2, column 3: expected a whole number from 1 to 3",
        "blt | 3 1;1 2 2 0;0 | line 2, column 5: expected each option at most once",
        "blt | 3 1;1 2 | expected an option",
        "cvr-csv | rank1;a | line 1: expected the columns",
        "cvr-csv | weight,rank1;x,a | line 2, cell 1: expected a whole number",
        "score-csv | weight,a;1,many | line 2, cell 2: expected a score from 0 to 5",
        "score-csv | weight,a;1,9 | line 2, cell 2: expected a score from 0 to 5",
        "rank-table-csv | weight,a;1,first | line 2, cell 2",
        "abif | 3: A > | line 1",
        "abif | three: A | line 1: expected",
        "abif | 3: A > A | stands twice",
        "preflib | # NUMBER ALTERNATIVES: 2;3: 1,9 | line 2: expected an option from 1 to 2",
        "cdf-json | [1] | expected a CastVoteRecordReport",
        "cdf-json | {~CVR~: [ | expected JSON",
        "cdf-xml | <a><b></a> | expected XML",
        "cdf-json | {~Election~: []} | Contest"
      })
  void whatCannotBeReadIsRefusedWithItsPlace(String format, String text, String place) {
    String file = text.replace(";", "\n").replace("~", "\"");
    assertThatThrownBy(() -> read(format, file))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(place.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blt",
        "cvr-csv",
        "rank-table-csv",
        "score-csv",
        "abif",
        "preflib",
        "cdf-json",
        "cdf-xml"
      })
  void aDamagedFileIsCountedOrRefusedAndNothingElse(String format) throws IOException {
    Random random = new Random(9);
    byte[] good = SAMPLES.get(format).getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        read(format, bad).profile(Policy.PLAIN);
      } catch (Malformed e) {
        refused++;
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void whatWasReadAndWrittenIsReadTheSame() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      StringBuilder file = new StringBuilder("4 2\n");
      for (int b = 0; b < 10; b++) {
        file.append(1 + random.nextInt(9));
        List<Integer> order = new java.util.ArrayList<>(List.of(1, 2, 3, 4));
        java.util.Collections.shuffle(order, random);
        for (int o : order.subList(0, random.nextInt(5))) {
          file.append(random.nextInt(5) == 0 ? " - " : " ").append(o);
        }
        file.append(" 0\n");
      }
      file.append("0\n\"a\"\n\"b\"\n\"c\"\n\"d\"\n\"t\"\n");
      Sheet first = Blt.read(file.toString(), false);
      String written =
          Blt.write(first.title(), first.names(), first.seats(), first.withdrawn(), first.papers());
      Sheet again = Blt.read(written, false);
      assertThat(again.profile(Policy.PLAIN).digest())
          .isEqualTo(first.profile(Policy.PLAIN).digest());
      Counting.Counted counted =
          new Counting("scottish-stv", 2, Map.of(), List.of(), Optional.empty(), List.of())
              .count(first);
      assertThat(Blt.read(counted.blt(), false).profile(Policy.PLAIN).digest())
          .isEqualTo(counted.profile().digest());
    }
  }

  @Test
  void documentTypesAndEntitiesAreRefused() {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
            + "<r><Election><Candidate ObjectId=\"a\"><Name>&b;</Name></Candidate></Election></r>";
    assertThatThrownBy(() -> read("cdf-xml", bomb)).isInstanceOf(Malformed.class);
    String outside =
        "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>"
            + "<r><Election><Candidate ObjectId=\"a\"><Name>&f;</Name></Candidate></Election></r>";
    assertThatThrownBy(() -> read("cdf-xml", outside)).isInstanceOf(Malformed.class);
  }

  @Test
  void aConfigurationOfRctabBringsItsSourcesAndItsRules() throws IOException {
    Files.writeString(
        folder.resolve("votes.csv"), "id,1,2\nx,Anna,Boris\ny,Boris,\nz,overvote,Anna\n");
    String config =
        """
        {"outputSettings": {"contestName": "Mayor"},
         "cvrFileSources": [{"filePath": "votes.csv", "provider": "ess",
           "firstVoteColumnIndex": "2", "firstVoteRowIndex": "2", "overvoteLabel": "overvote"}],
         "candidates": [{"name": "Anna"}, {"name": "Boris"}, {"name": "Chloe", "excluded": true}],
         "rules": {"winnerElectionMode": "singleWinnerMajority", "numberOfWinners": "1",
           "overvoteRule": "alwaysSkipToNextRank", "maxSkippedRanksAllowed": "1",
           "maxRankingsAllowed": "max", "tiebreakMode": "useCandidateOrder"}}
        """;
    Rctab read = Rctab.read(config, folder);
    assertThat(read.rule()).isEqualTo("irv");
    Counting.Counted counted =
        new Counting("irv", 1, read.options(), List.of(), Optional.empty(), List.of())
            .count(read.sheet());
    assertThat(counted.tally().winners()).containsExactly(0);
    assertThat(counted.profile().total()).isEqualTo(3);
    assertThatThrownBy(() -> Rctab.read(config.replace("\"ess\"", "\"paper\""), folder))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("provider");
    assertThatThrownBy(() -> Rctab.read(config.replace("Boris", "Bob"), folder))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void aWorkbookIsReadAndOneWithADocumentTypeIsNot() throws IOException {
    workbook(
        "<sst><si><t>Anna</t></si><si><r><t>Bo</t></r><r><t>ris</t></r></si></sst>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\""
            + " t=\"inlineStr\"><is><t>id</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>7</v></c><c"
            + " r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\""
            + " t=\"s\"><v>0</v></c></row></sheetData></worksheet>");
    String config =
        """
        {"cvrFileSources": [{"filePath": "votes.xlsx", "provider": "ess",
           "firstVoteColumnIndex": "B", "firstVoteRowIndex": "2"}],
         "candidates": [{"name": "Anna"}, {"name": "Boris"}],
         "rules": {"winnerElectionMode": "singleWinnerMajority"}}
        """;
    assertThat(Rctab.read(config, folder).sheet().profile(Policy.PLAIN).ranks(0))
        .containsExactly(List.of(1), List.of(0));
    workbook("<!DOCTYPE x><sst/>", "<worksheet/>");
    assertThatThrownBy(() -> Rctab.read(config, folder)).isInstanceOf(Malformed.class);
    Files.write(folder.resolve("votes.xlsx"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Rctab.read(config, folder)).isInstanceOf(Malformed.class);
  }

  private void workbook(String strings, String sheet) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("votes.xlsx")))) {
      zip.putNextEntry(new ZipEntry("xl/sharedStrings.xml"));
      zip.write(strings.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
      zip.write(sheet.getBytes(StandardCharsets.UTF_8));
    }
  }
}
