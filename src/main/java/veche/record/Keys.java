package veche.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import veche.crypto.Point;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.trustee.Ceremony;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §5 as the fold sees it: commits, then reveals, then confirmations, each trustee once. A
/// complaint voids the ceremony; whether it was just is decided by an opening.
public final class Keys {
  private final int n;
  private final int t;
  private final Bytes dctx;
  private final TreeMap<Integer, Ceremony.Commit> commits = new TreeMap<>();
  private final TreeMap<Integer, Ceremony.Reveal> reveals = new TreeMap<>();
  private final TreeMap<Integer, Ceremony.Confirm> confirms = new TreeMap<>();
  private final List<Complaint> complaints = new ArrayList<>();
  private Bytes transcript = Bytes.EMPTY;
  private Point key = Point.IDENTITY;
  private List<Point> shares = List.of();

  /// A complaint and, once the accuser opened, who was at fault.
  ///
  /// @param culprit a trustee's index, or 0 while nothing was opened
  public record Complaint(int accuser, int accused, int culprit) {}

  Keys(Draft draft, Bytes cid, Roster roster) {
    n = draft.trustees().size();
    t = draft.t();
    dctx = Ceremony.context(cid, n, t, roster.trustees().stream().map(Vkey::key).toList());
  }

  Optional<Refused> commit(int i, Enc payload) {
    Ceremony.Commit commit = Ceremony.Commit.read(payload);
    if (commits.putIfAbsent(i, commit) != null) {
      return no(Code.CONFLICT, "trustee " + i + " has committed");
    }
    return Optional.empty();
  }

  Optional<Refused> reveal(int i, Enc payload) {
    Ceremony.Commit commit = commits.get(i);
    if (!allCommitted() || commit == null) {
      return no(Code.WRONG_PHASE, commits.size() + " of " + n + " have committed");
    }
    if (reveals.containsKey(i)) return no(Code.CONFLICT, "trustee " + i + " has revealed");
    Ceremony.Reveal reveal = Ceremony.Reveal.read(payload);
    Optional<Refused> wrong = Ceremony.checkReveal(dctx, n, t, i, commit, reveal);
    if (wrong.isPresent()) return wrong;
    List<Point> terms = new ArrayList<>(List.of(reveal.commitments().getFirst()));
    for (Ceremony.Reveal other : reveals.values()) terms.add(other.commitments().getFirst());
    if (!Ceremony.distinct(terms)) {
      return no(Code.BAD_PROOF, "trustee " + i + " repeats another trustee's key");
    }
    List<Ceremony.Reveal> all = new ArrayList<>(reveals.values());
    all.add(reveal);
    // all trustees together could do this; without an election key there is no election
    if (all.size() == n && Ceremony.key(all).isIdentity()) {
      return no(Code.BAD_PROOF, "trustee " + i + " cancels the parts of all others");
    }
    reveals.put(i, reveal);
    if (allRevealed()) finish();
    return Optional.empty();
  }

  private void finish() {
    List<Ceremony.Reveal> ordered = List.copyOf(reveals.values());
    transcript = Ceremony.transcript(dctx, List.copyOf(commits.values()), ordered);
    key = Ceremony.key(ordered);
    List<Point> all = new ArrayList<>();
    for (int j = 1; j <= n; j++) all.add(Ceremony.shareKey(ordered, j));
    shares = List.copyOf(all);
  }

  Optional<Refused> confirm(int j, Enc payload) {
    if (!allRevealed()) {
      return no(Code.WRONG_PHASE, reveals.size() + " of " + n + " have revealed");
    }
    if (confirms.containsKey(j)) return no(Code.CONFLICT, "trustee " + j + " has confirmed");
    Ceremony.Confirm confirm = Ceremony.Confirm.read(payload);
    if (!confirm.transcript().equals(transcript)) {
      return no(Code.BAD_PROOF, "trustee " + j + " confirms another transcript");
    }
    Optional<Refused> wrong = Ceremony.checkConfirm(dctx, j, shares.get(j - 1), confirm);
    if (wrong.isPresent()) return wrong;
    confirms.put(j, confirm);
    if (complete() && !Ceremony.consistent(key, shares, t)) {
      throw new IllegalStateException("shares that were checked one by one do not give the key");
    }
    return Optional.empty();
  }

  Optional<Refused> complain(int accuser, Enc payload) {
    Enc.Fields f = payload.fields("dkg-complaint");
    int accused = f.uint("accused", n);
    f.end();
    if (accused < 1 || accused == accuser) {
      return no(Code.MALFORMED, "dkg-complaint: accused: expected another trustee");
    }
    if (!reveals.containsKey(accused)) {
      return no(Code.WRONG_PHASE, "trustee " + accused + " has revealed nothing");
    }
    if (confirms.containsKey(accuser)) {
      return no(Code.CONFLICT, "trustee " + accuser + " has confirmed");
    }
    complaints.add(new Complaint(accuser, accused, 0));
    return Optional.empty();
  }

  /// attacks.md row 19: the opened share is compared with the accused's commitments; one of the two
  /// is at fault, and everybody can see which.
  Optional<Refused> open(int accuser, Enc payload) {
    Ceremony.Opening opening = Ceremony.Opening.read(payload);
    for (int at = 0; at < complaints.size(); at++) {
      Complaint complaint = complaints.get(at);
      if (complaint.accuser() != accuser || complaint.accused() != opening.accused()) continue;
      if (complaint.culprit() != 0) return no(Code.CONFLICT, "this complaint is decided");
      int accused = complaint.accused();
      Ceremony.Judgement judgement =
          Ceremony.decide(
              dctx,
              accuser,
              accused,
              commitOf(accuser).orElseThrow(),
              revealOf(accused).orElseThrow(),
              opening);
      int culprit =
          switch (judgement) {
            case ACCUSED -> accused;
            case ACCUSER -> accuser;
          };
      complaints.set(at, new Complaint(accuser, accused, culprit));
      return Optional.empty();
    }
    return no(Code.WRONG_PHASE, "trustee " + accuser + " has no complaint against this trustee");
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }

  public boolean complete() {
    return confirms.size() == n;
  }

  public Bytes context() {
    return dctx;
  }

  public Optional<Ceremony.Commit> commitOf(int i) {
    return Optional.ofNullable(commits.get(i));
  }

  public Optional<Ceremony.Reveal> revealOf(int i) {
    return Optional.ofNullable(reveals.get(i));
  }

  public Optional<Ceremony.Confirm> confirmOf(int i) {
    return Optional.ofNullable(confirms.get(i));
  }

  public boolean allCommitted() {
    return commits.size() == n;
  }

  public boolean allRevealed() {
    return reveals.size() == n;
  }

  public List<Complaint> complaints() {
    return List.copyOf(complaints);
  }

  /// The digest of all commits and reveals; empty until all have revealed.
  public Bytes transcript() {
    return transcript;
  }

  /// The election key Y; the identity until all have revealed.
  public Point key() {
    return key;
  }

  /// Y_1..Y_n; empty until all have revealed.
  public List<Point> shares() {
    return shares;
  }
}
