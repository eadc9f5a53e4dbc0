import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Formats every Java file of this checkout, or with `--check` only names those that differ.
/// Started as a source file by a JDK of its own: the formatter reads the newest syntax only through
/// that JDK's javac.
class Format {
  public static void main(String[] args) throws Exception {
    var check = List.of(args).contains("--check");
    var files = new ArrayList<String>();
    for (var folder : List.of("src/main/java", "src/test/java", ".ci")) {
      files.addAll(javaFiles(Path.of(folder)));
    }
    var command =
        new ArrayList<>(
            check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    command.addAll(files);

    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    var exit = new Main(out, err, System.in).format(command.toArray(String[]::new));
    out.flush();
    err.flush();
    if (check && exit != 0) {
      System.err.println("These files are not formatted; .ci/format puts them right.");
    }
    System.exit(exit);
  }

  private static List<String> javaFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (var walk = Files.walk(folder)) {
      return walk.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
