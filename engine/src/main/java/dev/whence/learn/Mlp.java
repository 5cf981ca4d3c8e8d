package dev.whence.learn;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.design.Key;
import dev.whence.linalg.DenseKernels;
import dev.whence.linalg.Rows;
import dev.whence.linalg.SgdStep;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A multilayer perceptron trained by SGD: cross-entropy for classes, squared error for real labels.
 *
 * <p>Without hidden layers it is softmax (or linear) regression. Features are standardised over S,
 * real labels too.
 */
public final class Mlp extends ConfiguredLearner<MlpConfig> {

  Mlp(String name, MlpConfig config) {
    super(name, config);
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    Standardizer standardizer = Standardizer.of(train.features());
    float[] x = standardizer.apply(train.features());
    List<float[]> targetValues =
        targets.stream().map(t -> t == train.features() ? x : standardizer.apply(t)).toList();
    return switch (train.labels()) {
      case Labels.Classes classes -> {
        float smoothing = Objects.requireNonNull(config.labelSmoothing()).floatValue();
        Loss loss = new Loss.CrossEntropy(classes.values(), classes.count(), smoothing);
        yield new Runs(x, train.features().size(), targetValues, loss, 0, 1);
      }
      case Labels.Reals reals -> {
        Features column = new Features(reals.rows(), new int[] {1}, reals.values(), false);
        Standardizer scale = Standardizer.of(column);
        Loss loss = new Loss.SquaredError(scale.apply(column));
        yield new Runs(
            x, train.features().size(), targetValues, loss, scale.mean()[0], 1 / scale.scale()[0]);
      }
    };
  }

  /** Trains the runs; predictions are {@code shift + scale·z}. */
  private final class Runs implements Trainer {
    private final float[] x;
    private final int inputs;
    private final List<float[]> targets;
    private final Loss loss;
    private final float shift;
    private final float scale;
    private final DenseKernels kernels = DenseKernels.create();

    Runs(float[] x, int inputs, List<float[]> targets, Loss loss, float shift, float scale) {
      this.x = x;
      this.inputs = inputs;
      this.targets = targets;
      this.loss = loss;
      this.shift = shift;
      this.scale = scale;
    }

    @Override
    public int outputs() {
      return loss.outputs();
    }

    @Override
    public float[][] run(int[] members, Key key) {
      int batch = Objects.requireNonNull(config.batch());
      Network network = new Network(kernels, config.widths(inputs, loss.outputs()), batch);
      UniformRandomProvider random = key.random();
      network.initialize(random);
      train(network, members.clone(), batch, random);
      return targets.stream().map(t -> predict(network, t, batch)).toArray(float[][]::new);
    }

    private void train(Network network, int[] order, int batch, UniformRandomProvider random) {
      int epochs = Objects.requireNonNull(config.epochs());
      long stepsPerEpoch = Math.ceilDiv(order.length, batch);
      Schedule schedule =
          new Schedule(
              Objects.requireNonNull(config.learningRate()),
              Objects.requireNonNull(config.peak()),
              stepsPerEpoch * epochs);
      float momentum = Objects.requireNonNull(config.momentum()).floatValue();
      float decay = Objects.requireNonNull(config.weightDecay()).floatValue();
      int[] offsets = new int[batch];
      long steps = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        Key.shuffle(order, order.length, random);
        for (int from = 0; from < order.length; from += batch) {
          int count = Math.min(batch, order.length - from);
          for (int i = 0; i < count; i++) {
            offsets[i] = order[from + i] * inputs;
          }
          SgdStep step = new SgdStep(schedule.at(steps++), momentum, decay);
          network.step(new Rows(x, offsets, count), loss, order, from, step);
        }
      }
    }

    private float[] predict(Network network, float[] target, int batch) {
      int k = loss.outputs();
      int rows = target.length / inputs;
      float[] predictions = new float[Math.multiplyExact(rows, k)];
      for (int from = 0; from < rows; from += batch) {
        int first = from;
        int count = Math.min(batch, rows - from);
        int[] offsets = IntStream.range(0, count).map(i -> (first + i) * inputs).toArray();
        float[] z = network.forward(new Rows(target, offsets, count));
        int stride = dev.whence.linalg.Panels.pad(k);
        for (int i = 0; i < count; i++) {
          for (int c = 0; c < k; c++) {
            predictions[(from + i) * k + c] = shift + scale * z[i * stride + c];
          }
        }
      }
      return predictions;
    }
  }
}
