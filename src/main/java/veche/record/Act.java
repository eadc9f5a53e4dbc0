package veche.record;

import java.util.ArrayList;
import java.util.List;
import veche.crypto.Point;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §2: the envelope of everything in the log but ballots.
///
/// @param id cid before and including `open`, eid afterwards
/// @param serial one more than that of the last act of this type and id, 0 first
/// @param signatures lines of a signed note over [#noteBody]
public record Act(String type, Bytes id, long serial, Enc payload, List<String> signatures) {
  private static final int MOST_SIGNATURES = 64;
  private static final int LONGEST_LINE = 512;

  public Act {
    signatures = List.copyOf(signatures);
    if (id.length() != 32) throw new Malformed("act: id: expected 32 bytes");
    if (serial < 0) throw new Malformed("act: serial");
    if (signatures.size() > MOST_SIGNATURES) throw new Malformed("act: too many signatures");
  }

  public static Act unsigned(String type, Bytes id, long serial, Enc payload) {
    return new Act(type, id, serial, payload, List.of());
  }

  private Enc[] head() {
    return new Enc[] {
      Enc.text(type), Enc.uint(1), Enc.bytes(id), Enc.uint(serial), Enc.bytes(payload.encode())
    };
  }

  /// What the signatures are over, apart from the origin; two proposals of one act share it.
  public Bytes digest() {
    return signed().sha256();
  }

  /// All of the act but its signatures: the bytes of which [#noteBody] bears the SHA-256.
  public Bytes signed() {
    return Enc.list(head()).encode();
  }

  /// record §2: four lines, so that stock tools can sign and check them.
  public String noteBody(String origin) {
    return "veche.act/v1\n" + type + "\n" + origin + "\n" + digest().hex() + "\n";
  }

  public Bytes encode() {
    List<Enc> items = new ArrayList<>(List.of(head()));
    items.add(Enc.list(signatures, Enc::text));
    return Enc.list(items).encode();
  }

  /// The same act with more signature lines; equal lines are kept once.
  public Act with(List<String> lines) {
    List<String> all = new ArrayList<>(signatures);
    for (String line : lines) if (!all.contains(line)) all.add(line);
    return new Act(type, id, serial, payload, all);
  }

  static Act read(Enc leaf) {
    Enc.Fields f = leaf.fields("act");
    String type = f.text("type");
    if (f.uint("version") != 1) throw new Malformed("act: version: expected 1");
    Bytes id = f.bytes("id", 32);
    long serial = f.uint("serial");
    Enc payload = Enc.parse(f.bytes("payload"), Point::decode);
    List<String> signatures =
        f.list(
            "signatures",
            g -> {
              String line = g.text("line");
              if (line.length() > LONGEST_LINE) throw new Malformed("act: signature line too long");
              return line;
            });
    f.end();
    return new Act(type, id, serial, payload, signatures);
  }

  public static Act parse(Bytes leaf) {
    return read(Enc.parse(leaf, Point::decode));
  }
}
