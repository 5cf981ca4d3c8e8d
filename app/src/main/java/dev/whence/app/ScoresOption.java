package dev.whence.app;

import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which of a study's scores a command is about. */
final class ScoresOption {

  @Option(
      names = "--scores",
      split = ",",
      paramLabel = "NAME",
      description =
          "Scores by name, separated by commas: datamodels, fits made with --name, imported ones [datamodels].")
  private List<String> names = List.of();

  /** Returns the names that were given, none of them twice. */
  List<String> names() {
    return names.stream().distinct().toList();
  }

  /** Opens them; the study's datamodels where none is named. */
  List<NamedScores> open(Study study) throws IOException {
    List<NamedScores> all = new ArrayList<>();
    for (String name : names.isEmpty() ? List.of(NamedScores.DATAMODELS) : names()) {
      all.add(NamedScores.open(study, name));
    }
    return all;
  }
}
