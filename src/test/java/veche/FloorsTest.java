package veche;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/// Holds the packages to the picture of the floors with which the README opens.
class FloorsTest {
  private static final Path CLASSES = Path.of("target/classes");

  @Test
  void everyFileUsesOnlyWhatStandsBelowIt() throws IOException {
    assertThat(offences(picture(Path.of("README.md")), edges(CLASSES))).isEmpty();
  }

  @Test
  void thePictureShowsTheRoomsThatStand() throws IOException {
    var shown = picture(Path.of("README.md")).keySet();
    var standing = new TreeSet<>(shown);
    standing.removeIf(room -> room.startsWith("(") || shown.contains("(" + room + ")"));

    assertThat(roomsIn(CLASSES)).containsAll(standing);
    assertThat(shown).containsAll(roomsIn(CLASSES));
  }

  @Test
  void aPlantedEdgeUpwardsSidewaysOrOutsideIsFound() {
    var floors =
        floors(
            """
             9  roof   rehearsal        -- whole elections
             8  door   http             -- the server
             7  sides  store   cli      -- tools
             5  story  record           -- what happened
             4  rooms  ballot           -- what they say
                       tally            -- counting it
             2  numbers crypto          -- proofs
            """);
    var good =
        List.of(
            "veche.Main -> veche.rehearsal.Rehearsal",
            "veche.Main -> picocli.CommandLine",
            "veche.http.Server -> veche.store.Board",
            "veche.cli.Remote -> java.net.http.HttpClient",
            "veche.ballot.Seal -> veche.crypto.Point",
            "veche.ballot.Seal -> veche.ballot.Ballot",
            "veche.ballot.Seal -> org.jspecify.annotations.Nullable",
            "veche.crypto.Entropy -> java.security.SecureRandom",
            "veche.crypto.P256 -> org.bouncycastle.math.ec.ECPoint");
    var bad =
        List.of(
            "veche.crypto.Point -> veche.ballot.Seal",
            "veche.ballot.Seal -> veche.tally.stv.Stv",
            "veche.cli.Verify -> veche.store.Board",
            "veche.cli.Remote -> veche.http.Server",
            "veche.http.Server -> veche.cli.Remote",
            "veche.rehearsal.Rehearsal -> veche.Main",
            "veche.record.Record -> com.fasterxml.jackson.databind.ObjectMapper",
            "veche.ballot.Seal -> org.bouncycastle.math.ec.ECPoint",
            "veche.attic.Old -> veche.crypto.Point",
            "veche.store.Desk -> java.security.SecureRandom");

    var all = new ArrayList<>(good);
    all.addAll(bad);

    assertThat(offences(floors, all.stream().map(Edge::parse).toList()))
        .extracting(offence -> offence.replaceFirst(": .*", ""))
        .containsExactlyElementsOf(bad);
  }

  private record Edge(String from, String to) {
    static Edge parse(String line) {
      var ends = line.split(" -> ", 2);
      return new Edge(ends[0], ends[1]);
    }

    @Override
    public String toString() {
      return from + " -> " + to;
    }
  }

  // ---- the rules

  private static List<String> offences(Map<String, Integer> floors, List<Edge> edges) {
    return edges.stream()
        .flatMap(edge -> offence(floors, edge).map(why -> edge + ": " + why).stream())
        .toList();
  }

  private static Optional<String> offence(Map<String, Integer> floors, Edge edge) {
    var from = room(edge.from());
    if (from.isEmpty()) return Optional.empty(); // Main stands on the roof and sees everything
    if (!floors.containsKey(from)) return Optional.of("the picture has no room " + from);
    int floor = floors.get(from);

    if (edge.to().startsWith("veche.")) {
      var to = room(edge.to());
      if (to.equals(from)) return Optional.empty();
      if (to.isEmpty()) return Optional.of("nobody looks up to the roof");
      if (!floors.containsKey(to)) return Optional.of("the picture has no room " + to);
      if (floors.get(to) > floor) return Optional.of(to + " stands above " + from);
      if (floors.get(to) == floor) return Optional.of("rooms of one floor are strangers");
      if (from.equals("http") && to.equals("cli")) {
        return Optional.of("the server has no need of the role programs");
      }
      return Optional.empty();
    } else if (edge.to().equals("java.security.SecureRandom")) {
      return edge.from().startsWith("veche.crypto.Entropy")
          ? Optional.empty()
          : Optional.of("randomness is handed in as crypto.Entropy");
    } else if (floor <= 5 && !ofTheJdk(edge.to()) && !edge.to().startsWith("org.jspecify.")) {
      return from.equals("crypto") && edge.to().startsWith("org.bouncycastle.")
          ? Optional.empty()
          : Optional.of("floors 1 to 5 use the JDK, and Bouncy Castle in crypto alone");
    } else {
      return Optional.empty();
    }
  }

  private static String room(String className) {
    var parts = className.split("\\.");
    return parts.length > 2 ? parts[1] : "";
  }

  private static final Set<String> JDK =
      ModuleFinder.ofSystem().findAll().stream()
          .flatMap(module -> module.descriptor().packages().stream())
          .collect(toUnmodifiableSet());

  private static boolean ofTheJdk(String className) {
    return JDK.contains(className.substring(0, className.lastIndexOf('.')));
  }

  // ---- the picture

  private static Map<String, Integer> picture(Path readme) throws IOException {
    return floors(Files.readString(readme).split("```", 3)[1]);
  }

  /// A line is `floor name rooms -- what they do`; a line without a number continues the floor
  /// above. A room in parentheses is being built: its rules hold, but it need not stand yet.
  private static Map<String, Integer> floors(String picture) {
    var rooms = new LinkedHashMap<String, Integer>();
    int floor = 0;
    for (var line : picture.lines().filter(l -> !l.isBlank()).toList()) {
      var words = new ArrayList<>(List.of(line.replaceFirst("--.*", "").strip().split("\\s+")));
      if (words.getFirst().matches("\\d+")) {
        floor = Integer.parseInt(words.removeFirst());
        words.removeFirst();
      }
      for (var room : words) {
        rooms.put(room, floor);
        rooms.put(room.replaceAll("[()]", ""), floor);
      }
    }
    return rooms;
  }

  // ---- the code

  private static Set<String> roomsIn(Path classes) throws IOException {
    var rooms = new TreeSet<String>();
    try (var folders = Files.list(classes.resolve("veche"))) {
      folders.filter(Files::isDirectory).forEach(f -> rooms.add(f.getFileName().toString()));
    }
    return rooms;
  }

  private static final Pattern EDGE = Pattern.compile("\\s+(veche\\.\\S+)\\s+->\\s+(\\S+)\\s+.*");

  private static List<Edge> edges(Path classes) {
    var out = new StringWriter();
    var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int exit =
        jdeps.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "-verbose:class",
            "-filter:none",
            classes.toString());
    assertThat(exit).as(out.toString().lines().limit(20).collect(joining("\n"))).isZero();

    var edges = new ArrayList<Edge>();
    for (var line : out.toString().lines().toList()) {
      var edge = EDGE.matcher(line);
      if (edge.matches()) edges.add(new Edge(edge.group(1), edge.group(2)));
    }
    assertThat(edges).as("jdeps found no edge at all").isNotEmpty();
    return edges;
  }
}
