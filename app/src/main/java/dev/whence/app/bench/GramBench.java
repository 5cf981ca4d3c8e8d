package dev.whence.app.bench;

import dev.whence.app.terminal.Common;
import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code whence bench gram}: the count kernels against OpenBLAS. */
@Command(
    name = "gram",
    mixinStandardHelpOptions = true,
    description = {
      "Multiply-adds a second of XᵀX, each pair counted once, and of XᵀY, for random 0/1 masks X: exact integers here, OpenBLAS's"
          + " ssyrk and sgemm in float32 there.",
      "The kernel that the calibration chooses is marked with a star."
    },
    footer = {
      "",
      "Examples:",
      "  whence bench gram --threads 1",
      "  whence bench gram --units 20000"
    })
final class GramBench implements Callable<Integer> {

  private static final int CALLS = 6;

  @Option(names = "--units", paramLabel = "D", description = "Units d [8192].")
  private int units = 8192;

  @Option(names = "--runs", paramLabel = "M", description = "Runs m [32768].")
  private int runs = 32_768;

  @Option(names = "--targets", paramLabel = "N", description = "Targets n [256].")
  private int targets = 256;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    Peer peer = Peer.open("gram", common);
    BitColumns x = masks();
    List<BenchRow> rows = new ArrayList<>();
    common.remark("OpenBLAS …");
    JsonNode theirs =
        peer.bench(common.threads(), "" + units, "" + runs, "" + targets, "" + common.threads());
    String version = " " + theirs.path("openblas").asString();
    double pairs = (double) runs * units * (units + 1) / 2 / 1e9;
    double products = (double) runs * units * targets / 1e9;
    String chosen = CountKernels.counts(Double.POSITIVE_INFINITY).name();
    try (Parallel parallel = common.parallel()) {
      for (CountKernels kernels : CountKernels.notEmulated()) {
        common.remark("%s …", kernels.name());
        rows.add(
            BenchRow.rate(
                "XᵀX " + kernels.name() + (kernels.name().equals(chosen) ? " *" : ""),
                pairs / seconds(() -> gram(kernels, x, parallel)),
                pairs / theirs.path("ssyrk_seconds").asDouble(),
                "ssyrk" + version,
                "1e9 pairs/s"));
      }
      CountKernels sums = CountKernels.sums(Double.POSITIVE_INFINITY);
      rows.add(
          BenchRow.rate(
              "XᵀY " + sums.name(),
              products / seconds(() -> sums(sums, x, parallel)),
              products / theirs.path("sgemm_seconds").asDouble(),
              "sgemm" + version,
              "1e9/s"));
    }
    BenchRow.print(rows, json);
    return 0;
  }

  private BitColumns masks() {
    byte[] packed = new byte[Math.multiplyExact(runs, Math.ceilDiv(units, 8))];
    new SplittableRandom(0).nextBytes(packed);
    return BitColumns.ofRows(packed, units, IntStream.range(0, runs).toArray());
  }

  /** Returns the seconds of the fastest of some calls: the first ones compile. */
  private static double seconds(Runnable work) {
    double best = Double.POSITIVE_INFINITY;
    for (int call = 0; call < CALLS; call++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  /** Counts the lower triangle, in whole tiles. */
  private void gram(CountKernels kernels, BitColumns x, Parallel parallel) {
    parallel.forEach(
        Math.ceilDiv(units, CountKernels.TILE),
        tile -> {
          int first = tile * CountKernels.TILE;
          int[] counts = new int[(units - first) * CountKernels.TILE];
          kernels.gram(x, tile, first, units, counts);
        });
  }

  private void sums(CountKernels kernels, BitColumns x, Parallel parallel) {
    int[] q = new int[runs * CountKernels.STRIP];
    for (int i = 0; i < q.length; i++) {
      q[i] = i % CountKernels.LARGEST;
    }
    int block = CountKernels.BAND;
    parallel.forEach(
        Math.ceilDiv(targets, CountKernels.STRIP),
        panel -> {
          for (int from = 0; from < units; from += block) {
            int to = Math.min(from + block, units);
            kernels.sum(x, 0, q, runs, from, to, new long[(to - from) * CountKernels.STRIP]);
          }
        });
  }
}
