package veche.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §4: a proof that two histories were signed convinces with the log's key alone.
class ForkTest {
  private static final SigningKey LOG = Coalition.key("host.example/e/abcdefghij", Vkey.ED25519);
  private static final SigningKey WITNESS = Coalition.key("north/witness", Vkey.COSIGNATURE);
  private static final SigningKey OTHER = Coalition.key("east/witness", Vkey.COSIGNATURE);
  private static final List<Vkey> WITNESSES = List.of(WITNESS.vkey(), OTHER.vkey());

  private static Tree tree(String... leaves) {
    Tree tree = new Tree();
    for (String leaf : leaves) tree.append(Merkle.leafHash(Bytes.utf8(leaf)));
    return tree;
  }

  private static Note note(Tree tree, long size, SigningKey... witnesses) {
    Checkpoint checkpoint = new Checkpoint(LOG.vkey().name(), size, tree.root(size));
    Note note = checkpoint.sign(LOG);
    for (SigningKey one : witnesses) note = note.with(Cosignature.line(one, checkpoint, 1_000));
    return note;
  }

  private static final Tree TRUE = tree("a", "b", "c", "d", "e", "f", "g");
  private static final Tree FALSE = tree("a", "b", "X", "d", "e");

  @Test
  void twoRootsOfOneSizeAreAForkByThemselves() {
    Fork fork =
        Fork.find(note(TRUE, 5, WITNESS), note(FALSE, 5, WITNESS, OTHER), Optional.empty())
            .orElseThrow();

    Fork.Proven proven = Fork.parse(fork.text()).verify(LOG.vkey(), WITNESSES);
    assertThat(proven.size()).isEqualTo(5);
    assertThat(proven.otherSize()).isEqualTo(5);
    assertThat(proven.vouched()).containsExactly("north/witness");
  }

  @Test
  void aShorterHistoryThatIsNoBeginningOfTheLongerOneIsAForkWithItsProof() {
    for (long size = 3; size <= 5; size++) {
      Fork fork =
          Fork.find(note(TRUE, 7, OTHER), note(FALSE, size, OTHER), Optional.of(TRUE))
              .orElseThrow();
      Fork.Proven proven = Fork.parse(fork.text()).verify(LOG.vkey(), WITNESSES);
      assertThat(List.of(proven.size(), proven.otherSize())).containsExactly(size, 7L);
      assertThat(proven.vouched()).containsExactly("east/witness");
    }
  }

  @Test
  void oneHistoryGivesNoProof() {
    assertThat(Fork.find(note(TRUE, 7), note(TRUE, 4), Optional.of(TRUE))).isEmpty();
    assertThat(Fork.find(note(TRUE, 7), note(TRUE, 7), Optional.empty())).isEmpty();
    assertThat(Fork.find(note(TRUE, 7), note(FALSE, 2), Optional.of(TRUE))).isEmpty();
    assertThatThrownBy(() -> Fork.find(note(TRUE, 7), note(FALSE, 5), Optional.of(FALSE)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("entries up to size 7");
  }

  private static void proves(Fork fork, String why) {
    assertThatThrownBy(() -> fork.verify(LOG.vkey(), WITNESSES))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsMadeUpProvesNothing() {
    Note one = note(TRUE, 4);
    Note long7 = note(TRUE, 7);
    Bytes root = TRUE.root(4);
    proves(new Fork(one, long7, Optional.of(root), TRUE.consistency(4, 7)), "one history");
    proves(new Fork(one, long7, Optional.of(FALSE.root(4)), TRUE.consistency(4, 7)), "longer tree");
    proves(new Fork(one, long7, Optional.empty(), List.of()), "the other root");
    proves(new Fork(one, one, Optional.empty(), List.of()), "one history");
    proves(new Fork(long7, note(FALSE, 5), Optional.of(root), List.of()), "the shorter checkpoint");
    SigningKey stranger = Coalition.key(LOG.vkey().name(), Vkey.ED25519);
    Checkpoint forged = new Checkpoint(LOG.vkey().name(), 7, FALSE.root(5));
    assertThatThrownBy(
            () ->
                new Fork(long7, forged.sign(stranger), Optional.empty(), List.of())
                    .verify(LOG.vkey(), WITNESSES))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void everyChangedByteOfTheFileIsRefusedOrProvesTheSame() {
    Fork fork = Fork.find(note(TRUE, 7), note(FALSE, 4), Optional.of(TRUE)).orElseThrow();
    String text = fork.text();
    for (int i = 0; i < text.length(); i++) {
      String changed = text.substring(0, i) + '~' + text.substring(i + 1);
      assertThatThrownBy(() -> Fork.parse(changed).verify(LOG.vkey(), WITNESSES))
          .as("at %d", i)
          .isInstanceOf(Malformed.class);
      String cut = text.substring(0, i);
      assertThatThrownBy(() -> Fork.parse(cut).verify(LOG.vkey(), WITNESSES))
          .as("cut at %d", i)
          .isInstanceOf(Malformed.class);
    }
  }
}
