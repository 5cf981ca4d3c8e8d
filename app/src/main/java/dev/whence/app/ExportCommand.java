package dev.whence.app;

import dev.whence.app.export.ExportTable;
import dev.whence.app.export.NumpyExport;
import dev.whence.app.export.ParquetExport;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.counterfactual.Counterfactuals;
import dev.whence.counterfactual.FoundSupports;
import dev.whence.counterfactual.Support;
import dev.whence.pool.Targets;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.NamedScores;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "With --scores the names of weights, biases and penalties begin with that of the scores: trak-weight.npy.",
      "weights: weight [d, n], bias [n] and lam [n]; masks: bool [m, d]; outputs: float32 [m, n].",
      "points: what whence counterfactuals predicted and measured; supports: what whence support found; both as Parquet only."
    },
    footer = {
      "",
      "Examples:",
      "  whence export S --what weights --format npy --out weights/",
      "  whence export S --what weights,outputs --format parquet --out tables/",
      "  whence export S --what points,supports --format parquet --out tables/",
      "  whence export S --what weights --scores trak,half --out weights/"
    })
final class ExportCommand implements Callable<Integer> {

  /** What can be exported. */
  enum What {
    WEIGHTS,
    BIAS,
    LAMBDA,
    MASKS,
    OUTPUTS,
    POINTS,
    SUPPORTS;

    /** Returns whether it is a list of records, and no array. */
    boolean ofRecords() {
      return this == POINTS || this == SUPPORTS;
    }
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

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      description = "Export masks and outputs of this pool [pool].")
  private String pool = StudyPool.POOL;

  @Mixin private ScoresOption scores = new ScoresOption();

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    Study open = Study.open(study);
    Map<String, ExportTable> tables = new LinkedHashMap<>();
    if (format != Format.PARQUET && what.stream().anyMatch(What::ofRecords)) {
      throw BadInputException.at("--format", "parquet, for points and supports", format);
    }
    Map<String, List<?>> records = records(open);
    for (What one : what.stream().filter(w -> !w.ofRecords()).toList()) {
      tables(open, one).forEach(table -> tables.putIfAbsent(table.name(), table));
    }
    List<ExportTable> all = List.copyOf(tables.values());
    Files.createDirectories(out);
    for (Map.Entry<String, List<?>> table : records.entrySet()) {
      ParquetExport.records(out.resolve(table.getKey() + ".parquet"), table.getValue(), common);
    }
    switch (format) {
      case NPY -> {
        for (ExportTable table : all) {
          NumpyExport.npy(out.resolve(table.name() + ".npy"), table);
        }
      }
      case NPZ -> {
        String name = what.size() == 1 ? what.getFirst().name() : "whence";
        NumpyExport.npz(out.resolve(name.toLowerCase(Locale.ROOT) + ".npz"), all);
      }
      case PARQUET -> {
        if (!all.isEmpty()) {
          ParquetExport.tables(out, all, common);
        }
      }
    }
    return 0;
  }

  /** A support beside the way it was sought. */
  private record Found(
      String sought,
      int target,
      @Nullable Integer size,
      int[] units,
      boolean verified,
      @Nullable Double marginAfter,
      int modelsTrained) {}

  /** Returns the records that are asked for; refuses those that there are none of. */
  private Map<String, List<?>> records(Study open) throws IOException {
    Map<String, List<?>> records = new LinkedHashMap<>();
    if (what.contains(What.POINTS)) {
      for (NamedScores named : scores.open(open)) {
        Counterfactuals found = Counterfactuals.read(open, named);
        if (found == null) {
          throw BadInputException.at(study, "measured sets (whence counterfactuals)", "none");
        }
        String prefix = scores.names().isEmpty() ? "" : named.name() + "-";
        records.put(prefix + "points", found.points());
      }
    }
    if (what.contains(What.SUPPORTS)) {
      List<Found> all = new ArrayList<>();
      for (FoundSupports way : FoundSupports.read(open)) {
        for (Support s : way.supports()) {
          all.add(
              new Found(
                  way.name(),
                  s.target(),
                  s.size(),
                  s.units(),
                  s.verified(),
                  s.marginAfter(),
                  s.modelsTrained()));
        }
      }
      if (all.isEmpty()) {
        throw BadInputException.at(study, "supports (whence support)", "none");
      }
      records.put("supports", all);
    }
    return records;
  }

  private List<ExportTable> tables(Study open, What one) throws IOException {
    return switch (one) {
      case MASKS -> List.of(ExportTable.masks(runs(open, null)));
      case OUTPUTS -> {
        RunStore store = runs(open, output);
        yield List.of(ExportTable.outputs(store, open.manifest().output(output)));
      }
      default -> {
        List<ExportTable> all = new ArrayList<>();
        for (NamedScores named : scores.open(open)) {
          String prefix = scores.names().isEmpty() ? "" : named.name() + "-";
          all.addAll(tables(open, named, prefix, one));
        }
        yield all;
      }
    };
  }

  private static List<ExportTable> tables(Study open, NamedScores named, String prefix, What one)
      throws IOException {
    List<ExportTable> all = new ArrayList<>();
    double[] bias = named.bias();
    if (one == What.WEIGHTS) {
      all.add(ExportTable.weights(prefix + "weight", named.rows()));
    }
    if (one != What.LAMBDA && bias != null) {
      all.add(ExportTable.vector(prefix + "bias", "target", withOffsets(open, bias)));
    }
    if (one != What.BIAS && named.rows() instanceof DatamodelStore fitted) {
      all.add(ExportTable.vector(prefix + "lam", "target", fitted.doubles("lambda")));
    }
    if (all.isEmpty()) {
      throw BadInputException.at(
          "--what", "weights of '%s', which another tool computed".formatted(named.name()), one);
    }
    return all;
  }

  /** Returns the biases, for outputs as they were before anything was taken off them. */
  private static double[] withOffsets(Study open, double[] bias) throws IOException {
    double[] offsets = Targets.of(open).offsets();
    double[] whole = bias.clone();
    for (int t = 0; offsets != null && t < whole.length; t++) {
      whole[t] += offsets[t];
    }
    return whole;
  }

  private RunStore runs(Study open, @Nullable String of) throws IOException {
    if (!open.pool(pool).exists()) {
      throw BadInputException.at(study, "a pool of runs (whence train)", "none");
    }
    return RunStore.open(open.pool(pool).runs(), List.of(open.manifest().output(of)));
  }
}
