package veche.roll;

import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §3a, protocol §12: one voting key, the registrar who vouches for it, and the proof that
/// somebody holds it. Nobody's name is in it.
///
/// @param registrar position in the draft, from 0
/// @param signature the registrar's Ed25519 signature over [#signedBytes]
/// @param popT protocol §12 proof of possession (T, z)
public record RollRow(Point vk, int registrar, Bytes signature, Point popT, Scalar popZ) {
  static final int MOST_REGISTRARS = 1_000;

  public RollRow {
    if (registrar < 0) throw new Malformed("roll row: registrar " + registrar);
    if (signature.length() != 64) throw new Malformed("roll row: expected a 64-byte signature");
  }

  public Bytes vkBytes() {
    return vk.encoding();
  }

  /// What a registrar signs, raw, to put a key on the roll of the election `cid`.
  public static Bytes signedBytes(Bytes cid, Point vk) {
    return Enc.list(Enc.text("roll-entry"), Enc.bytes(cid), Enc.of(vk)).encode();
  }

  /// Whether the proof of possession holds for the election `cid`.
  public boolean possessed(Bytes cid) {
    return Possession.holds(vk, cid, registrar, popT, popZ);
  }

  public Enc enc() {
    return Enc.list(
        Enc.of(vk), Enc.uint(registrar), Enc.bytes(signature), Enc.of(popT), Enc.of(popZ));
  }

  public static RollRow read(Enc.Fields list) {
    Enc.Fields f = list.list("row");
    RollRow out =
        new RollRow(
            f.element("vk", Point.class),
            f.uint("registrar", MOST_REGISTRARS),
            f.bytes("signature", 64),
            f.element("T", Point.class),
            f.element("z", Scalar.class));
    f.end();
    return out;
  }
}
