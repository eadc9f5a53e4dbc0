package veche.record;

import java.util.ArrayList;
import java.util.List;
import veche.council.Certificate;
import veche.council.Certificate.Count;
import veche.council.Certificate.Verdict;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.tally.Outcome;
import veche.tally.Result;
import veche.wire.Bytes;

/// record §11: the certificate that follows from a counted record. Only the verdict and the remarks
/// are the bodies' own; everything else in it is the fold's.
public final class Certification {
  private Certification() {}

  /// @param software name and version of the program that writes it
  /// @param remarks hash of the remarks, or empty
  public static Certificate of(Record record, String software, Verdict verdict, Bytes remarks) {
    Draft draft = record.draft();
    Manifest manifest = record.manifest().orElseThrow();
    Result result = record.result().orElseThrow();
    return new Certificate(
        draft.slug(),
        draft.title(),
        draft.kind(),
        record.cid(),
        result.eid(),
        draft.origin(),
        result.size(),
        result.root(),
        manifest.rollRoot(),
        manifest.rollSize(),
        result.digest(),
        lines(draft, record.outcomes()),
        counts(record, manifest),
        manifest.webRelease(),
        software,
        verdict,
        remarks);
  }

  private static List<Certificate.Line> lines(Draft draft, List<Outcome> outcomes) {
    return outcomes.stream()
        .map(outcome -> line(draft.contests().get(outcome.contest()), outcome))
        .toList();
  }

  private static Certificate.Line line(Contest contest, Outcome outcome) {
    List<String> ids = contest.optionIds();
    List<Certificate.Option> options = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      options.add(
          new Certificate.Option(
              ids.get(i), contest.options().get(i).names(), outcome.totals().get(i)));
    }
    return new Certificate.Line(
        contest.id(),
        contest.titles(),
        contest.rule(),
        contest.seats(),
        outcome.counted(),
        options,
        outcome.tests().stream()
            .map(t -> new Certificate.Test(ids.get(t.option()), t.holds(), t.text()))
            .toList(),
        outcome.ties().stream()
            .map(t -> new Certificate.Tie(t.method(), t.order().stream().map(ids::get).toList()))
            .toList(),
        outcome.winners().stream().map(ids::get).toList());
  }

  /// log §7: what does not move any more once the record is counted.
  private static List<Count> counts(Record record, Manifest manifest) {
    long valid = record.chain().valid();
    long counted = record.chain().counted().size();
    long refused =
        record.ignored().keySet().stream()
            .filter(at -> at > record.openIndex() && at < record.closeIndex())
            .count();
    return List.of(
        Count.of(1, manifest.rollSize()),
        Count.of(4, valid + refused),
        Count.of(5, valid - counted),
        Count.of(6, refused),
        Count.of(7, counted));
  }
}
