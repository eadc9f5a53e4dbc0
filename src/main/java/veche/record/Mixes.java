package veche.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import veche.crypto.Ciphertexts;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Shuffle;
import veche.crypto.VmnTranscript;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Refused;
import veche.election.Style;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §6a: the mixes of a closed election as the fold sees them. Each ranked contest begins
/// with the ciphertexts of all counted ballots and needs λ valid mixes by distinct trustees, each
/// of the list that the one before it left.
///
/// Trustees mix in the order of their indices, so that no two of them work on one place at once;
/// who is absent after the deadline is skipped by the bodies.
public final class Mixes {
  private static final String PART = "main";

  private final Draft draft;
  private final Bytes eid;
  private final Point key;
  private final Blobs blobs;
  private final long counted;
  private final Map<Integer, Line> lines = new LinkedHashMap<>();
  private final Map<Integer, String> skipped = new ConcurrentHashMap<>();
  private final Ahead<Looked> ahead = new Ahead<>();

  /// A valid mix and the leaf that brought it.
  public record Done(
      int trustee, long index, Bytes leafHash, Mix.Statement statement, Bytes listBlob) {}

  /// One ranked contest.
  private static final class Line {
    private final VmnTranscript transcript;
    private final Optional<Ciphertexts> input;
    private volatile Optional<Ciphertexts> last;
    private volatile Bytes lastDigest;
    private final List<Done> done = new CopyOnWriteArrayList<>();

    Line(VmnTranscript transcript, Optional<Ciphertexts> input) {
      this.transcript = transcript;
      this.input = input;
      last = input;
      lastDigest = input.map(Ciphertexts::digest).orElse(Bytes.EMPTY);
    }
  }

  /// @param lists of the ranked contests by position; empty ones where too few ballots are counted
  Mixes(
      Draft draft,
      Bytes eid,
      Point key,
      Blobs blobs,
      long counted,
      Map<Integer, Optional<Ciphertexts>> lists) {
    this.draft = draft;
    this.eid = eid;
    this.key = key;
    this.blobs = blobs;
    this.counted = counted;
    lists.forEach((k, list) -> lines.put(k, new Line(VmnTranscript.of(eid, k), list)));
  }

  /// Positions of the ranked contests.
  static List<Integer> contests(Draft draft) {
    List<Integer> out = new ArrayList<>();
    List<Contest> all = draft.contests();
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).kind() == Style.Kind.RANKED) out.add(k);
    }
    return out;
  }

  /// What a mix must meet before its proof is looked at.
  private Optional<Refused> fits(int trustee, Mix.Payload payload) {
    Mix.Statement statement = payload.statement();
    int k = statement.contest();
    Line line = lines.get(k);
    if (line == null || !payload.part().equals(PART)) {
      return no(Code.WRONG_CONTESTS, "mix: no such list");
    }
    if (!statement.eid().equals(eid)) return no(Code.WRONG_CONTEXT, "mix: of another election");
    if (counted < draft.minCount() || line.last.isEmpty()) {
      return no(Code.WRONG_PHASE, "mix: fewer counted ballots than minCount");
    }
    if (line.done.stream().anyMatch(d -> d.trustee() == trustee)) {
      return no(Code.CONFLICT, "mix: trustee " + trustee + " has mixed contest " + k);
    }
    if (line.done.size() >= draft.lambda()) {
      return no(Code.WRONG_PHASE, "mix: contest " + k + " has its " + draft.lambda() + " mixes");
    }
    OptionalInt turn = turn(k);
    if (turn.isEmpty() || turn.getAsInt() != trustee) {
      return no(
          Code.WRONG_PHASE,
          "mix: "
              + (turn.isEmpty() ? "no trustee is left" : "the turn of trustee " + turn.getAsInt()));
    }
    if (statement.place() != line.done.size() + 1) {
      return no(Code.WRONG_CONTEXT, "mix: expected place " + (line.done.size() + 1));
    }
    if (!statement.input().equals(line.lastDigest)) {
      return no(Code.WRONG_CONTEXT, "mix: of another list than the one whose turn it is");
    }
    return Optional.empty();
  }

  Optional<Refused> add(
      int trustee, long index, Bytes leafHash, Enc payload, Optional<Entropy> weights) {
    Mix.Payload p = Mix.Payload.read(payload);
    Optional<Refused> unfit = fits(trustee, p);
    if (unfit.isPresent()) return unfit;
    Line line = line(p.statement().contest());
    Looked looked = ahead.take(payload).orElseGet(() -> look(line, p, blobs, weights));
    if (looked.wrong.isPresent()) return looked.wrong;
    line.done.add(new Done(trustee, index, leafHash, p.statement(), p.list()));
    line.last = looked.output;
    line.lastDigest = p.statement().output();
    return Optional.empty();
  }

  /// What became of a mix's files.
  private record Looked(Optional<Refused> wrong, Optional<Ciphertexts> output) {
    static Looked no(Code code, String detail) {
      return new Looked(Optional.of(new Refused(code, detail)), Optional.empty());
    }
  }

  /// Looks at a mix that its trustee sent, beside the fold, if it is the next of its contest.
  ///
  /// @param sent finds the files that came with it
  void look(int trustee, Enc payload, Blobs sent, Optional<Entropy> weights) {
    Mix.Payload p = Mix.Payload.read(payload);
    if (fits(trustee, p).isPresent()) return;
    Looked looked = look(line(p.statement().contest()), p, sent, weights);
    boolean whole = looked.wrong.filter(why -> why.code() == Code.NOT_FOUND).isEmpty();
    if (whole) ahead.put(payload, looked);
  }

  private Looked look(Line line, Mix.Payload p, Blobs from, Optional<Entropy> weights) {
    List<Bytes> files = new ArrayList<>();
    for (Bytes digest : p.blobs()) {
      Optional<Bytes> blob = from.get(digest);
      if (blob.isEmpty()) {
        return Looked.no(Code.NOT_FOUND, "mix: a proof file is not in the record");
      }
      files.add(blob.get());
    }
    Ciphertexts input = line.last.orElseThrow();
    Ciphertexts output;
    try {
      output = Ciphertexts.read("ShuffledCiphertexts", files.get(3), input.size(), input.width());
    } catch (Malformed e) {
      return Looked.no(Code.MALFORMED, e.getMessage());
    }
    if (!output.digest().equals(p.statement().output())) {
      return Looked.no(Code.WRONG_CONTEXT, "mix: the list is another than its digest says");
    }
    Optional<Refused> wrong =
        Mix.check(
            line.transcript,
            key,
            input,
            output,
            new Shuffle.Proof(files.get(0), files.get(1), files.get(2)),
            weights,
            rows -> {});
    return new Looked(wrong, wrong.isPresent() ? Optional.empty() : Optional.of(output));
  }

  /// record §3 `skip`: a trustee whose turn it is mixes no more in this election.
  ///
  /// @return whether it was its turn
  boolean skip(int trustee, String reason) {
    if (lines.keySet().stream().noneMatch(k -> turn(k).equals(OptionalInt.of(trustee)))) {
      return false;
    }
    skipped.put(trustee, reason);
    return true;
  }

  private Line line(int contest) {
    Line line = lines.get(contest);
    if (line == null) throw new IllegalArgumentException("contest " + contest + " is not ranked");
    return line;
  }

  /// Whose mix a contest waits for: the lowest index that neither mixed it nor was skipped. Empty
  /// when it has its mixes, or nobody is left.
  public OptionalInt turn(int contest) {
    Line line = lines.get(contest);
    if (line == null || line.done.size() >= draft.lambda()) return OptionalInt.empty();
    Set<Integer> out = new TreeSet<>(skipped.keySet());
    line.done.forEach(d -> out.add(d.trustee()));
    return draft.trustees().stream()
        .mapToInt(Draft.Trustee::index)
        .filter(j -> !out.contains(j))
        .min();
  }

  /// Whether every ranked contest has its mixes.
  public boolean complete() {
    return lines.values().stream().allMatch(line -> line.done.size() >= draft.lambda());
  }

  /// Whether a contest can never have them any more.
  public boolean stuck() {
    return lines.keySet().stream()
        .anyMatch(k -> line(k).done.size() < draft.lambda() && turn(k).isEmpty());
  }

  /// Positions of the contests that are mixed, ascending.
  public Set<Integer> contests() {
    return Collections.unmodifiableSet(lines.keySet());
  }

  /// The valid mixes of a contest, in their order.
  public List<Done> done(int contest) {
    return List.copyOf(line(contest).done);
  }

  /// The list of the counted ballots; empty where they are too few.
  public Optional<Ciphertexts> input(int contest) {
    return line(contest).input;
  }

  /// The list that the next mix begins with, or that is opened.
  public Optional<Ciphertexts> last(int contest) {
    return line(contest).last;
  }

  public VmnTranscript transcript(int contest) {
    return line(contest).transcript;
  }

  /// Who was skipped, and why.
  public Map<Integer, String> skipped() {
    return Collections.unmodifiableMap(skipped);
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
