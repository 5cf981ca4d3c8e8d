package dev.whence.explore;

import dev.whence.base.BadInputException;
import dev.whence.data.Column;
import dev.whence.data.Decimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A question about the rows of a metadata table, such as {@code source=clinic-b and year<2015}.
 *
 * <pre>
 * query = term, then "and" term or "or" term, any number of times ("and" binds closer)
 * term  = column op value | "not" term | "(" query ")"
 * op    = "=" | "!=" | "&lt;" | "&lt;=" | ">" | ">="
 * value = a word, or anything in single or double quotes
 * </pre>
 *
 * A column of numbers is compared with a number, which a row without a number never matches; {@code
 * year=''} matches the rows without. A column of texts is compared letter by letter, and has no
 * order.
 */
public final class MetadataQuery {

  private static final Pattern TOKEN =
      Pattern.compile("\\s*(?:(<=|>=|!=|[=<>()])|'([^']*)'|\"([^\"]*)\"|([^\\s=<>!()'\"]+))");

  /** A word or a sign of the query; a quoted text is never a keyword. */
  private record Token(String text, boolean quoted) {
    boolean is(String keyword) {
      return !quoted && text.equalsIgnoreCase(keyword);
    }
  }

  private final String query;
  private final Map<String, Column> columns;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  private MetadataQuery(String query, Map<String, Column> columns) {
    this.query = query;
    this.columns = columns;
    Matcher matcher = TOKEN.matcher(query.strip());
    while (matcher.lookingAt()) {
      boolean quoted = matcher.group(2) != null || matcher.group(3) != null;
      for (int g = 1; g <= 4; g++) {
        if (matcher.group(g) != null) {
          tokens.add(new Token(matcher.group(g), quoted));
        }
      }
      matcher.region(matcher.end(), matcher.regionEnd());
    }
    if (matcher.regionStart() < matcher.regionEnd()) {
      throw refusal("columns, signs and values", query.strip().substring(matcher.regionStart()));
    }
  }

  /**
   * Returns which rows match a query.
   *
   * @param columns the columns that the query may name, all of as many rows
   */
  public static IntPredicate of(String query, Map<String, Column> columns) {
    MetadataQuery parser = new MetadataQuery(query, columns);
    IntPredicate rows = parser.either();
    if (parser.next < parser.tokens.size()) {
      throw parser.refusal("'and' or 'or'", parser.tokens.get(parser.next).text());
    }
    return rows;
  }

  private IntPredicate either() {
    IntPredicate rows = both();
    while (take("or")) {
      IntPredicate left = rows;
      IntPredicate right = both();
      rows = i -> left.test(i) || right.test(i);
    }
    return rows;
  }

  private IntPredicate both() {
    IntPredicate rows = term();
    while (take("and")) {
      IntPredicate left = rows;
      IntPredicate right = term();
      rows = i -> left.test(i) && right.test(i);
    }
    return rows;
  }

  private IntPredicate term() {
    if (take("not")) {
      return term().negate();
    }
    if (take("(")) {
      IntPredicate rows = either();
      if (!take(")")) {
        throw refusal("a closing bracket", "none");
      }
      return rows;
    }
    String name = word("a column");
    Column column = columns.get(name);
    if (column == null) {
      throw BadInputException.unknown(
          "query '%s', column".formatted(query), columns.keySet(), name);
    }
    String sign = word("=, !=, <, <=, > or >=");
    String value = word("a value");
    return switch (column) {
      case Column.Numbers numbers when value.isEmpty() -> missing(numbers.values(), sign);
      case Column.Numbers numbers -> compare(numbers.values(), sign, number(name, value));
      case Column.Texts texts ->
          switch (sign) {
            case "=" -> i -> texts.values().get(i).equals(value);
            case "!=" -> i -> !texts.values().get(i).equals(value);
            default -> throw refusal("= or != after '%s', a column of texts".formatted(name), sign);
          };
    };
  }

  private IntPredicate missing(double[] values, String sign) {
    return switch (sign) {
      case "=" -> i -> Double.isNaN(values[i]);
      case "!=" -> i -> !Double.isNaN(values[i]);
      default -> throw refusal("= or != before an empty value", sign);
    };
  }

  private IntPredicate compare(double[] values, String sign, double value) {
    return switch (sign) {
      case "=" -> i -> values[i] == value;
      case "!=" -> i -> values[i] < value || values[i] > value;
      case "<" -> i -> values[i] < value;
      case "<=" -> i -> values[i] <= value;
      case ">" -> i -> values[i] > value;
      case ">=" -> i -> values[i] >= value;
      default -> throw refusal("=, !=, <, <=, > or >=", sign);
    };
  }

  private double number(String column, String value) {
    if (!Decimal.isNumber(value)) {
      throw refusal("a number after '%s', a column of numbers".formatted(column), value);
    }
    return Double.parseDouble(value);
  }

  private boolean take(String keyword) {
    boolean found = next < tokens.size() && tokens.get(next).is(keyword);
    next += found ? 1 : 0;
    return found;
  }

  private String word(String expected) {
    if (next == tokens.size()) {
      throw refusal(expected, "the end");
    }
    return tokens.get(next++).text();
  }

  private BadInputException refusal(String expected, String found) {
    return BadInputException.at("query '%s'".formatted(query), expected, found);
  }
}
