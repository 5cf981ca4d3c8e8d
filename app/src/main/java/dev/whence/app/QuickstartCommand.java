package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.counterfactual.BrittleExample;
import dev.whence.counterfactual.Counterfactuals;
import dev.whence.counterfactual.Supports;
import dev.whence.counterfactual.UnitSet;
import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Evaluator;
import dev.whence.explore.Captions;
import dev.whence.pool.Executor;
import dev.whence.pool.Interventions;
import dev.whence.pool.Pool;
import dev.whence.pool.StudyConfig;
import dev.whence.pool.ThreadExecutor;
import dev.whence.regress.Fit;
import dev.whence.regress.FitSpec;
import dev.whence.regress.NamedScores;
import dev.whence.regress.statistics.Folds;
import dev.whence.report.Findings;
import dev.whence.report.Report;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whence quickstart}. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description = {
      "Does the main job on 2,000 bundled Fashion-MNIST images: trains a pool of models on random halves, fits a datamodel to each of"
          + " 500 test images, evaluates them, writes a report.",
      "Stopped, it goes on where it was."
    },
    footer = {
      "",
      "Examples:",
      "  whence quickstart",
      "  whence quickstart --learner mlp --models 8000 --out my-study"
    })
final class QuickstartCommand implements Callable<Integer> {

  @Option(
      names = "--out",
      paramLabel = "STUDY",
      description = "Folder of the study [whence-quickstart].")
  private Path out = Path.of("whence-quickstart");

  @Option(names = "--models", paramLabel = "N", description = "Size of the pool [4000].")
  private long models = 4000;

  @Option(names = "--learner", paramLabel = "NAME", description = "mlp or softmax [softmax].")
  private String learner = "softmax";

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(out.resolve("study.json"))) {
      new StudyConfig(
              "bundled",
              null,
              null,
              1L,
              new StudyConfig.Learner(learner, null),
              null,
              List.of("margin"),
              null,
              new Manifest.Repeats(100, 10),
              null)
          .create(out);
    }
    Study study = Study.open(out);
    try (Workers workers = common.workers();
        Executor executor = new ThreadExecutor(workers);
        Interruption _ = new Interruption("whence quickstart --out " + out)) {
      Pool.of(study).train(models, executor, workers.progress(), "whence quickstart");
      FitSpec spec = FitSpec.DEFAULT.output("margin").folds(Folds.DEFAULT.count(), false);
      Fit.run(study, spec, workers);
      Evaluator.Result result = Evaluator.run(study, workers);
      result.write(study);
      BrittleExample example = counterfactuals(study, executor, workers.progress());
      Evaluation evaluation = result.evaluation();
      Report.Written report = Report.write(study, result, study.folder().resolve("report"));
      System.out.println();
      Findings.of(evaluation).forEach(System.out::println);
      if (example != null) {
        System.out.println(Findings.of(example, study.manifest(), Captions.of(study)));
        System.out.println(
            "Ask: ./whence whatif %s --target %d --remove top:%d --verify 20"
                .formatted(out, example.target(), example.units().length));
      }
      System.out.println("Ask: ./whence similar %s 0".formatted(out));
      ReportCommand.print(report);
    }
    return 0;
  }

  /**
   * Takes sets of units out and trains again, to learn how far predictions hold; then looks for a
   * prediction that hangs on a few units.
   */
  private static @Nullable BrittleExample counterfactuals(
      Study study, Executor executor, Progress progress) throws IOException {
    NamedScores datamodels = NamedScores.open(study, NamedScores.DATAMODELS);
    Interventions models = Interventions.of(study);
    List<UnitSet> sets =
        List.of(
            UnitSet.of(UnitSet.Kind.TOP, 10),
            UnitSet.of(UnitSet.Kind.TOP, 40),
            UnitSet.of(UnitSet.Kind.TOP, 160),
            UnitSet.of(UnitSet.Kind.BOTTOM, 40),
            UnitSet.of(UnitSet.Kind.RANDOM, 160));
    Counterfactuals.Plan plan =
        new Counterfactuals.Plan(
            TargetsOption.sample(study, 30), sets, 5, Supports.Options.DEFAULT.controls());
    Counterfactuals.measure(
            study,
            plan,
            List.of(datamodels),
            datamodels,
            models,
            executor,
            progress,
            "whence quickstart")
        .write(study, datamodels);
    BrittleExample example =
        BrittleExample.find(study, datamodels, models, executor, progress, "whence quickstart");
    if (example != null) {
      example.write(study);
    }
    return example;
  }
}
