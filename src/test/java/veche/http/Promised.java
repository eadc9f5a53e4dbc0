package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import veche.Coalition;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.http.Client.Reply;
import veche.log.Checkpoint;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.log.Tile;
import veche.log.Tree;
import veche.wire.Bytes;

/// An open election on a server to which bad things happen: what its clients were told, and what
/// must be so whatever happened.
final class Promised {
  static final String HOST = "votes.example";
  static final long PATIENCE = 90;
  static final List<List<Integer>> CHOICES = List.of(List.of(0, 1, 0), List.of(0, 1));

  final Coalition coalition = new Coalition();
  private Vkey log;
  private String slug;
  private String base;
  private List<Coalition.Voter> voters = List.of();
  private int next;

  /// Every receipt that anybody was ever given, by leaf.
  private final Map<Bytes, String> acknowledged = new LinkedHashMap<>();

  /// Roots by size, of every checkpoint that anybody ever saw.
  private final Map<Long, Bytes> seen = new TreeMap<>();

  void open(Client client, int people) {
    long now = System.currentTimeMillis() / 1000;
    String asked = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    Note signed = new Note(asked, List.of(coalition.body("north").signLine(asked)));
    var name = client.post("/elections", Bytes.utf8(signed.text())).json();
    slug = name.get("slug").asText();
    base = "/e/" + slug + "/";
    log = Vkey.parse(name.get("log").asText());
    coalition.draw(
        slug, name.get("origin").asText(), name.get("log").asText(), now - 10, now + 3_600);
    voters = Stream.generate(Coalition.Voter::new).limit(people).toList();
    coalition.openFor(client.door(slug), voters);
  }

  String slug() {
    return slug;
  }

  /// The next ballot of the next person.
  Bytes ballot() {
    return voter().ballot(coalition, CHOICES);
  }

  /// The next person.
  Coalition.Voter voter() {
    return voters.get(next++ % voters.size());
  }

  CompletableFuture<Reply> send(Client to, Bytes leaf) {
    return CompletableFuture.supplyAsync(() -> to.post(base + "ballots", leaf));
  }

  /// Whatever came is held against what came before; a broken connection is no answer.
  Optional<Reply> reply(Bytes leaf, CompletableFuture<Reply> sent) {
    Reply reply;
    try {
      reply = sent.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(java.io.UncheckedIOException.class);
      return Optional.empty();
    }
    if (reply.status() == 200) {
      Receipt receipt = Receipt.parse(reply.text());
      receipt.verify(Merkle.leafHash(leaf), log);
      saw(receipt.checkpoint());
      String before = acknowledged.putIfAbsent(leaf, reply.text());
      if (before != null) assertThat(reply.text()).isEqualTo(before);
    } else {
      assertThat(reply.status()).isIn(500, 503, 507);
    }
    return Optional.of(reply);
  }

  private void saw(Note note) {
    Checkpoint checkpoint = Checkpoint.verified(note, log);
    Bytes before = seen.putIfAbsent(checkpoint.size(), checkpoint.root());
    if (before != null) assertThat(checkpoint.root()).isEqualTo(before);
  }

  /// What was acknowledged is in the log at its place, nothing is there twice, and every checkpoint
  /// that anybody saw or that was kept is a prefix of it.
  void everythingHolds(Client client, Service service) {
    Note newest = Note.parse(client.get(base + "checkpoint").text());
    saw(newest);
    long size = Checkpoint.verified(newest, log).size();
    Tree tree = new Tree();
    Map<Bytes, Long> places = new HashMap<>();
    for (long from = 0; from < size; from += Tile.WIDTH) {
      int width = (int) Math.min(Tile.WIDTH, size - from);
      Tile tile = new Tile(Tile.ENTRIES, from / Tile.WIDTH, width);
      byte[] bundle = client.get(base + tile.path()).raw().body();
      for (Bytes leaf : Tile.entries(Bytes.wrap(bundle), width)) {
        long index = tree.append(Merkle.leafHash(leaf));
        assertThat(places.put(leaf, index)).as("a leaf is there twice").isNull();
      }
    }
    seen.forEach((at, root) -> assertThat(tree.root(at)).as("size " + at).isEqualTo(root));
    acknowledged.forEach(
        (leaf, text) ->
            assertThat(places.get(leaf))
                .as("an acknowledged leaf")
                .isEqualTo(Receipt.parse(text).index()));
    List<String> notes = service.rows("select note from checkpoint where slug = '" + slug + "'");
    Set<Long> sizes = new HashSet<>();
    for (String note : notes) {
      Checkpoint checkpoint = Checkpoint.verified(Note.parse(note), log);
      assertThat(sizes.add(checkpoint.size())).isTrue();
      // what was kept but not shown yet is looked at when it is shown
      if (checkpoint.size() > size) continue;
      assertThat(checkpoint.root()).isEqualTo(tree.root(checkpoint.size()));
    }
  }
}
