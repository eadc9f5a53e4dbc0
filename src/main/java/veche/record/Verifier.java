package veche.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import veche.crypto.Entropy;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §8, checks §1: makes all checks over a bundle, in their order. It believes the trust file
/// and nothing else; what the record says of itself it works out again by the fold.
public final class Verifier {
  private Verifier() {}

  /// What an observer hands in.
  ///
  /// @param trust got from people; without it the verdict is incomplete however green
  /// @param plain judge every ballot by the plain form
  /// @param now the observer's clock, in seconds
  /// @param weights for batched proofs, from the system
  public record Given(
      Bundle bundle, Optional<Trust> trust, Held held, boolean plain, long now, Entropy weights) {
    /// A bundle and a trust file, and nothing else.
    public static Given of(Bundle bundle, Trust trust, long now, Entropy weights) {
      return new Given(bundle, Optional.of(trust), Held.NOTHING, false, now, weights);
    }
  }

  /// What an observer has beside the bundle, to be compared with it.
  ///
  /// @param receipts texts of `.tlog-proof` files
  /// @param challenges texts that booths showed for challenged ballots (doors §6)
  /// @param roll the keys that should be on the roll
  /// @param votes a table of opened ballots, as [Opened] writes it
  /// @param web SHA-256 of the page's files as they are served, by path
  public record Held(
      List<String> receipts,
      List<String> challenges,
      Optional<RollList> roll,
      Optional<String> votes,
      Optional<Map<String, Bytes>> web) {
    public static final Held NOTHING =
        new Held(List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public Held {
      receipts = List.copyOf(receipts);
      challenges = List.copyOf(challenges);
      web = web.map(Map::copyOf);
    }
  }

  /// All keys of the roll as an auditor has them, under any name that follows from a key.
  public record RollList(Set<String> names, Function<Bytes, String> name) {
    public RollList {
      names = Set.copyOf(names);
    }
  }

  /// How many leaves were judged, of how many.
  public interface Progress {
    void at(long done, long of);
  }

  /// What came out. An election under way passes when nothing is wrong with it so far.
  ///
  /// @param record as the verifier folded it, up to where it could be read
  /// @param witnesses who cosigned the newest state
  public record Report(
      String origin,
      long size,
      Bytes root,
      Record record,
      List<String> witnesses,
      List<Check> checks) {
    public Report {
      witnesses = List.copyOf(witnesses);
      checks = List.copyOf(checks);
    }

    /// Where the election stands.
    public String phase() {
      return record.phase().id();
    }

    public Optional<Bytes> result() {
      return record.result().map(veche.tally.Result::digest);
    }

    /// 0 all that is required holds, 1 something is wrong, 2 something needed was not checked.
    public int exit() {
      if (count(Check.Status.FAIL) > 0) return 1;
      return count(Check.Status.NOT_CHECKED) > 0 ? 2 : 0;
    }

    public long count(Check.Status status) {
      return checks.stream().filter(c -> c.status() == status).count();
    }

    public Optional<Check> firstFailure() {
      return checks.stream().filter(c -> c.status() == Check.Status.FAIL).findFirst();
    }

    public Check check(String id) {
      return checks.get(Check.IDS.indexOf(id));
    }
  }

  /// Collects what the checks say; one that breaks down has failed.
  static final class Findings {
    private final Map<String, Check.Said> said = new LinkedHashMap<>();

    void on(String id, Supplier<Check.Said> check) {
      Check.Said answer;
      try {
        answer = check.get();
      } catch (Malformed | IllegalStateException | java.util.NoSuchElementException e) {
        answer = Check.Said.fail(String.valueOf(e.getMessage()));
      }
      if (said.put(id, answer) != null) throw new IllegalStateException(id + " was made twice");
    }

    private List<Check> all(String otherwise) {
      List<Check> out = new ArrayList<>();
      for (String id : Check.IDS) {
        Check.Said one = said.getOrDefault(id, Check.Said.notChecked(otherwise));
        out.add(new Check(id, one.status(), one.why(), one.leaf()));
      }
      return out;
    }
  }

  /// Throws [Bundle.Unusable] where there is nothing to judge.
  public static Report verify(Given given, Progress progress) {
    Reading reading = new Reading(given, progress);
    Findings out = new Findings();
    LogChecks.make(reading, out);
    if (reading.whole()) {
      RollChecks.make(reading, out);
      KeyChecks.make(reading, out);
      BallotChecks.make(reading, out);
      MixChecks.make(reading, out);
      OpeningChecks.make(reading, out);
      CountChecks.make(reading, out);
      CouncilChecks.make(reading, out);
    }
    return new Report(
        reading.checkpoint().origin(),
        reading.checkpoint().size(),
        reading.checkpoint().root(),
        reading.record(),
        reading.cosigned(reading.kept().getFirst()).stream()
            .map(veche.log.Cosignature.Cosigned::name)
            .toList(),
        out.all("the log could not be read to its end"));
  }
}
