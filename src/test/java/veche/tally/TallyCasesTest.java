package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static veche.Cases.hex;
import static veche.Cases.ints;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import veche.Cases;
import veche.election.Contest;
import veche.election.Threshold;
import veche.wire.Bytes;
import veche.wire.Malformed;

class TallyCasesTest {
  private static final JsonNode APPROVAL = Cases.read("tally/approval.json");

  @org.junit.jupiter.api.Test
  void countsAreThoseOfTheCases() {
    Cases.forEach(
        APPROVAL.get("cases"),
        one -> {
          Outcome outcome = count(one, contest(one));

          assertThat(outcome.winners()).isEqualTo(ints(one.get("winners")));
          assertThat(outcome.tests())
              .extracting(t -> t.option() + " " + t.left() + " " + t.right() + " " + t.holds())
              .containsExactlyElementsOf(
                  each(
                      one.get("tests"),
                      t ->
                          t.get("option").asText()
                              + " "
                              + t.get("left").asText()
                              + " "
                              + t.get("right").asText()
                              + " "
                              + t.get("holds").asText()));
          assertThat(outcome.ties())
              .containsExactlyElementsOf(
                  each(
                      one.get("ties"),
                      t -> new Tie(ints(t.get("between")), ints(t.get("order")), "drawn-order")));
        });
  }

  @org.junit.jupiter.api.Test
  void numbersThatCannotBeAreMalformed() {
    Contest contest = ApprovalTest.contest("approval", 1, 1);
    Contest two = ApprovalTest.contest("approval", 2, 1);
    Cases.forEach(
        APPROVAL.get("malformed"),
        one ->
            assertThatThrownBy(() -> count(one, one.get("totals").size() == 2 ? two : contest))
                .isInstanceOf(Malformed.class));
  }

  @org.junit.jupiter.api.Test
  void theLotDrawsTheOrderOfTheCases() {
    Cases.forEach(
        Cases.read("tally/lot.json").get("cases"),
        one -> {
          Bytes seed = Lot.seed(each(one.get("reveals"), Cases::hex));
          assertThat(seed).isEqualTo(hex(one.get("seed")));
          assertThat(
                  Lot.order(
                      seed, one.get("contest").asInt(), each(one.get("options"), JsonNode::asText)))
              .isEqualTo(ints(one.get("order")));
        });
  }

  @org.junit.jupiter.params.ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"result", "result-ranked"})
  void theResultObjectHasTheBytesOfTheCase(String name) {
    JsonNode one = Cases.read("tally/" + name + ".json");
    var result =
        new Result(
            hex(one.get("eid")),
            one.get("size").asLong(),
            hex(one.get("root")),
            each(one.get("mixes"), Cases::hex),
            each(
                one.get("opened"),
                o ->
                    new Result.Opened(
                        o.get("contest").asInt(),
                        o.get("part").asText(),
                        each(
                            o.get("shares"),
                            s -> new Result.Share(s.get("trustee").asInt(), hex(s.get("leaf")))))),
            each(
                one.get("contests"),
                c ->
                    new Result.Line(
                        c.get("contest").asInt(),
                        c.get("counted").asLong(),
                        each(c.get("totals"), JsonNode::asLong),
                        ints(c.get("winners")),
                        each(c.get("tests"), JsonNode::asBoolean),
                        c.has("profile")
                            ? java.util.Optional.of(
                                new Result.Profiled(
                                    c.get("invalidEncoding").asLong(),
                                    c.get("invalidCode").asLong(),
                                    hex(c.get("profile"))))
                            : java.util.Optional.empty())));

    assertThat(result.object()).isEqualTo(hex(one.get("object")));
    assertThat(result.digest()).isEqualTo(hex(one.get("digest")));
    assertThat(Result.read(hex(one.get("object")))).isEqualTo(result);
  }

  private static Outcome count(JsonNode one, Contest contest) {
    return Approval.count(
        contest,
        0,
        each(one.get("totals"), JsonNode::asLong),
        one.get("counted").asLong(),
        one.get("roll").asLong(),
        ints(one.get("lot")));
  }

  private static Contest contest(JsonNode one) {
    List<Threshold> thresholds =
        each(
            one.get("thresholds"),
            t ->
                new Threshold(
                    t.get("base").asText(),
                    t.get("p").asLong(),
                    t.get("q").asLong(),
                    t.get("strict").asBoolean(),
                    t.get("quorum").asLong()));
    return ApprovalTest.contest(
        one.get("rule").asText(),
        one.get("totals").size(),
        one.get("seats").asInt(),
        thresholds.toArray(Threshold[]::new));
  }

  private static <T> List<T> each(JsonNode items, java.util.function.Function<JsonNode, T> read) {
    return new ArrayList<>(StreamSupport.stream(items.spliterator(), false).map(read).toList());
  }
}
