package dev.whence.pool;

import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.design.Design;
import dev.whence.design.Mask;
import dev.whence.design.Units;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import dev.whence.learn.Workplace;
import dev.whence.store.Manifest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Trains any row of a study's pool: a pure function of the manifest, the dataset and the row. */
public final class RunTask implements AutoCloseable {

  /**
   * Replacement runs: when row r fails twice, run SPARE + r, with its own subset and seed, takes
   * its place. 2^40 exceeds any pool.
   */
  static final long SPARE = 1L << 40;

  private final Manifest manifest;
  private final Units units;
  private final Design design;
  private final Trainer trainer;
  private final List<Dataset> targets;
  private final List<Output> outputs;
  private final boolean repeated;
  private final Progress.Task progress;

  /**
   * @param repeated whether rows are those of the repeats (row = subset · times + repeat) instead
   *     of the pool's
   * @param workplace where the learner may put what it needs on disk
   * @param progress hears of every run
   */
  RunTask(
      Manifest manifest,
      Split data,
      boolean repeated,
      Workplace workplace,
      Progress.Task progress) {
    this.manifest = manifest;
    this.repeated = repeated;
    this.progress = progress;
    Manifest.DesignSpec spec = Objects.requireNonNull(manifest.design());
    Manifest.LearnerSpec learner = Objects.requireNonNull(manifest.learner());
    units = Targets.units(manifest, data.train());
    design =
        Design.create(
            Design.Kind.of(spec.kind()),
            units.count(),
            spec.alpha(),
            units.strata(data.train().labels()));
    targets = Targets.sets(data, Objects.requireNonNull(manifest.data()).trainTargets());
    Learner known = LearnerFactory.of(learner.name()).create(learner.config());
    outputs = Output.parse(manifest.outputs(), Output.suitable(known, data.train().labels()));
    trainer =
        known.prepare(data.train(), targets.stream().map(Dataset::features).toList(), workplace);
  }

  Trainer trainer() {
    return trainer;
  }

  /** Returns the examples that the run of an index, a row or what stands for it, is trained on. */
  int[] members(long index) {
    return units.members(design.mask(manifest.seed(), Purpose.SUBSET, index));
  }

  /** Returns the shape of one run's values of each output. */
  Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Output output : outputs) {
      shapes.put(
          output.label(),
          output == Output.LOGITS
              ? new int[] {manifest.targets(), trainer.outputs()}
              : new int[] {manifest.targets()});
    }
    return shapes;
  }

  /** Returns the bytes of a run's mask and outputs. */
  long bytesPerRun() {
    long bytes = Mask.bytes(manifest.units());
    for (int[] shape : shapes().values()) {
      bytes += Float.BYTES * Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    }
    return bytes;
  }

  /**
   * Trains row {@code row}. A run that fails is tried again; if that fails too another takes its
   * place, of the same distribution, named by an index that no row has.
   */
  public RunResult run(long row) {
    String reason = "";
    for (long index : new long[] {row, row, SPARE + row}) {
      try {
        RunResult result = train(row, index);
        progress.step(1);
        return index == row
            ? result
            : new RunResult(result.mask(), result.outputs(), new SkippedRuns.Skipped(row, reason));
      } catch (FailedRunException e) {
        reason = String.valueOf(e.getMessage());
      }
    }
    throw new FailedRunException("run %d, and the one in its place: %s".formatted(row, reason));
  }

  /** Trains the model named by {@code index}: a row, or what stands for it. */
  private RunResult train(long row, long index) {
    Mask mask =
        repeated
            ? design.mask(
                manifest.seed(), Purpose.REPEATED_SUBSET, row / manifest.repeats().times())
            : design.mask(manifest.seed(), Purpose.SUBSET, index);
    Purpose purpose = repeated ? Purpose.REPEATED_TRAINING : Purpose.TRAINING;
    float[][] logits = trainer.run(units.members(mask), new Key(manifest.seed(), purpose, index));
    for (float[] set : logits) {
      requireFinite("output", set);
    }
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Output output : outputs) {
      values.put(output.label(), values(output, logits));
      requireFinite(output.label(), values.get(output.label()));
    }
    return new RunResult(mask, values, null);
  }

  private static void requireFinite(String what, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FailedRunException(
            "the model's %s is %s (a lower learning rate may help)".formatted(what, value));
      }
    }
  }

  @Override
  public void close() {
    trainer.close();
  }

  private float[] values(Output output, float[][] logits) {
    int k = trainer.outputs();
    int width = output == Output.LOGITS ? k : 1;
    float[] values = new float[Math.multiplyExact(manifest.targets(), width)];
    int at = 0;
    for (int s = 0; s < logits.length; s++) {
      Labels labels = targets.get(s).labels();
      for (int i = 0; i < labels.rows(); i++) {
        if (output == Output.LOGITS) {
          System.arraycopy(logits[s], i * k, values, at, k);
          at += k;
        } else {
          values[at++] =
              switch (labels) {
                case Labels.Classes classes -> output.of(logits[s], i * k, k, classes.values()[i]);
                case Labels.Reals reals -> output.ofReal(logits[s][i], reals.values()[i]);
              };
        }
      }
    }
    return values;
  }
}
