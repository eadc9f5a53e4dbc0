package veche.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import veche.crypto.Ciphertexts;
import veche.crypto.Dleq;
import veche.crypto.ElGamal;
import veche.crypto.Entropy;
import veche.crypto.KeyFile;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.SeededEntropy;
import veche.crypto.Sharing;
import veche.crypto.Shuffle;
import veche.crypto.Vkey;
import veche.election.Draft;
import veche.election.Refused;
import veche.record.Duty;
import veche.record.Keys;
import veche.record.Lots;
import veche.record.Mixes;
import veche.record.Openings;
import veche.record.Phase;
import veche.record.Record;
import veche.trustee.Ceremony;
import veche.trustee.Decrypt;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §5, §11: a trustee's program, on the trustee's own machine. It folds the whole record
/// before it acts, does the next thing the record asks of it, and may be killed at any point: what
/// it says is drawn from seeds on its disk, so that it says the same again.
@Command(
    name = "trustee",
    description = "программа хранителя ключа / a trustee's program",
    subcommands = {TrusteeCommand.Init.class, TrusteeCommand.Work.class})
public final class TrusteeCommand {
  private static final PrintStream OUT = System.out;
  private static final String MEMORY = "memory";

  @Command(name = "init", description = "создать ключ / make the key")
  static final class Init extends RoleKey {
    Init() {
      super("/trustee", Vkey.ED25519);
    }
  }

  @Command(
      name = "work",
      description = "делать, что положено, до фазы / do what is due, until a phase is reached")
  static final class Work implements Callable<Integer> {
    @Mixin private Options options;
    @Mixin private Options.Election election;

    @Option(names = "--until", required = true, description = "ready | counted")
    private String until;

    @Option(
        names = "--wait",
        description = "сколько секунд ждать других / seconds to wait for others")
    private int wait = 600;

    @Override
    public Integer call() {
      Phase goal =
          switch (until) {
            case "ready" -> Phase.READY;
            case "counted" -> Phase.COUNTED;
            default -> throw new Malformed("--until: expected ready or counted");
          };
      Follower follower = election.follower();
      try (Home.Hold hold = options.home().lock()) {
        return work(follower, goal);
      }
    }

    private int work(Follower follower, Phase goal) {
      Trustee trustee =
          new Trustee(
              options.home(),
              follower,
              Entropy.system(),
              System::nanoTime,
              (contest, percent) ->
                  OUT.println(options.words().text("role.mix", contest + 1, percent)));
      long patience = System.currentTimeMillis() + wait * 1000L;
      while (true) {
        Record record = follower.catchUp();
        Optional<Trustee.Duty> due =
            record.phase() == Phase.VOID ? trustee.opening() : trustee.next(goal);
        if (due.isPresent()) {
          Submission.send(follower, options.home().key(), due.get().content());
          OUT.println(options.words().text("role.act.logged", due.get().name()));
          follower.catchUp();
        } else if (record.phase() == Phase.VOID && !trustee.owesAnOpening()) {
          return abandoned(record);
        } else if (trustee.done(goal)) {
          return 0;
        } else if (System.currentTimeMillis() > patience) {
          throw new Malformed("waited " + wait + " s in phase " + record.phase().id());
        } else {
          Submission.pause();
        }
      }
    }

    private int abandoned(Record record) {
      for (Keys.Complaint complaint : record.keys().complaints()) {
        OUT.println(
            options
                .words()
                .text(
                    "role.complaint",
                    complaint.accuser(),
                    complaint.accused(),
                    complaint.culprit()));
      }
      return 1;
    }
  }

  /// Hears of a mix under way.
  interface MixProgress {
    void at(int contest, int percent);
  }

  /// Adds up rows from many threads and tells each tenth once.
  private static final class Percent implements IntConsumer {
    private final long all;
    private final IntConsumer tenths;
    private final AtomicLong done = new AtomicLong();
    private int told;

    Percent(long all, IntConsumer tenths) {
      this.all = all;
      this.tenths = tenths;
    }

    @Override
    public void accept(int rows) {
      int now = (int) (done.addAndGet(rows) * 10 / all) * 10;
      synchronized (this) {
        if (now <= told) return;
        told = now;
      }
      tenths.accept(now);
    }
  }

  /// What one trustee has to do next, decided from the record and its own memory alone.
  static final class Trustee {
    private final Home home;
    private final Follower follower;
    private final Entropy entropy;
    private final LongSupplier nanos;
    private final MixProgress progress;

    /// @param nanos a clock that only runs on
    Trustee(Home home, Follower follower, Entropy entropy, LongSupplier nanos) {
      this(home, follower, entropy, nanos, (contest, percent) -> {});
    }

    /// @param progress of a mix, which takes minutes where there are many ballots
    Trustee(
        Home home, Follower follower, Entropy entropy, LongSupplier nanos, MixProgress progress) {
      this.progress = progress;
      this.home = home;
      this.follower = follower;
      this.entropy = entropy;
      this.nanos = nanos;
    }

    record Duty(String name, Supplier<Optional<Submission.Content>> content) {}

    private Record record() {
      return follower.record();
    }

    private int index() {
      String vkey = home.vkey().toString();
      for (Draft.Trustee trustee : record().draft().trustees()) {
        if (trustee.vkey().equals(vkey)) return trustee.index();
      }
      throw new Malformed("the draft names no trustee with this key");
    }

    boolean done(Phase goal) {
      Record record = record();
      if (goal == Phase.READY) {
        return record.phase().opened() || (record.phase() == Phase.READY && lotIsOver(record));
      }
      return switch (record.phase()) {
        case CERTIFIED, REFUSED, FINAL, NO_RESULT -> true;
        case COUNTED -> contributedToAll();
        default -> false;
      };
    }

    private boolean lotIsOver(Record record) {
      Lots lots = record.lots();
      boolean excluded = !lots.reveals().isEmpty() && !lots.commits().containsKey(index());
      return excluded || lots.reveals().containsKey(index());
    }

    private boolean contributedToAll() {
      Openings openings = record().openings().orElseThrow();
      for (int k = 0; k < record().draft().contests().size(); k++) {
        if (!openings.contributions(k).containsKey(index())) return false;
      }
      return true;
    }

    Optional<Duty> next(Phase goal) {
      return switch (record().phase()) {
        case KEYS -> ceremony();
        case READY -> goal == Phase.READY ? lot() : Optional.empty();
        case CLOSED -> goal == Phase.COUNTED ? lateLot().or(this::mix) : Optional.empty();
        case OPENING, COUNTED ->
            goal == Phase.COUNTED ? lateLot().or(this::decrypt) : Optional.empty();
        default -> Optional.empty();
      };
    }

    // ---- key generation

    /// Everything random of this ceremony, the same each time it is asked for.
    private Ceremony.Secrets secrets() {
      return Ceremony.begin(
          record().keys().context(), index(), record().draft().t(), drawn("ceremony"));
    }

    private Entropy drawn(String label) {
      String name = "ceremony-" + record().cid().hex();
      return new SeededEntropy(home.secretOrDraw(name, entropy), label);
    }

    private Optional<Duty> ceremony() {
      Keys keys = record().keys();
      int i = index();
      if (keys.commitOf(i).isEmpty()) {
        return act(
            "dkg-commit",
            () -> record().keys().commitOf(i).isPresent(),
            () -> secrets().commit().enc());
      }
      if (!keys.commitOf(i).orElseThrow().equals(secrets().commit())) {
        throw new Malformed("the log holds a commit of this trustee that it never made");
      }
      if (keys.allCommitted() && keys.revealOf(i).isEmpty() && cosigned("dkg-commit")) {
        return act(
            "dkg-reveal", () -> record().keys().revealOf(i).isPresent(), () -> reveal().enc());
      }
      if (keys.allRevealed() && keys.confirmOf(i).isEmpty()) return confirm();
      return Optional.empty();
    }

    private boolean cosigned(String type) {
      return follower.cosignedSize() > follower.lastIndex(type);
    }

    private Ceremony.Reveal reveal() {
      Keys keys = record().keys();
      List<Ceremony.Commit> commits = new ArrayList<>();
      for (int j = 1; j <= record().draft().trustees().size(); j++) {
        commits.add(keys.commitOf(j).orElseThrow());
      }
      return Ceremony.reveal(keys.context(), index(), secrets(), commits, drawn("reveal"));
    }

    private Optional<Duty> confirm() {
      Keys keys = record().keys();
      int j = index();
      Ceremony.Secrets own = secrets();
      List<Scalar> received = new ArrayList<>();
      for (int i = 1; i <= record().draft().trustees().size(); i++) {
        if (i == j) {
          received.add(Sharing.evaluate(own.coefficients(), j));
          continue;
        }
        Optional<Scalar> share =
            Ceremony.share(keys.context(), i, j, keys.revealOf(i).orElseThrow(), own.ek());
        if (share.isEmpty()) return complain(i);
        received.add(share.get());
      }
      String cid = record().cid().hex();
      if (remembers("complained " + cid) || remembers("opened " + cid)) return Optional.empty();
      Scalar x = Ceremony.secretShare(received);
      String name = "share-" + cid;
      if (home.secretOf(name).isEmpty()) {
        home.keepSecret(name, KeyFile.Kind.P256, x.encoding(), entropy);
      }
      remember("confirmed " + cid);
      return act(
          "dkg-confirm",
          () -> record().keys().confirmOf(j).isPresent(),
          () -> Ceremony.confirm(keys.context(), j, x, keys.transcript(), drawn("confirm")).enc());
    }

    /// attacks.md rows 19 and 47: who complained never confirms this ceremony.
    private Optional<Duty> complain(int accused) {
      String cid = record().cid().hex();
      if (remembers("confirmed " + cid)) {
        throw new Malformed("this trustee confirmed the ceremony it would now complain about");
      }
      remember("complained " + cid);
      return act(
          "dkg-complaint", () -> record().phase() == Phase.VOID, () -> Enc.list(Enc.uint(accused)));
    }

    /// Whether this trustee's own complaint still waits to be decided.
    boolean owesAnOpening() {
      return !remembers("confirmed " + record().cid().hex())
          && record().keys().complaints().stream()
              .anyMatch(c -> c.accuser() == index() && c.culprit() == 0);
    }

    /// protocol §5 step 3: opened only when a quorum-cosigned checkpoint covers the complaint, and
    /// never by a trustee that confirmed.
    Optional<Duty> opening() {
      String cid = record().cid().hex();
      int j = index();
      for (Keys.Complaint complaint : record().keys().complaints()) {
        if (complaint.accuser() != j || complaint.culprit() != 0) continue;
        if (remembers("confirmed " + cid) || !cosigned("dkg-complaint")) return Optional.empty();
        remember("opened " + cid);
        return act(
            "dkg-opening",
            () -> !owesAnOpening(),
            () -> new Ceremony.Opening(complaint.accused(), secrets().ek()).enc());
      }
      return Optional.empty();
    }

    // ---- lot

    private Optional<Duty> lot() {
      int i = index();
      Record record = record();
      Lots lots = record.lots();
      boolean committed = lots.commits().containsKey(i);
      if (!committed && lots.reveals().isEmpty()) {
        return act(
            "lot-commit",
            () -> record().lots().commits().containsKey(i) || !record().lots().reveals().isEmpty(),
            () ->
                Lots.payload(
                    record().cid(),
                    i,
                    Lots.afterClose(record().draft())
                        ? List.of(lotValue(), lateLotValue())
                        : List.of(lotValue())));
      }
      // revealing before the others have committed would let the last one choose
      boolean all = lots.commits().size() == record.draft().trustees().size();
      boolean enough = lots.commits().size() >= record.draft().t();
      if (enough && lotSince.isEmpty()) lotSince = OptionalLong.of(nanos.getAsLong());
      boolean waited = enough && nanos.getAsLong() - lotSince.getAsLong() > LOT_PATIENCE.toNanos();
      if (committed
          && !lots.reveals().containsKey(i)
          && (all || waited || !lots.reveals().isEmpty())
          && cosigned("lot-commit")) {
        return act(
            "lot-reveal",
            () -> record().lots().reveals().containsKey(i),
            () -> Enc.list(Enc.bytes(lotValue())));
      }
      return Optional.empty();
    }

    /// record §8a: what is revealed after `close`, before anything is opened.
    private Optional<Duty> lateLot() {
      int i = index();
      Record record = record();
      if (!record.lots().owed().contains(i)) return Optional.empty();
      if (follower.cosignedSize() <= record.closeIndex()) return Optional.empty();
      Optional<Refused> wrong = veche.record.Duty.closed(record, follower.stages());
      if (wrong.isPresent()) {
        throw new Malformed("this trustee does not reveal its lot: " + wrong.get());
      }
      return act(
          "lot-reveal",
          () -> !record().lots().owed().contains(i),
          () -> Enc.list(Enc.bytes(lateLotValue())));
    }

    // one trustee that never commits must not be able to keep the vote from opening
    static final Duration LOT_PATIENCE = Duration.ofMinutes(5);
    private OptionalLong lotSince = OptionalLong.empty();

    private Bytes lotValue() {
      return drawn("lot").bytes(32);
    }

    private Bytes lateLotValue() {
      return drawn("lot after close").bytes(32);
    }

    // ---- mixing

    private List<Bytes> mixFiles = List.of();

    private Optional<Duty> mix() {
      Record record = record();
      Mixes mixes = record.mixes().orElseThrow();
      int j = index();
      forgetMixes();
      for (int k : mixes.contests()) {
        if (!mixes.turn(k).equals(OptionalInt.of(j))) continue;
        if (follower.cosignedSize() <= record.closeIndex()) return Optional.empty();
        Optional<Refused> wrong = veche.record.Duty.mayMix(record, follower.stages());
        if (wrong.isPresent()) throw new Malformed("this trustee does not mix: " + wrong.get());
        return act("mix", () -> mixed(k, j), () -> mix(k));
      }
      return Optional.empty();
    }

    /// What a mix was drawn from is deleted once the mix stands.
    private void forgetMixes() {
      int j = index();
      record()
          .mixes()
          .ifPresent(
              mixes -> {
                for (int k : mixes.contests()) {
                  if (has(mixes, k, j)) home.forget(mixSecret(k));
                }
              });
    }

    private static boolean has(Mixes mixes, int k, int trustee) {
      return mixes.done(k).stream().anyMatch(d -> d.trustee() == trustee);
    }

    private boolean mixed(int k, int j) {
      Mixes mixes = record().mixes().orElseThrow();
      return has(mixes, k, j) || !mixes.turn(k).equals(OptionalInt.of(j));
    }

    private String mixSecret(int k) {
      return "mix-" + record().eid().orElseThrow().hex() + "-" + k;
    }

    /// record §8 Trustee memory: one list of a contest is mixed and never another one; killed in
    /// between, the same mix is made again. What it was drawn from is deleted once it stands.
    private Enc mix(int k) {
      Record record = record();
      Mixes mixes = record.mixes().orElseThrow();
      Ciphertexts input = mixes.last(k).orElseThrow();
      Bytes digest = input.digest();
      Bytes eid = record.eid().orElseThrow();
      String place = "mixed " + eid.hex() + " " + k + " main ";
      answersOnce(place, digest, k);
      int done = mixes.done(k).size();
      Entropy drawn =
          new SeededEntropy(
              home.secretOrDraw(mixSecret(k), entropy), "mix " + done + " " + digest.hex());
      long work = (long) Shuffle.work(1) * input.size();
      Mix.Made made =
          Mix.make(
              mixes.transcript(k),
              eid,
              k,
              done + 1,
              record.manifest().orElseThrow().key(),
              input,
              drawn,
              new Percent(work, at -> progress.at(k, at)));
      mixFiles = made.blobs();
      return made.payload().enc();
    }

    private void answersOnce(String place, Bytes digest, int k) {
      for (String line : home.lines(MEMORY)) {
        if (line.startsWith(place) && !line.equals(place + digest.hex())) {
          throw new Malformed("contest " + k + ": this trustee has answered for another list");
        }
      }
      remember(place + digest.hex());
    }

    // ---- opening

    private Optional<Duty> decrypt() {
      forgetMixes();
      Record record = record();
      int j = index();
      Openings openings = record.openings().orElseThrow();
      if (!record.lots().owed().isEmpty()) return Optional.empty();
      for (int k = 0; k < record.draft().contests().size(); k++) {
        if (openings.contributions(k).containsKey(j)) continue;
        if (follower.cosignedSize() <= record.closeIndex()) return Optional.empty();
        Optional<Refused> wrong = veche.record.Duty.mayDecrypt(record, follower.stages());
        if (wrong.isPresent()) {
          throw new Malformed("this trustee does not open: " + wrong.get());
        }
        int contest = k;
        return act(
            "decrypt",
            () -> record().openings().orElseThrow().contributions(contest).containsKey(j),
            () -> contribution(contest));
      }
      return Optional.empty();
    }

    private Bytes factorsBlob = Bytes.EMPTY;

    private Enc contribution(int k) {
      Record record = record();
      Openings openings = record.openings().orElseThrow();
      Bytes digest = openings.digest(k);
      answersOnce("list " + record.eid().orElseThrow().hex() + " " + k + " main ", digest, k);
      Scalar share =
          Scalar.decode(
              home.secretOf("share-" + record.cid().hex())
                  .orElseThrow(() -> new Malformed("no share of this election is kept here")));
      int j = index();
      if (!Point.base(share).equals(record.keys().shares().get(j - 1))) {
        throw new Malformed("the kept share is not the one of this election");
      }
      List<ElGamal> list = openings.list(k);
      List<Point> factors = Dleq.factors(share, list);
      Dleq proof = Decrypt.prove(openings.context(k), j, share, list, factors, entropy);
      factorsBlob = Dleq.blob(factors);
      return new Decrypt.Payload(k, openings.kind(k), "main", digest, factorsBlob.sha256(), proof)
          .enc();
    }

    // ---- memory

    private boolean remembers(String line) {
      return home.lines(MEMORY).contains(line);
    }

    private void remember(String line) {
      if (!remembers(line)) home.append(MEMORY, line);
    }

    private Optional<Duty> act(String type, Supplier<Boolean> stands, Supplier<Enc> payload) {
      return Optional.of(
          new Duty(
              type,
              () -> {
                if (stands.get()) return Optional.empty();
                Enc say = payload.get();
                List<Bytes> blobs =
                    switch (type) {
                      case "decrypt" -> List.of(factorsBlob);
                      case "mix" -> mixFiles;
                      default -> List.of();
                    };
                return Optional.of(new Submission.Content(type, say, blobs));
              }));
    }
  }
}
