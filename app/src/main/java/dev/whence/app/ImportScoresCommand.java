package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.attribute.ScoreImport;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence import-scores}. */
@Command(
    name = "import-scores",
    mixinStandardHelpOptions = true,
    description = {
      "Takes scores that another tool computed (TRAK, influence functions, …) into a study, beside its own.",
      "Then evaluate, similar, report and export take --scores NAME."
    },
    footer = {
      "",
      "Examples, from Python:",
      "  np.save('s.npy', scores)           # float [n, d]: positive where holding the unit raises the output",
      "  whence import-scores S --name trak --scores s.npy && whence evaluate S --scores trak,datamodels",
      "  whence import-scores S --name trak --scores s.npy --transposed        # s.npy is [d, n]"
    })
final class ImportScoresCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "Name that the scores get; imported ones of the same name are replaced.")
  private String name = "";

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "FILE",
      description = ".npy of numbers, [n, d]: a row a target, a column a training unit.")
  private Path scores = Path.of("");

  @Option(names = "--transposed", description = "The file is [d, n].")
  private boolean transposed;

  @Option(
      names = "--bias",
      paramLabel = "FILE",
      description =
          ".npy of n numbers, where bias plus the scores of the units held predict the output; without it only ranks are judged.")
  private @Nullable Path bias;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "What computed the scores [as --name].")
  private @Nullable String method;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Which recorded output the scores are about [the first].")
  private @Nullable String output;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    Study open = Study.open(study);
    String of = open.manifest().output(output);
    new ScoreImport(name, method == null ? name : method, scores, transposed, bias, of)
        .into(open, common.progress());
    common.remark(
        "%s: scores '%s' of %,d units for %,d targets, of the output %s%s",
        study,
        name,
        open.manifest().units(),
        open.manifest().targets(),
        of,
        bias == null ? "; without a bias only their order is judged" : "");
    return 0;
  }
}
