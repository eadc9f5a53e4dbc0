package veche.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import veche.ballot.Ballot;
import veche.ballot.BallotCheck;
import veche.ballot.Chain;
import veche.council.Certificate;
import veche.council.Dissent;
import veche.crypto.Ciphertexts;
import veche.crypto.Ed25519;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.election.Code;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Manifest;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Policy;
import veche.log.Tree;
import veche.roll.Roll;
import veche.roll.RollRow;
import veche.tally.Approval;
import veche.tally.Outcome;
import veche.tally.RankedCount;
import veche.tally.Result;
import veche.trustee.Lists;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// record §6: the fold of a log's leaves. The server admits by it, a trustee acts by it and the
/// verifier is it: none of them has rules of its own.
///
/// One thread at a time may call [#admit] and [#fold]; [#prove] may run beside them on any thread.
public final class Record {
  private final String origin;
  private final Blobs blobs;
  private final @Nullable Entropy weights;
  private final IntFunction<ByteBuffer> memory;
  private final Tree tree;
  private final Map<String, Long> serials = new HashMap<>();
  private final TreeMap<Long, Refused> ignored = new TreeMap<>();
  private long ignoredBallots;
  private long ignoredInside;
  private final TreeMap<Long, Deposit.Logged> deposits = new TreeMap<>();
  private final Map<Phase, Long> stages = new LinkedHashMap<>();
  private final Map<String, Long> leaves = new TreeMap<>();
  private volatile Phase phase = Phase.DRAFTING;
  private @Nullable Draft draft;
  private @Nullable Roster roster;
  private @Nullable Policy policy;
  private @Nullable Bytes cid;
  private @Nullable Keys keys;
  private List<RollRow> @Nullable [] frozen;
  private @Nullable Roll roll;
  private @Nullable Lots lots;
  private @Nullable WebRelease webRelease;
  private @Nullable Manifest manifest;
  private Bytes eid = Bytes.EMPTY;
  private volatile @Nullable BallotCheck ballots;
  private volatile @Nullable Chain chain;
  private long openIndex = -1;
  private long closeIndex = -1;
  private volatile @Nullable Mixes mixes;
  private volatile @Nullable Openings openings;
  private @Nullable Result result;
  private List<Outcome> outcomes = List.of();
  private @Nullable Statement certificate;
  private final List<Statement> dissents = new ArrayList<>();
  private final List<Recounted> recounts = new ArrayList<>();
  private final List<Countersigned> countersigned = new ArrayList<>();
  private @Nullable Aftermath aftermath;
  private final List<Statement> objections = new ArrayList<>();
  private @Nullable String noResult;

  /// A text that bodies signed: a certificate, a dissent or an objection.
  public record Statement(long index, String text, Set<String> signers) {}

  /// @param weights for the random weights of batched proofs (protocol decision 2)
  public Record(String origin, Blobs blobs, Entropy weights) {
    this(origin, blobs, weights, ByteBuffer::allocate);
  }

  /// @param memory where the tree and what is kept of every ballot lie
  public Record(String origin, Blobs blobs, Entropy weights, IntFunction<ByteBuffer> memory) {
    this(blobs, origin, weights, memory);
  }

  private Record(
      Blobs blobs, String origin, @Nullable Entropy weights, IntFunction<ByteBuffer> memory) {
    this.origin = origin;
    this.blobs = blobs;
    this.weights = weights;
    this.memory = memory;
    tree = new Tree(memory);
  }

  /// A fold that judges every ballot by the plain form, which defines validity.
  public static Record plainly(String origin, Blobs blobs) {
    return new Record(blobs, origin, null, ByteBuffer::allocate);
  }

  // ---- the two steps of admission (record §7)

  /// The part of a ballot's check that needs no order: parsing is done, proofs, roll and signature
  /// are judged here. Empty where nothing is wrong. Any thread, at any time.
  public List<Optional<Refused>> prove(List<Ballot> batch) {
    BallotCheck check = ballots;
    if (check == null) {
      Refused early = new Refused(Code.WRONG_PHASE, "ballots are taken between open and close");
      return Collections.nCopies(batch.size(), Optional.of(early));
    }
    if (weights == null) return batch.stream().map(check::checkPlainly).toList();
    return check.check(batch, weights);
  }

  /// The same of the ballots of a deposit, in its order.
  public List<Optional<Refused>> prove(Deposit deposit) {
    List<Optional<Refused>> out = new ArrayList<>();
    List<Ballot> ballots = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    for (Bytes leaf : deposit.leaves()) {
      Optional<Ballot> ballot = Deposit.ballot(leaf);
      if (ballot.isPresent()) {
        at.add(out.size());
        ballots.add(ballot.get());
      }
      out.add(no(Code.MALFORMED, "not a ballot"));
    }
    List<Optional<Refused>> found = prove(ballots);
    for (int i = 0; i < at.size(); i++) out.set(at.get(i), found.get(i));
    return out;
  }

  /// record §8 Doors: what is asked before any proof: for whom the ballot is and who signed it. Any
  /// thread.
  public Optional<Refused> signed(Ballot ballot) {
    BallotCheck check = ballots;
    if (check == null) {
      return Optional.of(new Refused(Code.WRONG_PHASE, "ballots are taken between open and close"));
    }
    return check.signed(ballot);
  }

  /// Whether a ballot is the next one of its key. Any thread.
  public boolean follows(Ballot ballot) {
    Chain known = chain;
    return known != null && known.follows(ballot);
  }

  /// Does the costly part of judging a mix or a contribution before its turn, so that [#admit] need
  /// not: it changes nothing that stands. Any thread; an act that nobody of the record signed, or
  /// that is not the next of its list, costs nothing.
  ///
  /// @param sent finds what came with the act
  public void look(Act act, Blobs sent) {
    boolean mix = act.type().equals("mix") && phase == Phase.CLOSED;
    boolean share = act.type().equals("decrypt") && openings != null;
    if (!mix && !share) return;
    if (!(roster().signed(act, origin, Roster.Role.TRUSTEE) instanceof Roster.Signed.By by)
        || by.names().size() != 1) {
      return;
    }
    int trustee = trustee(by.names().iterator().next());
    if (mix) {
      need(mixes, "close").look(trustee, act.payload(), sent, Optional.ofNullable(weights));
    } else {
      need(openings, "close").look(trustee, act.payload(), sent);
    }
  }

  /// Folds one entry in its final place. A ballot must have been proved; those of a deposit that
  /// comes as an act are proved here.
  public Admission admit(Entry entry) {
    Optional<Refused> refused;
    try {
      refused =
          switch (entry) {
            case Entry.Cast(Ballot ballot, Bytes leaf) -> cast(ballot);
            case Entry.Acted(Act act, Bytes leaf) -> act(act, leaf, Optional.empty());
            case Entry.Deposited deposited ->
                act(deposited.act(), deposited.leaf(), Optional.of(deposited));
          };
    } catch (Malformed e) {
      refused = Optional.of(new Refused(Code.MALFORMED, e.getMessage()));
    }
    if (refused.isPresent()) return new Admission.No(refused.get());
    String type =
        switch (entry) {
          case Entry.Cast cast -> "ballot";
          case Entry.Acted acted -> acted.act().type();
          case Entry.Deposited deposited -> Deposit.TYPE;
        };
    leaves.merge(type, 1L, Long::sum);
    return new Admission.Admitted(append(entry.leaf()));
  }

  /// Folds leaves of somebody's log: each becomes part of the tree, and what the rules refuse is
  /// ignored and listed with its reason (protocol §6).
  public void fold(List<Bytes> batch) {
    List<Entry> entries = new ArrayList<>();
    List<Refused> broken = new ArrayList<>();
    for (Bytes leaf : batch) {
      try {
        entries.add(Entry.parse(leaf));
        broken.add(null);
      } catch (Malformed e) {
        entries.add(null);
        broken.add(new Refused(Code.MALFORMED, e.getMessage()));
      }
    }
    int at = 0;
    while (at < entries.size()) {
      if (entries.get(at) instanceof Entry.Cast) {
        int end = at;
        List<Ballot> run = new ArrayList<>();
        while (end < entries.size() && entries.get(end) instanceof Entry.Cast cast) {
          run.add(cast.ballot());
          end++;
        }
        List<Optional<Refused>> proofs = prove(run);
        for (int i = at; i < end; i++) {
          foldOne(entries.get(i), batch.get(i), proofs.get(i - at).orElse(null));
        }
        at = end;
      } else {
        foldOne(entries.get(at), batch.get(at), broken.get(at));
        at++;
      }
    }
  }

  private void foldOne(@Nullable Entry entry, Bytes leaf, @Nullable Refused broken) {
    Refused why = broken;
    if (entry != null && why == null) {
      switch (admit(entry)) {
        case Admission.Admitted admitted -> {
          return;
        }
        case Admission.No(Refused no) -> why = no;
      }
    }
    boolean ballot = Entry.type(leaf).filter("ballot"::equals).isPresent();
    // what comes after `close` must not move the numbers that bodies are signing
    if (ballot && closeIndex < 0) ignoredBallots++;
    ignored.put(append(leaf), need(why, "reason"));
  }

  private long append(Bytes leaf) {
    long index = tree.size();
    tree.append(Merkle.leafHash(leaf));
    return index;
  }

  // ---- ballots

  private Optional<Refused> cast(Ballot ballot) {
    if (phase != Phase.VOTING) {
      return no(Code.WRONG_PHASE, "ballots are taken between open and close");
    }
    return chain().admit(size(), ballot);
  }

  /// protocol §6: each ballot of a deposit is judged as if it were logged here by itself. One that
  /// stands already counts once, one that the rules refuse is listed, and a deposit that brings
  /// nothing new is refused as a whole.
  private Optional<Refused> deposit(String body, Deposit deposit, List<Optional<Refused>> found) {
    List<Deposit.Fate> fates = new ArrayList<>();
    Refused first = null;
    int taken = 0;
    for (int i = 0; i < deposit.leaves().size(); i++) {
      Deposit.Fate fate = fate(deposit.leaves().get(i), found.get(i));
      fates.add(fate);
      if (fate instanceof Deposit.Fate.Taken) taken++;
      if (fate instanceof Deposit.Fate.Ignored(Refused why) && first == null) first = why;
    }
    if (taken == 0) {
      String why = first == null ? "all stand already" : first.code().id() + ": " + first.detail();
      return no(Code.CONFLICT, "deposit: no ballot in it is new and valid (" + why + ")");
    }
    long refused = fates.stream().filter(f -> f instanceof Deposit.Fate.Ignored).count();
    ignoredBallots += refused;
    ignoredInside += refused;
    deposits.put(size(), new Deposit.Logged(body, deposit.leaves(), fates));
    return Optional.empty();
  }

  private Deposit.Fate fate(Bytes leaf, Optional<Refused> found) {
    if (found.isPresent()) return new Deposit.Fate.Ignored(found.get());
    Ballot ballot = Deposit.ballot(leaf).orElseThrow();
    Optional<Long> place = chain().place(ballot.ballotId());
    if (place.isPresent()) return new Deposit.Fate.Standing(place.get());
    return chain()
        .admit(size(), ballot)
        .<Deposit.Fate>map(Deposit.Fate.Ignored::new)
        .orElseGet(Deposit.Fate.Taken::new);
  }

  // ---- acts

  private Optional<Refused> act(Act act, Bytes leaf, Optional<Entry.Deposited> proved) {
    String type = act.type();
    if (phase == Phase.DRAFTING) {
      return type.equals("draft")
          ? draft(act)
          : no(Code.WRONG_PHASE, type + ": the first leaf is a draft");
    }
    Bytes id = phase.opened() ? eid : cid();
    if (!act.id().equals(id)) return no(Code.WRONG_CONTEXT, type + ": another election's id");
    long serial = nextSerial(type);
    if (act.serial() != serial) {
      return no(Code.STALE_SERIAL, type + ": expected serial " + serial + ", not " + act.serial());
    }
    if (type.equals(Deposit.TYPE)) return deposit(act, proved);
    Optional<Refused> refused = effect(act, leaf);
    if (refused.isEmpty()) serials.put(serialKey(type, id), serial + 1);
    return refused;
  }

  private Optional<Refused> deposit(Act act, Optional<Entry.Deposited> proved) {
    Optional<Refused> wrong = phase(act, Set.of(Phase.VOTING));
    if (wrong.isPresent()) return wrong;
    return one(
        act,
        Roster.Role.BODY,
        body -> {
          if (proved.isPresent())
            return deposit(body, proved.get().deposit(), proved.get().found());
          Deposit deposit = Deposit.read(act.payload());
          return deposit(body, deposit, prove(deposit));
        });
  }

  private static String serialKey(String type, Bytes id) {
    return type + " " + id.hex();
  }

  /// The serial the next act of this type must carry; a deposit's is always 0, since an old one
  /// that comes again brings nothing new and is refused for that.
  public long nextSerial(String type) {
    return serials.getOrDefault(serialKey(type, id()), 0L);
  }

  /// The id the next act must carry: cid before `open` and in it, then eid.
  public Bytes id() {
    return phase.opened() ? eid : cid();
  }

  private Optional<Refused> effect(Act act, Bytes leaf) {
    Enc payload = act.payload();
    return switch (act.type()) {
      case "draft" -> no(Code.WRONG_PHASE, "draft: the log has one");
      case "object" -> object(act);
      case "dkg-commit" -> trustee(act, Set.of(Phase.KEYS), i -> keys().commit(i, payload));
      case "dkg-reveal" -> trustee(act, Set.of(Phase.KEYS), i -> keys().reveal(i, payload));
      case "dkg-confirm" -> trustee(act, Set.of(Phase.KEYS), i -> confirm(i, payload));
      case "dkg-complaint" -> trustee(act, Set.of(Phase.KEYS), i -> complain(i, payload));
      case "dkg-opening" -> trustee(act, Set.of(Phase.VOID), i -> keys().open(i, payload));
      case "roll-freeze" -> freeze(act);
      case "lot-commit" -> trustee(act, Set.of(Phase.READY), i -> lots().commit(i, payload));
      case "lot-reveal" ->
          trustee(
              act,
              EnumSet.of(Phase.READY, Phase.CLOSED, Phase.OPENING),
              i -> lots().reveal(i, payload, phase.closed()));
      case "web-release" -> bodies(act, "release", beforeClose(), s -> release(payload));
      case "open" -> bodies(act, "open", Set.of(Phase.READY), s -> open(payload));
      case "close" -> bodies(act, "close", Set.of(Phase.VOTING), s -> close(payload));
      case "mix" -> trustee(act, Set.of(Phase.CLOSED), i -> mix(i, payload, leaf));
      case "skip" ->
          bodies(act, "close", EnumSet.of(Phase.CLOSED, Phase.OPENING), s -> skip(payload));
      case "decrypt" ->
          trustee(
              act,
              EnumSet.of(Phase.OPENING, Phase.COUNTED, Phase.CERTIFIED, Phase.REFUSED),
              i -> decrypt(i, payload, leaf));
      case "tally" -> tally(act);
      case "recount" -> recount(act);
      case "no-result" ->
          bodies(act, "close", EnumSet.of(Phase.CLOSED, Phase.OPENING), s -> noResult(payload));
      case "certificate" -> bodies(act, "certify", Set.of(Phase.COUNTED), s -> certify(payload, s));
      case "dissent" -> dissent(act);
      case "countersign" -> countersign(act);
      case "annul" ->
          bodies(
              act,
              "annul",
              EnumSet.of(Phase.CERTIFIED, Phase.REFUSED),
              s -> need(aftermath, "certificate").annul(size(), payload, s));
      case "mandate" ->
          bodies(
              act,
              "certify",
              Set.of(Phase.CERTIFIED),
              s -> need(aftermath, "certificate").give(size(), payload, s));
      case "revoke-mandate" ->
          bodies(
              act,
              "certify",
              Set.of(Phase.CERTIFIED),
              s -> need(aftermath, "certificate").revoke(payload));
      case "final" ->
          bodies(
              act,
              "certify",
              EnumSet.of(Phase.CERTIFIED, Phase.REFUSED, Phase.COUNTED, Phase.NO_RESULT),
              s -> last(payload));
      default -> no(Code.UNSUPPORTED, act.type() + ": no such act here");
    };
  }

  private interface Effect<A> {
    Optional<Refused> on(A author);
  }

  private Optional<Refused> trustee(Act act, Set<Phase> phases, Effect<Integer> effect) {
    Optional<Refused> wrong = phase(act, phases);
    if (wrong.isPresent()) return wrong;
    return one(act, Roster.Role.TRUSTEE, name -> effect.on(trustee(name)));
  }

  private int trustee(String name) {
    for (Draft.Trustee trustee : draft().trustees()) {
      if (name.equals(trustee.body() + "/trustee")) return trustee.index();
    }
    throw new IllegalStateException("the roster knows a trustee the draft does not");
  }

  private Optional<Refused> one(Act act, Roster.Role role, Effect<String> effect) {
    return switch (roster().signed(act, origin, role)) {
      case Roster.Signed.Not(Refused why) -> Optional.of(why);
      case Roster.Signed.By(Set<String> names) ->
          names.size() == 1
              ? effect.on(names.iterator().next())
              : no(Code.TOO_FEW_SIGNATURES, act.type() + ": expected exactly one signature");
    };
  }

  private Optional<Refused> bodies(
      Act act, String rule, Set<Phase> phases, Effect<Set<String>> effect) {
    Optional<Refused> wrong = phase(act, phases);
    if (wrong.isPresent()) return wrong;
    return switch (roster().signed(act, origin, Roster.Role.BODY)) {
      case Roster.Signed.Not(Refused why) -> Optional.of(why);
      case Roster.Signed.By(Set<String> names) -> {
        int needed = draft().needed(rule);
        if (names.size() < needed) {
          yield no(
              Code.TOO_FEW_SIGNATURES,
              act.type() + ": " + names.size() + " of " + needed + " needed signatures");
        }
        yield effect.on(names);
      }
    };
  }

  private Optional<Refused> phase(Act act, Set<Phase> phases) {
    if (phases.contains(phase)) return Optional.empty();
    return no(Code.WRONG_PHASE, act.type() + ": the election is in phase " + phase.id());
  }

  private static Set<Phase> beforeClose() {
    return EnumSet.of(Phase.KEYS, Phase.ENROLLING, Phase.READY, Phase.VOTING);
  }

  private void enter(Phase next) {
    phase = next;
    stages.put(next, size());
  }

  // ---- draft and keys

  private Optional<Refused> draft(Act act) {
    Draft read = Draft.read(act.payload());
    if (!read.origin().equals(origin)) {
      return no(Code.WRONG_CONTEXT, "draft: for the log " + read.origin());
    }
    if (!act.id().equals(read.cid()) || act.serial() != 0) {
      return no(Code.WRONG_CONTEXT, "draft: expected its own cid as id and serial 0");
    }
    List<Draft.Flaw> flaws = flaws(read);
    if (!flaws.isEmpty()) {
      return no(Code.MALFORMED, flaws.getFirst().path() + ": " + flaws.getFirst().message());
    }
    Roster keysOfRoles = new Roster(read);
    Policy witnesses = Policy.parse(read.witnessPolicy());
    if (witnesses.quorum(Set.of())) {
      return no(Code.MALFORMED, "witnessPolicy: expected a quorum that needs witnesses");
    }
    Roster.Signed signed = keysOfRoles.signed(act, origin, Roster.Role.BODY);
    switch (signed) {
      case Roster.Signed.Not(Refused why) -> {
        return Optional.of(why);
      }
      case Roster.Signed.By(Set<String> names) -> {
        int needed = read.needed("define");
        if (names.size() < needed) {
          return no(
              Code.TOO_FEW_SIGNATURES,
              "draft: " + names.size() + " of " + needed + " needed signatures");
        }
      }
    }
    draft = read;
    roster = keysOfRoles;
    policy = witnesses;
    cid = read.cid();
    lots = new Lots(read, read.cid());
    keys = new Keys(read, read.cid(), keysOfRoles);
    frozen = newFrozen(read.registrars().size());
    serials.put(serialKey("draft", read.cid()), 1L);
    enter(Phase.KEYS);
    return Optional.empty();
  }

  /// Everything that speaks against a definition: its own flaws, and what the rules of its ranked
  /// contests say to their parameters.
  public static List<Draft.Flaw> flaws(Draft draft) {
    List<Draft.Flaw> flaws = draft.flaws();
    return flaws.isEmpty() ? RankedCount.flaws(draft) : flaws;
  }

  @SuppressWarnings("unchecked")
  private static List<RollRow>[] newFrozen(int registrars) {
    return (List<RollRow>[]) new List<?>[registrars];
  }

  private Optional<Refused> confirm(int i, Enc payload) {
    Optional<Refused> refused = keys().confirm(i, payload);
    if (refused.isEmpty() && keys().complete()) enter(Phase.ENROLLING);
    return refused;
  }

  private Optional<Refused> complain(int i, Enc payload) {
    Optional<Refused> refused = keys().complain(i, payload);
    if (refused.isEmpty()) enter(Phase.VOID);
    return refused;
  }

  // ---- roll and lot

  private Optional<Refused> freeze(Act act) {
    Optional<Refused> wrong = phase(act, Set.of(Phase.ENROLLING));
    if (wrong.isPresent()) return wrong;
    return one(
        act,
        Roster.Role.REGISTRAR,
        name -> {
          for (int r = 0; r < draft().registrars().size(); r++) {
            if (name.equals(draft().registrars().get(r).body() + "/registrar")) {
              return freeze(r, act.payload());
            }
          }
          throw new IllegalStateException("the roster knows a registrar the draft does not");
        });
  }

  private Optional<Refused> freeze(int registrar, Enc payload) {
    if (need(frozen, "draft")[registrar] != null)
      return no(Code.CONFLICT, "roll-freeze: this roll is frozen");
    Enc.Fields f = payload.fields("roll-freeze");
    long count = f.uint("count");
    Bytes root = f.bytes("root", 32);
    f.end();
    Optional<Bytes> blob = blobs.get(root);
    if (blob.isEmpty()) return no(Code.NOT_FOUND, "roll-freeze: the rows are not in the record");
    List<RollRow> rows = Roll.read(blob.get());
    if (rows.size() != count) {
      return no(Code.MALFORMED, "roll-freeze: " + rows.size() + " rows, declared " + count);
    }
    Bytes key = roster().registrar(registrar).key();
    for (RollRow row : rows) {
      if (row.registrar() != registrar) {
        return no(Code.MALFORMED, "roll-freeze: a row of another registrar");
      }
      Optional<Refused> bad =
          Roll.checkRow(row, cid(), (m, sig) -> Ed25519.verify(key, m.toArray(), sig));
      if (bad.isPresent()) return bad;
    }
    need(frozen, "draft")[registrar] = rows;
    for (List<RollRow> one : need(frozen, "draft")) if (one == null) return Optional.empty();
    roll = Roll.merge(List.of(need(frozen, "draft")));
    enter(Phase.READY);
    return Optional.empty();
  }

  private Optional<Refused> release(Enc payload) {
    WebRelease release = WebRelease.of(payload);
    if (phase == Phase.VOTING && release.reason().isBlank()) {
      return no(Code.MALFORMED, "web-release: during voting a reason must be stated");
    }
    webRelease = release;
    return Optional.empty();
  }

  // ---- open, close, result

  /// record §5: the manifest that follows from the record; empty until everything it needs stands.
  public Optional<Manifest> manifestToOpen() {
    if (phase != Phase.READY || webRelease == null || lots().reveals().size() < draft().t()) {
      return Optional.empty();
    }
    return Optional.of(
        new Manifest(
            cid(),
            keys().transcript(),
            keys().key(),
            keys().shares(),
            need(roll, "roll-freeze").root(),
            need(roll, "roll-freeze").size(),
            need(roll, "roll-freeze").sizes(),
            webRelease.digest()));
  }

  private Optional<Refused> open(Enc payload) {
    Optional<Manifest> expected = manifestToOpen();
    if (expected.isEmpty()) {
      return no(Code.WRONG_PHASE, "open: needs a web-release and at least t lot reveals before it");
    }
    Manifest given = Manifest.read(payload);
    if (!given.equals(expected.get())) {
      return no(Code.WRONG_CONTEXT, "open: another manifest than the record gives");
    }
    manifest = given;
    eid = given.eid();
    openIndex = size();
    chain = new Chain(draft().styles(), memory);
    ballots =
        new BallotCheck(eid, given.key(), draft().styles(), need(roll, "roll-freeze")::contains);
    enter(Phase.VOTING);
    return Optional.empty();
  }

  private Optional<Refused> close(Enc payload) {
    Enc.Fields f = payload.fields("close");
    long closesAt = f.uint("closesAt");
    f.end();
    if (closesAt != draft().closesAt()) {
      return no(Code.WRONG_CONTEXT, "close: expected the time in force, " + draft().closesAt());
    }
    closeIndex = size();
    Map<Integer, Optional<Ciphertexts>> lists = new LinkedHashMap<>();
    for (int k : Mixes.contests(draft())) lists.put(k, chain().list(k));
    if (lists.isEmpty()) {
      beginOpening();
    } else {
      mixes = new Mixes(draft(), eid, need(manifest, "open").key(), blobs, chain().keys(), lists);
      enter(Phase.CLOSED);
    }
    return Optional.empty();
  }

  private Optional<Refused> mix(int trustee, Enc payload, Bytes leaf) {
    Optional<Refused> refused =
        need(mixes, "close")
            .add(trustee, size(), Merkle.leafHash(leaf), payload, Optional.ofNullable(weights));
    if (refused.isEmpty() && need(mixes, "close").complete()) beginOpening();
    return refused;
  }

  /// record §6a, §8a: out of the mixing where it is this trustee's turn, and out of the lot where
  /// its reveal is waited for.
  private Optional<Refused> skip(Enc payload) {
    Enc.Fields f = payload.fields("skip");
    int trustee = f.uint("trustee", draft().trustees().size());
    String reason = f.text("reason");
    f.end();
    if (reason.isBlank()) return no(Code.MALFORMED, "skip: expected a reason");
    boolean mixing = mixes != null && phase == Phase.CLOSED && mixes.skip(trustee, reason);
    boolean drawing = lots().skip(trustee);
    return mixing || drawing
        ? Optional.empty()
        : no(Code.CONFLICT, "skip: nothing waits for trustee " + trustee);
  }

  private void beginOpening() {
    long counted = chain().keys();
    List<List<ElGamal>> lists = new ArrayList<>();
    List<Bytes> digests = new ArrayList<>();
    for (int k = 0; k < draft().contests().size(); k++) {
      boolean ranked = mixes != null && mixes.contests().contains(k);
      List<ElGamal> list =
          ranked ? need(mixes, "close").last(k).orElseThrow().rows() : chain().sums(k);
      lists.add(list);
      digests.add(counted == 0 ? Bytes.EMPTY : Lists.digest(list));
    }
    openings =
        new Openings(draft(), eid, need(manifest, "open").shares(), blobs, counted, lists, digests);
    enter(Phase.OPENING);
  }

  private Optional<Refused> decrypt(int trustee, Enc payload, Bytes leaf) {
    if (need(openings, "close").counted() < draft().minCount()) {
      return no(Code.WRONG_PHASE, "decrypt: fewer counted ballots than minCount");
    }
    if (!lots().owed().isEmpty()) {
      return no(Code.WRONG_PHASE, "decrypt: before the lot-reveals of trustees " + lots().owed());
    }
    Optional<Refused> refused =
        need(openings, "close").add(trustee, size(), Merkle.leafHash(leaf), payload);
    if (refused.isEmpty() && phase == Phase.OPENING && need(openings, "close").complete()) count();
    return refused;
  }

  private void count() {
    List<Outcome> all = new ArrayList<>();
    for (int k = 0; k < draft().contests().size(); k++) all.add(count(k));
    outcomes = List.copyOf(all);
    long size = closeIndex + 1;
    result =
        Result.of(eid, size, tree.root(size), mixed(), need(openings, "close").opened(), outcomes);
    enter(Phase.COUNTED);
  }

  private Outcome count(int k) {
    Contest contest = draft().contests().get(k).tiesBy(lots().method(k));
    Openings open = need(openings, "close");
    return switch (contest.kind()) {
      case APPROVAL ->
          Approval.count(
              contest,
              k,
              open.totals(k).orElseThrow(),
              open.counted(),
              need(roll, "roll-freeze").size(),
              lot(k));
      case RANKED -> RankedCount.count(contest, k, open.votes(k).orElseThrow(), lot(k));
    };
  }

  /// record §10: leaf hashes of the mixes by contest and place.
  private List<Bytes> mixed() {
    if (mixes == null) return List.of();
    return mixes.contests().stream()
        .flatMap(k -> need(mixes, "close").done(k).stream())
        .map(Mixes.Done::leafHash)
        .toList();
  }

  private Optional<Refused> tally(Act act) {
    Optional<Refused> wrong = phase(act, EnumSet.of(Phase.COUNTED, Phase.CERTIFIED, Phase.REFUSED));
    if (wrong.isPresent()) return wrong;
    Roster.Role role =
        !act.signatures().isEmpty() && act.signatures().getFirst().contains("/trustee ")
            ? Roster.Role.TRUSTEE
            : Roster.Role.BODY;
    return one(
        act,
        role,
        name -> {
          Enc.Fields f = act.payload().fields("tally");
          Bytes digest = f.bytes("digest", 32);
          Bytes blob = f.bytes("blob", 32);
          f.end();
          if (!digest.equals(need(result, "decrypt").digest())
              || !blob.equals(need(result, "decrypt").object().sha256())) {
            return no(Code.CONFLICT, "tally: another result than the record gives");
          }
          return blobs.get(blob).isPresent()
              ? Optional.empty()
              : no(Code.NOT_FOUND, "tally: the object is not in the record");
        });
  }

  private Optional<Refused> recount(Act act) {
    Optional<Refused> wrong = phase(act, EnumSet.of(Phase.COUNTED, Phase.CERTIFIED, Phase.REFUSED));
    if (wrong.isPresent()) return wrong;
    Recounted found = Recounted.read(act.payload());
    Optional<Refused> unsigned = roster().stranger(act, origin, found.by());
    if (unsigned.isPresent()) return unsigned;
    if (recounts.stream().anyMatch(other -> other.by().equals(found.by()))) {
      return no(Code.CONFLICT, "recount: this key has said what it found");
    }
    if (recounts.size() >= Recounted.MOST) {
      return no(Code.RATE_LIMITED, "recount: the log holds " + Recounted.MOST);
    }
    recounts.add(found);
    return Optional.empty();
  }

  private Optional<Refused> countersign(Act act) {
    Optional<Refused> wrong = phase(act, EnumSet.of(Phase.COUNTED, Phase.CERTIFIED, Phase.REFUSED));
    if (wrong.isPresent()) return wrong;
    Countersigned said = Countersigned.read(act.payload());
    Optional<Refused> unsigned = roster().stranger(act, origin, said.by());
    if (unsigned.isPresent()) return unsigned;
    if (said.size() <= closeIndex
        || said.size() > size()
        || !tree.root(said.size()).equals(said.root())) {
      return no(Code.WRONG_CONTEXT, "countersign: over another log, or over one without `close`");
    }
    if (countersigned.stream()
        .anyMatch(one -> one.by().equals(said.by()) && one.size() >= said.size())) {
      return no(Code.CONFLICT, "countersign: this key has spoken of this log or a longer one");
    }
    if (countersigned.size() >= Countersigned.MOST) {
      return no(Code.RATE_LIMITED, "countersign: the log holds " + Countersigned.MOST);
    }
    countersigned.add(said);
    return Optional.empty();
  }

  private Optional<Refused> noResult(Enc payload) {
    Enc.Fields f = payload.fields("no-result");
    String reason = f.text("reason");
    f.end();
    if (reason.isBlank()) return no(Code.MALFORMED, "no-result: expected a reason");
    noResult = reason;
    enter(Phase.NO_RESULT);
    return Optional.empty();
  }

  private Optional<Refused> certify(Enc payload, Set<String> signers) {
    Enc.Fields f = payload.fields("certificate");
    String text = f.text("text");
    f.end();
    Certificate claims = Certificate.parse(text);
    Certificate given =
        Protocol.certificate(
            this, Protocol.counts(this), claims.software(), claims.verdict(), claims.remarks());
    if (!text.equals(given.text())) {
      return no(Code.WRONG_CONTEXT, "certificate: over another result than the record gives");
    }
    certificate = new Statement(size(), text, Set.copyOf(signers));
    aftermath = new Aftermath(draft(), outcomes, text);
    enter(claims.verdict() == Certificate.Verdict.NOT_CERTIFIED ? Phase.REFUSED : Phase.CERTIFIED);
    return Optional.empty();
  }

  private Optional<Refused> dissent(Act act) {
    Optional<Refused> wrong = phase(act, EnumSet.of(Phase.COUNTED, Phase.CERTIFIED, Phase.REFUSED));
    if (wrong.isPresent()) return wrong;
    return one(
        act,
        Roster.Role.BODY,
        name -> {
          Enc.Fields f = act.payload().fields("dissent");
          String text = f.text("text");
          f.end();
          Dissent dissent = Dissent.parse(text);
          if (!dissent.result().equals(need(result, "decrypt").digest())
              || !dissent.eid().equals(eid)
              || !dissent.body().equals(name)) {
            return no(Code.WRONG_CONTEXT, "dissent: of another body or over another result");
          }
          dissents.add(new Statement(size(), text, Set.of(name)));
          return Optional.empty();
        });
  }

  private Optional<Refused> object(Act act) {
    if (EnumSet.of(Phase.CERTIFIED, Phase.REFUSED, Phase.FINAL, Phase.VOID).contains(phase)) {
      return no(Code.WRONG_PHASE, "object: the election is in phase " + phase.id());
    }
    return one(
        act,
        Roster.Role.BODY,
        name -> {
          Enc.Fields f = act.payload().fields("object");
          String reason = f.text("reason");
          f.uint("language", draft().languages().size() - 1);
          f.end();
          objections.add(new Statement(size(), reason, Set.of(name)));
          return Optional.empty();
        });
  }

  private Optional<Refused> last(Enc payload) {
    payload.fields("final").end();
    enter(Phase.FINAL);
    return Optional.empty();
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }

  // ---- what stands

  public String origin() {
    return origin;
  }

  public Phase phase() {
    return phase;
  }

  /// Leaves so far, ignored ones included.
  public long size() {
    return tree.size();
  }

  public Tree tree() {
    return tree;
  }

  /// Log size at which each phase began.
  public Map<Phase, Long> stages() {
    return Collections.unmodifiableMap(stages);
  }

  /// Leaves that the rules refuse, with the reason; never any in a log that an honest server kept.
  public Map<Long, Refused> ignored() {
    return Collections.unmodifiableMap(ignored);
  }

  /// How many ballots before `close` the rules refuse, those inside deposits among them.
  public long ignoredBallots() {
    return ignoredBallots;
  }

  /// How many of these stand inside deposits and are no leaves of their own.
  public long ignoredInside() {
    return ignoredInside;
  }

  /// The deposits that stand, by index, with what became of each ballot.
  public Map<Long, Deposit.Logged> deposits() {
    return Collections.unmodifiableMap(deposits);
  }

  /// The one body that signed a deposit, whatever is in it; refused where it is none or no deposit
  /// of this election.
  public Roster.Signed depositor(Act act) {
    if (!act.type().equals(Deposit.TYPE) || !act.id().equals(eid) || act.serial() != 0) {
      return new Roster.Signed.Not(
          new Refused(Code.WRONG_CONTEXT, "not a deposit of this election"));
    }
    Roster.Signed signed = roster().signed(act, origin, Roster.Role.BODY);
    if (signed instanceof Roster.Signed.By(Set<String> names) && names.size() != 1) {
      return new Roster.Signed.Not(
          new Refused(Code.TOO_FEW_SIGNATURES, "deposit: expected exactly one signature"));
    }
    return signed;
  }

  /// How many entries of each type were admitted.
  public Map<String, Long> admitted() {
    return Collections.unmodifiableMap(leaves);
  }

  /// Throws until the first leaf, the draft, was admitted; so do the others that follow from it.
  public Draft draft() {
    return need(draft, "draft");
  }

  public boolean drafted() {
    return draft != null;
  }

  public Roster roster() {
    return need(roster, "draft");
  }

  public Policy policy() {
    return need(policy, "draft");
  }

  public Bytes cid() {
    return need(cid, "draft");
  }

  public Keys keys() {
    return need(keys, "draft");
  }

  /// Empty until every registrar froze its roll.
  public Optional<Roll> roll() {
    return Optional.ofNullable(roll);
  }

  /// Whether the registrar at this position of the draft has frozen its roll.
  public boolean frozen(int registrar) {
    return need(frozen, "draft")[registrar] != null;
  }

  /// record §8a: what was drawn, and what is still to be drawn.
  public Lots lots() {
    return need(lots, "draft");
  }

  /// The newest list of the page's files that was logged.
  public Optional<WebRelease> webRelease() {
    return Optional.ofNullable(webRelease);
  }

  /// record §8a: option positions of a contest in the drawn order; empty before the draw.
  public List<Integer> optionOrder(int contest) {
    return lots().order(contest);
  }

  /// record §8a: option positions of a contest in the order that decides its ties.
  public List<Integer> lot(int contest) {
    return lots().ties(contest);
  }

  public Optional<Manifest> manifest() {
    return Optional.ofNullable(manifest);
  }

  /// Empty before `open`.
  public Optional<Bytes> eid() {
    return manifest().map(Manifest::eid);
  }

  /// Index of `open`, or -1.
  public long openIndex() {
    return openIndex;
  }

  /// Index of `close`, or -1.
  public long closeIndex() {
    return closeIndex;
  }

  /// The box: which ballots are valid and count. Throws before `open`.
  public Chain chain() {
    return need(chain, "open");
  }

  /// Empty before `close`, and where no contest is ranked.
  public Optional<Mixes> mixes() {
    return Optional.ofNullable(mixes);
  }

  /// Empty before `close` and while ranked contests are mixed.
  public Optional<Openings> openings() {
    return Optional.ofNullable(openings);
  }

  public Optional<Result> result() {
    return Optional.ofNullable(result);
  }

  public List<Outcome> outcomes() {
    return outcomes;
  }

  public Optional<Statement> certificate() {
    return Optional.ofNullable(certificate);
  }

  public List<Statement> dissents() {
    return List.copyOf(dissents);
  }

  /// What people without a role found, as it came into the log.
  public List<Recounted> recounts() {
    return List.copyOf(recounts);
  }

  /// What observers say of their verification, as it came into the log.
  public List<Countersigned> countersigned() {
    return List.copyOf(countersigned);
  }

  /// What followed the certificate; empty before one stands.
  public Optional<Aftermath> aftermath() {
    return Optional.ofNullable(aftermath);
  }

  public List<Statement> objections() {
    return List.copyOf(objections);
  }

  /// Why the election ended without a result.
  public Optional<String> withoutResult() {
    return Optional.ofNullable(noResult);
  }

  private static <T> T need(@Nullable T value, String leaf) {
    if (value == null) throw new IllegalStateException("no " + leaf + " was folded yet");
    return value;
  }
}
