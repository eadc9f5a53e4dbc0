package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.log.WitnessRule.Accept;
import veche.log.WitnessRule.Reason;
import veche.log.WitnessRule.Refuse;
import veche.log.WitnessRule.Request;
import veche.log.WitnessRule.State;
import veche.wire.Bytes;
import veche.wire.Malformed;

class WitnessRuleTest {
  private static final SigningKey LOG =
      new SigningKey("vote.example.org/e/abcdefghij", Vkey.ED25519, Bytes.utf8("log").sha256());

  private final Tree tree = grown("leaf ", 20);
  private final Tree fork = grown("other ", 20);

  @Test
  void aWitnessThatHasSeenNothingTakesTheFirstTreeItIsShown() {
    assertThat(decide(State.NONE, 0, tree, 7)).isEqualTo(accept(tree, 7));
  }

  @Test
  void aWitnessFollowsALogThatOnlyGrows() {
    assertThat(decide(state(tree, 7), 7, tree, 20)).isEqualTo(accept(tree, 20));
    assertThat(decide(state(tree, 7), 7, tree, 7)).isEqualTo(accept(tree, 7));
  }

  @Test
  void aSplitViewIsRefused() {
    var forged = new Request(7, tree.consistency(7, 20), checkpoint(fork, 20).sign(LOG));
    assertThat(decide(state(tree, 7), forged)).isEqualTo(new Refuse(Reason.NOT_CONSISTENT));
    assertThat(decide(state(tree, 7), 7, fork, 20)).isEqualTo(new Refuse(Reason.NOT_CONSISTENT));
    assertThat(decide(state(tree, 7), 7, fork, 7)).isEqualTo(new Refuse(Reason.ANOTHER_ROOT));
    assertThat(new Refuse(Reason.NOT_CONSISTENT).status()).isEqualTo(422);
    assertThat(new Refuse(Reason.ANOTHER_ROOT).status()).isEqualTo(409);
  }

  @Test
  void aLogThatShrinksIsRefused() {
    assertThat(decide(state(tree, 20), 7, tree, 7)).isEqualTo(new Refuse(Reason.WRONG_OLD_SIZE));
    assertThat(decide(state(tree, 20), 20, tree, 7)).isEqualTo(new Refuse(Reason.OLD_BEYOND_SIZE));
  }

  @Test
  void whoeverForgotTheOldSizeIsToldSo() {
    assertThat(decide(state(tree, 7), 0, tree, 20)).isEqualTo(new Refuse(Reason.WRONG_OLD_SIZE));
    assertThat(decide(State.NONE, 7, tree, 20)).isEqualTo(new Refuse(Reason.WRONG_OLD_SIZE));
  }

  @Test
  void strangersAndForgersAreRefused() {
    var stranger = new SigningKey(LOG.name(), Vkey.ED25519, Bytes.utf8("else").sha256());
    var request = new Request(0, List.of(), checkpoint(tree, 7).sign(stranger));
    assertThat(decide(State.NONE, request)).isEqualTo(new Refuse(Reason.NOT_SIGNED));
    assertThat(WitnessRule.decide(State.NONE, request, Optional.empty()))
        .isEqualTo(new Refuse(Reason.UNKNOWN_ORIGIN));
    var other = new SigningKey("another.example.org", Vkey.ED25519, LOG.seed());
    assertThat(WitnessRule.decide(State.NONE, request, Optional.of(other.vkey())))
        .isEqualTo(new Refuse(Reason.UNKNOWN_ORIGIN));
    var body = checkpoint(tree, 7).body();
    var broken = new Note(body, List.of(LOG.signLine(body + "x\n")));
    assertThat(decide(State.NONE, new Request(0, List.of(), broken)))
        .isEqualTo(new Refuse(Reason.NOT_SIGNED));
    var extended = body + "extension\n";
    var unread = new Note(extended, List.of(LOG.signLine(extended)));
    assertThat(decide(State.NONE, new Request(0, List.of(), unread)))
        .isEqualTo(new Refuse(Reason.MALFORMED));
  }

  @Test
  void aSubmissionIsReadAsItWasWritten() {
    var request = new Request(7, tree.consistency(7, 20), checkpoint(tree, 20).sign(LOG));
    assertThat(Request.parse(request.text())).isEqualTo(request);
    var empty = new Request(0, List.of(), checkpoint(tree, 20).sign(LOG));
    assertThat(Request.parse(empty.text())).isEqualTo(empty);
    for (var bad :
        List.of(
            request.text().replace("old 7", "old 07"),
            request.text().replace("old 7", "old -7"),
            request.text().replace("old 7", "7"),
            request.text().replace("\n\n", "\n"),
            "old 7\n" + "AAAA\n".repeat(64) + "\n" + request.checkpoint().text())) {
      assertThatThrownBy(() -> Request.parse(bad)).as(bad).isInstanceOf(Malformed.class);
    }
  }

  private static WitnessRule.Decision decide(State state, long old, Tree tree, long size) {
    var proof = old > size ? List.<Bytes>of() : tree.consistency(old, size);
    return decide(state, new Request(old, proof, checkpoint(tree, size).sign(LOG)));
  }

  private static WitnessRule.Decision decide(State state, Request request) {
    return WitnessRule.decide(state, request, Optional.of(LOG.vkey()));
  }

  private static Accept accept(Tree tree, long size) {
    return new Accept(checkpoint(tree, size));
  }

  private static State state(Tree tree, long size) {
    return new State(size, tree.root(size));
  }

  private static Checkpoint checkpoint(Tree tree, long size) {
    return new Checkpoint(LOG.name(), size, tree.root(size));
  }

  private static Tree grown(String word, int size) {
    var tree = new Tree();
    for (int i = 0; i < size; i++) tree.append(Merkle.leafHash(Bytes.utf8(word + i)));
    return tree;
  }
}
