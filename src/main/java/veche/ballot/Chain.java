package veche.ballot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import veche.crypto.ElGamal;
import veche.election.Code;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;

/// protocol §6, §15 lines 26-27: the part of a ballot's validity that depends on those before it:
/// no ciphertext of another key's valid record comes back, and each ballot of a key names the one
/// it replaces. One thread.
public final class Chain {
  private final List<Style> styles;

  /// Read beside the one thread that writes, by [#follows].
  private final Map<Bytes, Counted> last = new ConcurrentHashMap<>();

  private final Map<Bytes, Bytes> owners = new HashMap<>();
  private final Map<Bytes, Long> places = new HashMap<>();
  private long valid;

  /// The ballot of a key that counts if no later one comes.
  ///
  /// @param order among the valid records, from 0; several of one deposit share an index
  public record Counted(
      long index,
      long order,
      Bytes vk,
      long seq,
      Bytes ballotId,
      List<List<ElGamal>> ciphertexts) {}

  public Chain(List<Style> styles) {
    this.styles = List.copyOf(styles);
  }

  /// Takes a ballot that [BallotCheck] found right as the record at `index`, or refuses it and
  /// changes nothing.
  public Optional<Refused> admit(long index, Ballot ballot) {
    List<List<ElGamal>> ciphertexts = ciphertexts(ballot);
    Optional<Refused> refused = refuses(ballot, ciphertexts);
    if (refused.isPresent()) return refused;
    Bytes vk = ballot.vk().encoding();
    Bytes id = ballot.ballotId();
    for (Bytes a : copies(ciphertexts)) owners.putIfAbsent(a, vk);
    last.put(vk, new Counted(index, valid, vk, ballot.seq(), id, ciphertexts));
    places.put(id, index);
    valid++;
    return Optional.empty();
  }

  /// What [#admit] would say now.
  public Optional<Refused> refuses(Ballot ballot) {
    return refuses(ballot, ciphertexts(ballot));
  }

  /// Index of the leaf where this ballot became valid; empty while it is none.
  public Optional<Long> place(Bytes ballotId) {
    return Optional.ofNullable(places.get(ballotId));
  }

  private List<List<ElGamal>> ciphertexts(Ballot ballot) {
    return ballot.answers(styles).orElseThrow().stream().map(Answer::ciphertexts).toList();
  }

  private static List<Bytes> copies(List<List<ElGamal>> ciphertexts) {
    List<Bytes> out = new ArrayList<>();
    for (List<ElGamal> answer : ciphertexts) for (ElGamal c : answer) out.add(c.copyKey());
    return out;
  }

  private Optional<Refused> refuses(Ballot ballot, List<List<ElGamal>> ciphertexts) {
    Bytes vk = ballot.vk().encoding();
    for (Bytes a : copies(ciphertexts)) {
      Bytes owner = owners.get(a);
      if (owner != null && !owner.equals(vk)) {
        return no(Code.DUPLICATE_CIPHERTEXT, "a ciphertext of another key's ballot");
      }
    }
    Counted before = last.get(vk);
    long seq = before == null ? 0 : before.seq + 1;
    Bytes prev = before == null ? Ballot.NO_PREV : before.ballotId;
    if (ballot.seq() != seq) {
      return no(Code.STALE_CHAIN, "seq: expected " + seq + ", not " + ballot.seq());
    }
    if (!ballot.prev().equals(prev)) {
      return no(Code.STALE_CHAIN, "prev: not the last valid ballot of this key");
    }
    return Optional.empty();
  }

  /// Whether a ballot is the next one of its key by what is known now. Any thread.
  public boolean follows(Ballot ballot) {
    Counted before = last.get(ballot.vk().encoding());
    return before == null
        ? ballot.seq() == 0 && ballot.prev().equals(Ballot.NO_PREV)
        : ballot.seq() == before.seq + 1 && ballot.prev().equals(before.ballotId);
  }

  /// The last valid record of each key, by log index and, inside a deposit, in its order.
  public List<Counted> counted() {
    return last.values().stream().sorted(Comparator.comparingLong(Counted::order)).toList();
  }

  /// How many valid records there are, replaced ones included.
  public long valid() {
    return valid;
  }

  /// How many keys have a valid record.
  public long keys() {
    return last.size();
  }

  /// protocol §8: for each option of an approval contest the sum over all counted records.
  public List<ElGamal> sums(int contest) {
    int options = styles.get(contest).options();
    List<ElGamal> out = new ArrayList<>();
    for (int j = 0; j < options; j++) {
      ElGamal sum = ElGamal.NONE;
      for (Counted one : last.values()) sum = sum.plus(one.ciphertexts.get(contest).get(j));
      out.add(sum);
    }
    return out;
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
