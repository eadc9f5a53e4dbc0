package veche.roll;

import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §8 Simple roll, doors §3: a request to put a voting key on the roll.
///
/// @param t with `z` the proof of possession
/// @param mac HMAC-SHA256 by the invitation's code
public record Enrolment(Bytes codeId, Point vk, Point t, Scalar z, Bytes mac) {
  public Enrolment {
    if (codeId.length() != Invitation.ID_LENGTH) throw new Malformed("enrolment: code id length");
    if (mac.length() != 32) throw new Malformed("enrolment: MAC length");
  }

  public boolean possessed(Bytes cid, int registrar) {
    return Possession.holds(vk, cid, registrar, t, z);
  }

  /// The row it becomes once the registrar has signed its key.
  public RollRow row(int registrar, Bytes signature) {
    return new RollRow(vk, registrar, signature, t, z);
  }

  public Enc enc() {
    return Enc.list(Enc.bytes(codeId), Enc.of(vk), Enc.of(t), Enc.of(z), Enc.bytes(mac));
  }

  /// The body of `POST enrolments`.
  public static Enrolment read(Bytes body) {
    Enc.Fields f = Enc.parse(body, Point::decode).fields("enrolment");
    Enrolment out = fields(f);
    f.end();
    return out;
  }

  private static Enrolment fields(Enc.Fields f) {
    return new Enrolment(
        f.bytes("codeId", Invitation.ID_LENGTH),
        f.element("vk", Point.class),
        f.element("T", Point.class),
        f.element("z", Scalar.class),
        f.bytes("mac", 32));
  }

  /// doors §3: an enrolment as a registrar pulls it, under the number at which the server keeps it.
  public record Numbered(long number, Enrolment enrolment) {
    public Enc enc() {
      Enrolment e = enrolment;
      return Enc.list(
          Enc.uint(number),
          Enc.bytes(e.codeId),
          Enc.of(e.vk),
          Enc.of(e.t),
          Enc.of(e.z),
          Enc.bytes(e.mac));
    }

    public static Numbered read(Enc.Fields list) {
      Enc.Fields f = list.list("enrolment");
      Numbered out = new Numbered(f.uint("number"), fields(f));
      f.end();
      return out;
    }
  }
}
