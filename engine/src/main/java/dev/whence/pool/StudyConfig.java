package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Fingerprint;
import dev.whence.data.Labels;
import dev.whence.data.ReadOptions;
import dev.whence.data.Split;
import dev.whence.design.Design;
import dev.whence.design.HoldOut;
import dev.whence.design.Units;
import dev.whence.learn.LearnerFactory;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a user says of a study that is to be made; parts left out get the defaults in brackets.
 *
 * @param data "bundled" or a path [bundled]
 * @param read how the data are to be read, where that cannot be known [guesses, which are told]
 * @param holdout fraction of the examples that become targets where the data has no test set [0.2]
 * @param seed what every random choice is keyed by [0]
 * @param learner its name and hyperparameters [mlp]
 * @param design the distribution of subsets [uniform, alpha 0.5, unit example]
 * @param outputs what is recorded; the first is what datamodels predict [margin, correctness; for
 *     real labels prediction]
 * @param trainTargets whether the examples of S are targets too [false]
 * @param repeats runs for evaluation [50 subsets, 10 times each]
 * @param chunk runs to a chunk: the most that a crash costs [64]
 */
@Api
public record StudyConfig(
    @Nullable String data,
    @Nullable ReadOptions read,
    @Nullable Double holdout,
    @Nullable Long seed,
    @Nullable Learner learner,
    @Nullable DesignConfig design,
    @Nullable List<String> outputs,
    @Nullable Boolean trainTargets,
    Manifest.@Nullable Repeats repeats,
    @Nullable Integer chunk) {

  private static final double DEFAULT_HOLDOUT = 0.2;
  private static final Manifest.Repeats DEFAULT_REPEATS = new Manifest.Repeats(50, 10);
  private static final int DEFAULT_CHUNK = 64;

  /** A learner's name and the hyperparameters that differ from its defaults. */
  public record Learner(@Nullable String name, @Nullable ObjectNode config) {}

  /** A design: uniform, bernoulli, stratified or complementary; unit example or group. */
  public record DesignConfig(
      @Nullable String kind, @Nullable Double alpha, @Nullable String unit) {}

  /** A configuration that leaves out everything. */
  public static final StudyConfig DEFAULT =
      new StudyConfig(null, null, null, null, null, null, null, null, null, null);

  /** Returns this configuration with another seed. */
  public StudyConfig seed(long other) {
    return with(new StudyConfig(null, null, null, other, null, null, null, null, null, null));
  }

  /** Returns this configuration with another learner, its hyperparameters at their defaults. */
  public StudyConfig learner(String name) {
    return learner(LearnerFactory.of(name).create(Json.mapper().createObjectNode()));
  }

  /** Returns this configuration with another learner. */
  public StudyConfig learner(dev.whence.learn.Learner other) {
    Learner named = new Learner(other.name(), other.config());
    return new StudyConfig(
        data, read, holdout, seed, named, design, outputs, trainTargets, repeats, chunk);
  }

  /** Returns this configuration with subsets that hold another fraction of the units. */
  public StudyConfig alpha(double other) {
    DesignConfig changed = new DesignConfig(null, other, null);
    return with(new StudyConfig(null, null, null, null, null, changed, null, null, null, null));
  }

  /** Returns this configuration with other outputs; the first is what datamodels predict. */
  public StudyConfig outputs(String... names) {
    List<String> list = List.of(names);
    return with(new StudyConfig(null, null, null, null, null, null, list, null, null, null));
  }

  /** Returns this configuration with other runs for evaluation. */
  public StudyConfig repeats(int subsets, int times) {
    Manifest.Repeats other = new Manifest.Repeats(subsets, times);
    return with(new StudyConfig(null, null, null, null, null, null, null, null, other, null));
  }

  /** Creates a study of a dataset in memory in {@code folder}, and opens it. */
  public Study create(Path folder, Split dataset) throws IOException {
    create(folder, "memory", dataset);
    return Study.open(folder);
  }

  /** Opens the study in {@code folder}, whatever it was made from, or creates it. */
  public Study openOrCreate(Path folder, Split dataset) throws IOException {
    return Files.exists(folder.resolve("study.json"))
        ? Study.open(folder)
        : create(folder, dataset);
  }

  /** Returns this configuration with what {@code over} says put over it. */
  public StudyConfig with(StudyConfig over) {
    return new StudyConfig(
        first(over.data, data),
        first(over.read, read),
        first(over.holdout, holdout),
        first(over.seed, seed),
        learner == null || over.learner == null
            ? first(over.learner, learner)
            : new Learner(
                first(over.learner.name, learner.name), first(over.learner.config, learner.config)),
        design == null || over.design == null
            ? first(over.design, design)
            : new DesignConfig(
                first(over.design.kind, design.kind),
                first(over.design.alpha, design.alpha),
                first(over.design.unit, design.unit)),
        first(over.outputs, outputs),
        first(over.trainTargets, trainTargets),
        first(over.repeats, repeats),
        first(over.chunk, chunk));
  }

  private static <T> @Nullable T first(@Nullable T a, @Nullable T b) {
    return a != null ? a : b;
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value != null ? value : otherwise;
  }

  /** Reads the data, checks everything and creates the study in {@code folder}. */
  public Manifest create(Path folder) throws IOException {
    return create(folder, told -> {});
  }

  /**
   * Reads the data, checks everything and creates the study in {@code folder}.
   *
   * @param told hears in a line each of what was guessed or left out
   */
  public Manifest create(Path folder, Consumer<String> told) throws IOException {
    String source = or(data, "bundled");
    Split dataset = DatasetReader.read(source, or(read, ReadOptions.NONE), told);
    if (dataset.test() == null) {
      told.accept(
          "%s: no test set; %.0f%% of the examples become targets (--holdout)"
              .formatted(source, 100 * or(holdout, DEFAULT_HOLDOUT)));
    }
    return create(folder, source, dataset);
  }

  /**
   * Checks everything and creates a study of {@code dataset} in {@code folder}.
   *
   * @param source what the manifest says of where the dataset comes from
   */
  public Manifest create(Path folder, String source, Split dataset) throws IOException {
    long studySeed = or(seed, 0L);
    Split split = HoldOut.of(dataset, or(holdout, DEFAULT_HOLDOUT), studySeed);
    boolean trainTargetsToo = or(trainTargets, false);
    dev.whence.learn.Learner trained = trained();
    if (!trained.scalar()) {
      requireVariety(split.train().labels());
    }
    List<Output> suitable = Output.suitable(trained, split.train().labels());
    List<String> usual =
        suitable.contains(Output.MARGIN)
            ? List.of(Output.MARGIN.label(), Output.CORRECTNESS.label())
            : suitable.stream().map(Output::label).toList();
    List<String> names = or(outputs, usual);
    List<Output> checked = Output.parse(names, suitable);
    if (checked.isEmpty() || checked.getFirst() == Output.LOGITS) {
      throw BadInputException.at("outputs", "one number a target first (logits may follow)", names);
    }
    Manifest.DesignSpec spec = designSpec(split);
    Manifest manifest =
        new Manifest(
            hasColumns(split) ? Manifest.FORMAT : Manifest.WITHOUT_COLUMNS,
            studySeed,
            Units.of(split.train(), unitKind(spec.unit())).count(),
            Targets.sets(split, trainTargetsToo).stream().mapToInt(Dataset::rows).sum(),
            new Manifest.Training(
                new Manifest.Data(
                    source,
                    Fingerprint.of(split),
                    split.train().rows(),
                    split.test() == null ? 0 : split.test().rows(),
                    trainTargetsToo),
                spec,
                new Manifest.LearnerSpec(trained.name(), trained.config())),
            checked.stream().map(Output::label).toList(),
            or(repeats, DEFAULT_REPEATS),
            or(chunk, DEFAULT_CHUNK));
    Study.create(folder, manifest, split);
    return manifest;
  }

  private static boolean hasColumns(Split split) {
    Dataset test = split.test();
    return !split.train().metadata().columns().isEmpty()
        || (test != null && !test.metadata().columns().isEmpty());
  }

  /** Refuses labels that are all alike: there is nothing to learn. */
  private static void requireVariety(Labels labels) {
    String first = labels.text(0);
    boolean alike =
        switch (labels) {
          case Labels.Classes classes ->
              IntStream.of(classes.values()).allMatch(c -> c == classes.values()[0]);
          case Labels.Reals reals ->
              IntStream.range(0, reals.rows())
                  .allMatch(i -> reals.values()[i] == reals.values()[0]);
        };
    if (alike) {
      throw BadInputException.at(
          "labels of the training set", "at least two that differ", "'%s' alone".formatted(first));
    }
  }

  private dev.whence.learn.Learner trained() {
    Learner wanted = or(learner, new Learner(null, null));
    ObjectNode config = or(wanted.config, Json.mapper().createObjectNode());
    return LearnerFactory.of(or(wanted.name, "mlp")).create(config);
  }

  private Manifest.DesignSpec designSpec(Split split) {
    DesignConfig wanted = or(design, new DesignConfig(null, null, null));
    String unit = or(wanted.unit, "example");
    Units units = Units.of(split.train(), unitKind(unit));
    Design checked =
        Design.create(
            Design.Kind.of(or(wanted.kind, "uniform")),
            units.count(),
            or(wanted.alpha, 0.5),
            units.strata(split.train().labels()));
    return new Manifest.DesignSpec(or(wanted.kind, "uniform"), checked.alpha(), unit);
  }

  private static Units.Kind unitKind(String unit) {
    return switch (unit) {
      case "example" -> Units.Kind.EXAMPLE;
      case "group" -> Units.Kind.GROUP;
      default ->
          throw BadInputException.at("unit", "example or group", unit.toLowerCase(Locale.ROOT));
    };
  }
}
