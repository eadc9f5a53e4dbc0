package veche;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Rollback;
import veche.http.Service;
import veche.http.Settings;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Receipt;
import veche.record.Trust;
import veche.store.Embedded;
import veche.wire.Bytes;

/// log §3.5: a database that is an earlier state of itself signs nothing; others hold what it lost,
/// and a mirror brings it forward.
class RollbackTest {
  private static final String HOST = "votes.example";
  private static final List<List<Integer>> CHOICES = List.of(List.of(0, 1, 0), List.of(0, 1));

  @TempDir private static Path folder;

  private static Coalition coalition;
  private static HttpServer houses;

  /// What the one witness with an address shows; empty for a status of 404.
  private static volatile String witnessed = "";

  private static volatile boolean reachable = true;
  private static Embedded postgres;
  private static String slug;
  private static String base;
  private static final Map<Bytes, String> RECEIPTS = new LinkedHashMap<>();

  /// An earlier state of the data folder, as a person would have copied it.
  private static Path cold;

  private static Path mirror;
  private static Path shorter;
  private static Path trust;
  private static Checkpoint newest;
  private static int databases;

  @BeforeAll
  static void anElectionGoesOnAfterItsDataFolderWasCopied() throws Exception {
    houses = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    houses.createContext("/", RollbackTest::answer);
    houses.start();
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.createDirectories(folder.resolve("web"));
      Files.writeString(folder.resolve("web/" + page + ".html"), "<!doctype html>");
    }
    coalition = new Coalition();
    coalition.listens("east", at("/east"));
    Path data = folder.resolve("data");
    List<Coalition.Voter> voters = Stream.generate(Coalition.Voter::new).limit(4).toList();
    postgres = Embedded.start(data.resolve("db"), Entropy.system());
    try (Service service = service("postgres", List.of())) {
      open(client(service), voters);
      vote(client(service), voters.subList(0, 2));
      shorter = mirror(client(service), "shorter");
    }
    sql("create database earlier template postgres");
    postgres.close();
    cold = copy(data, folder.resolve("cold"));
    postgres = Embedded.start(data.resolve("db"), Entropy.system());
    try (Service service = service("postgres", List.of())) {
      vote(client(service), voters.subList(2, 4));
      mirror = mirror(client(service), "mirror");
      newest = checkpoint(client(service));
    }
    trust = Files.writeString(folder.resolve("trust.txt"), Trust.of(coalition.draft()));
  }

  @AfterAll
  static void stop() {
    houses.stop(0);
    if (postgres != null) postgres.close();
  }

  @BeforeEach
  void nobodySaysAnything() {
    witnessed = "";
    reachable = true;
  }

  private static String at(String path) {
    return "http://127.0.0.1:" + houses.getAddress().getPort() + path;
  }

  /// The witness, and whatever lies under the folder `mirror`.
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = new byte[0];
      int status = 404;
      if (path.startsWith("/mirror/")) {
        Path file = folder.resolve(path.substring(1));
        if (Files.isRegularFile(file)) body = Files.readAllBytes(file);
      } else if (!reachable) {
        status = 502;
      } else if (path.endsWith("/checkpoint")) {
        body = witnessed.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      }
      if (body.length > 0) status = 200;
      byte[] none = "{\"code\":\"not-found\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      byte[] sent = status == 200 ? body : none;
      exchange.sendResponseHeaders(status, sent.length);
      exchange.getResponseBody().write(sent);
    }
  }

  // ---- servers

  private static Settings settings(Path data, List<String> mirrors) {
    return new Settings(
        HOST,
        "127.0.0.1",
        0,
        0,
        data,
        List.of(coalition.body("north").vkey()),
        false,
        Optional.empty(),
        mirrors);
  }

  private static Service service(String database, List<String> mirrors) {
    return start(settings(folder.resolve("data"), mirrors), Optional.of(uri(database)));
  }

  private static Service start(Settings settings, Optional<String> database) {
    return Service.start(
        settings, database, folder.resolve("web"), Entropy.system(), InstantSource.system());
  }

  private static Client client(Service service) {
    return new Client("http://127.0.0.1:" + service.server().port());
  }

  private static String uri(String database) {
    return postgres.uri().replaceFirst("/postgres$", "/" + database);
  }

  /// A database of its own for a test: the later state, or the earlier one.
  private static String database(String state) throws SQLException {
    String name = "copy" + databases++;
    sql("create database " + name + " template " + state);
    return name;
  }

  private static void sql(String statement) throws SQLException {
    String[] parts = uri("template1").split("[/:@]+");
    String url = "jdbc:postgresql://127.0.0.1:" + parts[4] + "/template1";
    try (var connection = DriverManager.getConnection(url, parts[1], parts[2]);
        var one = connection.createStatement()) {
      one.execute(statement);
    }
  }

  private static void open(Client client, List<Coalition.Voter> voters) {
    long now = System.currentTimeMillis() / 1000;
    String asked = "veche.host/v1\n" + HOST + "\n" + now + "\n";
    Note signed = new Note(asked, List.of(coalition.body("north").signLine(asked)));
    var name = client.post("/elections", Bytes.utf8(signed.text())).json();
    slug = name.get("slug").asText();
    base = "/e/" + slug + "/";
    coalition.draw(
        slug, name.get("origin").asText(), name.get("log").asText(), now - 10, now + 3_600);
    coalition.openFor(client.door(slug), voters);
  }

  private static void vote(Client client, List<Coalition.Voter> voters) {
    for (Coalition.Voter voter : voters) {
      Bytes leaf = voter.ballot(coalition, CHOICES);
      var reply = client.post(base + "ballots", leaf);
      assertThat(reply.status()).isEqualTo(200);
      RECEIPTS.put(leaf, reply.text());
    }
  }

  private static Checkpoint checkpoint(Client client) {
    return Checkpoint.parse(Note.parse(client.get(base + "checkpoint").text()).body());
  }

  /// The tree of the server's log under `<name>/e/<slug>`.
  private static Path mirror(Client client, String name) throws IOException {
    Path root = folder.resolve(name);
    byte[] zip = client.get(base + "bundle.zip").raw().body();
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = root.resolve("e").resolve(slug).resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, in.readAllBytes());
      }
    }
    return root;
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(
            each,
            to.resolve(from.relativize(each)),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return to;
  }

  private static SigningKey logKey() throws IOException {
    String seed = Files.readString(folder.resolve("data/logs/" + slug + ".key")).strip();
    return new SigningKey(coalition.draft().origin(), Vkey.ED25519, Bytes.fromHex(seed));
  }

  private static Checkpoint other(long size) {
    return new Checkpoint(coalition.draft().origin(), size, Bytes.zero(32));
  }

  private static int restore(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--trust", trust.toString()));
    arguments.addAll(List.of(more));
    return veche.cli.Veche.run(new CommandLine(new Restore()), arguments.toArray(String[]::new));
  }

  /// A mirror has no checkpoint of every commit, so what it brought back is proved by a later one.
  private static void promisesHold(Client client) {
    Vkey log = Vkey.parse(coalition.draft().log());
    RECEIPTS.forEach(
        (leaf, text) -> {
          Receipt again = Receipt.parse(client.post(base + "ballots", leaf).text());
          again.verify(Merkle.leafHash(leaf), log);
          assertThat(again.index()).isEqualTo(Receipt.parse(text).index());
        });
    assertThat(checkpoint(client)).isEqualTo(newest);
  }

  private static Rollback.Kind refusal(String database, List<String> mirrors) {
    Rollback.Kind[] kind = new Rollback.Kind[1];
    assertThatThrownBy(() -> service(database, mirrors).close())
        .isInstanceOfSatisfying(Rollback.class, e -> kind[0] = e.sightings().getFirst().kind());
    return kind[0];
  }

  // ---- the tests

  @Test
  void aColdCopyOfTheDataFolderIsRefusedAndBroughtForwardFromAMirror() throws Exception {
    Path said = folder.resolve("said");
    Process serve =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "veche.Main",
                "serve",
                "--lang=en",
                "--port=0",
                "--inspect-port=0",
                "--data=" + cold,
                "--web=" + folder.resolve("web"),
                "--public-url=http://" + HOST,
                "--mirrors=" + mirror)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(serve.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(said))
        .contains("older-database: " + slug)
        .contains("veche restore --from-mirror");
    assertThat(serve.exitValue()).isEqualTo(4);

    assertThat(restore("--data", cold.toString(), "--from-mirror", mirror + "/e/" + slug)).isZero();
    try (Service service = start(settings(cold, List.of(mirror + "")), Optional.empty())) {
      promisesHold(client(service));
    }
  }

  @Test
  void aMirrorMayBeAnAddress() throws Exception {
    String database = database("earlier");
    String address = at("/mirror");
    assertThat(refusal(database, List.of(address))).isEqualTo(Rollback.Kind.OLDER_DATABASE);

    String data = folder.resolve("data").toString();
    int code =
        restore(
            "--data", data, "--database", uri(database), "--from-mirror", address + "/e/" + slug);
    assertThat(code).isZero();
    try (Service service = service(database, List.of(address))) {
      promisesHold(client(service));
    }
  }

  /// The keys lie apart from the database: what a database from before the election forgot whole.
  @Test
  void aDatabaseThatNeverKnewTheElectionIsRefusedAndGivenAllOfIt() throws Exception {
    String database = database("template1");
    assertThat(refusal(database, List.of(mirror.toString())))
        .isEqualTo(Rollback.Kind.OLDER_DATABASE);

    int code =
        restore(
            "--data",
            folder.resolve("data").toString(),
            "--database",
            uri(database),
            "--from-mirror",
            mirror + "/e/" + slug);
    assertThat(code).isZero();
    try (Service service = service(database, List.of(mirror.toString()))) {
      promisesHold(client(service));
    }
  }

  @Test
  void aWitnessThatKeepsMoreThanTheDatabaseHasStopsTheServer() throws Exception {
    String database = database("earlier");
    String line = Cosignature.line(coalition.witness("east"), newest, newest.size());
    witnessed = newest.sign(logKey()).with(line).text();
    assertThat(refusal(database, List.of())).isEqualTo(Rollback.Kind.OLDER_DATABASE);

    try (Service service = service(database("postgres"), List.of())) {
      promisesHold(client(service));
    }
  }

  @Test
  void aMirrorThatIsShorterStopsNobodyAndRestoresNothing() throws Exception {
    String database = database("postgres");
    int code =
        restore(
            "--data",
            folder.resolve("data").toString(),
            "--database",
            uri(database),
            "--from-mirror",
            shorter + "/e/" + slug);
    assertThat(code).isEqualTo(1);
    try (Service service = service(database, List.of(shorter.toString()))) {
      promisesHold(client(service));
    }
  }

  @Test
  void aMirrorWithAnotherHistoryStopsTheServerAndRestoresNothing() throws Exception {
    String database = database("postgres");
    Path fork = copy(mirror, folder.resolve("fork"));
    Path checkpoint = fork.resolve("e").resolve(slug).resolve("checkpoint");
    Files.writeString(checkpoint, other(newest.size() - 1).sign(logKey()).text());
    assertThat(refusal(database, List.of(fork.toString()))).isEqualTo(Rollback.Kind.FORKED_LOG);

    Files.writeString(checkpoint, other(newest.size()).sign(logKey()).text());
    int code =
        restore(
            "--data",
            folder.resolve("data").toString(),
            "--database",
            uri(database("earlier")),
            "--from-mirror",
            checkpoint.getParent().toString());
    assertThat(code).isEqualTo(1);
  }

  /// Whoever silences witnesses must not stop the voting; what they held all the same counts when
  /// they speak again.
  @Test
  void whoSaysNothingOrWhatTheLogNeverSignedStopsNobodyUntilTheyShowItsSignature()
      throws Exception {
    reachable = false;
    Path junk = folder.resolve("junk");
    Path checkpoint = junk.resolve("e").resolve(slug).resolve("checkpoint");
    Files.createDirectories(checkpoint.getParent());
    SigningKey stranger = Coalition.key(coalition.draft().origin(), Vkey.ED25519);
    Files.writeString(checkpoint, other(1_000).sign(stranger).text());
    try (Service service = service(database("earlier"), List.of(junk.toString()))) {
      Client client = client(service);
      Bytes known = RECEIPTS.keySet().iterator().next();
      assertThat(client.post(base + "ballots", known).text()).isEqualTo(RECEIPTS.get(known));

      witnessed = newest.sign(logKey()).text();
      reachable = true;
      AtomicInteger status = new AtomicInteger();
      for (int i = 0; i < 600 && status.get() != 503; i++) {
        TimeUnit.MILLISECONDS.sleep(200);
        var act = coalition.closeAct(coalition.body("north"));
        status.set(client.act(slug, act, List.of()).status());
      }
      assertThat(status.get()).isEqualTo(503);
    }
  }
}
