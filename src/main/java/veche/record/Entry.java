package veche.record;

import java.util.List;
import java.util.Optional;
import veche.ballot.Ballot;
import veche.crypto.Point;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Element;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3: what one leaf says.
public sealed interface Entry {
  Bytes leaf();

  /// A voter's ballot.
  record Cast(Ballot ballot, Bytes leaf) implements Entry {}

  /// An act of a body, a trustee or a registrar.
  record Acted(Act act, Bytes leaf) implements Entry {}

  /// A deposit whose ballots were proved already.
  ///
  /// @param found what [Record#prove(Deposit)] said, one for each ballot
  record Deposited(Act act, Bytes leaf, Deposit deposit, List<Optional<Refused>> found)
      implements Entry {
    public Deposited {
      found = List.copyOf(found);
    }
  }

  /// Reads a leaf strictly: an entry that re-encodes to other bytes is refused.
  static Entry parse(Bytes leaf) {
    return parse(leaf, Point::decode);
  }

  /// A leaf that was admitted before and comes back from the database of whoever admitted it.
  static Entry again(Bytes leaf) {
    return parse(leaf, Point::known);
  }

  private static Entry parse(Bytes leaf, Element.Decoder decoder) {
    Enc value = Enc.parse(leaf, decoder);
    if (value.fields("leaf").text("type").equals("ballot")) {
      return new Cast(Ballot.read(value), leaf);
    }
    Act act = Act.read(value);
    if (!act.encode().equals(leaf)) throw new Malformed("act: not its own encoding");
    return new Acted(act, leaf);
  }

  /// The type a leaf claims, whatever else it holds; empty when it is no list that begins with one.
  static Optional<String> type(Bytes leaf) {
    try {
      return Optional.of(Enc.parse(leaf, Point::decode).fields("leaf").text("type"));
    } catch (Malformed e) {
      return Optional.empty();
    }
  }
}
