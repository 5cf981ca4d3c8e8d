package dev.whence.app;

import dev.whence.data.DType;
import dev.whence.design.Key;
import dev.whence.design.Mask;
import dev.whence.design.Purpose;
import dev.whence.design.UniformSubsets;
import dev.whence.linalg.Parallel;
import dev.whence.regress.DenseStatistics;
import dev.whence.regress.Lasso;
import dev.whence.regress.PathOptions;
import dev.whence.regress.Runs;
import dev.whence.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code whence bench regression}: seconds for LASSO paths against scikit-learn's. */
@Command(
    name = "regression",
    mixinStandardHelpOptions = true,
    description = {
      "Seconds for the LASSO paths of some targets, statistics included: planted weights (5%% of the units, heavy tails), noise as"
          + " large as the signal, 50 penalties down to a tenth of the largest, gap 1e-6 of the variance.",
      "Against scikit-learn's lasso_path on X and y, and with a Gram matrix computed once and shared."
    })
final class RegressionBench implements Callable<Integer> {

  private static final PathOptions PATH = new PathOptions(50, 0.1, 1e-6, 1e-6, 0);

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Option(names = "--units", paramLabel = "D", description = "Units d [1000].")
  private int units = 1000;

  @Option(names = "--runs", paramLabel = "M", description = "Runs m [6000].")
  private int runs = 6000;

  @Option(names = "--targets", paramLabel = "N", description = "Targets n [8].")
  private int targets = 8;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    Peer peer = Peer.open("regression", common);
    Path folder = Files.createTempDirectory("whence-bench");
    try (Parallel parallel = common.parallel()) {
      Runs problem = problem();
      double[] ours = {0, 0};
      double[][] lambdas = new double[targets][];
      double[] objectives = new double[targets];
      for (int round = 0; round < 3; round++) { // the last one is after warm-up
        long start = System.nanoTime();
        solve(problem, lambdas, objectives, parallel);
        ours[0] = (System.nanoTime() - start) / 1e9;
      }
      write(folder, problem, lambdas);
      common.remark("scikit-learn …");
      JsonNode theirs = peer.bench(common.threads(), folder.toString(), "" + common.threads());
      String name = theirs.path("versions").asString();
      String what = "d=%d m=%d n=%d".formatted(units, runs, targets);
      BenchRow.print(
          List.of(
              BenchRow.time(
                  what, ours[0], theirs.path("plain").asDouble(), name + ", X and y", "s"),
              BenchRow.time(
                  what, ours[0], theirs.path("shared").asDouble(), name + ", shared Gram", "s")),
          json);
      common.remark(
          "largest relative difference of the objective: %.1e",
          IntStream.range(0, targets)
              .mapToDouble(
                  t ->
                      Math.abs(
                          objectives[t] / theirs.path("plainObjectives").path(t).asDouble() - 1))
              .max()
              .orElse(Double.NaN));
    } finally {
      Folders.delete(folder);
    }
    return 0;
  }

  private void solve(Runs problem, double[][] lambdas, double[] objectives, Parallel parallel) {
    DenseStatistics statistics =
        DenseStatistics.of(
            problem,
            IntStream.range(0, runs).toArray(),
            IntStream.range(0, targets).toArray(),
            parallel);
    parallel.forEach(
        targets,
        t -> {
          Lasso solver = new Lasso(statistics).target(t);
          double max = solver.lambdaMax();
          lambdas[t] =
              IntStream.range(0, PATH.lambdas()).mapToDouble(k -> PATH.lambda(max, k)).toArray();
          for (double lambda : lambdas[t]) {
            solver.solve(lambda, PATH.pathTolerance());
          }
          double norm = java.util.Arrays.stream(solver.weights()).map(Math::abs).sum();
          objectives[t] = solver.error() / 2 + lambdas[t][PATH.lambdas() - 1] * norm;
        });
  }

  private Runs problem() {
    UniformSubsets design = new UniformSubsets(units, 0.5);
    int rowBytes = Mask.bytes(units);
    byte[] masks = new byte[runs * rowBytes];
    float[] outputs = new float[runs * targets];
    float[][] weights = new float[targets][units];
    for (int t = 0; t < targets; t++) {
      UniformRandomProvider random = new Key(0, Purpose.SAMPLE, t).random();
      ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
      double squares = 0;
      for (int j = 0; j < units; j++) {
        if (random.nextDouble() < 0.05) {
          weights[t][j] = (float) Math.pow(normal.sample(), 3);
          squares += weights[t][j] * weights[t][j] / 4;
        }
      }
      for (int i = 0; i < runs; i++) {
        outputs[i * targets + t] = (float) (normal.sample() * Math.sqrt(squares));
      }
    }
    for (int i = 0; i < runs; i++) {
      System.arraycopy(design.mask(0, Purpose.SUBSET, i).bytes(), 0, masks, i * rowBytes, rowBytes);
    }
    Runs noise = new Runs(runs, units, targets, masks, outputs);
    for (int i = 0; i < runs; i++) {
      for (int t = 0; t < targets; t++) {
        outputs[i * targets + t] += (float) noise.predict(i, weights[t], 0);
      }
    }
    return noise;
  }

  private void write(Path folder, Runs problem, double[][] lambdas) throws IOException {
    List<ExportTable> tables = new ArrayList<>();
    tables.add(ExportTable.masks(problem));
    tables.add(ExportTable.floats("outputs", "run", "target", runs, targets, problem::output));
    tables.add(
        new ExportTable(
            "lambdas",
            DType.FLOAT64,
            "target",
            "lambda",
            targets,
            PATH.lambdas(),
            (t, k) -> lambdas[t][k]));
    for (ExportTable table : tables) {
      NumpyExport.npy(folder.resolve(table.name() + ".npy"), table);
    }
  }
}
