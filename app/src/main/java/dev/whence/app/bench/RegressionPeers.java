package dev.whence.app.bench;

import dev.whence.app.export.ExportTable;
import dev.whence.app.export.NumpyExport;
import dev.whence.app.terminal.Common;
import dev.whence.base.Folders;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.data.DType;
import dev.whence.regress.Datamodel;
import dev.whence.regress.Estimator;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * The same statistics by OpenBLAS, and the same paths by public tools.
 *
 * <p>Whence's seconds a target are those of solving {@value #TOGETHER} targets together, divided by
 * their number, and the target's share of counting and summing; validation error, certificates and
 * refit included. All runs train; one in six also tells when to end a path.
 */
final class RegressionPeers {

  private static final int TOGETHER = 64;
  private static final int SUMMED = 256;

  /** How often statistics are timed in a round. */
  private static final int TIMES = 3;

  private static final int PEER_TARGETS = 3;
  private static final int ROUNDS = 2;

  private final Common common;
  private final Path study;
  private final double tolerance;

  RegressionPeers(Common common, Path study, double tolerance) {
    this.common = common;
    this.study = study;
    this.tolerance = tolerance;
  }

  /** What Whence needed, in seconds, the last of some rounds. */
  private record Ours(
      double counting, double summing, double whole, double early, List<Datamodel> models) {}

  List<BenchRow> compare(Parallel parallel) throws IOException {
    Peer peer = Peer.open("regression", common);
    RunStore store = RunStore.open(study.resolve("pool"), List.of(PlantedPool.OUTPUT));
    Runs runs = Runs.read(store, PlantedPool.OUTPUT);
    int n = Math.min(TOGETHER, runs.targets());
    Ours ours = measure(runs, n, parallel);
    Statistics statistics = statistics(runs, PEER_TARGETS, parallel);
    Path folder = Files.createTempDirectory("whence-bench");
    try {
      write(folder, runs, ours.models, n);
      common.remark("OpenBLAS, scikit-learn, celer, skglm, glmnet: some minutes …");
      JsonNode theirs = peer.bench(common.threads(), folder.toString(), "" + common.threads());
      return rows(runs, n, ours, statistics, theirs);
    } finally {
      Folders.delete(folder);
    }
  }

  private static Statistics statistics(Runs runs, int n, Parallel parallel) {
    return Statistics.of(
        runs,
        IntStream.range(0, runs.count()).toArray(),
        IntStream.range(0, n).toArray(),
        parallel);
  }

  private Ours measure(Runs runs, int n, Parallel parallel) {
    Progress.Task silent = Progress.NONE.start("", 0, "");
    Statistics held =
        Statistics.of(
            runs,
            IntStream.range(0, runs.count()).filter(i -> i % 6 == 5).toArray(),
            IntStream.range(0, n).toArray(),
            parallel);
    Ours ours = new Ours(0, 0, 0, 0, List.of());
    double counting = Double.POSITIVE_INFINITY;
    double both = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      common.remark("Whence, round %d of %d …", round + 1, ROUNDS);
      Statistics more = statistics(runs, summed(runs), parallel); // warms up
      for (int i = 0; i < TIMES; i++) { // in turn, and the best: one is read off their difference
        long start = System.nanoTime();
        statistics(runs, 1, parallel);
        counting = Math.min(counting, seconds(start));
        start = System.nanoTime();
        more = statistics(runs, summed(runs), parallel);
        both = Math.min(both, seconds(start));
      }
      double summing = both - counting;
      Statistics all = more.forTargets(IntStream.range(0, n).toArray());
      Problem problem = new Problem(List.of(all), List.of(new Problem.Split(all, held)), all);
      PathOptions whole = new PathOptions(100, 0.01, 1e-5, tolerance, 0);
      long start = System.nanoTime();
      List<Datamodel> models =
          Estimator.create(Estimator.Kind.LASSO, whole).fit(problem, parallel, silent);
      double wholeSeconds = seconds(start);
      start = System.nanoTime();
      PathOptions early = new PathOptions(100, 0.01, 1e-5, tolerance, 10);
      Estimator.create(Estimator.Kind.LASSO, early).fit(problem, parallel, silent);
      ours = new Ours(counting, summing, wholeSeconds, seconds(start), models);
    }
    return ours;
  }

  private static int summed(Runs runs) {
    return Math.min(SUMMED, runs.targets());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void write(Path folder, Runs runs, List<Datamodel> models, int n)
      throws IOException {
    int m = runs.count();
    int k = models.getFirst().path().lambdas().length;
    List<ExportTable> tables = new ArrayList<>();
    tables.add(table("masks", DType.BOOL, m, runs.units(), (i, j) -> runs.holds(i, j) ? 1 : 0));
    tables.add(table("outputs", DType.FLOAT32, m, PEER_TARGETS, runs::output));
    tables.add(table("sums", DType.FLOAT32, m, summed(runs), runs::output));
    tables.add(
        table(
            "lambdas",
            DType.FLOAT64,
            PEER_TARGETS,
            k,
            (t, l) -> models.get(t).path().lambdas()[l]));
    tables.add(table("best", DType.INT64, PEER_TARGETS, 0, (t, l) -> models.get(t).path().best()));
    for (ExportTable table : tables) {
      NumpyExport.npy(folder.resolve(table.name() + ".npy"), table);
    }
  }

  /** The value at (row, column). */
  private interface Cell {
    double at(int row, int column);
  }

  private static ExportTable table(String name, DType dtype, int rows, int columns, Cell cell) {
    return new ExportTable(
        name,
        dtype,
        "row",
        columns == 0 ? "" : "column",
        rows,
        columns,
        into -> {
          double[] row = new double[Math.max(1, columns)];
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < row.length; j++) {
              row[j] = cell.at(i, j);
            }
            into.row(row);
          }
        });
  }

  private List<BenchRow> rows(Runs runs, int n, Ours ours, Statistics statistics, JsonNode theirs) {
    double d = runs.units();
    double m = runs.count();
    List<BenchRow> rows = new ArrayList<>();
    double pairs = m * d * (d + 1) / 2 / 1e9;
    rows.add(
        BenchRow.rate(
            "XᵀX",
            pairs / ours.counting,
            pairs / theirs.path("ssyrk_seconds").asDouble(),
            "OpenBLAS ssyrk",
            "1e9 pairs/s"));
    rows.add(
        BenchRow.rate(
            "Xᵀy, %d targets".formatted(summed(runs)),
            m * d * summed(runs) / 1e9 / ours.summing,
            m
                * d
                * theirs.path("sgemm_targets").asDouble()
                / 1e9
                / theirs.path("sgemm_seconds").asDouble(),
            "OpenBLAS sgemm",
            "1e9/s"));
    double share = ours.counting / runs.targets() + ours.summing / summed(runs);
    for (JsonNode method : theirs.path("methods")) {
      boolean early = method.path("lambdas").asInt() < 100;
      double own = share + (early ? ours.early : ours.whole) / n;
      JsonNode seconds = method.path("seconds");
      double sum = seconds.valueStream().mapToDouble(JsonNode::asDouble).sum();
      double each =
          sum / seconds.size() + method.path("shared_seconds").asDouble() / runs.targets();
      rows.add(
          BenchRow.time(
              early ? "path to ten past the best" : "path of 100 λ",
              own,
              each,
              "%s, %d λ, objective %+.1e"
                  .formatted(
                      method.path("name").asString(),
                      method.path("lambdas").asInt(),
                      difference(ours.models, statistics, method.path("objectives"))),
              "s a target"));
    }
    return rows;
  }

  /** Returns the largest relative difference of the peer's objective at the best λ from ours. */
  private static double difference(
      List<Datamodel> models, Statistics statistics, JsonNode objectives) {
    double largest = 0;
    for (int t = 0; t < objectives.size(); t++) {
      RegularizationPath path = models.get(t).path();
      double norm = 0;
      for (double w : path.weights()) {
        norm += Math.abs(w);
      }
      double ours = statistics.error(t, path.weights(), path.bias()) / 2 + path.lambda() * norm;
      double difference = objectives.path(t).asDouble() / ours - 1;
      largest = Math.abs(difference) > Math.abs(largest) ? difference : largest;
    }
    return largest;
  }
}
