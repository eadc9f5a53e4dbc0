package veche.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import veche.crypto.Ed25519;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.election.Refused;
import veche.record.Phase;
import veche.record.Record;
import veche.roll.Enrolment;
import veche.roll.Invitation;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.view.Fingerprint;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §8 Simple roll: a registrar's program. It makes the invitations, signs the keys that came
/// with the right codes, and freezes the roll. The server only carries sealed envelopes.
@Command(
    name = "registrar",
    description = "программа регистратора / a registrar's program",
    subcommands = {
      RegistrarCommand.Init.class,
      RegistrarCommand.Invite.class,
      RegistrarCommand.Pull.class,
      RegistrarCommand.Freeze.class
    })
public final class RegistrarCommand {
  private static final int BATCHES = 10_000;

  /// What a registrar keeps of one election, in one file, so that a crash cannot leave a key signed
  /// and its code still good for another.
  ///
  /// @param cursor number of the last request taken
  /// @param codes unused ones by their id
  private record Book(long cursor, Map<Bytes, Invitation> codes, TreeMap<Bytes, RollRow> rows) {
    static Book open(Home home, Bytes cid) {
      List<String> lines = home.lines("book-" + cid.hex());
      Map<Bytes, Invitation> codes = new HashMap<>();
      TreeMap<Bytes, RollRow> rows = new TreeMap<>();
      if (lines.isEmpty()) return new Book(0, codes, rows);
      for (RollRow row : Roll.read(Bytes.fromBase64(lines.get(1)))) rows.put(row.vkBytes(), row);
      for (String line : lines.subList(2, lines.size())) {
        Invitation invitation = new Invitation(Bytes.fromHex(line));
        codes.put(invitation.codeId(), invitation);
      }
      return new Book(Long.parseLong(lines.get(0)), codes, rows);
    }

    void keep(Home home, Bytes cid, long upTo) {
      StringBuilder out = new StringBuilder(upTo + "\n" + blob().base64() + "\n");
      for (Invitation invitation : codes.values()) out.append(invitation.code().hex()).append('\n');
      home.write("book-" + cid.hex(), out.toString());
    }

    Bytes blob() {
      return Roll.blob(List.copyOf(rows.values()));
    }
  }

  @Command(name = "init", description = "создать ключ / make the key")
  static final class Init extends RoleKey {
    Init() {
      super("/registrar", Vkey.ED25519);
    }
  }

  private static int index(Draft draft, Vkey vkey) {
    for (int r = 0; r < draft.registrars().size(); r++) {
      if (draft.registrars().get(r).vkey().equals(vkey.toString())) return r;
    }
    throw new Malformed("the draft names no registrar with this key");
  }

  @Command(name = "invite", description = "сделать приглашения / make invitations")
  static final class Invite implements Callable<Integer> {
    @Mixin private Options options;
    @Mixin private Options.Election election;

    @Option(names = "--count", required = true, description = "сколько / how many")
    private int count;

    @Option(names = "--out", required = true, description = "файл для ссылок / file for the links")
    private Path out;

    @Override
    public Integer call() {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      int registrar = index(record.draft(), options.home().vkey());
      if (count < 1 || count > 1_000_000) throw new Malformed("--count: expected 1 to 1000000");
      try (Home.Hold hold = options.home().lock()) {
        invite(follower, record, registrar);
      }
      System.out.println(options.words().text("role.invited", count));
      return 0;
    }

    private void invite(Follower follower, Record record, int registrar) {
      Entropy entropy = Entropy.system();
      StringBuilder links = new StringBuilder();
      Book book = Book.open(options.home(), record.cid());
      for (int i = 0; i < count; i++) {
        Invitation invitation = Invitation.draw(entropy);
        book.codes().put(invitation.codeId(), invitation);
        links
            .append(follower.remote().base())
            .append("/vote#")
            .append(invitation.fragment(registrar))
            .append('\n');
      }
      // the codes are kept before the links leave: a link without its code would be a dead end
      book.keep(options.home(), record.cid(), book.cursor());
      Home.writeSecret(out, links.toString());
    }
  }

  @Command(name = "pull", description = "подписать пришедшие ключи / sign the keys that came")
  static final class Pull implements Callable<Integer> {
    @Mixin private Options options;
    @Mixin private Options.Election election;

    @Option(names = "--quiet", description = "не печатать слова / do not print the words")
    private boolean quiet;

    @Override
    public Integer call() {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      Home home = options.home();
      SigningKey key = home.key();
      int registrar = index(record.draft(), key.vkey());
      try (Home.Hold hold = home.lock()) {
        pull(follower, record, home, key, registrar);
      }
      return 0;
    }

    private void pull(Follower follower, Record record, Home home, SigningKey key, int registrar) {
      Book book = Book.open(home, record.cid());
      Map<Bytes, Invitation> invitations = book.codes();
      TreeMap<Bytes, RollRow> rows = book.rows();
      long cursor = book.cursor();
      int signed = 0;
      int refused = 0;
      for (int round = 0; round < BATCHES; round++) {
        List<Enrolment.Numbered> batch = pull(follower, record, key, cursor);
        if (batch.isEmpty()) break;
        for (Enrolment.Numbered one : batch) {
          if (one.number() <= cursor) throw new Malformed("enrolments: numbers must ascend");
          cursor = one.number();
          Invitation invitation = invitations.get(one.enrolment().codeId());
          Optional<Refused> wrong =
              invitation == null
                  ? Optional.of(new Refused(veche.election.Code.NOT_FOUND, "unknown or used code"))
                  : invitation.check(
                      one.enrolment(), record.draft().slug(), record.cid(), registrar);
          if (wrong.isPresent()) {
            refused++;
            continue;
          }
          Point vk = one.enrolment().vk();
          Bytes signature =
              Ed25519.sign(key.seed(), RollRow.signedBytes(record.cid(), vk).toArray());
          RollRow row = one.enrolment().row(registrar, signature);
          rows.put(row.vkBytes(), row);
          invitations.remove(one.enrolment().codeId());
          signed++;
          if (!quiet) System.out.println(Fingerprint.of(row.vkBytes()));
        }
      }
      book.keep(home, record.cid(), cursor);
      System.out.println(options.words().text("role.pulled", signed, refused, rows.size()));
    }

    private static List<Enrolment.Numbered> pull(
        Follower follower, Record record, SigningKey key, long cursor) {
      String body =
          "veche.pull/v1\n"
              + record.origin()
              + "\n"
              + cursor
              + "\n"
              + System.currentTimeMillis() / 1000
              + "\n";
      String note = body + "\n" + key.signLine(body) + "\n";
      Bytes reply = follower.remote().post("enrolments/pull", Bytes.utf8(note)).body();
      Enc.Fields list = Enc.parse(reply, Point::decode).fields("enrolments");
      List<Enrolment.Numbered> out = new ArrayList<>();
      while (list.remaining() > 0) out.add(Enrolment.Numbered.read(list));
      return out;
    }
  }

  @Command(name = "freeze", description = "закрыть список / freeze the roll")
  static final class Freeze implements Callable<Integer> {
    @Mixin private Options options;
    @Mixin private Options.Election election;

    @Override
    public Integer call() {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      Home home = options.home();
      int registrar = index(record.draft(), home.vkey());
      Book book = Book.open(home, record.cid());
      Bytes blob = book.blob();
      int count = book.rows().size();
      Optional<Submission.Outcome> outcome =
          Submission.send(
              follower,
              home.key(),
              () -> {
                if (record.frozen(registrar)) return Optional.empty();
                if (record.phase() != Phase.ENROLLING) {
                  throw new Malformed("freeze: phase " + record.phase().id());
                }
                return Optional.of(
                    new Submission.Content(
                        "roll-freeze",
                        Enc.list(Enc.uint(count), Enc.bytes(blob.sha256())),
                        List.of(blob)));
              });
      System.out.println(
          outcome.isPresent()
              ? options.words().text("role.frozen", count)
              : options.words().text("role.act.done", "roll-freeze"));
      return 0;
    }
  }
}
