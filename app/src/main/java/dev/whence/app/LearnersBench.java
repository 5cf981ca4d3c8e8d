package dev.whence.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code whence bench learners}: models an hour of the built-in learners against PyTorch's. */
@Command(
    name = "learners",
    mixinStandardHelpOptions = true,
    description = {
      "Models an hour: mlp (784-128-10) and softmax (784-10), 2,500 images × 12 epochs, batch 128, against a PyTorch loop and"
          + " torch.func.vmap over 16 models.",
      "Rounds alternate between the sides; the median round is shown."
    })
final class LearnersBench implements Callable<Integer> {

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds [3].")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds that each side is measured in a round [8].")
  private double seconds = 8;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    Peer peer = Peer.open("learners", common);
    String idx =
        OptionalStack.home()
            .resolve("engine/src/main/resources/dev/whence/data/fashion-mnist")
            .toString();
    List<BenchRow> rows = new ArrayList<>();
    for (String learner : List.of("mlp", "softmax")) {
      double[] ours = new double[rounds];
      double[] loop = new double[rounds];
      double[] vmap = new double[rounds];
      String versions = "";
      for (int round = 0; round < rounds; round++) {
        common.remark("%s, round %d of %d …", learner, round + 1, rounds);
        int threads = common.threads();
        ours[round] =
            Peer.java(threads, LearnersWorker.class, learner, "" + threads, "" + seconds)
                .path("models")
                .asDouble();
        JsonNode theirs = peer.bench(threads, learner, idx, "" + threads, "" + seconds);
        loop[round] = theirs.path("loop").asDouble();
        vmap[round] = theirs.path("vmap").asDouble();
        versions = theirs.path("versions").asString();
      }
      String unit = "models/h";
      rows.add(BenchRow.rate(learner, median(ours), median(loop), versions + ", loop", unit));
      rows.add(BenchRow.rate(learner, median(ours), median(vmap), versions + ", vmap of 16", unit));
    }
    BenchRow.print(rows, json);
    return 0;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
