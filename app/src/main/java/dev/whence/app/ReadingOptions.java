package dev.whence.app;

import dev.whence.data.ReadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a dataset is to be read, where that cannot be known. */
final class ReadingOptions {

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column of a table that holds the labels [label, target, class or y].")
  private @Nullable String label;

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "Column that says which source, user or cluster a row belongs to [group].")
  private @Nullable String group;

  @Option(names = "--name", paramLabel = "COLUMN", description = "Column that names a row [name].")
  private @Nullable String name;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Whether labels are classes or real: classification or regression.")
  private @Nullable String task;

  @Option(
      names = "--separator",
      paramLabel = "C",
      description = "What separates a table's fields: one character, or tab.")
  private @Nullable String separator;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description = "Encoding of a table's text, such as windows-1252 [UTF-8].")
  private @Nullable String encoding;

  @Option(
      names = "--channels",
      paramLabel = "first|last",
      description = "Where an array of pictures, [n, ., ., .], has its channels.")
  private @Nullable String channels;

  ReadOptions read() {
    return new ReadOptions(label, group, name, task, separator, encoding, channels);
  }
}
