package veche.rehearsal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import veche.cli.Remote;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.election.Contest;
import veche.election.Draft;
import veche.election.Style;
import veche.election.Threshold;
import veche.view.Words;

/// record §8 Demonstration: a server with a coalition whose training election is open, so that a
/// person can vote at once. Everything, keys included, is made at run time and deleted at the end.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Сервер с учебным голосованием, в котором можно голосовать сразу.",
      "A server with a training election in which one can vote at once."
    })
public final class Demo implements Callable<Integer> {
  private static final PrintStream OUT = System.out;
  private static final long DAY = 86_400;
  private static final int VOTERS = 8;

  @Option(
      names = "--port",
      defaultValue = "${env:VECHE_PORT:-8080}",
      description = "порт; 0 — любой / port; 0 for any")
  private int port;

  @Option(
      names = "--web",
      defaultValue = "${sys:veche.web:-web}",
      description = "папка страницы / the page")
  private Path web = Path.of("web");

  @Option(
      names = "--state",
      description = "пустая папка; без неё временная / an empty folder; else a temporary one")
  private @Nullable Path state;

  @Option(names = "--lang", description = "ru | en")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws Exception {
    Words words = Words.in(language);
    Path folder = state != null ? state : Files.createTempDirectory("veche-demo");
    Entropy entropy = Entropy.system();
    Coalition coalition =
        new Coalition(folder, entropy, step -> OUT.println("· " + words.text("demo." + step)));
    List<AutoCloseable> open = new ArrayList<>(List.of(coalition));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(open, folder)));
    coalition.makeKeys();
    List<Vkey> hosted =
        Coalition.BODIES.stream().map(b -> Vkey.parse(coalition.vkey(b, "body"))).toList();
    Stage stage =
        Stage.start(folder.resolve("server"), web.toAbsolutePath(), port, hosted, entropy);
    open.add(stage);
    coalition.define(stage.address(), stage.host(), question());
    coalition.makeElectionKey(1);
    coalition.awaitPhase(List.of("enrolling"), 120);
    List<String> links = coalition.invite(VOTERS);
    Remote remote = new Remote(coalition.election());
    List<Voter> voters = new ArrayList<>();
    for (String link : links) {
      Voter voter = new Voter(entropy);
      voter.enrol(remote, coalition.cid(), link);
      voters.add(voter);
    }
    coalition.open(web.toAbsolutePath());
    stage.demonstrate(remote.slug(), voters.stream().map(Voter::paperCode).toList());
    OUT.println();
    OUT.println(words.text("demo.open", stage.address()));
    OUT.println(words.text("demo.links"));
    for (Voter voter : voters) {
      OUT.println("  " + coalition.election() + "/vote#k=" + voter.paperCode());
    }
    OUT.println(words.text("demo.trust", coalition.trust()));
    OUT.println(words.text("demo.stop"));
    new CountDownLatch(1).await();
    return 0;
  }

  private static void end(List<AutoCloseable> open, Path folder) {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (Exception e) {
        System.err.println(e);
      }
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (IOException e) {
      System.err.println("veche: " + folder + ": " + e.getClass().getSimpleName());
    }
  }

  /// Representatives by approval, which planks the voters endorse, and two authors by ranking.
  static Coalition.Question question() {
    long now = System.currentTimeMillis() / 1000;
    List<Contest.Option> people = new ArrayList<>();
    String[][] names = {
      {
        "anna",
        "Анна Лесная",
        "Anna Lesnaya",
        "Юрист; три года добивается открытия счетов уехавшим.",
        "A lawyer; for three years she has won bank accounts for emigres."
      },
      {
        "boris",
        "Борис Речной",
        "Boris Rechnoy",
        "Редактор; ведёт приёмную по документам без российского паспорта.",
        "An editor; he runs a desk for papers without a Russian passport."
      },
      {
        "vera",
        "Вера Полевая",
        "Vera Polevaya",
        "Врач; отменила запрет на въезд машин для девяти семей.",
        "A doctor; she had the car ban lifted for nine families."
      },
      {
        "gleb",
        "Глеб Каменный",
        "Gleb Kamenny",
        "Историк; собирает архив преследований.",
        "A historian; he keeps the archive of persecutions."
      },
      {
        "daria",
        "Дарья Ветрова",
        "Daria Vetrova",
        "Учительница; открыла школу выходного дня.",
        "A teacher; she opened a weekend school."
      },
      {
        "egor",
        "Егор Северный",
        "Egor Severny",
        "Инженер; наблюдал на восьми выборах.",
        "An engineer; he observed eight elections."
      },
    };
    for (int i = 0; i < names.length; i++) {
      people.add(
          new Contest.Option(
              names[i][0],
              Coalition.texts(names[i][1], names[i][2]),
              Coalition.texts(names[i][3], names[i][4]),
              Coalition.BODIES.get(i % 3)));
    }
    Contest representatives =
        new Contest(
            "representatives",
            Style.Kind.APPROVAL,
            Coalition.texts(
                "Кто представит нас в платформе при Ассамблее? Отметьте всех, кого одобряете, до"
                    + " четырёх.",
                "Who shall represent us in the Assembly's platform? Mark all you approve of, up to"
                    + " four."),
            people,
            0,
            4,
            true,
            "approval",
            Map.of(),
            3,
            List.of(),
            List.of(),
            "drawn-order",
            "all");
    List<Contest.Option> platforms = new ArrayList<>();
    String[][] texts = {
      {
        "rights",
        "Права уехавших: счета, документы, машины",
        "Rights of emigres: accounts, papers, cars"
      },
      {
        "prisoners",
        "Освобождение политзаключённых — условие любых переговоров",
        "Freeing political prisoners before any talks"
      },
      {
        "equals",
        "Коалиция равных: без вождя, решения по согласию",
        "A coalition of equals: no leader, decisions by consensus"
      },
    };
    for (String[] text : texts) {
      platforms.add(
          new Contest.Option(
              text[0], Coalition.texts(text[1], text[2]), Coalition.texts("", ""), ""));
    }
    Contest endorsed =
        new Contest(
            "platforms",
            Style.Kind.APPROVAL,
            Coalition.texts("Какие положения вы поддерживаете?", "Which planks do you endorse?"),
            platforms,
            0,
            platforms.size(),
            true,
            "endorse",
            Map.of(),
            0,
            List.of(),
            List.of(new Threshold("votes", 1, 2, true, 2)),
            "drawn-order",
            "all");
    List<Contest.Option> group = new ArrayList<>();
    String[][] members = {
      {"zoya", "Зоя Озёрная", "Zoya Ozyornaya"},
      {"ilya", "Илья Горный", "Ilya Gorny"},
      {"kira", "Кира Луговая", "Kira Lugovaya"},
      {"lev", "Лев Островной", "Lev Ostrovnoy"},
      {"maya", "Майя Степная", "Maya Stepnaya"},
    };
    for (String[] member : members) {
      group.add(
          new Contest.Option(
              member[0], Coalition.texts(member[1], member[2]), Coalition.texts("", ""), ""));
    }
    Contest drafting =
        new Contest(
            "drafting",
            Style.Kind.RANKED,
            Coalition.texts(
                "Кто вдвоём напишет общую позицию? Расставьте по порядку.",
                "Which two shall write the common position? Put them in order."),
            group,
            0,
            group.size(),
            true,
            "scottish-stv",
            Map.of(),
            2,
            List.of(),
            List.of(),
            "trustee-seed",
            "all");
    Map<String, String> title = new LinkedHashMap<>();
    title.put("ru", "Учебные выборы представителей");
    title.put("en", "Training election of representatives");
    Map<String, String> text = new LinkedHashMap<>();
    text.put("ru", "Выборы учебные: люди и организации вымышлены, результат ничего не решает.");
    text.put(
        "en",
        "This is a training election: people and bodies are invented, its result decides nothing.");
    return new Coalition.Question(
        Draft.Kind.TRAINING,
        title,
        text,
        List.of(representatives, endorsed, drafting),
        VOTERS,
        2,
        now,
        now + 7 * DAY);
  }
}
