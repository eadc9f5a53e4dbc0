package veche.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Texts;
import veche.record.Trust;
import veche.view.DefinitionJson;
import veche.view.Json;
import veche.wire.Bytes;

/// record §8 Demonstration: three bodies that do not trust each other, each with a body key, a
/// trustee (t = 2) and a witness (quorum 2), one of them the registrar; played by the real role
/// programs from the first key to the certificate.
final class Coalition implements AutoCloseable {
  static final List<String> BODIES = List.of("veche-berlin", "veche-vilnius", "veche-tbilisi");
  private static final List<String> CITIES =
      List.of("Берлин / Berlin", "Вильнюс / Vilnius", "Тбилиси / Tbilisi");
  private static final int REGISTRAR = 0;
  private static final long PATIENCE = 120;

  /// Every program reads every voter of the roll at least once, several at the same time.
  private static final long VOTERS_A_SECOND = 50;

  private final Path folder;
  private final Path passphrase;
  private final Roles roles;
  private final Consumer<String> progress;
  private final List<Roles.Job> trustees = new ArrayList<>();
  private final List<Roles.Job> witnesses = new ArrayList<>();
  private long patience = PATIENCE;
  private String server = "";
  private String election = "";

  /// What an election of this coalition is about.
  record Question(
      Draft.Kind kind,
      Map<String, String> title,
      Map<String, String> text,
      List<Contest> contests,
      long expectedTurnout,
      long minCount,
      long opensAt,
      long closesAt,
      int mixes) {
    Question(
        Draft.Kind kind,
        Map<String, String> title,
        Map<String, String> text,
        List<Contest> contests,
        long expectedTurnout,
        long minCount,
        long opensAt,
        long closesAt) {
      this(kind, title, text, contests, expectedTurnout, minCount, opensAt, closesAt, 2);
    }

    /// The same question, open from now on for this long.
    Question lasting(long seconds) {
      long now = System.currentTimeMillis() / 1000;
      return new Question(
          kind, title, text, contests, expectedTurnout, minCount, now, now + seconds, mixes);
    }
  }

  Coalition(Path folder, Entropy entropy, Consumer<String> progress) {
    this.folder = folder;
    this.passphrase = folder.resolve("passphrase");
    this.roles = new Roles(folder.resolve("output"));
    this.progress = progress;
    try {
      Files.createDirectories(folder);
      Files.writeString(passphrase, entropy.bytes(20).base32() + "\n");
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path home(String body, String role) {
    return folder.resolve(body).resolve(role);
  }

  private List<String> command(String body, String role, String verb, String... rest) {
    List<String> out = new ArrayList<>(List.of(role, verb));
    out.addAll(keyed(body, role));
    out.addAll(List.of(rest));
    return out;
  }

  private List<String> keyed(String body, String role) {
    return List.of(
        "--state", home(body, role).toString(), "--passphrase-file", passphrase.toString());
  }

  private List<String> onElection(String body, String role, String verb, String... rest) {
    List<String> out =
        command(body, role, verb, "--election", election, "--trust", trust().toString());
    out.addAll(List.of(rest));
    return out;
  }

  /// Every role makes its key on its own disk. How long that took tells how fast this machine is.
  ///
  /// @return seconds that a poll must last for all that comes before its last ballot
  long makeKeys() {
    progress.accept("keys");
    long began = System.nanoTime();
    List<List<String>> all = new ArrayList<>();
    for (String body : BODIES) {
      all.add(command(body, "body", "init", "--body", body));
      all.add(command(body, "trustee", "init", "--body", body));
      all.add(command(body, "observe", "init", "--body", body));
    }
    all.add(command(BODIES.get(REGISTRAR), "registrar", "init", "--body", BODIES.get(REGISTRAR)));
    roles.runAll(all, PATIENCE);
    return 30 + (System.nanoTime() - began) * 14 / 1_000_000_000;
  }

  String vkey(String body, String role) {
    try {
      return Files.readString(home(body, role).resolve("vkey")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bodies agree on a definition and sign it; it becomes leaf 0.
  ///
  /// @param address of the server, `host` its name in origins
  void define(String address, String host, Question question) {
    progress.accept("draft");
    server = address;
    Path naming = folder.resolve("naming.json");
    roles.run(
        command(
            BODIES.getFirst(),
            "body",
            "reserve",
            "--server",
            address,
            "--host",
            host,
            "--out",
            naming.toString()),
        PATIENCE);
    try {
      var name = Json.read(Files.readString(naming));
      Draft draft =
          draft(
              question,
              name.path("slug").asText(),
              name.path("origin").asText(),
              name.path("log").asText());
      election = address + "/e/" + draft.slug();
      Path definition = folder.resolve("definition.json");
      Files.writeString(definition, DefinitionJson.write(draft));
      List<List<String>> all = new ArrayList<>();
      for (String body : BODIES) {
        all.add(
            command(
                body,
                "body",
                "draft",
                "--server",
                address,
                "--definition",
                definition.toString(),
                "--trust-out",
                folder.resolve(body).resolve("trust.txt").toString()));
      }
      roles.runAll(all, PATIENCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Draft draft(Question q, String slug, String origin, String log) {
    List<Draft.Body> bodies = new ArrayList<>();
    List<Draft.Trustee> keyHolders = new ArrayList<>();
    StringBuilder policy = new StringBuilder();
    for (int i = 0; i < BODIES.size(); i++) {
      String id = BODIES.get(i);
      String[] city = CITIES.get(i).split(" / ");
      bodies.add(
          new Draft.Body(
              id,
              texts("Вече: " + city[0], "Veche: " + city[1]),
              vkey(id, "body"),
              id + "@example.org"));
      keyHolders.add(new Draft.Trustee(id, i + 1, vkey(id, "trustee")));
      policy.append("witness ").append(id).append(' ').append(vkey(id, "observe")).append('\n');
    }
    policy.append("group coalition 2 ").append(String.join(" ", BODIES)).append('\n');
    policy.append("quorum coalition\n");
    Map<String, Integer> rules = new LinkedHashMap<>();
    for (String act : Draft.RULES) rules.put(act, 2);
    String registrar = BODIES.get(REGISTRAR);
    return new Draft(
            slug,
            origin,
            log,
            q.kind,
            List.of("ru", "en"),
            new Texts(q.title),
            new Texts(q.text),
            bodies,
            rules,
            keyHolders,
            2,
            q.mixes,
            List.of(new Draft.Registrar(registrar, vkey(registrar, "registrar"))),
            "simple",
            policy.toString(),
            List.of(),
            q.contests,
            q.expectedTurnout,
            "",
            q.minCount,
            q.opensAt,
            q.closesAt,
            q.closesAt,
            0,
            1,
            "")
        .assessed();
  }

  static Texts texts(String russian, String english) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("ru", russian);
    out.put("en", english);
    return new Texts(out);
  }

  /// Starts the witnesses, which stay, and the trustees, which make the key and draw the lot.
  void makeElectionKey(double interval) {
    watch(interval);
    for (String body : BODIES) trustees.add(trustee(body, "ready"));
  }

  /// A trustee's program, at work until a phase is reached.
  Roles.Job trustee(String body, String until) {
    // longer than any roll takes to grow; whoever starts it ends it
    String day = String.valueOf(Duration.ofDays(1).toSeconds());
    return roles.start(onElection(body, "trustee", "work", "--until", until, "--wait", day));
  }

  /// Starts the witnesses, which stay.
  void watch(double interval) {
    progress.accept("ceremony");
    for (String body : BODIES) {
      List<String> watch = new ArrayList<>(List.of("observe", "--witness"));
      watch.addAll(keyed(body, "observe"));
      watch.addAll(
          List.of(
              "--election", election,
              "--trust", trust().toString(),
              "--interval", String.valueOf(interval)));
      witnesses.add(roles.start(watch));
    }
  }

  /// Witnesses that ended because they saw two histories.
  long forks() {
    return witnesses.stream()
        .filter(job -> !job.process().isAlive() && job.process().exitValue() == 1)
        .count();
  }

  /// Waits until the server reports a phase; only a sign that it is time to go on, nothing rests on
  /// it.
  void awaitPhase(List<String> phases, long seconds) {
    Remote remote = new Remote(election);
    long end = System.currentTimeMillis() + seconds * 1000;
    while (true) {
      String phase = Json.read(remote.get("election.json").utf8()).path("phase").asText();
      if (phases.contains(phase)) return;
      for (Roles.Job job : trustees) {
        if (!job.process().isAlive() && job.process().exitValue() != 0) {
          throw new Roles.Failed("trustee: ended early" + Roles.tail(job));
        }
      }
      if (System.currentTimeMillis() > end) {
        throw new Roles.Failed("still in phase " + phase + " after " + seconds + " s");
      }
      pause(200);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Roles.Failed("interrupted");
    }
  }

  /// The registrar's invitations, as the links it would send.
  List<String> invite(int count) {
    patience = PATIENCE + count / VOTERS_A_SECOND;
    Path links = folder.resolve("links.txt");
    roles.run(
        onElection(
            BODIES.get(REGISTRAR),
            "registrar",
            "invite",
            "--count",
            String.valueOf(count),
            "--out",
            links.toString()),
        PATIENCE);
    try {
      return Files.readAllLines(links);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The registrar signs the keys that came and freezes the roll; the trustees draw the lot; the
  /// bodies sign the page's files and open.
  void open(Path web) {
    freeze(web);
    for (Roles.Job job : trustees) Roles.await(job, patience);
    trustees.clear();
    openVote();
  }

  /// The roll is frozen and the page's files are signed; the lot can be drawn.
  void freeze(Path web) {
    progress.accept("roll");
    roles.run(onElection(BODIES.get(REGISTRAR), "registrar", "pull", "--quiet"), patience * 5);
    List<List<String>> release = new ArrayList<>();
    for (String body : BODIES) {
      release.add(onElection(body, "body", "web-release", "--web", web.toString()));
    }
    roles.runAll(release, patience);
    roles.run(onElection(BODIES.get(REGISTRAR), "registrar", "freeze"), patience);
    progress.accept("lot");
  }

  void openVote() {
    progress.accept("opening");
    each("body", "open");
  }

  /// The bodies go on without a trustee whose mix or lot is waited for.
  void skip(int trustee, String reason) {
    each("body", "skip", "--trustee", String.valueOf(trustee), "--reason", reason);
  }

  private void each(String role, String verb, String... rest) {
    List<List<String>> all = new ArrayList<>();
    for (String body : BODIES) all.add(onElection(body, role, verb, rest));
    roles.runAll(all, patience * 10);
  }

  /// Close, opening, certificate.
  void finish(long wait) {
    closeVote(wait);
    progress.accept("decrypt");
    tally(wait);
    certify();
  }

  /// Trustees work side by side: each mixes when its turn comes, and all open.
  private void tally(long wait) {
    List<List<String>> all = new ArrayList<>();
    for (String body : BODIES) {
      all.add(
          onElection(
              body, "trustee", "work", "--until", "counted", "--wait", String.valueOf(wait)));
    }
    roles.runAll(all, wait + patience);
  }

  void closeVote(long wait) {
    progress.accept("close");
    each("body", "close", "--wait", String.valueOf(wait));
  }

  /// The record is whole when the witnesses have seen its last leaf (LOG-07).
  void certify() {
    progress.accept("certificate");
    each("body", "certify", "--final");
    awaitWitnesses(patience);
  }

  private void awaitWitnesses(long seconds) {
    Remote remote = new Remote(election);
    long end = System.currentTimeMillis() + seconds * 1000;
    while (true) {
      var view = Json.read(remote.get("election.json").utf8());
      long seen = view.path("cosigned").path("size").asLong(-1);
      long size = view.path("size").asLong();
      if (seen == size) return;
      if (System.currentTimeMillis() > end) {
        throw new Roles.Failed("the witnesses saw " + seen + " of " + size + " leaves");
      }
      pause(200);
    }
  }

  /// Runs one more command of the tool, like `verify`.
  int tool(List<String> arguments, long seconds, Path output) {
    Roles.Job job = roles.start(arguments);
    int code = Roles.code(job, seconds);
    try {
      Files.copy(job.output(), output, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return code;
  }

  String election() {
    return election;
  }

  String server() {
    return server;
  }

  /// As the first body's own program wrote it.
  Path trust() {
    return folder.resolve(BODIES.getFirst()).resolve("trust.txt");
  }

  Trust trusted() {
    try {
      return Trust.parse(Files.readString(trust()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Bytes cid() {
    return trusted().election(new Remote(election).slug()).orElseThrow();
  }

  @Override
  public void close() {
    roles.close();
  }
}
