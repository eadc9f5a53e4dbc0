package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.record.Act;
import veche.record.Entry;
import veche.roll.Enrolment;
import veche.view.Json;
import veche.view.Words;
import veche.wire.Bytes;

/// doors §1-§4: whoever copies an example out of the description for programs has something that
/// the doors read. All are of one election, so what they prove can be checked too.
class ExamplesTest {
  private static final JsonNode DESCRIPTION = read();
  private static final Vkey LOG = Vkey.parse(at("POST /elections 200").path("log").asText());

  private final Map<String, Consumer<JsonNode>> parsers = new HashMap<>();

  private static JsonNode read() {
    try {
      return Json.read(Files.readString(Path.of("web/openapi.json")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Every example by `METHOD /path` and `takes` or the status it comes with.
  private static Map<String, JsonNode> examples() {
    Map<String, JsonNode> out = new HashMap<>();
    for (var path : DESCRIPTION.path("paths").properties()) {
      for (String method : List.of("get", "post")) {
        JsonNode door = path.getValue().path(method);
        String name = method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey() + " ";
        keep(out, name + "takes", door.path("requestBody"));
        for (var answer : door.path("responses").properties()) {
          keep(out, name + answer.getKey(), answer.getValue());
        }
      }
    }
    return out;
  }

  private static void keep(Map<String, JsonNode> out, String name, JsonNode where) {
    for (var kind : where.path("content").properties()) {
      JsonNode content = kind.getValue();
      // bytes cannot stand in JSON: the example says in which letters it shows them
      JsonNode example = content.path("example");
      if (example.isMissingNode()) example = content.at("/examples/base64/value");
      if (!example.isMissingNode()) out.put(name, example);
    }
  }

  private static JsonNode at(String name) {
    JsonNode found = examples().get(name);
    assertThat(found).as(name).isNotNull();
    return found;
  }

  private static Bytes bytes(JsonNode example) {
    return Bytes.fromBase64(example.asText());
  }

  private void text(String name, Consumer<String> parser) {
    parsers.put(name, example -> parser.accept(example.asText()));
  }

  private static Note request(String text, String first, int count) {
    Note note = Note.parse(Bytes.utf8(text));
    assertThat(ActsApi.lines(note, first, count)).hasSize(count);
    return note;
  }

  private static void covered(String receipt) {
    Bytes ballot = bytes(at("POST /e/{slug}/ballots takes"));
    assertThat(Receipt.parse(receipt).verify(Merkle.leafHash(ballot), LOG).size()).isPositive();
  }

  private static void checkpoint(String note) {
    assertThat(Checkpoint.verified(Note.parse(note), LOG).origin()).isEqualTo(LOG.name());
  }

  @Test
  void everyExampleIsReadByWhatReadsItAtTheDoors() {
    text(
        "POST /elections takes",
        said -> assertThat(request(said, "veche.host/v1", 3).lines()).hasSize(1));
    parsers.put(
        "POST /elections 200",
        named -> {
          assertThat(named.path("slug").asText()).matches("[a-z2-7]{10}");
          assertThat(named.path("origin").asText())
              .isEqualTo(LOG.name())
              .endsWith("/e/" + named.path("slug").asText());
        });
    parsers.put(
        "POST /e/{slug}/ballots takes",
        body -> assertThat(Entry.parse(bytes(body))).isInstanceOf(Entry.Cast.class));
    text("POST /e/{slug}/ballots 200", ExamplesTest::covered);
    text("GET /e/{slug}/receipt/{digest} 200", ExamplesTest::covered);
    parsers.put(
        "POST /e/{slug}/acts takes",
        body ->
            assertThat(ActsApi.unpack(bytes(body)).entry().act().noteBody(LOG.name()))
                .contains("object"));
    parsers.put(
        "POST /e/{slug}/acts 202",
        waits -> assertThat(waits.path("have").size()).isLessThan(waits.path("need").asInt()));
    parsers.put(
        "GET /e/{slug}/acts/pending 200",
        list ->
            list.forEach(
                one -> {
                  Act act = Act.parse(Bytes.fromBase64(one.path("act").asText()));
                  assertThat(act.digest().hex()).isEqualTo(one.path("digest").asText());
                  assertThat(act.type()).isEqualTo(one.path("type").asText());
                  assertThat(act.serial()).isEqualTo(one.path("serial").asLong());
                }));
    parsers.put(
        "POST /e/{slug}/enrolments takes",
        body -> assertThat(Enrolment.read(bytes(body)).enc().encode()).isEqualTo(bytes(body)));
    text(
        "POST /e/{slug}/enrolments/pull takes",
        said -> assertThat(request(said, "veche.pull/v1", 4).body()).contains(LOG.name() + "\n"));
    text(
        "POST /e/{slug}/cosignatures takes",
        note ->
            assertThat(Checkpoint.parse(Note.parse(note).body()).origin()).isEqualTo(LOG.name()));
    text("GET /e/{slug}/checkpoint 200", ExamplesTest::checkpoint);
    text(
        "GET /e/{slug}/stage/index 200",
        sizes -> sizes.lines().forEach(size -> assertThat(Doors.number(size)).isPositive()));
    parsers.put(
        "GET /elections.json 200",
        list ->
            DESCRIPTION
                .at("/components/schemas/listed/required")
                .forEach(field -> assertThat(list.get(0).has(field.asText())).isTrue()));

    Map<String, JsonNode> examples = examples();
    assertThat(examples).containsOnlyKeys(parsers.keySet());
    examples.forEach((name, example) -> parsers.get(name).accept(example));
  }

  @Test
  void everyDoorThatTakesSomethingShowsWhat() {
    Set<String> takes = new TreeSet<>();
    for (var path : DESCRIPTION.path("paths").properties()) {
      if (path.getValue().has("post")) takes.add("POST " + path.getKey() + " takes");
    }
    List<String> shown = new ArrayList<>(examples().keySet());
    shown.removeIf(name -> !name.endsWith(" takes"));
    assertThat(shown).containsExactlyInAnyOrderElementsOf(takes).hasSizeGreaterThan(5);
  }

  @Test
  void theProblemIsWhatADoorWouldSay() {
    JsonNode problem =
        DESCRIPTION.at("/components/responses/problem/content").path("application/problem+json");
    JsonNode told = problem.path("example");
    Code code =
        List.of(Code.values()).stream()
            .filter(one -> one.id().equals(told.path("code").asText()))
            .findFirst()
            .orElseThrow();

    assertThat(told.path("type").asText()).isEqualTo("/doors#" + code.id());
    assertThat(told.path("status").asInt()).isEqualTo(code.status());
    assertThat(told.path("title").asText()).isEqualTo(Words.ENGLISH.refusal(code));
  }
}
