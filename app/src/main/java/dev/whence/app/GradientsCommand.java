package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.data.DType;
import dev.whence.data.Dataset;
import dev.whence.data.NpyWriter;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.GradientProjection;
import dev.whence.pool.StudyModels;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence gradients}. */
@Command(
    name = "gradients",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a model of the study again and writes each example's gradient, representation or outputs as .npy: what TracIn, TRAK,"
          + " influence functions and distances in representation space start from.",
      "Files: {train,targets}_{gradients,features,outputs}_epochE.npy, float32 [examples, values]. Needs a network: softmax, mlp, cnn or torch."
    },
    footer = {
      "",
      "Examples:",
      "  whence gradients S --out g                              factored projections of the margin's gradients",
      "  whence gradients S --out g --projection dense --dimensions 512 --output log_odds_margin",
      "  whence gradients S --out g --whole --epochs 4,8,12      checkpoints of a model of all of S",
      "  whence gradients S --out g --what features --run 7"
    })
final class GradientsCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the files go.")
  private Path out = Path.of("");

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      description = "gradients, features (the input of the last layer) or outputs [gradients].")
  private String what = "gradients";

  @Option(
      names = "--run",
      paramLabel = "N",
      description = "The model of this row of the pool [0]; with --whole the N-th of all of S.")
  private long run;

  @Option(names = "--whole", description = "A model trained on all of S.")
  private boolean whole;

  @Option(
      names = "--epochs",
      split = ",",
      paramLabel = "E",
      description = "The model after these epochs, 0 before training [the last].")
  private int @Nullable [] epochs;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Whose gradient [the study's first output].")
  private String output = "";

  @Option(
      names = "--projection",
      paramLabel = "KIND",
      description = "none, dense (random signs) or factored (layer by layer, fast) [factored].")
  private String projection = "factored";

  @Option(
      names = "--dimensions",
      paramLabel = "K",
      description =
          "Of the projection; factored: of each layer, a square [dense 512, factored 64].")
  private @Nullable Integer dimensions;

  @Option(names = "--last-layer", description = "Only the last layer's parameters.")
  private boolean lastLayer;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the projection [0].")
  private long seed;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (!List.of("gradients", "features", "outputs").contains(what)) {
      throw BadInputException.at("--what", "gradients, features or outputs", what);
    }
    GradientProjection.Kind kind = GradientProjection.kind(projection);
    int usual = kind == GradientProjection.Kind.DENSE ? 512 : 64;
    GradientProjection wanted =
        new GradientProjection(kind, dimensions != null ? dimensions : usual, lastLayer, seed);
    try (StudyModels models = new StudyModels(Study.open(study))) {
      int[] checkpoints = checkpoints(models.trainer().epochs());
      if (what.equals("gradients")) {
        sets(models).values().forEach(set -> models.gradientOf(output, set.labels()));
      }
      if (run < 0) {
        throw BadInputException.at("--run", "at least 0", run);
      }
      common.remark("training the model …");
      List<float[]> states =
          whole ? models.ofWhole(run, checkpoints) : models.ofRun(run, checkpoints);
      Files.createDirectories(out);
      for (int c = 0; c < checkpoints.length; c++) {
        for (Map.Entry<String, Dataset> set : sets(models).entrySet()) {
          String name = "%s_%s_epoch%d.npy".formatted(set.getKey(), what, checkpoints[c]);
          write(models, states.get(c), set.getValue(), wanted, out.resolve(name));
        }
      }
    }
    return 0;
  }

  private int[] checkpoints(int last) {
    int[] wanted =
        epochs == null ? new int[] {last} : Arrays.stream(epochs).sorted().distinct().toArray();
    if (wanted[0] < 0 || wanted[wanted.length - 1] > last) {
      throw BadInputException.at("--epochs", "epochs from 0 to " + last, Arrays.toString(wanted));
    }
    return wanted;
  }

  private static Map<String, Dataset> sets(StudyModels models) {
    Map<String, Dataset> sets = new LinkedHashMap<>();
    sets.put("train", models.train());
    models.targets().stream()
        .filter(set -> set.features() != models.train().features())
        .forEach(set -> sets.put("targets", set));
    return sets;
  }

  private void write(
      StudyModels models, float[] state, Dataset data, GradientProjection wanted, Path file)
      throws IOException {
    long start = System.nanoTime();
    float[] values = values(models, state, data, wanted);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw BadInputException.at(file, "finite values", value);
      }
    }
    int size = values.length / data.rows();
    NpyWriter.write(file, DType.FLOAT32, i -> values[i], data.rows(), size);
    double millis = (System.nanoTime() - start) / 1e6 / data.rows();
    System.out.println(
        "%s: %,d × %,d, %.3f ms an example".formatted(file, data.rows(), size, millis));
  }

  /** Returns the values of all examples, each thread those of a part. */
  private float[] values(
      StudyModels models, float[] state, Dataset data, GradientProjection wanted) {
    int parts = Math.min(common.threads(), data.rows());
    float[][] values = new float[parts][];
    try (Parallel parallel = common.parallel()) {
      parallel.forEach(
          parts,
          part -> {
            int from = (int) ((long) data.rows() * part / parts);
            int to = (int) ((long) data.rows() * (part + 1) / parts);
            Dataset some = data.select(IntStream.range(from, to).toArray());
            values[part] =
                models
                    .trainer()
                    .withModel(state, model -> compute(models, model, some, data, wanted));
          });
    }
    float[] all = new float[Arrays.stream(values).mapToInt(v -> v.length).sum()];
    int at = 0;
    for (float[] part : values) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private float[] compute(
      StudyModels models,
      DifferentiableModel model,
      Dataset some,
      Dataset all,
      GradientProjection wanted) {
    return switch (what) {
      case "features" -> model.embeddings(some.features());
      case "outputs" -> model.outputs(some.features());
      default -> {
        long size = (long) model.size(wanted) * all.rows();
        if (size > Integer.MAX_VALUE - 8) {
          throw BadInputException.at(
              "--projection",
              "at most 2³¹ values for %,d examples (dense or factored)".formatted(all.rows()),
              "%,d".formatted(size));
        }
        yield model.gradients(some.features(), models.gradientOf(output, some.labels()), wanted);
      }
    };
  }
}
