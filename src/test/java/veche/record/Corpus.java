package veche.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import veche.Coalition;
import veche.ballot.Seal;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.record.MutantsTest.Mutant;
import veche.view.Fingerprint;
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
    out.put("large", () -> Mutant.of(large()));
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

  /// More leaves than a tile holds.
  private static ElectionFixture large() {
    ElectionFixture f = new ElectionFixture().opened(260);
    for (int i = 0; i < 270; i++) f.vote(i % 260, List.of(i % 2, 1 - i % 2, 0), List.of(1, i % 2));
    return f.closed().decrypt(1, 2).certify().last().stage(ElectionFixture.CLOSES + 3_000);
  }

  private static ElectionFixture skipped() {
    ElectionFixture f = ElectionFixture.ranked().opened(3).ranked("01", "10", "2").closed();
    Enc skip = Enc.list(Enc.uint(1), Enc.text("silent"));
    f.add(f.act("skip", skip, "north", "east").encode());
    return f.mix(2, 3).decrypt(2, 3).certify();
  }

  /// Records that nobody thought of: one leaf of a good one is changed, gone, doubled, moved or
  /// cut, and the log and the witnesses sign what is left; or a byte of some file or receipt is
  /// another.
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
    switch (random.nextInt(8)) {
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
      case 5 -> {
        StringBuilder receipt =
            new StringBuilder(MutantsTest.receipt(f, at, "north", "east", "west"));
        receipt.setCharAt(random.nextInt(receipt.length()), (char) (10 + random.nextInt(117)));
        return new Mutant(f.files(), f.trust(), receipt.toString());
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

  /// What an observer compares a bundle with: as files `NAME.challenge.1` and on, `NAME.roll`,
  /// `NAME.votes`.
  record Compared(
      Mutant mutant, List<String> challenges, Optional<String> roll, Optional<String> votes) {}

  /// Right and wrong things beside a good bundle.
  static Map<String, Compared> compared() {
    Map<String, Compared> out = new LinkedHashMap<>();
    ElectionFixture good = ElectionFixture.goodRanked();
    Mutant files = Mutant.of(good);
    List<String> words =
        good.voters.stream().map(v -> Fingerprint.of(v.vk.encoding())).sorted().toList();
    Function<List<String>, Compared> roll =
        lines ->
            new Compared(
                files, List.of(), Optional.of(String.join("\n", lines) + "\n"), Optional.empty());
    out.put("held-roll", roll.apply(words));
    out.put("held-roll-less", roll.apply(words.subList(1, words.size())));
    Function<String, Compared> votes =
        table -> new Compared(files, List.of(), Optional.empty(), Optional.of(table));
    String table = Opened.rows(good.coalition.record(), List.of(2));
    out.put("held-votes", votes.apply(table));
    out.put("held-votes-more", votes.apply(table + "board,6,valid,anna\n"));
    out.put("held-votes-poem", votes.apply("a poem"));
    ElectionFixture open = ElectionFixture.ranked().opened(2);
    Bytes seed = Bytes.utf8("seed").sha256();
    List<List<Integer>> choices = List.of(List.of(1, 0, 0), List.of(1, 0), List.of(2, 0));
    Coalition.Voter voter = open.voters.getFirst();
    Bytes body = Seal.body(open.coalition.paper(), choices, voter.vk, 0, Bytes.zero(32), seed);
    String shown = challenge(body, seed, voter);
    Function<String, Compared> challenge =
        text -> new Compared(Mutant.of(open), List.of(text), Optional.empty(), Optional.empty());
    out.put("held-challenge", challenge.apply(shown));
    out.put("held-challenge-lie", challenge.apply(shown.replace("marks 0 100", "marks 0 010")));
    out.put("held-challenge-misfit", challenge.apply(shown.replace("ranks 2 2,0", "ranks 2 9")));
    out.put("held-challenge-short", challenge.apply(shown.replace("marks 1 10\n", "")));
    ElectionFixture cast = open.sibling();
    cast.leaves.add(Seal.sign(body, voter.secret));
    out.put(
        "held-challenge-cast",
        new Compared(Mutant.of(cast), List.of(shown), Optional.empty(), Optional.empty()));
    return out;
  }

  private static String challenge(Bytes body, Bytes seed, Coalition.Voter voter) {
    return String.join(
        "\n",
        "veche.challenge/v1",
        ElectionFixture.ORIGIN,
        "ballot " + Seal.ballotId(body).base32(),
        "key " + voter.vk.encoding().hex(),
        "place 0 " + Bytes.zero(32).hex(),
        "seed " + seed.hex(),
        "marks 0 100",
        "marks 1 10",
        "ranks 2 2,0",
        "");
  }

  /// Writes one bundle and what this verifier says of it.
  static void write(Path folder, String name, Mutant mutant) {
    write(folder, name, new Compared(mutant, List.of(), Optional.empty(), Optional.empty()));
  }

  /// The same with what an observer compares it with.
  static void write(Path folder, String name, Compared of) {
    Mutant mutant = of.mutant;
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
      for (int i = 0; i < of.challenges.size(); i++) {
        Files.writeString(folder.resolve(name + ".challenge." + (i + 1)), of.challenges.get(i));
      }
      if (of.roll.isPresent()) Files.writeString(folder.resolve(name + ".roll"), of.roll.get());
      if (of.votes.isPresent()) Files.writeString(folder.resolve(name + ".votes"), of.votes.get());
      Files.writeString(folder.resolve(name + ".expected"), expected(of));
      Files.writeString(folder.resolve("now"), ElectionFixture.NOW + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expected(Compared of) {
    Mutant mutant = of.mutant;
    try {
      Verifier.Given g =
          MemoryBundle.given(new MemoryBundle(mutant.files()), mutant.trust(), mutant.receipts());
      Optional<Verifier.RollList> roll =
          of.roll.map(
              text ->
                  new Verifier.RollList(text.lines().collect(Collectors.toSet()), Fingerprint::of));
      Verifier.Held held =
          new Verifier.Held(
              List.of(mutant.receipts()), of.challenges, roll, of.votes, Optional.empty());
      return Verifier.verify(
              new Verifier.Given(g.bundle(), g.trust(), held, false, g.now(), g.weights()),
              (done, all) -> {})
          .checks()
          .stream()
          .map(c -> c.id() + " " + c.status().id() + " " + c.why() + "\n")
          .collect(Collectors.joining());
    } catch (Bundle.Unusable e) {
      return "exit 3 " + e.getMessage() + "\n";
    }
  }
}
