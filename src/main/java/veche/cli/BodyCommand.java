package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import veche.council.Certificate;
import veche.council.Dissent;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.election.Refused;
import veche.record.Act;
import veche.record.Mixes;
import veche.record.Phase;
import veche.record.Protocol;
import veche.record.Record;
import veche.record.Trust;
import veche.record.WebRelease;
import veche.view.DefinitionJson;
import veche.view.Fingerprint;
import veche.view.Json;
import veche.view.Naming;
import veche.view.Problem;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3: a member body's program. Every act is computed from the record this program folded
/// itself; equal bodies that see one record sign one text, and none of them asks another.
@Command(
    name = "body",
    description = "программа организации / a member body's program",
    subcommands = {
      BodyCommand.Init.class,
      BodyCommand.Reserve.class,
      BodyCommand.Define.class,
      BodyCommand.Release.class,
      BodyCommand.Open.class,
      CollectCommand.Collect.class,
      CollectCommand.Deposits.class,
      BodyCommand.Close.class,
      BodyCommand.Certify.class,
      BodyCommand.Dissents.class,
      BodyCommand.Skip.class,
      BodyCommand.NoResult.class,
      AftermathCommand.Annul.class,
      AftermathCommand.Give.class,
      AftermathCommand.Revoke.class,
      BodyCommand.Final.class
    })
public final class BodyCommand {
  private static final PrintStream OUT = System.out;

  private static void say(Submission.Outcome outcome, Options options, String type) {
    OUT.println(
        options
            .words()
            .text("role.act." + outcome.name().toLowerCase(java.util.Locale.ROOT), type));
  }

  @Command(name = "init", description = "создать ключ / make the key")
  static final class Init extends RoleKey {
    Init() {
      super("", Vkey.ED25519);
    }
  }

  @Command(name = "reserve", description = "получить имя выборов / get a name for an election")
  static final class Reserve implements Callable<Integer> {
    @Mixin private Options options;

    @Option(names = "--server", required = true, description = "адрес сервера / the server")
    private String server;

    @Option(names = "--host", required = true, description = "имя сервера / the server's name")
    private String host;

    @Option(names = "--out", required = true, description = "куда записать / where to write")
    private Path out;

    @Override
    public Integer call() throws IOException {
      SigningKey key = options.home().key();
      String body = "veche.host/v1\n" + host + "\n" + System.currentTimeMillis() / 1000 + "\n";
      String note = body + "\n" + key.signLine(body) + "\n";
      Bytes reply = new Remote(server).post("elections", Bytes.utf8(note)).body();
      Files.writeString(out, reply.utf8());
      OUT.println(Json.read(reply.utf8()).path("origin").asText());
      return 0;
    }
  }

  @Command(name = "draft", description = "подписать определение выборов / sign the definition")
  static final class Define implements Callable<Integer> {
    @Mixin private Options options;

    @Option(names = "--server", required = true, description = "адрес сервера / the server")
    private String server;

    @Option(names = "--definition", required = true, description = "определение / the definition")
    private Path definition;

    @Option(names = "--naming", description = "имя, полученное у сервера / what reserve wrote")
    private @Nullable Path naming;

    @Option(names = "--trust-out", description = "куда записать доверенный файл / the trust file")
    private @Nullable Path trustOut;

    @Override
    public Integer call() throws IOException {
      Optional<Naming> name = naming == null ? Optional.empty() : Optional.of(read(naming));
      DefinitionJson.Reading reading = DefinitionJson.read(Files.readString(definition), name);
      if (!reading.acceptable()) {
        for (Problem problem : reading.problems()) {
          System.err.println(definition.getFileName() + ": " + problem.in(options.words()));
        }
        return 2;
      }
      Draft draft = reading.draft().orElseThrow();
      SigningKey key = options.home().key();
      if (draft.bodies().stream().noneMatch(b -> b.vkey().equals(key.vkey().toString()))) {
        throw new Malformed("the definition does not name this body's key");
      }
      OUT.println(
          options.words().text("role.draft", draft.cid().hex(), Fingerprint.ofDigest(draft.cid())));
      if (!draft.patternRisk().isEmpty()) {
        OUT.println(options.words().text("role.draft.risk", draft.patternRisk()));
      }
      Act act = Act.unsigned("draft", draft.cid(), 0, draft.enc());
      Remote remote = new Remote(server + "/e/" + draft.slug());
      if (trustOut != null) Files.writeString(trustOut, Trust.of(draft));
      try {
        say(Submission.post(remote, act, draft.origin(), key, List.of()), options, "draft");
      } catch (Remote.Refusal e) {
        // the others were enough: the log holds it, which the trust file lets anyone check
        if (!e.code().equals("wrong-phase") && !e.code().equals("wrong-context")) throw e;
        OUT.println(options.words().text("role.act.done", "draft"));
      }
      return 0;
    }

    private static Naming read(Path file) throws IOException {
      var json = Json.read(Files.readString(file));
      return new Naming(
          json.path("slug").asText(), json.path("origin").asText(), json.path("log").asText());
    }
  }

  /// An act that follows from the record.
  abstract static class Derived implements Callable<Integer> {
    @Mixin Options options;
    @Mixin Options.Election election;

    /// @param due the content while the act is still to be done; empty when it stands already
    int send(Function<Record, Optional<Submission.Content>> due) {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      return send(follower, () -> due.apply(record));
    }

    int send(Follower follower, java.util.function.Supplier<Optional<Submission.Content>> due) {
      Optional<Submission.Outcome> outcome = Submission.send(follower, options.home().key(), due);
      String name = getClass().getAnnotation(Command.class).name();
      if (outcome.isPresent()) say(outcome.get(), options, name);
      else OUT.println(options.words().text("role.act.done", name));
      return 0;
    }
  }

  @Command(name = "web-release", description = "подписать файлы страницы / sign the page's files")
  static final class Release extends Derived {
    @Option(names = "--web", required = true, description = "папка web / the web folder")
    private Path web;

    @Option(names = "--reason", description = "причина, во время голосования / during voting: why")
    private String reason = "";

    @Override
    public Integer call() throws IOException {
      WebRelease release = WebRelease.read(web, reason);
      return send(
          record ->
              record.webRelease().filter(release::equals).isPresent()
                  ? Optional.empty()
                  : Optional.of(new Submission.Content("web-release", release.enc())));
    }
  }

  @Command(name = "open", description = "открыть голосование / open the vote")
  static final class Open extends Derived {
    @Override
    public Integer call() {
      return send(
          record -> {
            if (record.phase().opened()) return Optional.empty();
            if (System.currentTimeMillis() / 1000 < record.draft().opensAt()) {
              throw new Malformed("open: not before " + record.draft().opensAt());
            }
            return Optional.of(
                new Submission.Content(
                    "open",
                    record
                        .manifestToOpen()
                        .orElseThrow(() -> new Malformed("not ready: phase " + record.phase().id()))
                        .enc()));
          });
    }
  }

  @Command(name = "close", description = "закрыть голосование / close the vote")
  static final class Close extends Derived {
    @Option(names = "--wait", description = "сколько секунд ждать / seconds to wait for the time")
    private int wait = 0;

    @Override
    public Integer call() {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      long patience = System.currentTimeMillis() / 1000 + wait;
      while (!record.phase().closed() && !due(follower)) {
        if (System.currentTimeMillis() / 1000 > patience) {
          throw new Malformed("close: no quorum has cosigned after the closing time yet");
        }
        Submission.pause();
        follower.catchUp();
      }
      return send(
          follower,
          () ->
              record.phase().closed()
                  ? Optional.empty()
                  : Optional.of(
                      new Submission.Content(
                          "close", Enc.list(Enc.uint(record.draft().closesAt())))));
    }

    /// record §6: a quorum must have seen the log after the closing time before `close` may stand.
    private boolean due(Follower follower) {
      Record record = follower.record();
      if (System.currentTimeMillis() / 1000 < record.draft().closesAt()) return false;
      return follower.cosignedSince(record.draft().closesAt());
    }
  }

  @Command(name = "certify", description = "заверить результат / certify the result")
  static final class Certify extends Derived {
    @Option(names = "--final", description = "и закрыть журнал / and end the log")
    private boolean last;

    @Option(
        names = "--refuse",
        description = "подписать, что итог не заверен / sign that the result is not certified")
    private boolean refuse;

    private static final int PATIENCE = 2_000;
    private static final long DAY_SECONDS = 86_400;

    @Override
    public Integer call() {
      Follower follower = certify();
      if (!last) return 0;
      // the certificate becomes a leaf when enough bodies have signed it
      for (int i = 0; i < PATIENCE && follower.record().certificate().isEmpty(); i++) {
        Submission.pause();
        follower.catchUp();
      }
      return send(
          follower,
          () -> {
            follower.catchUp();
            return follower.record().phase() == Phase.FINAL
                ? Optional.empty()
                : Optional.of(new Submission.Content("final", Enc.list()));
          });
    }

    private Follower certify() {
      Follower follower = election.follower();
      Record record = follower.catchUp();
      Optional<Refused> open = veche.record.Duty.closed(record, follower.stages());
      if (open.isPresent()) throw new Malformed("certify: " + open.get().detail());
      send(
          follower,
          () -> {
            if (record.certificate().isPresent()) return Optional.empty();
            if (record.phase() != Phase.COUNTED) {
              throw new Malformed("certify: phase " + record.phase().id());
            }
            long disputes = record.draft().closesAt() + DAY_SECONDS * record.draft().disputeDays();
            if (System.currentTimeMillis() / 1000 < disputes) {
              throw new Malformed("certify: the time for disputes lasts until " + disputes);
            }
            Protocol.Counts counts = Protocol.counts(record);
            List<Refused> against = Protocol.against(record, counts);
            if (!refuse && !against.isEmpty()) {
              throw new Malformed("certify: " + against.getFirst());
            }
            Certificate.Verdict verdict =
                refuse ? Certificate.Verdict.NOT_CERTIFIED : Certificate.Verdict.CERTIFIED;
            String text =
                Protocol.certificate(record, counts, Veche.SOFTWARE, verdict, Bytes.EMPTY).text();
            OUT.println(text);
            return Optional.of(new Submission.Content("certificate", Enc.list(Enc.text(text))));
          });
      return follower;
    }
  }

  @Command(name = "dissent", description = "особое мнение / a dissent")
  static final class Dissents extends Derived {
    @Option(names = "--text", required = true, description = "текст / the text")
    private Path text;

    @Override
    public Integer call() throws IOException {
      String body = Files.readString(text);
      Dissent.parse(body);
      return send(
          record -> Optional.of(new Submission.Content("dissent", Enc.list(Enc.text(body)))));
    }
  }

  @Command(
      name = "skip",
      description =
          "пропустить хранителя, который не перемешал или не раскрыл жребий / pass over a trustee"
              + " who did not mix or reveal its lot")
  static final class Skip extends Derived {
    @Option(names = "--trustee", required = true, description = "номер / its number")
    private int trustee;

    @Option(names = "--reason", required = true, description = "причина / the reason")
    private String reason;

    @Override
    public Integer call() {
      return send(
          record -> {
            if (!awaited(record)) return Optional.empty();
            long deadline = record.draft().mixDeadline();
            if (System.currentTimeMillis() / 1000 < deadline) {
              throw new Malformed("skip: the time for mixing lasts until " + deadline);
            }
            return Optional.of(
                new Submission.Content("skip", Enc.list(Enc.uint(trustee), Enc.text(reason))));
          });
    }

    private boolean awaited(Record record) {
      boolean mixing =
          record.mixes().filter(m -> m.contests().stream().anyMatch(k -> turn(m, k))).isPresent();
      boolean before = record.mixes().filter(m -> m.skipped().containsKey(trustee)).isPresent();
      if (mixing || record.lots().owed().contains(trustee)) return true;
      if (before || record.lots().excluded().contains(trustee)) return false;
      throw new Malformed("skip: nothing waits for trustee " + trustee);
    }

    private boolean turn(Mixes mixes, int contest) {
      return mixes.turn(contest).equals(OptionalInt.of(trustee));
    }
  }

  @Command(name = "no-result", description = "закончить без результата / end without a result")
  static final class NoResult extends Derived {
    @Option(names = "--reason", required = true, description = "причина / the reason")
    private String reason;

    @Override
    public Integer call() {
      return send(
          record ->
              record.phase() == Phase.NO_RESULT
                  ? Optional.empty()
                  : Optional.of(new Submission.Content("no-result", Enc.list(Enc.text(reason)))));
    }
  }

  @Command(name = "final", description = "закрыть журнал / end the log")
  static final class Final extends Derived {
    @Override
    public Integer call() {
      return send(
          record ->
              record.phase() == Phase.FINAL
                  ? Optional.empty()
                  : Optional.of(new Submission.Content("final", Enc.list())));
    }
  }
}
