package veche;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Pairs the headings of `src/spec` with the code. A heading that ends with `*java*` or
/// `*java+web*` is cited there (`/// protocol §6`), and no citation points nowhere.
class SpecTest {
  private static final Path SPEC = Path.of("src/spec");
  private static final Path JAVA = Path.of("src/main/java");
  private static final Path WEB = Path.of("web");

  @Test
  void everyMarkedHeadingIsCitedByTheCodeItNames() throws IOException {
    assertThat(uncited(chapters(SPEC), sources(JAVA, ".java"), sources(WEB, ".js"))).isEmpty();
  }

  @Test
  void everyCitationFindsItsHeading() throws IOException {
    var code = new ArrayList<>(sources(JAVA, ".java"));
    code.addAll(sources(Path.of("src/test/java"), ".java"));
    code.addAll(sources(WEB, ".js"));
    assertThat(astray(chapters(SPEC), code)).isEmpty();
  }

  @Test
  void everyMarkedHeadingHasACaseThatHoldsAndOneThatIsRefused() throws IOException {
    var table = Files.readString(SPEC.resolve("cases.md"));
    assertThat(unproved(chapters(SPEC), table, sources(Path.of("src/test/java"), ".java")))
        .isEmpty();
  }

  @Test
  void aPlantedHeadingWithoutCasesAndAPlantedCaseWithoutATestAreFound() {
    var chapters = Map.of("attic", headings("## 4 Seal *java*\n## 5 Audit *java*\n## 6 Words"));
    var tests = List.of(new Source("veche/AtticTest.java", "  void itHolds() {"));
    var table = "| attic §4 | AtticTest.itHolds | AtticTest.itIsNot |\n| attic §7 | – | – |";

    assertThat(unproved(chapters, table, tests))
        .containsExactlyInAnyOrder(
            "attic §4: no test AtticTest.itIsNot",
            "attic §5 has no cases",
            "attic §7 is no marked heading");
  }

  @Test
  void aPlantedHeadingWithoutCodeAndAPlantedCitationWithoutHeadingAreFound() {
    var chapters =
        Map.of(
            "attic",
            headings("# Ballot\n## 4. Seal *java+web*\n## 5 Audit *java*\n## 6 Words\n### 7 x"));
    var java =
        List.of(new Source("Seal.java", "/// attic §4 SealApproval\n// see attic.md §8, rfc §9"));
    var web = List.of(new Source("audit.js", "/** attic §5 */\n 'attic §4'"));

    assertThat(uncited(chapters, java, web))
        .containsExactlyInAnyOrder(
            "attic §4 is not cited in the page", "attic §5 is not cited in Java");
    assertThat(astray(chapters, java)).containsExactly("Seal.java cites attic §8");
  }

  private record Heading(String number, boolean java, boolean web) {}

  private record Source(String name, String text) {}

  // ---- the rules

  private static Set<String> uncited(
      Map<String, List<Heading>> chapters, List<Source> java, List<Source> web) {
    var missing = new TreeSet<String>();
    chapters.forEach(
        (chapter, headings) -> {
          for (var heading : headings) {
            var name = chapter + " §" + heading.number();
            if (heading.java() && !cited(name, java)) missing.add(name + " is not cited in Java");
            if (heading.web() && !cited(name, web)) missing.add(name + " is not cited in the page");
          }
        });
    return missing;
  }

  /// Only a comment that opens with the section, or names it there, cites it: a string does not.
  private static boolean cited(String section, List<Source> code) {
    var citation = Pattern.compile("(?m)^\\s*(///|//|/?\\*+).*\\b" + section + "\\b");
    return code.stream().anyMatch(source -> citation.matcher(source.text()).find());
  }

  private static final Pattern CITATION = Pattern.compile("\\b([a-z]+)(?:\\.md)? §(\\d+[a-z]?)");

  private static List<String> astray(Map<String, List<Heading>> chapters, List<Source> code) {
    var astray = new ArrayList<String>();
    for (var source : code) {
      var citation = CITATION.matcher(source.text());
      while (citation.find()) {
        var headings = chapters.get(citation.group(1));
        var number = citation.group(2);
        if (headings != null && headings.stream().noneMatch(h -> h.number().equals(number))) {
          astray.add(source.name() + " cites " + citation.group(1) + " §" + number);
        }
      }
    }
    return astray;
  }

  private static final Pattern CASE =
      Pattern.compile("(?m)^\\| (\\S+ §\\S+) \\| (\\S+) \\| (\\S+) \\|$");

  private static Set<String> unproved(
      Map<String, List<Heading>> chapters, String table, List<Source> tests) {
    var wrong = new TreeSet<String>();
    var marked = new TreeSet<String>();
    chapters.forEach(
        (chapter, headings) ->
            headings.stream()
                .filter(Heading::java)
                .forEach(heading -> marked.add(chapter + " §" + heading.number())));
    var without = new TreeSet<>(marked);
    var row = CASE.matcher(table);
    while (row.find()) {
      if (!marked.contains(row.group(1))) {
        wrong.add(row.group(1) + " is no marked heading");
        continue;
      }
      without.remove(row.group(1));
      for (var name : List.of(row.group(2), row.group(3))) {
        if (!exists(name, tests)) wrong.add(row.group(1) + ": no test " + name);
      }
    }
    for (var heading : without) wrong.add(heading + " has no cases");
    return wrong;
  }

  private static boolean exists(String test, List<Source> tests) {
    var parts = test.split("\\.");
    return parts.length == 2
        && tests.stream()
            .anyMatch(
                source ->
                    source.name().endsWith("/" + parts[0] + ".java")
                        && source.text().contains("void " + parts[1] + "("));
  }

  // ---- what they are about

  private static final Set<String> NOT_CHAPTERS =
      Set.of("README.md", "words.md", "decisions.md", "cases.md");

  private static Map<String, List<Heading>> chapters(Path spec) throws IOException {
    var chapters = new LinkedHashMap<String, List<Heading>>();
    for (var file : files(spec, ".md")) {
      var name = file.getFileName().toString();
      if (file.getParent().equals(spec) && !NOT_CHAPTERS.contains(name)) {
        chapters.put(name.replace(".md", ""), headings(Files.readString(file)));
      }
    }
    assertThat(chapters).containsKey("protocol");
    return chapters;
  }

  private static final Pattern HEADING = Pattern.compile("##+ (\\d+[a-z]?)\\.? .*");

  private static List<Heading> headings(String chapter) {
    return chapter
        .lines()
        .map(HEADING::matcher)
        .filter(m -> m.matches())
        .map(
            m -> {
              var web = m.group().endsWith("*java+web*");
              var java = web || m.group().endsWith("*java*");
              return new Heading(m.group(1), java, web);
            })
        .toList();
  }

  /// The page's own modules; vendored libraries and npm's folder are other people's text.
  private static List<Source> sources(Path root, String suffix) throws IOException {
    var sources = new ArrayList<Source>();
    for (var file : files(root, suffix)) {
      sources.add(new Source(root.relativize(file).toString(), Files.readString(file)));
    }
    return sources;
  }

  private static List<Path> files(Path root, String suffix) throws IOException {
    if (!Files.isDirectory(root)) return List.of();
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(f -> f.toString().endsWith(suffix))
          .filter(f -> !f.toString().matches(".*\\b(node_modules|vendor)\\b.*"))
          .sorted()
          .toList();
    }
  }
}
