package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.data.Labels;
import dev.whence.data.ReadOptions;
import dev.whence.pool.StudyConfig;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code whence init}. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Makes a study: dataset, learner and design, fixed in study.json.",
    footer = {
      "",
      "Examples:",
      "  whence init S --data bundled --learner softmax --seed 7",
      "  whence init S --data images/ --learner mlp --set hidden=[256,128] --set epochs=20",
      "  whence init S --data table.csv --unit group --alpha 0.75",
      "  whence init S --data cifar/ --learner torch --set preset=cifar10-paper",
      "  whence init S --data images/ --learner process --set command='[\"python3\",\"train.py\"]'",
      "  whence init --template > study.yaml && whence init S --config study.yaml"
    })
final class InitCommand implements Callable<Integer> {

  @Parameters(index = "0", arity = "0..1", paramLabel = "STUDY", description = "Folder to make.")
  private @Nullable Path study;

  @Option(
      names = "--template",
      description = "Print a configuration to start from, and its schema's place.")
  private boolean template;

  @Option(names = "--schema", description = "Print the JSON schema of the configuration.")
  private boolean schema;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML configuration; options override it.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "bundled|PATH",
      description =
          "The bundled Fashion-MNIST subset, or a folder of IDX files, CIFAR binaries, .npy files, train.csv or images by class,"
              + " or one .npz or .csv (docs/formats.md).")
  private @Nullable String data;

  @Option(
      names = "--holdout",
      paramLabel = "F",
      description = "Part of the examples that become targets where there is no test set [0.2].")
  private @Nullable Double holdout;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every random choice [0].")
  private @Nullable Long seed;

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      completionCandidates = SettingCandidates.Learners.class,
      description = "mlp, softmax, cnn, torch, process … (whence info lists them) [mlp].")
  private @Nullable String learner;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      completionCandidates = SettingCandidates.class,
      description = "A setting of the learner, such as epochs=20 (whence info LEARNER lists them).")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--design",
      paramLabel = "KIND",
      description = "uniform, bernoulli, stratified or complementary [uniform].")
  private @Nullable String design;

  @Option(
      names = "--alpha",
      paramLabel = "F",
      description = "Part of the units that a subset holds [0.5].")
  private @Nullable Double alpha;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      description = "What goes in or out together: example or group [example].")
  private @Nullable String unit;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      completionCandidates = SettingCandidates.Outputs.class,
      description =
          "What to record: ${COMPLETION-CANDIDATES}; for real labels prediction or squared_error. Datamodels predict the first.")
  private @Nullable List<String> outputs;

  @Option(names = "--train-targets", description = "The training examples are targets too.")
  private @Nullable Boolean trainTargets;

  @Option(
      names = "--repeats",
      paramLabel = "RxK",
      description = "Runs for evaluation: R fresh subsets, K models each [50x10].")
  private @Nullable String repeats;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Runs to a chunk: the most that a crash costs [64].")
  private @Nullable Integer chunk;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Override
  public Integer call() throws IOException {
    if (template) {
      System.out.print(resource("template.yaml"));
      return 0;
    }
    if (schema) {
      System.out.print(resource("study.schema.json"));
      return 0;
    }
    if (study == null) {
      throw BadInputException.at("init", "STUDY, the folder to make", "none");
    }
    StudyConfig base = config == null ? EMPTY : read(config);
    List<String> told = new ArrayList<>();
    Manifest manifest = base.with(options()).create(study, told::add);
    told.forEach(System.err::println);
    System.out.println(
        "%s: %,d units, %,d targets%s, learner %s"
            .formatted(
                study,
                manifest.units(),
                manifest.targets(),
                labels(Study.open(study).data().train().labels()),
                manifest.trained().learner().name()));
    return 0;
  }

  private static String labels(Labels labels) {
    return switch (labels) {
      case Labels.Classes classes -> ", %,d classes".formatted(classes.count());
      case Labels.Reals _ -> ", real labels";
    };
  }

  private static final StudyConfig EMPTY =
      new StudyConfig(null, null, null, null, null, null, null, null, null, null);

  private StudyConfig options() {
    ReadOptions read = reading.read();
    return new StudyConfig(
        data,
        read.equals(ReadOptions.NONE) ? null : read,
        holdout,
        seed,
        learner == null && settings.isEmpty()
            ? null
            : new StudyConfig.Learner(
                learner, settings.isEmpty() ? null : Settings.parse(settings)),
        design == null && alpha == null && unit == null
            ? null
            : new StudyConfig.DesignConfig(design, alpha, unit),
        outputs,
        trainTargets,
        repeats == null ? null : repeats(repeats),
        chunk);
  }

  static Manifest.Repeats repeats(String text) {
    if (!text.matches("\\d{1,6}x\\d{1,6}")) {
      throw BadInputException.at("--repeats", "RxK such as 50x10", text);
    }
    String[] parts = text.split("x");
    return new Manifest.Repeats(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  /** Reads a YAML configuration. */
  static StudyConfig read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw BadInputException.at(file, "a YAML configuration", "nothing there");
    }
    try {
      return YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readValue(Files.readString(file), StudyConfig.class);
    } catch (JacksonException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      throw BadInputException.at(file, "a study's configuration", e.getOriginalMessage());
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(InitCommand.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
