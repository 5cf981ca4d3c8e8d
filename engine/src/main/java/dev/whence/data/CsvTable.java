package dev.whence.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import dev.whence.base.BadInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of text with a header line, whose fields are separated by commas or another character.
 * The text is UTF-8, unless its byte order mark or the user names another encoding. Blanks around
 * fields are removed.
 *
 * @param header names of the columns, no two alike
 * @param rows fields of each row, one a column
 * @param lines line of the file that each row begins in, from 1
 * @param decimalComma whether numbers are written with a decimal comma
 */
record CsvTable(
    Path file,
    List<String> header,
    List<List<String>> rows,
    List<Long> lines,
    boolean decimalComma) {

  private static final List<Character> SEPARATORS = List.of(',', ';', '\t', '|');
  private static final int MOST_FIELDS = 1 << 20;
  private static final int PROBED_ROWS = 50;

  static CsvTable read(Path file, Reading reading) {
    byte[] bytes = InputFiles.read(file, in -> in.readAllBytes());
    String text = decode(file, bytes, reading.options().encoding());
    char separator = separator(file, text, reading);
    List<CsvRecord> records = records(file, text, separator, Integer.MAX_VALUE);
    if (records.size() < 2) {
      throw BadInputException.at(file, "a header and at least one row", records.size() + " lines");
    }
    boolean open = text.chars().filter(c -> c == '"').count() % 2 == 1;
    CsvRecord last = records.getLast();
    if (open && last.getFields().stream().anyMatch(f -> f.indexOf('\n') >= 0)) {
      throw BadInputException.at(
          "%s, line %d".formatted(file, last.getStartingLineNumber()),
          "a quote that ends",
          "none to the end of the file");
    }
    List<String> header = fields(records.getFirst());
    checkHeader(file, header);
    List<List<String>> rows = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    for (CsvRecord record : records.subList(1, records.size())) {
      if (record.getFieldCount() != header.size()) {
        throw BadInputException.at(
            file + ", line " + record.getStartingLineNumber(),
            header.size() + " fields",
            record.getFieldCount());
      }
      rows.add(fields(record));
      lines.add(record.getStartingLineNumber());
    }
    boolean decimalComma = separator != ',' && DecimalCommas.are(file, header, rows);
    if (decimalComma) {
      reading.tell("%s: numbers with a comma are read as decimal numbers (1,5 is 1.5)", file);
    }
    return new CsvTable(file, header, rows, lines, decimalComma);
  }

  private static List<String> fields(CsvRecord record) {
    return record.getFields().stream().map(String::strip).toList();
  }

  private static String decode(Path file, byte[] bytes, @Nullable String encoding) {
    Charset charset = StandardCharsets.UTF_8;
    int skip = 0;
    if (starts(bytes, 0xef, 0xbb, 0xbf)) {
      skip = 3;
    } else if (starts(bytes, 0xff, 0xfe)) {
      charset = StandardCharsets.UTF_16LE;
      skip = 2;
    } else if (starts(bytes, 0xfe, 0xff)) {
      charset = StandardCharsets.UTF_16BE;
      skip = 2;
    } else if (encoding != null) {
      charset = Charset.forName(encoding);
    }
    try {
      String text =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, skip, bytes.length - skip))
              .toString();
      if (text.indexOf('\0') >= 0) {
        throw BadInputException.at(
            file, "text in %s (--encoding UTF-16LE, or another)".formatted(charset), "bytes 0");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw BadInputException.at(
          "%s, line %d".formatted(file, firstBadLine(bytes, charset)),
          "text in %s (--encoding windows-1252, or another)".formatted(charset),
          "other bytes");
    }
  }

  private static boolean starts(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static int firstBadLine(byte[] bytes, Charset charset) {
    int line = 1;
    for (int from = 0, at = 0; at <= bytes.length; at++) {
      if (at == bytes.length || bytes[at] == '\n') {
        if (!charset.newEncoder().canEncode(new String(bytes, from, at - from, charset))
            || new String(bytes, from, at - from, charset).indexOf('\ufffd') >= 0) {
          return line;
        }
        line++;
        from = at + 1;
      }
    }
    return line;
  }

  /**
   * Returns the separator that the user names, else the separator by which the first rows have
   * equally many fields, and most.
   */
  private static char separator(Path file, String text, Reading reading) {
    String said = reading.options().separator();
    if (said != null) {
      return said.equals("tab") ? '\t' : said.charAt(0);
    }
    char best = ',';
    int most = 1;
    for (char candidate : SEPARATORS) {
      int fields = commonFields(file, text, candidate);
      if (fields > most) {
        best = candidate;
        most = fields;
      }
    }
    if (best != ',') {
      String name = best == '\t' ? "tabs" : "'" + best + "'";
      reading.tell("%s: fields are separated by %s (--separator)", file, name);
    }
    return best;
  }

  /** Returns the number of fields of the header where the first rows have equally many, else 0. */
  private static int commonFields(Path file, String text, char separator) {
    List<CsvRecord> records;
    try {
      records = records(file, text, separator, PROBED_ROWS);
    } catch (BadInputException e) {
      return 0;
    }
    int fields = records.isEmpty() ? 0 : records.getFirst().getFieldCount();
    return records.stream().allMatch(r -> r.getFieldCount() == fields) ? fields : 0;
  }

  private static List<CsvRecord> records(Path file, String text, char separator, int most) {
    List<CsvRecord> records = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .allowMissingFields(true)
            .allowExtraFields(true)
            .build(CsvRecordHandler.builder().maxFields(MOST_FIELDS).build(), text)) {
      for (CsvRecord record : reader) {
        if (records.size() == most) {
          break;
        }
        records.add(record);
      }
      return records;
    } catch (CsvParseException e) {
      throw BadInputException.at(file, "CSV", e.getMessage());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void checkHeader(Path file, List<String> header) {
    if (header.stream().allMatch(Decimal::isNumber)) {
      throw BadInputException.at(file, "a header line with the columns' names", "numbers");
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      Integer before = seen.put(header.get(i), i);
      if (before != null) {
        throw BadInputException.at(
            file,
            "columns of different names",
            "'%s' twice, columns %d and %d".formatted(header.get(i), before + 1, i + 1));
      }
    }
  }

  /** Returns the indices of the columns whose name, in small letters, is in {@code names}. */
  List<Integer> columns(Set<String> names) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (names.contains(header.get(i).toLowerCase(Locale.ROOT))) {
        found.add(i);
      }
    }
    return found;
  }

  /**
   * Returns the index of the column that a user names; the refusal of another name lists all
   * columns.
   */
  int named(String option, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw BadInputException.at(
          file, "a column '%s' (--%s)".formatted(name, option), String.join(", ", header));
    }
    return column;
  }

  List<String> values(int column) {
    return rows.stream().map(row -> row.get(column)).toList();
  }

  /**
   * Returns the values of the first column called {@code name}, in whatever case; null where there
   * is no such column.
   */
  @Nullable List<String> values(String name) {
    List<Integer> found = columns(Set.of(name));
    return found.isEmpty() ? null : values(found.getFirst());
  }

  String where(int row) {
    return "%s, line %d".formatted(file, lines.get(row));
  }

  String where(int row, int column) {
    return "%s, column '%s'".formatted(where(row), header.get(column));
  }

  /** Returns a field with a point for its decimal comma, as numbers are written in Java. */
  String normal(String field) {
    return decimalComma ? field.replace(',', '.') : field;
  }

  /** Returns a column as numbers; refuses a field that is no number. */
  float[] numbers(int column) {
    double[] values = new double[rows.size()];
    for (int i = 0; i < values.length; i++) {
      String field = normal(rows.get(i).get(column));
      if (!Decimal.isNumber(field)) {
        throw BadInputException.at(
            where(i, column), "a number", field.isEmpty() ? "nothing" : "'" + field + "'");
      }
      values[i] = Double.parseDouble(field);
    }
    return Decimal.narrow("%s, column '%s'".formatted(file, header.get(column)), values);
  }
}
