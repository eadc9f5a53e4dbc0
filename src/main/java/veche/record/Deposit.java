package veche.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.ballot.Ballot;
import veche.crypto.Point;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3b, protocol §6 Second door: ballot leaves that a body took, in the order in which they
/// count. What is inside may be anything; each ballot is judged by itself.
public record Deposit(List<Bytes> leaves) {
  public static final String TYPE = "deposit";

  private static final String EXTRA = "veche/1/deposited";

  // what the envelope and one signature line add to a payload
  private static final int ENVELOPE = 1_024;
  private static final int ITEM = 5;

  public Deposit {
    leaves = List.copyOf(leaves);
    if (leaves.isEmpty()) throw new Malformed("deposit: expected ballots");
  }

  public static Deposit read(Enc payload) {
    Enc.Fields f = payload.fields(TYPE);
    List<Bytes> leaves = new ArrayList<>();
    while (f.remaining() > 0) leaves.add(f.bytes("ballot"));
    return new Deposit(leaves);
  }

  public Enc enc() {
    return Enc.list(leaves, Enc::bytes);
  }

  /// The act, unsigned. Its serial is always 0 (record §2).
  public Act act(Bytes eid) {
    return Act.unsigned(TYPE, eid, 0, enc());
  }

  /// Deposits of these ballots, each small enough for a leaf. They stand by voting key, which hides
  /// in what order voters came; the ballots of one key keep theirs.
  ///
  /// @param leaves ballots that can be read
  public static List<Deposit> of(List<Bytes> leaves) {
    List<Bytes> sorted = new ArrayList<>(leaves);
    sorted.sort(Comparator.comparing(l -> Ballot.parse(l).vk().encoding().hex()));
    List<Deposit> out = new ArrayList<>();
    List<Bytes> one = new ArrayList<>();
    int size = ENVELOPE;
    for (Bytes leaf : sorted) {
      int more = ITEM + leaf.length();
      if (!one.isEmpty() && size + more > Tile.MAX_LEAF) {
        out.add(new Deposit(one));
        one = new ArrayList<>();
        size = ENVELOPE;
      }
      one.add(leaf);
      size += more;
    }
    if (!one.isEmpty()) out.add(new Deposit(one));
    return out;
  }

  /// log §4: a receipt for a ballot inside a deposit is the proof of the deposit; its `extra` line
  /// names the ballot.
  public static Receipt receipt(Bytes leafHash, Receipt ofDeposit) {
    Bytes extra = Enc.list(Enc.text(EXTRA), Enc.bytes(leafHash)).encode();
    return new Receipt(
        Optional.of(extra), ofDeposit.index(), ofDeposit.proof(), ofDeposit.checkpoint());
  }

  /// The leaf hash of the ballot that a receipt says is inside the proven leaf; empty where it
  /// speaks of the leaf itself.
  public static Optional<Bytes> inside(Receipt receipt) {
    if (receipt.extra().isEmpty()) return Optional.empty();
    Enc.Fields f = Enc.parse(receipt.extra().get(), Point::decode).fields("extra");
    f.text("type", Set.of(EXTRA));
    Bytes leafHash = f.bytes("ballot", 32);
    f.end();
    return Optional.of(leafHash);
  }

  /// The ballot in a leaf; empty where it is none.
  static Optional<Ballot> ballot(Bytes leaf) {
    try {
      return Optional.of(Ballot.parse(leaf));
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  /// What became of one ballot of a deposit in the log.
  public sealed interface Fate {
    /// It is valid from this deposit on.
    record Taken() implements Fate {}

    /// The same ballot stood already, in this leaf; it counts once.
    record Standing(long index) implements Fate {}

    /// It is ignored and listed.
    record Ignored(Refused why) implements Fate {}
  }

  /// A deposit that stands.
  ///
  /// @param fates one for each of its ballots, in order
  public record Logged(String body, List<Bytes> leaves, List<Fate> fates) {
    public Logged {
      leaves = List.copyOf(leaves);
      fates = List.copyOf(fates);
    }

    /// Hashes of the ballot leaves that are valid from this deposit on.
    public List<Bytes> taken() {
      List<Bytes> out = new ArrayList<>();
      for (int i = 0; i < leaves.size(); i++) {
        if (fates.get(i) instanceof Fate.Taken) out.add(Merkle.leafHash(leaves.get(i)));
      }
      return out;
    }
  }
}
