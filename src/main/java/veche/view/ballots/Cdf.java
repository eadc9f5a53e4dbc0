package veche.view.ballots;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import veche.tally.Paper;
import veche.wire.Malformed;

/// NIST SP 1500-103, Cast Vote Records Common Data Format, version 1.0, in JSON or XML. Read twice,
/// since ballots come before the names of what they mark; only one ballot is held at a time, and
/// XML is read without document types and without anything outside the file.
final class Cdf {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEEPEST = 64;
  private static final int LONGEST_TEXT = 100_000;

  private Cdf() {}

  /// @param contest its name or id; empty for the only one
  /// @param names turns what a file calls an option into a mark, write-ins among them
  static List<Paper> read(Path file, String contest, Source source, Rctab.Names names)
      throws IOException {
    Map<String, String> candidates = new HashMap<>();
    Map<String, List<String>> selections = new HashMap<>();
    Map<String, Boolean> writeIns = new HashMap<>();
    List<String> contests = new ArrayList<>();
    each(
        file,
        "Election",
        election -> {
          for (JsonNode c : list(election, "Candidate")) {
            candidates.put(text(c, "@id"), name(c, "Name", "BallotName"));
          }
          for (JsonNode c : list(election, "Contest")) {
            boolean wanted =
                contest.isEmpty()
                    || contest.equals(name(c, "Name"))
                    || contest.equals(text(c, "@id"));
            if (!wanted) continue;
            contests.add(text(c, "@id"));
            for (JsonNode s : list(c, "ContestSelection")) {
              List<String> ids = new ArrayList<>();
              list(s, "CandidateIds").forEach(id -> ids.add(id.asText()));
              selections.put(text(s, "@id"), ids);
              writeIns.put(text(s, "@id"), text(s, "IsWriteIn").equals("true"));
            }
          }
        });
    if (contests.isEmpty()) throw new Malformed("Contest: expected one named \"" + contest + "\"");
    if (contests.size() > 1) {
      throw new Malformed("Contest: the file has " + contests.size() + "; which one is counted?");
    }
    List<Paper> papers = new ArrayList<>();
    each(
        file,
        "CVR",
        cvr -> {
          String current = text(cvr, "CurrentSnapshotId");
          for (JsonNode snapshot : list(cvr, "CVRSnapshot")) {
            if (!current.isEmpty() && !text(snapshot, "@id").equals(current)) continue;
            for (JsonNode c : list(snapshot, "CVRContest")) {
              if (text(c, "ContestId").equals(contests.getFirst())) {
                papers.add(
                    paper(c, candidates, selections, writeIns, source, names, papers.size() + 1));
              }
            }
          }
        });
    return papers;
  }

  /// A file by itself: its candidates are the options, in the file's order.
  static Sheet read(Path file, String contest) throws IOException {
    Map<String, Integer> options = new LinkedHashMap<>();
    each(
        file,
        "Election",
        election -> {
          Map<String, String> candidates = new HashMap<>();
          for (JsonNode c : list(election, "Candidate")) {
            candidates.put(text(c, "@id"), name(c, "Name", "BallotName"));
          }
          for (JsonNode c : list(election, "Contest")) {
            if (!contest.isEmpty() && !contest.equals(name(c, "Name"))) continue;
            for (JsonNode s : list(c, "ContestSelection")) {
              for (JsonNode id : list(s, "CandidateIds")) {
                String who = candidates.getOrDefault(id.asText(), "");
                if (!who.isEmpty()) options.putIfAbsent(who, options.size());
              }
            }
          }
        });
    int named = options.size();
    Rctab.Names names =
        new Rctab.Names() {
          @Override
          public int of(String name, String where) {
            Integer option = options.get(name);
            if (option == null) throw new Malformed(where + ": no candidate is named " + name);
            return option;
          }

          @Override
          public boolean knows(String name) {
            return options.containsKey(name);
          }

          @Override
          public int writeIn() {
            options.putIfAbsent(Cvr.WRITE_INS, options.size());
            return named;
          }
        };
    List<Paper> papers = read(file, contest, new Source("", "", "", ""), names);
    return new Sheet(
        contest,
        List.copyOf(options.keySet()),
        0,
        Set.of(),
        options.size() > named ? named : -1,
        List.of(),
        papers);
  }

  private static Paper paper(
      JsonNode contest,
      Map<String, String> candidates,
      Map<String, List<String>> selections,
      Map<String, Boolean> writeIns,
      Source source,
      Rctab.Names names,
      int number) {
    TreeMap<Integer, List<Integer>> byRank = new TreeMap<>();
    Set<Integer> unknown = new HashSet<>();
    String where = "CVR " + number;
    for (JsonNode selection : list(contest, "CVRContestSelection")) {
      String id = text(selection, "ContestSelectionId");
      // a write-in that nobody has adjudicated is no selection yet
      if (id.isEmpty() || text(selection, "Status").equals("needs-adjudication")) continue;
      if (!selections.containsKey(id)) {
        throw new Malformed(where + ": no ContestSelection has the id " + id);
      }
      boolean writeIn = writeIns.getOrDefault(id, false);
      List<String> who = selections.getOrDefault(id, List.of());
      // of a ticket the first name stands for all
      if (!writeIn && (who.isEmpty() || !candidates.containsKey(who.getFirst()))) {
        throw new Malformed(where + ": expected " + id + " to name a candidate");
      }
      String name = writeIn ? "" : candidates.getOrDefault(who.getFirst(), "");
      for (JsonNode position : positions(selection)) {
        int rank = rank(selection, position, where);
        List<Integer> marks = byRank.computeIfAbsent(rank, r -> new ArrayList<>());
        if (!writeIn && source.overvote(name)) {
          unknown.add(rank);
          continue;
        }
        int option =
            writeIn || position.has("CVRWriteIn")
                ? names.writeIn()
                : source.option(name, "", where, names);
        if (!marks.contains(option)) marks.add(option);
      }
    }
    return Rctab.paper(byRank, unknown::contains);
  }

  /// The positions that count (§3.4.2 of the standard); a selection may have the rank itself, and
  /// then needs none.
  private static List<JsonNode> positions(JsonNode selection) {
    List<JsonNode> out = new ArrayList<>();
    boolean any = false;
    for (JsonNode position : list(selection, "SelectionPosition")) {
      any = true;
      boolean counts =
          !text(position, "HasIndication").equals("no")
              && !text(position, "IsAllocable").equals("no");
      if (counts) out.add(position);
    }
    if (!text(selection, "Rank").isEmpty()) {
      if (!any) return List.of(selection);
      return out.isEmpty() ? out : List.of(out.getFirst());
    }
    return out;
  }

  private static int rank(JsonNode selection, JsonNode position, String where) {
    String rank = text(selection, "Rank");
    if (rank.isEmpty()) rank = text(position, "Rank");
    if (rank.isEmpty()) rank = "1";
    if (!rank.matches("[1-9][0-9]{0,2}")) {
      throw new Malformed(where + ": Rank: expected a whole number up to 999, found " + rank);
    }
    return Integer.parseInt(rank);
  }

  /// Every element of the list of this name at the top of the file, one at a time.
  static void each(Path file, String name, Consumer<JsonNode> take) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(8);
      int first = in.read();
      while (first == 0xEF || first == 0xBB || first == 0xBF || first > 0 && first <= ' ') {
        in.mark(8);
        first = in.read();
      }
      in.reset();
      if (first == '<') xml(in, name, take);
      else json(in, name, take);
    }
  }

  private static void json(InputStream in, String name, Consumer<JsonNode> take)
      throws IOException {
    try (JsonParser p = JSON.getFactory().createParser(in)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new Malformed("line 1: expected a CastVoteRecordReport");
      }
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = p.currentName().equals(name);
        JsonToken value = p.nextToken();
        if (!wanted) {
          p.skipChildren();
        } else if (value == JsonToken.START_ARRAY) {
          while (p.nextToken() == JsonToken.START_OBJECT) take.accept(JSON.readTree(p));
        } else {
          take.accept(JSON.readTree(p));
        }
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new Malformed(
          "line %d, column %d: expected JSON"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (CharConversionException e) {
      throw new Malformed("expected UTF-8");
    }
  }

  /// Elements become objects, attributes `ObjectId` and `type` the fields `@id` and `@type`.
  private static void xml(InputStream in, String name, Consumer<JsonNode> take) {
    try {
      XMLStreamReader r = Xml.reader(in);
      int depth = 0;
      while (r.hasNext()) {
        int event = r.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
          throw new Malformed(at(r) + ": expected no document type and no entities");
        }
        if (event == XMLStreamConstants.END_ELEMENT) depth--;
        if (event != XMLStreamConstants.START_ELEMENT) continue;
        depth++;
        if (depth != 2 || !r.getLocalName().equals(name)) continue;
        take.accept(element(r, 0));
        depth--;
      }
    } catch (XMLStreamException e) {
      throw new Malformed(
          e.getLocation() == null
              ? "expected XML"
              : "line %d, column %d: expected XML"
                  .formatted(e.getLocation().getLineNumber(), e.getLocation().getColumnNumber()));
    }
  }

  private static String at(XMLStreamReader r) {
    return "line %d, column %d"
        .formatted(r.getLocation().getLineNumber(), r.getLocation().getColumnNumber());
  }

  private static JsonNode element(XMLStreamReader r, int depth) throws XMLStreamException {
    if (depth > DEEPEST) throw new Malformed(at(r) + ": elements too deep");
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < r.getAttributeCount(); i++) {
      String name = r.getAttributeLocalName(i);
      if (name.equals("ObjectId")) out.put("@id", r.getAttributeValue(i));
      if (name.equals("type")) out.put("@type", r.getAttributeValue(i));
    }
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (r.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          String name = r.getLocalName();
          JsonNode child = element(r, depth + 1);
          if (!(out.get(name) instanceof ArrayNode)) out.putArray(name);
          ((ArrayNode) out.path(name)).add(child);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          text.append(r.getText());
          if (text.length() > LONGEST_TEXT) throw new Malformed(at(r) + ": text too long");
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new Malformed(at(r) + ": expected no document type and no entities");
        case XMLStreamConstants.END_ELEMENT -> {
          if (out.isEmpty()) return JsonNodeFactory.instance.textNode(text.toString().strip());
          return out;
        }
        default -> {}
      }
    }
  }

  static Iterable<JsonNode> list(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isArray() ? value : value.isMissingNode() ? List.of() : List.of(value);
  }

  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isArray() ? value.path(0).asText("") : value.asText("");
  }

  /// A name is a text, or texts in several languages, of which the first counts.
  private static String name(JsonNode node, String... fields) {
    for (String field : fields) {
      JsonNode value = node.path(field);
      if (value.isArray()) value = value.path(0);
      while (value.isObject()) {
        JsonNode inner = value.has("Text") ? value.path("Text") : value.path("Content");
        value = inner.isArray() ? inner.path(0) : inner;
      }
      if (!value.asText("").isBlank()) return value.asText().strip();
    }
    return "";
  }
}
