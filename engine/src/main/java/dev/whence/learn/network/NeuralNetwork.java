package dev.whence.learn.network;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.DifferentiableTrainer;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Schedule;
import dev.whence.learn.StandardizedLabels;
import dev.whence.learn.Standardizer;
import dev.whence.learn.Trainer;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A network trained by SGD: cross-entropy for classes, squared error for real labels.
 *
 * <p>A network with {@link NetworkConfig#channels} is convolutional and takes pictures; a network
 * without channels is a multilayer perceptron, and without hidden layers softmax (or linear)
 * regression. Features are standardised over S, and so are real labels.
 */
public final class NeuralNetwork extends ConfiguredLearner<NetworkConfig> {

  NeuralNetwork(String name, NetworkConfig config) {
    super(name, config);
  }

  /** Returns a learner without convolutions, or refuses hyperparameters with convolutions. */
  static NeuralNetwork fullyConnected(String name, NetworkConfig config) {
    List<Integer> channels = config.channels();
    if (!channels.isEmpty()) {
      throw BadInputException.at("learner " + name, "no channels (cnn has them)", channels);
    }
    return new NeuralNetwork(name, config);
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    boolean convolutional = !config.channels().isEmpty();
    ImageShape image =
        convolutional
            ? ImageShape.of(train.features())
            : new ImageShape(1, 1, train.features().size());
    Standardizer standardizer =
        convolutional
            ? Standardizer.ofPictures(train.features(), image)
            : Standardizer.of(train.features());
    Function<Features, float[]> layout =
        f -> convolutional ? image.channelsLast(standardizer.apply(f), 1) : standardizer.apply(f);
    float[] x = layout.apply(train.features());
    List<float[]> targetValues =
        targets.stream().map(t -> t == train.features() ? x : layout.apply(t)).toList();
    return switch (train.labels()) {
      case Labels.Classes classes -> {
        float smoothing = (float) config.labelSmoothing();
        Loss loss = new Loss.CrossEntropy(classes.values(), classes.count(), smoothing);
        yield new NetworkTrainer(x, image, layout, targetValues, loss, 0, 1);
      }
      case Labels.Reals reals -> {
        StandardizedLabels scaled = StandardizedLabels.of(reals);
        Loss loss = new Loss.SquaredError(scaled.values());
        yield new NetworkTrainer(
            x, image, layout, targetValues, loss, scaled.shift(), scaled.scale());
      }
    };
  }

  /**
   * Trains the runs; a prediction is {@code shift + scale·z} where z is an output of the network.
   */
  private final class NetworkTrainer implements DifferentiableTrainer {
    private final float[] x;
    private final ImageShape image;

    /** Floats of an example, with its border where the network is convolutional. */
    private final int inputs;

    private final Function<Features, float[]> layout;
    private final List<float[]> targets;
    private final Loss loss;
    private final float shift;
    private final float scale;
    private final DenseKernels kernels = DenseKernels.create();

    NetworkTrainer(
        float[] x,
        ImageShape image,
        Function<Features, float[]> layout,
        List<float[]> targets,
        Loss loss,
        float shift,
        float scale) {
      this.x = x;
      this.layout = layout;
      this.image = image;
      List<Integer> channels = config.channels();
      inputs = channels.isEmpty() ? image.channels() : image.paddedSize();
      this.targets = targets;
      this.loss = loss;
      this.shift = shift;
      this.scale = scale;
      network(1); // refuses hyperparameters with which no run could be trained
    }

    @Override
    public int outputs() {
      return loss.outputs();
    }

    @Override
    public float[][] run(int[] members, Relabelling changed, Key key) {
      int batch = config.batch();
      TrainedBySteps network = network(batch);
      UniformRandomProvider random = key.random();
      network.initialize(random);
      train(network, loss.relabelled(changed), members.clone(), batch, random, _ -> {});
      return targets.stream().map(t -> predict(network, t, batch)).toArray(float[][]::new);
    }

    @Override
    public int epochs() {
      return config.epochs();
    }

    @Override
    public List<float[]> states(int[] members, Relabelling changed, Key key, int[] epochs) {
      int batch = config.batch();
      TrainedBySteps network = network(batch);
      UniformRandomProvider random = key.random();
      network.initialize(random);
      List<float[]> states = new ArrayList<>();
      IntConsumer keep =
          epoch -> {
            if (Arrays.binarySearch(epochs, epoch) >= 0) {
              float[] state = new float[network.parameters()];
              network.write(state);
              states.add(state);
            }
          };
      keep.accept(0);
      train(network, loss.relabelled(changed), members.clone(), batch, random, keep);
      return states;
    }

    @Override
    public <T> T withModel(float[] state, Function<DifferentiableModel, T> use) {
      TrainedBySteps network = network(config.batch());
      if (state.length != network.parameters()) {
        throw new IllegalArgumentException(
            "expected %d parameters, found %d".formatted(network.parameters(), state.length));
      }
      network.read(state);
      return use.apply(
          new NetworkModel(network, layout, inputs, loss.outputs(), config.batch(), shift, scale));
    }

    private TrainedBySteps network(int batch) {
      List<Integer> channels = config.channels();
      List<Integer> hidden = config.hidden();
      return channels.isEmpty()
          ? new Network(kernels, NetworkConfig.widths(inputs, hidden, loss.outputs()), batch, true)
          : new ConvNetwork(kernels, image, channels, hidden, loss.outputs(), batch);
    }

    private void train(
        TrainedBySteps network,
        Loss minimised,
        int[] order,
        int batch,
        UniformRandomProvider random,
        IntConsumer afterEpoch) {
      int epochs = config.epochs();
      long stepsPerEpoch = Math.ceilDiv(order.length, batch);
      Schedule schedule =
          new Schedule(config.learningRate(), config.peak(), stepsPerEpoch * epochs);
      float momentum = (float) config.momentum();
      float decay = (float) config.weightDecay();
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
          network.step(new Rows(x, offsets, count), minimised, order, from, step);
        }
        afterEpoch.accept(epoch + 1);
      }
    }

    private float[] predict(TrainedBySteps network, float[] target, int batch) {
      int k = loss.outputs();
      int rows = target.length / inputs;
      float[] predictions = new float[Math.multiplyExact(rows, k)];
      for (int from = 0; from < rows; from += batch) {
        int first = from;
        int count = Math.min(batch, rows - from);
        int[] offsets = IntStream.range(0, count).map(i -> (first + i) * inputs).toArray();
        float[] z = network.forward(new Rows(target, offsets, count));
        int stride = dev.whence.linalg.dense.Strips.pad(k);
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
