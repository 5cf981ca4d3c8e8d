package dev.whence.app;

import dev.whence.pool.RunImport;
import java.io.IOException;
import java.nio.file.Path;
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
      "Example, from Python:",
      "  np.save('masks.npy', masks)        # bool or 0/1 [m, d]",
      "  np.save('margins.npy', margins)    # float [m, n]",
      "  whence import S --masks masks.npy --outputs margins.npy && whence fit S"
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

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    new RunImport(masks, outputs, units, targetsInTrain).into(study, common.progress());
    return 0;
  }
}
