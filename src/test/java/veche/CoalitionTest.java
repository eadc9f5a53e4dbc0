package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import veche.crypto.Vkey;
import veche.record.Phase;
import veche.wire.Bytes;

/// The story in memory, without a server.
class CoalitionTest {
  @Test
  void threeBodiesElectAmongTwoVoters() {
    Coalition coalition = new Coalition();
    var log = Coalition.key("host/e/abcdefghij", Vkey.ED25519).vkey();
    coalition.draw("abcdefghij", log.name(), log.toString(), 1, 2);
    var voters = List.of(new Coalition.Voter(), new Coalition.Voter());
    coalition.openFor((act, blobs) -> {}, voters);
    for (Coalition.Voter voter : voters) {
      Bytes leaf = voter.ballot(coalition, List.of(List.of(1, 0, 1), List.of(1, 0)));
      coalition.fold(leaf);
    }
    coalition.close((act, blobs) -> {});
    coalition.decrypt((act, blobs) -> {});

    assertThat(coalition.record().phase()).isEqualTo(Phase.COUNTED);
    assertThat(coalition.record().outcomes().get(0).totals()).containsExactly(2L, 0L, 2L);
  }
}
