package dev.whence.torch;

import dev.whence.design.Key;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Schedule;
import dev.whence.learn.Trainer;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.util.List;
import java.util.Objects;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains networks, each in the thread that asks for it. */
final class TorchTrainer implements Trainer {

  private final TorchConfig config;
  private final ImageShape image;
  private final float[] x;
  private final Objective objective;
  private final List<float[]> targets;
  private final Architecture architecture;
  private final Precision precision;
  private final int batch;

  /**
   * @param x pictures of S, [d][height][width][channels]
   * @param targets pictures of each set of targets, in the same layout
   */
  TorchTrainer(
      TorchConfig config, ImageShape image, float[] x, Objective objective, List<float[]> targets) {
    this.config = config;
    this.image = image;
    this.x = x;
    this.objective = objective;
    this.targets = targets;
    architecture = Architecture.of(Objects.requireNonNull(config.architecture()));
    precision = Precision.of(config);
    batch = Objects.requireNonNull(config.batch());
    try (PointerScope scope = new PointerScope()) {
      network(new Parameters(device())); // refuses what no run could train
    }
  }

  private Device device() {
    return Parameters.device(Objects.requireNonNull(config.device()));
  }

  private Network network(Parameters parameters) {
    Pictures pictures =
        new Pictures(image.channels(), image.height(), image.width(), objective.outputs());
    return architecture.build(parameters, pictures);
  }

  @Override
  public int outputs() {
    return objective.outputs();
  }

  @Override
  public float[][] run(int[] members, Key key) {
    Native.oneThread();
    try (PointerScope scope = new PointerScope();
        Minibatch minibatch = new Minibatch(image, batch, device())) {
      UniformRandomProvider random = key.random();
      Parameters parameters = new Parameters(device());
      Network network = network(parameters);
      parameters.initialize(random);
      train(network, new Sgd(parameters, config), minibatch, members.clone(), random);
      return targets.stream().map(t -> predict(network, minibatch, t)).toArray(float[][]::new);
    }
  }

  private void train(
      Network network, Sgd sgd, Minibatch minibatch, int[] order, UniformRandomProvider random) {
    int epochs = Objects.requireNonNull(config.epochs());
    Schedule schedule =
        new Schedule(
            Objects.requireNonNull(config.learningRate()),
            Objects.requireNonNull(config.peak()),
            (long) Math.ceilDiv(order.length, batch) * epochs);
    Augmentation augmentation =
        new Augmentation(
            image,
            Objects.requireNonNull(config.crop()),
            Objects.requireNonNull(config.flip()),
            Objects.requireNonNull(config.cutout()));
    long steps = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Key.shuffle(order, order.length, random);
      for (int from = 0; from < order.length; from += batch) {
        int count = Math.min(batch, order.length - from);
        try (PointerScope scope = new PointerScope()) {
          Tensor pictures = minibatch.fill(x, order, from, count, augmentation, random);
          Tensor z = precision.apply(() -> network.apply(pictures, true));
          objective.loss(z, order, from, count).backward();
          sgd.step(schedule.at(steps++));
        }
      }
    }
  }

  private float[] predict(Network network, Minibatch minibatch, float[] target) {
    int k = outputs();
    int rows = target.length / image.size();
    float[] predictions = new float[Math.multiplyExact(rows, k)];
    boolean average = Objects.requireNonNull(config.flipAverage());
    for (int from = 0; from < rows; from += batch) {
      int count = Math.min(batch, rows - from);
      add(network, minibatch, target, from, count, false, predictions);
      if (average) {
        add(network, minibatch, target, from, count, true, predictions);
      }
    }
    float scale = objective.scale() / (average ? 2 : 1);
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = objective.shift() + scale * predictions[i];
    }
    return predictions;
  }

  private void add(
      Network network,
      Minibatch minibatch,
      float[] target,
      int first,
      int count,
      boolean mirrored,
      float[] predictions) {
    int k = outputs();
    float[] z = new float[count * k];
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor pictures = minibatch.fill(target, first, count, mirrored);
      Tensor outputs = precision.apply(() -> network.apply(pictures, false));
      Tensor copied = outputs.to(torch.ScalarType.Float).cpu().contiguous();
      new FloatPointer(copied.data_ptr()).get(z);
    }
    for (int i = 0; i < z.length; i++) {
      predictions[first * k + i] += z[i];
    }
  }
}
