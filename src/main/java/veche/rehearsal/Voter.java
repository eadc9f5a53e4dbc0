package veche.rehearsal;

import java.util.List;
import veche.ballot.Seal;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Transcript;
import veche.crypto.Vkey;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.roll.Invitation;
import veche.wire.Bytes;
import veche.wire.Enc;

/// An invented voter who does over HTTP what a page does: enrols with an invitation, seals, casts,
/// keeps the chain and checks every receipt.
final class Voter {
  private final Scalar secret;
  private final Point vk;
  private final Entropy entropy;
  private long seq;
  private Bytes prev = Bytes.zero(32);

  Voter(Entropy entropy) {
    this(entropy.scalar(), entropy);
  }

  Voter(Scalar secret, Entropy entropy) {
    this.entropy = entropy;
    this.secret = secret;
    this.vk = Point.base(secret);
  }

  Bytes vk() {
    return vk.encoding();
  }

  /// doors §5: how a person would write this voter's key on paper.
  String paperCode() {
    Bytes key = secret.encoding();
    Bytes check = Transcript.th("paper-code", Enc.bytes(key)).slice(0, 3);
    String letters = key.concat(check).base32();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < letters.length(); i += 4) {
      if (i > 0) out.append('-');
      out.append(letters, i, i + 4);
    }
    return out.toString();
  }

  /// @param link an invitation as the registrar sends it
  void enrol(Remote remote, Bytes cid, String link) {
    Invitation invitation = invitation(link);
    int registrar = Integer.parseInt(link.substring(link.indexOf("&r=") + 3), 10);
    remote.post(
        "enrolments", invitation.enrol(remote.slug(), cid, registrar, secret).enc().encode());
  }

  static Invitation invitation(String link) {
    return new Invitation(
        Bytes.fromBase32(link.substring(link.indexOf("#i=") + 3, link.indexOf("&r="))));
  }

  /// A sealed ballot that was not sent yet.
  record Sealed(Bytes body, Bytes seed, List<List<Integer>> choices) {}

  Sealed seal(Seal.Paper paper, List<List<Integer>> choices) {
    Bytes seed = entropy.bytes(32);
    return new Sealed(Seal.body(paper, choices, vk, seq, prev, seed), seed, choices);
  }

  Bytes sign(Sealed sealed) {
    return Seal.sign(sealed.body, secret);
  }

  /// Casts and goes on with the chain only when the log proved that it holds the ballot.
  Receipt cast(Remote remote, Vkey log, Sealed sealed) {
    Bytes leaf = sign(sealed);
    Receipt receipt = Receipt.parse(remote.post("ballots", leaf).body().utf8());
    Checkpoint checkpoint = receipt.verify(Merkle.leafHash(leaf), log);
    if (checkpoint.size() <= receipt.index()) throw new IllegalStateException("receipt beyond log");
    logged(sealed);
    return receipt;
  }

  /// Goes on with the chain: the log holds this ballot.
  void logged(Sealed sealed) {
    seq++;
    prev = Seal.ballotId(sealed.body);
  }
}
