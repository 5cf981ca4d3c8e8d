package dev.whence.app;

import dev.whence.base.Json;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.LearnerSetting;
import dev.whence.linalg.KernelChoice;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.Strips;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description =
        "Says what Whence runs on: version, Java, cores, kernels and their measured speed, learners; or a learner's settings.",
    footer = {"", "Examples:", "  whence info", "  whence info mlp", "  whence info --json"})
final class InfoCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "LEARNER",
      completionCandidates = SettingCandidates.Learners.class,
      description = "Learner whose settings to list.")
  private @Nullable String learner;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = InfoCommand.class.getPackage().getImplementationVersion();
      return new String[] {"whence " + (version == null ? "(development)" : version)};
    }
  }

  private void settings(String name) {
    LearnerFactory factory = LearnerFactory.of(name);
    List<LearnerSetting> settings = LearnerSetting.of(factory);
    if (json) {
      System.out.print(Json.text(settings));
      return;
    }
    System.out.println(name + ": " + factory.description());
    for (LearnerSetting setting : settings) {
      String otherwise = setting.otherwise().isEmpty() ? "" : " [" + setting.otherwise() + "]";
      System.out.println("  --set %s=…%s".formatted(setting.name(), otherwise));
      String range = setting.range().isEmpty() ? "" : ", " + setting.range();
      System.out.println("      %s (%s%s)".formatted(setting.what(), setting.type(), range));
    }
  }

  @Override
  public Integer call() {
    if (learner != null) {
      settings(learner);
      return 0;
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("version", new Version().getVersion()[0]);
    info.put("java", Runtime.version().toString());
    info.put("cores", Runtime.getRuntime().availableProcessors());
    info.put("memory", "%,d MiB for Java".formatted(Runtime.getRuntime().maxMemory() >> 20));
    info.put(
        "kernels", DenseKernels.create().name() + " (force with -D" + KernelChoice.PROPERTY + ")");
    for (DenseKernels kernels : DenseKernels.available()) {
      info.put(kernels.name(), "%.1f GFLOP/s on one core".formatted(speed(kernels) / 1e9));
    }
    info.put(
        "counts",
        CountKernels.counts(Double.POSITIVE_INFINITY).name()
            + " (force with -D"
            + KernelChoice.COUNTS
            + ")");
    LearnerFactory.known().forEach((name, what) -> info.put("learner " + name, what));
    if (json) {
      System.out.print(Json.text(info));
    } else {
      info.forEach((what, value) -> System.out.println("%-18s %s".formatted(what, value)));
    }
    return 0;
  }

  /**
   * Returns the best rate of 128 × 256 × 128 products within a quarter of a second, in operations a
   * second.
   */
  private static double speed(DenseKernels kernels) {
    int batch = 128;
    int inputs = 256;
    int outputs = 128;
    Rows x = Rows.dense(new float[batch * inputs], inputs, batch);
    Strips w = Strips.zeros(inputs, outputs);
    float[] z = new float[batch * outputs];
    double best = 0;
    long end = System.nanoTime() + 2_000_000_000L;
    for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
      kernels.affine(x, w, new float[outputs], z, outputs);
      best = Math.max(best, 2.0 * batch * inputs * outputs / (System.nanoTime() - start) * 1e9);
    }
    return best;
  }
}
