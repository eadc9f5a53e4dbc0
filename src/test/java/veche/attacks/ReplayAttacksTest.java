package veche.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.council.Certificate;
import veche.council.Dissent;
import veche.crypto.Entropy;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Countersigned;
import veche.record.ElectionFixture;
import veche.record.Entry;
import veche.record.Phase;
import veche.record.Record;
import veche.record.Recounted;
import veche.tally.Result;
import veche.trustee.Ceremony;
import veche.wire.Bytes;
import veche.wire.Enc;

/// attacks.md row 53: an act that stood once is sent again, at once and after everything that
/// followed, where the phase would often still take it.
class ReplayAttacksTest {
  private static final List<Integer> SEAT = List.of(1, 0, 0);
  private static final List<Integer> PLATFORMS = List.of(1, 0);
  private static final List<Integer> BOARD = List.of(3, 0, 4);

  private final Set<String> replayed = new TreeSet<>();
  private ElectionFixture election = new ElectionFixture();

  private Record record() {
    return election.coalition.record();
  }

  private void replayAll(Runnable step) {
    step.run();
    for (Bytes leaf : List.copyOf(election.leaves)) {
      if (Entry.parse(leaf) instanceof Entry.Cast) continue;
      Act act = Act.parse(leaf);
      long size = record().size();
      assertThat(record().admit(Entry.parse(leaf)))
          .as(act.type())
          .isInstanceOfSatisfying(
              Admission.No.class, no -> assertThat(no.why().code()).isEqualTo(expected(act)));
      assertThat(record().size()).isEqualTo(size);
      replayed.add(act.type());
    }
  }

  private Code expected(Act act) {
    if (!act.id().equals(record().id())) return Code.WRONG_CONTEXT;
    // record §3b: a deposit is signed once and brought at any time; it brings nothing twice
    if (!act.type().equals("deposit")) return Code.STALE_SERIAL;
    return record().phase() == Phase.VOTING ? Code.CONFLICT : Code.WRONG_PHASE;
  }

  private void act(String type, Enc payload, SigningKey... signers) {
    election.add(election.coalition.act(type, payload, signers).encode());
    assertThat(record().ignored()).as(type).isEmpty();
  }

  private void bodies(String type, Enc payload, String... names) {
    election.add(election.act(type, payload, names).encode());
    assertThat(record().ignored()).as(type).isEmpty();
  }

  private void objection() {
    bodies("object", Enc.list(Enc.text("Why?"), Enc.uint(0)), "west");
  }

  private void certifiedElection() {
    election = ElectionFixture.ranked();
    election.draft();
    replayAll(this::objection);
    replayAll(election::keys);
    replayAll(() -> election.roll(3));
    replayAll(election::prepare);
    replayAll(election::open);
    election.vote(0, SEAT, PLATFORMS, BOARD);
    replayAll(this::deposit);
    replayAll(this::anotherRelease);
    replayAll(election::close);
    replayAll(this::absentTrustee);
    replayAll(() -> election.mix(2, 3));
    replayAll(() -> election.decrypt(1, 2));
    replayAll(this::tally);
    replayAll(this::recount);
    replayAll(this::countersign);
    replayAll(election::certify);
    replayAll(this::dissent);
    replayAll(() -> bodies("mandate", mandate(), "north", "east"));
    replayAll(() -> bodies("revoke-mandate", revocation(), "north", "east"));
    replayAll(() -> bodies("annul", Enc.list(Enc.uint(0), Enc.text("fraud")), "north", "east"));
    replayAll(election::last);

    assertThat(record().phase()).isEqualTo(Phase.FINAL);
    assertThat(record().objections()).hasSize(1);
    assertThat(record().dissents()).hasSize(1);
    assertThat(record().chain().counted()).hasSize(2);
  }

  private void absentTrustee() {
    bodies("skip", Enc.list(Enc.uint(1), Enc.text("does not answer")), "north", "east");
  }

  private void deposit() {
    Bytes ballot =
        election
            .voters
            .get(1)
            .ballot(election.coalition, List.of(List.of(0, 1, 0), PLATFORMS, BOARD));
    bodies("deposit", Enc.list(Enc.bytes(ballot)), "west");
  }

  private void anotherRelease() {
    Enc page = Enc.list(Enc.text("page.js"), Enc.bytes(Bytes.utf8("mended").sha256()));
    bodies("web-release", Enc.list(Enc.list(page), Enc.text("a mend")), "north", "east");
  }

  private void tally() {
    Result result = record().result().orElseThrow();
    Enc payload = Enc.list(Enc.bytes(result.digest()), Enc.bytes(result.object().sha256()));
    election.coalition.know(result.object());
    act("tally", payload, election.coalition.holder(3));
  }

  private void recount() {
    SigningKey key = Coalition.key("somebody", Vkey.ED25519);
    Bytes digest = record().result().orElseThrow().digest();
    act("recount", new Recounted(key.vkey(), "a tool", "1", digest, "").enc(), key);
  }

  private void countersign() {
    SigningKey key = Coalition.key("watcher", Vkey.ED25519);
    long size = record().size();
    var said =
        new Countersigned(
            key.vkey(), size, record().tree().root(size), "a tool", "1", 60, 0, 12, 0, "");
    act("countersign", said.enc(), key);
  }

  private Enc mandate() {
    Bytes over = Certificate.digest(record().certificate().orElseThrow().text());
    int winner = record().outcomes().getFirst().winners().getFirst();
    return Enc.list(Enc.uint(0), Enc.uint(winner), Enc.bytes(over));
  }

  private Enc revocation() {
    int winner = record().outcomes().getFirst().winners().getFirst();
    return Enc.list(Enc.uint(0), Enc.uint(winner), Enc.text("resigned"));
  }

  private void dissent() {
    Dissent dissent =
        new Dissent(
            ElectionFixture.SLUG,
            record().eid().orElseThrow(),
            "west",
            Bytes.utf8(record().certificate().orElseThrow().text()).sha256(),
            record().result().orElseThrow().digest(),
            List.of("We were not heard."),
            List.of(),
            List.of());
    bodies("dissent", Enc.list(Enc.text(dissent.text())), "west");
  }

  private void voidCeremony() {
    election = new ElectionFixture().draft();
    Coalition coalition = election.coalition;
    Bytes dctx = record().keys().context();
    List<Ceremony.Secrets> secrets =
        List.of(1, 2, 3).stream()
            .map(i -> Ceremony.begin(dctx, i, Coalition.T, Entropy.system()))
            .toList();
    List<Ceremony.Commit> commits = secrets.stream().map(Ceremony.Secrets::commit).toList();
    for (int i = 1; i <= 3; i++) {
      act("dkg-commit", commits.get(i - 1).enc(), coalition.holder(i));
    }
    for (int i = 1; i <= 3; i++) {
      Ceremony.Reveal reveal =
          Ceremony.reveal(dctx, i, secrets.get(i - 1), commits, Entropy.system());
      act("dkg-reveal", reveal.enc(), coalition.holder(i));
    }
    replayAll(() -> act("dkg-complaint", Enc.list(Enc.uint(3)), coalition.holder(1)));
    Ceremony.Opening opening = new Ceremony.Opening(3, secrets.getFirst().ek());
    replayAll(() -> act("dkg-opening", opening.enc(), coalition.holder(1)));

    assertThat(record().phase()).isEqualTo(Phase.VOID);
    assertThat(record().keys().complaints()).hasSize(1);
  }

  private void electionWithoutResult() {
    election = new ElectionFixture().opened(2);
    election.vote(0, SEAT, PLATFORMS);
    election.closed();
    replayAll(() -> bodies("no-result", Enc.list(Enc.text("Too few.")), "north", "east"));
    replayAll(election::last);

    assertThat(record().phase()).isEqualTo(Phase.FINAL);
  }

  @Test
  void attack53_noActOfAnyTypeCountsTwice() throws IOException {
    certifiedElection();
    voidCeremony();
    electionWithoutResult();

    assertThat(replayed).as("every type of record §3a").isEqualTo(builtTypes());
  }

  /// The types whose payloads the chapter gives: those that the fold knows.
  private static Set<String> builtTypes() throws IOException {
    String chapter = Files.readString(Path.of("src/spec/record.md"));
    int from = chapter.indexOf("## 3a Payloads");
    String table = chapter.substring(from, chapter.indexOf("A roll row", from));
    Set<String> types = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| ([a-z][a-z, -]*) \\|").matcher(table);
    while (row.find()) types.addAll(List.of(row.group(1).split(", ")));
    types.remove("type");
    return types;
  }
}
