package veche.view.ballots;

import java.util.ArrayList;
import java.util.List;
import veche.wire.Malformed;

/// RFC 4180 tables: quoted cells may hold commas, quotation marks (doubled) and line ends.
final class Csv {
  private static final int LONGEST_CELL = 10_000;

  private Csv() {}

  /// @param line where it begins in the file, from 1
  record Row(int line, List<String> cells) {}

  static void line(StringBuilder out, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      if (i > 0) out.append(',');
      String cell = cells.get(i);
      // a cell that a spreadsheet would compute is kept as text
      boolean formula = !cell.isEmpty() && "=+@\t\r".indexOf(cell.charAt(0)) >= 0;
      if (formula) cell = "'" + cell;
      boolean quoted = cell.indexOf(',') >= 0 || cell.indexOf('"') >= 0 || cell.indexOf('\n') >= 0;
      out.append(quoted ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
    }
    out.append("\r\n");
  }

  static List<Row> read(String text) {
    List<Row> out = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    int line = 1;
    int began = 1;
    boolean quoted = false;
    boolean any = false;
    String all = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (int i = 0; i <= all.length(); i++) {
      char c = i < all.length() ? all.charAt(i) : '\n';
      boolean last = i == all.length();
      if (quoted && !last) {
        if (c == '"' && i + 1 < all.length() && all.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else if (c == '"') {
          quoted = false;
        } else {
          if (c == '\n') line++;
          cell.append(c);
        }
        if (cell.length() > LONGEST_CELL) {
          throw new Malformed("line " + began + ": expected a closing quotation mark");
        }
        continue;
      }
      if (quoted) throw new Malformed("line " + began + ": expected a closing quotation mark");
      if (c == '"' && cell.isEmpty()) {
        quoted = true;
        any = true;
      } else if (c == ',') {
        cells.add(cell.toString());
        cell.setLength(0);
        any = true;
      } else if (c == '\n') {
        if (any || !cell.isEmpty()) {
          cells.add(cell.toString());
          out.add(new Row(began, List.copyOf(cells)));
        }
        cells.clear();
        cell.setLength(0);
        any = false;
        line++;
        began = line;
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    return out;
  }
}
