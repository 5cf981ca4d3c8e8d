package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.data.DType;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.NpyWriter;
import dev.whence.data.Preprocessing;
import dev.whence.data.Split;
import dev.whence.learn.Backbone;
import dev.whence.learn.SelfSupervision;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code whence features}. */
@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    description = {
      "Embeds pictures and writes train.npy and test.npy, float32 [pictures, values].",
      "--backbone: with a pretrained network, TorchScript (.pt) or ONNX (.onnx). Pixels are divided by 255, gray ones repeated to the network's"
          + " channels, resized (bilinear) and standardised.",
      "--train: with a network trained here on the training pictures without their labels, by SimCLR, MoCo, BYOL or DINO; on one core."
    },
    footer = {
      "",
      "Examples:",
      "  whence features S --backbone dino.onnx --size 224 --out embeddings",
      "  whence features images/ --backbone resnet.pt --size 32 --mean 0.5 --deviation 0.25 --out embeddings",
      "  whence features S --train simclr --set architecture=cnn --set epochs=20 --out embeddings"
    })
final class FeaturesCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "STUDY|DATA",
      description = "A study, or data as init takes it.")
  private String source = "";

  @ArgGroup(multiplicity = "1")
  private Network network = new Network();

  /** What embeds. */
  static final class Network {
    @Option(
        names = "--backbone",
        paramLabel = "FILE",
        description = "A network whose first input takes [n, channels, height, width].")
    private @Nullable Path file;

    @Option(names = "--train", paramLabel = "METHOD", description = "simclr, moco, byol or dino.")
    private @Nullable String method;
  }

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "With --train: architecture (as of the learner torch), epochs, batch, learningRate, weightDecay, temperature, teacher, queue, hidden,"
              + " values, least, seed, device.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the files go.")
  private Path out = Path.of("");

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      description = "Pixels that the network takes [those of the data].")
  private @Nullable String size;

  @Option(names = "--channels", paramLabel = "N", description = "Channels that it takes [3].")
  private int channels = 3;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "F",
      description = "Mean of each channel [ImageNet's 0.485,0.456,0.406; of other than 3, 0.5].")
  private float @Nullable [] mean;

  @Option(
      names = "--deviation",
      split = ",",
      paramLabel = "F",
      description =
          "Deviation of each channel [ImageNet's 0.229,0.224,0.225; of other than 3, 0.25].")
  private float @Nullable [] deviation;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures at a time [64].")
  private int batch = 64;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (batch < 1 || channels < 1) {
      throw BadInputException.at("--batch and --channels", "at least 1", Math.min(batch, channels));
    }
    Split data = read();
    if (network.method != null) {
      if (size != null || mean != null || deviation != null) {
        throw BadInputException.at("--train", "no --size, --mean or --deviation", "one of them");
      }
      train(network.method, data);
      return 0;
    }
    if (!settings.isEmpty()) {
      throw BadInputException.at("--set", "--train", "--backbone");
    }
    Path file = Objects.requireNonNull(network.file);
    Preprocessing preprocessing = preprocessing(data.train().features());
    try (Backbone backbone = Backbone.open(file, common.threads())) {
      List<Dataset> sets = sets(data);
      List<float[]> embeddings = new ArrayList<>();
      for (Dataset set : sets) {
        String name = embeddings.isEmpty() ? "train" : "test";
        embeddings.add(embed(backbone, file, preprocessing, set, name));
      }
      write(sets, embeddings);
    }
    return 0;
  }

  private void train(String method, Split data) throws IOException {
    ObjectNode config = Settings.parse(settings);
    config.put("method", method);
    List<Dataset> sets = sets(data);
    write(
        sets,
        SelfSupervision.load()
            .embed(
                data.train().features(),
                sets.stream().map(Dataset::features).toList(),
                config,
                common.progress()));
  }

  private static List<Dataset> sets(Split data) {
    Dataset test = data.test();
    return test == null ? List.of(data.train()) : List.of(data.train(), test);
  }

  private Split read() throws IOException {
    if (Files.exists(Path.of(source).resolve("study.json"))) {
      Study study = Study.open(Path.of(source));
      if (study.manifest().training() == null) {
        throw BadInputException.at(source, "a study with a dataset", "imported runs");
      }
      return study.data();
    }
    return DatasetReader.read(source);
  }

  private Preprocessing preprocessing(Features features) {
    int[] shape = features.shape();
    if (shape.length < 2) {
      throw BadInputException.at(source, "pictures", features.shapeText());
    }
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    if (size != null) {
      if (!size.matches("\\d{1,4}(x\\d{1,4})?") || size.startsWith("0")) {
        throw BadInputException.at("--size", "N or HxW such as 224", size);
      }
      List<Integer> sides = Arrays.stream(size.split("x")).map(Integer::valueOf).toList();
      height = sides.getFirst();
      width = sides.getLast();
    }
    boolean three = channels == 3;
    float[] imagenetMean = {0.485f, 0.456f, 0.406f};
    float[] imagenetDeviation = {0.229f, 0.224f, 0.225f};
    return new Preprocessing(
        channels,
        height,
        width,
        each(mean, three ? imagenetMean : new float[] {0.5f}),
        each(deviation, three ? imagenetDeviation : new float[] {0.25f}));
  }

  /** Returns one value for each channel. */
  private float[] each(float @Nullable [] given, float[] usual) {
    float[] values = given != null ? given : usual;
    if (values.length != 1) {
      return values;
    }
    float[] repeated = new float[channels];
    Arrays.fill(repeated, values[0]);
    return repeated;
  }

  private float[] embed(
      Backbone backbone, Path file, Preprocessing preprocessing, Dataset pictures, String name)
      throws IOException {
    int rows = pictures.rows();
    float[] embeddings = new float[0];
    int at = 0;
    try (Progress.Task task = common.progress().start("embedding " + name, rows, "pictures")) {
      for (int from = 0; from < rows; from += batch) {
        int to = Math.min(from + batch, rows);
        float[] values =
            backbone.apply(
                preprocessing.apply(pictures.features(), from, to),
                to - from,
                preprocessing.channels(),
                preprocessing.height(),
                preprocessing.width());
        if (values.length % (to - from) != 0) {
          throw BadInputException.at(file, "an embedding for each picture", values.length);
        }
        if (at == 0) {
          embeddings = new float[Math.multiplyExact(rows, values.length / (to - from))];
        }
        System.arraycopy(values, 0, embeddings, at, values.length);
        at += values.length;
        task.step(to - from);
      }
    }
    return embeddings;
  }

  private void write(List<Dataset> sets, List<float[]> embeddings) throws IOException {
    for (float[] values : embeddings) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw BadInputException.at("the embeddings", "finite values", value);
        }
      }
    }
    Files.createDirectories(out);
    for (int s = 0; s < sets.size(); s++) {
      Path target = out.resolve(s == 0 ? "train.npy" : "test.npy");
      float[] values = embeddings.get(s);
      int rows = sets.get(s).rows();
      int width = values.length / rows;
      NpyWriter.write(target, DType.FLOAT32, i -> values[i], rows, width);
      System.out.println("%s: %,d × %,d".formatted(target, rows, width));
    }
  }
}
