package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.Coalition;
import veche.ballot.Seal;
import veche.council.Taken;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tree;
import veche.record.Deposit;
import veche.record.ElectionFixture;
import veche.wire.Bytes;

/// checks §4 and §5: what receipts are worth, and what to do with two histories.
class DisputeCommandTest {
  private static final List<List<Integer>> CHOICE = List.of(List.of(1, 0, 0), List.of(1, 0));

  @TempDir Path folder;
  private String said = "";

  private int run(String command, Object... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--lang", "en"));
    for (Object argument : arguments) all.add(argument.toString());
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    try (PrintStream into = new PrintStream(both, true, StandardCharsets.UTF_8)) {
      System.setOut(into);
      System.setErr(into);
      return Veche.run(new CommandLine(new Veche()), all.toArray(String[]::new));
    } finally {
      System.setOut(out);
      System.setErr(err);
      said = both.toString(StandardCharsets.UTF_8);
    }
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private int disputed(ElectionFixture f, String receipt) throws IOException {
    Path bundle = folder.resolve("bundle-" + System.nanoTime());
    ElectionFixture.folder(bundle, f.files());
    return run("dispute", file("receipt", receipt), bundle, "--trust", file("trust", f.trust()));
  }

  private int disputed(ElectionFixture f, String receipt, Bytes ballot) throws IOException {
    Path bundle = folder.resolve("bundle-" + System.nanoTime());
    ElectionFixture.folder(bundle, f.files());
    return run(
        "dispute",
        file("receipt", receipt),
        bundle,
        "--trust",
        file("trust", f.trust()),
        "--ballot",
        Files.write(folder.resolve("ballot"), ballot.toArray()));
  }

  private static String receipt(ElectionFixture f, long index) {
    Tree tree = f.tree();
    Checkpoint of = new Checkpoint(ElectionFixture.ORIGIN, tree.size(), tree.root(tree.size()));
    return new Receipt(index, tree.inclusion(index, tree.size()), of.sign(f.log)).text();
  }

  private static long open(ElectionFixture f) {
    return f.coalition.record().openIndex();
  }

  @Test
  void aKeptPromiseIsToldWithWhatBecameOfTheBallot() throws IOException {
    ElectionFixture f = ElectionFixture.good();
    long first = open(f) + 1;
    assertThat(disputed(f, receipt(f, first))).isZero();
    assertThat(said).contains("leaf " + first + " and counts");
    assertThat(disputed(f, receipt(f, first + 1))).isZero();
    assertThat(said).contains("a later one of the same key, leaf " + (first + 5));
    assertThat(disputed(f, receipt(f, 0))).isZero();
    assertThat(said).contains("it is no ballot but draft");
  }

  @Test
  void aBallotThatTheRulesRefuseIsToldWithTheReason() throws IOException {
    ElectionFixture f = new ElectionFixture().opened(2);
    f.add(new Coalition.Voter().ballot(f.coalition, CHOICE));
    assertThat(disputed(f, receipt(f, f.leaves.size() - 1L))).isZero();
    assertThat(said).contains("do not count it: not-on-roll");
  }

  @Test
  void aReceiptOfAnotherHistoryBreaksThePromiseAndGivesTheProofOfAFork() throws IOException {
    ElectionFixture f = new ElectionFixture().opened(3).votedOnce();
    ElectionFixture other = f.sibling();
    other.leaves.set(other.leaves.size() - 1, Bytes.utf8("another leaf"));
    String shown = receipt(other, other.leaves.size() - 1L);
    f.stage(ElectionFixture.OPENS + 500);
    assertThat(disputed(f, shown)).isEqualTo(1);
    assertThat(said).contains("BROKEN").contains("two histories").contains("veche prove-fork");

    Path bundle = ElectionFixture.folder(folder.resolve("mine"), f.files());
    Path trust = file("trust", f.trust());
    Path proof = folder.resolve("fork.txt");
    assertThat(run("prove-fork", file("shown", shown), bundle, "--trust", trust, "--out", proof))
        .isZero();
    assertThat(said).contains("FORK: the log " + ElectionFixture.ORIGIN);
    assertThat(run("prove-fork", "--check", proof, "--trust", trust)).isZero();
    assertThat(said).contains("FORK");
    assertThat(run("prove-fork", bundle, bundle, "--trust", trust)).isEqualTo(1);
    assertThat(said).contains("one history");
    Path spoilt = file("spoilt", Files.readString(proof).replaceFirst("note .", "note A"));
    assertThat(run("prove-fork", "--check", spoilt, "--trust", trust)).isEqualTo(2);
  }

  @Test
  void aLogThatEndedShorterThanItPromisedIsAtFault() throws IOException {
    ElectionFixture f = ElectionFixture.good();
    ElectionFixture longer = f.sibling();
    longer.leaves.add(Bytes.utf8("one more"));
    assertThat(disputed(f, receipt(longer, longer.leaves.size() - 1L))).isEqualTo(1);
    assertThat(said).contains("ended with fewer");

    ElectionFixture open = new ElectionFixture().opened(2);
    ElectionFixture later = open.sibling();
    later.leaves.add(Bytes.utf8("one more"));
    assertThat(disputed(open, receipt(later, later.leaves.size() - 1L))).isEqualTo(2);
    assertThat(said).contains("Not to be told yet");
  }

  private static String word(ElectionFixture f, String body, Bytes leaf, long time) {
    return new Taken(ElectionFixture.ORIGIN, Merkle.leafHash(leaf), time)
        .sign(f.coalition.body(body))
        .text();
  }

  @Test
  void aBodysWordIsKeptByADepositAndBrokenByAClosingWithoutIt() throws IOException {
    ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
    Bytes ballot = f.voters.get(3).ballot(f.coalition, CHOICE);
    String word = word(f, "west", ballot, ElectionFixture.OPENS + 100);
    assertThat(disputed(f, word)).isEqualTo(2);

    Deposit deposit = new Deposit(List.of(ballot));
    ElectionFixture without = new ElectionFixture().opened(4).votedOnce().closed();
    Bytes lost = without.voters.get(3).ballot(without.coalition, CHOICE);
    String broken = word(without, "west", lost, ElectionFixture.OPENS + 100);
    assertThat(disputed(without, broken)).isEqualTo(2);
    assertThat(said).contains("the ballot alone tells").contains("--ballot");
    assertThat(disputed(without, broken, lost)).isEqualTo(1);
    assertThat(said).contains("BROKEN by west").contains("The body is at fault");
    assertThat(disputed(without, broken, ballot)).isEqualTo(3);
    assertThat(disputed(without, word(without, "west", lost, ElectionFixture.CLOSES + 1)))
        .isEqualTo(3);

    var act = deposit.act(f.coalition.record().id());
    f.add(f.coalition.sign(act, f.coalition.body("west")).encode()).closed();
    assertThat(disputed(f, word)).isZero();
    assertThat(said).contains("Kept by west");
    long at = f.coalition.record().closeIndex() - 1;
    Receipt of = Receipt.parse(receipt(f, at));
    assertThat(disputed(f, Deposit.receipt(Merkle.leafHash(ballot), of).text())).isZero();
    assertThat(said).contains("leaf " + at + " and counts");
    assertThat(disputed(f, Deposit.receipt(Merkle.leafHash(lost), of).text())).isEqualTo(3);
  }

  /// A voter gets a body's word, casts another ballot and blames the body for the first.
  @Test
  void aVoterCannotBlameABodyForABallotThatWasOvertaken() throws IOException {
    ElectionFixture f = new ElectionFixture().opened(4).votedOnce();
    Coalition.Voter voter = f.voters.get(3);
    Bytes seed = Bytes.zero(32);
    Bytes first =
        Seal.sign(
            Seal.body(f.coalition.paper(), CHOICE, voter.vk, 0, Bytes.zero(32), seed),
            voter.secret);
    String word = word(f, "west", first, ElectionFixture.OPENS + 100);
    f.add(voter.ballot(f.coalition, CHOICE)).closed();
    assertThat(disputed(f, word, first)).isZero();
    assertThat(said).contains("Nobody is at fault").contains("stale-chain");

    Bytes stranger = new Coalition.Voter().ballot(f.coalition, CHOICE);
    assertThat(disputed(f, word(f, "west", stranger, ElectionFixture.OPENS), stranger)).isZero();
    assertThat(said).contains("not-on-roll");
    Bytes junk = Bytes.utf8("junk");
    assertThat(disputed(f, word(f, "west", junk, ElectionFixture.OPENS), junk)).isZero();
    assertThat(said).contains("malformed");
  }

  @Test
  void whatNobodyPromisedIsNoPromise() throws IOException {
    ElectionFixture f = ElectionFixture.good();
    for (String text :
        List.of(
            "a poem",
            receipt(f, 3).replace("index 3", "index 4"),
            receipt(new ElectionFixture().opened(2), 1),
            word(new ElectionFixture().opened(2), "west", Bytes.utf8("x"), 5))) {
      assertThat(disputed(f, text)).as(text).isEqualTo(3);
      assertThat(said).contains("no promise");
    }
  }
}
