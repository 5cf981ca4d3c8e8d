package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Fit;
import dev.whence.regress.FitOptions;
import dev.whence.regress.FitSpec;
import dev.whence.regress.NamedScores;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence fit}. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits a datamodel to every target: a path of penalties, the best on validation runs, a refit on all.",
      "Minimises (1/2m)·|y − Xw − b|² + λ|w|₁ over the pool's m runs; every --folds-th of them chooses λ."
    },
    footer = {
      "",
      "Examples:",
      "  whence fit S",
      "  whence fit S --folds 10 --lambdas 50 --whole-path --json",
      "  whence fit S --lambdas 100 --eps 0.01 --no-cross-validate   # as in the paper",
      "  whence fit S --estimator ridge --output correctness",
      "  whence fit S --name a10 --pool a10",
      "  whence fit S --name half --models 2000 && whence evaluate S --scores datamodels,half"
    })
final class FitCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--folds",
      paramLabel = "K",
      description = "Every K-th run chooses λ and does not train [6].")
  private int folds = Folds.DEFAULT.count();

  @Option(
      names = "--cross-validate",
      negatable = true,
      description =
          "Choose λ by K-fold cross-validation: each K-th of the runs in turn [where a K-th is fewer than 300 runs].")
  private @Nullable Boolean crossValidate;

  @Option(
      names = "--lambdas",
      paramLabel = "N",
      description = "Penalties on the path [199; of ridge 50; 100 with --eps].")
  private @Nullable Integer lambdas;

  @Option(
      names = "--eps",
      paramLabel = "F",
      description = "Smallest penalty, as a part of the largest [0.0001; 0.01 with --lambdas].")
  private @Nullable Double eps;

  @Option(
      names = "--whole-path",
      description = "Do not end a path when its validation error has clearly risen.")
  private boolean wholePath;

  @Option(
      names = "--tolerance",
      paramLabel = "F",
      description = "Duality gap of the refit, relative to the variance of the outputs [1e-12].")
  private double tolerance = PathOptions.DEFAULT.tolerance();

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description =
          "lasso, elastic-net, adaptive-lasso, post-lasso, ridge, ols, difference-of-means or prior-lasso [lasso].")
  private String estimator = "lasso";

  @Option(
      names = "--prior",
      paramLabel = "NAME",
      description =
          "Scores of a cheap method (whence attribute) that prior-lasso begins from: fewer models are needed.")
  private @Nullable String prior;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Which recorded output to predict [the first].")
  private @Nullable String output;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Keep the fit beside others, under this name: evaluate, similar, report and export take --scores NAME.")
  private String name = NamedScores.DATAMODELS;

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      description = "Fit to the runs of another pool of the study [pool].")
  private String pool = StudyPool.POOL;

  @Option(
      names = "--models",
      paramLabel = "M",
      description = "Fit to the first M runs of the pool [all].")
  private @Nullable Integer models;

  @Option(names = "--json", description = "Print a summary as JSON.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    PathOptions usual =
        lambdas != null || eps != null ? PathOptions.PAPER : PathOptions.usual(estimator);
    PathOptions path =
        new PathOptions(
            lambdas == null ? usual.lambdas() : lambdas,
            eps == null ? usual.eps() : eps,
            PathOptions.DEFAULT.pathTolerance(),
            tolerance,
            wholePath ? 0 : PathOptions.DEFAULT.patience());
    FitSpec spec =
        new FitSpec(name, pool, output, models, estimator, folds, crossValidate, path, prior);
    Study open = Study.open(study);
    try (Workers workers = common.workers();
        Interruption _ = new Interruption("whence fit " + study)) {
      FitOptions fit = Fit.run(open, spec, workers);
      print(fit, DatamodelStore.open(NamedScores.folder(open, name)));
    }
    return 0;
  }

  private void print(FitOptions fit, DatamodelStore store) throws IOException {
    double[] gaps = store.doubles("gap");
    double worst = Arrays.stream(gaps).filter(Double::isFinite).max().orElse(Double.NaN);
    long above = Arrays.stream(gaps).filter(g -> g > fit.path().tolerance()).count();
    long atEnd = atEnd(store);
    long unknown = Arrays.stream(store.doubles("bias")).filter(Double::isNaN).count();
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put("fit", fit);
      summary.put("targets", store.targets());
      summary.put("units", store.units());
      summary.put("worstGap", worst);
      summary.put("targetsAboveTolerance", above);
      summary.put("targetsWithoutRuns", unknown);
      summary.put("targetsAtTheEndOfThePath", atEnd);
      System.out.print(Json.text(summary));
      return;
    }
    System.out.println(
        "%,d datamodels of %,d weights from %,d runs (%,d validated)%s"
            .formatted(
                store.targets(),
                store.units(),
                fit.runs(),
                fit.validation(),
                Double.isNaN(worst)
                    ? ""
                    : "; worst duality gap %.1e of the variance".formatted(worst)));
    if (above > 0) {
      System.out.println(
          "%,d targets stopped above the tolerance %.0e".formatted(above, fit.path().tolerance()));
    }
    if (atEnd > 0) {
      System.out.println(
          "%,d targets have their best λ at the end of the path: %s"
              .formatted(
                  atEnd,
                  fit.estimator().equals("ridge")
                      ? "least squares (--estimator ols) may be as good"
                      : "smaller ones (--eps, with more --lambdas) may be better"));
    }
    if (unknown > 0) {
      System.out.println(
          "%,d targets in S have too few runs without them, in all or in a fold: no datamodel"
              .formatted(unknown));
    }
  }

  /** Returns how many targets' validation error is smallest at the last λ of the path. */
  private static long atEnd(DatamodelStore store) throws IOException {
    double[] errors = store.doubles("validation_error");
    int columns = store.columns("validation_error");
    long count = 0;
    for (int t = 0; columns > 1 && t < store.targets(); t++) {
      double[] row = Arrays.copyOfRange(errors, t * columns, (t + 1) * columns);
      double least = Arrays.stream(row).filter(Double::isFinite).min().orElse(Double.NaN);
      boolean varies = Arrays.stream(row).anyMatch(e -> e > least);
      count += varies && row[columns - 1] == least ? 1 : 0;
    }
    return count;
  }
}
