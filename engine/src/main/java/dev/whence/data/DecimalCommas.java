package dev.whence.data;

import dev.whence.base.BadInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Finds out whether a table whose fields are not separated by commas writes 1,5 for 1.5. */
final class DecimalCommas {

  private static final Pattern COMMA = Pattern.compile("[-+]?\\d+,\\d+([eE][-+]?\\d+)?");
  private static final Pattern THOUSANDS = Pattern.compile("[-+]?\\d{1,3}(,\\d{3})+");

  private DecimalCommas() {}

  /**
   * Returns whether the commas in numbers are decimal commas; refuses a table in which every such
   * comma may as well separate thousands.
   */
  static boolean are(Path file, List<String> header, List<List<String>> rows) {
    String doubtful = null;
    for (List<String> row : rows) {
      for (int j = 0; j < header.size(); j++) {
        String field = row.get(j);
        if (COMMA.matcher(field).matches() && !THOUSANDS.matcher(field).matches()) {
          return true;
        }
        if (doubtful == null && THOUSANDS.matcher(field).matches()) {
          doubtful = "'%s' in column '%s'".formatted(field, header.get(j));
        }
      }
    }
    if (doubtful != null) {
      throw BadInputException.at(
          file, "numbers whose comma is a decimal one beyond doubt, or a point", doubtful);
    }
    return false;
  }
}
