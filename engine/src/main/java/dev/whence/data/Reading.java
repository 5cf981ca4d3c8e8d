package dev.whence.data;

import java.util.function.Consumer;

/**
 * A dataset being read.
 *
 * @param options what the user says of it
 * @param told hears in a line each of what was guessed or left out
 */
record Reading(ReadOptions options, Consumer<String> told) {

  void tell(String format, Object... arguments) {
    told.accept(format.formatted(arguments));
  }
}
