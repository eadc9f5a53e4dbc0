package veche.view.ballots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.tally.Paper;
import veche.wire.Malformed;

/// counting §5: the vendors' files, small ones written here, whole and damaged.
class ImportersTest {
  private static final int FLIPS = 250;

  @TempDir private Path folder;

  private static final String CDF_JSON =
      """
      {"@type": "CVR.CastVoteRecordReport",
       "CVR": [
        {"CurrentSnapshotId": "s2", "CVRSnapshot": [
          {"@id": "s1", "CVRContest": [{"ContestId": "k", "CVRContestSelection": [
            {"ContestSelectionId": "b", "Rank": 1}]}]},
          {"@id": "s2", "CVRContest": [{"ContestId": "k", "CVRContestSelection": [
            {"ContestSelectionId": "a", "SelectionPosition": [{"HasIndication": "yes", "Rank": 1}]},
            {"ContestSelectionId": "b", "SelectionPosition": [{"HasIndication": "no", "Rank": 2}]},
            {"ContestSelectionId": "w", "SelectionPosition": [{"Rank": 3}]}]}]}]},
        {"CurrentSnapshotId": "s1", "CVRSnapshot": [
          {"@id": "s1", "CVRContest": [{"ContestId": "k", "CVRContestSelection": [
            {"ContestSelectionId": "b", "Rank": 1},
            {"ContestSelectionId": "o", "Rank": 2}]}]}]}],
       "Election": [{"Candidate": [
          {"@id": "1", "Name": "Anna"}, {"@id": "2", "Name": "Boris"}, {"@id": "3", "Name": "over"}],
         "Contest": [{"@id": "k", "Name": "Mayor", "ContestSelection": [
          {"@id": "a", "CandidateIds": ["1"]}, {"@id": "b", "CandidateIds": ["2"]},
          {"@id": "o", "CandidateIds": ["3"]}, {"@id": "w", "IsWriteIn": "true"}]}]}]}
      """;

  private static final String CDF_XML =
      """
      <CastVoteRecordReport>
       <CVR><CurrentSnapshotId>s</CurrentSnapshotId><CVRSnapshot ObjectId="s"><CVRContest>
        <ContestId>k</ContestId>
        <CVRContestSelection><ContestSelectionId>b</ContestSelectionId><SelectionPosition>
         <HasIndication>yes</HasIndication><IsAllocable>unknown</IsAllocable><Rank>1</Rank>
        </SelectionPosition></CVRContestSelection>
        <CVRContestSelection><ContestSelectionId>a</ContestSelectionId><SelectionPosition>
         <HasIndication>yes</HasIndication><IsAllocable>no</IsAllocable><Rank>2</Rank>
        </SelectionPosition></CVRContestSelection>
       </CVRContest></CVRSnapshot></CVR>
       <Election><Candidate ObjectId="1"><Name>Anna</Name></Candidate>
        <Candidate ObjectId="2"><Name>Boris</Name></Candidate>
        <Contest ObjectId="k"><ContestSelection ObjectId="a"><CandidateIds>1</CandidateIds>
        </ContestSelection><ContestSelection ObjectId="b"><CandidateIds>2</CandidateIds>
        </ContestSelection><Name>Mayor</Name></Contest></Election>
      </CastVoteRecordReport>
      """;

  private static final String CLEAR =
      """
      "RowNumber","BoxID","BoxPosition","BallotID","PrecinctID","BallotStyleID","PrecinctStyleName",\
      "ScanComputerName","Status","Remade","C_1:City, Mayor:1:Number of Winners 1:Anna:NON",\
      "C_1:City, Mayor:2:Number of Winners 1:Anna:NON",\
      "C_2:City, Mayor:1:Number of Winners 1:Boris:NON",\
      "C_3:Other:1:Number of Winners 1:Somebody:NON"
      1,"R",1,"R+1",76,1,"38 [A, B]","S",0,0,0,1,1,1
      2,"R",2,"R+2",76,1,"38","S",0,0,1,0,1,0
      3,"R",3,"R+3",76,1,"38","S",0,0,0,0,0,1
      """;

  private static final String HART =
      """
      <?xml version="1.0" encoding="utf-8"?><Cvr xmlns="http://tempuri.org/CVRDesign.xsd"><Contests>
      <Contest><Name>Other</Name><Id>x</Id><Options /></Contest>
      <Contest><Name>Mayor</Name><Id>k</Id><Options>
      <Option><Name>Anna</Name><Id>1</Id><Value>010</Value></Option>
      <Option><Name>Boris</Name><Id>2</Id><Value>101</Value></Option>
      <Option><Id>9</Id><Value>000</Value></Option></Options></Contest>
      </Contests><CvrGuid>g</CvrGuid></Cvr>
      """;

  private static String session(String body) {
    return "{\"RecordId\": 7, " + body + "}";
  }

  private static String marks(String... rankAndCandidate) {
    List<String> out = new ArrayList<>();
    for (String mark : rankAndCandidate) {
      String[] parts = mark.split(" ");
      out.add(
          "{\"Rank\": %s, \"CandidateId\": %s, \"IsAmbiguous\": %s}"
              .formatted(parts[0], parts[1], parts.length > 2));
    }
    return "\"Contests\": [{\"Id\": 7, \"Marks\": [" + String.join(",", out) + "]}]";
  }

  private static String config(String provider, String path, String contest, String more) {
    return """
    {"tabulatorVersion": "2.0", "outputSettings": {"contestName": "Mayor"},
     "cvrFileSources": [{"provider": "%s", "filePath": "%s", "contestId": "%s",
       "firstVoteColumnIndex": "2", "firstVoteRowIndex": "2", "overvoteDelimiter": "/",
       "overvoteLabel": "over", "skippedRankLabel": "under", "undeclaredWriteInLabel": "WI"%s}],
     "candidates": [{"name": "Anna", "aliases": ["1"]}, {"name": "Boris", "code": "2"}],
     "rules": {"winnerElectionMode": "singleWinnerMajority", "numberOfWinners": "1",
       "overvoteRule": "exhaustImmediately", "rulesDescription": "words", "overvoteLabel": ""}}
    """
        .formatted(provider, path, contest, more);
  }

  private List<Paper> papers(String config) throws IOException {
    return Rctab.read(config, folder).sheet().papers();
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(folder));
    Files.writeString(file, text);
  }

  private static Paper paper(Paper.Place... places) {
    return new Paper(1, List.of(places));
  }

  private static Paper.Place place(int... options) {
    List<Integer> out = new ArrayList<>();
    for (int o : options) out.add(o);
    return new Paper.Place(out, false);
  }

  private void dominion() throws IOException {
    file("d/ContestManifest.json", "{\"List\": [{\"Id\": 7, \"Description\": \"Mayor\"}]}");
    file(
        "d/CandidateManifest.json",
        "{\"List\": [{\"Id\": 1, \"Description\": \"Anna\", \"ContestId\": 7},"
            + " {\"Id\": 22, \"Description\": \"Boris\", \"ContestId\": 7},"
            + " {\"Id\": 9, \"Description\": \"WI\", \"ContestId\": 7}]}");
    file(
        "d/CvrExport_9.json",
        "{\"Sessions\": ["
            + session("\"Original\": {\"IsCurrent\": true, " + marks("1 1", "2 22") + "}")
            + ","
            + session(
                "\"Original\": {\"IsCurrent\": false, "
                    + marks("1 1")
                    + "}, \"Modified\": {\"IsCurrent\": true, \"Cards\": [{"
                    + marks("1 22", "1 9", "2 1 ambiguous")
                    + "}, {\"Contests\": []}]}")
            + "]}");
    file(
        "d/CvrExport_10.json",
        "{\"Sessions\": ["
            + session("\"Original\": {\"IsCurrent\": false, " + marks("1 1") + "}")
            + ","
            + session("\"Original\": {\"IsCurrent\": true, " + marks("3 1") + "}")
            + "]}");
  }

  @Test
  void dominionFoldersAreReadFileByFileAsAdjudicated() throws IOException {
    dominion();

    assertThat(papers(config("dominion", "./d/", "7", "")))
        .containsExactly(
            paper(place(0), place(1)),
            paper(place(1, 2)),
            paper(Paper.Place.EMPTY, Paper.Place.EMPTY, place(0)));
  }

  @Test
  void hartArchivesAreReadBallotByBallotWithoutTheirSignatures() throws IOException {
    file("h/1.xml", HART);
    file("h/1.xml.sig.xml", "<nothing/>");
    file("h/2.XML", HART.replace("010", "000").replace("101", "010"));

    assertThat(papers(config("HART", "h", "k", "")))
        .containsExactly(paper(place(1), place(0), place(1)), paper(Paper.Place.EMPTY, place(1)));
  }

  @Test
  void clearBallotTablesAreReadContestByContest() throws IOException {
    file("c.csv", CLEAR);

    assertThat(papers(config("clearBallot", "somewhere/else/c.csv", "City, Mayor", "")))
        .containsExactly(paper(place(1), place(0)), paper(place(0, 1)), paper());
  }

  @Test
  void commonDataFormatTellsSnapshotsIndicationsWriteInsAndOvervotes() throws IOException {
    file("c.json", CDF_JSON);
    file("c.xml", CDF_XML);

    assertThat(papers(config("cdf", "c.json", "Mayor", "")))
        .containsExactly(
            paper(place(0), Paper.Place.EMPTY, place(2)), paper(place(1), Paper.Place.OVERVOTE));
    assertThat(papers(config("CDF", "c.xml", "Mayor", ""))).containsExactly(paper(place(1)));
  }

  @Test
  void labelsOfATableMeanOvervoteSkipAndWriteIn() throws IOException {
    file("e.csv", "id,first,second,third\nx,Anna,under,WI\ny,over,Anna / Boris,\n");

    assertThat(papers(config("ess", "e.csv", "", "")))
        .containsExactly(
            paper(place(0), Paper.Place.EMPTY, place(2)),
            paper(Paper.Place.OVERVOTE, place(0, 1), Paper.Place.EMPTY));
  }

  @Test
  void oldConfigurationsMeanWhatNewOnesSay() throws IOException {
    file("e.csv", "id,first\nx,Anna\n");
    String old =
        config("ESS", "e.csv", "", "")
            .replace("singleWinnerMajority", "Multi-pass IRV")
            .replace("exhaustImmediately", "Always skip to next rank");

    Rctab read = Rctab.read(old, folder);

    assertThat(read.rule()).isEqualTo("sequential-irv");
    assertThat(read.options())
        .containsEntry("overvoteRule", "alwaysSkipToNextRank")
        .doesNotContainKeys("overvoteLabel", "rulesDescription");
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() throws IOException {
    file("e.csv", "id,first\nx,Anna\ny,Nobody\n");
    file("c.json", CDF_JSON.replace("\"s2\", \"CVRSnapshot\"", "\"s2\" \"CVRSnapshot\""));
    file("x.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>\n" + CDF_XML);
    file("c.csv", CLEAR.replace("0,0,1,0,1,0", "0,0,1,0,2,0"));

    assertThatThrownBy(() -> papers(config("ess", "e.csv", "", "")))
        .hasMessage("e.csv: line 3, cell 2: no candidate is named \"Nobody\"");
    assertThatThrownBy(() -> papers(config("cdf", "c.json", "Mayor", "")))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("c.json: line 3, column ");
    assertThatThrownBy(() -> papers(config("cdf", "x.xml", "Mayor", "")))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("expected no document type");
    assertThatThrownBy(() -> papers(config("clearBallot", "c.csv", "City, Mayor", "")))
        .hasMessage("c.csv: line 3, cell 13: expected a whole number up to 1, found 2");
    assertThatThrownBy(() -> papers(config("paper", "c.csv", "", "")))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("cvrFileSources[0].provider");
    assertThatThrownBy(() -> papers(config("hart", "nowhere", "", "")))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void aWorkbookThatUnpacksToTooMuchIsRefusedBeforeItFillsTheMemory() throws IOException {
    Path bomb = folder.resolve("b.xlsx");
    byte[] zeros = new byte[1 << 20];
    java.util.Arrays.fill(zeros, (byte) 'a');
    try (OutputStream out = Files.newOutputStream(bomb);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
      zip.write("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>".getBytes("UTF-8"));
      for (int i = 0; i < 64; i++) zip.write(zeros);
      zip.closeEntry();
    }

    assertThatThrownBy(() -> papers(config("ess", "b.xlsx", "", "")))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("too long");
  }

  @Test
  void aFileTooLargeToBeHeldIsRefusedByItsSize() throws IOException {
    Path file = folder.resolve("large.csv");
    try (java.io.RandomAccessFile out = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      out.setLength((1L << 29) + 1);
    }

    assertThatThrownBy(() -> Formats.read("cvr-csv", file))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("expected at most");
  }

  private void workbook(String name) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("xl/sharedStrings.xml"));
      zip.write("<sst><si><t>Anna</t></si><si><t>Boris</t></si></sst>".getBytes("UTF-8"));
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
      zip.write(
          ("<worksheet><sheetData><row r=\"1\"><c r=\"A1\""
                  + " t=\"inlineStr\"><is><t>id</t></is></c></row><row r=\"2\"><c r=\"B2\""
                  + " t=\"s\"><v>1</v></c><c r=\"C2\" t=\"s\"><v>0</v>"
                  + "</c></row></sheetData></worksheet>")
              .getBytes("UTF-8"));
      zip.closeEntry();
    }
  }

  @Test
  void workbooksAreTables() throws IOException {
    workbook("w.xlsx");

    assertThat(papers(config("ess", "w.xlsx", "", ""))).containsExactly(paper(place(1), place(0)));
  }

  private interface Reading {
    Sheet read() throws IOException;
  }

  /// A damaged file is counted or refused; nothing else happens.
  private void damaged(String name, String rule, Reading reading) throws IOException {
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Sheet sound = reading.read();
    assertThat(sound.papers()).isNotEmpty();
    Random random = new Random(name.hashCode());
    for (int i = 0; i < FLIPS; i++) {
      byte[] bytes = whole.clone();
      int hits = 1 + random.nextInt(3);
      for (int h = 0; h < hits; h++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (i % 10 == 0) bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      Files.write(file, bytes);
      try {
        Sheet sheet = reading.read();
        Counting counting = new Counting(rule, 1, Map.of(), List.of(), Optional.empty(), List.of());
        assertThat(new Results(counting.count(sheet)).json().path("rule").asText()).isEqualTo(rule);
      } catch (Malformed refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
    Files.write(file, whole);
  }

  @Test
  void damagedFilesOfVendorsAreCountedOrRefused() throws IOException {
    dominion();
    file("h/1.xml", HART);
    file("c.csv", CLEAR);
    file("c.json", CDF_JSON);
    file("c.xml", CDF_XML);
    file("e.csv", "id,first,second\nx,Anna,WI\ny,over,Anna / Boris\n");
    file("g.csv", "id,Anna,Boris,WI\nx,1,2,3\ny,,1,\n");
    workbook("w.xlsx");
    Map<String, String> all = new HashMap<>();
    all.put("d/CvrExport_9.json", config("dominion", "d", "7", ""));
    all.put("d/CandidateManifest.json", config("dominion", "d", "7", ""));
    all.put("h/1.xml", config("hart", "h", "k", ""));
    all.put("c.csv", config("clearBallot", "c.csv", "City, Mayor", ""));
    all.put("c.json", config("cdf", "c.json", "Mayor", ""));
    all.put("c.xml", config("cdf", "c.xml", "Mayor", ""));
    all.put("e.csv", config("ess", "e.csv", "", ""));
    all.put("g.csv", config("genericCsv", "g.csv", "", ""));
    all.put("w.xlsx", config("ess", "w.xlsx", "", ""));
    for (Map.Entry<String, String> one : all.entrySet()) {
      damaged(one.getKey(), "irv", () -> Rctab.read(one.getValue(), folder).sheet());
    }
    file("config.json", config("genericCsv", "g.csv", "", ""));
    damaged(
        "config.json",
        "irv",
        () -> Rctab.read(Formats.text(folder.resolve("config.json")), folder).sheet());
  }

  @Test
  void damagedFilesOfOtherFormatsAreCountedOrRefused() throws IOException {
    Map<String, String> all =
        Map.of(
            "blt", "3 1\n-2\n4 1 2 3 0\n2 2=3 - 1 0\n0\n\"A\"\n\"B\"\n\"C\"\n\"Title\"\n",
            "cvr-csv", "weight,rank1,rank2\n3,A,B\n2,A|B,*UWI*\n1,*OVERVOTE*,\n",
            "rank-table-csv", "weight,A,B\n3,1,2\n2,0,1\n",
            "abif", "{title: x}\n=A: [Anna B]\n27: A > B = C\n3: \"x y\" > B\n",
            "preflib",
                "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
                    + "3: 1,2\n2: {1,2}\n",
            "cdf-json", CDF_JSON,
            "cdf-xml", CDF_XML);
    for (Map.Entry<String, String> one : all.entrySet()) {
      file("f", one.getValue());
      Path file = folder.resolve("f");
      damaged(
          "f",
          "irv",
          () ->
              one.getKey().equals("blt")
                  ? Blt.read(Formats.text(file), false)
                  : Formats.read(one.getKey(), file));
    }
    file("f", "weight,A,B\n3,5,2\n2,,1\n");
    damaged("f", "star", () -> Formats.read("score-csv", folder.resolve("f")));
  }

  @Test
  void bltIsReadAsItWasWritten() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      int options = 1 + random.nextInt(6);
      List<String> names = new ArrayList<>();
      for (int o = 0; o < options; o++) names.add("Имя " + (char) ('A' + o) + ", №" + o);
      List<Paper> papers = new ArrayList<>();
      for (int b = random.nextInt(8); b >= 0; b--) {
        List<Integer> left = new ArrayList<>();
        for (int o = 0; o < options; o++) left.add(o);
        List<Paper.Place> places = new ArrayList<>();
        for (int p = random.nextInt(options + 1); p > 0 && !left.isEmpty(); p--) {
          List<Integer> marks = new ArrayList<>();
          int equal = 1 + random.nextInt(Math.min(2, left.size()));
          for (int e = 0; e < equal; e++) marks.add(left.remove(random.nextInt(left.size())));
          places.add(new Paper.Place(marks.stream().sorted().toList(), false));
        }
        papers.add(new Paper(1 + random.nextInt(1000), places));
      }
      java.util.Set<Integer> out = random.nextBoolean() ? java.util.Set.of(0) : java.util.Set.of();

      Sheet read = Blt.read(Blt.write("Название", names, 2, out, papers), false);

      assertThat(read.names()).isEqualTo(names);
      assertThat(read.seats()).isEqualTo(2);
      assertThat(read.withdrawn()).isEqualTo(out);
      assertThat(read.title()).isEqualTo("Название");
      assertThat(read.papers()).isEqualTo(papers);
    }
  }
}
