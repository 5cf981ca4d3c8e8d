package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.data.DatasetReader;
import dev.whence.data.Split;
import dev.whence.pool.RunImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = "Makes a study of runs that were trained elsewhere, from .npy files.",
    footer = {
      "",
      "Examples, from Python:",
      "  np.save('masks.npy', masks)        # bool or 0/1 [m, d]",
      "  np.save('margins.npy', margins)    # float [m, n]",
      "  whence import S --masks masks.npy --outputs margins.npy && whence fit S",
      "  whence import S --masks masks.npy --outputs margins.npy --data images/   # with pictures and labels"
    })
final class ImportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder to make.")
  private Path study = Path.of("");

  @Option(
      names = "--masks",
      required = true,
      paramLabel = "FILE",
      description =
          "bool or uint8 0/1 [m, d]; with --units also bits packed little-endian, uint8 [m, ceil(d/8)].")
  private Path masks = Path.of("");

  @Option(
      names = "--outputs",
      required = true,
      paramLabel = "FILE",
      description = "float16, float32 or float64 [m, n] or [m].")
  private Path outputs = Path.of("");

  @Option(
      names = "--units",
      paramLabel = "D",
      description = "Number of units, where masks are packed bits.")
  private @Nullable Integer units;

  @Option(
      names = "--targets-in-train",
      paramLabel = "FILE",
      description =
          "n integers: each target's unit of the training set, or -1. Such a target is fitted on runs without it.")
  private @Nullable Path targetsInTrain;

  @Option(
      names = "--completed",
      paramLabel = "FILE",
      description =
          "m bools: which rows are runs that ended, in a store that was made in advance; the others are left out.")
  private @Nullable Path completed;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "The dataset: its d training examples are the units, its n test examples the targets. Names and shows them.")
  private @Nullable String data;

  @Option(
      names = "--names",
      paramLabel = "FILE",
      description = "Table with a row for each unit and a column name, and perhaps group.")
  private @Nullable Path names;

  @Mixin private Common common = new Common();

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Override
  public Integer call() throws IOException {
    List<String> told = new ArrayList<>();
    Split split = data == null ? null : DatasetReader.read(data, reading.read(), told::add);
    RunImport.Summary read =
        new RunImport(masks, outputs, units, targetsInTrain, completed, split, names)
            .into(study, common.progress());
    told.forEach(line -> common.remark("%s", line));
    common.remark(
        "%s: %,d runs of %,d units (a run holds %.0f%% of them), %,d targets%s%s",
        study,
        read.runs(),
        read.units(),
        100 * read.held(),
        read.targets(),
        read.leftOut() == 0 ? "" : "; left out: %,d rows not completed".formatted(read.leftOut()),
        read.centred() == 0
            ? ""
            : "; the means of %,d targets were taken off (kept in targets.json), which float32 could not hold with them"
                .formatted(read.centred()));
    return 0;
  }
}
