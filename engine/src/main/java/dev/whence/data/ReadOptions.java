package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user's options for reading a dataset. An option that is null is found out from the data;
 * where its value can only be guessed, the guess is reported.
 *
 * @param label column of a table that holds the labels
 * @param group column that says which source, user or cluster a row belongs to
 * @param name column that names a row
 * @param task classification or regression
 * @param separator character between the fields of a table, or the word tab
 * @param encoding encoding of a table's text, such as UTF-8 or windows-1252
 * @param channels first or last: where the channels of pictures are in an array of rank 4
 */
@Api
public record ReadOptions(
    @Nullable String label,
    @Nullable String group,
    @Nullable String name,
    @Nullable String task,
    @Nullable String separator,
    @Nullable String encoding,
    @Nullable String channels) {

  /** No option is given. */
  public static final ReadOptions NONE = new ReadOptions(null, null, null, null, null, null, null);

  static final String CLASSIFICATION = "classification";
  static final String REGRESSION = "regression";
  static final String LAST = "last";

  public ReadOptions {
    choice("task", task, List.of(CLASSIFICATION, REGRESSION));
    choice("channels", channels, List.of("first", LAST));
    if (separator != null && separator.length() != 1 && !separator.equals("tab")) {
      throw BadInputException.at("separator", "one character, or tab", "'" + separator + "'");
    }
    if (encoding != null) {
      try {
        Charset.forName(encoding);
      } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
        throw BadInputException.at("encoding", "one such as UTF-8 or windows-1252", encoding);
      }
    }
  }

  private static void choice(String what, @Nullable String value, List<String> known) {
    if (value != null && !known.contains(value)) {
      throw BadInputException.at(what, String.join(" or ", known), value);
    }
  }
}
