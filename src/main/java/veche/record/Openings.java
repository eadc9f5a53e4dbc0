package veche.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Point;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Ranking;
import veche.election.Refused;
import veche.tally.Result;
import veche.tally.Vote;
import veche.trustee.Combine;
import veche.trustee.Decrypt;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §8, §11 as the fold sees it: one list per contest (the sums of the counted ballots of
/// an approval contest, what the last mix left of a ranked one), and for each the first valid
/// contribution of every trustee.
public final class Openings {
  private static final String PART = "main";

  private final Draft draft;
  private final Bytes eid;
  private final List<Point> shares;
  private final Blobs blobs;
  private final long counted;
  private final List<List<ElGamal>> lists;
  private final List<Bytes> digests;
  private final List<SortedMap<Integer, Contribution>> valid = new ArrayList<>();
  private final List<List<Contribution>> first = new ArrayList<>();
  private final Map<Integer, List<Long>> totals = new HashMap<>();
  private final Map<Integer, List<Vote>> votes = new HashMap<>();
  private final Ahead<Looked> ahead = new Ahead<>();

  /// A valid contribution and the leaf that brought it.
  public record Contribution(int trustee, long index, Bytes leafHash, List<Point> factors) {}

  /// @param lists one for each contest, with its digest; where nothing was added up both are empty:
  ///   sums of nobody's ballots are the identity, which has no encoding
  Openings(
      Draft draft,
      Bytes eid,
      List<Point> shares,
      Blobs blobs,
      long counted,
      List<List<ElGamal>> lists,
      List<Bytes> digests) {
    this.draft = draft;
    this.eid = eid;
    this.shares = shares;
    this.blobs = blobs;
    this.counted = counted;
    this.lists = List.copyOf(lists);
    this.digests = List.copyOf(digests);
    for (int k = 0; k < lists.size(); k++) {
      valid.add(new ConcurrentSkipListMap<>());
      first.add(new ArrayList<>());
    }
  }

  Optional<Refused> add(int trustee, long index, Bytes leafHash, Enc payload) {
    Decrypt.Payload p = Decrypt.Payload.read(payload);
    Optional<Refused> unfit = fits(trustee, p);
    if (unfit.isPresent()) return unfit;
    int k = p.contest();
    Looked looked = ahead.take(payload).orElseGet(() -> look(trustee, p, blobs));
    if (looked.wrong.isPresent()) return looked.wrong;
    Contribution contribution = new Contribution(trustee, index, leafHash, looked.factors);
    // what may fail comes first: a refusal leaves nothing behind
    if (valid.get(k).size() + 1 == draft.t()) {
      SortedMap<Integer, List<Point>> use = with(k, contribution.trustee(), looked.factors);
      Opened opened =
          looked.opened.filter(o -> o.by.equals(use.keySet())).orElseGet(() -> open(k, use));
      opened.totals.ifPresent(t -> totals.put(k, t));
      opened.votes.ifPresent(v -> votes.put(k, v));
    }
    valid.get(k).put(trustee, contribution);
    if (first.get(k).size() < draft.t()) first.get(k).add(contribution);
    return Optional.empty();
  }

  private Optional<Refused> fits(int trustee, Decrypt.Payload p) {
    int k = p.contest();
    if (k >= lists.size() || !p.kind().equals(kind(k)) || !p.part().equals(PART)) {
      return no(Code.WRONG_CONTESTS, "decrypt: no such list");
    }
    if (!p.listDigest().equals(digests.get(k))) {
      return no(Code.WRONG_CONTEXT, "decrypt: another list than that of the counted ballots");
    }
    if (valid.get(k).containsKey(trustee)) {
      return no(Code.CONFLICT, "decrypt: trustee " + trustee + " has contributed");
    }
    return Optional.empty();
  }

  /// What a list opens to, and by whose contributions.
  private record Opened(Set<Integer> by, Optional<List<Long>> totals, Optional<List<Vote>> votes) {}

  /// What became of a contribution's proof.
  private record Looked(Optional<Refused> wrong, List<Point> factors, Optional<Opened> opened) {}

  /// Looks at a contribution that its trustee sent, beside the fold.
  ///
  /// @param sent finds the factors that came with it
  void look(int trustee, Enc payload, Blobs sent) {
    Decrypt.Payload p = Decrypt.Payload.read(payload);
    if (fits(trustee, p).isPresent()) return;
    Looked looked = look(trustee, p, sent);
    if (looked.wrong.filter(why -> why.code() == Code.NOT_FOUND).isPresent()) return;
    int k = p.contest();
    SortedMap<Integer, List<Point>> use = with(k, trustee, looked.factors);
    boolean opens = looked.wrong.isEmpty() && use.size() == draft.t();
    ahead.put(
        payload,
        opens ? new Looked(looked.wrong, looked.factors, Optional.of(open(k, use))) : looked);
  }

  private Looked look(int trustee, Decrypt.Payload p, Blobs from) {
    int k = p.contest();
    Optional<Bytes> blob = from.get(p.factors());
    if (blob.isEmpty()) {
      return new Looked(
          no(Code.NOT_FOUND, "decrypt: the factors are not in the record"),
          List.of(),
          Optional.empty());
    }
    List<Point> factors = Dleq.readBlob(blob.get());
    Optional<Refused> wrong =
        Decrypt.check(
            context(k), trustee, shares.get(trustee - 1), lists.get(k), factors, p.proof());
    return new Looked(wrong, factors, Optional.empty());
  }

  private SortedMap<Integer, List<Point>> with(int k, int trustee, List<Point> factors) {
    SortedMap<Integer, List<Point>> use = new TreeMap<>();
    valid.get(k).forEach((j, c) -> use.put(j, c.factors()));
    use.put(trustee, factors);
    return use;
  }

  private Opened open(int k, SortedMap<Integer, List<Point>> use) {
    List<Point> opened = Combine.open(lists.get(k), use, draft.t(), shares.size());
    Contest contest = draft.contests().get(k);
    Set<Integer> by = Set.copyOf(use.keySet());
    return switch (contest.kind()) {
      case APPROVAL ->
          new Opened(by, Optional.of(Combine.totals(opened, counted)), Optional.empty());
      case RANKED -> new Opened(by, Optional.empty(), Optional.of(votes(contest, opened)));
    };
  }

  /// protocol §11: what opened points of a ranked contest say, in the order of the last mix.
  static List<Vote> votes(Contest contest, List<Point> opened) {
    Ranking ranking = contest.ranking();
    return opened.parallelStream().map(point -> Vote.of(point, ranking)).toList();
  }

  /// What a contest's list is called where it is named (protocol §11).
  public String kind(int k) {
    return draft.contests().get(k).kind().id();
  }

  /// The batched-proof context of contest `k`: what a trustee signs under.
  public Bytes context(int k) {
    return Decrypt.context(eid, k, kind(k), digests.get(k));
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }

  public boolean complete() {
    return totals.size() + votes.size() == lists.size();
  }

  public long counted() {
    return counted;
  }

  public List<ElGamal> list(int k) {
    return lists.get(k);
  }

  public Bytes digest(int k) {
    return digests.get(k);
  }

  public Map<Integer, Contribution> contributions(int k) {
    return java.util.Collections.unmodifiableMap(valid.get(k));
  }

  /// Of an approval contest, once it is open.
  public Optional<List<Long>> totals(int k) {
    return Optional.ofNullable(totals.get(k));
  }

  /// Of a ranked contest, once it is open: what each ballot says, in the order of the last mix.
  public Optional<List<Vote>> votes(int k) {
    return Optional.ofNullable(votes.get(k));
  }

  /// record §10: which contributions the result names, the first t valid ones by log index.
  public List<Result.Opened> opened() {
    List<Result.Opened> out = new ArrayList<>();
    for (int k = 0; k < lists.size(); k++) {
      out.add(
          new Result.Opened(
              k,
              PART,
              first.get(k).stream()
                  .map(c -> new Result.Share(c.trustee(), c.leafHash()))
                  .toList()));
    }
    return out;
  }
}
