package veche.roll;

import java.security.MessageDigest;
import java.util.Optional;
import veche.crypto.Entropy;
import veche.crypto.Hmac;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §8 Simple roll, doors §5: a code that one person was given by a registrar. The server
/// sees its id and a MAC under it, never the code: it can hold back a key but not swap it.
public final class Invitation {
  static final int ID_LENGTH = 16;
  private static final int SHORTEST = 16;

  private final Bytes code;

  public Invitation(Bytes code) {
    if (code.length() < SHORTEST) throw new Malformed("invitation: expected 16 bytes or more");
    this.code = code;
  }

  public static Invitation draw(Entropy entropy) {
    return new Invitation(entropy.bytes(SHORTEST));
  }

  /// doors §3: the name under which the server and the registrar know the invitation.
  public Bytes codeId() {
    return Transcript.th("invitation-id", Enc.bytes(code)).slice(0, ID_LENGTH);
  }

  /// The secret itself, for the link and for the registrar's own file.
  public Bytes code() {
    return code;
  }

  /// doors §5: what stands behind `#` in the link, which a browser never sends.
  public String fragment(int registrar) {
    return "i=" + code.base32() + "&r=" + registrar;
  }

  public Bytes mac(String slug, Point vk) {
    return Hmac.sha256(code, Enc.list(Enc.text(slug), Enc.of(vk)).encode());
  }

  /// What the invited person's page sends.
  ///
  /// @param cid of the election; `registrar` the position of the one who invited
  /// @param secret the voting key
  public Enrolment enrol(String slug, Bytes cid, int registrar, Scalar secret) {
    Point vk = Point.base(secret);
    Schnorr proof = Possession.prove(secret, cid, registrar);
    return new Enrolment(codeId(), vk, proof.t(), proof.z(), mac(slug, vk));
  }

  /// What the registrar's own program checks before it signs the key.
  public Optional<Refused> check(Enrolment enrolment, String slug, Bytes cid, int registrar) {
    byte[] mac = mac(slug, enrolment.vk()).toArray();
    if (!enrolment.codeId().equals(codeId())) {
      return refused(Code.UNKNOWN_KEY, "it answers another invitation");
    } else if (!MessageDigest.isEqual(mac, enrolment.mac().toArray())) {
      return refused(Code.BAD_SIGNATURE, "the MAC was not made with this code for this key");
    } else if (!enrolment.possessed(cid, registrar)) {
      return refused(Code.BAD_PROOF, "the proof of possession does not hold");
    } else {
      return Optional.empty();
    }
  }

  private static Optional<Refused> refused(Code code, String why) {
    return Optional.of(new Refused(code, "enrolment: " + why));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Invitation i && code.equals(i.code);
  }

  @Override
  public int hashCode() {
    return code.hashCode();
  }

  /// The code is a secret: the text gives only its id.
  @Override
  public String toString() {
    return "Invitation " + codeId();
  }
}
