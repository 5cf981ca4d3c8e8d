package dev.whence.torch;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.DifferentiableTrainer;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Schedule;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Trains networks, each in the thread that asks for it. */
final class TorchTrainer implements DifferentiableTrainer {

  private final TorchConfig config;
  private final ImageShape image;
  private final Function<Features, float[]> layout;
  private final float[] x;
  private final Objective objective;
  private final List<float[]> targets;
  private final Architecture architecture;
  private final Precision precision;
  private final int batch;

  /** Pictures that a minibatch has room for. */
  private final int places;

  /**
   * @param layout standardises pictures and puts their channels last:
   *     [rows][height][width][channels]
   */
  TorchTrainer(
      TorchConfig config,
      ImageShape image,
      Function<Features, float[]> layout,
      Dataset train,
      List<Features> targets) {
    this.config = config;
    this.image = image;
    this.layout = layout;
    x = layout.apply(train.features());
    objective =
        switch (train.labels()) {
          case Labels.Classes classes -> Objective.classes(classes, config);
          case Labels.Reals reals -> Objective.reals(reals);
        };
    this.targets = targets.stream().map(t -> t == train.features() ? x : layout.apply(t)).toList();
    architecture = Architecture.of(config.architecture());
    precision = Precision.of(config);
    batch = config.batch();
    int most = this.targets.stream().mapToInt(t -> t.length / image.size()).max().orElse(0);
    places = Math.min(batch + 1, Math.max(most, train.rows()));
    if ((long) places * image.size() > Integer.MAX_VALUE) {
      throw BadInputException.at(
          "learner torch, batch", "at most " + Integer.MAX_VALUE / image.size(), batch);
    }
    try (PointerScope scope = new PointerScope()) {
      network(new Parameters(device())); // refuses what no run could train
    }
  }

  private Device device() {
    return Parameters.device(config.device());
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
  public float[][] run(int[] members, Relabelling changed, Key key) {
    return trained(
        members,
        changed,
        key,
        (epoch, parameters) -> {},
        (network, minibatch) ->
            targets.stream().map(t -> predict(network, minibatch, t)).toArray(float[][]::new));
  }

  @Override
  public int epochs() {
    return config.epochs();
  }

  @Override
  public List<float[]> states(int[] members, Relabelling changed, Key key, int[] epochs) {
    List<float[]> states = new ArrayList<>();
    return trained(
        members,
        changed,
        key,
        (epoch, parameters) -> {
          if (Arrays.binarySearch(epochs, epoch) >= 0) {
            states.add(finite(parameters.state()));
          }
        },
        (network, minibatch) -> states);
  }

  private static float[] finite(float[] state) {
    for (float value : state) {
      if (!Float.isFinite(value)) {
        throw new FailedRunException(
            "a parameter is %s (a lower learning rate may help)".formatted(value));
      }
    }
    return state;
  }

  /**
   * Trains a network and returns what {@code use} makes of it.
   *
   * @param afterEpoch hears of every epoch, first of epoch 0 before any training
   */
  private <T> T trained(
      int[] members,
      Relabelling changed,
      Key key,
      BiConsumer<Integer, Parameters> afterEpoch,
      BiFunction<Network, Minibatch, T> use) {
    Native.oneThread();
    try (PointerScope scope = new PointerScope();
        Minibatch minibatch = new Minibatch(image, places, device())) {
      UniformRandomProvider random = key.random();
      Parameters parameters = new Parameters(device());
      Network network = network(parameters);
      parameters.initialize(random);
      afterEpoch.accept(0, parameters);
      int[] order = members.clone();
      train(
          network,
          objective.relabelled(changed),
          new Sgd(parameters, config.momentum(), config.weightDecay()),
          minibatch,
          order,
          random,
          epoch -> afterEpoch.accept(epoch, parameters));
      return use.apply(network, minibatch);
    }
  }

  @Override
  public <T> T withModel(float[] state, Function<DifferentiableModel, T> use) {
    Native.oneThread();
    try (PointerScope scope = new PointerScope();
        Minibatch minibatch = new Minibatch(image, TorchModel.BATCH, device())) {
      Parameters parameters = new Parameters(device());
      Network network = network(parameters);
      parameters.initialize(new Key(0, Purpose.TRAINING, 0).random());
      parameters.restore(state);
      return use.apply(
          new TorchModel(
              network,
              parameters,
              image,
              layout,
              objective,
              minibatch,
              Orientation.averaged(config)));
    }
  }

  private void train(
      Network network,
      Objective minimised,
      Sgd sgd,
      Minibatch minibatch,
      int[] order,
      UniformRandomProvider random,
      IntConsumer afterEpoch) {
    int epochs = epochs();
    Schedule schedule =
        new Schedule(config.learningRate(), config.peak(), steps(order.length) * epochs);
    Augmentation augmentation =
        new Augmentation(image, config.crop(), config.flip(), config.cutout());
    long steps = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Key.shuffle(order, order.length, random);
      int count;
      for (int from = 0; from < order.length; from += count) {
        int left = order.length - from;
        count = left <= batch + 1 ? left : batch;
        try (PointerScope scope = new PointerScope()) {
          Tensor pictures = minibatch.fill(x, order, from, count, augmentation::copy, random);
          Tensor z = precision.apply(() -> network.apply(pictures, true));
          minimised.loss(z, order, from, count).backward();
          sgd.step(schedule.at(steps++));
        }
      }
      afterEpoch.accept(epoch + 1);
    }
  }

  /**
   * Returns the minibatches of an epoch. One example alone has no variance to normalise by: where
   * one would be left it goes with the last.
   */
  private long steps(int members) {
    return members <= batch + 1 ? 1 : Math.ceilDiv(members - 1, batch);
  }

  private float[] predict(Network network, Minibatch minibatch, float[] target) {
    return objective.predictions(
        Orientation.averaged(config).stream()
            .map(
                orientation ->
                    minibatch.apply(
                        target,
                        batch,
                        pictures ->
                            precision.apply(() -> network.apply(orientation.of(pictures), false))))
            .toList());
  }
}
