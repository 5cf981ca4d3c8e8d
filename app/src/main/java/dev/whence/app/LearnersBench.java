package dev.whence.app;

import dev.whence.data.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
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
      "Models an hour, against a PyTorch loop and torch.func.vmap over stacked models: mlp (784-128-10), softmax (784-10), cnn (16 and"
          + " 32 channels), built in and on LibTorch, 2,500 images × 12 epochs, batch 128; ResNet-9 on LibTorch, 256 images × 1 epoch.",
      "Rounds alternate between the sides; the median round is shown."
    })
final class LearnersBench implements Callable<Integer> {

  /** What the benchmark trains: a learner, its configuration, and the peer's case. */
  private record Case(String learner, String config, int images, String peer) {}

  private static final SequencedMap<String, Case> CASES = new LinkedHashMap<>();

  static {
    CASES.put("mlp", new Case("mlp", "{}", 2500, "mlp"));
    CASES.put("softmax", new Case("softmax", "{}", 2500, "softmax"));
    CASES.put("cnn", new Case("cnn", "{}", 2500, "cnn"));
    String torch =
        "{\"architecture\": \"%s\", \"epochs\": %d, \"batch\": 128, \"learningRate\": 0.05}";
    CASES.put("torch-cnn", new Case("torch", torch.formatted("cnn", 12), 2500, "cnn"));
    CASES.put("torch-resnet9", new Case("torch", torch.formatted("resnet9", 1), 256, "resnet9"));
  }

  /** Names of the cases, for help. */
  private static final class CaseNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return CASES.keySet().iterator();
    }
  }

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Option(
      names = "--cases",
      split = ",",
      paramLabel = "NAME",
      description = "Which: ${COMPLETION-CANDIDATES} [all].",
      completionCandidates = CaseNames.class)
  private List<String> cases = CASES.keySet().stream().toList();

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
    for (String name : cases) {
      Case measured = CASES.get(name);
      if (measured == null) {
        throw BadInputException.at("--cases", "some of " + CASES.keySet(), name);
      }
      double[] ours = new double[rounds];
      double[] loop = new double[rounds];
      double[] vmap = new double[rounds];
      String versions = "";
      for (int round = 0; round < rounds; round++) {
        common.remark("%s, round %d of %d …", name, round + 1, rounds);
        int threads = common.threads();
        ours[round] =
            Peer.java(
                    threads,
                    LearnersWorker.class,
                    measured.learner,
                    measured.config,
                    "" + measured.images,
                    "" + threads,
                    "" + seconds)
                .path("models")
                .asDouble();
        JsonNode theirs = peer.bench(threads, measured.peer, idx, "" + threads, "" + seconds);
        loop[round] = theirs.path("loop").asDouble();
        vmap[round] = theirs.path("vmap").asDouble();
        versions = theirs.path("versions").asString();
      }
      String unit = "models/h";
      rows.add(BenchRow.rate(name, median(ours), median(loop), versions + ", loop", unit));
      rows.add(BenchRow.rate(name, median(ours), median(vmap), versions + ", vmap", unit));
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
