package veche.roll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import veche.crypto.Ed25519;
import veche.crypto.Point;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a, §8 Simple roll: who may vote, as the registrars' frozen rows say together. Sorted by
/// key; of rows with one key the lowest registrar's stays and the others are named.
public final class Roll {
  private final List<RollRow> rows;
  private final List<RollRow> duplicates;
  private final List<Long> sizes;
  private final Map<Bytes, RollRow> byKey;
  private final Bytes blob;

  private Roll(
      List<RollRow> rows, List<RollRow> duplicates, List<Long> sizes, Map<Bytes, RollRow> byKey) {
    this.rows = List.copyOf(rows);
    this.duplicates = List.copyOf(duplicates);
    this.sizes = List.copyOf(sizes);
    this.byKey = byKey;
    this.blob = Enc.list(this.rows, RollRow::enc).encode();
  }

  /// The rows as they are hashed and stored, sorted by key.
  public static Bytes blob(List<RollRow> rows) {
    TreeMap<Bytes, RollRow> sorted = new TreeMap<>();
    for (RollRow row : rows) {
      if (sorted.put(row.vkBytes(), row) != null) throw new Malformed("roll: a key stands twice");
    }
    return Enc.list(sorted.values(), RollRow::enc).encode();
  }

  /// Reads a blob of rows, strictly: ascending by key and no key twice.
  public static List<RollRow> read(Bytes blob) {
    Enc.Fields f = Enc.list(Enc.parse(blob, Point::decode)).fields("roll");
    List<RollRow> rows = f.list("rows", RollRow::read);
    Bytes before = Bytes.EMPTY;
    for (int i = 0; i < rows.size(); i++) {
      Bytes key = rows.get(i).vkBytes();
      int order = before.compareTo(key);
      if (order == 0) throw new Malformed("roll: the key of row " + i + " stands twice");
      if (order > 0) throw new Malformed("roll: row " + i + " is not in order");
      before = key;
    }
    return rows;
  }

  /// @param byRegistrar the frozen rows of each registrar, in the order of the draft
  public static Roll merge(List<List<RollRow>> byRegistrar) {
    TreeMap<Bytes, RollRow> sorted = new TreeMap<>();
    List<RollRow> duplicates = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (int registrar = 0; registrar < byRegistrar.size(); registrar++) {
      long size = 0;
      for (RollRow row : byRegistrar.get(registrar)) {
        if (row.registrar() != registrar) {
          throw new Malformed("roll: registrar " + registrar + " froze another's row");
        }
        if (sorted.putIfAbsent(row.vkBytes(), row) == null) {
          size++;
        } else {
          duplicates.add(row);
        }
      }
      sizes.add(size);
    }
    return new Roll(new ArrayList<>(sorted.values()), duplicates, sizes, new HashMap<>(sorted));
  }

  /// Whether a row holds by itself: the registrar signed it and somebody holds the key.
  ///
  /// @param registrar strict Ed25519 verification of (message, signature) by the row's registrar
  public static Optional<Refused> checkRow(
      RollRow row, Bytes cid, BiPredicate<Bytes, Bytes> registrar) {
    if (!registrar.test(RollRow.signedBytes(cid, row.vk()), row.signature())) {
      return refused(Code.BAD_SIGNATURE, row, "the registrar's signature does not verify");
    } else if (!row.possessed(cid)) {
      return refused(Code.BAD_PROOF, row, "the proof of possession does not hold");
    } else {
      return Optional.empty();
    }
  }

  /// The same with the registrar's key.
  public static Optional<Refused> checkRow(RollRow row, Bytes cid, Vkey registrar) {
    return checkRow(
        row,
        cid,
        (message, signature) -> Ed25519.verify(registrar.key(), message.unsafeArray(), signature));
  }

  private static Optional<Refused> refused(Code code, RollRow row, String why) {
    return Optional.of(new Refused(code, "roll row of " + row.vkBytes() + ": " + why));
  }

  public List<RollRow> rows() {
    return rows;
  }

  /// Rows that gave way to the same key of a lower registrar.
  public List<RollRow> duplicates() {
    return duplicates;
  }

  public boolean contains(Bytes vk) {
    return byKey.containsKey(vk);
  }

  public Optional<RollRow> row(Bytes vk) {
    return Optional.ofNullable(byKey.get(vk));
  }

  public int size() {
    return rows.size();
  }

  /// How many rows of each registrar stand on the roll; they add up to its size.
  public List<Long> sizes() {
    return sizes;
  }

  public Bytes blob() {
    return blob;
  }

  public Bytes root() {
    return blob.sha256();
  }
}
