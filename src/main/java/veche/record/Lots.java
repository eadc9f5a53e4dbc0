package veche.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Refused;
import veche.tally.Lot;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §8a Lots: what the trustees commit to before `open` and reveal: at once for the order of
/// the options, and after `close`, before anything is opened, for the order in which ties of those
/// contests are decided whose lot is [#TRUSTEE_SEED].
public final class Lots {
  public static final String DRAWN_ORDER = "drawn-order";
  public static final String TRUSTEE_SEED = "trustee-seed";

  private final Draft draft;
  private final Bytes cid;
  private final boolean afterClose;
  private final TreeMap<Integer, List<Bytes>> commits = new TreeMap<>();
  private final TreeMap<Integer, Bytes> reveals = new TreeMap<>();
  private final TreeMap<Integer, Bytes> late = new TreeMap<>();
  private final TreeSet<Integer> excluded = new TreeSet<>();

  Lots(Draft draft, Bytes cid) {
    this.draft = draft;
    this.cid = cid;
    afterClose = afterClose(draft);
  }

  /// Whether any contest decides ties by what is revealed after `close`.
  public static boolean afterClose(Draft draft) {
    return draft.contests().stream().map(Contest::lot).anyMatch(TRUSTEE_SEED::equals);
  }

  /// record §3a lot-commit.
  public static Bytes commitment(Bytes cid, int trustee, Bytes value) {
    return Transcript.th("lot-commit", Enc.bytes(cid), Enc.uint(trustee), Enc.bytes(value));
  }

  /// What a trustee commits to, the value revealed after `close` last.
  ///
  /// @param values one of 32 bytes, two where [#afterClose] says so
  public static Enc payload(Bytes cid, int trustee, List<Bytes> values) {
    return Enc.list(values, value -> Enc.bytes(commitment(cid, trustee, value)));
  }

  Optional<Refused> commit(int trustee, Enc payload) {
    if (!reveals.isEmpty()) return no(Code.WRONG_PHASE, "lot-commit: a reveal stands already");
    List<Bytes> given = committed(payload, afterClose);
    if (commits.putIfAbsent(trustee, given) != null) {
      return no(Code.CONFLICT, "lot-commit: trustee " + trustee + " has committed");
    }
    return Optional.empty();
  }

  static List<Bytes> committed(Enc payload, boolean afterClose) {
    Enc.Fields f = payload.fields("lot-commit");
    List<Bytes> out = new ArrayList<>();
    out.add(f.bytes("commit", 32));
    if (afterClose) out.add(f.bytes("commit of what is revealed after close", 32));
    f.end();
    return List.copyOf(out);
  }

  /// @param closed whether `close` stands
  Optional<Refused> reveal(int trustee, Enc payload, boolean closed) {
    Enc.Fields f = payload.fields("lot-reveal");
    Bytes value = f.bytes("value", 32);
    f.end();
    List<Bytes> commit = commits.get(trustee);
    if (commit == null || commits.size() < draft.t()) {
      return no(Code.WRONG_PHASE, "lot-reveal: expected commits of this and at least t trustees");
    }
    if (closed && !afterClose) {
      return no(Code.WRONG_PHASE, "lot-reveal: no contest draws a lot after close");
    }
    if (closed && excluded.contains(trustee)) {
      return no(Code.WRONG_PHASE, "lot-reveal: trustee " + trustee + " was skipped");
    }
    if (!commit.get(closed ? 1 : 0).equals(commitment(cid, trustee, value))) {
      return no(Code.BAD_PROOF, "lot-reveal: not what trustee " + trustee + " committed to");
    }
    if ((closed ? late : reveals).putIfAbsent(trustee, value) != null) {
      return no(Code.CONFLICT, "lot-reveal: trustee " + trustee + " has revealed");
    }
    return Optional.empty();
  }

  /// record §3 `skip`: leaves a trustee that has not revealed out of the lot drawn after `close`.
  ///
  /// @return whether its reveal was waited for
  boolean skip(int trustee) {
    return owed().contains(trustee) && excluded.add(trustee);
  }

  public Map<Integer, List<Bytes>> commits() {
    return Collections.unmodifiableMap(commits);
  }

  /// Of the order of the options.
  public Map<Integer, Bytes> reveals() {
    return Collections.unmodifiableMap(reveals);
  }

  /// Of the lot drawn after `close`.
  public SortedMap<Integer, Bytes> late() {
    return Collections.unmodifiableSortedMap(late);
  }

  /// Who was left out of the lot drawn after `close`.
  public SortedSet<Integer> excluded() {
    return Collections.unmodifiableSortedSet(excluded);
  }

  /// Whose reveal after `close` is waited for: while there is any, nothing is opened.
  public SortedSet<Integer> owed() {
    TreeSet<Integer> out = new TreeSet<>();
    if (!afterClose) return out;
    out.addAll(commits.keySet());
    out.removeAll(late.keySet());
    out.removeAll(excluded);
    return out;
  }

  /// Positions of a contest's options in the drawn order; empty before the draw.
  List<Integer> order(int contest) {
    return reveals.isEmpty() ? List.of() : order(contest, List.copyOf(reveals.values()));
  }

  private List<Integer> order(int contest, List<Bytes> values) {
    return Lot.order(Lot.seed(values), contest, draft.contests().get(contest).optionIds());
  }

  /// The lot by which a contest's ties are decided: fewer than t reveals after `close` could all be
  /// of those who wish to choose, so the order drawn before the vote stands in.
  String method(int contest) {
    String lot = draft.contests().get(contest).lot();
    return lot.equals(TRUSTEE_SEED) && late.size() >= draft.t() ? TRUSTEE_SEED : DRAWN_ORDER;
  }

  List<Integer> ties(int contest) {
    return method(contest).equals(TRUSTEE_SEED)
        ? order(contest, List.copyOf(late.values()))
        : order(contest);
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
