package veche.http;

import static veche.store.Db.now;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import veche.log.Policy;
import veche.store.Board;

/// The signed states of one log and who vouched for them: the newest, the candidate shown to
/// witnesses, the newest that met the quorum, and those of the stages (record §6, doors §1). The
/// sequencer's thread only.
final class Checkpoints {
  private static final long CANDIDATE_SECONDS = 10;
  private static final long STAGE_SECONDS = 60;

  /// @param text the note as the log signed it, followed by its cosignatures
  record Vouched(long size, String text, long time, List<String> names) {}

  /// A consistent picture for readers.
  record Shown(
      String newest,
      String candidate,
      Optional<Vouched> cosigned,
      NavigableMap<Long, String> stages) {}

  private record Signed(String note, Map<String, Board.Cosignature> lines) {
    Signed(String note) {
      this(note, new TreeMap<>());
    }

    String text() {
      StringBuilder out = new StringBuilder(note);
      for (Board.Cosignature c : lines.values()) out.append(c.line()).append('\n');
      return out.toString();
    }
  }

  private final String slug;
  private final Board board;
  private final InstantSource clock;
  private final NavigableMap<Long, Signed> signed = new TreeMap<>();
  private final TreeSet<Long> kept = new TreeSet<>();

  /// Leaves that began a stage which no kept checkpoint with a quorum covers yet.
  private final TreeSet<Long> uncovered = new TreeSet<>();

  private Optional<Policy> policy = Optional.empty();
  private long newest;
  private long candidate;
  private long candidateUntil;
  private long quorum = -1;

  Checkpoints(String slug, Board board, InstantSource clock) {
    this.slug = slug;
    this.board = board;
    this.clock = clock;
  }

  /// The newest checkpoint, the leaves that began stages, and what is stored about the log up to
  /// there: it may have grown since.
  ///
  /// @param shown the size that witnesses are shown
  void load(
      long size,
      long shown,
      Optional<String> note,
      Collection<Long> stages,
      Optional<Policy> witnesses) {
    policy = witnesses;
    for (Map.Entry<Long, String> stage : now(board.stages(slug))) {
      if (stage.getKey() > size) continue;
      signed.put(stage.getKey(), new Signed(stage.getValue()));
      kept.add(stage.getKey());
    }
    newest = size;
    note.ifPresent(n -> signed.putIfAbsent(size, new Signed(n)));
    candidate = shown == 0 || shown > size ? size : shown;
    if (candidate > 0) stored(candidate);
    candidateUntil = clock.instant().getEpochSecond() + CANDIDATE_SECONDS;
    Map<Long, List<Board.Cosignature>> bySize = new HashMap<>();
    for (Board.Cosignature c : now(board.cosignatures(slug))) {
      if (c.size() <= size) bySize.computeIfAbsent(c.size(), s -> new ArrayList<>()).add(c);
    }
    bySize.forEach(
        (at, lines) -> {
          Signed one = stored(at);
          for (Board.Cosignature c : lines) one.lines.put(c.witness(), c);
          if (meetsQuorum(one)) quorum = Math.max(quorum, at);
        });
    uncovered.addAll(stages);
    uncovered.removeIf(index -> kept.tailSet(index, false).stream().anyMatch(this::meetsQuorum));
  }

  private Signed stored(long size) {
    return signed.computeIfAbsent(
        size, s -> new Signed(now(board.checkpoint(slug, s)).orElseThrow()));
  }

  /// The log grew; the policy may have come with it.
  ///
  /// @param stages the sizes that the same commit keeps
  void committed(long size, String note, Set<Long> stages, Optional<Policy> witnesses) {
    policy = witnesses;
    kept.addAll(stages);
    signed.put(size, new Signed(note));
    newest = size;
    if (meetsQuorum(size)) quorum = size;
    prune();
  }

  /// The newest checkpoint ends with the leaf that began a stage: witnesses are shown it at once.
  void stage() {
    uncovered.add(newest - 1);
    present(STAGE_SECONDS);
  }

  /// Every server shows witnesses the same size.
  private void present(long seconds) {
    candidate = newest;
    candidateUntil = clock.instant().getEpochSecond() + seconds;
    now(board.present(slug, candidate));
  }

  private void keep(long size) {
    if (kept.add(size)) now(board.keepStage(slug, size));
  }

  /// Keeps what witnesses said; the caller has verified it against [#note].
  void cosign(long size, List<Board.Cosignature> lines) {
    Signed one = signed.get(size);
    if (one == null || size < quorum && !kept.contains(size)) return;
    now(board.cosign(slug, lines));
    for (Board.Cosignature c : lines) {
      one.lines.merge(c.witness(), c, (a, b) -> a.time() < b.time() ? b : a);
    }
    if (!meetsQuorum(one)) return;
    List<Long> covered = List.copyOf(uncovered.headSet(size));
    if (!covered.isEmpty()) {
      keep(size);
      uncovered.removeAll(covered);
    }
    if (size > quorum) {
      quorum = size;
      prune();
      now(board.forgetCosignatures(slug, size));
    }
  }

  /// The note of a size that may still be vouched for.
  Optional<String> note(long size) {
    return Optional.ofNullable(signed.get(size)).map(Signed::note);
  }

  private void prune() {
    signed
        .keySet()
        .removeIf(
            size ->
                size != newest
                    && size != candidate
                    && size != quorum
                    && !kept.contains(size)
                    && (size < quorum
                        || signed.get(size) instanceof Signed s && s.lines.isEmpty()));
  }

  private boolean meetsQuorum(long size) {
    Signed one = signed.get(size);
    return one != null && meetsQuorum(one);
  }

  private boolean meetsQuorum(Signed one) {
    return policy.isPresent() && policy.get().quorum(one.lines.keySet());
  }

  /// doors §1 `candidate`: one size at a time, until it is vouched for or too old.
  private void turn() {
    long now = clock.instant().getEpochSecond();
    if (candidate < newest && (quorum >= candidate || now >= candidateUntil)) {
      present(CANDIDATE_SECONDS);
    }
  }

  /// @param keeping whether this server decides what witnesses are shown
  Shown show(boolean keeping) {
    if (keeping) turn();
    NavigableMap<Long, String> stages = new TreeMap<>();
    for (long size : kept) text(size).ifPresent(text -> stages.put(size, text));
    return new Shown(text(newest).orElse(""), text(candidate).orElse(""), vouched(), stages);
  }

  private Optional<String> text(long size) {
    return Optional.ofNullable(signed.get(size)).map(Signed::text);
  }

  private Optional<Vouched> vouched() {
    Signed one = signed.get(quorum);
    if (one == null) return Optional.empty();
    long time = one.lines.values().stream().mapToLong(Board.Cosignature::time).max().orElse(0);
    return Optional.of(new Vouched(quorum, one.text(), time, List.copyOf(one.lines.keySet())));
  }
}
