package veche.trustee;

import java.util.ArrayList;
import java.util.List;
import veche.crypto.ElGamal;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §8: the digest of a list of ciphertexts, by which mixes and decryptions name it.
public final class Lists {
  private Lists() {}

  public static Bytes digest(List<ElGamal> list) {
    List<Enc> out = new ArrayList<>(2 * list.size());
    for (ElGamal c : list) {
      out.add(c.first());
      out.add(c.second());
    }
    return Transcript.th("ct-list", Enc.list(out));
  }
}
