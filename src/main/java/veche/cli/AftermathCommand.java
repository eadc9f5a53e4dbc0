package veche.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.council.Certificate;
import veche.election.Contest;
import veche.record.Aftermath;
import veche.record.Record;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §12: what a body's officer signs after a certificate stands. Each is an act of k bodies,
/// made anew by the program of each from the same words.
final class AftermathCommand {
  private AftermathCommand() {}

  private abstract static class AboutContest extends BodyCommand.Derived {
    @Option(names = "--contest", required = true, description = "вопрос / the contest's id")
    private String contest;

    int contest(Record record) {
      List<String> ids = record.draft().contests().stream().map(Contest::id).toList();
      int k = ids.indexOf(contest);
      if (k < 0) throw new Malformed("--contest: expected one of " + ids);
      return k;
    }

    static Aftermath aftermath(Record record) {
      return record
          .aftermath()
          .orElseThrow(() -> new Malformed("the record is in phase " + record.phase().id()));
    }
  }

  @Command(
      name = "annul",
      description = "отменить итог целого вопроса / void the result of a whole contest")
  static final class Annul extends AboutContest {
    @Option(names = "--grounds", required = true, description = "основания / the grounds")
    private String grounds;

    @Override
    public Integer call() {
      return send(
          record -> {
            int k = contest(record);
            return aftermath(record).annulled().containsKey(k)
                ? Optional.empty()
                : Optional.of(
                    new Submission.Content("annul", Enc.list(Enc.uint(k), Enc.text(grounds))));
          });
    }
  }

  private abstract static class AboutMandate extends AboutContest {
    @Option(names = "--option", required = true, description = "избранный / who is elected: its id")
    private String option;

    int option(Record record, int contest) {
      List<String> ids = record.draft().contests().get(contest).optionIds();
      int j = ids.indexOf(option);
      if (j < 0) throw new Malformed("--option: expected one of " + ids);
      return j;
    }

    boolean held(Record record, int contest, int option) {
      return aftermath(record).mandates().stream()
          .anyMatch(m -> m.contest() == contest && m.option() == option && m.revoked().isEmpty());
    }
  }

  @Command(name = "mandate", description = "выдать мандат избранному / give the elected a mandate")
  static final class Give extends AboutMandate {
    @Override
    public Integer call() {
      return send(
          record -> {
            int k = contest(record);
            int j = option(record, k);
            if (held(record, k, j)) return Optional.empty();
            Bytes over = Certificate.digest(record.certificate().orElseThrow().text());
            return Optional.of(
                new Submission.Content(
                    "mandate", Enc.list(Enc.uint(k), Enc.uint(j), Enc.bytes(over))));
          });
    }
  }

  @Command(name = "revoke-mandate", description = "отозвать мандат / take a mandate back")
  static final class Revoke extends AboutMandate {
    @Option(names = "--reason", required = true, description = "причина / the reason")
    private String reason;

    @Override
    public Integer call() {
      return send(
          record -> {
            int k = contest(record);
            int j = option(record, k);
            if (!held(record, k, j)) return Optional.empty();
            return Optional.of(
                new Submission.Content(
                    "revoke-mandate", Enc.list(Enc.uint(k), Enc.uint(j), Enc.text(reason))));
          });
    }
  }
}
