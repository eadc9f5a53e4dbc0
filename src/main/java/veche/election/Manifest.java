package veche.election;

import java.util.List;
import veche.crypto.Point;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §5, protocol §15 line 7: what `open` carries. Everything else about the election is
/// reached through the draft's digest.
public record Manifest(
    Bytes draftDigest,
    Bytes dkgDigest,
    Point key,
    List<Point> shares,
    Bytes rollRoot,
    long rollSize,
    List<Long> rollSizes,
    Bytes webRelease) {

  private static final int MOST = 1_000;

  public Manifest {
    shares = List.copyOf(shares);
    rollSizes = List.copyOf(rollSizes);
  }

  /// protocol §3: the identity that every later leaf and hash is bound to.
  public Bytes eid() {
    return Transcript.th("election", Enc.bytes(enc().encode()));
  }

  public Enc enc() {
    return Enc.list(
        Enc.bytes(draftDigest),
        Enc.bytes(dkgDigest),
        Enc.of(key),
        Enc.elements(shares),
        Enc.bytes(rollRoot),
        Enc.uint(rollSize),
        Enc.list(rollSizes, Enc::uint),
        Enc.bytes(webRelease));
  }

  public static Manifest read(Enc payload) {
    Enc.Fields f = payload.fields("manifest");
    Manifest out =
        new Manifest(
            f.bytes("draftDigest", 32),
            f.bytes("dkgDigest", 32),
            f.element("Y", Point.class),
            f.list("shares", g -> g.element("share", Point.class)),
            f.bytes("rollRoot", 32),
            f.uint("rollSize", Integer.MAX_VALUE),
            f.list("rollSizes", g -> (long) g.uint("rollSize", MOST * MOST * MOST)),
            f.bytes("webRelease", 32));
    f.end();
    return out;
  }
}
