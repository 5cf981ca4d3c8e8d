package dev.whence.app.bench;

import dev.whence.app.stack.OptionalStack;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    SequencedMap<String, List<String>> ofPeer = new LinkedHashMap<>();
    for (String name : cases) {
      Case measured = CASES.get(name);
      if (measured == null) {
        throw BadInputException.at("--cases", "some of " + CASES.keySet(), name);
      }
      ofPeer.computeIfAbsent(measured.peer, p -> new ArrayList<>()).add(name);
    }
    List<BenchRow> rows = new ArrayList<>();
    for (String theirs : ofPeer.keySet()) {
      rows.addAll(compare(peer, idx, theirs, Objects.requireNonNull(ofPeer.get(theirs))));
    }
    BenchRow.print(rows, json);
    return 0;
  }

  /** Measures a case of the peer and those of ours that compare with it, in turn. */
  private List<BenchRow> compare(Peer peer, String idx, String theirs, List<String> names)
      throws IOException {
    int threads = common.threads();
    Map<String, double[]> ours = new LinkedHashMap<>();
    names.forEach(name -> ours.put(name, new double[rounds]));
    double[] loop = new double[rounds];
    double[] vmap = new double[rounds];
    String versions = "";
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, double[]> entry : ours.entrySet()) {
        common.remark("%s, round %d of %d …", entry.getKey(), round + 1, rounds);
        Case measured = Objects.requireNonNull(CASES.get(entry.getKey()));
        entry.getValue()[round] =
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
      }
      JsonNode found = peer.bench(threads, theirs, idx, "" + threads, "" + seconds);
      loop[round] = found.path("loop").asDouble();
      vmap[round] = found.path("vmap").asDouble();
      versions = found.path("versions").asString();
    }
    List<BenchRow> rows = new ArrayList<>();
    for (Map.Entry<String, double[]> entry : ours.entrySet()) {
      String name = entry.getKey();
      double rate = median(entry.getValue());
      rows.add(BenchRow.rate(name, rate, median(loop), versions + ", loop", "models/h"));
      rows.add(BenchRow.rate(name, rate, median(vmap), versions + ", vmap", "models/h"));
    }
    return rows;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
