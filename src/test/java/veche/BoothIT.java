package veche;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.ballot.Ballot;
import veche.cli.Program;
import veche.cli.TakingBody;
import veche.council.Certificate;
import veche.council.Taken;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Transcript;
import veche.crypto.Vkey;
import veche.http.Client;
import veche.http.Service;
import veche.http.Settings;
import veche.log.Checkpoint;
import veche.log.Cosignature;
import veche.log.Merkle;
import veche.log.Tile;
import veche.record.Act;
import veche.record.Countersigned;
import veche.record.Protocol;
import veche.record.Recounted;
import veche.record.Trust;
import veche.view.Fingerprint;
import veche.wire.Bytes;
import veche.wire.Enc;

/// web §5: whole stories in a real browser against the real server and database. Every state is
/// written to `target/screens` in both languages, widths and colours for people to look at.
class BoothIT {
  private static final String HOST = "votes.example";
  private static final Path SCREENS = Path.of("target/screens");
  private static final double PATIENCE = 60_000;
  private static final int CALM = 20;
  private static final SigningKey HOSTED = Coalition.key("north", Vkey.ED25519);

  @TempDir private static Path data;
  private static Browser browser;
  private static Service service;
  private static Client client;
  private static Thread witnesses;
  private static volatile boolean stopped;
  private static final ConcurrentLinkedQueue<Coalition> WATCHED = new ConcurrentLinkedQueue<>();
  private static final AtomicLong SHIFT = new AtomicLong();
  private static final long WEEK = 7 * 86_400;

  /// Elections whose witnesses look at the shifted clock.
  private static final Set<Coalition> LATE = ConcurrentHashMap.newKeySet();

  private static long asked;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.open();
    service =
        Service.start(
            new Settings(
                HOST,
                "127.0.0.1",
                0,
                0,
                data,
                List.of(HOSTED.vkey()),
                false,
                Optional.empty(),
                List.of(),
                CALM),
            Optional.empty(),
            Path.of("web").toAbsolutePath(),
            Entropy.system(),
            () -> Instant.now().plusSeconds(SHIFT.get()));
    client = new Client(address());
    witnesses = Thread.ofVirtual().start(BoothIT::watch);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    stopped = true;
    if (witnesses != null) witnesses.join();
    if (service != null) service.close();
    if (browser != null) browser.close();
  }

  private static String address() {
    return "http://127.0.0.1:" + service.server().port();
  }

  /// Two witnesses of every election cosign what they are shown, twice a second.
  private static void watch() {
    while (!stopped) {
      for (Coalition coalition : WATCHED) cosign(coalition);
      LockSupport.parkNanos(500_000_000);
    }
  }

  private static void cosign(Coalition coalition) {
    var shown = client.get(base(coalition) + "/candidate");
    if (shown.status() != 200) return;
    Note note = Note.parse(shown.text());
    Checkpoint seen = Checkpoint.parse(note.body());
    for (String body : List.of("north", "east")) {
      long now = Instant.now().getEpochSecond() + (LATE.contains(coalition) ? SHIFT.get() : 0);
      note = note.with(Cosignature.line(coalition.witness(body), seen, now));
    }
    client.post(base(coalition) + "/cosignatures", Bytes.utf8(note.text()));
  }

  private static String base(Coalition coalition) {
    return "/e/" + coalition.draft().slug();
  }

  /// An election whose draft is logged and whose keys are made: voters enrol.
  private static Coalition enrolling(String options) {
    return enrolling(options, new Coalition());
  }

  private static Coalition enrolling(String options, Coalition coalition) {
    long now = Instant.now().getEpochSecond();
    // no two requests are alike, or they would be one
    asked = Math.max(asked + 1, now);
    String body = "veche.host/v1\n" + HOST + "\n" + asked + "\n";
    Bytes request = Bytes.utf8(new Note(body, List.of(HOSTED.signLine(body))).text());
    var name = client.post("/elections", request).json();
    coalition.adopt("north", HOSTED);
    coalition.nameOptions(options);
    coalition.draw(
        name.get("slug").asText(),
        name.get("origin").asText(),
        name.get("log").asText(),
        now - 10,
        now + 86_400);
    coalition.sendDraft(client.door(coalition.draft().slug()));
    coalition.makeKeys(client.door(coalition.draft().slug()));
    WATCHED.add(coalition);
    return coalition;
  }

  private static Coalition open(String options, List<Coalition.Voter> voters) {
    return open(voters, enrolling(options));
  }

  private static Coalition open(List<Coalition.Voter> voters, Coalition coalition) {
    var door = client.door(coalition.draft().slug());
    coalition.freeze(door, voters);
    coalition.prepare(door);
    coalition.open(door);
    covered(coalition);
    return coalition;
  }

  private static List<Coalition.Voter> voters(int count) {
    return Stream.generate(Coalition.Voter::new).limit(count).toList();
  }

  private static String paperCode(Coalition.Voter voter) {
    Bytes key = voter.secret.encoding();
    return key.concat(Transcript.th("paper-code", Enc.bytes(key)).slice(0, 3)).base32();
  }

  // ---- a person at the page

  private static BrowserContext person(String language) {
    var context =
        browser.chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setLocale(language)
                .setViewportSize(1280, 900));
    context.setDefaultTimeout(PATIENCE);
    return context;
  }

  private static Page at(BrowserContext context, Coalition coalition, String path) {
    Page page = context.newPage();
    page.onPageError(
        error -> {
          throw new AssertionError(error);
        });
    page.navigate(address() + base(coalition) + path);
    return page;
  }

  private static void openKey(Page page, Coalition.Voter voter) {
    page.fill("#paper", paperCode(voter));
    page.press("#paper", "Enter");
    page.waitForSelector("v-approval");
  }

  private static Locator option(Page page, String name) {
    return page.locator(".card").filter(new Locator.FilterOptions().setHasText(name));
  }

  private static void next(Page page) {
    page.locator("main > .actions .main").click();
  }

  /// From the marks to the question whether to cast or to check.
  private static void seal(Page page) {
    next(page);
    page.waitForSelector(".chosen");
    next(page);
    page.waitForSelector(".choice");
  }

  private static void cast(Page page) {
    page.locator(".choice button").first().click();
    page.waitForSelector("article.receipt");
  }

  private static String number(Page page) {
    return String.join("", page.locator("v-code .group").allTextContents());
  }

  /// Looks at a state in both languages, widths and colours; axe finds nothing in it.
  private static void look(Page page, String state) {
    for (String language : List.of("ru", "en")) {
      page.locator(".languages [lang=" + language + "]").click();
      assertThat(page.locator("html")).hasAttribute("lang", language);
      page.waitForTimeout(100);
      for (int width : List.of(360, 1280)) {
        page.setViewportSize(width, width < 500 ? 740 : 900);
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          String name = state + "-" + width + "-" + scheme.name().toLowerCase() + "-" + language;
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setPath(SCREENS.resolve(name + ".png")));
          assertThat((boolean) page.evaluate("document.documentElement.scrollWidth > innerWidth"))
              .as("%s is wider than its screen", name)
              .isFalse();
        }
      }
      assertThat(new AxeBuilder(page).analyze().getViolations())
          .as("%s in %s", state, language)
          .extracting(violation -> violation.getId() + ": " + violation.getNodes())
          .isEmpty();
    }
  }

  // ---- the stories

  @Test
  void aPersonMarksChallengesCastsVotesAgainAndFindsTheBallotThatCounts() throws IOException {
    List<Coalition.Voter> voters = voters(3);
    Coalition coalition = open("Option ", voters);
    try (var context = person("ru");
        var second = person("ru")) {
      Page page = context.newPage();
      page.navigate(address() + "/");
      page.waitForSelector(".election");
      look(page, "01-index");
      page.navigate(address() + base(coalition));
      page.waitForSelector(".calendar");
      look(page, "02-election");
      page.navigate(address() + base(coalition) + "/vote");
      page.waitForSelector("v-open-key");
      look(page, "03-key");
      openKey(page, voters.get(0));
      option(page, "vera").click();
      option(page, "boris").click();
      option(page, "olga").click();
      assertThat(option(page, "olga").locator("input")).not().isChecked();
      assertThat(page.locator(".warning").first()).not().isEmpty();
      look(page, "04-mark");
      next(page);
      page.waitForSelector(".chosen");
      look(page, "05-review");
      next(page);
      page.waitForSelector(".choice");
      look(page, "06-sealed");
      String challenged = number(page);

      page.locator(".choice button").nth(1).click();
      page.waitForSelector(".opened");
      look(page, "07-challenged");
      String text = page.locator("pre.detail").textContent();
      Page checker = at(second, coalition, "/check");
      checker.fill("#by-challenge", text);
      checker.click("#audit button");
      checker.waitForSelector(".answer .note.good");
      assertThat(number(checker)).isEqualTo(challenged);
      assertThat(checker.locator(".answer .chosen").first()).containsText("Option vera");
      look(checker, "08-audit");

      page.locator("main > .actions .main").click();
      page.waitForSelector(".choice");
      String first = number(page);
      assertThat(first).isNotEqualTo(challenged);
      cast(page);
      assertThat(number(page)).isEqualTo(first);
      look(page, "09-receipt");
      var download = page.waitForDownload(() -> page.locator("main .actions .main").click());
      Path receipt = download.path();
      assertThat(receipt).content().startsWith("c2sp.org/tlog-proof@v1\n");

      page.locator(".way .actions button").first().click();
      page.waitForSelector("v-approval");
      option(page, "green").click();
      look(page, "10-again");
      seal(page);
      String last = number(page);
      cast(page);

      // The witnesses must have seen the second ballot before the second device asks.
      checker.setInputFiles("#by-receipt", receipt);
      checker.waitForSelector(".answer .note.wait");
      look(checker, "11-replaced");
      checker.fill("#by-tracker", last);
      checker.press("#by-tracker", "Enter");
      assertThat(checker.locator(".answer v-code .group").last()).hasText(last.substring(48));
      assertThat(checker.locator(".answer .note.good")).hasCount(2);
      look(checker, "12-last");
      checker.fill("#by-tracker", challenged);
      checker.press("#by-tracker", "Enter");
      checker.waitForSelector(".answer .note.bad");
      checker.fill("#by-paper", paperCode(voters.get(1)));
      checker.press("#by-paper", "Enter");
      checker.waitForSelector(".answer .note.good");
      look(checker, "13-none");

      assertThat(context.cookies()).isEmpty();
      assertThat((int) page.evaluate("localStorage.length + sessionStorage.length")).isZero();
    }
  }

  @Test
  void aPersonEnrolsAndSeesTheWordsOfTheKeyTheRegistrarGot() throws Exception {
    Coalition coalition = enrolling("Option ");
    try (var context = person("en")) {
      var voter = new Coalition.Voter();
      Page page = at(context, coalition, "/vote#i=" + voter.invitation.code().base32() + "&r=0");
      page.waitForSelector("main .plain");
      look(page, "20-invited");
      next(page);
      page.waitForSelector(".paper");
      look(page, "21-keep");
      page.fill("#pass-1", "seven plain words");
      page.fill("#pass-2", "seven plain words");
      page.check("#here");
      var file = page.waitForDownload(() -> page.locator("form button").click());
      Path key = file.path();
      page.check("#sure");
      page.locator("v-keep-key > .actions .main").click();
      page.waitForSelector("v-ballot > main > .twelve");
      look(page, "22-enrolled");

      Bytes vk = pulled(coalition);
      List<String> shown = page.locator(".twelve li").allTextContents();
      assertThat(String.join(" ", shown)).isEqualTo(Fingerprint.of(vk));
      assertThat(Files.readString(key)).contains("veche/1/voting-key");
      assertThat((int) page.evaluate("localStorage.length")).isEqualTo(1);
      page.locator(".trace button").click();
      page.waitForSelector("v-election");
      assertThat((int) page.evaluate("localStorage.length")).isZero();
    }
  }

  /// doors §8: the page pays at a busy door, and says so where it takes long.
  @Test
  void aPersonEnrolsAtABusyDoorAndTheirDeviceComputes() throws Exception {
    Coalition coalition = enrolling("Option ");
    // a few more than are free, paid for: the bucket leaks meanwhile
    var remote = new veche.cli.Remote(address() + base(coalition));
    for (int i = 0; i < CALM + 5; i++) {
      Bytes junk = Bytes.utf8("flood " + i);
      assertThatThrownBy(() -> remote.post("enrolments", junk)).hasMessageContaining("malformed");
    }
    try (var context = person("ru")) {
      var paid = new ConcurrentLinkedQueue<String>();
      context.onRequest(
          request -> {
            String work = request.headers().get("veche-work");
            if (work != null) paid.add(work);
          });
      Page page = invitedTo(context, coalition);
      page.waitForSelector("v-ballot > main > .twelve");
      assertThat(paid).hasSize(1);
      assertThat(paid.peek()).matches("[0-9]+\\.12\\.[0-9a-f]{32}\\.[0-9a-f]{64} [0-9]+");
      assertThat(String.join(" ", page.locator(".twelve li").allTextContents()))
          .isEqualTo(Fingerprint.of(pulled(coalition)));
    }
    try (var context = person("ru")) {
      context.route(
          "**/enrolments",
          route ->
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setStatus(429)
                      .setContentType("application/problem+json")
                      .setBody(
                          "{\"code\":\"work-needed\","
                              + "\"work\":{\"challenge\":\"1.24.ab\",\"bits\":24}}")));
      Page page = invitedTo(context, coalition);
      worked(page);
      look(page, "23-working");
      page.locator(".languages [lang=ru]").click();
      worked(page);
      assertThat(page.locator(".share")).containsText("%");
    }
  }

  /// Asked from outside: a condition that the page itself would poll is a string evaluated in the
  /// page, which the page's own policy refuses.
  private static void worked(Page page) {
    page.waitForCondition(
        () -> (Boolean) page.evaluate("document.querySelector('progress')?.value > 0"));
  }

  private static Page invitedTo(BrowserContext context, Coalition coalition) {
    var voter = new Coalition.Voter();
    Page page = at(context, coalition, "/vote#i=" + voter.invitation.code().base32() + "&r=0");
    page.waitForSelector("main .plain");
    next(page);
    page.waitForSelector(".paper");
    page.check("#sure");
    page.locator("v-keep-key > .actions .main").click();
    return page;
  }

  /// The page that the server sends enrols another key than the one it shows. The registrar reads
  /// its program's words to the voter, and the voter's second device knows the paper code alone.
  @Test
  void attack54_aPageThatEnrolsItsOwnKeyIsGivenAwayByTwoOtherDevices(@TempDir Path folder)
      throws IOException {
    Coalition coalition = enrolling("Option ");
    Program registrar = new Program(folder.resolve("r"), coalition.registrar(), coalition);
    String url = address() + base(coalition);
    Path links = folder.resolve("links");
    registrar.run(url, "registrar", "invite", "--count", "1", "--out", links.toString());
    String link = Files.readString(links).strip();
    String honest = client.get("/web/veche/roll/enrol.js").text();
    String lying =
        honest.replace(
            "export function enrol(code, slug, cid, registrar, xv) {",
            "export function enrol(code, slug, cid, registrar, shown) {\n  const xv = shown + 1n;");
    assertThat(lying).isNotEqualTo(honest);
    try (var context = person("en");
        var second = person("en")) {
      context.route(
          "**/roll/enrol.js",
          route ->
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setStatus(200)
                      .setContentType("text/javascript")
                      .setBody(lying)));
      Page page = at(context, coalition, link.substring(link.indexOf("/vote#")));
      page.waitForSelector("main .plain");
      next(page);
      String paper = page.locator(".paper").innerText();
      page.check("#sure");
      page.locator("v-keep-key > .actions .main").click();
      page.waitForSelector("v-ballot > main > .twelve");
      String shown = String.join(" ", page.locator(".twelve li").allTextContents());

      String heard =
          registrar
              .run(url, "registrar", "pull")
              .out()
              .lines()
              .filter(l -> l.split(" ").length == 12)
              .findFirst()
              .orElseThrow();
      assertThat(heard).isNotEqualTo(shown);

      registrar.run(url, "registrar", "freeze");
      foldNewest(coalition);
      coalition.prepare(client.door(coalition.draft().slug()));
      coalition.open(client.door(coalition.draft().slug()));
      covered(coalition);
      Page checker = at(second, coalition, "/check");
      checker.fill("#by-paper", paper);
      checker.press("#by-paper", "Enter");
      checker.waitForSelector(".answer .note.bad");
      assertThat(checker.locator(".answer .note.good")).hasCount(0);
    }
  }

  /// A roll that a program froze, brought to the coalition's own fold.
  private static void foldNewest(Coalition coalition) {
    int size = (int) coalition.record().size() + 1;
    Tile tile = new Tile(Tile.ENTRIES, 0, size);
    Bytes entries = Bytes.wrap(client.get(base(coalition) + "/" + tile.path()).raw().body());
    Bytes leaf = Tile.entries(entries, size).getLast();
    Enc.Fields freeze = Act.parse(leaf).payload().fields("roll-freeze");
    freeze.uint("count");
    String root = freeze.bytes("root", 32).hex();
    coalition.know(Bytes.wrap(client.get(base(coalition) + "/blob/" + root).raw().body()));
    coalition.fold(leaf);
  }

  /// The key of the only enrolment, as the registrar's program gets it.
  private static Bytes pulled(Coalition coalition) {
    String origin = coalition.draft().origin();
    String body = "veche.pull/v1\n" + origin + "\n0\n" + Instant.now().getEpochSecond() + "\n";
    String note = new Note(body, List.of(coalition.registrar().signLine(body))).text();
    var reply = client.post(base(coalition) + "/enrolments/pull", Bytes.utf8(note));
    Enc.Fields all =
        Enc.parse(Bytes.wrap(reply.raw().body()), veche.crypto.Point::decode).fields("pull");
    var one = veche.roll.Enrolment.Numbered.read(all);
    return one.enrolment().vk().encoding();
  }

  @Test
  void aKeyKeptOnTheDeviceOrInAFileOpensAgainAndItsChainGoesOn(@TempDir Path folder)
      throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    String url = address() + base(coalition);
    String passphrase = "seven plain words";
    String before = client.get(base(coalition) + "/cosigned").text();
    try (var context = person("en");
        var other = person("en");
        var body = new TakingBody(folder, url, coalition, coalition.body("west"))) {
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      seal(page);
      cast(page);
      page.locator(".way .actions button").nth(1).click();
      page.fill("#pass-1", passphrase);
      page.fill("#pass-2", passphrase);
      page.check("#here");
      Path key = page.waitForDownload(() -> page.locator("form button").click()).path();
      page.check("#sure");
      page.locator("v-keep-key > .actions .main").click();
      page.waitForSelector("article.receipt");
      String kept = (String) page.evaluate("Object.values(localStorage).join()");
      assertThat(kept).contains("veche/1/voting-key").contains("c2sp.org/tlog-proof@v1");
      assertThat(kept).doesNotContain(paperCode(voters.get(0)));
      assertThat(kept).doesNotContain(voters.get(0).secret.encoding().hex());

      Page again = at(context, coalition, "/vote");
      look(again, "33-kept");
      again.fill("#kept-pass", "another passphrase");
      again.press("#kept-pass", "Enter");
      assertThat(again.locator(".warning")).containsText("does not open");
      again.fill("#kept-pass", passphrase);
      again.press("#kept-pass", "Enter");
      again.waitForSelector("v-approval");
      assertThat(again.locator(".note.calm h2")).hasText("This key has cast 1 ballot");
      seal(again);
      context.route(url + "/ballots", Route::abort);
      again.locator(".choice button").first().click();
      again.locator(".offer button").click();
      again.fill("#door", body.address());
      again.press("#door", "Enter");
      again.waitForSelector("v-taken");
      Page promised = at(context, coalition, "/check");
      promised.locator(".way li button").last().click();
      assertThat(promised.locator(".answer .note.bad")).containsText("Body west signed");
      body.bring();
      again.waitForSelector("article.receipt >> text=Vouched for by");

      Page elsewhere = at(other, coalition, "/vote");
      openFile(elsewhere, key, passphrase);
      elsewhere.waitForSelector("v-approval");
      assertThat(elsewhere.locator(".note.calm h2")).hasText("This key has cast 2 ballots");

      other.route(
          "**/cosigned",
          route ->
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setStatus(200)
                      .setBody(before)));
      Page deceived = at(other, coalition, "/vote");
      openFile(deceived, key, passphrase);
      assertThat(deceived.locator("h1")).hasText("The log lacks a ballot you have cast");
    }
  }

  private static void openFile(Page page, Path key, String passphrase) {
    page.setInputFiles("#key-file", key);
    page.fill("#file-pass", passphrase);
    page.press("#file-pass", "Enter");
  }

  @Test
  void aDemonstrationHandsOutTheKeyOfAnInventedVoter() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    service.server().demonstrate(coalition.draft().slug(), List.of(paperCode(voters.get(1))));
    try (var context = person("en")) {
      Page page = at(context, coalition, "/vote");
      page.locator(".way.first button").click();
      page.waitForSelector("v-approval");
      Page linked = at(context, coalition, "/vote#k=" + paperCode(voters.get(0)));
      linked.waitForSelector("v-approval");
    }
  }

  @Test
  void witnessesThatAreLateAreWaitedForAndThePageSaysSo() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    try (var context = person("en")) {
      context.clock().install();
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      seal(page);
      WATCHED.remove(coalition);
      page.locator(".choice button").first().click();
      page.waitForSelector(".note.wait progress");
      look(page, "34-waiting");
      context.clock().fastForward(61_000);
      page.waitForSelector("main .note.bad");
      look(page, "35-late");
      WATCHED.add(coalition);
      covered(coalition);
      page.waitForSelector("article.receipt");
    }
  }

  @Test
  void twoDevicesVoteWithOneKeyAndTheSecondIsToldAndGoesOn() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    try (var one = person("en");
        var two = person("en")) {
      Page slow = at(one, coalition, "/vote");
      openKey(slow, voters.get(0));
      Page quick = at(two, coalition, "/vote");
      openKey(quick, voters.get(0));
      seal(quick);
      cast(quick);

      seal(slow);
      slow.locator(".choice button").first().click();
      slow.waitForSelector(".note.bad pre");
      assertThat(slow.locator(".note.bad pre")).containsText("stale-chain");
      look(slow, "30-stale");
      slow.locator("main .actions .main").click();
      slow.waitForSelector("v-approval");
      assertThat(slow.locator(".note.wait")).isVisible();
      seal(slow);
      cast(slow);
    }
  }

  @Test
  void aBallotOutlivesALostConnection() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    try (var context = person("en")) {
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      seal(page);
      String sealed = number(page);
      context.setOffline(true);
      page.locator(".choice button").first().click();
      page.waitForSelector("main .note.bad");
      page.locator(".languages [lang=ru]").click();
      assertThat(page.locator("h1")).containsText("it is not known");
      context.setOffline(false);
      look(page, "31-unknown");
      page.locator("main .actions .main").click();
      page.waitForSelector("article.receipt");
      assertThat(number(page)).isEqualTo(sealed);
    }
  }

  /// doors §7, attack row 50: the server refuses a good ballot; a body takes it.
  @Test
  void aPersonWhomTheServerRefusesHandsTheBallotToABodyAndGetsTheReceipt(@TempDir Path folder)
      throws IOException {
    Coalition drawn = new Coalition();
    drawn.mirrors("http://127.0.0.1:9");
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open(voters, enrolling("Option ", drawn));
    String url = address() + base(coalition);
    try (var context = person("en");
        var body = new TakingBody(folder, url, coalition, coalition.body("west"))) {
      context.route(
          url + "/ballots",
          route -> {
            String refusal = "{\"code\": \"not-on-roll\", \"detail\": \"so it says\"}";
            route.fulfill(answer(403, refusal));
          });
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      seal(page);
      String sealed = number(page);
      page.locator(".choice button").first().click();
      page.waitForSelector(".offer");
      look(page, "59-refused");
      page.locator(".languages [lang=en]").click();
      enter(page, ".offer button");
      assertThat(page.locator("h1")).hasText("Hand the ballot in through a body");
      tabTo(page, "v-door .way button");
      Path file = page.waitForDownload(() -> page.keyboard().press("Enter")).path();
      Bytes ballot = Bytes.of(Files.readAllBytes(file));
      assertThat(Ballot.parse(ballot).ballotId().base32()).isEqualTo(sealed);

      enter(page, ".doors button");
      assertThat(page.locator("[role=alert] h2")).hasText("Nobody took the ballot at this address");
      look(page, "60-door");
      page.locator(".languages [lang=en]").click();
      context.route(
          "http://stranger.example/**",
          route -> {
            SigningKey stranger = Coalition.key("west", Vkey.ED25519);
            String origin = coalition.draft().origin();
            Taken word = new Taken(origin, Merkle.leafHash(ballot), asked);
            route.fulfill(answer(200, word.sign(stranger).text()));
          });
      page.fill("#door", "http://stranger.example");
      page.press("#door", "Enter");
      assertThat(page.locator("[role=alert] h2"))
          .hasText("This is no body’s signature for this ballot");
      page.fill("#door", "");
      tabTo(page, "#door");
      page.keyboard().type(body.address());
      page.keyboard().press("Enter");
      page.waitForSelector("v-taken");
      assertThat(page.locator("v-taken .note.good")).containsText("Body west");
      assertThat(number(page)).isEqualTo(sealed);
      look(page, "61-taken");
      tabTo(page, "v-taken .actions button");
      Path word = page.waitForDownload(() -> page.keyboard().press("Enter")).path();
      Note said = Note.parse(Files.readString(word));
      assertThat(Taken.verified(said, coalition.body("west").vkey()).leafHash())
          .isEqualTo(Merkle.leafHash(ballot));

      Page checker = at(context, coalition, "/check");
      checker.setInputFiles("#by-receipt", word);
      assertThat(checker.locator(".answer .note.bad"))
          .containsText("The promised ballot is not in the log so far");

      body.bring();
      page.waitForSelector("article.receipt >> text=Vouched for by");
      assertThat(page.locator("h1")).hasText("Receipt");
      assertThat(number(page)).isEqualTo(sealed);
      checker.setInputFiles("#by-receipt", word);
      assertThat(checker.locator(".answer .note.good")).hasCount(2);
    }
  }

  /// What any page may read.
  private static com.microsoft.playwright.Route.FulfillOptions answer(int status, String body) {
    return new com.microsoft.playwright.Route.FulfillOptions()
        .setStatus(status)
        .setHeaders(java.util.Map.of("access-control-allow-origin", "*"))
        .setBody(body);
  }

  @Test
  void anInjectedOptionTitleIsReadAndDoesNotRun() throws IOException {
    String injected = "<img src=x onerror=\"document.title='run'\"><script>x</script>\u202e";
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open(injected, voters);
    try (var context = person("en")) {
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      assertThat(page.locator(".card").first()).containsText("<script>x</script>");
      assertThat(page.locator("main img, main script")).hasCount(0);
      assertThat(page.title()).doesNotContain("run");
      assertThat((boolean) page.evaluate(PLANTED)).as("the page's policy").isFalse();
    }
  }

  /// Whether the page would turn text into elements, were it asked to.
  private static final String PLANTED =
      """
      () => {
        try {
          document.createElement('p').innerHTML = '<b>x</b>';
          return true;
        } catch (e) {
          return false;
        }
      }\
      """;

  @Test
  void aLyingServerIsNamed() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    for (String lie : List.of("**/tile/entries/**", "**/tile/0/**", "**/cosigned")) {
      try (var context = person("en")) {
        context.route(
            lie,
            route -> {
              var answer = route.fetch();
              byte[] body = answer.body();
              body[lie.endsWith("cosigned") ? body.length - 8 : 40] ^= 1;
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setResponse(answer)
                      .setBodyBytes(body));
            });
        Page page = at(context, coalition, "/vote");
        page.waitForSelector("main .note.bad");
        assertThat(page.locator("h1")).hasText("The log does not hold together");
        if (lie.endsWith("cosigned")) look(page, "32-lie");
      }
    }
  }

  @Test
  void aReceiptThatProvesAnotherLeafIsNotTaken() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    Bytes other = voters.get(1).ballot(coalition, List.of(List.of(1, 0, 0), List.of(0, 0)));
    String receipt = client.post(base(coalition) + "/ballots", other).text();
    try (var context = person("en")) {
      context.route(
          "**/ballots",
          route ->
              route.fulfill(
                  new com.microsoft.playwright.Route.FulfillOptions()
                      .setStatus(200)
                      .setBody(receipt)));
      Page page = at(context, coalition, "/vote");
      openKey(page, voters.get(0));
      seal(page);
      page.locator(".choice button").first().click();
      page.waitForSelector("main .note.bad");
      assertThat(page.locator("h1")).hasText("The log does not hold together");
    }
  }

  @Test
  void theKeyboardAloneVotes() throws IOException {
    List<Coalition.Voter> voters = voters(2);
    Coalition coalition = open("Option ", voters);
    try (var context = person("en")) {
      Page page = at(context, coalition, "/vote");
      page.waitForSelector("v-open-key");
      tabTo(page, "#paper");
      page.keyboard().type(paperCode(voters.get(0)));
      page.keyboard().press("Enter");
      page.waitForSelector("v-approval");
      tabTo(page, ".card input");
      page.keyboard().press("Space");
      assertThat(page.locator(".card input:checked")).hasCount(1);
      enter(page, "main > .actions .main");
      page.waitForSelector(".chosen");
      enter(page, "main > .actions .main");
      page.waitForSelector(".choice");
      enter(page, ".choice button");
      page.waitForSelector("article.receipt");
    }
  }

  @Test
  void aPersonRanksAndLaterSeesTheRoundsOfTheCount() throws Exception {
    List<Coalition.Voter> voters = voters(3);
    Coalition drawn = new Coalition();
    drawn.ranks();
    Coalition coalition = open(voters, enrolling("Option ", drawn));
    var door = client.door(coalition.draft().slug());
    try (var context = person("en");
        var second = person("en")) {
      Page page = at(context, coalition, "/vote");
      page.waitForSelector("v-open-key");
      openKey(page, voters.get(0));
      rank(page, "daria");
      rank(page, "anna");
      rank(page, "ivan");
      page.locator(".ranks .rankable").nth(1).locator(".up").click();
      page.locator(".ranks .rankable").nth(2).locator(".out").click();
      rank(page, "maria");
      page.locator(".ranks input").nth(2).fill("1");
      page.keyboard().press("Enter");
      assertThat(page.locator("v-ranking [role=status]")).hasText("Option maria: place 1 of 3");
      page.locator(".ranks input").nth(0).fill("9");
      page.keyboard().press("Enter");
      assertThat(page.locator("v-ranking .warning")).not().isEmpty();
      String[] mine = {"Option maria", "Option anna", "Option daria"};
      assertThat(page.locator(".ranks .option")).hasText(mine);
      look(page, "50-ranked");
      assertThat(page.locator(".ranks .option")).hasText(mine);
      next(page);
      page.waitForSelector(".chosen");
      assertThat(page.locator(".chosen ol li")).hasText(mine);
      next(page);
      page.waitForSelector(".choice");
      page.locator(".choice button").nth(1).click();
      page.waitForSelector(".opened");
      Page checker = at(second, coalition, "/check");
      checker.fill("#by-challenge", page.locator("pre.detail").textContent());
      checker.click("#audit button");
      checker.waitForSelector(".answer .note.good");
      assertThat(checker.locator(".answer .chosen ol li")).hasText(mine);
      page.locator("main > .actions .main").click();
      page.waitForSelector(".choice");
      cast(page);

      List<Integer> nobody = List.of(0, 0, 0);
      for (int i = 1; i < 3; i++) {
        Bytes leaf = voters.get(i).ballot(coalition, List.of(nobody, List.of(0, 0), List.of(4, i)));
        client.post(base(coalition) + "/ballots", leaf);
      }
      // what the page cast is not known here: the whole log is
      follow(coalition);
      LATE.add(coalition);
      SHIFT.set(WEEK);
      Thread.sleep(1_500);
      coalition.close(door);
      coalition.mix(door, 1);
      coalition.mix(door, 2);
      coalition.decrypt(door);
      covered(coalition);
      page.navigate(address() + base(coalition) + "/result");
      page.waitForSelector(".outcome");
      Locator board = page.locator(".outcome").nth(2);
      assertThat(board.locator(".winners li").first()).hasText("Option maria");
      assertThat(board.locator(".again.holds"))
          .containsText("counted the 3 opened ballots again, with a program of its own: the same");
      board.locator("summary").click();
      assertThat(board.locator(".rounds tbody tr")).hasCount(5);
      look(page, "51-rounds");
    } finally {
      SHIFT.set(0);
      LATE.clear();
      WATCHED.remove(coalition);
    }
  }

  private static void rank(Page page, String name) {
    page.locator(".unranked .rankable")
        .filter(new Locator.FilterOptions().setHasText(name))
        .locator("button")
        .click();
  }

  /// Folds what reached the log by other ways than the coalition's own.
  private static void follow(Coalition coalition) {
    long from = coalition.record().size();
    long size = client.get(base(coalition) + "/election.json").json().get("size").asLong();
    var tile = new veche.log.Tile(veche.log.Tile.ENTRIES, 0, (int) size);
    List<Bytes> leaves =
        veche.log.Tile.entries(
            Bytes.of(client.get(base(coalition) + "/" + tile.path()).raw().body()), (int) size);
    for (Bytes leaf : leaves.subList((int) from, leaves.size())) coalition.fold(leaf);
  }

  /// Tab until the first element of this kind has the focus, and can be seen to have it.
  private static void tabTo(Page page, String selector) {
    String here = "s => document.activeElement === document.querySelector(s)";
    for (int i = 0; i < 40; i++) {
      if ((boolean) page.evaluate(here, selector)) return;
      page.keyboard().press("Tab");
    }
    throw new AssertionError("the keyboard does not reach " + selector);
  }

  private static void enter(Page page, String selector) {
    tabTo(page, selector);
    page.keyboard().press("Enter");
  }

  /// checks §1 in the browser: the election straight from the server and from a file, right and
  /// wrong, with a trust file and without.
  @Test
  void anObserverVerifiesAnElectionInTheBrowser() throws Exception {
    List<Coalition.Voter> voters = voters(3);
    Coalition coalition = open("Option ", voters);
    for (int i = 0; i < 2; i++) {
      Bytes leaf = voters.get(i).ballot(coalition, List.of(List.of(1, 0, 0), List.of(1, 0)));
      client.post(base(coalition) + "/ballots", leaf);
      coalition.fold(leaf);
    }
    covered(coalition);
    FilePayload trust =
        new FilePayload("trust.txt", "text/plain", Trust.of(coalition.draft()).getBytes(UTF_8));
    byte[] bundle = client.get(base(coalition) + "/bundle.zip").raw().body();
    try (var context = person("en")) {
      Page page = at(context, coalition, "/verify");
      page.waitForSelector("main .actions");
      look(page, "50-verify");
      page.locator("main .actions .main").click();
      page.waitForSelector(".note.wait");
      assertThat(page.locator(".note.wait")).containsText("Without a trust file");

      page.locator("main .actions .main").click();
      page.setInputFiles("#trust", trust);
      page.check("input[value=full]");
      page.locator("main .actions .main").click();
      page.waitForSelector("main .note.good, main .note.bad");
      assertThat(page.locator(".note.good h2")).hasText("Everything that is required holds");
      assertThat(page.locator(".checks")).hasCount(8);
      page.locator(".checks summary").nth(3).click();
      look(page, "51-verified");
    }
    try (var context = person("ru")) {
      Page page = context.newPage();
      page.navigate(address() + "/verify");
      page.waitForSelector("#bundle");
      page.locator("main .actions .main").click();
      assertThat(page.locator(".warning")).hasText("Выберите архив выборов.");
      page.setInputFiles("#trust", trust);
      page.setInputFiles("#bundle", new FilePayload("b.zip", "application/zip", spoilt(bundle)));
      page.locator("main .actions .main").click();
      page.waitForSelector(".note.bad");
      assertThat(page.locator(".note.bad h2")).hasText("В этой записи что-то НЕВЕРНО");
      assertThat(page.locator(".way.first .finding")).containsText("все записи вместе");
      look(page, "52-wrong");

      page.locator("main .actions .main").click();
      page.setInputFiles(
          "#bundle", new FilePayload("b.zip", "application/zip", "no zip".getBytes(UTF_8)));
      page.locator("main .actions .main").click();
      page.waitForSelector(".note.bad");
      assertThat(page.locator(".note.bad")).containsText("no zip");
    }
  }

  /// The same archive with one bit of the last ballot changed.
  private static byte[] spoilt(byte[] bundle) {
    byte[] out = bundle.clone();
    byte[] name = "tile/entries/000.p/".getBytes(UTF_8);
    int at = 0;
    while (!java.util.Arrays.equals(out, at, at + name.length, name, 0, name.length)) at++;
    out[at + 200] ^= 1;
    return out;
  }

  @Test
  void theResultIsReadWithItsInequalitiesAndSignatures() throws Exception {
    List<Coalition.Voter> voters = voters(3);
    Coalition coalition = open("Option ", voters);
    var door = client.door(coalition.draft().slug());
    try (var context = person("en")) {
      Page page = at(context, coalition, "/result");
      page.waitForSelector("main .note");
      look(page, "40-no-result-yet");
      for (var choices : List.of(List.of(1, 0, 0), List.of(1, 0, 0), List.of(0, 1, 0))) {
        Bytes leaf = voters.get(0).ballot(coalition, List.of(choices, List.of(1, choices.get(1))));
        client.post(base(coalition) + "/ballots", leaf);
        coalition.fold(leaf);
      }
      Bytes leaf = voters.get(1).ballot(coalition, List.of(List.of(0, 1, 0), List.of(0, 1)));
      client.post(base(coalition) + "/ballots", leaf);
      coalition.fold(leaf);
      covered(coalition);
      LATE.add(coalition);
      SHIFT.set(WEEK);
      Thread.sleep(1_500);
      coalition.close(door);
      coalition.decrypt(door);
      covered(coalition);
      page.reload();
      page.waitForSelector(".outcome");
      assertThat(page.locator(".note.wait h2")).hasText("Provisional");
      assertThat(page.locator(".again.holds")).hasCount(2);
      look(page, "41-provisional");

      Certificate certificate =
          Protocol.certificate(
              coalition.record(),
              Protocol.counts(coalition.record()),
              "test",
              Certificate.Verdict.CERTIFIED,
              Bytes.EMPTY);
      Enc text = Enc.list(Enc.text(certificate.text()));
      coalition.send(
          door,
          coalition.act("certificate", text, coalition.body("north"), coalition.body("east")));
      recount(door, coalition, "observer.example/ivan", true);
      recount(door, coalition, "somebody", false);
      covered(coalition);
      page.reload();
      page.waitForSelector(".statement");
      assertThat(page.locator(".recounts .holds"))
          .containsText("observer.example/ivan — found the same result");
      assertThat(page.locator(".recounts .fails")).containsText("found another result");
      assertThat(page.locator(".note.good h2")).hasText("The result is certified");
      assertThat(page.locator(".winners li").first()).hasText("Option boris");
      assertThat(page.locator(".sum").first()).hasText("2 · 2 > 1 · 2");
      assertThat(page.locator(".again.holds")).hasCount(2);
      look(page, "42-certified");

      afterTheCertificate(door, coalition);
      covered(coalition);
      page.reload();
      page.waitForSelector(".outcome .note.bad");
      assertThat(page.locator(".outcome .note.bad")).containsText("the roll was forged");
      assertThat(page.locator(".winners li").first()).containsText("holds a mandate of the bodies");
      assertThat(page.locator(".observers .holds"))
          .containsText("observer.example/olga — found nothing wrong");
      assertThat(page.locator(".observers .fails")).containsText("found 2 wrong, first ROL-02");
      look(page, "43-annulled");
    } finally {
      SHIFT.set(0);
      LATE.clear();
      WATCHED.remove(coalition);
    }
  }

  /// record §12: a mandate in the first contest, the second one annulled, each by two bodies one
  /// after the other; and what two observers found.
  private static void afterTheCertificate(Coalition.Door door, Coalition coalition) {
    var record = coalition.record();
    Bytes over = Certificate.digest(record.certificate().orElseThrow().text());
    int winner = record.outcomes().getFirst().winners().getFirst();
    List<Enc> payloads =
        List.of(
            Enc.list(Enc.uint(0), Enc.uint(winner), Enc.bytes(over)),
            Enc.list(Enc.uint(1), Enc.text("the roll was forged")));
    for (int i = 0; i < 2; i++) {
      String type = i == 0 ? "mandate" : "annul";
      var one = coalition.act(type, payloads.get(i), coalition.body("north"));
      var waits = client.act(coalition.draft().slug(), one, List.of());
      assertThat(waits.text()).isEqualTo("{\"have\":[\"north\"],\"need\":2}");
      coalition.send(
          door,
          coalition.act(type, payloads.get(i), coalition.body("north"), coalition.body("east")));
    }
    for (String name : List.of("observer.example/olga", "somebody")) {
      SigningKey key = Coalition.key(name, Vkey.ED25519);
      boolean fine = name.endsWith("olga");
      long size = coalition.record().size();
      Countersigned said =
          new Countersigned(
              key.vkey(),
              size,
              coalition.record().tree().root(size),
              "veche verify",
              "veche 0.1.0",
              fine ? 60 : 58,
              fine ? 0 : 2,
              12,
              0,
              fine ? "" : "ROL-02");
      coalition.send(door, coalition.act("countersign", said.enc(), key));
    }
  }

  /// record §3a `recount`, by somebody without a role.
  private static void recount(Coalition.Door door, Coalition coalition, String name, boolean same) {
    SigningKey key = Coalition.key(name, Vkey.ED25519);
    Bytes found = coalition.record().result().orElseThrow().digest();
    Recounted said =
        new Recounted(
            key.vkey(),
            "veche recount",
            "1",
            same ? found : found.sha256(),
            "pass 55, fail 0, not-checked 0, not-applicable 17");
    coalition.send(door, coalition.act("recount", said.enc(), key));
  }

  /// Waits until the witnesses have seen all that the coalition knows.
  private static void covered(Coalition coalition) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      var cosigned = client.get(base(coalition) + "/cosigned");
      if (cosigned.status() == 200
          && Checkpoint.parse(Note.parse(cosigned.text()).body()).size()
              >= coalition.record().size()) {
        return;
      }
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(200_000_000);
    }
  }

  /// attacks.md row 39.
  @Test
  void attack39_withoutASourceOfRandomNumbersTheBoothRefusesToStart() throws IOException {
    Coalition coalition = open("Option ", voters(2));
    try (var context = person("en")) {
      context.addInitScript("Object.defineProperty(window, 'crypto', {value: undefined})");
      Page page = at(context, coalition, "/vote");
      assertThat(page.locator("h1")).hasText("Voting is not possible here");
      assertThat(page.locator("v-open-key")).hasCount(0);
    }
  }

  @Test
  void everythingThePageLoadsComesFromItsOwnServer() throws IOException {
    Coalition coalition = open("Option ", voters(2));
    try (var context = person("en")) {
      var foreign = new ConcurrentLinkedQueue<String>();
      context.onRequest(
          request -> {
            if (!request.url().startsWith(address())) foreign.add(request.url());
          });
      for (String path : List.of("", "/vote", "/check", "/result")) {
        Page page = at(context, coalition, path);
        page.waitForSelector("main h1");
        page.waitForLoadState();
      }
      assertThat(foreign).isEmpty();
    }
  }
}
