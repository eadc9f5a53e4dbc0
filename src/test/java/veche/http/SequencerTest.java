package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.http.Sequencer.Submission;
import veche.record.Entry;

/// record §7: what a batch hides and what it keeps.
class SequencerTest {
  private static final List<List<Integer>> CHOICES = List.of(List.of(1, 0, 0), List.of(0, 0));
  private static final List<Submission> ARRIVED = new ArrayList<>();

  /// Three voters, two ballots each, in the order a, b, c, a, b, c.
  @BeforeAll
  static void sixBallots() {
    Coalition coalition = new Coalition();
    String log = Coalition.key("host/e/abcdefghij", Vkey.ED25519).vkey().toString();
    coalition.draw("abcdefghij", "host/e/abcdefghij", log, 1, 2);
    var voters = List.of(new Coalition.Voter(), new Coalition.Voter(), new Coalition.Voter());
    coalition.openFor((act, blobs) -> {}, voters);
    for (int round = 0; round < 2; round++) {
      for (Coalition.Voter voter : voters) {
        Entry entry = Entry.parse(voter.ballot(coalition, CHOICES));
        ARRIVED.add(new Submission(null, entry, Map.of(), Promise.promise()));
      }
    }
  }

  private static List<Integer> order(List<Submission> permuted) {
    return permuted.stream().map(ARRIVED::indexOf).toList();
  }

  @Test
  void theBallotsOfOneKeyKeepTheirOrderAndNothingIsLost() {
    for (int i = 0; i < 200; i++) {
      List<Integer> order = order(Sequencer.permute(ARRIVED, Entropy.system()));

      assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
      for (int key = 0; key < 3; key++) {
        assertThat(order.indexOf(key)).isLessThan(order.indexOf(key + 3));
      }
    }
  }

  @Test
  void everyOrderThatKeepsThoseOfOneKeyOccurs() {
    Set<List<Integer>> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      seen.add(order(Sequencer.permute(ARRIVED, Entropy.system())));
    }

    // 6! orders, halved for each of three keys
    assertThat(seen).hasSize(90);
  }
}
