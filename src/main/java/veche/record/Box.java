package veche.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import veche.ballot.Ballot;
import veche.ballot.BallotCheck;
import veche.crypto.ElGamal;
import veche.crypto.Point;
import veche.crypto.Transcript;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Manifest;
import veche.election.Refused;
import veche.election.Style;
import veche.roll.Roll;
import veche.trustee.Lists;
import veche.wire.Bytes;
import veche.wire.Element;
import veche.wire.Enc;
import veche.wire.Malformed;

/// log §8 BAL-07: which ballots count, found once more from the leaves and by code of its own, so
/// that a mistake of the fold would show. Whether proofs hold is taken from the fold for what it
/// admitted, and judged by the plain form for what it refused.
final class Box {
  /// More than these of one kind are not tried, so that nobody can make a verifier work for ever.
  static final int MOST_SPARES = 1_000;

  private static final Map<Code, String> CHECKS =
      Map.of(
          Code.BAD_PROOF, "BAL-02",
          Code.WRONG_CONTESTS, "BAL-02",
          Code.WRONG_CONTEXT, "BAL-02",
          Code.BAD_SIGNATURE, "BAL-03",
          Code.NOT_ON_ROLL, "BAL-03",
          Code.DUPLICATE_CIPHERTEXT, "BAL-04",
          Code.STALE_CHAIN, "BAL-05");

  private final BallotCheck check;
  private final Roll roll;
  private final int contests;
  private final List<Style> styles;
  private final Map<Bytes, Last> last = new HashMap<>();
  private final Map<Bytes, Bytes> owners = new HashMap<>();
  private final Set<Bytes> ids = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, List<Spare>> spares = new TreeMap<>();
  private final Map<Integer, Map<Bytes, String>> candidates = new HashMap<>();
  private long firstWrong = -1;
  private long order;
  private long valid;
  private long refused;
  private long offRoll;

  /// The last valid ballot of a key, its ciphertexts still as bytes.
  record Last(long index, long order, long seq, Bytes ballotId, List<List<Bytes>> pairs) {}

  /// A ballot that does not count, kept to recognize a list that somebody made with it.
  private record Spare(Bytes vk, long order, List<List<Bytes>> pairs) {}

  /// Points and scalars as they stand: the fold has judged them already.
  private record Raw(Kind kind, Bytes encoding) implements Element {}

  private record Read(Bytes vk, long seq, Bytes prev, Bytes body, List<List<Bytes>> pairs) {}

  Box(Draft draft, Manifest manifest, Roll roll) {
    this.check = new BallotCheck(manifest.eid(), manifest.key(), draft.styles(), roll::contains);
    this.roll = roll;
    this.styles = draft.styles();
    this.contests = draft.contests().size();
  }

  /// Takes a ballot leaf between `open` and `close` and what the fold said of it.
  void take(long index, Bytes leaf, Optional<Refused> fold) {
    if (fold.isPresent()) {
      refused++;
      spare(CHECKS.getOrDefault(fold.get().code(), "BAL-07"), leaf);
      Code code = judge(leaf);
      if (code != fold.get().code()) {
        wrong(index, "leaf " + index + " was refused as " + fold.get().code().id());
      }
      return;
    }
    Read read = read(leaf);
    Optional<Code> code = chained(read);
    if (code.isPresent()) {
      wrong(index, "leaf " + index + " was admitted in spite of " + code.get().id());
    }
    if (!roll.contains(read.vk)) {
      offRoll++;
      wrong(index, "leaf " + index + " is by a key that is not on the roll");
    }
    Bytes id = Transcript.th("ballot-id", Enc.bytes(read.body));
    for (Bytes a : firsts(read)) owners.putIfAbsent(a, read.vk);
    Last before = last.put(read.vk, new Last(index, order++, read.seq, id, read.pairs));
    if (before != null) spare("BAL-05", new Spare(read.vk, before.order, before.pairs));
    ids.add(id);
    valid++;
  }

  /// A deposit that the fold let stand, ballot by ballot.
  void deposit(long index, Deposit.Logged deposit) {
    for (int i = 0; i < deposit.leaves().size(); i++) {
      Bytes leaf = deposit.leaves().get(i);
      switch (deposit.fates().get(i)) {
        case Deposit.Fate.Taken taken -> {
          if (stands(leaf)) wrong(index, "a ballot in leaf " + index + " counts twice");
          take(index, leaf, Optional.empty());
        }
        case Deposit.Fate.Standing(long where) -> {
          if (!stands(leaf)) wrong(index, "a ballot in leaf " + index + " was passed over");
        }
        case Deposit.Fate.Ignored(Refused why) -> {
          if (stands(leaf)) wrong(index, "a ballot in leaf " + index + " stood already");
          take(index, leaf, Optional.of(why));
        }
      }
    }
  }

  /// A deposit that the fold refused because nothing in it was new and valid.
  void empty(long index, Deposit deposit) {
    for (Bytes leaf : deposit.leaves()) {
      if (!stands(leaf) && judge(leaf) == Code.UNSUPPORTED) {
        wrong(index, "leaf " + index + " holds a good ballot and was refused");
      }
    }
  }

  /// Takes a ballot leaf from before `open` or after `close`.
  void outside(Bytes leaf) {
    spare("BAL-06", leaf);
  }

  private void spare(String check, Bytes leaf) {
    try {
      Read read = read(leaf);
      spare(check, new Spare(read.vk, order++, read.pairs));
    } catch (Malformed e) {
      // what cannot be read was in nobody's list
    }
  }

  private void spare(String check, Spare one) {
    List<Spare> of = spares.computeIfAbsent(check, c -> new ArrayList<>());
    if (of.size() < MOST_SPARES) of.add(one);
  }

  // ---- other lists than the counted one

  /// checks §2: which check a list with this digest speaks against, if it is not far from the
  /// counted one. To be asked when all leaves were taken; what could be meant is worked out once
  /// for a contest, so that no number of wrong lists makes it costly.
  Optional<String> told(int contest, Bytes digest) {
    return Optional.ofNullable(candidates.computeIfAbsent(contest, this::candidates).get(digest));
  }

  /// Digests of the counted ballots with those that do not count, beside them or in place of those
  /// of the same keys, and without one of them.
  private Map<Bytes, String> candidates(int contest) {
    boolean summed = styles.get(contest).kind() == Style.Kind.APPROVAL;
    int width = summed ? 2 * styles.get(contest).options() : 2;
    Map<Bytes, Spare> counted = new HashMap<>();
    last.forEach((vk, one) -> counted.put(vk, new Spare(vk, one.order, one.pairs)));
    List<ElGamal> sums =
        summed ? sum(contest, width, new ArrayList<>(counted.values())) : List.of();
    Map<Bytes, String> out = new HashMap<>();
    List<Spare> all = new ArrayList<>();
    Map<String, List<Spare>> kinds = new LinkedHashMap<>(spares);
    spares.values().forEach(all::addAll);
    if (spares.size() > 1) kinds.put("BAL-07", all);
    kinds.forEach(
        (check, with) -> {
          try {
            made(contest, width, counted, sums, with).forEach(d -> out.putIfAbsent(d, check));
          } catch (Malformed | IndexOutOfBoundsException e) {
            // ballots of another form are in nobody's list
          }
        });
    if (counted.size() > 1 && counted.size() <= MOST_SPARES) {
      for (Spare one : counted.values()) {
        out.putIfAbsent(
            summed
                ? digest(plus(sums, sum(contest, width, List.of(one)), -1))
                : digest(contest, counted, List.of(), Set.of(one.vk)),
            "BAL-08");
      }
    }
    out.remove(Bytes.EMPTY);
    return out;
  }

  /// With these beside the counted ones, and in place of those of the same keys.
  private List<Bytes> made(
      int contest, int width, Map<Bytes, Spare> counted, List<ElGamal> sums, List<Spare> with) {
    for (Spare one : with) {
      if (one.pairs.get(contest).size() != width) throw new Malformed("an answer of another form");
    }
    Map<Bytes, Spare> instead = new HashMap<>();
    with.forEach(one -> instead.put(one.vk, one));
    List<Spare> last = List.copyOf(instead.values());
    if (styles.get(contest).kind() == Style.Kind.RANKED) {
      return List.of(
          digest(contest, counted, with, Set.of()),
          digest(contest, counted, last, instead.keySet()));
    }
    List<Spare> gone =
        instead.keySet().stream().map(counted::get).filter(Objects::nonNull).toList();
    List<ElGamal> replaced = plus(sums, sum(contest, width, last), 1);
    return List.of(
        digest(plus(sums, sum(contest, width, with), 1)),
        digest(plus(replaced, sum(contest, width, gone), -1)));
  }

  private static List<ElGamal> plus(List<ElGamal> sums, List<ElGamal> more, int sign) {
    List<ElGamal> out = new ArrayList<>();
    for (int j = 0; j < sums.size(); j++) {
      out.add(sign > 0 ? sums.get(j).plus(more.get(j)) : sums.get(j).minus(more.get(j)));
    }
    return out;
  }

  private static List<ElGamal> sum(int contest, int width, List<Spare> ballots) {
    List<ElGamal> sums = new ArrayList<>();
    for (int j = 0; j < width / 2; j++) {
      ElGamal sum = ElGamal.NONE;
      for (Spare one : ballots) sum = sum.plus(cipher(one.pairs.get(contest), j));
      sums.add(sum);
    }
    return sums;
  }

  /// Empty for sums that no list of ballots gives.
  private static Bytes digest(List<ElGamal> sums) {
    try {
      return Lists.digest(sums);
    } catch (Malformed e) {
      return Bytes.EMPTY;
    }
  }

  /// protocol §8 of points as they stand, in the log's order.
  private static Bytes digest(
      int contest, Map<Bytes, Spare> counted, List<Spare> with, Set<Bytes> without) {
    List<Spare> ordered = new ArrayList<>(with);
    counted.forEach(
        (vk, one) -> {
          if (!without.contains(vk)) ordered.add(one);
        });
    ordered.sort(Comparator.comparingLong(Spare::order));
    List<Enc> points = new ArrayList<>();
    for (Spare one : ordered) {
      for (Bytes point : one.pairs.get(contest)) {
        points.add(Enc.of(new Raw(Element.Kind.POINT, point)));
      }
    }
    return Transcript.th("ct-list", Enc.list(points));
  }

  private static ElGamal cipher(List<Bytes> pairs, int j) {
    return new ElGamal(point(pairs.get(2 * j)), point(pairs.get(2 * j + 1)));
  }

  /// Of a leaf that is a ballot but for points or scalars that are none.
  static boolean hasStrangePoints(Bytes leaf) {
    List<Raw> elements = new ArrayList<>();
    Element.Decoder keep =
        (kind, encoding) -> {
          Raw raw = new Raw(kind, encoding);
          elements.add(raw);
          return raw;
        };
    try {
      read(leaf, keep);
    } catch (Malformed e) {
      return false;
    }
    try {
      for (Raw one : elements) Point.decode(one.kind, one.encoding);
      return false;
    } catch (Malformed e) {
      return true;
    }
  }

  /// Whether a ballot with this id is valid, whether or not a later one replaced it.
  boolean holds(Bytes ballotId) {
    return ids.contains(ballotId);
  }

  private boolean stands(Bytes leaf) {
    return Deposit.ballot(leaf).filter(b -> holds(b.ballotId())).isPresent();
  }

  private void wrong(long index, String why) {
    if (firstWrong < 0) firstWrong = index;
    if (wrong.size() < 100) wrong.add(why);
  }

  /// The published reason of a refused ballot: the first in the order of protocol §15 line 24.
  private Code judge(Bytes leaf) {
    Ballot ballot;
    try {
      ballot = Ballot.parse(leaf);
    } catch (Malformed e) {
      return Code.MALFORMED;
    }
    Optional<Refused> alone = check.checkPlainly(ballot);
    if (alone.isPresent()) return alone.get().code();
    // a ballot that nothing speaks against should have been admitted
    return chained(read(leaf)).orElse(Code.UNSUPPORTED);
  }

  private Optional<Code> chained(Read read) {
    for (Bytes a : firsts(read)) {
      Bytes owner = owners.get(a);
      if (owner != null && !owner.equals(read.vk)) return Optional.of(Code.DUPLICATE_CIPHERTEXT);
    }
    Last before = last.get(read.vk);
    boolean follows =
        before == null
            ? read.seq == 0 && read.prev.equals(Bytes.zero(32))
            : read.seq == before.seq + 1 && read.prev.equals(before.ballotId);
    return follows ? Optional.empty() : Optional.of(Code.STALE_CHAIN);
  }

  private static Set<Bytes> firsts(Read read) {
    Set<Bytes> out = new HashSet<>();
    for (List<Bytes> answer : read.pairs) {
      for (int i = 0; i < answer.size(); i += 2) out.add(answer.get(i));
    }
    return out;
  }

  private static Read read(Bytes leaf) {
    return read(leaf, Raw::new);
  }

  private static Read read(Bytes leaf, Element.Decoder decoder) {
    Enc.Fields f = Enc.parse(leaf, decoder).fields("ballot");
    f.text("type");
    f.uint("version");
    f.bytes("eid");
    Bytes body = f.bytes("body");
    Enc.Fields b = Enc.parse(body, decoder).fields("body");
    b.text("type");
    b.bytes("eid");
    Bytes vk = b.element("vk", Raw.class).encoding();
    long seq = b.uint("seq");
    Bytes prev = b.bytes("prev");
    List<List<Bytes>> pairs =
        b.list(
            "answers",
            g -> {
              Enc.Fields answer = g.list("answer");
              answer.uint("contest");
              if (answer.text("kind").equals(Style.Kind.RANKED.id())) {
                return List.of(raw(answer), raw(answer));
              }
              return answer.list("pairs", Box::raw);
            });
    return new Read(vk, seq, prev, body, pairs);
  }

  private static Bytes raw(Enc.Fields f) {
    return f.element("point", Raw.class).encoding();
  }

  /// protocol §15 line 28: the digest of what a ranked contest's counted ballots hold.
  Bytes listDigest(int contest) {
    List<ElGamal> list = new ArrayList<>();
    for (Map.Entry<Bytes, Last> one : counted()) {
      list.add(cipher(one.getValue().pairs.get(contest), 0));
    }
    return Lists.digest(list);
  }

  /// Sums of the counted ballots' ciphertexts, contest by contest; none of a ranked one.
  List<List<ElGamal>> sums(List<Integer> options) {
    List<List<ElGamal>> out = new ArrayList<>();
    for (int k = 0; k < contests; k++) {
      List<ElGamal> sums = new ArrayList<>();
      int summed = styles.get(k).kind() == Style.Kind.APPROVAL ? options.get(k) : 0;
      for (int j = 0; j < summed; j++) {
        ElGamal sum = ElGamal.NONE;
        for (Last one : last.values()) sum = sum.plus(cipher(one.pairs.get(k), j));
        sums.add(sum);
      }
      out.add(sums);
    }
    return out;
  }

  private static Point point(Bytes encoding) {
    return Point.decode(encoding);
  }

  /// Counted ballots by log index.
  List<Map.Entry<Bytes, Last>> counted() {
    return last.entrySet().stream()
        .sorted(Comparator.comparingLong(e -> e.getValue().order))
        .toList();
  }

  long valid() {
    return valid;
  }

  long refused() {
    return refused;
  }

  long offRoll() {
    return offRoll;
  }

  List<String> wrong() {
    return wrong;
  }

  long firstWrong() {
    return firstWrong;
  }
}
