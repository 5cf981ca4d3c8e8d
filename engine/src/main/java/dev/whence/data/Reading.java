package dev.whence.data;

import java.util.function.Consumer;

/**
 * The reading of a dataset.
 *
 * @param options the user's options
 * @param told receives a line for each guess and for each part that was left out
 */
record Reading(ReadOptions options, Consumer<String> told) {

  void tell(String format, Object... arguments) {
    told.accept(format.formatted(arguments));
  }
}
