package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import veche.Cases;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// The specifications of C2SP to the letter: `src/spec/vectors/log/cases.json`, which the page
/// judges alike.
class C2spCasesTest {
  private static final JsonNode ALL = Cases.read("log/cases.json");

  private static void judge(JsonNode cases, Consumer<JsonNode> accept) {
    Cases.forEach(
        cases,
        each -> {
          if (isAccepted(each)) accept.accept(each);
          else assertThatThrownBy(() -> accept.accept(each)).isInstanceOf(Malformed.class);
        });
  }

  private static boolean isAccepted(JsonNode each) {
    return each.get("verdict").asText().equals("accept");
  }

  private static List<String> texts(JsonNode nodes) {
    List<String> out = new ArrayList<>();
    for (JsonNode node : nodes) out.add(node.asText());
    return out;
  }

  @Test
  void signedNotes() {
    judge(
        ALL.get("notes"),
        each -> {
          var note = Note.parse(Bytes.utf8(each.get("text").asText()));
          var known = texts(each.get("known")).stream().map(Vkey::parse).toList();
          var signed = note.verifiedBy(known);
          assertThat(signed).containsExactlyInAnyOrderElementsOf(texts(each.path("signed")));
          assertThat(note.text()).isEqualTo(each.get("text").asText());
        });
  }

  @Test
  void checkpoints() {
    judge(
        ALL.get("checkpoints"),
        each -> {
          var checkpoint = Checkpoint.parse(each.get("text").asText());
          assertThat(Long.toString(checkpoint.size())).isEqualTo(each.get("size").asText());
          assertThat(checkpoint.body()).isEqualTo(each.get("text").asText());
        });
  }

  @Test
  void cosignatures() {
    var key = Vkey.parse(ALL.at("/cosignatures/vkey").asText());
    judge(
        ALL.at("/cosignatures/cases"),
        each -> {
          var note = new Note(each.get("body").asText(), List.of(each.get("line").asText()));
          var said = Cosignature.all(note, List.of(key));
          assertThat(said).hasSize(1);
          assertThat(Long.toString(said.getFirst().time())).isEqualTo(each.get("time").asText());
        });
  }

  @Test
  void inclusionProofs() {
    Cases.forEach(
        ALL.get("proofs"),
        each ->
            assertThat(
                    Merkle.verifyInclusion(
                        Bytes.fromBase64(each.get("root").asText()),
                        Long.parseLong(each.get("size").asText()),
                        Long.parseLong(each.get("index").asText()),
                        Bytes.fromBase64(each.get("leaf").asText()),
                        texts(each.get("proof")).stream().map(Bytes::fromBase64).toList()))
                .isEqualTo(isAccepted(each)));
  }

  @Test
  void receipts() {
    judge(
        ALL.get("receipts"),
        each -> {
          var text = each.get("text").asText();
          var receipt = Receipt.parse(text);
          assertThat(receipt.text()).isEqualTo(text);
          assertThat(Checkpoint.parse(receipt.checkpoint().body()).size()).isEqualTo(7);
        });
  }

  @Test
  void policies() {
    judge(
        ALL.at("/policies/cases"),
        each -> {
          var policy = Policy.parse(each.get("text").asText());
          for (var by : each.path("met")) assertThat(policy.quorum(keys(by))).as("" + by).isTrue();
          for (var by : each.path("unmet")) {
            assertThat(policy.quorum(keys(by))).as("" + by).isFalse();
          }
        });
  }

  private static Set<String> keys(JsonNode names) {
    var out = new HashSet<String>();
    for (var name : names) out.add("witness.example/" + name.asText());
    return out;
  }
}
