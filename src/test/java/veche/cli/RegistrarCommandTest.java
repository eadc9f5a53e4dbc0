package veche.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.Coalition;
import veche.LyingServer;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.record.Act;
import veche.record.ElectionFixture;
import veche.roll.Enrolment;
import veche.roll.Invitation;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.view.Fingerprint;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §8 Simple roll: the registrar's program against a server that swaps, repeats and dies.
class RegistrarCommandTest {
  private static final Pattern LINK = Pattern.compile(".*/vote#i=([A-Z2-7]+)&r=0");

  private final ElectionFixture election = new ElectionFixture().draft().keys();
  private final Coalition coalition = election.coalition;
  private final LyingServer server = new LyingServer(election);
  private final List<Enrolment> waiting = new ArrayList<>();
  private int pullsBeforeDeath = Integer.MAX_VALUE;

  @TempDir private Path folder;

  private Program registrar;

  @BeforeEach
  void serve() {
    registrar = new Program(folder.resolve("r"), coalition.registrar(), coalition);
    server.door("enrolments/pull", this::pull);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// doors §3: what is waiting, counted from 1, after the cursor that the registrar signed.
  private void pull(HttpExchange exchange) throws IOException {
    String note = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int cursor = Integer.parseInt(note.lines().toList().get(2));
    if (--pullsBeforeDeath < 0) return;
    List<Enc> out = new ArrayList<>();
    for (int i = cursor; i < Math.min(waiting.size(), cursor + 1); i++) {
      out.add(new Enrolment.Numbered(i + 1, waiting.get(i)).enc());
    }
    LyingServer.say(exchange, 200, Enc.list(out).encode().toArray());
  }

  private List<Invitation> invite(int count) throws IOException {
    Path links = folder.resolve("links");
    Files.deleteIfExists(links);
    Program.Ran ran =
        registrar.run(
            server.url(),
            "registrar",
            "invite",
            "--count",
            String.valueOf(count),
            "--out",
            links.toString());
    assertThat(ran.code()).isZero();
    return Files.readAllLines(links).stream()
        .map(LINK::matcher)
        .filter(Matcher::matches)
        .map(m -> new Invitation(Bytes.fromBase32(m.group(1))))
        .toList();
  }

  private Enrolment enrol(Invitation invitation, Scalar key) {
    return invitation.enrol(ElectionFixture.SLUG, coalition.draft().cid(), 0, key);
  }

  private Program.Ran pull() {
    return registrar.run(server.url(), "registrar", "pull");
  }

  /// Keys on the roll that this registrar freezes.
  private List<Point> frozen() {
    registrar.run(server.url(), "registrar", "freeze");
    assertThat(server.sent()).containsExactly("roll-freeze");
    Enc payload = Act.parse(election.leaves.getLast()).payload();
    Enc.Fields f = payload.fields("roll-freeze");
    f.uint("count");
    return Roll.read(election.blobs.get(f.bytes("root", 32))).stream().map(RollRow::vk).toList();
  }

  /// Two devices: the page that the server sent made a key of its own, and the voter carries the
  /// key it was shown to a second device. The registrar reads its program's words to the voter.
  @Test
  void attack54_theRegistrarsWordsAreOfTheKeyThatWasSentNotOfTheOneTheVoterHolds()
      throws IOException {
    Invitation invitation = invite(1).getFirst();
    Scalar shown = Entropy.system().scalar();
    Scalar itsOwn = Entropy.system().scalar();
    waiting.add(enrol(invitation, itsOwn));

    Program.Ran ran = pull();

    String heard = ran.out().lines().filter(l -> l.split(" ").length == 12).findFirst().get();
    assertThat(heard).isEqualTo(Fingerprint.of(Point.base(itsOwn).encoding()));
    assertThat(heard).isNotEqualTo(Fingerprint.of(Point.base(shown).encoding()));
    // guards the test: an honest page's key has the same words on both devices
    Invitation other = invite(1).getFirst();
    waiting.add(enrol(other, shown));
    assertThat(pull().out()).contains(Fingerprint.of(Point.base(shown).encoding()));
  }

  /// The program dies between two answers, after it signed and before it kept: nothing it signed
  /// has left, and the code is still good for one key.
  @Test
  void aPullThatDiesHalfwayIsDoneAgainFromTheOneBook() throws IOException {
    List<Invitation> codes = invite(2);
    Scalar first = Entropy.system().scalar();
    Scalar second = Entropy.system().scalar();
    waiting.add(enrol(codes.get(0), first));
    waiting.add(enrol(codes.get(1), second));
    String before = book();
    pullsBeforeDeath = 1;
    assertThat(pull().code()).isEqualTo(3);
    assertThat(book()).isEqualTo(before);

    pullsBeforeDeath = Integer.MAX_VALUE;
    assertThat(pull().code()).isZero();
    assertThat(frozen()).containsExactlyInAnyOrder(Point.base(first), Point.base(second));
  }

  private String book() throws IOException {
    return Files.readString(bookFile());
  }

  private Path bookFile() {
    return registrar.folder().resolve("book-" + coalition.draft().cid().hex());
  }

  /// Killed while it wrote: the old book stands, whole, beside the torn new one.
  @Test
  void aTornNewBookIsNotRead() throws IOException {
    List<Invitation> codes = invite(2);
    waiting.add(enrol(codes.get(0), Scalar.of(11)));
    assertThat(pull().code()).isZero();
    Path torn = bookFile().resolveSibling(bookFile().getFileName() + ".new");
    Files.writeString(torn, "2\nBgAA");

    waiting.add(enrol(codes.get(1), Scalar.of(12)));
    assertThat(pull().code()).isZero();
    assertThat(frozen())
        .containsExactlyInAnyOrder(Point.base(Scalar.of(11)), Point.base(Scalar.of(12)));
    try (Stream<Path> files = Files.list(registrar.folder())) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("book"))).hasSize(1);
    }
  }

  /// One step writes the signed row, strikes the code and moves the cursor: a server that brings
  /// the code again, with another key, at a new number or the old one, gets nothing.
  @Test
  void aCodeServesOneKeyWhateverTheServerRepeats() throws IOException {
    Invitation invitation = invite(1).getFirst();
    waiting.add(enrol(invitation, Scalar.of(11)));
    assertThat(pull().code()).isZero();
    waiting.add(enrol(invitation, Scalar.of(12)));
    waiting.add(enrol(invitation, Scalar.of(11)));
    assertThat(pull().code()).isZero();
    server.door(
        "enrolments/pull",
        x -> {
          Enc again = new Enrolment.Numbered(1, enrol(invitation, Scalar.of(13))).enc();
          LyingServer.say(x, 200, Enc.list(again).encode().toArray());
        });
    Program.Ran ran = pull();

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("numbers must ascend");
    assertThat(frozen()).containsExactly(Point.base(Scalar.of(11)));
  }
}
