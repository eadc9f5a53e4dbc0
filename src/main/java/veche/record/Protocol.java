package veche.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import veche.council.Certificate;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.election.Refused;
import veche.tally.Outcome;
import veche.tally.Result;
import veche.tally.Test;
import veche.tally.Tie;
import veche.wire.Bytes;

/// log §7, §9: the numbers of a finished record and the certificate they make. A pure function of
/// the record, so that equal bodies who looked at one log propose one text.
public final class Protocol {
  private Protocol() {}

  /// @param ballots ballots logged before `close`, by themselves or in deposits, refused ones
  ///   included; one that stands twice is counted once
  /// @param refused of these, refused by the rules
  public record Counts(long roll, long ballots, long replaced, long refused, long counted) {
    /// log §7 КС: 4 = 5 + 6 + 7 and 7 ≤ 3.
    public boolean agree() {
      return ballots == replaced + refused + counted && counted <= roll;
    }
  }

  /// Counts of a record in which `close` stands.
  public static Counts counts(Record record) {
    long ignoredBallots = record.ignoredBallots();
    long valid = record.chain().valid();
    long counted = record.chain().keys();
    return new Counts(
        record.roll().orElseThrow().size(),
        valid + ignoredBallots,
        valid - counted,
        ignoredBallots,
        counted);
  }

  /// The certificate the record supports; it needs a result.
  public static Certificate certificate(
      Record record, Counts counts, String software, Certificate.Verdict verdict, Bytes remarks) {
    Draft draft = record.draft();
    Manifest manifest = record.manifest().orElseThrow();
    Result result = record.result().orElseThrow();
    return new Certificate(
        draft.slug(),
        draft.title(),
        draft.kind(),
        record.cid(),
        manifest.eid(),
        record.origin(),
        result.size(),
        result.root(),
        manifest.rollRoot(),
        manifest.rollSize(),
        result.digest(),
        lines(record),
        numbers(record, counts),
        record.webRelease().orElseThrow().digest(),
        software,
        verdict,
        remarks);
  }

  /// Lines 8 and 10 to 12 stand where a contest is ranked, with a value for each mix or each such
  /// contest, in their order.
  private static List<Certificate.Count> numbers(Record record, Counts counts) {
    List<Certificate.Count> out = new ArrayList<>();
    out.add(Certificate.Count.of(1, counts.roll));
    out.add(Certificate.Count.of(2, 0L));
    out.add(Certificate.Count.of(3, counts.roll));
    out.add(Certificate.Count.of(4, counts.ballots));
    out.add(Certificate.Count.of(5, counts.replaced));
    out.add(Certificate.Count.of(6, counts.refused));
    out.add(Certificate.Count.of(7, counts.counted));
    List<Outcome> ranked = record.outcomes().stream().filter(o -> o.ranked().isPresent()).toList();
    if (!ranked.isEmpty()) {
      long mixes =
          ranked.stream()
              .mapToLong(o -> record.mixes().orElseThrow().done(o.contest()).size())
              .sum();
      out.add(new Certificate.Count(8, Collections.nCopies((int) mixes, counts.counted)));
    }
    out.add(Certificate.Count.of(9, counts.counted));
    if (!ranked.isEmpty()) {
      out.add(each(10, ranked, o -> o.ranked().orElseThrow().spoilt()));
      out.add(each(11, ranked, o -> o.ranked().orElseThrow().blank()));
      out.add(each(12, ranked, Protocol::valid));
    }
    return out;
  }

  private static long valid(Outcome outcome) {
    Outcome.Ranked ranked = outcome.ranked().orElseThrow();
    return outcome.counted() - ranked.spoilt() - ranked.blank();
  }

  private static Certificate.Count each(
      int number, List<Outcome> outcomes, ToLongFunction<Outcome> value) {
    return new Certificate.Count(number, outcomes.stream().mapToLong(value).boxed().toList());
  }

  private static List<Certificate.Line> lines(Record record) {
    List<Certificate.Line> out = new ArrayList<>();
    for (Outcome outcome : record.outcomes()) {
      Contest contest = record.draft().contests().get(outcome.contest());
      List<String> ids = contest.optionIds();
      List<Certificate.Option> options = new ArrayList<>();
      for (int j = 0; j < ids.size(); j++) {
        Contest.Option option = contest.options().get(j);
        options.add(new Certificate.Option(option.id(), option.names(), outcome.totals().get(j)));
      }
      out.add(
          new Certificate.Line(
              contest.id(),
              contest.titles(),
              contest.rule(),
              contest.seats(),
              outcome.counted(),
              options,
              outcome.tests().stream().map(t -> test(t, ids)).toList(),
              outcome.ties().stream().map(t -> tie(t, ids)).toList(),
              outcome.winners().stream().map(ids::get).toList()));
    }
    return out;
  }

  private static Certificate.Test test(Test test, List<String> ids) {
    return new Certificate.Test(ids.get(test.option()), test.holds(), test.text());
  }

  private static Certificate.Tie tie(Tie tie, List<String> ids) {
    return new Certificate.Tie(tie.method(), tie.order().stream().map(ids::get).toList());
  }

  /// Why bodies should not certify this record; empty when nothing speaks against it.
  public static List<Refused> against(Record record, Counts counts) {
    List<Refused> out = new ArrayList<>();
    // refused ballots are part of the count (line 6); any other leaf that breaks the rules is not
    long strange = record.ignored().size() - (record.ignoredBallots() - record.ignoredInside());
    if (strange > 0) {
      out.add(new Refused(Code.CONFLICT, strange + " leaves break the rules"));
    }
    if (!counts.agree()) out.add(new Refused(Code.CONFLICT, "the control sums do not agree"));
    return out;
  }
}
