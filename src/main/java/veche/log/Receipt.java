package veche.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §4 Receipt (C2SP tlog-proof): a leaf's index, the path to the root, and the checkpoint with
/// the root, as signed. It says that the leaf is in the log, never what was voted.
///
/// @param extra what the receipt carries beside the proof; nothing is verified from it
public record Receipt(Optional<Bytes> extra, long index, List<Bytes> proof, Note checkpoint) {
  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
  private static final int MAX_TEXT = 1 << 20;

  public Receipt {
    proof = List.copyOf(proof);
    if (index < 0) throw new Malformed("receipt index " + index);
    if (proof.size() > Merkle.MAX_PROOF) throw new Malformed("receipt: proof too long");
    if (proof.stream().anyMatch(hash -> hash.length() != Merkle.HASH)) {
      throw new Malformed("receipt: a hash of another length");
    }
  }

  public Receipt(long index, List<Bytes> proof, Note checkpoint) {
    this(Optional.empty(), index, proof, checkpoint);
  }

  public static Receipt parse(String text) {
    if (text.length() > MAX_TEXT) throw new Malformed("receipt too long");
    int split = text.indexOf("\n\n");
    if (split < 0) throw new Malformed("receipt without an empty line");
    List<String> lines = List.of(text.substring(0, split).split("\n", -1));
    if (!lines.getFirst().equals(FIRST_LINE)) throw new Malformed("receipt: another first line");
    int at = 1;
    Optional<Bytes> extra = Optional.empty();
    if (at < lines.size() && lines.get(at).startsWith("extra ")) {
      extra = Optional.of(Bytes.fromBase64(lines.get(at++).substring("extra ".length())));
    }
    if (at == lines.size() || !lines.get(at).startsWith("index ")) {
      throw new Malformed("receipt without an index");
    }
    long index = Checkpoint.decimal(lines.get(at++).substring("index ".length()));
    if (lines.size() - at > Merkle.MAX_PROOF) throw new Malformed("receipt: proof too long");
    List<Bytes> proof = lines.subList(at, lines.size()).stream().map(Bytes::fromBase64).toList();
    return new Receipt(extra, index, proof, Note.parse(text.substring(split + 2)));
  }

  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(FIRST_LINE);
    extra.ifPresent(bytes -> lines.add("extra " + bytes.base64()));
    lines.add("index " + index);
    for (Bytes hash : proof) lines.add(hash.base64());
    return String.join("\n", lines) + "\n\n" + checkpoint.text();
  }

  /// The checkpoint, if this log signed it and the leaf is in it; Malformed otherwise.
  public Checkpoint verify(Bytes leafHash, Vkey log) {
    Checkpoint proven = Checkpoint.verified(checkpoint, log);
    if (!Merkle.verifyInclusion(proven.root(), proven.size(), index, leafHash, proof)) {
      throw new Malformed("receipt: the leaf is not in this tree");
    }
    return proven;
  }

  /// The same for a log that the policy names, with the word of the policy's witnesses.
  public Proven verify(Bytes leafHash, Policy policy) {
    String origin = Checkpoint.parse(checkpoint.body()).origin();
    Vkey log =
        policy.logs().stream()
            .filter(key -> key.name().equals(origin))
            .findFirst()
            .orElseThrow(() -> new Malformed("a log that the policy does not name: " + origin));
    Checkpoint proven = verify(leafHash, log);
    Map<String, Long> times = Cosignature.times(checkpoint, policy.witnessKeys());
    return new Proven(proven, times, policy.quorum(times.keySet()));
  }

  /// @param times when each witness of the policy cosigned, by key name
  /// @param quorum whether they are enough
  public record Proven(Checkpoint checkpoint, Map<String, Long> times, boolean quorum) {
    public Proven {
      times = Map.copyOf(times);
    }
  }
}
