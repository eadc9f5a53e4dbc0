package veche.http;

import static veche.http.Doors.answer;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Tile;
import veche.record.Entry;
import veche.record.Phase;
import veche.roll.Enrolment;
import veche.store.Desk;
import veche.wire.Bytes;

/// doors §3: what a voter's page sends. Cheap questions first: is it known, is it time, is it of
/// the right size; only then points are read and proofs checked, on the workers.
final class VoterApi {
  private final Doors doors;
  private final Workers workers;
  private final Toll toll;
  private final Prover prover;
  private final Sequencer sequencer;
  private final Courier courier;
  private final Limits limits;

  /// To one log: what another log refuses says nothing here.
  private record OnTheWay(String slug, Bytes hash) {}

  /// Ballots on their way: the same bytes sent again meanwhile wait for the same answer.
  private final Map<OnTheWay, Future<String>> onTheWay = new ConcurrentHashMap<>();

  VoterApi(
      Doors doors,
      Workers workers,
      Prover prover,
      Sequencer sequencer,
      Courier courier,
      Limits limits,
      Toll toll) {
    this.courier = courier;
    courier.serves(Courier.Kind.BALLOT, this::handed);
    this.toll = toll;
    this.doors = doors;
    this.workers = workers;
    this.prover = prover;
    this.sequencer = sequencer;
    this.limits = limits;
  }

  void ballot(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Bytes leaf = Doors.body(ctx);
    if (leaf.length() > Tile.MAX_LEAF) throw new Refusal(Code.TOO_LARGE, "a leaf: 65535 bytes");
    Bytes hash = Merkle.leafHash(leaf);
    Optional<Ledger.Place> place = ledger.place(hash);
    Future<String> receipt =
        place.isPresent()
            ? ledger.receipt(place.get())
            : once(new OnTheWay(ledger.slug(), hash), () -> cast(ledger, leaf));
    answer(ctx, receipt, text -> Doors.text(ctx, text));
  }

  private Future<String> once(OnTheWay which, Supplier<Future<String>> cast) {
    Promise<String> mine = Promise.promise();
    Future<String> before = onTheWay.putIfAbsent(which, mine.future());
    if (before != null) return before;
    try {
      cast.get().onComplete(mine);
    } catch (RuntimeException e) {
      mine.fail(e);
    }
    return mine.future().onComplete(done -> onTheWay.remove(which));
  }

  private Future<String> cast(Ledger ledger, Bytes leaf) {
    return proved(ledger, leaf)
        .compose(
            cast ->
                courier.kept(
                    ledger,
                    Courier.Kind.BALLOT,
                    leaf,
                    true,
                    () -> sequencer.append(ledger, cast, Map.of())))
        .map(
            answer ->
                switch (answer) {
                  case Answer.Logged(String receipt) -> receipt;
                  case Answer.Waiting w -> throw new IllegalStateException("a ballot never waits");
                  case Answer.Kept k -> throw new IllegalStateException("a ballot has a receipt");
                });
  }

  /// log §3.2: of a server that follows. What it says of the proofs counts if it holds the log's
  /// key.
  private Future<Answer> handed(Ledger ledger, Bytes leaf, boolean proved) {
    // a keeper that died may have logged it and answered nobody
    Optional<Ledger.Place> place = ledger.place(Merkle.leafHash(leaf));
    if (place.isPresent()) return ledger.receipt(place.get()).map(Answer.Logged::new);
    Future<Entry.Cast> cast = proved ? workers.run(() -> parse(leaf)) : proved(ledger, leaf);
    return cast.compose(ballot -> sequencer.append(ledger, ballot, Map.of()));
  }

  private Future<Entry.Cast> proved(Ledger ledger, Bytes leaf) {
    Ledger.Shown shown = ledger.shown();
    if (shown.phase() != Phase.VOTING) {
      throw new Refusal(Code.WRONG_PHASE, "the election is in phase " + shown.phase().id());
    }
    return workers
        .run(() -> welcome(ledger, parse(leaf)))
        .compose(
            cast ->
                prover.prove(shown.record(), cast.ballot()).compose(VoterApi::orRefuse).map(cast));
  }

  /// record §8: the signature first, then the chain, and only for a key that may still ask the
  /// proofs.
  private Entry.Cast welcome(Ledger ledger, Entry.Cast cast) {
    ledger.shown().record().signed(cast.ballot()).ifPresent(VoterApi::refuse);
    // after a commit that failed the fold knows ballots that no log holds
    if (ledger.sound() && !ledger.shown().record().follows(cast.ballot())) {
      throw new Refusal(Code.STALE_CHAIN, "not the next ballot of this key");
    }
    if (!limits.mayProve(cast.ballot().vk())) {
      throw new Refusal(Code.RATE_LIMITED, "this key has sent many ballots");
    }
    return cast;
  }

  private static void refuse(Refused why) {
    throw new Refusal(why);
  }

  private static Entry.Cast parse(Bytes leaf) {
    if (Entry.parse(leaf) instanceof Entry.Cast cast) return cast;
    throw new Refusal(Code.MALFORMED, "expected a ballot");
  }

  private static Future<Void> orRefuse(Optional<Refused> found) {
    return found
        .<Future<Void>>map(why -> Future.failedFuture(new Refusal(why)))
        .orElse(Future.succeededFuture());
  }

  void enrol(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Bytes body = Doors.body(ctx);
    Ledger.Shown shown = ledger.shown();
    if (shown.phase() != Phase.ENROLLING) {
      throw new Refusal(Code.WRONG_PHASE, "the election is in phase " + shown.phase().id());
    }
    Draft draft = shown.draft().orElseThrow();
    long cap = Limits.enrolments(draft.expectedTurnout());
    String door = "enrolments " + ledger.origin();
    toll.unknown(door).ifPresent(which -> count(ledger, which));
    toll.pass(door, draft.expectedTurnout(), cap, body, ctx.request().getHeader(Toll.HEADER));
    Future<Desk.Enrolled> enrolled =
        workers
            .run(() -> possessed(Enrolment.read(body), draft))
            .compose(
                enrolment ->
                    ledger.desk().enrol(ledger.slug(), enrolment, Limits.REQUESTS_PER_CODE, cap));
    answer(
        ctx,
        enrolled,
        outcome -> {
          if (outcome == Desk.Enrolled.FULL) {
            throw new Refusal(Code.RATE_LIMITED, "too many requests with this code");
          }
          if (outcome == Desk.Enrolled.KEPT) toll.kept(door);
          ctx.response().setStatusCode(202).end();
        });
  }

  /// After a start: what the database holds already. Until it is known the rate alone counts.
  private void count(Ledger ledger, String door) {
    ledger.desk().enrolled(ledger.slug()).onSuccess(held -> toll.holds(door, held));
  }

  /// For which registrar it is meant is not said, so any will do: the registrar checks again.
  private static Enrolment possessed(Enrolment enrolment, Draft draft) {
    Bytes cid = draft.cid();
    for (int r = 0; r < draft.registrars().size(); r++) {
      if (enrolment.possessed(cid, r)) return enrolment;
    }
    throw new Refusal(Code.BAD_PROOF, "the proof of possession does not hold");
  }
}
