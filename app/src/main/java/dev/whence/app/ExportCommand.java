package dev.whence.app;

import dev.whence.data.BadInputException;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Runs;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes weights, biases, penalties, masks or outputs for other programs.",
      "weights: weight [d, n], bias [n] and lam [n]; masks: bool [m, d]; outputs: float32 [m, n]."
    },
    footer = {
      "",
      "Examples:",
      "  whence export S --what weights --format npy --out weights/",
      "  whence export S --what weights,outputs --format parquet --out tables/"
    })
final class ExportCommand implements Callable<Integer> {

  /** What can be exported. */
  enum What {
    WEIGHTS,
    BIAS,
    LAMBDA,
    MASKS,
    OUTPUTS
  }

  /** In which form. */
  enum Format {
    NPY,
    NPZ,
    PARQUET
  }

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--what",
      required = true,
      split = ",",
      paramLabel = "WHAT",
      description = "${COMPLETION-CANDIDATES}.")
  private List<What> what = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} [npy].")
  private Format format = Format.NPY;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to.")
  private Path out = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Which recorded output [the first].")
  private @Nullable String output;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    try (Study open = Study.open(study)) {
      List<ExportTable> tables = new ArrayList<>();
      for (What one : what) {
        tables.addAll(tables(open, one));
      }
      Files.createDirectories(out);
      switch (format) {
        case NPY -> {
          for (ExportTable table : tables) {
            NumpyExport.npy(out.resolve(table.name() + ".npy"), table);
          }
        }
        case NPZ -> {
          String name = what.size() == 1 ? what.getFirst().name() : "whence";
          NumpyExport.npz(out.resolve(name.toLowerCase(java.util.Locale.ROOT) + ".npz"), tables);
        }
        case PARQUET -> ParquetExport.write(out, tables, common);
      }
    }
    return 0;
  }

  private List<ExportTable> tables(Study open, What one) throws IOException {
    return switch (one) {
      case WEIGHTS -> {
        List<ExportTable> all = new ArrayList<>(List.of(weights(open)));
        all.addAll(tables(open, What.BIAS));
        all.addAll(tables(open, What.LAMBDA));
        yield all;
      }
      case BIAS ->
          List.of(
              ExportTable.vector("bias", "target", DatamodelStore.finished(open).doubles("bias")));
      case LAMBDA ->
          List.of(
              ExportTable.vector("lam", "target", DatamodelStore.finished(open).doubles("lambda")));
      case MASKS -> {
        Runs runs = runs(open, open.manifest().outputs().getFirst());
        yield List.of(ExportTable.masks(runs));
      }
      case OUTPUTS -> {
        String name = output == null ? open.manifest().outputs().getFirst() : output;
        Runs runs = runs(open, name);
        yield List.of(
            ExportTable.floats(
                "outputs", "run", "target", runs.count(), runs.targets(), runs::output));
      }
    };
  }

  private ExportTable weights(Study open) throws IOException {
    DatamodelStore store = DatamodelStore.finished(open);
    float[] weights = store.weights();
    int d = store.units();
    return ExportTable.floats(
        "weight", "unit", "target", d, store.targets(), (j, t) -> weights[t * d + j]);
  }

  private Runs runs(Study open, String name) throws IOException {
    if (!RunStore.exists(open.pool())) {
      throw BadInputException.at(study, "a pool of runs (whence train)", "none");
    }
    if (!open.manifest().outputs().contains(name) || name.equals("logits")) {
      throw BadInputException.at(
          "--output", "one of " + open.manifest().outputs() + " but logits", name);
    }
    return Runs.read(RunStore.open(open.pool(), List.of(name)), name);
  }
}
