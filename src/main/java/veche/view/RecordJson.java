package veche.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Point;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.log.Merkle;
import veche.record.Aftermath;
import veche.record.Countersigned;
import veche.record.Deposit;
import veche.record.Mixes;
import veche.record.Record;
import veche.record.Recounted;
import veche.roll.Roll;
import veche.tally.Outcome;
import veche.tally.Result;
import veche.tally.Test;
import veche.tally.Tie;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// doors §2: a record as people and scripts read it. Nothing is verified from it. Times are Unix
/// seconds; what is not there yet is null.
public final class RecordJson {
  private RecordJson() {}

  /// The newest checkpoint with a quorum, and the names of those who vouched.
  public record Cosigned(long size, long time, List<String> names) {}

  /// The row of `/elections.json`.
  public static ObjectNode summary(Record record) {
    Draft draft = record.draft();
    ObjectNode out = Json.object();
    out.put("slug", draft.slug()).put("kind", draft.kind().id());
    out.put("phase", record.phase().id());
    out.set("title", Json.texts(draft.title()));
    out.put("opensAt", draft.opensAt()).put("closesAt", draft.closesAt());
    return out.put("ballots", ballots(record));
  }

  private static long ballots(Record record) {
    return record.eid().isPresent() ? record.chain().valid() : 0;
  }

  /// `election.json`.
  ///
  /// @param refused how often the doors refused, by code
  public static ObjectNode election(
      Record record, Map<String, Long> refused, Optional<Cosigned> cosigned) {
    Draft draft = record.draft();
    ObjectNode out = (ObjectNode) Json.read(DefinitionJson.write(draft));
    out.put("opensAt", draft.opensAt()).put("closesAt", draft.closesAt());
    out.put("mixDeadline", draft.mixDeadline());
    out.put("phase", record.phase().id()).put("size", record.size());
    out.put("cid", record.cid().hex());
    text(out, "eid", record.eid().map(Bytes::hex));
    text(out, "Y", record.manifest().map(Manifest::key).map(y -> y.encoding().hex()));
    number(out, "rollSize", record.roll().map(Roll::size));
    number(out, "openIndex", index(record.openIndex()));
    number(out, "closeIndex", index(record.closeIndex()));
    ObjectNode order = out.putObject("order");
    for (int k = 0; k < draft.contests().size(); k++) {
      ArrayNode positions = order.putArray(draft.contests().get(k).id());
      record.optionOrder(k).forEach(positions::add);
    }
    ObjectNode counts = out.putObject("counts");
    counts.put("ballots", ballots(record));
    counts.put("keys", record.eid().isPresent() ? record.chain().keys() : 0);
    ObjectNode byCode = counts.putObject("refused");
    refused.forEach(byCode::put);
    cosigned.ifPresentOrElse(
        c -> write(out.putObject("cosigned"), c), () -> out.putNull("cosigned"));
    record.mixes().ifPresent(mixes -> mixes(out.putArray("mixes"), mixes, draft));
    ArrayNode trustees = out.putArray("trusteesNow");
    for (Draft.Trustee trustee : draft.trustees()) {
      trustee(trustees.addObject(), trustee.index(), record);
    }
    return out;
  }

  private static void mixes(ArrayNode out, Mixes mixes, Draft draft) {
    for (int k : mixes.contests()) {
      ObjectNode one = out.addObject().put("contest", draft.contests().get(k).id());
      ArrayNode by = one.putArray("by");
      mixes.done(k).forEach(done -> by.add(done.trustee()));
      mixes.turn(k).ifPresentOrElse(turn -> one.put("turn", turn), () -> one.putNull("turn"));
    }
  }

  private static Optional<Long> index(long index) {
    return index < 0 ? Optional.empty() : Optional.of(index);
  }

  private static void write(ObjectNode out, Cosigned cosigned) {
    out.put("size", cosigned.size).put("time", cosigned.time);
    cosigned.names.forEach(out.putArray("names")::add);
  }

  private static void trustee(ObjectNode out, int index, Record record) {
    out.put("index", index);
    out.put("confirmed", record.keys().confirmOf(index).isPresent());
    ArrayNode decrypted = out.putArray("decrypted");
    record
        .openings()
        .ifPresent(
            openings -> {
              for (int k = 0; k < record.draft().contests().size(); k++) {
                if (openings.contributions(k).containsKey(index)) decrypted.add(k);
              }
            });
  }

  /// `result.json`; empty before the record is counted.
  public static Optional<ObjectNode> result(Record record) {
    return record.result().map(result -> result(record, result));
  }

  private static ObjectNode result(Record record, Result result) {
    ObjectNode out = Json.object();
    out.put("eid", result.eid().hex()).put("result", result.digest().hex());
    ArrayNode contests = out.putArray("contests");
    for (Outcome outcome : record.outcomes()) {
      Contest contest = record.draft().contests().get(outcome.contest());
      ObjectNode one = contests.addObject();
      outcome(one, outcome, contest);
      ArrayNode lot = one.putArray("lot");
      record.lot(outcome.contest()).forEach(o -> lot.add(contest.optionIds().get(o)));
    }
    record
        .certificate()
        .ifPresentOrElse(
            c -> statement(out.putObject("certificate"), c), () -> out.putNull("certificate"));
    ArrayNode dissents = out.putArray("dissents");
    record.dissents().forEach(dissent -> statement(dissents.addObject(), dissent));
    ArrayNode recounts = out.putArray("recounts");
    for (Recounted one : record.recounts()) {
      recounts
          .addObject()
          .put("by", one.by().name())
          .put("tool", one.tool())
          .put("version", one.version())
          .put("agrees", one.digest().equals(result.digest()))
          .put("checks", one.checks());
    }
    countersigned(out.putArray("countersigned"), record);
    ArrayNode annulled = out.putArray("annulled");
    ArrayNode mandates = out.putArray("mandates");
    record.aftermath().ifPresent(after -> aftermath(after, record, annulled, mandates));
    return out;
  }

  private static void countersigned(ArrayNode out, Record record) {
    for (Countersigned one : record.countersigned()) {
      out.addObject()
          .put("by", one.by().name())
          .put("size", one.size())
          .put("tool", one.tool())
          .put("version", one.version())
          .put("passed", one.passed())
          .put("failed", one.failed())
          .put("notApplicable", one.notApplicable())
          .put("notChecked", one.notChecked())
          .put("first", one.first());
    }
  }

  private static void aftermath(
      Aftermath after, Record record, ArrayNode annulled, ArrayNode mandates) {
    List<Contest> contests = record.draft().contests();
    after
        .annulled()
        .forEach(
            (k, why) -> statement(annulled.addObject().put("contest", contests.get(k).id()), why));
    for (Aftermath.Mandate one : after.mandates()) {
      Contest contest = contests.get(one.contest());
      mandates
          .addObject()
          .put("index", one.index())
          .put("contest", contest.id())
          .put("option", contest.options().get(one.option()).id())
          .put("revoked", one.revoked().orElse(null));
    }
  }

  private static void outcome(ObjectNode out, Outcome outcome, Contest contest) {
    List<String> ids = contest.optionIds();
    out.put("id", contest.id()).put("counted", outcome.counted());
    ObjectNode totals = out.putObject("totals");
    for (int j = 0; j < ids.size(); j++) totals.put(ids.get(j), outcome.totals().get(j));
    ArrayNode winners = out.putArray("winners");
    outcome.winners().forEach(w -> winners.add(ids.get(w)));
    ArrayNode tests = out.putArray("tests");
    for (Test test : outcome.tests()) {
      tests
          .addObject()
          .put("option", ids.get(test.option()))
          .put("base", test.threshold().base())
          .put("left", test.left())
          .put("right", test.right())
          .put("strict", test.threshold().strict())
          .put("holds", test.holds())
          .put("text", test.text());
    }
    outcome
        .ranked()
        .ifPresent(
            ranked ->
                out.putObject("ranked")
                    .put("invalidEncoding", ranked.invalidEncoding())
                    .put("invalidCode", ranked.invalidCode())
                    .put("blank", ranked.blank())
                    .put("profile", ranked.profile().hex()));
    ArrayNode ties = out.putArray("ties");
    for (Tie tie : outcome.ties()) {
      ObjectNode one = ties.addObject();
      ArrayNode between = one.putArray("between");
      tie.between().forEach(j -> between.add(ids.get(j)));
      ArrayNode order = one.putArray("order");
      tie.order().forEach(j -> order.add(ids.get(j)));
      one.put("method", tie.method());
    }
  }

  private static void statement(ObjectNode out, Record.Statement statement) {
    out.put("text", statement.text());
    ArrayNode signed = out.putArray("signed");
    statement.signers().stream().sorted().forEach(signed::add);
  }

  /// `leaf/<n>.json`: ENC with the type of each value beside it, so that nothing is guessed.
  public static ObjectNode leaf(long index, Bytes leaf) {
    ObjectNode out = Json.object().put("index", index).put("length", leaf.length());
    Enc value = Enc.parse(leaf, Point::decode);
    Enc.Fields f = value.fields("leaf");
    String type = f.text("type");
    out.put("type", type).put("version", f.uint("version"));
    if (type.equals("ballot")) {
      out.put("id", f.bytes("id").hex());
      out.set("body", inner(f.bytes("body")));
      out.set("signature", list(List.of(f.any("T"), f.any("z"))));
    } else {
      out.put("id", f.bytes("id").hex()).put("serial", f.uint("serial"));
      Bytes payload = f.bytes("payload");
      out.set("payload", inner(payload));
      if (type.equals(Deposit.TYPE)) ballots(out.putArray("ballots"), payload);
      ArrayNode signatures = out.putArray("signatures");
      f.list("signatures", g -> g.text("line")).forEach(signatures::add);
    }
    return out;
  }

  /// The ballots of a deposit as if each were a leaf; null for what is none.
  private static void ballots(ArrayNode out, Bytes payload) {
    for (Bytes ballot : Deposit.read(Enc.parse(payload, Point::decode)).leaves()) {
      try {
        ObjectNode one = Json.object().put("leafHash", Merkle.leafHash(ballot).hex());
        Enc.Fields f = Enc.parse(ballot, Point::decode).fields("ballot");
        f.text("type", java.util.Set.of("ballot"));
        f.uint("version");
        one.put("id", f.bytes("id").hex());
        one.set("body", inner(f.bytes("body")));
        out.add(one);
      } catch (Malformed e) {
        out.addNull();
      }
    }
  }

  private static ArrayNode inner(Bytes enc) {
    if (Enc.parse(enc, Point::decode) instanceof Enc.Seq(List<Enc> items)) return list(items);
    throw new Malformed("leaf: expected a list");
  }

  private static ArrayNode list(List<Enc> items) {
    ArrayNode out = Json.array();
    for (Enc item : items) {
      switch (item) {
        case Enc.Text(String t) -> out.add(t);
        case Enc.Uint(long u) -> out.add(JsonNodeFactory.instance.numberNode(u));
        case Enc.Octets(Bytes b) -> out.addObject().put("bytes", b.hex());
        case Enc.Elem(var e) ->
            out.addObject().put(e instanceof Point ? "point" : "scalar", e.encoding().hex());
        case Enc.Seq(List<Enc> inner) -> out.add(list(inner));
      }
    }
    return out;
  }

  private static void text(ObjectNode out, String field, Optional<String> value) {
    value.ifPresentOrElse(v -> out.put(field, v), () -> out.putNull(field));
  }

  private static void number(ObjectNode out, String field, Optional<? extends Number> value) {
    value.ifPresentOrElse(v -> out.put(field, v.longValue()), () -> out.putNull(field));
  }
}
