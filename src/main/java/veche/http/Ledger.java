package veche.http;

import static veche.store.Db.now;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;
import veche.crypto.Hmac;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Transcript;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Policy;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.record.Act;
import veche.record.Deposit;
import veche.record.Phase;
import veche.record.Record;
import veche.store.Board;
import veche.store.Desk;
import veche.wire.Bytes;
import veche.wire.Enc;

/// One election's log at this server: what everybody may see of it, and how it is read from the
/// database and written to it. The sequencer's thread alone changes it; readers see only what a
/// commit has made durable.
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int PAGE = 256;
  private static final long CLOCK_SLACK = 300;

  /// How long the epoch is taken for granted: less than another server waits for a silent one.
  private static final long SURE_NANOS = 2_000_000_000L;

  /// What a ledger needs from its server.
  ///
  /// @param scratch a folder for what need not stay in memory and is of no use to anybody else
  record Context(
      Board board,
      Desk desk,
      Entropy entropy,
      InstantSource clock,
      Limits limits,
      Metrics metrics,
      Role role,
      Faults faults,
      Path scratch) {}

  /// What everybody may see.
  record Shown(
      long size,
      Phase phase,
      Record record,
      Optional<Draft> draft,
      Optional<Policy> policy,
      Checkpoints.Shown checkpoints) {}

  /// Acts that wait for signatures, by digest. The sequencer's thread only, like what follows.
  final Map<Bytes, Desk.Pending> pending = new LinkedHashMap<>();

  /// Objects of the act that is being admitted.
  final Map<Bytes, Bytes> staged = new HashMap<>();

  private final String slug;
  private final Vkey vkey;
  private final Optional<SigningKey> key;
  private final Context context;
  private final Refusals refusals;
  private volatile Fold fold;
  private volatile Shown shown;
  private Checkpoints checkpoints;
  private long turn = -1;

  /// Of this server's turn as the log's keeper; -1 while it follows.
  private volatile long epoch = -1;

  /// When the database last said that the epoch is this server's.
  private long sure;

  /// The fold holds what the log may lack: the database must be read again before anything else.
  private volatile boolean broken;

  /// Why this server may never sign for this log again.
  private volatile @Nullable String halted;

  /// Reads the log from the database.
  ///
  /// @param key empty if this server does not hold it: it then serves the log and adds nothing
  Ledger(Board.Log log, Optional<SigningKey> key, Context context) {
    slug = log.slug();
    vkey = Vkey.parse(log.vkey());
    this.key = key;
    this.context = context;
    refusals = new Refusals(now(context.desk.refused(slug)));
    fold = fresh();
    checkpoints = new Checkpoints(slug, context.board, context.clock);
    shown = show();
    follow(log);
  }

  String slug() {
    return slug;
  }

  String origin() {
    return vkey.name();
  }

  Vkey vkey() {
    return vkey;
  }

  Refusals refusals() {
    return refusals;
  }

  Shown shown() {
    return shown;
  }

  Fold fold() {
    return fold;
  }

  Checkpoints checkpoints() {
    return checkpoints;
  }

  long epoch() {
    return epoch;
  }

  private Fold fresh() {
    return new Fold(
        new Record(origin(), this::blob, context.entropy, new Scratch(context.scratch)));
  }

  private Optional<Bytes> blob(Bytes sha256) {
    Bytes held = staged.get(sha256);
    return held != null ? Optional.of(held) : now(context.board.blob(slug, sha256));
  }

  private Shown show() {
    Record record = fold.record;
    return new Shown(
        fold.size(),
        record.phase(),
        record,
        record.drafted() ? Optional.of(record.draft()) : Optional.empty(),
        fold.policy(),
        checkpoints.show(epoch >= 0));
  }

  /// Shows what is durable now.
  void publish() {
    shown = show();
  }

  // ---- following: the sequencer's thread

  /// Reads what the database has beyond this. Only whole commits are shown.
  void follow(Board.Log head) {
    if (epoch >= 0 || !broken && head.size() == fold.size() && head.turn() == turn) return;
    read(head);
  }

  private void read(Board.Log head) {
    Fold next = broken ? fresh() : fold;
    if (head.size() < next.size()) {
      throw new IllegalStateException(slug + ": the database is older than what was read of it");
    }
    try {
      while (next.size() < head.size()) {
        int count = (int) Math.min(PAGE, head.size() - next.size());
        next.extend(now(context.board.leaves(slug, next.size(), count)));
      }
    } catch (RuntimeException e) {
      broken = true;
      throw e;
    }
    Optional<String> note = now(context.board.checkpoint(slug, head.size()));
    note.ifPresent(text -> compare(next, text));
    Checkpoints read = new Checkpoints(slug, context.board, context.clock);
    read.load(head.size(), head.candidate(), note, next.starts, next.policy());
    pending.clear();
    for (Desk.Pending waiting : now(context.desk.pending(slug))) {
      pending.put(waiting.digest(), waiting);
    }
    fold = next;
    checkpoints = read;
    turn = head.turn();
    publish();
    broken = false;
  }

  private void compare(Fold read, String note) {
    Bytes root = read.inTree(Tree::root);
    if (!Checkpoint.verified(Note.parse(note), vkey).root().equals(root)) {
      throw new IllegalStateException(slug + ": the leaves are not those of the checkpoint");
    }
  }

  // ---- keeping: the sequencer's thread

  /// Makes this server the log's only keeper and reads what others left.
  void take() {
    if (key.isEmpty()) {
      LOG.error("{}: this server lacks its key and can only show it", slug);
      return;
    }
    epoch = -1;
    sure = System.nanoTime();
    long mine = now(context.board.take(slug));
    read(now(context.board.log(slug)));
    epoch = mine;
    publish();
  }

  /// Another server keeps the log from here on.
  void release() {
    if (epoch < 0) return;
    epoch = -1;
    turn = -1;
  }

  /// Admits what the fold admits, in this order, and remembers it in one transaction. Every waiter
  /// is answered.
  void commit(List<Sequencer.Submission> batch) {
    ready();
    try {
      new Commit(this, context).run(batch);
    } catch (RuntimeException e) {
      broken = true;
      throw e;
    }
  }

  private void ready() {
    if (key.isEmpty() && context.role.keeper()) {
      throw new Unable("this server lacks the key of " + origin());
    }
    if (halted != null) throw new Unable("this log is closed: " + halted);
    if (epoch < 0) throw new NotKeeper();
    if (System.nanoTime() - sure > SURE_NANOS) makeSure();
    if (broken) {
      read(now(context.board.log(slug)));
      LOG.warn("{}: read again from the database, {} leaves", slug, shown.size);
    }
  }

  /// Whoever stood still may have been succeeded. Found out before anything is admitted, the fold
  /// stays the beginning of the log and goes on from there.
  private void makeSure() {
    long asked = System.nanoTime();
    if (now(context.board.epoch(slug)) != epoch) {
      LOG.warn("{}: another server keeps this log now", slug);
      release();
      context.role.depose();
      throw new NotKeeper();
    }
    sure = asked;
  }

  /// After a commit that failed the database alone knows what is in the log.
  void failed(RuntimeException e) {
    broken = true;
    if (e instanceof Board.Superseded) {
      LOG.warn("{}: another server keeps this log now", slug);
      epoch = -1;
      context.role.depose();
    }
  }

  String sign(Checkpoint checkpoint) {
    return checkpoint.sign(key.orElseThrow()).text();
  }

  /// Whether this server keeps the log and its fold is what the database holds, so that the fold's
  /// word is the last. Any thread; what [#shown] gives afterwards is that fold.
  boolean sound() {
    return epoch >= 0 && !broken && halted == null;
  }

  /// Nothing more is taken into this log until a person has looked. The sequencer's thread.
  boolean halt(String why) {
    halted = why;
    LOG.error("{}: {}; nothing more is taken into this log", slug, why);
    return true;
  }

  /// Whether this server can sign for this log.
  boolean holdsKey() {
    return key.isPresent();
  }

  /// log §3.2: says to the other servers that hold this log's key that one of them has looked at
  /// the proofs of this ballot. Empty without the key.
  Bytes mark(Bytes errand, Bytes leaf) {
    if (key.isEmpty()) return Bytes.EMPTY;
    Bytes secret = Transcript.th("errand-key", Enc.bytes(key.get().seed()));
    return Hmac.sha256(secret, Transcript.th("errand", Enc.bytes(errand), Enc.bytes(leaf)));
  }

  /// Whether that is the [#mark] of such a server.
  boolean marked(Bytes errand, Bytes leaf, Bytes mark) {
    Bytes own = mark(errand, leaf);
    return own.length() > 0 && MessageDigest.isEqual(own.unsafeArray(), mark.unsafeArray());
  }

  /// log §3.5: what is wrong if this log signed that. The sequencer's thread.
  Optional<Rollback.Kind> compare(Checkpoint signed) {
    if (signed.size() > shown.size) {
      // another server may have added it meanwhile, or a commit of ours that seemed to fail
      Board.Log head = now(context.board.log(slug));
      if (epoch < 0) follow(head);
      else if (broken) read(head);
    }
    if (signed.size() > shown.size) return Optional.of(Rollback.Kind.OLDER_DATABASE);
    boolean ours = fold.inTree(tree -> tree.root(signed.size())).equals(signed.root());
    return ours ? Optional.empty() : Optional.of(Rollback.Kind.FORKED_LOG);
  }

  /// The lines of both, one for each name; a second line of a name adds nothing.
  static Act merge(Act had, Act came) {
    List<String> names = signers(had);
    return had.with(
        came.signatures().stream().filter(l -> !names.contains(Note.signer(l))).toList());
  }

  static List<String> signers(Act act) {
    return act.signatures().stream().map(Note::signer).toList();
  }

  /// How many bodies an act needs, 1 for those of a single author.
  int need(Act act) {
    Optional<Draft> draft =
        act.type().equals("draft") ? Optional.of(Draft.read(act.payload())) : shown.draft;
    return switch (act.type()) {
      case "draft" -> draft.orElseThrow().needed("define");
      case "open" -> draft.orElseThrow().needed("open");
      case "web-release" -> draft.orElseThrow().needed("release");
      case "close", "no-result", "skip" -> draft.orElseThrow().needed("close");
      case "annul" -> draft.orElseThrow().needed("annul");
      case "certificate", "mandate", "revoke-mandate", "final" ->
          draft.orElseThrow().needed("certify");
      default -> 1;
    };
  }

  long clock() {
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
            && fold.inTree(tree -> tree.root(claimed.size())).equals(claimed.root());
    if (!ours) {
      if (note.verifiedBy(List.of(vkey())).isEmpty()) {
        throw new Refusal(Code.CONFLICT, "not a state of this log");
      }
      // signed by this log's key over a state that is not here: the database is older than the log
      halt("a witness saw " + claimed.size() + " leaves of it that are not here");
      throw new Refusal(Code.CONFLICT, "this server's log is not the one it signed");
    }
    checkpoints.cosign(claimed.size(), lines);
    publish();
  }

  /// doors §1 `candidate`; it turns with time.
  String candidate() {
    if (!broken) publish();
    return shown.checkpoints.candidate();
  }

  /// Whether this body may bring another deposit now. Any thread.
  boolean mayDeposit(String body) {
    return context.limits.deposit(slug, body);
  }

  List<Desk.Pending> pending() {
    return List.copyOf(pending.values());
  }

  /// What stands in `acts/pending` beside the act itself.
  Answer.Waiting waiting(Desk.Pending pending) {
    Act act = Act.parse(pending.act());
    return new Answer.Waiting(signers(act), need(act));
  }

  // ---- reading: any thread

  /// Where what has this leaf hash stands: by itself, or as a ballot inside a deposit.
  record Place(Bytes hash, long index) {}

  Optional<Place> place(Bytes leafHash) {
    return fold.place(leafHash)
        .filter(index -> index < shown.size)
        .map(index -> new Place(leafHash, index));
  }

  /// The receipt a leaf was first answered with.
  Future<String> receipt(long index) {
    return context
        .board
        .checkpointOver(slug, index)
        .map(note -> note.orElseThrow(() -> new Unable("no checkpoint yet")))
        .map(note -> proof(index, note).text());
  }

  private Receipt proof(long index, String note) {
    Note signed = Note.parse(note);
    long size = Checkpoint.parse(signed.body()).size();
    return new Receipt(index, fold.inTree(tree -> tree.inclusion(index, size)), signed);
  }

  Future<String> receipt(Place place) {
    return context
        .board
        .checkpointOver(slug, place.index)
        .map(note -> receipt(place, note.orElseThrow(() -> new Unable("no checkpoint yet"))));
  }

  /// log §4: of a ballot inside a deposit it is the deposit's proof that names the ballot.
  String receipt(Place place, String note) {
    Receipt receipt = proof(place.index, note);
    boolean itself = fold.inTree(tree -> tree.leaf(place.index)).equals(place.hash);
    return (itself ? receipt : Deposit.receipt(place.hash, receipt)).text();
  }

  List<Bytes> consistency(long from, long to) {
    if (from > to || to > shown.size) throw new Refusal(Code.NOT_FOUND, "the log is not so long");
    return fold.inTree(tree -> tree.consistency(from, to));
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
      return Future.succeededFuture(fold.inTree(tree -> tree.tile(t.level(), t.n(), t.width())));
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
