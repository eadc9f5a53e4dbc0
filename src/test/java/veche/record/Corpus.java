package veche.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import veche.Coalition;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.record.MutantsTest.Mutant;
import veche.wire.Bytes;
import veche.wire.Enc;

/// Good and wrong bundles as files, for verifiers in other languages: of each `NAME.zip`,
/// `NAME.trust` (none where nobody gave one), `NAME.receipt.1` and on, and `NAME.expected` with a
/// line `<id> <status> <sentence>` for each check, or `exit 3` where the input cannot be judged.
/// `now` holds the observer's clock, `names` says what is wrong with each.
final class Corpus {
  private Corpus() {}

  /// Good ones first, then every mutant under its check's name.
  static Map<String, Supplier<Mutant>> all() {
    Map<String, Supplier<Mutant>> out = new LinkedHashMap<>();
    out.put("good", () -> Mutant.of(ElectionFixture.good()));
    out.put("good-untrusted", () -> new Mutant(ElectionFixture.good().files(), ""));
    out.put("good-open", () -> Mutant.of(new ElectionFixture().opened(3).votedOnce()));
    out.put("good-drafted", () -> Mutant.of(new ElectionFixture().draft()));
    out.put("good-refused", () -> Mutant.of(counted(new ElectionFixture()).refuse()));
    out.put(
        "good-late-lot",
        () ->
            Mutant.of(
                ElectionFixture.late(2)
                    .opened(3)
                    .votedOnce()
                    .closed()
                    .reveal(1, 2)
                    .decrypt(1, 2)
                    .certify()));
    out.put("good-deposits", () -> Mutant.of(deposits()));
    out.put("good-no-result", () -> Mutant.of(withoutResult()));
    out.put("good-aftermath", () -> Mutant.of(aftermath()));
    out.put("good-ranked", () -> Mutant.of(ElectionFixture.goodRanked()));
    out.put("good-skipped", () -> Mutant.of(skipped()));
    MutantsTest.table()
        .forEach(
            (id, rows) -> {
              int[] number = {0};
              rows.forEach(
                  (what, mutant) ->
                      out.put(id.toLowerCase(Locale.ROOT) + "-" + ++number[0], mutant));
            });
    return out;
  }

  private static ElectionFixture counted(ElectionFixture fixture) {
    return fixture.opened(3).votedOnce().closed().decrypt(1, 2, 3);
  }

  private static final List<List<Integer>> CHOICE = List.of(List.of(1, 0, 0), List.of(1, 0));

  /// A deposit with a ballot that stands already, a new one, junk, and one that its own key's next
  /// ballot in a second deposit replaces.
  private static ElectionFixture deposits() {
    ElectionFixture f = new ElectionFixture().opened(4);
    Bytes stands = f.vote(0, CHOICE.get(0), CHOICE.get(1));
    Bytes taken = f.voters.get(1).ballot(f.coalition, CHOICE);
    deposit(f, List.of(stands, taken, Bytes.utf8("junk")));
    deposit(f, List.of(f.voters.get(1).ballot(f.coalition, CHOICE), taken));
    return f.closed().decrypt(1, 2).certify();
  }

  private static void deposit(ElectionFixture f, List<Bytes> leaves) {
    Act act = new Deposit(leaves).act(f.coalition.record().id());
    f.add(f.coalition.sign(act, f.coalition.body("west")).encode());
  }

  private static ElectionFixture withoutResult() {
    ElectionFixture f = new ElectionFixture().opened(3);
    f.vote(0, CHOICE.get(0), CHOICE.get(1));
    f.closed();
    Enc reason = Enc.list(Enc.text("one ballot"));
    f.add(f.act("no-result", reason, "north", "east").encode());
    return f.last().stage(ElectionFixture.CLOSES + 3_000);
  }

  /// What people say before and after the certificate, and what bodies do with it.
  private static ElectionFixture aftermath() {
    ElectionFixture f = new ElectionFixture().opened(3);
    f.add(f.act("object", Enc.list(Enc.text("no"), Enc.uint(0)), "west").encode());
    f.votedOnce().closed().decrypt(1, 2, 3);
    Record record = f.coalition.record();
    SigningKey ivan = Coalition.key("observer.example/ivan", Vkey.ED25519);
    Bytes digest = record.result().orElseThrow().digest();
    Recounted found = new Recounted(ivan.vkey(), "abacus", "1", digest, "72 of 72");
    f.add(f.coalition.act("recount", found.enc(), ivan).encode());
    f.certify();
    Bytes over = veche.council.Certificate.digest(f.certificate());
    String no =
        new veche.council.Dissent(
                ElectionFixture.SLUG,
                record.eid().orElseThrow(),
                "west",
                over,
                digest,
                List.of("no"),
                List.of("ROL-02"),
                List.of())
            .text();
    f.add(f.act("dissent", Enc.list(Enc.text(no)), "west").encode());
    long size = record.size();
    Countersigned said =
        new Countersigned(
            ivan.vkey(), size, record.tree().root(size), "abacus", "1", 60, 1, 11, 0, "ROL-02");
    f.add(f.coalition.act("countersign", said.enc(), ivan).encode());
    int winner = record.outcomes().getFirst().winners().getFirst();
    Enc mandate = Enc.list(Enc.uint(0), Enc.uint(winner), Enc.bytes(over));
    f.add(f.act("mandate", mandate, "north", "east").encode());
    Enc back = Enc.list(Enc.uint(0), Enc.uint(winner), Enc.text("resigned"));
    f.add(f.act("revoke-mandate", back, "north", "east").encode());
    f.add(f.act("mandate", mandate, "north", "east").encode());
    return f.last().stage(ElectionFixture.CLOSES + 3_000);
  }

  private static ElectionFixture skipped() {
    ElectionFixture f = ElectionFixture.ranked().opened(3).ranked("01", "10", "2").closed();
    Enc skip = Enc.list(Enc.uint(1), Enc.text("silent"));
    f.add(f.act("skip", skip, "north", "east").encode());
    return f.mix(2, 3).decrypt(2, 3).certify();
  }

  /// Records that nobody thought of: one leaf of a good one is changed, gone, doubled, moved or
  /// cut, and the log and the witnesses sign what is left; or a byte of some file is another.
  static Mutant strange(Random random) {
    List<Supplier<ElectionFixture>> good =
        List.of(
            ElectionFixture::good,
            ElectionFixture::good,
            Corpus::deposits,
            Corpus::aftermath,
            ElectionFixture::goodRanked);
    ElectionFixture f = good.get(random.nextInt(good.size())).get().sibling();
    int at = random.nextInt(f.leaves.size());
    Bytes leaf = f.leaves.get(at);
    switch (random.nextInt(7)) {
      case 0 -> f.leaves.remove(at);
      case 1 -> f.leaves.add(random.nextInt(f.leaves.size()), leaf);
      case 2 -> f.leaves.add(random.nextInt(f.leaves.size()), f.leaves.remove(at));
      case 3 -> f.leaves.set(at, leaf.slice(0, random.nextInt(leaf.length())));
      case 4 -> {
        SortedMap<String, Bytes> files = f.files();
        List<String> paths = List.copyOf(files.keySet());
        String path = paths.get(random.nextInt(paths.size()));
        if (files.get(path).length() > 0) files.compute(path, (p, b) -> changed(b, random));
        return new Mutant(files, f.trust());
      }
      default -> f.leaves.set(at, changed(leaf, random));
    }
    f.stages.keySet().removeIf(size -> size > f.leaves.size());
    return Mutant.of(f);
  }

  private static Bytes changed(Bytes bytes, Random random) {
    byte[] out = bytes.toArray();
    // most of a leaf are points and signatures: the beginning holds its form
    int at = random.nextInt(random.nextBoolean() ? out.length : Math.min(out.length, 120));
    out[at] ^= (byte) (1 + random.nextInt(255));
    return Bytes.of(out);
  }

  /// Writes one bundle and what this verifier says of it.
  static void write(Path folder, String name, Mutant mutant) {
    try {
      Files.createDirectories(folder);
      ElectionFixture.zip(folder.resolve(name + ".zip"), mutant.files());
      if (!mutant.trust().isEmpty()) {
        Files.writeString(folder.resolve(name + ".trust"), mutant.trust());
      }
      String[] receipts = mutant.receipts();
      for (int i = 0; i < receipts.length; i++) {
        Files.writeString(folder.resolve(name + ".receipt." + (i + 1)), receipts[i]);
      }
      Files.writeString(folder.resolve(name + ".expected"), expected(mutant));
      Files.writeString(folder.resolve("now"), ElectionFixture.NOW + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expected(Mutant mutant) {
    try {
      return MemoryBundle.verify(
              new MemoryBundle(mutant.files()), mutant.trust(), mutant.receipts())
          .checks()
          .stream()
          .map(c -> c.id() + " " + c.status().id() + " " + c.why() + "\n")
          .collect(Collectors.joining());
    } catch (Bundle.Unusable e) {
      return "exit 3 " + e.getMessage() + "\n";
    }
  }
}
