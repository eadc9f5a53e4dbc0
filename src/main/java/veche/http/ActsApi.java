package veche.http;

import static veche.http.Doors.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import veche.crypto.Note;
import veche.crypto.Point;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.log.Merkle;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Blobs;
import veche.record.Countersigned;
import veche.record.Deposit;
import veche.record.Entry;
import veche.record.Phase;
import veche.record.Record;
import veche.record.Recounted;
import veche.record.Roster;
import veche.roll.Enrolment;
import veche.store.Board;
import veche.store.Desk;
import veche.view.Json;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// doors §3: what the programs of bodies, trustees, registrars and witnesses send. There is no
/// account: whoever holds the key of a role signs, and the fold says what the signature is worth.
final class ActsApi {
  private static final long CLOCK_SLACK = 300;

  private final Doors doors;
  private final Ledgers ledgers;
  private final Workers workers;
  private final Sequencer sequencer;
  private final Courier courier;
  private final Toll toll;
  private final Settings settings;
  private final InstantSource clock;

  ActsApi(
      Doors doors,
      Ledgers ledgers,
      Workers workers,
      Sequencer sequencer,
      Courier courier,
      Toll toll,
      Settings settings,
      InstantSource clock) {
    this.courier = courier;
    this.toll = toll;
    courier.serves(Courier.Kind.ACT, this::handed);
    courier.serves(Courier.Kind.COSIGNATURES, this::handedOver);
    this.doors = doors;
    this.ledgers = ledgers;
    this.workers = workers;
    this.sequencer = sequencer;
    this.settings = settings;
    this.clock = clock;
  }

  record Parcel(Entry.Acted entry, Map<Bytes, Bytes> blobs) {}

  void act(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Bytes body = Doors.body(ctx);
    String paid = ctx.request().getHeader(Toll.HEADER);
    Future<Answer> answer =
        workers
            .run(() -> charged(unpack(body), ledger, body, paid))
            .compose(
                parcel ->
                    courier.kept(
                        ledger, Courier.Kind.ACT, body, false, () -> welcomed(ledger, parcel)));
    answer(
        ctx,
        answer,
        a -> {
          switch (a) {
            case Answer.Logged(String receipt) -> Doors.text(ctx, receipt);
            case Answer.Waiting waiting -> {
              ctx.response().setStatusCode(202);
              Doors.json(ctx, Json.write(waiting(waiting)));
            }
            case Answer.Kept kept -> throw new IllegalStateException("an act is a leaf or waits");
          }
        });
  }

  /// doors §8: the two acts that strangers may send.
  private Parcel charged(Parcel parcel, Ledger ledger, Bytes body, @Nullable String paid) {
    switch (parcel.entry.act().type()) {
      case "recount" -> {
        String door = "recounts " + ledger.origin();
        toll.holds(door, ledger.shown().record().recounts().size());
        toll.pass(door, 0, Recounted.MOST, body, paid);
      }
      case "countersign" -> {
        String door = "countersigns " + ledger.origin();
        toll.holds(door, ledger.shown().record().countersigned().size());
        toll.pass(door, 0, Countersigned.MOST, body, paid);
      }
      default -> {}
    }
    return parcel;
  }

  private Future<Answer> welcomed(Ledger ledger, Parcel parcel) {
    return take(ledger, welcome(parcel, ledger));
  }

  /// log §3.2: of a server that follows.
  private Future<Answer> handed(Ledger ledger, Bytes body, boolean proved) {
    return workers.run(() -> unpack(body)).compose(parcel -> welcomed(ledger, parcel));
  }

  private Future<Answer> take(Ledger ledger, Parcel parcel) {
    Entry.Acted acted = parcel.entry;
    String type = acted.act().type();
    if (type.equals("mix") || type.equals("decrypt")) return heavy(ledger, parcel);
    if (!type.equals(Deposit.TYPE) || ledger.shown().phase() != Phase.VOTING) {
      return sequencer.append(ledger, acted, parcel.blobs);
    }
    Optional<Ledger.Place> place = ledger.place(Merkle.leafHash(acted.leaf()));
    if (place.isPresent()) return ledger.receipt(place.get()).map(Answer.Logged::new);
    return workers
        .run(() -> proved(ledger, acted))
        .compose(entry -> sequencer.append(ledger, entry, Map.of()));
  }

  /// Proofs of whole lists are looked at here: the one thread that orders all logs must not wait
  /// for them.
  private Future<Answer> heavy(Ledger ledger, Parcel parcel) {
    return workers
        .run(
            () -> {
              Blobs sent = sha256 -> Optional.ofNullable(parcel.blobs.get(sha256));
              ledger.shown().record().look(parcel.entry.act(), sent);
              return parcel;
            })
        .compose(looked -> sequencer.append(ledger, looked.entry, looked.blobs));
  }

  /// Cheap questions first: who signed it, has that body sent too many; only then the proofs.
  private Entry proved(Ledger ledger, Entry.Acted acted) {
    Record record = ledger.shown().record();
    if (acted.leaf().length() > Tile.MAX_LEAF) {
      throw new Refusal(Code.TOO_LARGE, "a leaf has at most 65535 bytes");
    }
    String body =
        switch (record.depositor(acted.act())) {
          case Roster.Signed.Not(Refused why) -> throw new Refusal(why);
          case Roster.Signed.By(Set<String> names) -> names.iterator().next();
        };
    if (!ledger.mayDeposit(body)) {
      throw new Refusal(Code.RATE_LIMITED, body + " has sent many deposits");
    }
    Deposit deposit = Deposit.read(acted.act().payload());
    return new Entry.Deposited(acted.act(), acted.leaf(), deposit, record.prove(deposit));
  }

  private static ObjectNode waiting(Answer.Waiting waiting) {
    ObjectNode out = Json.object();
    ArrayNode have = out.putArray("have");
    waiting.have().forEach(have::add);
    return out.put("need", waiting.need());
  }

  static Parcel unpack(Bytes body) {
    Enc.Fields f = Enc.parse(body, Point::decode).fields("act");
    Bytes leaf = f.bytes("leaf");
    List<Bytes> blobs = f.list("blobs", g -> g.bytes("blob"));
    f.end();
    if (!(Entry.parse(leaf) instanceof Entry.Acted acted)) {
      throw new Refusal(Code.MALFORMED, "expected an act");
    }
    Set<Bytes> referred = new HashSet<>();
    digests(acted.act().payload(), referred);
    Map<Bytes, Bytes> byDigest = new HashMap<>();
    for (Bytes blob : blobs) {
      Bytes digest = blob.sha256();
      if (!referred.contains(digest)) {
        throw new Refusal(Code.MALFORMED, "a blob that the act does not refer to");
      }
      byDigest.put(digest, blob);
    }
    return new Parcel(acted, byDigest);
  }

  private static void digests(Enc value, Set<Bytes> out) {
    switch (value) {
      case Enc.Octets(Bytes b) when b.length() == 32 -> out.add(b);
      case Enc.Seq(List<Enc> items) -> items.forEach(item -> digests(item, out));
      default -> {}
    }
  }

  /// A first leaf makes an election of this server: it must be one of a body the server hosts,
  /// under the key the server made for it.
  private Parcel welcome(Parcel parcel, Ledger ledger) {
    Act act = parcel.entry.act();
    if (ledger.shown().phase() != Phase.DRAFTING || !act.type().equals("draft")) return parcel;
    Draft draft = Draft.read(act.payload());
    if (!draft.log().equals(ledger.vkey().toString())) {
      throw new Refusal(Code.WRONG_CONTEXT, "draft: not the log's key");
    }
    List<String> hosted = settings.hosted().stream().map(Vkey::toString).toList();
    if (draft.bodies().stream().noneMatch(b -> hosted.contains(b.vkey()))) {
      throw new Refusal(Code.UNKNOWN_KEY, "draft: this server hosts none of its bodies");
    }
    return parcel;
  }

  void pending(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    answer(ctx, sequencer.ask(() -> pending(ledger)), json -> Doors.json(ctx, json));
  }

  private static String pending(Ledger ledger) {
    ArrayNode out = Json.array();
    for (Desk.Pending pending : ledger.pending()) {
      Act act = Act.parse(pending.act());
      ObjectNode one = out.addObject();
      one.put("digest", pending.digest().hex()).put("type", act.type()).put("serial", act.serial());
      one.setAll(waiting(ledger.waiting(pending)));
      one.put("act", pending.act().base64());
    }
    return Json.write(out);
  }

  void cosign(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Bytes body = Doors.body(ctx);
    Future<Answer> kept =
        said(ledger, body)
            .compose(
                said ->
                    courier.kept(
                        ledger, Courier.Kind.COSIGNATURES, body, false, () -> keep(ledger, said)));
    answer(ctx, kept, ok -> ctx.response().end());
  }

  private record Said(Note note, List<Board.Cosignature> lines) {}

  private Future<Said> said(Ledger ledger, Bytes body) {
    return workers.run(
        () -> {
          Note note = Note.parse(body);
          return new Said(note, ledger.cosignatures(note));
        });
  }

  private Future<Answer> keep(Ledger ledger, Said said) {
    return sequencer.ask(
        () -> {
          ledger.cosign(said.note, said.lines);
          return new Answer.Kept();
        });
  }

  private Future<Answer> handedOver(Ledger ledger, Bytes body, boolean proved) {
    return said(ledger, body).compose(said -> keep(ledger, said));
  }

  void pull(RoutingContext ctx) {
    Ledger ledger = doors.ledger(ctx);
    Bytes body = Doors.body(ctx);
    Draft draft =
        ledger
            .shown()
            .draft()
            .orElseThrow(() -> new Refusal(Code.WRONG_PHASE, "there is no draft yet"));
    Future<Bytes> pulled =
        workers
            .run(() -> cursor(Note.parse(body), ledger, draft))
            .compose(after -> ledger.desk().enrolments(ledger.slug(), after, Limits.PULLED))
            .map(found -> Enc.list(found, Enrolment.Numbered::enc).encode());
    answer(ctx, pulled, bytes -> Doors.bytes(ctx, bytes));
  }

  private long cursor(Note note, Ledger ledger, Draft draft) {
    signed(note, draft.registrars().stream().map(r -> Vkey.parse(r.vkey())).toList());
    List<String> lines = lines(note, "veche.pull/v1", 4);
    if (!lines.get(1).equals(ledger.origin())) {
      throw new Refusal(Code.WRONG_CONTEXT, "a request to another log");
    }
    recent(lines.get(3));
    return decimal(lines.get(2));
  }

  void reserve(RoutingContext ctx) {
    Bytes body = Doors.body(ctx);
    Future<Ledger> reserved = workers.run(() -> request(Note.parse(body))).compose(this::reserve);
    answer(
        ctx,
        reserved,
        ledger ->
            Doors.json(
                ctx,
                Json.write(
                    Json.object()
                        .put("slug", ledger.slug())
                        .put("origin", ledger.origin())
                        .put("log", ledger.vkey().toString()))));
  }

  private Future<Ledger> reserve(Bytes request) {
    return sequencer.ask(() -> ledgers.reserve(request));
  }

  private Bytes request(Note note) {
    signed(note, settings.hosted());
    List<String> lines = lines(note, "veche.host/v1", 3);
    if (!lines.get(1).equals(settings.host())) {
      throw new Refusal(Code.WRONG_CONTEXT, "this host is " + settings.host());
    }
    recent(lines.get(2));
    return Bytes.utf8(note.body()).sha256();
  }

  private static void signed(Note note, Collection<Vkey> known) {
    boolean any;
    try {
      any = !note.verifiedBy(known).isEmpty();
    } catch (Malformed e) {
      throw new Refusal(Code.BAD_SIGNATURE, "the note's signature does not verify");
    }
    if (!any) throw new Refusal(Code.UNKNOWN_KEY, "signed by nobody this door knows");
  }

  static List<String> lines(Note note, String first, int count) {
    List<String> lines = new ArrayList<>(List.of(note.body().split("\n", -1)));
    lines.removeLast();
    if (lines.size() != count || !lines.getFirst().equals(first)) {
      throw new Refusal(Code.MALFORMED, "expected " + count + " lines, " + first + " first");
    }
    return lines;
  }

  private void recent(String time) {
    long now = clock.instant().getEpochSecond();
    if (Math.abs(decimal(time) - now) > CLOCK_SLACK) {
      throw new Refusal(Code.CONFLICT, "made at another time than this server's clock shows");
    }
  }

  private static long decimal(String text) {
    if (!text.matches("0|[1-9][0-9]{0,17}")) {
      throw new Refusal(Code.MALFORMED, "expected a decimal number");
    }
    return Long.parseLong(text);
  }
}
