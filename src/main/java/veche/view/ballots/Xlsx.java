package veche.view.ballots;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import veche.wire.Malformed;

/// ECMA-376 workbooks, as little of them as a table of cast vote records needs: the first sheet's
/// cells as text. A file that unpacks to more than [#MOST_BYTES], or has more cells than
/// [#MOST_CELLS], is refused, and so is anything with a document type.
final class Xlsx {
  private static final long MOST_BYTES = 2_000_000_000L;
  private static final long MOST_CELLS = 200_000_000L;
  private static final int MOST_STRINGS = 5_000_000;
  private static final int LONGEST = 40_000;
  private static final int WIDEST = 2_000;

  private Xlsx() {}

  static List<Csv.Row> read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> shared = new ArrayList<>();
      ZipEntry strings = zip.getEntry("xl/sharedStrings.xml");
      if (strings != null) {
        try (InputStream in = open(zip, strings)) {
          shared = strings(in);
        }
      }
      Optional<? extends ZipEntry> sheet =
          zip.stream()
              .filter(e -> e.getName().matches("xl/worksheets/sheet[0-9]+\\.xml"))
              .min(
                  java.util.Comparator.comparing((ZipEntry e) -> e.getName().length())
                      .thenComparing(ZipEntry::getName));
      if (sheet.isEmpty()) throw new Malformed("expected a workbook with a sheet");
      try (InputStream in = open(zip, sheet.get())) {
        return rows(in, shared);
      }
    } catch (ZipException | EOFException e) {
      throw new Malformed("expected a workbook (XLSX)");
    } catch (XMLStreamException e) {
      throw new Malformed(
          e.getLocation() == null
              ? "expected XML"
              : "line %d, column %d: expected XML"
                  .formatted(e.getLocation().getLineNumber(), e.getLocation().getColumnNumber()));
    }
  }

  private static InputStream open(ZipFile zip, ZipEntry entry) throws IOException {
    InputStream in = zip.getInputStream(entry);
    return new BufferedInputStream(
        new InputStream() {
          private long left = MOST_BYTES;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) throw new Malformed("the file unpacks to too much");
            return in.read();
          }

          @Override
          public int read(byte[] to, int at, int length) throws IOException {
            int n = in.read(to, at, length);
            if (n > 0) left -= n;
            if (left < 0) throw new Malformed("the file unpacks to too much");
            return n;
          }

          @Override
          public void close() throws IOException {
            in.close();
          }
        });
  }

  private static List<String> strings(InputStream in) throws XMLStreamException {
    List<String> out = new ArrayList<>();
    XMLStreamReader r = Xml.reader(in);
    StringBuilder text = new StringBuilder();
    boolean inText = false;
    boolean phonetic = false;
    while (r.hasNext()) {
      int event = r.next();
      if (event == XMLStreamConstants.DTD) throw new Malformed("expected no document type");
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (r.getLocalName()) {
          case "si" -> text.setLength(0);
          case "rPh" -> phonetic = true;
          case "t" -> inText = !phonetic;
          default -> {}
        }
      } else if (Xml.isText(event) && inText) {
        text.append(r.getText());
        if (text.length() > LONGEST) throw new Malformed("a cell is too long");
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        switch (r.getLocalName()) {
          case "t" -> inText = false;
          case "rPh" -> phonetic = false;
          case "si" -> {
            if (out.size() >= MOST_STRINGS) throw new Malformed("too many different cells");
            out.add(text.toString());
          }
          default -> {}
        }
      }
    }
    return out;
  }

  private static List<Csv.Row> rows(InputStream in, List<String> shared) throws XMLStreamException {
    List<Csv.Row> out = new ArrayList<>();
    XMLStreamReader r = Xml.reader(in);
    List<String> cells = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String type = "";
    int column = 0;
    int line = 0;
    long all = 0;
    boolean value = false;
    while (r.hasNext()) {
      int event = r.next();
      if (event == XMLStreamConstants.DTD) throw new Malformed("expected no document type");
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (r.getLocalName()) {
          case "row" -> {
            cells.clear();
            String number = r.getAttributeValue(null, "r");
            line = number == null ? line + 1 : whole(number);
          }
          case "c" -> {
            String at = r.getAttributeValue(null, "r");
            column = at == null ? cells.size() : column(at.replaceAll("[0-9]", ""));
            String t = r.getAttributeValue(null, "t");
            type = t == null ? "" : t;
            text.setLength(0);
            if (++all > MOST_CELLS) throw new Malformed("too many cells");
          }
          case "v", "t" -> value = true;
          default -> {}
        }
      } else if (Xml.isText(event) && value) {
        text.append(r.getText());
        if (text.length() > LONGEST) throw new Malformed("row " + line + ": a cell is too long");
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        switch (r.getLocalName()) {
          case "v", "t" -> value = false;
          case "c" -> {
            while (cells.size() < column) cells.add("");
            String cell = text.toString();
            if (type.equals("s")) {
              int index = whole(cell);
              if (index >= shared.size()) {
                throw new Malformed("row " + line + ": no shared text " + index);
              }
              cell = shared.get(index);
            }
            if (cells.size() == column) cells.add(cell);
          }
          case "row" -> out.add(new Csv.Row(line, List.copyOf(cells)));
          default -> {}
        }
      }
    }
    return out;
  }

  private static int whole(String text) {
    if (!text.strip().matches("[0-9]{1,8}")) {
      throw new Malformed("expected a whole number, found " + text.strip());
    }
    return Integer.parseInt(text.strip());
  }

  /// `A` is 0, `AA` is 26.
  static int column(String letters) {
    int out = 0;
    for (int i = 0; i < letters.length(); i++) {
      char c = letters.charAt(i);
      if (c < 'A' || c > 'Z' || i > 2) throw new Malformed("expected a column, found " + letters);
      out = out * 26 + c - 'A' + 1;
    }
    if (out < 1 || out > WIDEST) throw new Malformed("expected a column, found " + letters);
    return out - 1;
  }
}
