package veche.ballot;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import veche.crypto.Ciphertexts;
import veche.crypto.ElGamal;
import veche.crypto.Point;
import veche.crypto.Points;
import veche.crypto.Shuffle;
import veche.crypto.Sum;
import veche.election.Code;
import veche.election.Refused;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Rows;
import veche.wire.Slots;

/// protocol §6, §15 lines 26-27: the part of a ballot's validity that depends on those before it:
/// no ciphertext of another key's valid record comes back, and each ballot of a key names the one
/// it replaces.
///
/// A valid record leaves one row of bytes, in the order of the records, and its numbers under the
/// hashes by which it is found: no objects, since there may be a million of them. Any thread.
public final class Chain {
  private static final int POINT = 33;
  private static final int DIGEST = 32;
  private static final int VK = 0;
  private static final int ID = VK + POINT;
  private static final int SEQ = ID + DIGEST;
  private static final int INDEX = SEQ + Long.BYTES;
  private static final int PAIRS = INDEX + Long.BYTES;
  private static final int PAIR = 2 * POINT;

  private final List<Style> styles;

  /// Ciphertexts of one record, over all contests.
  private final int pairs;

  private final Rows rows;

  /// By voting key: the record that counts if no later one comes.
  private final Slots last = new Slots(row -> hash(row, VK, POINT));

  private final Slots ids = new Slots(row -> hash(row, ID, DIGEST));

  /// By a ciphertext's first point: `row · pairs + number`.
  private final Slots owners;

  private final List<List<Sum>> sums;

  /// The ballot of a key that counts if no later one comes.
  ///
  /// @param order among the valid records, from 0; several of one deposit share an index
  /// @param opened reads the ciphertexts from where they lie
  public record Counted(
      long index,
      long order,
      Bytes vk,
      long seq,
      Bytes ballotId,
      Supplier<List<List<ElGamal>>> opened) {
    public List<List<ElGamal>> ciphertexts() {
      return opened.get();
    }
  }

  public Chain(List<Style> styles) {
    this(styles, ByteBuffer::allocate);
  }

  /// @param memory where the rows are kept
  public Chain(List<Style> styles, IntFunction<ByteBuffer> memory) {
    this.styles = List.copyOf(styles);
    pairs = styles.stream().mapToInt(Chain::pairs).sum();
    rows = new Rows(PAIRS + pairs * PAIR, memory);
    owners = new Slots(place -> hash(place / pairs, PAIRS + (int) (place % pairs) * PAIR, POINT));
    sums = new ArrayList<>();
    for (Style style : styles) {
      List<Sum> own = new ArrayList<>();
      for (int j = 0; j < pairs(style); j++) own.add(new Sum());
      sums.add(own);
    }
  }

  private static int pairs(Style style) {
    return style.kind() == Style.Kind.APPROVAL ? style.options() : 1;
  }

  private long hash(long row, int from, int length) {
    return Slots.hash(rows.read(row, from, length), 0, length);
  }

  /// Takes a ballot that [BallotCheck] found right as the record at `index`, or refuses it and
  /// changes nothing.
  public Optional<Refused> admit(long index, Ballot ballot) {
    List<List<ElGamal>> ciphertexts = ciphertexts(ballot);
    byte[] row = row(index, ballot, ciphertexts);
    synchronized (this) {
      long before = last(row);
      Optional<Refused> refused = refuses(row, before, ballot.prev());
      if (refused.isPresent()) return refused;
      add(row, before);
      for (int k = 0; k < styles.size(); k++) {
        for (int j = 0; j < ciphertexts.get(k).size(); j++) {
          sums.get(k).get(j).plus(ciphertexts.get(k).get(j));
        }
      }
      if (before >= 0) takeBack(before);
      return Optional.empty();
    }
  }

  private void add(byte[] row, long before) {
    long number = rows.add(row);
    long vk = Slots.hash(row, VK, POINT);
    if (before < 0) last.add(vk, number);
    else last.replace(vk, before, number);
    ids.add(Slots.hash(row, ID, DIGEST), number);
    for (int i = 0; i < pairs; i++) {
      int at = PAIRS + i * PAIR;
      if (owner(row, at) < 0) owners.add(Slots.hash(row, at, POINT), number * pairs + i);
    }
  }

  /// A replaced record no longer counts.
  private void takeBack(long row) {
    List<List<ElGamal>> replaced = opened(row);
    for (int k = 0; k < styles.size(); k++) {
      for (int j = 0; j < replaced.get(k).size(); j++) {
        sums.get(k).get(j).minus(replaced.get(k).get(j));
      }
    }
  }

  /// What [#admit] would say now.
  public Optional<Refused> refuses(Ballot ballot) {
    byte[] row = row(0, ballot, ciphertexts(ballot));
    synchronized (this) {
      return refuses(row, last(row), ballot.prev());
    }
  }

  /// Index of the leaf where this ballot became valid; empty while it is none.
  public synchronized Optional<Long> place(Bytes ballotId) {
    byte[] id = ballotId.unsafeArray();
    if (id.length != DIGEST) return Optional.empty();
    long row = ids.find(Slots.hash(id, 0, DIGEST), r -> rows.same(r, ID, id, 0, DIGEST));
    return row < 0 ? Optional.empty() : Optional.of(rows.number(row, INDEX));
  }

  private List<List<ElGamal>> ciphertexts(Ballot ballot) {
    return ballot.answers(styles).orElseThrow().stream().map(Answer::ciphertexts).toList();
  }

  private byte[] row(long index, Ballot ballot, List<List<ElGamal>> ciphertexts) {
    ByteBuffer row = ByteBuffer.allocate(PAIRS + pairs * PAIR);
    row.put(ballot.vk().encoding().unsafeArray());
    row.put(ballot.ballotId().unsafeArray());
    row.putLong(ballot.seq()).putLong(index);
    for (List<ElGamal> answer : ciphertexts) {
      for (ElGamal c : answer) {
        row.put(c.copyKey().unsafeArray()).put(c.b().encoding().unsafeArray());
      }
    }
    return row.array();
  }

  private long last(byte[] row) {
    return last.find(Slots.hash(row, VK, POINT), r -> rows.same(r, VK, row, VK, POINT));
  }

  /// The row of the first valid record that holds the point which stands in `row` at `at`, or -1.
  private long owner(byte[] row, int at) {
    long place =
        owners.find(
            Slots.hash(row, at, POINT),
            p -> rows.same(p / pairs, PAIRS + (int) (p % pairs) * PAIR, row, at, POINT));
    return place < 0 ? -1 : place / pairs;
  }

  private Optional<Refused> refuses(byte[] row, long before, Bytes prev) {
    for (int i = 0; i < pairs; i++) {
      long owner = owner(row, PAIRS + i * PAIR);
      if (owner >= 0 && !rows.same(owner, VK, row, VK, POINT)) {
        return no(Code.DUPLICATE_CIPHERTEXT, "a ciphertext of another key's ballot");
      }
    }
    long seq = before < 0 ? 0 : rows.number(before, SEQ) + 1;
    long given = ByteBuffer.wrap(row).getLong(SEQ);
    if (given != seq) return no(Code.STALE_CHAIN, "seq: expected " + seq + ", not " + given);
    if (!prev.equals(previous(before))) {
      return no(Code.STALE_CHAIN, "prev: not the last valid ballot of this key");
    }
    return Optional.empty();
  }

  private Bytes previous(long before) {
    return before < 0 ? Ballot.NO_PREV : Bytes.wrap(rows.read(before, ID, DIGEST));
  }

  /// Whether a ballot is the next one of its key by what is known now.
  public synchronized boolean follows(Ballot ballot) {
    byte[] vk = ballot.vk().encoding().unsafeArray();
    long before = last(vk);
    long seq = before < 0 ? 0 : rows.number(before, SEQ) + 1;
    return ballot.seq() == seq && ballot.prev().equals(previous(before));
  }

  /// The last valid record of each key, by log index and, inside a deposit, in its order.
  public synchronized List<Counted> counted() {
    return last.rows().sorted().mapToObj(this::counted).toList();
  }

  private Counted counted(long row) {
    return new Counted(
        rows.number(row, INDEX),
        row,
        Bytes.wrap(rows.read(row, VK, POINT)),
        rows.number(row, SEQ),
        Bytes.wrap(rows.read(row, ID, DIGEST)),
        () -> opened(row));
  }

  private synchronized List<List<ElGamal>> opened(long row) {
    List<List<ElGamal>> out = new ArrayList<>();
    int at = PAIRS;
    for (Style style : styles) {
      List<ElGamal> answer = new ArrayList<>();
      for (int j = 0; j < pairs(style); j++, at += PAIR) {
        byte[] pair = rows.read(row, at, PAIR);
        answer.add(
            new ElGamal(
                Point.decode(Bytes.wrap(Arrays.copyOf(pair, POINT))),
                Point.decode(Bytes.wrap(Arrays.copyOfRange(pair, POINT, PAIR)))));
      }
      out.add(answer);
    }
    return out;
  }

  /// How many valid records there are, replaced ones included.
  public synchronized long valid() {
    return rows.count();
  }

  /// How many keys have a valid record.
  public synchronized long keys() {
    return last.size();
  }

  /// protocol §8: for each option of an approval contest the sum over all counted records.
  public synchronized List<ElGamal> sums(int contest) {
    return sums.get(contest).stream().map(Sum::value).toList();
  }

  /// protocol §8 𝓛_k: the ciphertexts of a ranked contest of all counted records, by log index;
  /// empty where fewer than two are counted, since so few are never mixed.
  public Optional<Ciphertexts> list(int contest) {
    int at = PAIRS + PAIR * styles.subList(0, contest).stream().mapToInt(Chain::pairs).sum();
    List<Bytes> a = new ArrayList<>();
    List<Bytes> b = new ArrayList<>();
    synchronized (this) {
      last.rows()
          .sorted()
          .forEach(
              row -> {
                a.add(Bytes.wrap(rows.read(row, at, POINT)));
                b.add(Bytes.wrap(rows.read(row, at + POINT, POINT)));
              });
    }
    if (a.size() < Shuffle.LEAST) return Optional.empty();
    return Optional.of(new Ciphertexts(List.of(Points.decode(a)), List.of(Points.decode(b))));
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
