package veche.view;

/// Something wrong in a file that people wrote, and where.
///
/// @param line from 1; `column` from 1
/// @param path like `contests[0].hi`; empty for the whole file
public record Problem(int line, int column, String path, String message) {
  /// The same in a language, as a person who edits the file reads it.
  public String in(Words words) {
    String what = words.mistake(message);
    return words.text("mistake.place", line, column, path.isEmpty() ? what : path + ": " + what);
  }

  @Override
  public String toString() {
    String place = "line " + line + ", column " + column + ": ";
    return path.isEmpty() ? place + message : place + path + ": " + message;
  }
}
