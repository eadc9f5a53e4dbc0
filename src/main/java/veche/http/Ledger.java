package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Policy;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.record.Act;
import veche.record.Admission;
import veche.record.Deposit;
import veche.record.Entry;
import veche.record.Phase;
import veche.record.Record;
import veche.store.Board;
import veche.store.Desk;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// One election's log as this server keeps it: the fold, the tree, what is published and what
/// waits. The sequencer's thread alone changes it; readers see only what a commit has made durable.
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int PAGE = 256;
  private static final long CLOCK_SLACK = 300;

  /// What a ledger needs from its server.
  record Context(
      Board board,
      Desk desk,
      Entropy entropy,
      InstantSource clock,
      Limits limits,
      Metrics metrics) {}

  /// What everybody may see.
  record Shown(
      long size,
      Phase phase,
      Record record,
      Optional<Draft> draft,
      Optional<Policy> policy,
      Checkpoints.Shown checkpoints) {}

  /// All that a reload replaces.
  private static final class State {
    final Record record;
    final Tree tree = new Tree();
    final Map<Bytes, Long> places = new ConcurrentHashMap<>();
    final Map<Bytes, Long> acts = new HashMap<>();
    final Map<Bytes, Desk.Pending> pending = new LinkedHashMap<>();
    final Checkpoints checkpoints;
    final long epoch;

    State(Record record, Checkpoints checkpoints, long epoch) {
      this.record = record;
      this.checkpoints = checkpoints;
      this.epoch = epoch;
    }
  }

  private final String slug;
  private final SigningKey key;
  private final Context context;
  private final Refusals refusals;
  private final Map<Bytes, Bytes> staged = new HashMap<>();
  private volatile State state;
  private volatile Shown shown;

  /// The outcome of a commit is unknown: the database must be asked before anything else happens.
  private boolean broken;

  /// Why this server may never sign for this log again.
  private @Nullable String halted;

  /// Reads the log from the database and takes it over.
  Ledger(String slug, SigningKey key, Context context) {
    this.slug = slug;
    this.key = key;
    this.context = context;
    refusals = new Refusals(now(context.desk.refused(slug)));
    state = load();
    shown = show();
  }

  String slug() {
    return slug;
  }

  String origin() {
    return key.name();
  }

  Vkey vkey() {
    return key.vkey();
  }

  Refusals refusals() {
    return refusals;
  }

  Shown shown() {
    return shown;
  }

  // ---- start and restart

  private State load() {
    Board board = context.board;
    State fresh =
        new State(
            new Record(origin(), this::blob, context.entropy),
            new Checkpoints(slug, board, context.clock),
            now(board.take(slug)));
    List<Long> stages = new ArrayList<>();
    List<Board.Leaf> page = now(board.leaves(slug, 0, PAGE));
    while (!page.isEmpty()) {
      for (Board.Leaf leaf : page) {
        Phase before = fresh.record.phase();
        refold(fresh, leaf);
        if (fresh.record.phase() != before) stages.add(fresh.tree.size() - 1);
      }
      page = now(board.leaves(slug, fresh.tree.size(), PAGE));
    }
    long size = fresh.tree.size();
    Optional<String> note = now(board.checkpoint(slug, size));
    note.ifPresent(text -> compare(fresh.tree, text));
    fresh.checkpoints.load(size, note, stages, policy(fresh.record));
    for (Desk.Pending waiting : now(context.desk.pending(slug))) {
      fresh.pending.put(waiting.digest(), waiting);
    }
    return fresh;
  }

  /// The leaf was proved before it was admitted; the proofs are not checked a second time.
  private void refold(State fresh, Board.Leaf leaf) {
    Entry entry = Entry.parse(leaf.bytes());
    long index =
        switch (fresh.record.admit(entry)) {
          case Admission.Admitted(long at) -> at;
          case Admission.No(Refused why) ->
              throw new IllegalStateException(
                  slug + ": leaf " + fresh.tree.size() + " is refused now: " + why);
        };
    fresh.tree.append(leaf.hash());
    fresh.places.put(leaf.hash(), index);
    for (Bytes ballot : inside(fresh.record, index)) fresh.places.put(ballot, index);
    if (entry instanceof Entry.Acted acted) fresh.acts.put(acted.act().digest(), index);
  }

  /// Leaf hashes of the ballots that became valid inside the leaf at this index.
  private static List<Bytes> inside(Record record, long index) {
    Deposit.Logged deposit = record.deposits().get(index);
    return deposit == null ? List.of() : deposit.taken();
  }

  private void compare(Tree tree, String note) {
    if (!Checkpoint.verified(Note.parse(note), vkey()).root().equals(tree.root())) {
      throw new IllegalStateException(slug + ": the leaves are not those of the checkpoint");
    }
  }

  private Optional<Bytes> blob(Bytes sha256) {
    Bytes held = staged.get(sha256);
    return held != null ? Optional.of(held) : now(context.board.blob(slug, sha256));
  }

  private static Optional<Policy> policy(Record record) {
    return record.drafted() ? Optional.of(record.policy()) : Optional.empty();
  }

  private Shown show() {
    Record record = state.record;
    return new Shown(
        state.tree.size(),
        record.phase(),
        record,
        record.drafted() ? Optional.of(record.draft()) : Optional.empty(),
        policy(record),
        state.checkpoints.show());
  }

  // ---- writing: the sequencer's thread

  /// Admits what the fold admits, in this order, and remembers it in one transaction. Every waiter
  /// is answered.
  void commit(List<Sequencer.Submission> batch) {
    ready();
    try {
      new Commit().run(batch);
    } catch (RuntimeException e) {
      broken = true;
      throw e;
    }
  }

  private void ready() {
    if (halted != null) throw new Unable("this log is closed: " + halted);
    if (broken) reload();
  }

  private void halt(String why) {
    halted = why;
    LOG.error("{}: {}; nothing more is taken into this log", slug, why);
  }

  /// After a commit whose outcome is unknown the database alone knows what is in the log.
  private void reload() {
    state = load();
    shown = show();
    broken = false;
    LOG.warn("{}: read again from the database, {} leaves", slug, shown.size);
  }

  private final class Commit {
    private final long from = state.tree.size();
    private final Phase before = state.record.phase();
    private final List<Board.Leaf> leaves = new ArrayList<>();
    private final Map<Bytes, Long> places = new HashMap<>();
    private final Map<Bytes, Bytes> blobs = new HashMap<>();
    private final List<Act> acts = new ArrayList<>();
    private final Map<Promise<Answer>, Place> waiters = new LinkedHashMap<>();

    void run(List<Sequencer.Submission> batch) {
      for (Sequencer.Submission s : batch) {
        switch (s.entry()) {
          case Entry.Cast cast -> ballot(cast, s.answer());
          case Entry.Acted acted -> act(acted.act(), s.blobs(), s.answer());
          case Entry.Deposited deposited -> deposit(deposited, s.answer());
        }
      }
      if (leaves.isEmpty()) return;
      String note;
      try {
        note = append();
      } catch (RuntimeException e) {
        broken = true;
        LOG.error("{}: the commit of {} leaves failed: {}", slug, leaves.size(), e.toString());
        if (e instanceof Board.Superseded) halt("another server keeps this log now");
        waiters.keySet().forEach(w -> w.tryFail(new Unable("the commit failed; send it again")));
        return;
      } finally {
        staged.clear();
      }
      publish(note);
      waiters.forEach((w, place) -> w.tryComplete(new Answer.Logged(receipt(place, note))));
    }

    private void ballot(Entry.Cast cast, Promise<Answer> answer) {
      Bytes hash = Merkle.leafHash(cast.leaf());
      if (known(hash, answer)) return;
      Optional<Refused> early = tooLate();
      if (early.isEmpty() && context.limits.spent(cast.ballot().vk())) {
        early = Optional.of(new Refused(Code.RATE_LIMITED, "this key has cast many ballots"));
      }
      Optional<Refused> refused = early.or(() -> admit(cast, hash, answer));
      if (refused.isPresent()) {
        answer.tryFail(new Refusal(refused.get()));
      } else {
        context.limits.cast(cast.ballot().vk());
      }
    }

    private boolean known(Bytes hash, Promise<Answer> answer) {
      Long logged = state.places.get(hash);
      Long index = places.get(hash);
      if (logged != null) {
        receipt(new Place(hash, logged))
            .<Answer>map(Answer.Logged::new)
            .onSuccess(answer::tryComplete)
            .onFailure(answer::tryFail);
      } else if (index != null) {
        waiters.put(answer, new Place(hash, index));
      }
      return logged != null || index != null;
    }

    private Optional<Refused> admit(Entry entry, Bytes hash, Promise<Answer> answer) {
      return switch (state.record.admit(entry)) {
        case Admission.No(Refused why) -> Optional.of(why);
        case Admission.Admitted(long index) -> {
          leaves.add(new Board.Leaf(hash, entry.leaf()));
          places.put(hash, index);
          for (Bytes ballot : inside(state.record, index)) places.put(ballot, index);
          waiters.put(answer, new Place(hash, index));
          yield Optional.empty();
        }
      };
    }

    /// protocol §6: what other doors took. It may come after the closing time, as long as `close`
    /// is not in the log; the witnesses watch that (log §5).
    private void deposit(Entry.Deposited deposited, Promise<Answer> answer) {
      Bytes hash = Merkle.leafHash(deposited.leaf());
      if (known(hash, answer) || knownAct(deposited.act().digest(), answer)) return;
      Optional<Refused> refused = admit(deposited, hash, answer);
      if (refused.isPresent()) {
        answer.tryFail(new Refusal(refused.get()));
        return;
      }
      acts.add(deposited.act());
    }

    private boolean knownAct(Bytes digest, Promise<Answer> answer) {
      Long logged = state.acts.get(digest);
      if (logged == null) return false;
      receipt(logged)
          .<Answer>map(Answer.Logged::new)
          .onSuccess(answer::tryComplete)
          .onFailure(answer::tryFail);
      return true;
    }

    /// record §2: equal acts collect signatures until they are enough.
    private void act(Act act, Map<Bytes, Bytes> given, Promise<Answer> answer) {
      Bytes digest = act.digest();
      if (knownAct(digest, answer)) return;
      Desk.Pending waiting = state.pending.get(digest);
      Act merged;
      try {
        merged = waiting == null ? act : merge(Act.parse(waiting.act()), act);
      } catch (Malformed e) {
        answer.tryFail(new Refusal(Code.MALFORMED, e.getMessage()));
        return;
      }
      Bytes leaf = merged.encode();
      if (leaf.length() > Tile.MAX_LEAF) {
        answer.tryFail(new Refusal(Code.TOO_LARGE, "a leaf has at most 65535 bytes"));
        return;
      }
      staged.clear();
      if (waiting != null) staged.putAll(waiting.blobs());
      staged.putAll(given);
      Optional<Refused> refused =
          tooEarly(merged)
              .or(() -> admit(new Entry.Acted(merged, leaf), Merkle.leafHash(leaf), answer));
      if (refused.isEmpty()) {
        acts.add(merged);
        blobs.putAll(staged);
      } else if (refused.get().code() == Code.TOO_FEW_SIGNATURES && need(merged) > 1) {
        wait(merged, answer);
      } else {
        answer.tryFail(new Refusal(refused.get()));
      }
    }

    private void wait(Act act, Promise<Answer> answer) {
      List<String> have = signers(act);
      Desk.Pending pending = new Desk.Pending(act.digest(), act.encode(), staged);
      int most = state.record.phase() == Phase.DRAFTING ? Limits.PENDING_DRAFTS : Limits.PENDING;
      if (have.isEmpty()) {
        answer.tryFail(new Refusal(Code.TOO_FEW_SIGNATURES, act.type() + ": nobody signed"));
      } else if (!state.pending.containsKey(act.digest()) && state.pending.size() >= most) {
        answer.tryFail(new Refusal(Code.RATE_LIMITED, "too many acts wait for signatures"));
      } else {
        now(context.desk.keep(slug, pending));
        state.pending.put(act.digest(), pending);
        answer.tryComplete(new Answer.Waiting(have, need(act)));
      }
    }

    private String append() {
      for (Board.Leaf leaf : leaves) {
        synchronized (state.tree) {
          state.tree.append(leaf.hash());
        }
      }
      Checkpoint checkpoint = new Checkpoint(origin(), state.tree.size(), state.tree.root());
      String note = checkpoint.sign(key).text();
      now(
          context.board.append(
              new Board.Batch(slug, state.epoch, from, leaves, blobs, note, stages())));
      return note;
    }

    /// record §6: a stage's own checkpoint, and what witnesses said of the log before `close`.
    private Set<Long> stages() {
      Phase after = state.record.phase();
      if (after == before) return Set.of();
      return after.closed() && !before.closed()
          ? Set.of(from, state.tree.size())
          : Set.of(state.tree.size());
    }

    private void publish(String note) {
      state.places.putAll(places);
      for (Act act : acts) {
        state.acts.put(act.digest(), places.getOrDefault(Merkle.leafHash(act.encode()), -1L));
      }
      Phase after = state.record.phase();
      state.checkpoints.committed(state.tree.size(), note, stages(), policy(state.record));
      if (after != before) state.checkpoints.stage();
      if (after != before && after == Phase.VOTING) {
        now(context.desk.forgetEnrolments(slug));
      }
      if (!acts.isEmpty()) dropStale();
      shown = show();
      context.metrics.committed(leaves.size());
    }
  }

  /// The lines of both, one for each name; a second line of a name adds nothing.
  private static Act merge(Act had, Act came) {
    List<String> names = signers(had);
    return had.with(
        came.signatures().stream().filter(l -> !names.contains(Note.signer(l))).toList());
  }

  private static List<String> signers(Act act) {
    return act.signatures().stream().map(Note::signer).toList();
  }

  /// How many bodies an act needs, 1 for those of a single author.
  private int need(Act act) {
    Optional<Draft> draft =
        act.type().equals("draft") ? Optional.of(Draft.read(act.payload())) : shown.draft;
    return switch (act.type()) {
      case "draft" -> draft.orElseThrow().needed("define");
      case "open" -> draft.orElseThrow().needed("open");
      case "web-release" -> draft.orElseThrow().needed("release");
      case "close", "no-result" -> draft.orElseThrow().needed("close");
      case "certificate", "final" -> draft.orElseThrow().needed("certify");
      default -> 1;
    };
  }

  private void dropStale() {
    for (Desk.Pending waiting : List.copyOf(state.pending.values())) {
      Act act = Act.parse(waiting.act());
      if (act.id().equals(state.record.id())
          && act.serial() == state.record.nextSerial(act.type())) {
        continue;
      }
      state.pending.remove(waiting.digest());
      now(context.desk.drop(slug, waiting.digest()));
    }
  }

  /// record §6: the fold has no clock, the server has.
  private Optional<Refused> tooLate() {
    boolean late = shown.draft.filter(d -> clock() >= d.closesAt()).isPresent();
    return late ? Optional.of(new Refused(Code.WRONG_PHASE, "voting has ended")) : Optional.empty();
  }

  private Optional<Refused> tooEarly(Act act) {
    Optional<Long> from =
        switch (act.type()) {
          case "open" -> shown.draft.map(Draft::opensAt);
          case "close" -> shown.draft.map(Draft::closesAt);
          default -> Optional.empty();
        };
    return from.filter(t -> clock() < t)
        .map(t -> new Refused(Code.WRONG_PHASE, act.type() + ": not before its time"));
  }

  private long clock() {
    return context.clock.instant().getEpochSecond();
  }

  // ---- witnesses: the sequencer's thread

  /// doors §3 `cosignatures`: what the policy's witnesses say in a note. Any thread.
  List<Board.Cosignature> cosignatures(Note note) {
    if (!Checkpoint.parse(note.body()).origin().equals(origin())) {
      throw new Refusal(Code.WRONG_CONTEXT, "a checkpoint of another log");
    }
    Policy policy =
        shown.policy.orElseThrow(
            () -> new Refusal(Code.WRONG_PHASE, "witnesses are named by the draft"));
    long size = Checkpoint.parse(note.body()).size();
    List<Board.Cosignature> out = new ArrayList<>();
    for (String line : note.lines()) {
      for (Vkey witness : policy.witnessKeys()) {
        if (!Note.names(line, witness)) continue;
        long time =
            Cosignature.verify(line, witness, note.body())
                .orElseThrow(() -> new Refusal(Code.BAD_SIGNATURE, "by " + witness.name()));
        if (time > clock() + CLOCK_SLACK) {
          throw new Refusal(Code.CONFLICT, witness.name() + " is ahead of this server's clock");
        }
        out.add(new Board.Cosignature(size, witness.name(), time, line));
      }
    }
    if (out.isEmpty()) throw new Refusal(Code.UNKNOWN_KEY, "no witness of the policy cosigned");
    return out;
  }

  /// Keeps what [#cosignatures] found in this note.
  void cosign(Note note, List<Board.Cosignature> lines) {
    ready();
    Checkpoint claimed = Checkpoint.parse(note.body());
    boolean ours =
        claimed.size() <= shown.size
            && inTree(tree -> tree.root(claimed.size())).equals(claimed.root());
    if (!ours) {
      if (note.verifiedBy(List.of(vkey())).isEmpty()) {
        throw new Refusal(Code.CONFLICT, "not a state of this log");
      }
      // signed by this log's key over a state that is not here: the database is older than the log
      halt("a witness saw " + claimed.size() + " leaves of it that are not here");
      throw new Refusal(Code.CONFLICT, "this server's log is not the one it signed");
    }
    state.checkpoints.cosign(claimed.size(), lines);
    shown = show();
  }

  /// doors §1 `candidate`; it turns with time.
  String candidate() {
    shown = show();
    return shown.checkpoints.candidate();
  }

  /// Whether this body may bring another deposit now. Any thread.
  boolean mayDeposit(String body) {
    return context.limits.deposit(slug, body);
  }

  List<Desk.Pending> pending() {
    return List.copyOf(state.pending.values());
  }

  /// What stands in `acts/pending` beside the act itself.
  Answer.Waiting waiting(Desk.Pending pending) {
    Act act = Act.parse(pending.act());
    return new Answer.Waiting(signers(act), need(act));
  }

  // ---- reading: any thread

  Optional<Place> place(Bytes leafHash) {
    return Optional.ofNullable(state.places.get(leafHash)).map(at -> new Place(leafHash, at));
  }

  /// The receipt a leaf was first answered with.
  Future<String> receipt(long index) {
    return context
        .board
        .checkpointOver(slug, index)
        .map(note -> receipt(index, note.orElseThrow(() -> new Unable("no checkpoint yet"))));
  }

  String receipt(long index, String note) {
    return proof(index, note).text();
  }

  private Receipt proof(long index, String note) {
    Note signed = Note.parse(note);
    long size = Checkpoint.parse(signed.body()).size();
    return new Receipt(index, inTree(tree -> tree.inclusion(index, size)), signed);
  }

  /// Where what has this leaf hash stands: by itself, or as a ballot inside a deposit.
  record Place(Bytes hash, long index) {}

  Future<String> receipt(Place place) {
    return context
        .board
        .checkpointOver(slug, place.index)
        .map(note -> receipt(place, note.orElseThrow(() -> new Unable("no checkpoint yet"))));
  }

  /// log §4: of a ballot inside a deposit it is the deposit's proof that names the ballot.
  String receipt(Place place, String note) {
    Receipt receipt = proof(place.index, note);
    boolean itself = inTree(tree -> tree.leaf(place.index)).equals(place.hash);
    return (itself ? receipt : Deposit.receipt(place.hash, receipt)).text();
  }

  List<Bytes> consistency(long from, long to) {
    if (from > to || to > shown.size) throw new Refusal(Code.NOT_FOUND, "the log is not so long");
    return inTree(tree -> tree.consistency(from, to));
  }

  /// The bytes of a tile of the published tree.
  Future<Bytes> tile(Tile t) {
    if (!t.within(shown.size)) {
      return Future.failedFuture(new Refusal(Code.NOT_FOUND, "the log is not so long"));
    } else if (t.level() == Tile.ENTRIES) {
      return context
          .board
          .leaves(slug, t.first(), t.width())
          .map(leaves -> Tile.entries(leaves.stream().map(Board.Leaf::bytes).toList()));
    } else {
      return Future.succeededFuture(inTree(tree -> tree.tile(t.level(), t.n(), t.width())));
    }
  }

  /// The sequencer may be appending: trees are read and grown one at a time.
  private <T> T inTree(Function<Tree, T> read) {
    Tree tree = state.tree;
    synchronized (tree) {
      return read.apply(tree);
    }
  }

  Future<Optional<Bytes>> leaf(long index) {
    if (index >= shown.size) return Future.succeededFuture(Optional.empty());
    return context
        .board
        .leaves(slug, index, 1)
        .map(found -> found.stream().map(Board.Leaf::bytes).findFirst());
  }

  Future<Void> saveRefusals() {
    Map<String, Long> counted = refusals.take();
    return counted.isEmpty() ? Future.succeededFuture() : context.desk.count(slug, counted);
  }

  Board board() {
    return context.board;
  }

  Desk desk() {
    return context.desk;
  }
}
